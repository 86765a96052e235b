"""Annotated or bare lines of the corpus as the reports that are coded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from dragoman import Report


def reports_of(documents: Iterable[dict[str, Any]]) -> list[Report]:
    """A report for each line with `id`, `date` and `text`, in order."""
    return [Report(text=d["text"], id=d["id"], published=dt.date.fromisoformat(d["date"])) for d in documents]
