"""HTML pages: the article's text, date and title by trafilatura."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import IO

from dragoman.records import Rejected, Report


def read_page(stream: IO[bytes], source: str, columns: Mapping[str, str]) -> Iterator[Report | Rejected]:
    """The one report of a page file; `columns` is of no use here."""
    yield page_report(stream.read(), source)


def page_report(raw: bytes, source: str) -> Report | Rejected:
    """The report of a page's bytes. Offsets in the ledger count the extracted text, which is stored with it.

    source: the page's address or the file it stands in, which the report or the rejection names.
    """
    import trafilatura  # half a second to import, and needed for pages alone
    from trafilatura.settings import Document

    page = trafilatura.bare_extraction(raw, with_metadata=True, include_comments=False, include_tables=False)
    if not isinstance(page, Document) or not page.text:
        return Rejected(source=source, reason="no article was found in this page", advice="save its text as .txt")
    published = None
    if page.date:
        with contextlib.suppress(ValueError):
            published = dt.date.fromisoformat(page.date[:10])
    return Report(text=page.text, published=published, title=page.title, source=source, publisher=page.sitename)
