"""Names of the knowledge base in a text: where they stand and what each of them means there."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.actors.ambiguous import Readings
from dragoman.actors.knowledge import Entry, entries, plain, role_words

LONGEST = 8
LONGEST_CAPITALS = 5
# Characters of a short form with its stop ("Gen.").
LONGEST_SHORT = 4
WORD = re.compile(r"[^\W_]+(?:[.'’&][^\W_]+)*[.'’]?|&")
# fmt: off
# Words that may stand capitalised beside a surname without being part of a name: a sentence's first words, titles, days.
BESIDE_SURNAMES = frozenset({
    "administration", "government", "regime", "cabinet",
    "yesterday", "today", "meanwhile", "later", "earlier", "but", "and", "after", "when", "as", "on", "in", "while", "because",
    "both", "like", "that", "for", "with", "although", "if", "former", "ex", "then", "since", "according", "by", "to", "before",
    "the", "during", "despite", "under", "however", "following", "mr", "mrs", "ms", "dr", "sir", "lord", "lady", "dame", "pm",
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
# The beginning of a word that may belong to a name ("Ali al-Jarallah").
NAMELIKE = re.compile(r"(?:al-|el-|bin\b|ibn\b)|[A-ZÀ-Þ]")
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
    "place": 3,
    "capital": 4,
    "media": 4,
    "surname": 6,
}
# Kinds of entries that are persons.
PERSONS = frozenset({"leader", "person", "surname"})


@dataclass(frozen=True, slots=True)
class Found:
    """A name of the knowledge base in a text: its words' range and what it stands for."""

    start: int
    end: int
    entry: Entry


def often_named(codes: Iterable[str]) -> list[str]:
    """The countries and bodies that a report is about: the four oftenest named, the oftenest first."""
    return [code for code, _ in Counter(codes).most_common(4)]


def holds(entry: Entry, date: dt.date | None) -> bool:
    """Whether the entry is in force on this day (or the day is not known)."""
    if date is None:
        return entry.until is None
    return (entry.since is None or entry.since <= date) and (entry.until is None or date <= entry.until)


class Names:
    """The names of the knowledge base, and of the user's own files: built once, then `find` a name or `scan` a text."""

    def __init__(self, own: Sequence[Path] = ()) -> None:
        self._names: dict[str, list[Entry]] = {}
        written: dict[str, bool] = {}
        for name, entry in entries(own):
            key = plain(name)
            if key:
                self._names.setdefault(key, []).append(entry)
                # Short capitals are also words ("IS", "ICE", "SPA"): they must stand in capitals to be meant.
                written[key] = written.get(key, True) and name.isupper() and len(name) <= LONGEST_CAPITALS
        self._capitals = {key for key, capitals in written.items() if capitals}
        self._firsts = {name.split()[0] for name in self._names}
        self._roles = role_words()
        self._readings = Readings()

    @property
    def own(self) -> int:
        """How many names of the user's own files are known."""
        return sum(any(entry.own for entry in every) for every in self._names.values())

    def every(self) -> Collection[str]:
        """Every name, as `plain` has it."""
        return self._names.keys()

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
            first, last = words[at][0], words[at + length - 1]
            found.append(Found(first, last[0] + len(_own_part(text[last[0] : last[1]])), entry))
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
            reading = self._readings.of(phrase, text, words[at][0], words[at + length - 1][1]) if best else None
            if best is not None and reading is not None and (reading.entry is None or reading.entry.country != best.country):
                return (length, reading.entry) if reading.entry else None
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
        return all(
            beside is None or not NAMELIKE.match(text, beside[0]) or self._no_name(beside[2]) for beside in (before, after)
        )

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
        mine = [entry for entry in options if entry.own and holds(entry, date)]
        if mine:
            return mine[0]
        usable = []
        sole = len({entry.country for entry in options}) == 1
        for entry in options:
            if entry.kind == "surname":
                near = _near(entry, date, sole) if date is not None else entry.until is None
                if entry.name in full_names:
                    usable.append((-1, entry))
                elif near:
                    # The press says "Saleh" of a president, not of another state's minister.
                    usable.append((RANK["surname"] + (not entry.chief), entry))
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


def _own_part(word: str) -> str:
    """A name's last word without a possessive ("France's") and without the stop that ends a sentence ("France.", not "U.S.")."""
    word = re.sub("['’]s?$", "", word)
    return word[:-1] if word.endswith(".") and "." not in word[:-1] and len(word) > LONGEST_SHORT else word


def _near(entry: Entry, date: dt.date, sole: bool) -> bool:
    """Whether a surname alone may mean this leader: from shortly before the term, as elected, to some time after it.

    sole: nobody of another country bears the name, so that it lasts longer.
    """
    before, after = (dt.timedelta(days=days) for days in ((200, 1800) if sole else (90, 400)))
    return (entry.since is None or entry.since - before <= date) and (entry.until is None or date <= entry.until + after)
