"""`dragoman explain`: why a record says what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dragoman.commands.failing import fail


def explain(
    ledger: Annotated[Path, typer.Argument(help="Ledger file.")],
    event: Annotated[str, typer.Argument(help="Id of an event, or its first characters.")],
) -> None:
    """Print an event's report with its spans marked, and for every code, date and place the rule and row behind it."""
    from dragoman.ledger import Ledger, LedgerError
    from dragoman.showing import explained

    try:
        with Ledger(ledger, read_only=True) as opened:
            explained(*opened.event(event))
    except LedgerError as error:
        fail(str(error))
