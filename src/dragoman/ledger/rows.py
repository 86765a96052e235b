"""Records as rows of the ledger's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from dragoman.records import Actor, Coded, Event


def report_row(one: Coded, version: str) -> dict[str, Any]:
    row = msgspec.structs.asdict(one.report)
    return {**row, "version": version, "notes": "; ".join(one.notes) or None, "contexts": list(one.contexts)}


def event_row(event: Event, meaning: bytes | None) -> dict[str, Any]:
    place, when = event.place, event.when
    return {
        "id": event.id,
        "report": event.report,
        "type": event.type,
        "mode": event.mode,
        "status": event.status,
        "quad": event.quad,
        "score": event.score,
        "confidence": event.confidence,
        "first_day": when.first,
        "last_day": when.last,
        "grain": when.grain,
        "when_start": when.span.start if when.span else None,
        "when_end": when.span.end if when.span else None,
        "place": place.name if place else None,
        "place_country": place.country if place else None,
        "place_region": place.region if place else None,
        "place_grain": place.grain if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "geonames": place.geonames if place else None,
        "place_start": place.span.start if place else None,
        "place_end": place.span.end if place else None,
        "trigger_start": event.trigger.start,
        "trigger_end": event.trigger.end,
        "evidence_start": event.evidence.start,
        "evidence_end": event.evidence.end,
        "dead": event.dead,
        "injured": event.injured,
        "arrested": event.arrested,
        "category": event.category,
        "category_confidence": event.category_confidence,
        "meaning": meaning or None,
        "record": event.to_json(),
    }


def participant_rows(event: Event) -> list[dict[str, Any]]:
    def rows(role: str, actors: Sequence[Actor]) -> list[dict[str, Any]]:
        return [
            {
                "event": event.id,
                "role": role,
                "position": position,
                "country": actor.country,
                "sector": actor.sector,
                "name": actor.name,
                "words": actor.span.text,
                "span_start": actor.span.start,
                "span_end": actor.span.end,
                "knowledge": actor.id,
                "confidence": actor.confidence,
                "rule": actor.rule,
                "decided_by": actor.row,
            }
            for position, actor in enumerate(actors)
        ]

    return [
        *rows("actor", event.actors),
        *rows("recipient", event.recipients),
        *rows("speaker", [event.speaker] if event.speaker else []),
    ]
