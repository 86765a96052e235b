"""Tab-separated event data without quotation marks: what POLECAT, GDELT, ICEWS and Phoenix have in common."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from dragoman.formats.files import LONGEST, Line
from dragoman.formats.rows import Row, one_pair, rows, told
from dragoman.ontology import plover
from dragoman.records import Actor, Coded, Event, Period, Place, Rejected, Report, Span

Cells = dict[str, str]
# A row's cells by column with what was mended in them, or why they are no row.
Aligned = tuple[Cells, str | None] | str


class RowError(ValueError):
    """A row that is no record; the message says what is wrong with which column, and what was expected."""


@dataclass(frozen=True, slots=True)
class Tabbed:
    """One tab-separated format.

    columns: as published. header: whether its files begin with their names. null: how it writes what is not known.
    pair: whether a row has one actor and one recipient at most. compose: a row's cells from a record, None for null.
    parse: a record from cells; raises RowError. mend: cells of another number than the columns, where the format is
    known for such rows.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    header: bool
    null: str
    pair: bool
    compose: Callable[[Row], dict[str, object]]
    parse: Callable[[Cells, str], Coded]
    mend: Callable[[list[str], list[str]], Aligned] | None = None
    aliases: tuple[tuple[str, str], ...] = ()

    def write(
        self, records: Iterable[tuple[Report, Event]], out: IO[str], dyadic: bool, every_status: bool, left_out: Counter[str]
    ) -> int:
        """Write records, each as the row it was imported from where it was imported from this format. Returns the rows."""
        if self.header:
            out.write("\t".join(self.columns) + "\n")
        count = 0
        for row in rows(told(records, every_status, left_out), dyadic):
            out.write("\t".join(self._cells(row, left_out)) + "\n")
            count += 1
        return count

    def _cells(self, row: Row, left_out: Counter[str]) -> list[str]:
        original = row.event.original
        if original is not None and not row.number and original.keys() >= set(self.columns):
            return [original[column] for column in self.columns]
        composed = self.compose(one_pair(row, left_out) if self.pair else row)
        return [self._cell(composed.get(column)) for column in self.columns]

    def _cell(self, value: object) -> str:
        if value is None or value == "":
            return self.null
        if isinstance(value, float):
            return f"{value:.6f}".rstrip("0").rstrip(".")
        return " ".join(str(value).split())

    def recognises(self, first: str) -> bool:
        """Whether this is the first line of such a file."""
        cells = self._names(first.split("\t"))
        if set(cells) >= set(self.columns):
            return True
        if len(cells) != len(self.columns):
            return False
        try:
            self.parse(dict(zip(self.columns, cells, strict=True)), "")
        except RowError:
            return False
        return True

    def read(self, lines: Iterable[Line], source: str) -> Iterator[Coded | Rejected]:
        """A record a line, and a Rejected, with its line, for every line that is none."""
        header = list(self.columns)
        for number, line in lines:
            place = f"line {number}"
            if line is None:
                reason, advice = f"is longer than {LONGEST:,} bytes", "mend or remove the line"
                yield Rejected(source=source, place=place, reason=reason, advice=advice)
                continue
            if not line.strip():
                continue
            cells = line.split("\t")
            # Files put together from several have their heading again and again.
            if (number == 1 or cells[0] == self.columns[0]) and set(self._names(cells)) >= set(self.columns):
                header = self._names(cells)
                continue
            aligned = self._aligned(cells, header)
            try:
                if isinstance(aligned, str):
                    raise RowError(aligned)
                row, mended = aligned
                coded = self.parse(row, f"{source}, {place}")
            except RowError as error:
                advice = f"compare it with the columns of {self.title} (docs/formats.md) and mend it"
                yield Rejected(source=source, place=place, reason=str(error), advice=advice)
                continue
            if mended:
                coded.notes = (*coded.notes, mended)
            yield coded

    def _names(self, cells: list[str]) -> list[str]:
        aliases = dict(self.aliases)
        names = [cell.strip() for cell in cells]
        return [aliases.get(name, name) for name in names]

    def _aligned(self, cells: list[str], header: list[str]) -> Aligned:
        if len(cells) == len(header):
            return dict(zip(header, cells, strict=True)), None
        if len(cells) == len(self.columns):
            # A heading that names columns which the rows below it do not have.
            return dict(zip(self.columns, cells, strict=True)), None
        spare = len(cells) - len(header)
        if spare > 0 and not any(cells[-spare:]):
            return dict(zip(header, cells, strict=False)), None
        if self.mend is not None and spare > 0:
            return self.mend(cells, header)
        return f"has {len(cells)} cells; {self.title} has {len(header)}"


def coded(
    system: str,
    *,
    id: str,
    where: str,
    type_: str,
    mode: str | None,
    day: dt.date | None,
    published: dt.date | None,
    actors: tuple[Actor, ...],
    recipients: tuple[Actor, ...],
    place: Place | None,
    original: Cells,
    score: float | None = None,
    contexts: tuple[str, ...] = (),
    text: str = "",
    title: str | None = None,
    publisher: str | None = None,
    source: str | None = None,
) -> Coded:
    """An imported row as a report with its one event. Reports' ids carry the system's name, since theirs are mere numbers."""
    ontology = plover()
    report = Report(text=text, published=published, id=f"{system}:{id}", title=title, source=source or where, publisher=publisher)
    words = Span(0, len(text), text)
    event = Event(
        id=id,
        report=report.id,
        type=type_,
        mode=mode,
        status="actual",
        quad=ontology.quad(type_),
        score=ontology.score(type_, mode) if score is None else score,
        trigger=words,
        actors=actors,
        recipients=recipients,
        place=place,
        when=Period(first=day, last=day, grain="day" if day else "open", rule=system),
        speaker=None,
        evidence=words,
        published=published,
        confidence=1.0,
        contexts=contexts,
        original=original,
    )
    return Coded(report, [event], contexts=contexts)


def untyped(system: str, id: str, where: str, code: str) -> Coded:
    """A row whose act PLOVER has no type for: a report without events, whose note says so."""
    note = f"CAMEO {code} has no PLOVER type (statements and appeals are left out)"
    return Coded(Report(text="", id=f"{system}:{id}", source=where), [], (note,))


def worded(text: str) -> Span:
    """The words of a cell, which stand at no place of a text."""
    return Span(0, 0, text)


def date(cell: str, column: str) -> dt.date:
    """A date from YYYYMMDD or YYYY-MM-DD, whatever time follows. Raises RowError."""
    found = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?:\D|\d{6}$|$)", cell)
    try:
        if found:
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise RowError(f"{column} {cell[:40]!r} is no date; expected YYYYMMDD or YYYY-MM-DD")


def number(cell: str, column: str, low: float, high: float) -> float:
    """A number from low to high. Raises RowError."""
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise RowError(f"{column} {cell[:40]!r}: expected a number from {low:g} to {high:g}")
    return value


def whole(value: object) -> int | None:
    """A count or an id as the ledger can hold it, None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None


def point(latitude: str, longitude: str, columns: tuple[str, str], null: frozenset[str]) -> tuple[float | None, float | None]:
    """A place's coordinates in degrees, both or neither. Raises RowError."""
    if latitude in null or longitude in null:
        return None, None
    return number(latitude, columns[0], -90, 90), number(longitude, columns[1], -180, 180)


def numbered(id: str) -> int:
    """A whole number for an id that is none, the same each time, small enough to be exact in R and JavaScript."""
    if id.isdigit() and id.isascii() and len(id) <= 15 and (id == "0" or id[0] != "0"):
        return int(id)
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:8], "big") >> 12
