from collections.abc import Iterator

import pytest

from tests.watching.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    site = Server()
    yield site
    site.close()
