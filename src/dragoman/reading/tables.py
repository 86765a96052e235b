"""JSONL, CSV, TSV and Parquet: one report a row, columns guessed from their names."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import msgspec

from dragoman.reading.encodings import decoded
from dragoman.records import Rejected, Report

# The names a column may have, the likeliest first.
GUESSES = {
    "text": ("text", "body", "content", "story", "article", "fulltext", "full_text", "event_text", "maintext", "description"),
    "published": (
        "published",
        "date",
        "pub_date",
        "publication_date",
        "publication date",
        "date_published",
        "publish_date",
        "pubdate",
        "day",
        "timestamp",
        "datetime",
    ),
    "id": ("id", "doc_id", "story_id", "report_id", "article_id", "uid", "guid", "url", "link"),
    "title": ("title", "headline", "head"),
    "publisher": ("publisher", "source", "outlet", "domain", "site", "publishers"),
}
CSV_FIELD_LIMIT = 64 * 1024 * 1024


def columns_of(names: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """Which column holds what: as given, else by its name."""
    by_lower = {name.lower().strip(): name for name in names}
    guessed = {
        field: next((by_lower[guess] for guess in guesses if guess in by_lower), None) for field, guesses in GUESSES.items()
    }
    return {field: name for field, name in {**guessed, **given}.items() if name}


def day(value: object) -> dt.date | None:
    """A date from a date, a time stamp, `2025-09-02...`, `20250902...` or `02/09/2025`-like text that is unambiguous."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = str(value or "").strip()
    found = re.match(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d{3})", text)
    if found:
        year, month, date = (int(part) for part in found.groups())
    else:
        found = re.match(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text)
        if not found:
            return None
        first, second, year = (int(part) for part in found.groups())
        if first <= 12 and second <= 12 and first != second:
            return None
        month, date = (first, second) if first <= 12 else (second, first)
    try:
        return dt.date(year, month, date)
    except ValueError:
        return None


def _report(row: Mapping[str, Any], columns: Mapping[str, str], source: str, place: str) -> Report | Rejected:
    if "text" not in columns:
        names = ", ".join(map(str, row)) or "none"
        return Rejected(
            source=source, place=place, reason=f"no column of text among {names}", advice="name it with --column text=NAME"
        )
    if columns["text"] not in row:
        return Rejected(source=source, place=place, reason=f"no column {columns['text']!r}", advice="mend the row")
    text = row[columns["text"]]
    if not isinstance(text, str) or not text.strip():
        return Rejected(source=source, place=place, reason=f"{columns['text']} holds no text", advice="leave the row out")

    def word(field: str) -> str | None:
        value = row.get(columns[field]) if field in columns else None
        if isinstance(value, list):
            value = "; ".join(map(str, value))
        return str(value) if value not in (None, "") else None

    return Report(
        text=text,
        published=day(row.get(columns["published"])) if "published" in columns else None,
        id=word("id") or "",
        title=word("title"),
        publisher=word("publisher"),
        source=f"{source}, {place}",
    )


def read_jsonl(stream: IO[bytes], source: str, columns: Mapping[str, str]) -> Iterator[Report | Rejected]:
    """One report a line; a line that is no JSON object is set aside alone."""
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield Rejected(source=source, place=place, reason=f"is no JSON ({error})", advice="mend or remove the line")
            continue
        if not isinstance(row, dict):
            yield Rejected(source=source, place=place, reason="is no JSON object", advice='write {"text": ...} a line')
            continue
        yield _report(row, columns_of(row, columns), source, place)


def read_csv(stream: IO[bytes], source: str, columns: Mapping[str, str]) -> Iterator[Report | Rejected]:
    """One report a row below a header line; tabs, commas or semicolons, whichever the header has most of."""
    text = decoded(stream.read())
    if text is None:
        yield Rejected(source=source, reason="is binary, not text", advice="save it as UTF-8 CSV")
        return
    header = text.partition("\n")[0]
    delimiter = max("\t,;", key=header.count)
    csv.field_size_limit(CSV_FIELD_LIMIT)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    chosen = columns_of(rows.fieldnames or (), columns)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Rejected(source=source, place=f"line {rows.line_num}", reason=f"is no CSV ({error})", advice="mend the line")
            continue
        if row is None:
            return
        yield _report({k: v for k, v in row.items() if k is not None}, chosen, source, f"line {rows.line_num}")


def read_parquet(stream: IO[bytes], source: str, columns: Mapping[str, str]) -> Iterator[Report | Rejected]:
    """One report a row, read by row groups."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
        chosen = columns_of(file.schema_arrow.names, columns)
        number = 0
        for batch in file.iter_batches(1024, columns=list(chosen.values()) or None):
            for row in batch.to_pylist():
                number += 1
                yield _report(row, chosen, source, f"row {number}")
    except pa.ArrowException as error:
        yield Rejected(source=source, reason=f"is no Parquet file ({error})", advice="write it again")
