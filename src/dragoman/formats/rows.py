"""What becomes a row: which events are told in a form without statuses, and which parties stand together in a row.

Not for the columns of a row: each format has its own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations, product

from msgspec.structs import replace

from dragoman.ontology import plover
from dragoman.records import Actor, Event, Period, Report

# A scheduled act as the promise it is, as PLOVER has it: yielding in deed becomes yielding in words, the rest agreement.
PROMISED = {
    "AGREE": "AGREE",
    "CONSULT": "AGREE",
    "SUPPORT": "AGREE",
    "COOPERATE": "AGREE",
    "AID": "AGREE",
    "CONCEDE": "CONCEDE",
    "RETREAT": "CONCEDE",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row to be written: an event and those of its parties that stand in it.

    number: 0 for the event with all its parties, from 1 where its dyads have rows of their own.
    """

    report: Report
    event: Event
    actors: tuple[Actor, ...]
    recipients: tuple[Actor, ...]
    number: int = 0

    @property
    def id(self) -> str:
        """The event's id, with the row's number where there are several."""
        return f"{self.event.id}_{self.number}" if self.number else self.event.id

    @property
    def day(self) -> dt.date | None:
        """The act's first day, or the day of its report."""
        return self.event.when.first or self.event.published


def told(records: Iterable[tuple[Report, Event]], every_status: bool, left_out: Counter[str]) -> Iterator[tuple[Report, Event]]:
    """The events that a form without statuses can tell: dated ones that are told as having happened.

    Scheduled acts become promises (AGREE, CONCEDE) of the day on which they are reported. Other scheduled acts, and
    hypothetical, negated and historical ones, are left out and counted by status, unless every_status says that they were
    asked for.
    """
    for report, event in records:
        if event.status == "future" and event.type in PROMISED:
            event = _promise(event)  # noqa: PLW2901
        elif event.status != "actual" and not every_status:
            left_out[event.status] += 1
            continue
        if event.when.first is None and event.published is None:
            left_out["without a date"] += 1
            continue
        yield report, event


def _promise(event: Event) -> Event:
    kind = PROMISED[event.type]
    ontology = plover()
    when = event.when
    if event.published is not None:
        # The promise is made now, whenever it is to be kept.
        when = Period(first=event.published, last=event.published, grain="day", rule="promised on the report's day")
    quad, score = ontology.quad(kind), ontology.score(kind)
    return replace(event, type=kind, mode=None, status="actual", quad=quad, score=score, when=when)


def dyads(event: Event) -> list[tuple[Actor | None, Actor | None]]:
    """Every actor with every recipient; of a mutual act every ordered two of its actors; never none.

    Several actors of a type that is never mutual act side by side on one who is not named.
    """
    if event.recipients:
        return list(product(event.actors or (None,), event.recipients))
    if len(event.actors) > 1 and event.type in plover().reciprocal:
        return list(permutations(event.actors, 2))
    return [(actor, None) for actor in event.actors] or [(None, None)]


def rows(records: Iterable[tuple[Report, Event]], dyadic: bool) -> Iterator[Row]:
    """One row an event with all its parties, or with dyadic one for each of its dyads."""
    for report, event in records:
        pairs = dyads(event) if dyadic else []
        if len(pairs) < 2:
            yield Row(report, event, event.actors, event.recipients)
            continue
        for number, (actor, recipient) in enumerate(pairs, 1):
            yield Row(report, event, (actor,) if actor else (), (recipient,) if recipient else (), number)


def one_pair(row: Row, left_out: Counter[str]) -> Row:
    """A row with one actor and one recipient at most: the first of each, of a mutual act its first two actors."""
    if len(row.actors) <= 1 and len(row.recipients) <= 1:
        return row
    actor, recipient = dyads(row.event)[0]
    kept = (actor is not None) + (recipient is not None)
    left_out["further parties of events told (--dyadic gives every dyad a row)"] += len(row.actors) + len(row.recipients) - kept
    return replace_parties(row, actor, recipient)


def replace_parties(row: Row, actor: Actor | None, recipient: Actor | None) -> Row:
    """The same row with these parties alone."""
    return Row(row.report, row.event, (actor,) if actor else (), (recipient,) if recipient else (), row.number)
