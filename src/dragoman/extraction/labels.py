"""The label sets of the model, in the order of its outputs. Training and run time both read them here."""

from __future__ import annotations

from dragoman.ontology import plover

TYPES: tuple[str, ...] = tuple(plover().types)
MODES: tuple[tuple[str, str | None], ...] = tuple(
    (name, mode) for name, kind in plover().types.items() for mode in (None, *kind.modes)
)
STATUSES: tuple[str, ...] = plover().statuses
SECTORS: tuple[str, ...] = ("", *plover().sectors)
CONTEXTS: tuple[str, ...] = plover().contexts
ROLES: tuple[str, ...] = ("actors", "recipients", "place", "when", "speaker")

# What a mention without a name may belong to when it belongs to none of the names in its text.
OWNERLESS: tuple[str, ...] = ("---", "NGO", "MNC", "IGO", "ISM", "IMG")

# What a mention may be. A word may be a party and a place at once ("Israel struck Gaza"), so each kind is tagged apart.
KINDS: tuple[str, ...] = ("party", "place", "time")
ROLE_KIND = {"actors": "party", "recipients": "party", "place": "place", "when": "time", "speaker": "party"}

# Tag columns of the token head: trigger (outside, then begin and inside of each type), then outside, begin, inside a kind.
TRIGGER_TAGS = 1 + 2 * len(TYPES)
TAGS = TRIGGER_TAGS + 3 * len(KINDS)

# Distances between a trigger and a mention, in word pieces, as the arc scorer sees them: before < 0 < after.
DISTANCES: tuple[int, ...] = (-64, -32, -16, -8, -4, -2, 0, 2, 4, 8, 16, 32, 64)


def begin(type_index: int) -> int:
    """Column of the tag that begins a trigger of this type."""
    return 1 + 2 * type_index


def kind_columns(kind_index: int) -> slice:
    """Columns of outside, begin and inside of a kind of mention."""
    first = TRIGGER_TAGS + 3 * kind_index
    return slice(first, first + 3)
