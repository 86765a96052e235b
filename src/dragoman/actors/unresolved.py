"""Names that the knowledge base lacks: what is left of a ledger's parties when all that is known is taken away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from dragoman.actors.knowledge import plain
from dragoman.actors.names import Names
from dragoman.actors.resolver import COMMON

# A run of capitalised words with the small words that stand inside names.
SMALL = "al|bin|ibn|de|da|del|della|van|von|der|den|el|la|of|the|and|du|dos"
NAME = re.compile(rf"\b[A-Z][\w'’.-]*(?:\s+(?:(?:{SMALL})\s+)*[A-Z][\w'’.-]*)*")


@dataclass(slots=True)
class Unresolved:
    """A name that no row knows: its mentions, the reports it stands in, the codes it was given, one mention's words."""

    name: str
    mentions: int = 0
    reports: set[str] = field(default_factory=set)
    codes: Counter[str] = field(default_factory=Counter)
    example: str = ""


def unresolved(parties: Iterable[tuple[str, str, str]], names: Names) -> list[Unresolved]:
    """The unknown names among (words, report, code) of parties that no row of the knowledge base decided, oftenest first."""
    found: dict[str, Unresolved] = {}
    for words, report, code in parties:
        for name in unknown_names(words, names):
            one = found.setdefault(plain(name), Unresolved(name, example=words))
            one.mentions += 1
            one.reports.add(report)
            one.codes[code] += 1
    return sorted(found.values(), key=lambda one: (-len(one.reports), -one.mentions, one.name))


def unknown_names(words: str, names: Names) -> list[str]:
    """The capitalised names in a mention's words without titles, offices, nationalities and names that are known."""
    found = []
    known = [(f.start, f.end) for f in names.scan(words, None)]
    for run in NAME.finditer(words):
        # "Nepalese Minister Badri Pandey": what stands behind the known word may still be a name.
        behind = max((b for a, b in known if a < run.end() and run.start() < b), default=run.start())
        match = NAME.search(words, behind, run.end())
        parts = match.group().split() if match else []
        while parts and plain(parts[0]) in COMMON:
            parts = parts[1:]
        if parts and plain(" ".join(parts)) not in COMMON:
            found.append(" ".join(parts).removesuffix("'s").removesuffix("’s"))
    return list(dict.fromkeys(found))
