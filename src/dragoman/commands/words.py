"""The filter words of every command: --since, --until, --actor, --recipient, --type, --status, --place, --min-confidence."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day.")]
ActorWord = Annotated[str | None, typer.Option("--actor", help="CHN, CHN.GOV or .MIL; several parted by commas.")]
RecipientWord = Annotated[str | None, typer.Option("--recipient", help="The same of the recipient.")]
TypeWord = Annotated[str | None, typer.Option("--type", help="PLOVER types, with a mode as ASSAULT.drone; parted by commas.")]
StatusWord = Annotated[
    str | None, typer.Option("--status", help="actual, future, hypothetical, negated, historical; parted by commas.")
]
PlaceWord = Annotated[str | None, typer.Option("--place", help="A country's code or a place's name.")]
LeastConfidence = Annotated[float, typer.Option("--min-confidence", min=0, max=1, help="Leave out events below this confidence.")]


def filter_words(
    since: datetime | None,
    until: datetime | None,
    actor: str | None,
    recipient: str | None,
    type: str | None,
    status: str | None,
    place: str | None,
    min_confidence: float,
) -> dict[str, Any]:
    """The words as dragoman.ledger.Filter takes them."""
    return {
        "since": since.date() if since else None,
        "until": until.date() if until else None,
        "actor": actor,
        "recipient": recipient,
        "type": type,
        "status": status,
        "place": place,
        "min_confidence": min_confidence,
    }
