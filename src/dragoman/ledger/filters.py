"""Which events are meant: the same words in Python, on the command line, in a URL and in SQL."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from dragoman.ontology import plover

ACTOR = re.compile(r"^(?P<country>[A-Z]{3}|---|\*)?(?:\.(?P<sector>[A-Z]{3}|\*))?$")
# An event without a date of its own has its report's.
FIRST, LAST = "coalesce(e.first_day, r.published)", "coalesce(e.last_day, r.published)"


class FilterError(ValueError):
    """A filter's word means nothing; the message says which, what was expected and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """The events from `since` to `until` (both included) between these parties, of these types, at this place.

    since, until: days; an event's own last and first day count, or else the day of its report.
    actor, recipient: `CHN`, `CHN.GOV`, `.MIL` (of any country) or `CHN.*`, several parted by commas. Of a mutual act,
    which has several actors and no recipient, every party is found as either.
    type: PLOVER types, with a mode as `ASSAULT.drone`, several parted by commas. status: the same.
    place: a country's code or a place's name. min_confidence: 0 to 1.
    Raises FilterError for words that no event could have.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    actor: str | None = None
    recipient: str | None = None
    type: str | None = None
    status: str | None = None
    place: str | None = None
    min_confidence: float = 0.0

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise FilterError(f"since {self.since} lies behind until {self.until}; exchange them")
        for field in ("actor", "recipient"):
            for part in _parts(getattr(self, field)):
                match = ACTOR.match(part)
                if match is None or not (match["country"] or match["sector"]):
                    raise FilterError(
                        f"{field} {part!r}: expected COUNTRY, COUNTRY.SECTOR or .SECTOR, such as CHN, CHN.GOV, .MIL"
                    )
        for part in _parts(self.type):
            name, _, mode = part.partition(".")
            known = plover().types
            if name not in known:
                raise FilterError(f"type {name!r}: expected one of {', '.join(known)}")
            if mode and mode not in known[name].modes:
                raise FilterError(f"type {part!r}: {name} has the modes {', '.join(known[name].modes) or 'none'}")
        for part in _parts(self.status):
            if part not in plover().statuses:
                raise FilterError(f"status {part!r}: expected one of {', '.join(plover().statuses)}")
        if not 0 <= self.min_confidence <= 1:
            raise FilterError(f"min_confidence {self.min_confidence}: expected a number from 0 to 1")

    def where(self) -> tuple[str, list[object]]:
        """A condition on `events e JOIN reports r ON r.id = e.report` for SQL, and its parameters."""
        terms: list[str] = []
        values: list[object] = []
        for term, day in ((f"{LAST} >= ?", self.since), (f"{FIRST} <= ?", self.until)):
            if day is not None:
                terms.append(term)
                values.append(day)
        if self.min_confidence:
            terms.append("e.confidence >= ?")
            values.append(self.min_confidence)
        if self.type:
            names = [part.partition(".")[::2] for part in _parts(self.type)]
            terms.append("(" + " OR ".join("e.type = ? AND e.mode = ?" if mode else "e.type = ?" for _, mode in names) + ")")
            values += [value for name in names for value in name if value]
        if self.status:
            terms.append("list_contains(?, e.status)")
            values.append(_parts(self.status))
        if self.place:
            terms.append("(e.place_country = ? OR lower(e.place) = lower(?))")
            values += [self.place, self.place]
        for role, asked in (("actor", self.actor), ("recipient", self.recipient)):
            if asked:
                condition, more = _party(role, asked, mutual=role == "recipient")
                terms.append(condition)
                values += more
        return " AND ".join(terms) or "true", values


def _parts(words: str | None) -> list[str]:
    return [part.strip() for part in (words or "").split(",") if part.strip()]


def _party(role: str, asked: str, mutual: bool) -> tuple[str, list[object]]:
    """Whether one of these stands in the role; `mutual`: or is one of several actors of an act without recipients."""
    alternatives, values = [], []
    for part in _parts(asked):
        match = ACTOR.match(part)
        assert match is not None  # looked at when the filter was made
        terms = []
        for column, value in (("country", match["country"]), ("sector", match["sector"])):
            if value and value != "*":
                terms.append(f"p.{column} = ?")
                values.append(value)
        alternatives.append(" AND ".join(terms) or "true")
    here = "(" + " OR ".join(alternatives) + ")"
    stands = f"EXISTS (SELECT 1 FROM participants p WHERE p.event = e.id AND p.role = '{role}' AND {here})"
    if not mutual:
        return stands, list(values)
    others = (
        "NOT EXISTS (SELECT 1 FROM participants q WHERE q.event = e.id AND q.role = 'recipient') "
        "AND (SELECT count(*) FROM participants q WHERE q.event = e.id AND q.role = 'actor') > 1 "
        f"AND EXISTS (SELECT 1 FROM participants p WHERE p.event = e.id AND p.role = 'actor' AND {here})"
    )
    return f"({stands} OR ({others}))", [*values, *values]
