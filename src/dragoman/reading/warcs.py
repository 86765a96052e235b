"""WARC files, as web archives and crawlers keep them: a report for each HTML page in them, by warcio and pages.py.

Not for WET files, whose text has lost the page around it.
"""

from __future__ import annotations

import datetime as dt
import gzip
import os
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, cast

from msgspec.structs import replace

from dragoman.reading.pages import page_report
from dragoman.records import Rejected, Report

if TYPE_CHECKING:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.recordloader import ArcWarcRecord

HTML = ("text/html", "application/xhtml+xml")
TYPES = frozenset({"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"})
# No news page comes near; what is larger need not be unpacked.
MAX_PAGE_BYTES = 10 * 1024 * 1024
# What a record begins with: a gzip member, or the version line of a file that is not packed.
PACKED_START, PLAIN_START = b"\x1f\x8b\x08", b"WARC/1."
BLOCK = 1024 * 1024
ADVICE = "fetch the page again; the records around it were read"


class Damage(Exception):
    """A record that is not whole; the message says what is wrong with it."""


def read_warc(stream: IO[bytes], source: str, columns: Mapping[str, str]) -> Iterator[Report | Rejected]:
    """The reports of a WARC file, packed record by record, packed as a whole, or not packed; `columns` is of no use here.

    stream: the file as it lies on disk, since places are given as the byte at which a record begins there (in a file
    packed as a whole: in the unpacked one). A page without a date of its own has the day it was archived.
    """
    from warcio.archiveiterator import ArchiveIterator

    size = stream.seek(0, os.SEEK_END)
    start: int | None = 0
    found_any = damaged = False
    while start is not None:
        stream.seek(start)
        records = ArchiveIterator(stream)
        records.INC_RECORD = ""  # it would write to standard error; a wrong length is told as a rejection below
        at, fault = start, ""
        try:
            for record in records:
                place = f"record at byte {at:,}"
                found = _page(record, records, source, place)
                damaged = False
                at = records.offset
                if found is not None:
                    found_any = True
                    yield found
            if at < size:
                fault = "ends in the middle of its headers"
        except Exception as error:  # warcio and zlib raise a dozen kinds at damaged bytes
            if "non-chunked gzip" in str(error):
                stream.seek(0)
                stream = cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
                size = 0  # unknown, and dear to learn
                start = _next_start(stream, 1, PLAIN_START)
                continue
            fault = str(error) if isinstance(error, Damage) else "is no whole WARC record"
        if fault and not damaged:
            # Told once for each damaged stretch, however many false starts lie in it.
            damaged = found_any = True
            yield Rejected(source=source, place=f"record at byte {at:,}", reason=fault, advice=ADVICE)
        start = _next_start(stream, at + 1, _marker(stream)) if fault else None
    if not found_any:
        yield Rejected(source=source, reason="holds no HTML page", advice="give a WARC file with responses, not only their index")


def _page(record: ArcWarcRecord, records: ArchiveIterator, source: str, place: str) -> Report | Rejected | None:
    """The report of a record that is read to its end; None where it is none of a page that was found.

    Raises Damage when the record is not whole.
    """
    if record.rec_type not in TYPES:
        raise Damage("has no known WARC-Type")
    wanted = record.rec_type in ("response", "resource") and _is_html(record)
    address = record.rec_headers.get_header("WARC-Target-URI") or source
    raw = record.content_stream().read(MAX_PAGE_BYTES + 1) if wanted else b""
    records.read_to_end()
    if record.raw_stream.limit > 0 or records.err_count:
        raise Damage(f"{address} is not as long as its record says")
    if not wanted:
        return None
    if len(raw) > MAX_PAGE_BYTES:
        reason = f"{address} has more than {MAX_PAGE_BYTES:,} bytes"
        return Rejected(source=source, place=place, reason=reason, advice="save its text as .txt")
    found = page_report(raw, address)
    if isinstance(found, Rejected):
        return Rejected(source=source, place=place, reason=f"{address}: {found.reason}", advice=found.advice)
    if found.published is None:
        # The id is a hash of date and text, and is made anew.
        return replace(found, id="", published=_day(record.rec_headers.get_header("WARC-Date")))
    return found


def _is_html(record: ArcWarcRecord) -> bool:
    if record.rec_type == "resource":
        return str(record.content_type or "").lower().startswith(HTML)
    headers = record.http_headers
    if headers is None or headers.get_statuscode() != "200":
        return False
    return str(headers.get_header("Content-Type") or "").strip().lower().startswith(HTML)


def _day(stamp: str | None) -> dt.date | None:
    try:
        return dt.datetime.fromisoformat(stamp or "").astimezone(dt.UTC).date()
    except ValueError:
        return None


def _marker(stream: IO[bytes]) -> bytes:
    """What the records of this file begin with."""
    stream.seek(0)
    return PACKED_START if stream.read(len(PACKED_START)) == PACKED_START else PLAIN_START


def _next_start(stream: IO[bytes], start: int, marker: bytes) -> int | None:
    """Where a record may begin at or behind a byte; None when none does."""
    stream.seek(start)
    kept = b""
    while block := stream.read(BLOCK):
        place = (kept + block).find(marker)
        if place >= 0:
            return start - len(kept) + place
        start += len(block)
        kept = (kept + block)[-len(marker) + 1 :]
    return None
