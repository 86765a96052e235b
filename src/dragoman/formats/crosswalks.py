"""Our codes in other systems and back: countries, bodies, sectors, CAMEO codes, and the columns of their files.

Everything is in the data files beside this page. Not for reading or writing a row: each format does that itself.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from dragoman.actors import knowledge
from dragoman.ontology import plover

FOLDER = resources.files(__package__ or "")


@dataclass(frozen=True, slots=True)
class Country:
    """A state in other systems: COW number (None where the list has none), CAMEO and FIPS 10-4 codes, ICEWS' name."""

    code: str
    cow: int | None
    cameo: str
    fips: str
    icews: str
    name: str


@dataclass(frozen=True, slots=True)
class Body:
    """One who stands in a country's place (UNO, EUR, IGO ...): its CAMEO code and the parts of it, ICEWS' name and sector."""

    code: str
    cameo: str
    country: str
    group: str
    type: str
    name: str
    sector: str


@dataclass(frozen=True, slots=True)
class Crosswalks:
    """The tables, each way. `..._sectors` read: other system's word to our sector; written: our sector to theirs."""

    countries: dict[str, Country]
    bodies: dict[str, Body]
    by_cameo: dict[str, str]
    by_fips: dict[str, str]
    by_name: dict[str, str]
    body_types: dict[str, str]
    to_cameo_sector: dict[str, str]
    from_cameo_sector: dict[str, str]
    to_icews_sector: dict[str, str]
    icews_sectors: tuple[tuple[str, frozenset[str]], ...]
    cameo: dict[str, tuple[str, float]]

    def code(self, written: str) -> str | None:
        """Our code of a country or body as PLOVER or CAMEO writes it, None when there is none."""
        if written in self.countries or written in self.bodies:
            return written
        return self.by_cameo.get(written)

    def event_code(self, type_: str, mode: str | None) -> str:
        """The CAMEO code of three or four digits that the data sets have for a type and mode."""
        return plover().to_cameo(type_, mode).ljust(3, "0")


def _rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the files here. Raises ValueError naming file and line where a row does not fit the header."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    reader = csv.DictReader(lines[start:])
    for row in reader:
        if None in row or None in row.values():
            where = f"{name}, line {start + reader.line_num}"
            raise ValueError(
                f"{where}: expected the {len(reader.fieldnames or ())} cells of the header; quote what holds a comma"
            )
        yield row


@cache
def layouts() -> dict[str, Any]:
    """What layouts.toml says of each format."""
    return tomllib.loads((FOLDER / "layouts.toml").read_text(encoding="utf-8"))


@cache
def quads(system: str) -> dict[str, str]:
    """Quad class by CAMEO root, as "gdelt" or "phoenix" has it."""
    return {root: quad for quad, roots in layouts()["quads"][system].items() for root in roots}


@cache
def crosswalks() -> Crosswalks:
    """Load the tables (once; about 5 ms)."""
    states = {row["code"]: row for _, row in knowledge.rows("states.csv")}
    countries: dict[str, Country] = {}
    by_cameo: dict[str, str] = {}
    by_fips: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for row in _rows("countries.csv"):
        code, state = row["code"], states[row["code"]]
        cow = int(state["cow"]) if state["cow"] else None
        countries[code] = Country(code, cow, row["cameo"], row["fips"], row["icews"] or state["name"], state["name"])
        for name in (state["name"], *knowledge.many(state["aliases"]), row["icews"]):
            if name:
                by_name.setdefault(name.lower(), code)
    for row in _rows("countries.csv"):
        for table, column in ((by_cameo, "cameo"), (by_fips, "fips")):
            for written in (row[column], *knowledge.many(row[f"{column}_also"])):
                table.setdefault(written, row["code"])
    bodies: dict[str, Body] = {}
    body_types: dict[str, str] = {}
    for row in _rows("bodies.csv"):
        bodies[row["body"]] = Body(*(row[c] for c in ("body", "cameo", "country", "group", "type", "name", "sector")))
        by_name.setdefault(row["name"].lower(), row["body"])
        for written in (row["type"], *knowledge.many(row["types_also"])):
            # The United Nations and the Union are told by their group; IGO alone is IGO, INT alone nothing.
            if not row["group"] and written != "INT":
                body_types[written] = row["body"]
    sectors = list(_rows("sectors.csv"))
    from_cameo = {row["cameo"]: row["sector"] for row in sectors if row["cameo"] and row["cameo"] != "SEP"}
    for row in sectors:
        for written in knowledge.many(row["cameo_also"]):
            from_cameo.setdefault(written, row["sector"])
    return Crosswalks(
        countries,
        bodies,
        by_cameo,
        by_fips,
        by_name,
        body_types,
        {row["sector"]: row["cameo"] for row in sectors},
        from_cameo,
        {row["sector"]: row["icews"] for row in sectors},
        tuple((row["sector"], frozenset((row["icews"], *knowledge.many(row["icews_also"])))) for row in sectors if row["icews"]),
        {row["code"]: (row["text"], float(row["goldstein"])) for row in _rows("cameo.csv")},
    )
