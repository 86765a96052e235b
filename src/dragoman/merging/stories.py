"""From linked tellings to stories, and what a story says when its tellings differ."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np

from dragoman.ontology import plover
from dragoman.records import Event, Report

# Mean probability between two groups of tellings for them to be one story.
SAME = 0.45
# Share of the tellings' confidence that a party must have to stand in the story.
PARTY = 0.34
FINEST = ("day", "span", "week", "month", "season", "year", "open")
FINEST_PLACE = ("site", "city", "area", "region", "sea", "country")


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One happening with all its tellings.

    id: of its first telling. type, mode, status: by vote, each telling weighing its confidence. first_day to place: of the
    tellings that are most exact. actors, recipients: codes that a third of the tellings' weight names. tellings: event ids.
    first_seen, last_seen: days of its first and last report. confidence: of its surest telling.
    contradictions: by field, each value with the number of tellings that give it, where they differ.
    """

    id: str
    type: str
    mode: str | None
    status: str
    quad: str
    score: float
    first_day: dt.date | None
    last_day: dt.date | None
    grain: str
    place: str | None
    place_country: str | None
    latitude: float | None
    longitude: float | None
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    dead: int | None
    tellings: tuple[str, ...]
    reports: int
    publishers: int
    first_seen: dt.date | None
    last_seen: dt.date | None
    confidence: float
    contradictions: dict[str, dict[str, int]]


def clusters(events: Iterable[str], links: Iterable[tuple[str, str, float]]) -> list[list[str]]:
    """Groups of events that tell one happening each, by average linkage over the links; each group and the list in order.

    The outcome depends on the events and links alone, not on their order.
    """
    chances: dict[str, dict[str, float]] = defaultdict(dict)
    for one, other, chance in links:
        chances[one][other] = chances[other][one] = chance
    remaining, groups = set(events), []
    for event in sorted(remaining):
        if event in remaining:
            component = _component(event, chances)
            remaining -= component
            groups += _averaged(sorted(component), chances)
    return sorted(groups)


def _component(event: str, chances: dict[str, dict[str, float]]) -> set[str]:
    """All that links of SAME and more lead to."""
    seen, waiting = {event}, [event]
    while waiting:
        for other, chance in chances.get(waiting.pop(), {}).items():
            if chance >= SAME and other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


def _averaged(events: list[str], chances: dict[str, dict[str, float]]) -> list[list[str]]:
    if len(events) == 1:
        return [events]
    if len(events) == 2:
        return [events]  # they are in one component because they are linked
    from scipy.cluster.hierarchy import fcluster, linkage

    number = {event: n for n, event in enumerate(events)}
    apart = np.ones((len(events), len(events)))
    for one in events:
        for other, chance in chances[one].items():
            if other in number:
                apart[number[one], number[other]] = 1 - chance
    rows, columns = np.triu_indices(len(events), 1)
    labels = fcluster(linkage(apart[rows, columns], "average"), 1 - SAME, "distance")
    groups: dict[int, list[str]] = defaultdict(list)
    for event, label in zip(events, labels, strict=True):
        groups[int(label)].append(event)
    return list(groups.values())


def story_of(tellings: Sequence[tuple[Event, Report]]) -> Story:
    """What these tellings say together."""
    ordered = sorted(tellings, key=lambda one: (one[1].published or dt.date.max, one[0].id))
    events = [event for event, _ in ordered]
    kind, mode = _vote(events, lambda e: (e.type, e.mode))
    status = _vote(events, lambda e: e.status)
    same = [event for event in events if event.type == kind]
    grain = min((e.when.grain for e in events), key=FINEST.index)
    period = _vote([e for e in events if e.when.grain == grain], lambda e: (e.when.first, e.when.last))
    placed = [e for e in events if e.place is not None and e.place.country is not None]
    finest = min((_place_grain(e) for e in placed), default=None)
    where = _vote([e for e in placed if _place_grain(e) == finest], lambda e: e.place) if placed else None
    days = [report.published for _, report in ordered if report.published]
    deaths = [e for e in events if e.dead is not None]
    return Story(
        id=events[0].id,
        type=kind,
        mode=mode,
        status=status,
        quad=plover().quad(kind),
        score=plover().score(kind, mode),
        first_day=period[0],
        last_day=period[1],
        grain=grain,
        place=where.name if where else None,
        place_country=where.country if where else None,
        latitude=where.latitude if where else None,
        longitude=where.longitude if where else None,
        actors=_parties(same, lambda e: [a.code for a in e.actors]),
        recipients=_parties(same, lambda e: [a.code for a in e.recipients]),
        # Tolls rise: the latest report that gives one counts.
        dead=deaths[-1].dead if deaths else None,
        tellings=tuple(e.id for e in events),
        reports=len({report.id for _, report in ordered}),
        publishers=len({report.publisher for _, report in ordered if report.publisher}),
        first_seen=min(days, default=None),
        last_seen=max(days, default=None),
        confidence=max(e.confidence for e in events),
        contradictions=_contradictions(events),
    )


def _place_grain(event: Event) -> int:
    grain = event.place.grain if event.place else None
    return FINEST_PLACE.index(grain) if grain in FINEST_PLACE else len(FINEST_PLACE)


def _vote(events: Sequence[Event], value: Callable[[Event], Any]) -> Any:
    """The value with most confidence behind it; of equal ones the earliest told."""
    sums: dict[Hashable, float] = defaultdict(float)
    for event in events:
        sums[value(event)] += event.confidence
    return max(sums, key=lambda one: round(sums[one], 6))


def _parties(events: Sequence[Event], codes: Callable[[Event], list[str]]) -> tuple[str, ...]:
    whole = sum(event.confidence for event in events)
    sums: dict[str, float] = defaultdict(float)
    for event in events:
        for code in dict.fromkeys(codes(event)):
            sums[code] += event.confidence
    return tuple(code for code, weight in sums.items() if weight >= PARTY * whole)


def _contradictions(events: Sequence[Event]) -> dict[str, dict[str, int]]:
    told: dict[str, list[object]] = {
        "type": [e.type for e in events],
        "dead": [e.dead for e in events if e.dead is not None],
        "injured": [e.injured for e in events if e.injured is not None],
        "arrested": [e.arrested for e in events if e.arrested is not None],
        "first_day": [e.when.first for e in events if e.when.grain == "day"],
        "place_country": [e.place.country for e in events if e.place is not None and e.place.country],
    }
    counted = {field: Counter(map(str, values)) for field, values in told.items()}
    return {field: dict(sorted(values.items())) for field, values in counted.items() if len(values) > 1}
