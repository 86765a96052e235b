"""How a command gives up."""

from __future__ import annotations

from typing import NoReturn

import typer


def fail(message: str) -> NoReturn:
    """End with status 2 and one line that says what is wrong and what to do."""
    typer.echo(f"dragoman: {message}", err=True)
    raise typer.Exit(2)
