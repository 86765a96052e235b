"""Stories in a ledger: found where tellings are new, kept in `stories`, `tellings` and `links`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb
import msgspec

from dragoman.ledger.dissolving import dissolve
from dragoman.merging import REACH, Story, Telling, clusters, links, story_of
from dragoman.merging.pairs import words_of
from dragoman.merging.stories import SAME
from dragoman.records import Event, Report

# New tellings that are compared at once with what lies around them.
SLICE = 5000
Insert = Callable[[str, list[dict[str, Any]]], None]

TELLINGS = """
SELECT e.id, e.report, r.text, e.record, coalesce(r.published, e.first_day) AS day, e.meaning
FROM events e JOIN reports r ON r.id = e.report
WHERE e.meaning IS NOT NULL AND coalesce(r.published, e.first_day) BETWEEN ? AND ?
"""


def merge(connection: duckdb.DuckDBPyConnection, insert: Insert) -> int:
    """Find the stories of events that have none; returns how many stories were made or made anew.

    Only what lies within REACH days of a new event is looked at, and only stories that are linked to one change. The outcome is
    that of merging all events at once. insert: writes rows into a table. Call it within a transaction.
    """
    new = connection.execute(
        "SELECT e.id, coalesce(r.published, e.first_day) AS day, e.meaning IS NOT NULL "
        "FROM events e JOIN reports r ON r.id = e.report LEFT JOIN tellings t ON t.event = e.id "
        "WHERE t.story IS NULL ORDER BY day NULLS FIRST, e.id"
    ).fetchall()
    if not new:
        return 0
    comparable = [(event, day) for event, day, meant in new if day is not None and meant]
    for start in range(0, len(comparable), SLICE):
        part = comparable[start : start + SLICE]
        low, high = part[0][1] - dt.timedelta(days=REACH), part[-1][1] + dt.timedelta(days=REACH)
        found = links(list(tellings(connection, low, high)), frozenset(event for event, _ in part))
        if found:
            insert("links", [{"one": one, "other": other, "probability": chance} for one, other, chance in found])
    # Two slices may have compared the same pair.
    connection.execute("CREATE OR REPLACE TEMP TABLE once AS SELECT DISTINCT * FROM links")
    connection.execute("DELETE FROM links")
    connection.execute("INSERT INTO links SELECT * FROM once ORDER BY one, other")
    touched = _reached(connection, {event for event, *_ in new})
    between = connection.execute(
        "SELECT one, other, probability FROM links WHERE list_contains(?, one) AND list_contains(?, other)", [touched, touched]
    ).fetchall()
    dissolve(connection, "SELECT unnest(?)", touched)
    told = dict(_records(connection, touched))
    stories = [story_of([told[event] for event in group]) for group in clusters(touched, between)]
    insert("stories", [_row(story) for story in stories])
    insert("tellings", [{"event": event, "story": story.id} for story in stories for event in story.tellings])
    return len(stories)


def _reached(connection: duckdb.DuckDBPyConnection, events: set[str]) -> list[str]:
    """These events and all that links of SAME and more lead to from them."""
    reached, frontier = set(events), set(events)
    while frontier:
        rows = connection.execute(
            "SELECT one, other FROM links WHERE probability >= ? AND (list_contains(?, one) OR list_contains(?, other))",
            [SAME, list(frontier), list(frontier)],
        ).fetchall()
        frontier = {event for row in rows for event in row} - reached
        reached |= frontier
    return sorted(reached)


def tellings(connection: duckdb.DuckDBPyConnection, low: dt.date, high: dt.date) -> Iterator[Telling]:
    for _, report, text, record, day, meaning in connection.execute(TELLINGS, [low, high]).fetchall():
        yield telling(msgspec.json.decode(record, type=Event), report, text, day, meaning)


def telling(one: Event, report: str, text: str, day: dt.date, meaning: bytes) -> Telling:
    """What of a record counts for merging."""
    parties = (*one.actors, *one.recipients)
    place = one.place
    return Telling(
        event=one.id,
        report=report,
        text=text,
        sentence=one.evidence.text,
        type=one.type,
        quad=one.quad,
        mode=one.mode,
        status=one.status,
        published=day,
        first=one.when.first,
        last=one.when.last,
        place=place.name if place else None,
        place_country=place.country if place else None,
        grain=place.grain if place else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        actors=frozenset(a.code for a in one.actors),
        recipients=frozenset(a.code for a in one.recipients),
        persons=frozenset(a.id for a in parties if a.id and a.rule not in ("state", "adjective", "demonym", "capital", "seat")),
        dead=one.dead,
        trigger=one.trigger.text,
        start=one.trigger.start,
        end=one.trigger.end,
        actor_words=words_of(*(a.span.text for a in one.actors)),
        recipient_words=words_of(*(a.span.text for a in one.recipients)),
        meaning=meaning,
    )


def _records(connection: duckdb.DuckDBPyConnection, events: Sequence[str]) -> Iterator[tuple[str, tuple[Event, Report]]]:
    rows = connection.execute(
        "SELECT e.id, e.record, r.published, r.id, r.publisher FROM events e JOIN reports r ON r.id = e.report "
        "WHERE list_contains(?, e.id)",
        [list(events)],
    ).fetchall()
    for event, record, published, report, publisher in rows:
        yield (
            event,
            (msgspec.json.decode(record, type=Event), Report(text="", published=published, id=report, publisher=publisher)),
        )


def _row(story: Story) -> dict[str, Any]:
    row = msgspec.structs.asdict(story)
    del row["tellings"]
    return {
        **row,
        "tellings": len(story.tellings),
        "actors": list(story.actors),
        "recipients": list(story.recipients),
        "contradictions": msgspec.json.encode(story.contradictions).decode() if story.contradictions else None,
    }
