"""Names of places that tell whose somebody is: "Mosul residents", "the mayor of Hiroshima"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dragoman.actors.knowledge import plain
from dragoman.actors.names import Found
from dragoman.extraction.decoding import Name
from dragoman.places import Gazetteer
from dragoman.places.spelling import not_places

# Words of an actor are taken for a city's name only when the city is of some size; persons bear the names of towns.
LARGE = 100_000
# Capitalised words that may be a place's name.
RUN = re.compile(r"(?<![-–])\b(?:St\. )?[A-Z][\w'’-]*(?:[ -](?:of |al-|de |la |el )?[A-Z][\w'’-]*)*")


class Origins:
    """Countries told by the places named in words.

    gazetteer: the places. common: words (as `plain` has them) that make no place's name though they stand capitalised.
    """

    def __init__(self, gazetteer: Gazetteer, common: frozenset[str]) -> None:
        self._gazetteer = gazetteer
        self._common = common

    def country(self, words: str, near: Sequence[str]) -> str | None:
        """Country of a place named within an actor's words; near: countries that the report is about."""
        for run in (part for whole in RUN.findall(words) for part in _named_after(whole)):
            # "Most countries", "Police officers": a capital at the head of a phrase makes no place of a common word.
            if (words.startswith(run) and plain(run) in self._common) or plain(run) in not_places():
                continue
            found = self._gazetteer.find(run.removesuffix("'s").removesuffix("’s"), near)
            if found is not None and found.grain != "country" and (run != words or " " not in run or found.weight > LARGE):
                return found.country
        return None

    def names(self, text: str, found: Sequence[Found]) -> list[Name]:
        """The names in a text whose country is known: those of the knowledge base, and places of the gazetteer."""
        names = [Name(f.start, f.end, f.entry.country) for f in found if f.entry.kind != "media"]
        near = [name.country for name in names]
        taken = sorted((f.start, f.end) for f in found)
        for match in RUN.finditer(text):
            if any(a < match.end() and match.start() < b for a, b in taken) or plain(match.group()) in self._common:
                continue
            place = self._gazetteer.find(re.sub("['’]s$", "", match.group()), near)
            known = place is not None and place.country in near
            if place is not None and place.country and (known or place.grain == "region" or place.weight > LARGE):
                names.append(Name(match.start(), match.end(), place.country))
        return names


def _named_after(run: str) -> Iterator[str]:
    """A run of capitalised words, and of "Mayor of Hiroshima Tadatoshi Akiba" the two words and the one behind "of"."""
    yield run
    _, of, behind = run.partition(" of ")
    if of:
        words = behind.split()
        yield " ".join(words[:2])
        yield words[0]
