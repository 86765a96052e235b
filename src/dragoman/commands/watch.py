"""`dragoman watch`: poll feeds and code what is new."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dragoman.commands.failing import fail

if TYPE_CHECKING:
    from dragoman.watching import Watch


def watch_feeds(
    feeds: Annotated[Path, typer.Argument(help="TOML file that names the ledger and the feeds (docs/watching.md).")],
    once: Annotated[bool, typer.Option("--once", help="One round of the feeds that are due, then end; for cron.")] = False,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="Leave out events below this confidence.")] = 0.0,
    threads: Annotated[int | None, typer.Option(min=1, help="Processor cores for the encoder; all by default.")] = None,
    codebook: Annotated[Path | None, typer.Option(help="TOML file of your own classes with example sentences.")] = None,
    actors: Annotated[list[Path] | None, typer.Option(help="CSV file of your own names of actors.")] = None,
) -> None:
    """Poll RSS and Atom feeds and code what is new in them into a ledger, until Ctrl-C.

    Exit status: 0 when all went well, 1 when a feed failed or something was set aside, 2 when nothing could be done.
    """
    import asyncio

    from dragoman.actors.knowledge import KnowledgeError
    from dragoman.codebook import CodebookError
    from dragoman.coding import Coder
    from dragoman.ledger import LedgerError
    from dragoman.watching import ConfigError, StateError, Watch, read_settings

    try:
        settings = read_settings(feeds)
        coder = Coder(min_confidence=min_confidence, threads=threads, codebook=codebook, actors=actors or [])
        watch = Watch(settings, coder, lambda line: typer.echo(line, err=True))
    except (ConfigError, CodebookError, KnowledgeError, LedgerError, StateError) as error:
        fail(str(error))
    try:
        asyncio.run(_run(watch, once))
    except KeyboardInterrupt:
        typer.echo("interrupted: what was not coded yet is coded the next time", err=True)
        raise typer.Exit(130) from None
    finally:
        watch.close()
    done = watch.total
    if once and done["polled"] and done["failed"] == done["polled"] and not done["coded"]:
        raise typer.Exit(2)
    raise typer.Exit(1 if done["failed"] or done["set aside"] else 0)


async def _run(watch: Watch, once: bool) -> None:
    import asyncio

    loop = asyncio.get_running_loop()

    def end() -> None:
        typer.echo("ending when the reports in hand are coded; Ctrl-C again ends now", err=True)
        watch.stop()
        loop.remove_signal_handler(signal.SIGINT)

    # Windows has no such handlers; there Ctrl-C ends at once, which loses nothing either.
    with contextlib.suppress(NotImplementedError):
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, end)
    await watch.run(once)
