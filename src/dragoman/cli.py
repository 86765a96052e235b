"""The command line, put together from commands/."""

from __future__ import annotations

from typing import Annotated

import typer

from dragoman.commands.actors import actors
from dragoman.commands.code import code_reports
from dragoman.commands.explain import explain
from dragoman.commands.export import export_events
from dragoman.commands.import_ import import_events
from dragoman.commands.show import show
from dragoman.commands.stories import stories
from dragoman.commands.watch import watch_feeds

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="From news reports to sourced records of who did what to whom."
)
app.command("code")(code_reports)
app.command("watch")(watch_feeds)
app.command()(show)
app.command()(explain)
app.command()(stories)
app.command()(actors)
app.command("export")(export_events)
app.command("import")(import_events)


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """From news reports to sourced records of who did what to whom."""
    if version:
        from dragoman import __version__

        typer.echo(f"dragoman {__version__}")
        raise typer.Exit
