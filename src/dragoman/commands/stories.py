"""`dragoman stories`: what happened, each happening once with all its tellings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dragoman.commands.failing import fail
from dragoman.commands.words import (
    ActorWord,
    LeastConfidence,
    PlaceWord,
    RecipientWord,
    Since,
    StatusWord,
    TypeWord,
    Until,
    filter_words,
)


def stories(
    ledger: Annotated[Path, typer.Argument(help="Ledger file.")],
    story: Annotated[str | None, typer.Option("--story", help="Id of a story to print with its tellings.")] = None,
    merge: Annotated[bool, typer.Option("--merge", help="First find the stories of events that have none.")] = False,
    since: Since = None,
    until: Until = None,
    actor: ActorWord = None,
    recipient: RecipientWord = None,
    type: TypeWord = None,
    status: StatusWord = None,
    place: PlaceWord = None,
    min_confidence: LeastConfidence = 0.0,
    rows: Annotated[int, typer.Option(min=0, help="Rows of the list; 0 for all.")] = 50,
) -> None:
    """List happenings with the number of their tellings, those told oftenest first, or print one with all that tells it."""
    from dragoman.ledger import FilterError, Ledger, LedgerError
    from dragoman.showing import story_list, told

    words = filter_words(since, until, actor, recipient, type, status, place, min_confidence)
    try:
        if merge:
            with Ledger(ledger) as opened:
                typer.echo(f"{opened.merge():,} stories new or changed", err=True)
        with Ledger(ledger, read_only=True) as opened:
            if story is not None:
                told(*opened.story(story))
            else:
                story_list(opened.stories(**words), rows)
    except (FilterError, LedgerError) as error:
        fail(str(error))
