"""Look for names in the knowledge base: the very name, names that hold the words, names spelt nearly so."""

from __future__ import annotations

import datetime as dt

from rapidfuzz import fuzz, process

from dragoman.actors.knowledge import Entry, plain
from dragoman.actors.names import Names

# How like a name must be, of 100, to be offered for another spelling.
LIKE = 84


def search(names: Names, words: str, date: dt.date | None = None, limit: int = 100) -> list[tuple[str, Entry]]:
    """(name, entry) of what these words may mean, the very name first, then longer ones, then near spellings.

    date: entries in force on this day stand before others. limit: how many at most.
    """
    wanted = plain(words)
    parts = wanted.split()
    if not parts:
        return []
    every = names.every()
    order = [wanted] if wanted in every else []
    order += sorted((name for name in every if name != wanted and _holds(name.split(), parts)), key=lambda n: (len(n), n))
    if len(order) < limit:
        near = process.extract(wanted, list(every), scorer=fuzz.ratio, score_cutoff=LIKE, limit=limit)
        order += [name for name, _, _ in near if name not in order]
    found: list[tuple[str, Entry]] = []
    seen: set[tuple[str, str]] = set()
    for name in order:
        for entry in names.lookup(name, date):
            if (entry.id, entry.row) not in seen and entry.kind != "surname":
                seen.add((entry.id, entry.row))
                found.append((name, entry))
    return found[:limit]


def _holds(name: list[str], parts: list[str]) -> bool:
    """Whether all the words stand in the name, the last at least begun."""
    return all(part in name for part in parts[:-1]) and any(word.startswith(parts[-1]) for word in name)
