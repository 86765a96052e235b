"""From an actor's words to `COUNTRY.SECTOR`, with the date, the words around and the rest of the report as proof."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from dragoman.actors.knowledge import Entry, certainty, plain, role_words
from dragoman.actors.names import WORD, Found, Names, holds
from dragoman.extraction.decoding import Owner
from dragoman.extraction.labels import OWNERLESS
from dragoman.records import Actor, Span

CAPITALISED = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'’-]*(?:[ -][A-Z][\w'’-]*)*")
FORMER = re.compile(r"\b(?:former|ex|then|deposed|ousted|late|one time|exiled)\b", re.I)
# States in the plural and without names are nobody's.
OTHERS = re.compile(r"\b(?:countries|nations|states|governments|powers)$", re.I)
OF = (" of ", " of the ")
# What stands between names that are parties side by side.
BESIDE = re.compile(r",? and (?:the |[a-z]+ )?|, (?:the )?|/")
# Behind a name, what makes it another's quality.
ATTACHED = (
    "-backed",
    "-allied",
    "-aligned",
    "-linked",
    "-born",
    "-affiliated",
    "-inspired",
    "-trained",
    "-funded",
    "–backed",
    "–linked",
)
# fmt: off
QUANTIFIERS = frozenset({
    "most", "many", "some", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several",
    "at", "over", "more", "hundreds", "thousands", "dozens", "one", "both", "all", "other", "the", "a", "an",
})
# fmt: on
# Words that name no place though they may stand capitalised.
COMMON = frozenset(role_words()) | QUANTIFIERS
NO_SECTOR = frozenset({"UNO", "EUR", "IGO", "NGO", "MNC", "ISM"})
# Sectors of those who serve a state.
OFFICES = frozenset({"GOV", "LEG", "JUD", "MIL", "COP", "SPY", "ELI"})
# Sectors that a bare country's or capital's name may take from what it does there; else it is its government.
DOERS = frozenset({"MIL", "GOV", "LEG", "JUD", "COP", "CVL", "BUS", "SPY"})

# The model said whose a mention is; the confidence is the model's.
OWNED = "the model's reading"

# Rules by which a name in the words themselves decides.
NAMED = frozenset(
    {"state", "adjective", "demonym", "group", "body", "leader in term", "leader out of term", "person in term", "own file"}
)

# A role phrase in a mention: its place among the words, the sector and kind of roles.csv, the phrase.
Role = tuple[int, str, str, str]


@dataclass(slots=True)
class Context:
    """What stands around a mention: the text, its date, and the knowledge-base names found in it.

    place: the country where the event took place. sector: the model's guess for this mention. owner: whose the model
    reads this mention to be.
    """

    text: str
    date: dt.date | None
    found: list[Found] = field(default_factory=list)
    place: str | None = None
    sector: str = ""
    owner: Owner | None = None


class Resolver:
    """From mentions to codes, by the names of the knowledge base; built once.

    names: the knowledge base. where: a function that gives the country of a place's name, for names the knowledge base
    lacks ("Mosul residents").
    """

    def __init__(self, names: Names, where: Callable[[str, Sequence[str]], str | None] | None = None) -> None:
        self.names = names
        self._roles = role_words()
        self._where = where

    def resolve(self, span: Span, context: Context) -> Actor:
        """Code one mention. Spans and the context's text count the same characters.

        A mention that cuts a name short ("Papua" of Papua New Guinea) is read as the whole name.
        """
        cut = next(
            (f for f in context.found if f.start <= span.start < span.end < f.end or f.start < span.start < f.end <= span.end),
            None,
        )
        if cut is not None:
            start, end = min(span.start, cut.start), max(span.end, cut.end)
            span = Span(start, end, context.text[start:end])
        inside = [f for f in context.found if span.start <= f.start and f.end <= span.end + 2 and not _attached(context.text, f)]
        roles = self._roles_in(self._own_words(span, context))
        former = FORMER.search(span.text) is not None
        named = self._first_name(inside, context.text, roles)
        if named is None:
            country, rule, row = self._elsewhere(span, context, roles)
            sector, sector_rule = self._sector(None, roles, former, context, country)
            confidence = context.owner.probability if rule == OWNED and context.owner else certainty(rule)
            return Actor(
                span=span, country=country, sector=sector, rule=rule, row=row, sector_rule=sector_rule, confidence=confidence
            )
        entry = named.entry
        # A nationality with a name behind it ("Iran's Revolutionary Guards") leaves the sector to the name.
        behind = next(
            (
                f.entry
                for f in inside
                if f.start > named.start
                and f.entry.kind in ("group", "leader", "person", "media")
                and f.entry.country == entry.country
            ),
            None,
        )
        sector, sector_rule = self._sector(behind or entry, roles, former, context, entry.country)
        shown = (behind or entry).name if behind or not roles else span.text
        decided = behind or entry
        rule = named_by(decided, context.date)
        return Actor(
            span=span,
            country=entry.country,
            sector=sector,
            name=shown,
            # "Nepalese minister Badri Pandey" is not Nepal.
            id=None if shown == span.text != decided.name else decided.id,
            rule=rule,
            row=decided.row,
            sector_rule=sector_rule,
            confidence=certainty(rule),
        )

    def further(self, actor: Actor, context: Context) -> list[Actor]:
        """The other parties that one mention names beside the first ("Italian, Greek and British workers")."""
        inside = [f for f in context.found if actor.span.start <= f.start and f.end <= actor.span.end]
        group = inside[:1]
        for name in inside[1:]:
            between = context.text[group[-1].end : name.start]
            if name.entry.kind != group[0].entry.kind or not BESIDE.fullmatch(between):
                break
            group.append(name)
        if not group or group[0].entry.kind not in ("adjective", "state", "demonym") or actor.country != group[0].entry.country:
            return []
        return [
            msgspec.structs.replace(actor, country=f.entry.country, row=f.entry.row, rule="named beside the first")
            for f in group[1:]
            if f.entry.country != actor.country
        ]

    def _first_name(self, inside: list[Found], text: str, roles: list[Role]) -> Found | None:
        if not inside:
            return None
        # "ambassador to Israel", "embassy in Damascus": the country behind is the host, unless it stands alone.
        first = inside[0]
        following = inside[1] if len(inside) > 1 else None
        # "The Congress of France", "the Conservative Party of Norway": whose it is stands behind.
        of = text[first.end : following.start] if following is not None else ""
        if first.entry.kind in ("group", "media") and following is not None and following.entry.kind == "state" and of in OF:
            return following
        if first.entry.kind == "adjective" and following is not None:
            # "Fijian UN peacekeepers" are the UN's, "Chinese Mexicans" are Mexicans.
            if following.entry.kind == "body" and following.entry.country in ("UNO", "IGO"):
                return following
            if following.entry.kind == "demonym" and following.start - first.end <= 1:
                return following
        strong = [f for f in inside if f.entry.kind in ("group", "body") and f.entry.sector in ("REB", "SPY", "PRM")]
        if strong and first.entry.kind in ("adjective", "demonym", "capital") and strong[0].entry.country != first.entry.country:
            return strong[0] if strong[0].entry.country != "IMG" else first
        if first.entry.kind == "surname" and len(inside) > 1 and inside[1].entry.kind in ("state", "adjective", "group"):
            return inside[1]
        return first

    def _own_words(self, span: Span, context: Context) -> str:
        """The words of a mention without names that only qualify it: the State in "anti-Islamic State rebels" is no state."""
        words = span.text
        for found in context.found:
            if span.start <= found.start and found.end <= span.end and _attached(context.text, found):
                at = found.start - span.start
                words = words[:at] + " " * (found.end - found.start) + words[found.end - span.start :]
        return words

    def _roles_in(self, words: str) -> list[Role]:
        """The role phrases in a mention, longest at each place."""
        tokens = [plain(m.group()) for m in WORD.finditer(words)]
        found: list[Role] = []
        at = 0
        while at < len(tokens):
            for length in range(min(5, len(tokens) - at), 0, -1):
                phrase = " ".join(tokens[at : at + length])
                role = self._roles.get(phrase)
                if role is not None:
                    found.append((at, *role, phrase))
                    at += length - 1
                    break
            at += 1
        return found

    def _sector(self, entry: Entry | None, roles: list[Role], former: bool, context: Context, country: str) -> tuple[str, str]:
        """The sector of a mention and why."""
        if country in NO_SECTOR and (entry is None or entry.kind in ("body", "leader")):
            return (entry.sector, "the body's own") if entry is not None else ("", "a body without a sector")
        role = roles[0][1] if roles else ""
        by_role = f"roles.csv: {roles[0][3]}" if roles else ""
        by_model = "the model's, by what happens"
        if entry is not None and entry.kind in ("group", "media", "body", "person") and entry.sector:
            return ("LAB", by_role) if entry.sector == "BUS" and role == "LAB" else (entry.sector, "the row's own")
        if former and (role in ("GOV", "LEG", "MIL", "") or (entry is not None and entry.kind in ("leader", "surname"))):
            return "ELI", "once in office, as the words say"
        if entry is not None and entry.kind in ("leader", "surname"):
            # The report's own words ("Foreign Minister X") are newer than a term that our rows let end too early.
            if context.date is not None and entry.until is not None and entry.until < context.date:
                return (role, by_role) if role else ("ELI", "the term was over")
            # Before his term a leader is what the words call him; without any, what the model thinks.
            if not holds(entry, context.date) and role:
                return role, by_role
            return entry.sector, "the office's"
        if role:
            # "A man", "staff", "the aircraft": the words do not tell, what happens does.
            return (context.sector, by_model) if roles[0][2] == "anyone" and context.sector else (role, by_role)
        if entry is not None and entry.kind in ("state", "capital", "seat", "adjective"):
            return (context.sector, by_model) if context.sector in DOERS else ("GOV", "a bare country is its government")
        if entry is not None and entry.kind == "demonym" and context.sector in ("", "GOV"):
            return "CVL", "people of a country"
        if context.sector:
            return context.sector, by_model
        return (entry.sector, "the row's own") if entry is not None else ("UNK", "nothing tells")

    def _elsewhere(self, span: Span, context: Context, roles: list[Role]) -> tuple[str, str, str]:
        """Country of a mention that names none, with rule and words: a place in it, its owner, the event's place, the report."""
        if self._where is not None:
            place = self._where(span.text, [f.entry.country for f in context.found])
            if place:
                return place, "place in the words", span.text
        # Who holds an office of state belongs to a state, even where the model sees no name to whom.
        official = bool(roles) and roles[0][1] in OFFICES and not OTHERS.search(span.text)
        owner = context.owner
        if owner is not None and not (official and owner.country in OWNERLESS):
            if owner.name is None:
                return owner.country, OWNED, ""
            return owner.country, OWNED, f"belonging to {context.text[owner.name.start : owner.name.end]!r}"
        states = [
            f for f in context.found if f.entry.kind != "media" and len(f.entry.country) == 3 and f.entry.country not in NO_SECTOR
        ]
        if context.place:
            return context.place, "country of the event's place", ""
        if not states:
            # No state is named: a city or region anywhere in the report tells where it is set.
            if self._where is not None:
                for run in CAPITALISED.findall(context.text):
                    place = self._where(run, ())
                    if place:
                        return place, "place in the report", run
            return "---", "nothing tells", ""
        before = [f for f in states if f.end <= span.start and "\n" not in context.text[f.end : span.start]]
        counts = Counter(f.entry.country for f in states)
        nearest = max(before, key=lambda f: f.end, default=None) or min(states, key=lambda f: abs(f.start - span.start))
        chosen = nearest.entry.country
        if counts.most_common(1)[0][1] >= 3 * counts[chosen]:
            return counts.most_common(1)[0][0], "country oftenest named in the report", ""
        return chosen, "country named nearest", context.text[nearest.start : nearest.end]


def named_by(entry: Entry, date: dt.date | None) -> str:
    """The rule by which a row of the knowledge base decides: what kind of name it is, and whether it was in force."""
    if entry.own:
        return "own file"
    if entry.kind in ("leader", "surname", "person"):
        return f"{entry.kind} in term" if holds(entry, date) else f"{entry.kind} out of term"
    return entry.kind


def _attached(text: str, found: Found) -> bool:
    """Whether a name only qualifies another's ("pro-Russian separatists", "Turkish-backed rebels")."""
    before, after = text[max(found.start - 5, 0) : found.start].lower(), text[found.end : found.end + 8].lower()
    return before.endswith(("pro-", "anti-")) or after.startswith(ATTACHED)
