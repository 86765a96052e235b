"""Plain text and Markdown: one report a file, with an optional date line and title line at its head."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import IO

from dragoman.reading.encodings import decoded
from dragoman.records import Rejected, Report

DATE_LINE = re.compile(r"\s*(?:date|published)?\s*:?\s*(\d{4}-\d{2}-\d{2})\s*(?:\n|$)", re.I)
# A title is short, ends without a full stop, and stands apart from the text below it.
TITLE_LINE = re.compile(r"\s*#?\s*([^\n]{5,160}[^\n.:;,])\n\s*\n")
UNREADABLE = {"reason": "is binary, not text", "advice": "convert it to text first"}


def header(text: str) -> tuple[dt.date | None, str | None, int]:
    """The date and title at the head of a text, and where the body begins behind the date line."""
    published, start = None, 0
    found = DATE_LINE.match(text)
    if found:
        with contextlib.suppress(ValueError):
            published, start = dt.date.fromisoformat(found.group(1)), found.end()
    title = TITLE_LINE.match(text, start)
    return published, title.group(1).strip() if title else None, start


def read_text(stream: IO[bytes], source: str, columns: Mapping[str, str]) -> Iterator[Report | Rejected]:
    """The one report of a text file; `columns` is of no use here."""
    yield from read_bytes(stream.read(), source)


def read_bytes(raw: bytes, source: str) -> Iterator[Report | Rejected]:
    """The one report of these bytes."""
    text = decoded(raw)
    if text is None:
        yield Rejected(source=source, **UNREADABLE)
        return
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    published, title, start = header(text)
    if not text[start:].strip():
        yield Rejected(source=source, reason="holds no text", advice="leave it out or fetch it again")
        return
    yield Report(text=text, published=published, title=title, source=source)
