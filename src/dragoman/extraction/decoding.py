"""From the scores of a window to mentions and events, in NumPy.

Scores are averaged over the pieces of a word, so that every span begins and ends at a word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dragoman.extraction.heads import Array, Heads, Range, distance_bucket, piece_distances, softmax
from dragoman.extraction.labels import (
    KINDS,
    MODES,
    OWNERLESS,
    ROLE_KIND,
    ROLES,
    SECTORS,
    STATUSES,
    TRIGGER_TAGS,
    TYPES,
    kind_columns,
)
from dragoman.extraction.spans import rejoined, tidied


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds of the decoder, tuned on the development set (extraction/model/settings.json).

    trigger, mention, role: least probabilities. share: of its role's likeliest mention's probability that another needs.
    slope, shift: make a trigger's strength a confidence, sigmoid(slope * logit(strength) + shift); see
    evaluation/calibration.py. context: least probability of what a report is about.
    """

    trigger: float = 0.5
    mention: float = 0.4
    role: float = 0.5
    share: float = 0.0
    slope: float = 1.0
    shift: float = 0.0
    context: float = 0.5

    def confidence(self, strength: float) -> float:
        """How likely an event of this strength is right."""
        held = min(max(strength, 1e-6), 1 - 1e-6)
        return 1 / (1 + math.exp(-(self.slope * math.log(held / (1 - held)) + self.shift)))


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text whose country is known: characters of the text and the country's code."""

    start: int
    end: int
    country: str

    def inside(self, start: int, end: int) -> bool:
        """Whether the name stands in these characters; a possessive's "'s" may hang over."""
        return start <= self.start and self.end <= end + 2


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a mention is: a country's or body's code, the name in the text that says so (None: none does), a probability."""

    country: str
    name: Name | None
    probability: float


@dataclass(frozen=True, slots=True)
class Argument:
    """A mention in a role: characters of the text, the model's probability, its guesses of the sector and of whose it is."""

    start: int
    end: int
    probability: float
    sector: str = ""
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """An event as the model reads it, before anything is resolved.

    mode_probability, status_probability: the model's, of the mode (or none) and status chosen; uncalibrated.
    meaning: of its sentence, a unit vector packed by extractor.packed.
    """

    type: str
    mode: str | None
    status: str
    start: int
    end: int
    confidence: float
    actors: tuple[Argument, ...]
    recipients: tuple[Argument, ...]
    place: Argument | None
    when: Argument | None
    speaker: Argument | None
    mode_probability: float = 1.0
    status_probability: float = 1.0
    meaning: bytes = b""


def pieces_of(words: list[Range], span: Range) -> Range:
    """The pieces of a span of words."""
    return words[span[0]][0], words[span[1] - 1][1]


def word_means(scores: Array, words: list[Range]) -> Array:
    """Mean over the pieces of each word: (pieces, n) to (words, n)."""
    starts = np.array([a for a, _ in words])
    sums: Array = np.add.reduceat(scores[: words[-1][1]], starts, axis=0)
    lengths: Array = np.array([b - a for a, b in words], dtype=np.float32)
    result: Array = sums / lengths[:, None]
    return result


def spans_of(outside: Array, begins: Array, threshold: float) -> list[Range]:
    """Runs of words likelier than `threshold` to be inside something, cut where a word rather begins a new one.

    outside: probability of belonging to nothing (words). begins: share of beginning in the inside mass (words).
    """
    found: list[Range] = []
    start: int | None = None
    for index in range(len(outside)):
        inside = 1 - outside[index] > threshold
        if start is not None and (not inside or begins[index] > 0.5):
            found.append((start, index))
            start = None
        if inside and start is None:
            start = index
    if start is not None:
        found.append((start, len(outside)))
    return found


def decode(
    text: str,
    hidden: Array,
    tags: Array,
    words: list[Range],
    characters: list[Range],
    heads: Heads,
    settings: Settings,
    names: Sequence[Name] = (),
) -> list[Extracted]:
    """The events of one window.

    text: the whole text. hidden: (pieces, 384) and tags: (pieces, TAGS) of the window's own pieces. words: piece range of
    each word. characters: character range of each word in the text. names: the names of the text, of which mentions may be.
    """
    if not words:
        return []
    scores = word_means(tags, words)
    forms = [text[a:b].lower() for a, b in characters]
    triggers, kinds, strengths = _triggers(softmax(scores[:, :TRIGGER_TAGS]), forms, settings)
    if not triggers:
        return []
    mentions: list[tuple[Range, int]] = []
    for kind in range(len(KINDS)):
        chances = softmax(scores[:, kind_columns(kind)])
        begins = chances[:, 1] / np.maximum(chances[:, 1] + chances[:, 2], 1e-6)
        cut = rejoined(spans_of(chances[:, 0], begins, settings.mention))
        mentions += [(span, kind) for span in tidied(cut, forms) if span is not None]
    whole = hidden.mean(0)

    numbers = np.array(kinds)
    places = [pieces_of(words, span) for span in triggers]
    means = np.stack([hidden[a:b].mean(0) for a, b in places])
    vectors = heads.triggers(means, numbers, np.repeat(whole[None], len(triggers), 0))
    held = [pieces_of(words, span) for span, _ in mentions]
    distances = np.stack([piece_distances(place, len(hidden)) for place in places])
    # The second reading is needed only where something stands.
    needed = np.zeros(len(hidden), dtype=np.bool_)
    for a, b in places + held:
        needed[a:b] = True
    reads = heads.read(hidden, vectors, distances, np.flatnonzero(needed))
    at = np.cumsum(needed) - 1

    def again(place: Range) -> Array:
        a = at[place[0]]
        result: Array = reads[:, a : a + place[1] - place[0]].mean(1)
        return result

    told = heads.retold(vectors, np.stack([again(place)[t] for t, place in enumerate(places)]))
    mode_chances, status_chances = heads.modes(told, numbers), heads.statuses(told)
    modes, statuses = mode_chances.argmax(-1), status_chances.argmax(-1)
    found = list(zip(mentions, held, (again(place) for place in held), strict=True))
    arguments = _arguments(places, found, vectors, hidden, characters, heads, settings)
    own(arguments, hidden, words, characters, heads, names)
    events = []
    for index, (a, b) in enumerate(triggers):
        roles = arguments[index]
        events.append(
            Extracted(
                TYPES[kinds[index]],
                MODES[modes[index]][1],
                STATUSES[statuses[index]],
                characters[a][0],
                characters[b - 1][1],
                settings.confidence(strengths[index]),
                tuple(roles["actors"]),
                tuple(roles["recipients"]),
                _best(roles["place"]),
                _best(roles["when"]),
                _best(roles["speaker"]),
                float(mode_chances[index].max()),
                float(status_chances[index].max()),
            )
        )
    return events


def _triggers(chances: Array, forms: Sequence[str], settings: Settings) -> tuple[list[Range], list[int], list[float]]:
    per_type = chances[:, 1:].reshape(len(chances), len(TYPES), 2)
    inside = per_type.sum(-1)
    best = inside.argmax(-1)
    rows = np.arange(len(chances))
    begins = per_type[rows, best, 0] / np.maximum(inside[rows, best], 1e-6)
    begins = np.maximum(begins, np.concatenate([[1.0], (best[1:] != best[:-1]).astype(np.float32)]))
    # Triggers that touch are the words of one ("trade war", "test-fired"), whatever types the tagger gave its parts.
    spans = rejoined(spans_of(chances[:, 0], begins, settings.trigger))
    kept, kinds, strengths = [], [], []
    for whole, span in zip(spans, tidied(spans, forms, trigger=True), strict=True):
        if span is None:
            continue
        a, b = whole
        kept.append(span)
        summed = inside[a:b].mean(0)
        kinds.append(int(summed.argmax()))
        strengths.append(float(inside[a:b].max(0)[kinds[-1]]))
    return kept, kinds, strengths


def _arguments(
    triggers: list[Range],
    mentions: list[tuple[tuple[Range, int], Range, Array]],
    vectors: Array,
    hidden: Array,
    characters: list[Range],
    heads: Heads,
    settings: Settings,
) -> list[dict[str, list[Argument]]]:
    """What each trigger's roles are filled with.

    triggers: in pieces. mentions: words and kind, pieces, and the vectors (t, 192) of the second reading of each.
    """
    found: list[dict[str, list[Argument]]] = [{role: [] for role in ROLES} for _ in triggers]
    if not mentions:
        return found
    distances = np.array([[distance_bucket(trigger, place) for _, place, _ in mentions] for trigger in triggers])
    plain = np.stack([hidden[a:b].mean(0) for _, (a, b), _ in mentions])
    reads = np.stack([read for _, _, read in mentions], axis=1)
    roles, sectors = heads.arcs(vectors, plain, reads, distances)
    kept = _kept(roles, np.array([kind for (_, kind), _, _ in mentions]), settings)
    for t, m, r in np.argwhere(kept):
        (a, b), _ = mentions[m][0]
        sector = SECTORS[int(sectors[t, m].argmax())]
        found[t][ROLES[r]].append(Argument(characters[a][0], characters[b - 1][1], float(roles[t, m, r]), sector))
    return found


def _kept(roles: Array, kinds: npt.NDArray[np.int64], settings: Settings) -> npt.NDArray[np.bool_]:
    """Which mentions fill which roles, (t, m, 5): likely enough, not far behind the role's likeliest, on one side only."""
    fitting = np.array([[ROLE_KIND[role] == KINDS[kind] for role in ROLES] for kind in kinds])
    chances = np.where(fitting[None], roles, 0)
    kept = (chances > settings.role) & (chances >= settings.share * chances.max(1, keepdims=True))
    actor, recipient = ROLES.index("actors"), ROLES.index("recipients")
    both = kept[..., actor] & kept[..., recipient]
    does = chances[..., actor] >= chances[..., recipient]
    kept[..., recipient] &= ~(both & does)
    kept[..., actor] &= ~(both & ~does)
    result: npt.NDArray[np.bool_] = kept
    return result


def own(
    arguments: list[dict[str, list[Argument]]],
    hidden: Array,
    words: list[Range],
    characters: list[Range],
    heads: Heads,
    names: Sequence[Name],
) -> None:
    """Say of every party in a role that holds no name whose it is."""
    if not words:
        return
    low, high = characters[0][0], characters[-1][1]
    here = [name for name in names if low <= name.start and name.end <= high]
    parties = sorted(
        {
            (a.start, a.end)
            for roles in arguments
            for role in ("actors", "recipients", "speaker")
            for a in roles[role]
            if not any(name.inside(a.start, a.end) for name in here)
        }
    )
    if not parties:
        return

    def pieces(start: int, end: int) -> Range:
        inside = [i for i, (a, b) in enumerate(characters) if a < end and start < b]
        return pieces_of(words, (inside[0], inside[-1] + 1)) if inside else (0, 1)

    of_parties = [pieces(a, b) for a, b in parties]
    of_names = [pieces(name.start, name.end) for name in here]
    distances = np.array([[distance_bucket(p, n) for n in of_names] for p in of_parties], dtype=np.int64).reshape(
        len(parties), len(here)
    )
    vectors = np.stack([hidden[a:b].mean(0) for a, b in of_parties])
    name_vectors = np.stack([hidden[a:b].mean(0) for a, b in of_names]) if here else np.zeros((0, hidden.shape[1]), np.float32)
    chances = heads.owners(vectors, name_vectors, distances)
    owners: dict[Range, Owner] = {}
    for party, row in zip(parties, chances, strict=True):
        sums: dict[str, float] = {}
        for code, chance in zip((*(name.country for name in here), *OWNERLESS), row, strict=True):
            sums[code] = sums.get(code, 0.0) + float(chance)
        code = max(sums, key=lambda c: sums[c])
        named = [(chance, name) for chance, name in zip(row, here, strict=False) if name.country == code]
        owners[party] = Owner(code, max(named, key=lambda p: p[0])[1] if named else None, sums[code])
    for roles in arguments:
        for role in ("actors", "recipients", "speaker"):
            roles[role] = [replace(a, owner=owners.get((a.start, a.end))) for a in roles[role]]


def _best(arguments: list[Argument]) -> Argument | None:
    return max(arguments, key=lambda a: a.probability, default=None)
