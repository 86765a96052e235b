"""PLOVER as data: types, modes, quad classes, scores, contexts, sectors, and the CAMEO crosswalk.

Not for deciding which type a text tells of: that is the extractor's.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

FOLDER = resources.files(__name__)


@dataclass(frozen=True, slots=True)
class EventType:
    """One PLOVER type with its quad class, scores (-10 conflict to +10 cooperation) and modes."""

    name: str
    quad: str
    score: float
    older_score: float
    modes: tuple[str, ...]
    mode_scores: dict[str, float]

    def score_of(self, mode: str | None) -> float:
        """The score of the mode, or the type's where the mode has none of its own."""
        return self.mode_scores.get(mode, self.score) if mode else self.score


@dataclass(frozen=True, slots=True)
class Ontology:
    """Everything plover.toml and cameo.csv say."""

    version: str
    types: dict[str, EventType]
    statuses: tuple[str, ...]
    reciprocal: frozenset[str]
    contexts: tuple[str, ...]
    sectors: dict[str, str]
    bodies: dict[str, str]
    _from_cameo: dict[str, tuple[str, str | None] | None]
    _to_cameo: dict[tuple[str, str | None], str]

    def check(self, type_: str, mode: str | None = None, status: str = "actual") -> None:
        """Raise ValueError, naming what is allowed, unless type, mode and status belong together."""
        if type_ not in self.types:
            raise ValueError(f"no PLOVER type {type_!r}; the types are {', '.join(self.types)}")
        if mode is not None and mode not in self.types[type_].modes:
            allowed = ", ".join(self.types[type_].modes) or "no modes"
            raise ValueError(f"{type_} has no mode {mode!r}; it has {allowed}")
        if status not in self.statuses:
            raise ValueError(f"no status {status!r}; the statuses are {', '.join(self.statuses)}")

    def quad(self, type_: str) -> str:
        """The quad class of a type."""
        return self.types[type_].quad

    def score(self, type_: str, mode: str | None = None) -> float:
        """The PLOVER score of (type, mode), -10 to +10."""
        return self.types[type_].score_of(mode)

    def from_cameo(self, code: str) -> tuple[str, str | None] | None:
        """(type, mode) of a CAMEO code, by its longest known beginning; None for codes PLOVER drops (01, 02).

        Raises ValueError for what is no CAMEO code. Codes keep their leading zero: "042", not 42.
        """
        for length in range(len(code), 1, -1):
            if code[:length] in self._from_cameo:
                return self._from_cameo[code[:length]]
        raise ValueError(f"{code!r} is no CAMEO code: expected two to four digits from 01 to 20, with the leading zero")

    def to_cameo(self, type_: str, mode: str | None = None) -> str:
        """The most usual CAMEO code of (type, mode); the type's own where the mode has none."""
        self.check(type_, mode)
        return self._to_cameo.get((type_, mode)) or self._to_cameo[type_, None]


@cache
def plover() -> Ontology:
    """Load the ontology (once; about 5 ms)."""
    data = tomllib.loads((FOLDER / "plover.toml").read_text(encoding="utf-8"))
    types = {
        name: EventType(
            name,
            entry["quad"],
            entry["score"],
            entry["older"],
            tuple(entry["modes"]),
            {mode: facts["score"] for mode, facts in entry["modes"].items() if "score" in facts},
        )
        for name, entry in data["types"].items()
    }
    forward: dict[str, tuple[str, str | None] | None] = {}
    back: dict[tuple[str, str | None], str] = {}
    lines = (FOLDER / "cameo.csv").read_text(encoding="utf-8").splitlines()
    for number, row in enumerate(csv.DictReader(line for line in lines if not line.startswith("#")), 1):
        key = (row["type"], row["mode"] or None)
        if key[0] and (key[0] not in types or (key[1] and key[1] not in types[key[0]].modes)):
            raise ValueError(f"cameo.csv, row {number} ({row['prefix']}): no PLOVER type and mode {key}")
        forward[row["prefix"]] = key if key[0] else None
        if row["back"]:
            back[key] = row["prefix"]
    return Ontology(
        data["version"],
        types,
        tuple(data["statuses"]),
        frozenset(data["reciprocal"]),
        tuple(data["contexts"]["names"]),
        data["sectors"],
        data["bodies"],
        forward,
        back,
    )
