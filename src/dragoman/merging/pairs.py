"""How likely two records tell one happening: what they have in common, weighed by labelled pairs (training/stories.py)."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from dragoman.extraction.extractor import unpacked
from dragoman.merging.copies import copies
from dragoman.reading.checks import function_words

# Days between two reports beyond which they are not taken to tell one happening.
REACH = 5
# Cosine of two sentences' meanings below which they are not looked at further: 99 in 100 labelled pairs lie above it, and as many
# are of one quad class.
NEAR = 0.5
# Rows of the matrix of meanings that are compared at once.
BLOCK = 2000
# Kilometres within which two places are one.
CLOSE_KM = 60
WORD = re.compile(r"[^\W_]+")
PLAIN = (
    "bias", "meaning", "words", "names", "numbers", "copy", "type", "quad", "mode", "countries", "sectors", "persons",
    "same direction", "report gap", "period overlaps", "period gap", "same city", "same country", "far",
    "dead equal", "dead differ", "other countries", "names in all", "words in all", "other doers",
    "trigger", "doers' words", "others' words", "same place name", "other place name", "other numbers", "other names",
    "one day", "same day and city",
)  # fmt: skip
# Those whose products count besides, since one thing in common proves little alone.
CROSSED = (
    "meaning",
    "words",
    "names",
    "type",
    "countries",
    "sectors",
    "report gap",
    "names in all",
    "other countries",
    "other names",
    "others' words",
    "trigger",
)
FEATURES = (*PLAIN, *(f"{one} x {other}" for n, one in enumerate(CROSSED) for other in CROSSED[n:]))


@dataclass(frozen=True, slots=True)
class Telling:
    """What of an event's record counts for merging.

    published: the report's day, else the event's first. first, last: the event's own period (None when open).
    start, end: characters of the trigger.
    actors, recipients: codes. persons: ids of named persons and groups. meaning: as extractor.packed gives it.
    """

    event: str
    report: str
    text: str
    sentence: str
    type: str
    quad: str
    mode: str | None
    status: str
    published: dt.date
    first: dt.date | None
    last: dt.date | None
    place: str | None
    place_country: str | None
    grain: str | None
    latitude: float | None
    longitude: float | None
    actors: frozenset[str]
    recipients: frozenset[str]
    persons: frozenset[str]
    dead: int | None
    trigger: str
    start: int
    end: int
    actor_words: frozenset[str]
    recipient_words: frozenset[str]
    meaning: bytes

    @property
    def countries(self) -> frozenset[str]:
        """Who is party to it, and where it was."""
        codes = {code.partition(".")[0] for code in (*self.actors, *self.recipients)} | {self.place_country or "---"}
        return frozenset(codes - {"---"})


@cache
def weights() -> npt.NDArray[np.float64]:
    """The weight of each of FEATURES (weights.json). Raises ValueError when the file is of other features."""
    stored = json.loads((resources.files(__package__ or "") / "weights.json").read_text(encoding="utf-8"))
    if list(stored["weights"]) != list(FEATURES):
        raise ValueError("merging/weights.json is of other features than merging/pairs.py; run python -m training.stories")
    return np.array(list(stored["weights"].values()))


def links(tellings: Sequence[Telling], fresh: frozenset[str] | None = None) -> list[tuple[str, str, float]]:
    """Pairs of events of different reports that may tell one happening, with the probability, the lower id first.

    fresh: only pairs with one of these events; all pairs when left out. Pairs below 0.05 are left out.
    """
    ordered = sorted(tellings, key=lambda t: (t.published, t.event))
    pairs = list(_candidates(ordered, fresh))
    if not pairs:
        return []
    rows = features(ordered, pairs)
    chances = 1 / (1 + np.exp(-rows @ weights()))
    found = []
    for (a, b, _), chance in zip(pairs, chances, strict=True):
        if chance >= 0.05:
            one, other = sorted((ordered[a].event, ordered[b].event))
            found.append((one, other, round(float(chance), 4)))
    return sorted(found)


def _candidates(ordered: Sequence[Telling], fresh: frozenset[str] | None) -> Iterator[tuple[int, int, float]]:
    """Pairs that may be one: near in days and meaning, of one status, with a country in common."""
    days = np.array([t.published.toordinal() for t in ordered])
    vectors = unpacked([t.meaning for t in ordered])
    new = np.array([fresh is None or t.event in fresh for t in ordered])
    countries = [t.countries for t in ordered]
    for start in range(0, len(ordered), BLOCK):
        stop = min(start + BLOCK, len(ordered))
        last = int(np.searchsorted(days, days[stop - 1] + REACH, side="right"))
        near = vectors[start:stop] @ vectors[start:last].T
        rows, columns = np.nonzero(near >= NEAR)
        kept = (columns > rows) & (days[start + columns] - days[start + rows] <= REACH)
        kept &= new[start + rows] | new[start + columns]
        for row, column in zip(rows[kept], columns[kept], strict=True):
            a, b = start + int(row), start + int(column)
            one, other = ordered[a], ordered[b]
            if (
                one.report != other.report
                and (one.status, one.quad) == (other.status, other.quad)
                and countries[a] & countries[b]
            ):
                yield a, b, float(near[row, column])


def features(ordered: Sequence[Telling], pairs: Sequence[tuple[int, int, float]]) -> npt.NDArray[np.float64]:
    """FEATURES of pairs (two numbers and the cosine of their meanings), (pairs, features)."""
    used = sorted({n for a, b, _ in pairs for n in (a, b)})
    reports = list(dict.fromkeys(ordered[n].report for n in used))
    numbers = {report: number for number, report in enumerate(reports)}
    texts = {ordered[n].report: ordered[n].text for n in used}
    alike = copies([texts[report] for report in reports])
    told = {n: _Words(ordered[n]) for n in used}
    rows = np.zeros((len(pairs), len(PLAIN)))
    for row, (a, b, near) in enumerate(pairs):
        one, other = ordered[a], ordered[b]
        first, second = sorted((numbers[one.report], numbers[other.report]))
        rows[row] = _row(one, other, near, told[a], told[b], alike.get((first, second), 0.0))
    crossed = rows[:, [PLAIN.index(name) for name in CROSSED]]
    upper, right = np.triu_indices(len(CROSSED))
    return np.concatenate([rows, crossed[:, upper] * crossed[:, right]], axis=1)


class _Words:
    """The words of a telling's sentence, those of them that are names or numbers, and its countries."""

    def __init__(self, telling: Telling) -> None:
        self.all = frozenset(word for word in WORD.findall(telling.sentence) if len(word) > 2 or word.isdigit())
        self.names = frozenset(word for word in self.all if word[0].isupper())
        self.figures = frozenset(word for word in self.all if word.isdigit())
        self.countries = telling.countries


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Weight of the common words by that of the lesser set, 0 to 1. Names and numbers weigh more, function words little.

    A weight by rarity would change with the other reports around, and a story with the order of coding.
    """
    least = min(sum(map(_weight, one)), sum(map(_weight, other)))
    return sum(map(_weight, one & other)) / least if least else 0.0


@cache
def _weight(word: str) -> float:
    if word.lower() in function_words()["english"]:
        return 0.1
    return 1.0 if word.islower() else 1.5


def _stem(word: str) -> str:
    """The first letters, by which "arrests" and "arrested" are one."""
    return word.lower()[:5]


def words_of(*texts: str) -> frozenset[str]:
    """The telling words of mentions, without function words."""
    return frozenset(w.lower() for t in texts for w in WORD.findall(t) if w.lower() not in function_words()["english"])


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _row(
    one: Telling,
    other: Telling,
    near: float,
    words: _Words,
    others: _Words,
    copy: float,
) -> list[float]:
    capitals, figures = (words.names, others.names), (words.figures, others.figures)
    countries = words.countries, others.countries
    overlap = gap = 0.0
    if one.first and one.last and other.first and other.last:
        apart = max((one.first - other.last).days, (other.first - one.last).days)
        overlap, gap = float(apart <= 0), min(max(apart, 0), 10) / 10
    same_city = far = 0.0
    here = (one.latitude, one.longitude, other.latitude, other.longitude)
    if None not in here and "country" not in (one.grain, other.grain):
        apart_km = kilometres(*(degrees for degrees in here if degrees is not None))
        same_city, far = float(apart_km <= CLOSE_KM), float(apart_km > 2 * CLOSE_KM)
    dead = None not in (one.dead, other.dead)
    persons = one.persons & other.persons
    return [
        1.0,
        near,
        _shared(words.all, others.all),
        _shared(capitals[0], capitals[1]),
        float(bool(figures[0] & figures[1])) - float(bool(figures[0] and figures[1] and not figures[0] & figures[1])),
        copy,
        float(one.type == other.type),
        float(one.quad == other.quad),
        float(one.type == other.type and one.mode == other.mode),
        _overlap(*countries),
        _overlap(one.actors | one.recipients, other.actors | other.recipients),
        float(bool(persons)),
        _overlap(one.actors, other.actors) - _overlap(one.actors, other.recipients),
        min((other.published - one.published).days, REACH) / REACH,
        overlap,
        gap,
        same_city,
        float(one.place_country is not None and one.place_country == other.place_country),
        far,
        float(dead and one.dead == other.dead),
        float(dead and one.dead != other.dead),
        float(bool(countries[0] - countries[1]) and bool(countries[1] - countries[0])),
        _overlap(*capitals),
        _overlap(words.all, others.all),
        float(bool(one.actors) and bool(other.actors) and not one.actors & other.actors),
        float(_stem(one.trigger) == _stem(other.trigger)),
        _overlap(one.actor_words, other.actor_words),
        _overlap(one.recipient_words, other.recipient_words),
        float(one.place is not None and one.place == other.place),
        float(one.place is not None and other.place is not None and one.place != other.place),
        float(bool(figures[0] - figures[1]) and bool(figures[1] - figures[0])),
        min(len(capitals[0] - capitals[1]), len(capitals[1] - capitals[0]), 6) / 6,
        float(one.published == other.published),
        same_city * float(one.first is not None and (one.first, one.last) == (other.first, other.last)),
    ]


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance of two points given in degrees (haversine)."""
    a, b, c, d = map(math.radians, (latitude, longitude, other_latitude, other_longitude))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 12742 * math.asin(math.sqrt(half))
