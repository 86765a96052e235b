"""Annotated texts told of other states: the same sentence with Kenya for Israel and Kenyan for Israeli.

The news is about a few states, so a network learns that Israel strikes and Ukraine is struck. Who does what to whom must be
read off the sentence; told of states picked by chance, nothing else helps.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from dragoman.actors.knowledge import State, states
from dragoman.actors.names import Found
from training.standoff import SIDES, SPANS, packed, unpacked

KINDS = ("state", "adjective", "demonym", "capital")
# What hangs on a name: a possessive or a full stop.
ENDS = ("'s", "’s", "'", "’", ".")


def forms(state: State) -> dict[str, str] | None:
    """The usual name, adjective, demonym and capital of a state; None for one that lacks any or takes an article."""
    first = {"adjective": state.adjectives, "demonym": state.demonyms, "capital": state.capitals}
    if state.name.startswith(("United", "The ")) or not all(first.values()):
        return None
    return {"state": state.name} | {kind: names[0] for kind, names in first.items()}


STATES = {state.code: made for state in states() if (made := forms(state)) is not None}


def swapped(document: dict[str, Any], found: Sequence[Found], chance: random.Random) -> dict[str, Any] | None:
    """A codebook line told of other states; None where no state can be swapped.

    found: the names in the text. A state keeps its name where the text calls it by another name as well (its leader, an
    army, an abbreviation), since those would stay.
    """
    text = document["text"]
    places: dict[str, list[tuple[int, int, str]]] = {}
    fixed = set()
    for one in found:
        code, kind = one.entry.country, one.entry.kind
        surface = text[one.start : one.end]
        base = next((surface.removesuffix(end) for end in ENDS if surface.endswith(end)), surface)
        articled = kind == "state" and text[max(one.start - 4, 0) : one.start].lower() == "the "
        if code in STATES and kind in KINDS and base == STATES[code][kind] and not articled:
            places.setdefault(code, []).append((one.start, one.start + len(base), kind))
        else:
            fixed.add(code)
    old = [code for code in places if code not in fixed]
    if not old:
        return None
    new = dict(zip(old, chance.sample([c for c in STATES if c not in places and c not in fixed], len(old)), strict=True))
    changes = sorted((a, b, STATES[new[code]][kind]) for code in old for a, b, kind in places[code])
    return _told(document, changes, new)


def _told(document: dict[str, Any], changes: list[tuple[int, int, str]], codes: dict[str, str]) -> dict[str, Any]:
    text, record = document["text"], packed(document)
    parts, at, shifts = [], 0, [(0, 0)]
    for a, b, words in changes:
        parts += [text[at:a], words]
        at = b
        shifts.append((b, shifts[-1][1] + len(words) - (b - a)))
    told = "".join([*parts, text[at:]])

    def moved(position: int) -> int:
        return position + max(shift for shift in shifts if shift[0] <= position)[1]

    def code(full: str) -> str:
        country, dot, sector = full.partition(".")
        return codes.get(country, country) + dot + sector

    events = []
    for event in record["events"]:
        spans = {name: [moved(p) for p in event[name]] for name in SPANS if name in event}
        sides = {side: [[moved(a), moved(b), code(of)] for a, b, of in event[side]] for side in SIDES}
        events.append({**event, **spans, **sides})
    return unpacked({**record, "chars": len(told), "events": events}, told)
