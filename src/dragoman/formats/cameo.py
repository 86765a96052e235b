"""Events and parties in CAMEO, as GDELT, Phoenix and ICEWS code them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.formats.crosswalks import crosswalks
from dragoman.formats.tabbed import RowError
from dragoman.ontology import plover
from dragoman.records import Actor, Span


@dataclass(frozen=True, slots=True)
class Party:
    """A party in CAMEO: the whole code, and of it the country, the known group (UNO, EEC) and the types."""

    code: str
    country: str
    group: str
    types: tuple[str, ...]


def party(actor: Actor) -> Party:
    """Our COUNTRY.SECTOR in CAMEO. `---` has no country there and UNK no type."""
    walk = crosswalks()
    sector = walk.to_cameo_sector.get(actor.sector, "")
    more = (sector,) if sector else ()
    body = walk.bodies.get(actor.country)
    if body is not None:
        return Party(body.cameo + sector, body.country, body.group, (body.type, *more))
    country = walk.countries.get(actor.country)
    code = country.cameo if country else ""
    return Party(code + sector, code, "", more)


def actor(words: str, name: str | None, country: str, parts: Sequence[str], rule: str) -> Actor:
    """A party read back. country: CAMEO's, or empty; parts: its other codes of three letters, groups and types."""
    walk = crosswalks()
    sector = next((walk.from_cameo_sector[part] for part in parts if part in walk.from_cameo_sector), "")
    groups = {body.group: body.code for body in walk.bodies.values() if body.group}
    body = next((groups[part] for part in parts if part in groups), None)
    body = body or next((walk.body_types[part] for part in parts if part in walk.body_types), None)
    code = body or walk.by_cameo.get(country, "---")
    return Actor(span=Span(0, 0, words), country=code, sector=sector, name=name, rule=rule)


def split(code: str) -> list[str]:
    """A whole CAMEO code in its parts of three letters."""
    return [code[i : i + 3] for i in range(0, len(code), 3)]


def event(code: str, column: str) -> tuple[str, str | None] | None:
    """PLOVER's type and mode of a CAMEO code, None for the statements and appeals that PLOVER drops. Raises RowError."""
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 4):
        raise RowError(f"{column} {code[:40]!r} is no CAMEO code; expected two to four digits with the leading zero, such as 042")
    try:
        return plover().from_cameo(code)
    except ValueError as error:
        raise RowError(f"{column}: {error}") from error


def country_name(code: str | None) -> str | None:
    """A country's name by our code; a body's as ICEWS has it."""
    walk = crosswalks()
    if code in walk.countries:
        return walk.countries[code].name
    return walk.bodies[code].name if code in walk.bodies else None
