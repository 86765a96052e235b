"""The pipeline: reports in, resolved events out. Coder(...).code(report) and .code_many(reports)."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from dragoman.actors.knowledge import VERSION as KNOWLEDGE_VERSION
from dragoman.actors.knowledge import own_version
from dragoman.actors.names import PERSONS, Found, Names, often_named
from dragoman.actors.origins import Origins
from dragoman.actors.references import antecedents, full_name
from dragoman.actors.resolver import COMMON, NAMED, Context, Resolver
from dragoman.casualties import counts
from dragoman.cleaning import Cleaned, clean
from dragoman.codebook import Codebook
from dragoman.extraction.decoding import Argument, Extracted, Name, Settings
from dragoman.extraction.extractor import Extraction, Extractor
from dragoman.extraction.windows import sentences
from dragoman.ontology import plover
from dragoman.places import PlaceResolver, gazetteer
from dragoman.records import Actor, Coded, Event, Place, Report, Span
from dragoman.times import only_time, period

BATCH = 256
# How likely a party named in another sentence must be to stand beside those of the trigger's own, being of another country.
REMOTE = 0.6
# Characters between two triggers that may name one act.
BESIDE = 12
# Meetings in which one does not go to the other, so that all are actors.
RECIPROCAL = frozenset({("CONSULT", None), ("CONSULT", "phone"), ("CONSULT", "multilateral")})
# Types that may have dead and injured, and the ones that may have arrested.
HARMING = frozenset({"ASSAULT", "PROTEST", "COERCE"})
ARRESTING = frozenset({("COERCE", "arrest")})
# In the annotations a supporting act behind these words is AGREE in 32 of 33 cases.
WILL = re.compile(r"\b(?:will|would|shall)\s+(?:\w+\s+){0,2}$")
# "Supporting each other": both are actors, whoever of them the model saw.
EACH_OTHER = re.compile(r"(?:\s+[a-z]+){0,2}?\s+(?P<words>each other|one another)\b")


class Coder:
    """Codes reports into events.

    model: folder of another model than the packaged one. min_confidence: events below it (0 to 1) are left out.
    threads: processor cores for the encoder, all by default. codebook: a TOML file of the user's own classes
    (dragoman/codebook.py), into which events are put besides. actors: CSV files of the user's own names (docs/actors.md),
    which go before ours.
    Building one takes about a second; keep it for many reports. Raises CodebookError or KnowledgeError
    for a file of another form.
    """

    def __init__(
        self,
        model: Path | None = None,
        min_confidence: float = 0.0,
        threads: int | None = None,
        codebook: str | Path | None = None,
        actors: Sequence[str | Path] = (),
    ) -> None:
        self._extractor = Extractor(model, threads)
        self._places = PlaceResolver(gazetteer())
        self._names = Names([Path(path) for path in actors])
        self._origins = Origins(gazetteer(), COMMON)
        self._resolver = Resolver(self._names, self._origins.country)
        self._own = own_version(actors)
        self._ontology = plover()
        self.min_confidence = min_confidence
        self._codebook = Codebook(Path(codebook), self._extractor.meanings) if codebook else None

    @property
    def version(self) -> str:
        """What the codes depend on: model, knowledge base, ontology and the user's codebook."""
        version = f"{self._extractor.version} {KNOWLEDGE_VERSION}{self._own} {self._ontology.version}"
        return f"{version} {self._codebook.version}" if self._codebook else version

    @property
    def model(self) -> Path:
        """Folder of the model in use."""
        return self._extractor.folder

    @property
    def settings(self) -> Settings:
        """The decoder's thresholds; setting others is for measuring."""
        return self._extractor.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._extractor.settings = settings

    def code(self, report: Report) -> Coded:
        """The events of one report, in the order of its text."""
        return next(self.code_many([report]))

    def code_many(self, reports: Iterable[Report], batch: int = BATCH) -> Iterator[Coded]:
        """The events of each report, in input order; `batch` reports go through the encoder together."""
        waiting = iter(reports)
        while group := list(islice(waiting, batch)):
            cleaned = [clean(report.text) for report in group]
            found = [self._names.scan(c.text, report.published) for c, report in zip(cleaned, group, strict=True)]
            names = [self.names(c.text, f) for c, f in zip(cleaned, found, strict=True)]
            extracted = self._extractor.extract([c.text for c in cleaned], names)
            coded = [
                self._resolve(report, text, known, one.events, self._about(one))
                for report, text, known, one in zip(group, cleaned, found, extracted, strict=True)
            ]
            if self._codebook is not None:
                _categorize(coded, self._codebook)
            yield from coded

    def relate(self, text: str, first: tuple[int, int], second: tuple[int, int]) -> dict[str, float]:
        """What the first span does to the second: a probability for each of the 16 types. Ranges count characters."""
        return self._extractor.relate(text, first, second)

    def scan(self, text: str, published: date | None) -> list[Found]:
        """The names of the knowledge base in a text."""
        return self._names.scan(text, published)

    def names(self, text: str, found: Sequence[Found]) -> list[Name]:
        """The names in a text whose country is known: those of the knowledge base, and places of the gazetteer."""
        return self._origins.names(text, found)

    def about(self, text: str, found: Sequence[Found]) -> list[str]:
        """The countries a text is about, the oftenest named first; where none is named, those of the cities in it."""
        # A capital's name may be another town's (Tripoli in Lebanon), so it counts only where no state is named otherwise.
        for other in (("media", "capital"), ("media",)):
            codes = often_named(f.entry.country for f in found if f.entry.kind not in other)
            if codes:
                return codes
        return often_named(name.country for name in self.names(text, found))

    def resolve(self, report: Report, cleaned: Cleaned, extracted: Sequence[Extracted]) -> Coded:
        """Records from what an extractor found in the cleaned text of a report."""
        return self._resolve(report, cleaned, self._names.scan(cleaned.text, report.published), extracted, ())

    def _about(self, extraction: Extraction) -> tuple[str, ...]:
        least = self.settings.context
        return tuple(name for name, chance in extraction.contexts.items() if chance >= least)

    def _resolve(
        self,
        report: Report,
        cleaned: Cleaned,
        found: list[Found],
        extracted: Sequence[Extracted],
        contexts: tuple[str, ...],
    ) -> Coded:
        near = self.about(cleaned.text, found) if extracted else []
        ranges = sentences(cleaned.text) if extracted else []
        events: list[Event] = []
        meanings: dict[str, bytes] = {}
        for one in extracted:
            if one.confidence >= self.min_confidence:
                # A trigger that no sentence holds is its own evidence.
                sentence = next(((a, b) for a, b in ranges if a <= one.start < b), (one.start, one.end))
                event = self._event(report, cleaned, one, found, near, sentence, contexts)
                meanings[event.id] = one.meaning
                if event.actors or event.recipients:
                    _keep(events, replace(event, **_casualties(cleaned.text, one, extracted, sentence)))
        events = _apart(events)
        notes = () if report.published else ("the report has no date, so relative times are left open",)
        return Coded(report, events, notes, contexts, {event.id: meanings[event.id] for event in events})

    def _event(
        self,
        report: Report,
        cleaned: Cleaned,
        one: Extracted,
        found: list[Found],
        near: list[str],
        sentence: tuple[int, int],
        contexts: tuple[str, ...],
    ) -> Event:
        text = cleaned.text
        place = self._place(cleaned, one.place, near)
        context = Context(text, report.published, found, place.country if place else None)
        near_by = _promised(_local(one, sentence), text)
        actors = self.side(near_by.actors, context, [])
        recipients = self.side(near_by.recipients, context, [a.country for a in actors])
        recipients = [r for r in recipients if (r.span, r.country) not in {(a.span, a.country) for a in actors}]
        for side, every in ((actors, one.actors), (recipients, one.recipients)):
            far = [a for a in every if not sentence[0] <= a.start < sentence[1] and a.probability >= REMOTE]
            countries = {a.country for a in (*actors, *recipients)}
            side += [a for a in self.side(far, context, []) if a.country not in countries and a.country != "---"]
        one = near_by
        mutual = EACH_OTHER.match(text, one.end)
        if mutual is not None and len({a.country for a in (*actors, *recipients)}) < 2:
            reference = Argument(mutual.start("words"), mutual.end("words"), 1.0)
            actors, recipients = self.side([reference], context, []) or actors, []
        if (one.type, one.mode) in RECIPROCAL and actors:
            actors, recipients = [*actors, *recipients], []
            if len({a.country for a in actors}) == 1:
                actors += self._met(actors, sentence, context)
        if one.mode == "visit" and not recipients and place is not None:
            # The codebook: the visitor is actor, the host is recipient; the host is the one at home.
            hosts = [a for a in actors if a.country == place.country]
            if hosts and len(hosts) < len(actors):
                actors, recipients = [a for a in actors if a not in hosts], hosts
        speaker = self.side([one.speaker] if one.speaker else [], context, [])
        when = (one.when.start, one.when.end) if one.when else only_time(text, *sentence)
        timed = round(one.when.probability, 4) if one.when else None
        said = period(
            Span(*when, text[slice(*when)]) if when else None,
            report.published,
            one.status == "future",
            text[when[1] : when[1] + 12] if when else "",
        )

        def placed(actor: Actor) -> Actor:
            return replace(actor, span=cleaned.span(actor.span.start, actor.span.end))

        key = f"{report.id} {one.type} {one.start} {one.end}"
        return Event(
            id=hashlib.sha256(key.encode()).hexdigest()[:16],
            report=report.id,
            type=one.type,
            mode=one.mode,
            status=one.status,
            quad=self._ontology.quad(one.type),
            score=self._ontology.score(one.type, one.mode),
            trigger=cleaned.span(one.start, one.end),
            actors=tuple(placed(a) for a in actors),
            recipients=tuple(placed(a) for a in recipients),
            place=replace(place, span=cleaned.span(place.span.start, place.span.end)) if place else None,
            when=replace(said, span=cleaned.span(*when), role_probability=timed) if when else said,
            speaker=placed(speaker[0]) if speaker else None,
            evidence=cleaned.span(*sentence),
            published=report.published,
            confidence=round(one.confidence, 4),
            mode_probability=round(one.mode_probability, 4),
            status_probability=round(one.status_probability, 4),
            contexts=contexts,
        )

    def _met(self, actors: Sequence[Actor], sentence: tuple[int, int], context: Context) -> list[Actor]:
        """Whom one met who meets alone: the one leader of another state in the sentence, where there is just one."""
        known = {actor.country for actor in actors}
        persons = [
            f
            for f in context.found
            if f.entry.kind in PERSONS and sentence[0] <= f.start < sentence[1] and f.entry.country not in known
        ]
        if len({f.entry.name for f in persons}) != 1:
            return []
        words = Span(persons[0].start, persons[0].end, context.text[persons[0].start : persons[0].end])
        met = self._resolver.resolve(words, context)
        return [replace(met, rule=f"only leader of another state in the sentence; {met.rule}")]

    def _named_before(self, span: Span, actor: Actor, context: Context) -> Actor:
        """The actor as the report named him in full before, where a surname alone tells less."""
        full = full_name(span.text, span.start, context.text)
        if full is None:
            return actor
        said = self._resolver.resolve(Span(*full, context.text[slice(*full)]), context)
        if said.rule not in NAMED:
            return actor
        return replace(said, span=span, rule=f"surname of {said.span.text!r}; {said.rule}")

    def _place(self, cleaned: Cleaned, argument: Argument | None, near: Sequence[str]) -> Place | None:
        if argument is None:
            return None
        words = cleaned.text[argument.start : argument.end]
        place = self._places.resolve(Span(argument.start, argument.end, words), near)
        return replace(place, role_probability=round(argument.probability, 4))

    def side(self, arguments: Sequence[Argument], context: Context, others: Sequence[str]) -> list[Actor]:
        """The actors that these mentions stand for: references followed, none twice."""
        side: list[Actor] = []
        for argument in arguments:
            words = context.text[argument.start : argument.end]
            context.sector = argument.sector
            context.owner = argument.owner
            meant = antecedents(words, argument.start, context.found, [*others, *(a.country for a in side)])
            spans = [Span(argument.start, argument.end, words)]
            if meant is not None:
                spans = [Span(f.start, f.end, context.text[f.start : f.end]) for f in meant]
            for span in spans:
                actor = self._resolver.resolve(span, context)
                if actor.id is None:
                    actor = self._named_before(span, actor, context)
                if meant is not None:
                    actor = replace(actor, rule=f"{words!r} refers to it; {actor.rule}")
                actor = replace(actor, role_probability=round(argument.probability, 4))
                for one in (actor, *self._resolver.further(actor, context)):
                    if all((one.span, one.country) != (other.span, other.country) for other in side):
                        side.append(one)
        return side


def _categorize(coded: Sequence[Coded], codebook: Codebook) -> None:
    """Give the events that the codebook looks at their class in it."""
    places = [(one, n) for one in coded for n, event in enumerate(one) if not codebook.types or event.type in codebook.types]
    categories = codebook.classify([one[n].evidence.text for one, n in places])
    for (one, n), category in zip(places, categories, strict=True):
        if category is not None:
            one[n] = replace(one[n], category=category.name, category_confidence=category.confidence)


def _casualties(text: str, one: Extracted, every: Sequence[Extracted], sentence: tuple[int, int]) -> dict[str, int]:
    """The counts in the event's sentence that are this event's: each goes to the nearest event of a type that may have it."""
    low, high = sentence
    here = [e for e in every if low <= e.start < high]
    found: dict[str, int] = {}
    for count in counts(text[low:high]):
        if count.kind == "arrested":
            takers = [e for e in here if (e.type, e.mode) in ARRESTING]
        else:
            takers = [e for e in here if e.type in HARMING and (e.type, e.mode) not in ARRESTING]
        if takers and min(takers, key=lambda e: abs(e.start - low - count.start)) is one:
            found.setdefault(count.kind, count.number)
    return found


def _promised(one: Extracted, text: str) -> Extracted:
    """ "Will keep supporting" is a promise: AGREE, as the codebook has it (a future act of support would be scheduled)."""
    if one.type == "SUPPORT" and one.status == "actual" and WILL.search(text, max(0, one.start - 30), one.start):
        return dataclasses.replace(one, type="AGREE", mode=None)
    return one


def _local(one: Extracted, sentence: tuple[int, int]) -> Extracted:
    """Parties named in the trigger's own sentence before those of other sentences; times and speakers there alone.

    The arc scorer learned mostly from texts of one to three sentences and reaches too far in longer ones.
    """
    low, high = sentence

    def inside(argument: Argument) -> bool:
        return low <= argument.start < high

    def side(arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
        return tuple(filter(inside, arguments)) or arguments

    return dataclasses.replace(
        one,
        actors=side(one.actors),
        recipients=side(one.recipients),
        when=one.when if one.when and inside(one.when) else None,
        speaker=one.speaker if one.speaker and inside(one.speaker) else None,
    )


def _keep(events: list[Event], event: Event) -> None:
    """Add an event unless the same act is told already; of two tellings the fuller one stays."""

    def parties(e: Event) -> tuple[frozenset[str], frozenset[str]]:
        return frozenset(a.code for a in e.actors), frozenset(a.code for a in e.recipients)

    def fullness(e: Event) -> tuple[int, float]:
        return bool(e.actors) + bool(e.recipients) + bool(e.place) + bool(e.when.span), e.confidence

    for index, other in enumerate(events):
        same = other.type == event.type and other.mode == event.mode and other.status == event.status
        if same and parties(other) == parties(event) and _compatible(other, event):
            if fullness(event) > fullness(other):
                events[index] = event
            return
    events.append(event)


def _apart(events: list[Event]) -> list[Event]:
    """The events without those that name an act once more: a trigger close beside a surer one, with no party of its own.

    "Signs an agreement" is one act, though either word could stand for it.
    """
    kept: list[Event] = []
    for event in sorted(events, key=lambda e: -e.confidence):
        parties = {a.span.start for a in (*event.actors, *event.recipients)}
        beside = (
            other
            for other in kept
            if max(event.trigger.start - other.trigger.end, other.trigger.start - event.trigger.end) <= BESIDE
        )
        if not any(parties <= {a.span.start for a in (*other.actors, *other.recipients)} for other in beside):
            kept.append(event)
    return [event for event in events if event in kept]


def _compatible(one: Event, other: Event) -> bool:
    """Whether places and times of two tellings do not speak against one act."""
    places = one.place is None or other.place is None or one.place.name == other.place.name
    times = one.when.span is None or other.when.span is None or one.when.first == other.when.first
    return places and times
