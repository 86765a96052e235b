"""The packaged model and what is built from it, once for all tests: no part is faked."""

import pytest

from dragoman import Coder


@pytest.fixture(scope="session")
def coder() -> Coder:
    return Coder(threads=2)
