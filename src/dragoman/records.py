"""The vocabulary of the project: what a report, a span, an actor, a place, a period and an event are.

Read this page first; every stage's signature uses its words. Nothing here computes more than a view of itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
from collections.abc import Mapping

import msgspec


class Span(msgspec.Struct, frozen=True):
    """A stretch of a report's text as it came in: characters [start, end) and the words themselves."""

    start: int
    end: int
    text: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One news text with what is known of it.

    text: as it came in, uncleaned; every offset in the ledger counts its characters.
    published: the day of publication, None when unknown (events are then coded with dates left open).
    id: given by the source or, when empty, a hash of date and text.
    """

    text: str
    published: dt.date | None = None
    id: str = ""
    title: str | None = None
    source: str | None = None
    publisher: str | None = None

    def __post_init__(self) -> None:
        if not self.id:
            digest = hashlib.sha256(f"{self.published or ''}\n{self.text}".encode()).hexdigest()[:16]
            msgspec.structs.force_setattr(self, "id", digest)


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """Input that could not become a report: where it stands, what is wrong with it, and what to do."""

    source: str
    reason: str
    advice: str
    place: str | None = None

    def __str__(self) -> str:
        where = f"{self.source}, {self.place}" if self.place else self.source
        return f"{where}: {self.reason}; {self.advice}"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """One who acts or is acted on, as worded and as resolved.

    country: ISO 3166 alpha-3, KOS, PSE, TWN, HKG, a body code (UNO, EUR, IGO, NGO, MNC, IMG, ISM) or `---`.
    sector: GOV, MIL, ... (ontology); empty where the codebook leaves it out.
    name, id: of the knowledge base's entry where it is one; the id is its Wikidata item where known.
    rule, row: how the country was found, and the knowledge row or the words that decided. sector_rule: how the sector was.
    confidence: how often the rule is right about the country, or the model's own probability; 0 to 1.
    role_probability: the model's, that this one stands in this role (None where a rule put it there).
    """

    span: Span
    country: str = "---"
    sector: str = ""
    name: str | None = None
    id: str | None = None
    rule: str = ""
    row: str = ""
    sector_rule: str = ""
    confidence: float = 1.0
    role_probability: float | None = None

    @property
    def code(self) -> str:
        """`COUNTRY.SECTOR`, or the country alone where there is no sector."""
        return f"{self.country}.{self.sector}" if self.sector else self.country


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an act happened. grain: city, region, country or sea; None with open coordinates when unresolved.

    region: the first-level division (admin1) that it is or lies in, where known. role_probability: the model's, that this
    is the place of the act.
    """

    span: Span
    name: str | None = None
    country: str | None = None
    region: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonames: int | None = None
    grain: str | None = None
    rule: str = ""
    role_probability: float | None = None


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """When an act happened: first and last day, and how exact the words were.

    grain: day, week, month, season, year, span (a stretch the words themselves give) or open (dates are None).
    role_probability: the model's, that these words are the time of the act.
    """

    span: Span | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    grain: str = "open"
    rule: str = ""
    role_probability: float | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to whom, when, where, on whose word, and the sentence that says so.

    dead, injured, arrested: how many, where that sentence gives a number. contexts: what the report is about.
    mode_probability, status_probability: the model's, of the mode (or none) and the status, uncalibrated.
    category, category_confidence: the class in the user's own codebook and its probability, where one is in use and near.
    original: the columns of the row it was imported from, word for word, so that they can be given back (formats/).
    """

    id: str
    report: str
    type: str
    mode: str | None
    status: str
    quad: str
    score: float
    trigger: Span
    actors: tuple[Actor, ...]
    recipients: tuple[Actor, ...]
    place: Place | None
    when: Period
    speaker: Actor | None
    evidence: Span
    published: dt.date | None
    confidence: float
    dead: int | None = None
    injured: int | None = None
    arrested: int | None = None
    contexts: tuple[str, ...] = ()
    category: str | None = None
    category_confidence: float | None = None
    mode_probability: float | None = None
    status_probability: float | None = None
    original: dict[str, str] | None = None

    def to_json(self) -> str:
        """The full record as one line of JSON."""
        return msgspec.json.encode(self).decode()

    def to_annotation(self, text: str) -> dict[str, object]:
        """The record in the codebook's annotation form; text: the report's, as it came in."""

        def side(actors: tuple[Actor, ...]) -> list[str]:
            return [f"{worded(text, actor.span)}|{actor.code}" for actor in actors]

        return {
            "type": self.type,
            "mode": self.mode,
            "status": self.status,
            "trigger": worded(text, self.trigger),
            "actors": side(self.actors),
            "recipients": side(self.recipients),
            "place": worded(text, self.place.span) if self.place else None,
            "when": worded(text, self.when.span) if self.when.span else None,
            "speaker": worded(text, self.speaker.span) if self.speaker else None,
        }


def worded(text: str, span: Span) -> str:
    """A span as an annotation writes it: its words, with `~n` when an earlier occurrence stands before it.

    Occurrences are counted at word boundaries, as the codebook says.
    """
    bounded, place = [], text.find(span.text)
    every = []
    while place >= 0:
        every.append(place)
        end = place + len(span.text)
        if not (text[place - 1 : place].isalnum() or text[end : end + 1].isalnum()):
            bounded.append(place)
        place = text.find(span.text, place + 1)
    occurrences = bounded or every
    if span.start not in occurrences:
        return span.text
    number = occurrences.index(span.start) + 1
    return span.text if number == 1 else f"{span.text}~{number}"


class Coded(list[Event]):
    """The events of one report: a list that shows itself in a notebook as a table and the marked text.

    notes: what the reader should know, such as a missing date. contexts: what the report is about (PLOVER's 37).
    meanings: the packed vector of each event's sentence by the event's id, by which tellings of one happening are found.
    """

    def __init__(
        self,
        report: Report,
        events: list[Event],
        notes: tuple[str, ...] = (),
        contexts: tuple[str, ...] = (),
        meanings: Mapping[str, bytes] | None = None,
    ) -> None:
        super().__init__(events)
        self.meanings = dict(meanings or {})
        self.report = report
        self.notes = notes
        self.contexts = contexts

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("when", "actors", "type", "recipients", "place", "conf.", "words"))
        rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in table_row(event)) + "</tr>" for event in self)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p>{self._marked()}</p>"

    def _marked(self) -> str:
        text, at, parts = self.report.text, 0, []
        marks = sorted({(e.trigger.start, e.trigger.end, f"{e.type} {e.mode or ''}".strip()) for e in self})
        for start, end, label in marks:
            if start < at:
                continue
            parts.append(html.escape(text[at:start]))
            parts.append(f'<mark title="{html.escape(label)}">{html.escape(text[start:end])}</mark>')
            at = end
        return "".join([*parts, html.escape(text[at:])]).replace("\n", "<br>")


def dated(period: Period) -> str:
    """A period for people: the day, `2025-08` for a month, `2014` for a year, both ends of a stretch, `open`."""
    if period.first is None or period.last is None:
        return "open"
    if period.grain == "year":
        return f"{period.first:%Y}"
    if period.grain == "month":
        return f"{period.first:%Y-%m}"
    if period.first == period.last:
        return period.first.isoformat()
    return f"{period.first}/{period.last}"


def table_row(event: Event) -> tuple[str, ...]:
    """The cells of the result table: date, actors, type (mode), recipients, place, confidence, words."""

    def side(actors: tuple[Actor, ...]) -> str:
        return "; ".join(f"{actor.span.text} [{actor.code}]" for actor in actors) or "-"

    kind = event.type + (f" ({event.mode})" if event.mode else "") + ("" if event.status == "actual" else f", {event.status}")
    place = "" if event.place is None else event.place.name or event.place.span.text
    if event.place is not None and event.place.country:
        place += f" [{event.place.country}]"
    words = " ".join(event.evidence.text.split())
    return (dated(event.when), side(event.actors), kind, side(event.recipients), place, f"{event.confidence:.2f}", words)
