"""`dragoman code`: reports into events."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.commands.failing import fail
from dragoman.commands.progress import progress

if TYPE_CHECKING:
    from dragoman.ledger import Ledger
    from dragoman.records import Coded, Event, Rejected, Report


class Format(StrEnum):
    """What is printed."""

    table = "table"
    jsonl = "jsonl"
    annotation = "annotation"
    csv = "csv"


def code_reports(
    inputs: Annotated[list[str], typer.Argument(help="Files, folders, globs, or - for standard input.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Ledger file to write (DuckDB).")] = None,
    format: Annotated[Format | None, typer.Option("--format", "-f", help="What to print; a table by default.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="FIELD=NAME: the column of a table that holds text, published, id, title or publisher."),
    ] = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out events below this confidence.")] = 0.0,
    max_characters: Annotated[int, typer.Option(min=1, help="Set longer reports aside.")] = 400_000,
    threads: Annotated[int | None, typer.Option(min=1, help="Processor cores for the encoder; all by default.")] = None,
    codebook: Annotated[Path | None, typer.Option(help="TOML file of your own classes with example sentences.")] = None,
    actors: Annotated[list[Path] | None, typer.Option(help="CSV file of your own names of actors.")] = None,
    merge: Annotated[bool, typer.Option(help="Find in the ledger what tells the same happening.")] = True,
    rows: Annotated[int, typer.Option(min=0, help="Rows of the table; 0 for all.")] = 50,
) -> None:
    """Code reports into events: into a ledger, and on the screen as a table, JSON lines, annotations or CSV.

    Exit status: 0 when all input was coded, 1 when some was set aside, 2 when nothing could be done.
    """
    from dragoman.actors.knowledge import KnowledgeError
    from dragoman.codebook import CodebookError
    from dragoman.coding import Coder
    from dragoman.filling import fill
    from dragoman.ledger import Ledger, LedgerError
    from dragoman.reading import read

    columns = dict(_pair(item) for item in column or [])
    try:
        ledger = Ledger(output) if output else None
    except LedgerError as error:
        fail(str(error))
    try:
        coder = Coder(min_confidence=min_confidence, threads=threads, codebook=codebook, actors=actors or [])
    except (CodebookError, KnowledgeError) as error:
        fail(str(error))
    # A long run into a ledger need not fill the screen unless asked to.
    printer = _Printer(format or Format.table, rows)
    rejected: list[Rejected] = []
    counts = _Counts()
    try:
        with progress() as advance:
            reports = _reports(read(inputs, columns, max_characters), rejected)
            for group, coded in fill(ledger, coder, reports):
                counts.add(group, coded)
                printer.print(_all_of(group, coded, ledger))
                advance(counts.reports, counts.events)
        if ledger is not None and merge:
            counts.stories = ledger.merge()
    except LedgerError as error:
        ledger = None
        fail(str(error))
    except KeyboardInterrupt:
        typer.echo("interrupted: what was coded is kept; run the same command again to go on", err=True)
        raise typer.Exit(130) from None
    finally:
        if ledger is not None:
            ledger.set_aside(rejected)
            ledger.close()
    printer.close()
    typer.echo(counts.line(len(rejected), output), err=True)
    raise typer.Exit(1 if rejected or not counts.reports else 0)


class _Counts:
    def __init__(self) -> None:
        self.reports = self.events = self.skipped = self.undated = self.stories = 0

    def add(self, group: list[Report], coded: list[Coded]) -> None:
        self.reports += len(group)
        self.skipped += len(group) - len(coded)
        self.events += sum(map(len, coded))
        self.undated += sum(one.report.published is None for one in coded)

    def line(self, rejected: int, output: Path | None) -> str:
        parts = [f"{self.reports:,} reports", f"{self.events:,} events"]
        if self.stories:
            parts.append(f"{self.stories:,} stories new or changed")
        if self.skipped:
            parts.append(f"{self.skipped:,} reports coded before and left as they were")
        if self.undated:
            parts.append(f"{self.undated:,} without a date, their relative times left open")
        if rejected:
            parts.append(f"{rejected:,} set aside" + (f" (listed in {output})" if output else ""))
        return "; ".join(parts)


class _Printer:
    """Prints events as they come, or gathers them for one table at the end."""

    def __init__(self, format: Format, rows: int) -> None:
        self._format, self._rows, self._table, self._events, self._head = format, rows, [], 0, False  # type: ignore[var-annotated]

    def print(self, coded: Iterable[Coded]) -> None:
        for one in coded:
            if self._format is Format.annotation:
                report = one.report
                line = {
                    "id": report.id,
                    "text": report.text,
                    "date": str(report.published or ""),
                    "events": [event.to_annotation(report.text) for event in one],
                }
                typer.echo(json.dumps(line, ensure_ascii=False))
            elif self._format is Format.jsonl:
                for event in one:
                    typer.echo(event.to_json())
            elif self._format is Format.csv:
                self._csv(one)
            else:
                self._events += len(one)
                room = len(one) if not self._rows else self._rows - len(self._table)
                self._table += one[: max(room, 0)]

    def _csv(self, events: list[Event]) -> None:
        from dragoman.formats import tables

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        if not self._head:
            writer.writerow(tables.COLUMNS)
            self._head = True
        writer.writerows(map(tables.cells, events))
        typer.echo(out.getvalue(), nl=False)

    def close(self) -> None:
        if self._format is Format.csv:
            self._csv([])
        if self._format is Format.table and self._events:
            from dragoman.showing import table

            table(self._table, self._events)


def _pair(item: str) -> tuple[str, str]:
    field, _, name = item.partition("=")
    if field not in ("text", "published", "id", "title", "publisher") or not name:
        fail(f"--column {item}: expected FIELD=NAME with FIELD one of text, published, id, title, publisher")
    return field, name


def _reports(found: Iterable[Report | Rejected], rejected: list[Rejected]) -> Iterator[Report]:
    from dragoman.records import Rejected

    for item in found:
        if isinstance(item, Rejected):
            rejected.append(item)
            typer.echo(f"set aside: {item}", err=True)
        else:
            yield item


def _all_of(group: list[Report], coded: list[Coded], ledger: Ledger | None) -> Iterator[Coded]:
    """The coded reports of a group in input order, those coded before read back from the ledger."""
    fresh = {one.report.id: one for one in coded}
    for report in group:
        if report.id in fresh:
            yield fresh[report.id]
        elif ledger is not None:
            yield ledger.report(report.id)
