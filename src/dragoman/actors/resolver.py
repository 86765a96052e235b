"""From an actor's words to `COUNTRY.SECTOR`, with the date, the words around and the rest of the report as proof."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dragoman.actors.knowledge import Entry, entries, plain, role_words
from dragoman.extraction.labels import OWNERLESS
from dragoman.records import Actor, Span

LONGEST = 8
LONGEST_CAPITALS = 5
# Characters of a short form with its stop ("Gen.").
LONGEST_SHORT = 4
WORD = re.compile(r"[^\W_]+(?:[.'’&][^\W_]+)*[.'’]?|&")
CAPITALISED = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'’-]*(?:[ -][A-Z][\w'’-]*)*")
FORMER = re.compile(r"\b(?:former|ex|then|deposed|ousted|late|one time|exiled)\b", re.I)
# States in the plural and without names are nobody's.
OTHERS = re.compile(r"\b(?:countries|nations|states|governments|powers)$", re.I)
OF = (" of ", " of the ")
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
# Words that may stand capitalised beside a surname without being part of a name: a sentence's first words, titles, days.
BESIDE_SURNAMES = frozenset({
    "yesterday", "today", "meanwhile", "later", "earlier", "but", "and", "after", "when", "as", "on", "in", "while", "because",
    "both", "like", "that", "for", "with", "although", "if", "former", "ex", "then", "since", "according", "by", "to", "before",
    "during", "despite", "under", "however", "following", "mr", "mrs", "ms", "dr", "sir", "lord", "lady", "dame", "pm",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may",
    "june", "july", "august", "september", "october", "november", "december",
})
CONTINENTS = frozenset({"latin", "south", "central"})
MONTHS = frozenset({"may", "march"})
# Words before a month.
DATING = frozenset({
    "in", "of", "since", "until", "till", "last", "this", "next", "by", "from", "early", "late", "mid", "on", "and", "between",
})
# fmt: on
NO_SECTOR = frozenset({"UNO", "EUR", "IGO", "NGO", "MNC", "ISM"})
# When two entries bear one name, what it usually is in news.
RANK = {
    "state": 0,
    "group": 1,
    "body": 1,
    "leader": 2,
    "person": 2,
    "adjective": 2,
    "demonym": 3,
    "seat": 3,
    "capital": 4,
    "media": 4,
    "surname": 6,
}
# Kinds of entries that are persons.
PERSONS = frozenset({"leader", "person", "surname"})
# Sectors of those who serve a state.
OFFICES = frozenset({"GOV", "LEG", "JUD", "MIL", "COP", "SPY", "ELI"})
# Sectors that a bare country's or capital's name may take from what it does there; else it is its government.
DOERS = frozenset({"MIL", "GOV", "LEG", "JUD", "COP", "CVL", "BUS", "SPY"})


@dataclass(frozen=True, slots=True)
class Found:
    """A name of the knowledge base in a text: its words' range and what it stands for."""

    start: int
    end: int
    entry: Entry


def often_named(found: Sequence[Found]) -> list[str]:
    """The countries and bodies that a report is about: the four oftenest named, the oftenest first."""
    return [code for code, _ in Counter(f.entry.country for f in found).most_common(4)]


@dataclass(slots=True)
class Context:
    """What stands around a mention: the text, its date, and the knowledge-base names found in it.

    place: the country where the event took place. sector: the model's guess for this mention. owner: whose the model
    reads this mention to be, and why.
    """

    text: str
    date: dt.date | None
    found: list[Found] = field(default_factory=list)
    place: str | None = None
    sector: str = ""
    owner: tuple[str, str] | None = None


def holds(entry: Entry, date: dt.date | None) -> bool:
    """Whether the entry is in force on this day (or the day is not known)."""
    if date is None:
        return entry.until is None
    return (entry.since is None or entry.since <= date) and (entry.until is None or date <= entry.until)


class Resolver:
    """Built once from the knowledge base; then `scan` a text and `resolve` its mentions.

    where: a function that gives the country of a place's name, for names the knowledge base lacks ("Mosul residents").
    """

    def __init__(self, where: Callable[[str, Sequence[str]], str | None] | None = None) -> None:
        self._names: dict[str, list[Entry]] = {}
        written: dict[str, bool] = {}
        for name, entry in entries():
            key = plain(name)
            if key:
                self._names.setdefault(key, []).append(entry)
                # Short capitals are also words ("IS", "ICE", "SPA"): they must stand in capitals to be meant.
                written[key] = written.get(key, True) and name.isupper() and len(name) <= LONGEST_CAPITALS
        self._capitals = {key for key, capitals in written.items() if capitals}
        self._firsts = {name.split()[0] for name in self._names}
        self._roles = role_words()
        self._where = where
        self.common = frozenset(self._roles) | QUANTIFIERS

    def lookup(self, name: str, date: dt.date | None = None) -> list[Entry]:
        """Everything a name may stand for, those in force on the date first."""
        return sorted(self._names.get(plain(name), []), key=lambda e: (not holds(e, date), RANK[e.kind]))

    def scan(self, text: str, date: dt.date | None) -> list[Found]:
        """The names of the knowledge base in a text, longest first at each place, none overlapping."""
        words = [(m.start(), m.end(), plain(m.group())) for m in WORD.finditer(text)]
        found: list[Found] = []
        full_names: set[str] = set()
        at = 0
        while at < len(words):
            hit = None
            if words[at][2].split(" ")[0] in self._firsts or self._garbled(words[at][2]):
                hit = self._longest(text, words, at, date, full_names)
            if hit is None:
                at += 1
                continue
            length, entry = hit
            if entry.kind == "leader":
                full_names.add(entry.name)
            found.append(Found(words[at][0], words[at + length - 1][1], entry))
            at += length
        return found

    def _garbled(self, word: str) -> bool:
        """A possessive that lost its apostrophe ("Russias", "XIS")."""
        return word.endswith("s") and word[:-1] in self._names

    def _longest(
        self, text: str, words: list[tuple[int, int, str]], at: int, date: dt.date | None, full_names: set[str]
    ) -> tuple[int, Entry] | None:
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            # "Hong Kong. Police" are two sentences, "St. Louis" is not.
            if any(
                text[end - 1] == "." and "." not in text[start : end - 1] and end - start > LONGEST_SHORT
                for start, end, _ in words[at : at + length - 1]
            ):
                continue
            phrase = " ".join(word for _, _, word in words[at : at + length] if word)
            options = self._names.get(phrase)
            if options is None and phrase.endswith("s"):
                options = self._names.get(phrase[:-1])
            if not options:
                continue
            surface = text[words[at][0] : words[at + length - 1][1]]
            if phrase in self._capitals and not surface.isupper():
                continue
            if length == 1 and not self._alone(text, words, at):
                options = [entry for entry in options if entry.kind not in PERSONS]
            if phrase in ("american", "americans") and at and words[at - 1][2] in CONTINENTS:
                return None  # "Latin American" is nobody's
            best = self._choose(options, surface, date, full_names)
            if best is not None:
                return length, best
        return None

    def _alone(self, text: str, words: list[tuple[int, int, str]], at: int) -> bool:
        """Whether a word may be a surname by itself: no part of another's name ("Mark Thatcher", "Park Avenue"), no month."""
        start, end, word = words[at]
        before = words[at - 1] if at and text[words[at - 1][1] : start] == " " else None
        after = words[at + 1] if at + 1 < len(words) and text[end : words[at + 1][0]] == " " else None
        # A full stop ends the sentence, but for an initial's.
        if before is not None and text[before[1] - 1] == "." and len(before[2]) > 1:
            before = None
        if text[end - 1] == ".":
            after = None
        if word in MONTHS and (before is None or before[2] in DATING or (after is not None and after[2].isdigit())):
            return False
        if text[start:end].isupper():
            return True  # in a shouted line every word is capitalised
        return all(beside is None or not text[beside[0]].isupper() or self._no_name(beside[2]) for beside in (before, after))

    def _no_name(self, word: str) -> bool:
        """Whether a capitalised word beside a surname is a title, a nationality or a sentence's beginning."""
        known = self._names.get(word, [])
        return (
            word in BESIDE_SURNAMES
            or word in self._roles
            or any(entry.kind in ("adjective", "body", "group", "media") for entry in known)
        )

    def _choose(self, options: list[Entry], surface: str, date: dt.date | None, full_names: set[str]) -> Entry | None:
        # Names are capitalised, but a rough report may shout ("XI", "PUTIN") or whisper only in short function words.
        if not surface[0].isupper() and not surface[0].isdigit() and not surface.startswith("al-"):
            return None
        if surface.lower() in ("us", "it", "un") and surface not in ("US", "UN", "IT"):
            return None
        usable = []
        sole = len({entry.country for entry in options}) == 1
        for entry in options:
            if entry.kind == "surname":
                near = _near(entry, date, sole) if date is not None else entry.until is None
                if entry.name in full_names:
                    usable.append((-1, entry))
                elif near:
                    usable.append((RANK["surname"], entry))
            elif entry.kind in ("group", "body") and not holds(entry, date):
                usable.append((8, entry))
            elif entry.kind in ("leader", "person") and not holds(entry, date):
                usable.append((5, entry))
            elif entry.kind == "media" and not surface.rsplit(maxsplit=1)[-1][0].isupper():
                continue  # "The local office" is not The Local
            else:
                usable.append((RANK[entry.kind], entry))
        if not usable:
            return None
        return min(usable, key=lambda p: (p[0], not holds(p[1], date), -(p[1].since or dt.date.min).toordinal()))[1]

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
            country, rule, name = self._elsewhere(span, context, roles)
            sector = self._sector(None, roles, former, context, country)
            return Actor(span=span, country=country, sector=sector, name=name, rule=rule)
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
        sector = self._sector(behind or entry, roles, former, context, entry.country)
        shown = (behind or entry).name if behind or not roles else span.text
        return Actor(span=span, country=entry.country, sector=sector, name=shown, rule=(behind or entry).row)

    def _first_name(self, inside: list[Found], text: str, roles: list[tuple[int, str, str]]) -> Found | None:
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

    def _roles_in(self, words: str) -> list[tuple[int, str, str]]:
        """(place, sector, kind) of the role phrases in a mention, longest at each place."""
        tokens = [plain(m.group()) for m in WORD.finditer(words)]
        found, at = [], 0
        while at < len(tokens):
            for length in range(min(5, len(tokens) - at), 0, -1):
                role = self._roles.get(" ".join(tokens[at : at + length]))
                if role is not None:
                    found.append((at, *role))
                    at += length - 1
                    break
            at += 1
        return found

    def _sector(
        self, entry: Entry | None, roles: list[tuple[int, str, str]], former: bool, context: Context, country: str
    ) -> str:
        if country in NO_SECTOR and (entry is None or entry.kind in ("body", "leader")):
            return entry.sector if entry is not None else ""
        role = roles[0][1] if roles else ""
        if entry is not None and entry.kind in ("group", "media", "body", "person") and entry.sector:
            return "LAB" if entry.sector == "BUS" and role == "LAB" else entry.sector
        if former and (role in ("GOV", "LEG", "MIL", "") or (entry is not None and entry.kind in ("leader", "surname"))):
            return "ELI"
        if entry is not None and entry.kind in ("leader", "surname"):
            # The report's own words ("Foreign Minister X") are newer than a term that our rows let end too early.
            if context.date is not None and entry.until is not None and entry.until < context.date:
                return role or "ELI"
            # Before his term a leader is what the words call him; without any, what the model thinks.
            if not holds(entry, context.date) and role:
                return role
            return entry.sector
        if role:
            # "A man", "staff", "the aircraft": the words do not tell, what happens does.
            return context.sector if roles[0][2] == "anyone" and context.sector else role
        if entry is not None and entry.kind in ("state", "capital", "seat", "adjective"):
            return context.sector if context.sector in DOERS else "GOV"
        if entry is not None and entry.kind == "demonym" and context.sector in ("", "GOV"):
            return "CVL"
        return context.sector or (entry.sector if entry is not None else "UNK")

    def _elsewhere(self, span: Span, context: Context, roles: list[tuple[int, str, str]]) -> tuple[str, str, str | None]:
        """Country of a mention that names none: a place in it, the event's place, or the names around it."""
        if self._where is not None:
            place = self._where(span.text, [f.entry.country for f in context.found])
            if place:
                return place, f"place named in {span.text!r}", None
        # Who holds an office of state belongs to a state, even where the model sees no name to whom.
        official = bool(roles) and roles[0][1] in OFFICES and not OTHERS.search(span.text)
        if context.owner is not None and not (official and context.owner[0] in OWNERLESS):
            return *context.owner, None
        states = [
            f for f in context.found if f.entry.kind != "media" and len(f.entry.country) == 3 and f.entry.country not in NO_SECTOR
        ]
        if context.place:
            return context.place, "country of the event's place", None
        if not states:
            # No state is named: a city or region anywhere in the report tells where it is set.
            if self._where is not None:
                for run in CAPITALISED.findall(context.text):
                    place = self._where(run, ())
                    if place:
                        return place, f"place named in the report: {run}", None
            return "---", "nothing tells", None
        before = [f for f in states if f.end <= span.start and "\n" not in context.text[f.end : span.start]]
        counts = Counter(f.entry.country for f in states)
        nearest = max(before, key=lambda f: f.end, default=None) or min(states, key=lambda f: abs(f.start - span.start))
        chosen = nearest.entry.country
        if counts.most_common(1)[0][1] >= 3 * counts[chosen]:
            chosen = counts.most_common(1)[0][0]
        return chosen, "country named nearest in the report", None


def _attached(text: str, found: Found) -> bool:
    """Whether a name only qualifies another's ("pro-Russian separatists", "Turkish-backed rebels")."""
    before, after = text[max(found.start - 5, 0) : found.start].lower(), text[found.end : found.end + 8].lower()
    return before.endswith(("pro-", "anti-")) or after.startswith(ATTACHED)


def _near(entry: Entry, date: dt.date, sole: bool) -> bool:
    """Whether a surname alone may mean this leader: from shortly before the term, as elected, to some time after it.

    sole: nobody of another country bears the name, so that it lasts longer.
    """
    before, after = (dt.timedelta(days=days) for days in ((200, 1800) if sole else (90, 400)))
    return (entry.since is None or entry.since - before <= date) and (entry.until is None or date <= entry.until + after)
