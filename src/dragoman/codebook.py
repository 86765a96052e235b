"""A user's own classes: a TOML file with a few example sentences for each, to which events are laid by nearness in meaning.

Not for PLOVER, which the model was taught; nothing is trained here.

    name = "protest demands"
    types = ["PROTEST", "REQUEST"]      # only events of these PLOVER types; all when left out

    [classes.wages]
    examples = ["Teachers strike for higher pay.", "Nurses walk out over unpaid salaries."]

    [classes.democracy]
    examples = ["Crowds demand free elections.", "Students call on the president to step down."]
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dragoman.ontology import plover

Vectors = npt.NDArray[np.float32]

# How sharply nearness becomes a probability, and how near (cosine) the nearest example must at least be.
SHARPNESS = 12.0
NEAREST = 0.25


class CodebookError(ValueError):
    """A codebook file cannot be used; the message names file and field and says what was expected."""


@dataclass(frozen=True, slots=True)
class Category:
    """The class of an event and how likely it is among the codebook's classes, 0 to 1."""

    name: str
    confidence: float


class Codebook:
    """Classes with example sentences, compared with by their vectors.

    path: the TOML file. vectors: gives a unit vector for each sentence (Extractor.meanings).
    Raises CodebookError naming the field that is missing or wrong.
    """

    def __init__(self, path: Path, vectors: Callable[[Sequence[str]], Vectors]) -> None:
        self.name, self.types, examples = _read(path)
        self.classes = tuple(examples)
        # Another text of the same name is another codebook: reports are coded anew with it.
        self.version = f"{self.name}-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"
        self._vectors = vectors
        self._of = np.array([number for number, of_class in enumerate(examples.values()) for _ in of_class])
        self._examples = vectors([sentence for of_class in examples.values() for sentence in of_class])

    def classify(self, sentences: Sequence[str]) -> list[Category | None]:
        """The class of each sentence; None where no example is near."""
        if not sentences:
            return []
        near = self._vectors(sentences) @ self._examples.T
        found: list[Category | None] = []
        for row in near:
            # A class is as near as its two nearest examples: one alone may share a name by chance.
            best = np.array([np.sort(row[self._of == number])[-2:].mean() for number in range(len(self.classes))])
            chances = np.exp(SHARPNESS * (best - best.max()))
            chances /= chances.sum()
            winner = int(chances.argmax())
            near_enough = row[self._of == winner].max() >= NEAREST
            found.append(Category(self.classes[winner], round(float(chances[winner]), 4)) if near_enough else None)
        return found


def _read(path: Path) -> tuple[str, frozenset[str], dict[str, list[str]]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CodebookError(f"{path}: cannot be read ({error.strerror}); name a TOML file with [classes.NAME] tables") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(f"{path}: is no TOML ({error}); see docs/codebooks.md for the form") from error
    types = data.get("types", [])
    known = plover().types
    if not isinstance(types, list) or any(name not in known for name in types):
        raise CodebookError(f"{path}, types: expected a list of {', '.join(known)}; found {types!r}")
    classes = data.get("classes")
    if not isinstance(classes, dict) or len(classes) < 2:
        raise CodebookError(f"{path}, classes: expected two tables [classes.NAME] or more, each with examples")
    examples: dict[str, list[str]] = {}
    for name, table in classes.items():
        given = table.get("examples") if isinstance(table, dict) else None
        if not isinstance(given, list) or not given or not all(isinstance(s, str) and s.strip() for s in given):
            raise CodebookError(f"{path}, classes.{name}.examples: expected a list of one sentence or more; found {given!r}")
        examples[name] = given
    return str(data.get("name", path.stem)), frozenset(types), examples
