"""`dragoman show`: a report with its events marked, or the list of reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dragoman.commands.failing import fail


def show(
    ledger: Annotated[Path, typer.Argument(help="Ledger file.")],
    report: Annotated[str | None, typer.Option(help="Id of the report to print with its events marked.")] = None,
    rows: Annotated[int, typer.Option(min=0, help="Rows of the list; 0 for all.")] = 50,
) -> None:
    """Print a report with its events marked in it, or list the ledger's reports."""
    from dragoman.ledger import Ledger, LedgerError
    from dragoman.showing import marked, report_list

    try:
        with Ledger(ledger, read_only=True) as opened:
            if report is None:
                report_list(opened, rows)
            else:
                marked(opened.report(report))
    except LedgerError as error:
        fail(str(error))
