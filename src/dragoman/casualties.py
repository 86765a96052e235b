"""How many were killed, injured or arrested, where a sentence gives a number: "killing 12 people and injuring 30 others"."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

KINDS = ("dead", "injured", "arrested")
# Words between a number and what is said of its people: no comma, no second number.
BETWEEN = r"(?:\s+(?!and\b|or\b|\d)[\w'’-]+){0,7}?"
BE = r"(?:\s+(?:is|are|was|were|be|being|been|has|have|had|left|reported|reportedly|also|either|confirmed|feared))*"

# What may follow a passive ("12 people killed in Kabul"); a number or a name behind the verb makes it active.
PASSIVE = (
    r"(?=\s*(?:[.,;:)]|$)|\s+(?:in|and|when|after|during|on|by|at|near|as|since|following|while|over|for|or|from|with|to)\b)"
)


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people: kind (dead, injured or arrested), how many, and where in the sentence its words begin."""

    kind: str
    number: int
    start: int


@cache
def _grammar() -> tuple[dict[str, int], str, dict[str, tuple[re.Pattern[str], ...]]]:
    words = tomllib.loads((resources.files("dragoman") / "casualties.toml").read_text(encoding="utf-8"))
    numbers: dict[str, int] = words["numbers"]
    tens = "|".join(w for w, n in numbers.items() if n >= 20 and n < 100 and " " not in w)
    units = "|".join(w for w, n in numbers.items() if 0 < n < 10 and len(w) > 2)
    spelled = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True))
    about = "|".join(map(re.escape, words["about"]))
    unit = r"%|percent|years?|months?|weeks?|days?|hours?|other\s+countries"
    digits = rf"\d{{1,3}}(?:,\d{{3}})+|\d+|(?:{tens})-(?:{units})|{spelled}"
    number = rf"(?:(?:{about})\s+)*(?P<number>{digits})(?![\w-]|[.,]\d|\s*(?:{unit}))"
    patterns: dict[str, tuple[re.Pattern[str], ...]] = {}
    for kind in KINDS:
        taking, being, nouns = ("|".join(map(re.escape, words[kind][part])) for part in ("taking", "being", "nouns"))
        patterns[kind] = tuple(
            re.compile(pattern, re.I)
            for pattern in (
                rf"(?<![\w-])(?:{taking})\s+{number}(?=\s|[.,;]|$)",
                rf"(?<![\w-]){number}{BETWEEN}{BE}\s+(?:{being})(?![\w-]){PASSIVE}",
                rf"(?<![\w-]){number}\s+(?:{nouns})(?![\w-])",
            )
        )
    more = rf"\s+(?:[\w'’-]+\s+){{0,3}}?and\s+{number}\s+(?!others?\b)[\w'’-]+"
    return numbers, more, patterns


def _value(words: str, numbers: dict[str, int]) -> int:
    plain = words.lower().replace(",", "")
    if plain.isdigit():
        return int(plain)
    return sum(numbers[part] for part in plain.split("-")) if "-" in plain else numbers[plain]


def counts(sentence: str) -> list[Count]:
    """The counts of a sentence in its order, the first of each clause; "dozens" and "several" are no number.

    A number that "including" leads is part of another and not given. "Two Israelis and four Egyptians" are added.
    """
    numbers, more, patterns = _grammar()
    found: dict[tuple[str, int], Count] = {}
    for kind in KINDS:
        for place, pattern in enumerate(patterns[kind]):
            for match in pattern.finditer(sentence):
                at = match.start("number")
                if re.search(r"\bincluding\s+(?:[\w-]+\s+){0,2}$", sentence[:at], re.I):
                    continue
                number = _value(match["number"], numbers)
                joined = re.match(more, sentence[match.end() :], re.I) if place == 0 else None
                if joined is not None and not _said(sentence[match.end() + joined.end() :]):
                    number += _value(joined["number"], numbers)
                found.setdefault((kind, at), Count(kind, number, match.start()))
    # One number is one thing: what is said nearest to it wins, and the patterns stand in that order.
    first: dict[int, Count] = {}
    for (_, at), count in found.items():
        first.setdefault(at, count)
    return sorted(first.values(), key=lambda c: c.start)


def _said(rest: str) -> bool:
    """Whether the words behind a number go on to say something else of it ("and 20 people were injured")."""
    return re.match(rf"{BETWEEN}{BE}\s+(?:injured|wounded|hurt|missing|arrested|detained)\b", rest, re.I) is not None
