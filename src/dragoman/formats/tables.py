"""Our own tables: CSV and Parquet with one row an event, and JSON lines with the whole record."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from msgspec.structs import replace

from dragoman.formats.rows import rows
from dragoman.records import Event, Report

# Column and its kind: text, date, whole number or number.
COLUMNS = {
    "id": "text",
    "report": "text",
    "published": "date",
    "first_day": "date",
    "last_day": "date",
    "grain": "text",
    "actors": "text",
    "type": "text",
    "mode": "text",
    "status": "text",
    "quad": "text",
    "score": "number",
    "recipients": "text",
    "place": "text",
    "place_country": "text",
    "latitude": "number",
    "longitude": "number",
    "speaker": "text",
    "dead": "whole",
    "injured": "whole",
    "arrested": "whole",
    "category": "text",
    "contexts": "text",
    "confidence": "number",
    "evidence": "text",
}
GROUP = 10_000


def cells(event: Event) -> list[Any]:
    """An event's cells in the order of COLUMNS; several parties or contexts are joined by "; "."""
    place, when = event.place, event.when
    return [
        event.id,
        event.report,
        event.published,
        when.first,
        when.last,
        when.grain,
        "; ".join(a.code for a in event.actors),
        event.type,
        event.mode,
        event.status,
        event.quad,
        event.score,
        "; ".join(a.code for a in event.recipients),
        place.name if place else None,
        place.country if place else None,
        place.latitude if place else None,
        place.longitude if place else None,
        event.speaker.code if event.speaker else None,
        event.dead,
        event.injured,
        event.arrested,
        event.category,
        "; ".join(event.contexts),
        event.confidence,
        " ".join(event.evidence.text.split()),
    ]


def _events(records: Iterable[tuple[Report, Event]], dyadic: bool) -> Iterator[Event]:
    """The events, with dyadic once for each dyad, the id being the same."""
    for row in rows(records, dyadic):
        yield replace(row.event, actors=row.actors, recipients=row.recipients) if row.number else row.event


def write_csv(
    records: Iterable[tuple[Report, Event]], out: IO[str], dyadic: bool, every_status: bool, left_out: Counter[str]
) -> int:
    """Write a heading and a row an event, whatever its status. Returns the rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for event in _events(records, dyadic):
        writer.writerow(cells(event))
        count += 1
    return count


def write_jsonl(
    records: Iterable[tuple[Report, Event]], out: IO[str], dyadic: bool, every_status: bool, left_out: Counter[str]
) -> int:
    """Write the whole record of every event, one a line. Returns the lines."""
    count = 0
    for event in _events(records, dyadic):
        out.write(event.to_json() + "\n")
        count += 1
    return count


def write_parquet(
    records: Iterable[tuple[Report, Event]], out: IO[bytes], dyadic: bool, every_status: bool, left_out: Counter[str]
) -> int:
    """Write the columns of the CSV with their types, in groups of ten thousand rows. Returns the rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "date": pa.date32(), "whole": pa.int64(), "number": pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    count, events = 0, _events(records, dyadic)
    with pq.ParquetWriter(out, schema) as writer:
        while group := list(islice(events, GROUP)):
            columns = zip(*map(cells, group), strict=True)
            arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(group)
    return count
