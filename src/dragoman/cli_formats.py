"""The commands for other systems' event data: `dragoman export` and `dragoman import`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dragoman.progress import progress

if TYPE_CHECKING:
    from dragoman.ledger import Ledger
    from dragoman.records import Coded, Rejected

# Rows between two commits to the ledger.
COMMIT_EVERY = 5000
# Rows set aside that are named on the screen; the ledger lists them all.
SHOWN = 20


def export_events(
    ledger: Annotated[Path, typer.Argument(help="Ledger file.")],
    format: Annotated[
        str,
        typer.Option("--format", "-f", help="polecat, gdelt, icews, phoenix, plover-json, csv, parquet, jsonl or graphml."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write (.gz packs it), or - for standard output.")],
    dyadic: Annotated[bool, typer.Option("--dyadic", help="A row for every actor with every recipient.")] = False,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")] = None,
    actor: Annotated[str | None, typer.Option(help="CHN, CHN.GOV or .MIL; several parted by commas.")] = None,
    recipient: Annotated[str | None, typer.Option(help="The same of the recipient.")] = None,
    type: Annotated[str | None, typer.Option(help="PLOVER types, with a mode as ASSAULT.drone; parted by commas.")] = None,
    status: Annotated[
        str | None, typer.Option(help="actual, future, hypothetical, negated, historical; parted by commas.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="A country's code or a place's name.")] = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out events below this confidence.")] = 0.0,
) -> None:
    """Write a ledger's events in the columns of another system (docs/formats.md says what each holds).

    Exit status: 0 when rows were written, 1 when no event fits, 2 when nothing could be done.
    """
    from dragoman.formats import FormatError, export
    from dragoman.ledger import FilterError, Ledger, LedgerError

    left_out: Counter[str] = Counter()
    piped = str(output) == "-"
    if piped and format == "parquet":
        _fail("parquet cannot go to standard output; name a file with -o")
    try:
        with Ledger(ledger, read_only=True) as opened:
            count = export(
                opened,
                format,
                sys.stdout if piped else output,
                dyadic=dyadic,
                left_out=left_out,
                since=since.date() if since else None,
                until=until.date() if until else None,
                actor=actor,
                recipient=recipient,
                type=type,
                status=status,
                place=place,
                min_confidence=min_confidence,
            )
    except (FormatError, FilterError, LedgerError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{output}: cannot be written ({error.strerror or error}); check the folder and its permissions")
    parts = [f"{count:,} {'edges' if format == 'graphml' else 'rows'}" if count else "no event of the ledger fits"]
    parts += [f"left out: {number:,} {what}" for what, number in left_out.most_common()]
    typer.echo("; ".join(parts), err=True)
    raise typer.Exit(0 if count else 1)


def import_events(
    files: Annotated[list[Path], typer.Argument(help="Files of event data, plain, .gz or .zip.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Ledger file to write (DuckDB).")],
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", help="polecat, gdelt, icews, phoenix or plover-json; by the first line when not given."),
    ] = None,
) -> None:
    """Read other systems' events into a ledger: POLECAT, GDELT 2.0, ICEWS, Phoenix, PLOVER JSON.

    Exit status: 0 when all rows were read, 1 when some were set aside, 2 when nothing could be done.
    """
    from dragoman.formats import IMPORTS, read_events
    from dragoman.ledger import Ledger, LedgerError

    if format is not None and format not in IMPORTS:
        _fail(f"no format {format!r} to import from; there are {', '.join(IMPORTS)}")
    try:
        opened = Ledger(output)
    except LedgerError as error:
        _fail(str(error))
    counts: Counter[str] = Counter()
    try:
        with opened, progress() as advance:
            for file in files:
                rows = iter(read_events(file, format))
                while group := list(islice(rows, COMMIT_EVERY)):
                    _keep(opened, group, counts)
                    advance(counts["rows"], counts["events"])
    except KeyboardInterrupt:
        typer.echo("interrupted: what was read is kept; run the same command again to go on", err=True)
        raise typer.Exit(130) from None
    typer.echo(_summary(counts, output), err=True)
    raise typer.Exit(2 if not counts["rows"] else 1 if counts["set aside"] else 0)


def _keep(ledger: Ledger, group: list[Coded | Rejected], counts: Counter[str]) -> None:
    """Write a group of rows to the ledger, name what was set aside, and count."""
    from dragoman.records import Rejected

    rejected = [item for item in group if isinstance(item, Rejected)]
    rows = [item for item in group if not isinstance(item, Rejected)]
    for item in rejected[: max(SHOWN - counts["set aside"], 0)]:
        typer.echo(f"set aside: {item}", err=True)
    ledger.set_aside(rejected)
    counts["set aside"] += len(rejected)
    counts["rows"] += len(rows)
    counts["mended"] += sum(1 for row in rows if row and row.notes)
    counts["untyped"] += sum(1 for row in rows if not row)
    for system, coded in _by_system(row for row in rows if row):
        version = f"{system} import"
        ids = {one.report.id for one in coded}
        counts["replaced"] += len(ledger.known(list(ids), version)) + len(coded) - len(ids)
        counts["events"] += ledger.add(coded, version)


def _by_system(rows: Iterator[Coded]) -> Iterator[tuple[str, list[Coded]]]:
    groups: dict[str, list[Coded]] = {}
    for row in rows:
        groups.setdefault(row.report.id.partition(":")[0], []).append(row)
    yield from groups.items()


def _summary(counts: Counter[str], output: Path) -> str:
    parts = [f"{counts['rows']:,} rows", f"{counts['events']:,} events"]
    if counts["untyped"]:
        parts.append(f"{counts['untyped']:,} left out that PLOVER has no type for (CAMEO 01 and 02)")
    if counts["mended"]:
        parts.append(f"{counts['mended']:,} mended (their reports' notes say how)")
    if counts["replaced"]:
        parts.append(f"{counts['replaced']:,} took the place of a row of the same id")
    if counts["set aside"]:
        more = f", the first {SHOWN} above" if counts["set aside"] > SHOWN else ""
        parts.append(f"{counts['set aside']:,} set aside (listed in {output}{more})")
    return "; ".join(parts)


def _fail(message: str) -> NoReturn:
    typer.echo(f"dragoman: {message}", err=True)
    raise typer.Exit(2)
