"""`dragoman import`: other systems' events into a ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.commands.failing import fail
from dragoman.commands.progress import progress

if TYPE_CHECKING:
    from dragoman.ledger import Ledger
    from dragoman.records import Coded, Rejected

# Rows between two commits to the ledger.
COMMIT_EVERY = 5000
# Rows set aside that are named on the screen; the ledger lists them all.
SHOWN = 20


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
        fail(f"no format {format!r} to import from; there are {', '.join(IMPORTS)}")
    try:
        opened = Ledger(output)
    except LedgerError as error:
        fail(str(error))
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
