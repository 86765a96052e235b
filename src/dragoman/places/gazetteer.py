"""The gazetteer: every place that a name may mean, from GeoNames and from our own lists."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from rapidfuzz import fuzz, process

from dragoman.places.spelling import plain

# Weights: what is meant where the report does not tell. A country or US state before all; our own places before cities, which
# weigh as many as their inhabitants; further regions and airports before a small town, after a great city.
STATE, OWN, US_STATE, FURTHER = 1e9, 5e8, 2e8, 4e5
# Georgia is oftener the state between Russia and Turkey, and Washington the capital.
SHARED = frozenset({"Georgia", "Washington", "New York"})
# What another name of a city weighs against its own.
OTHER_NAME = 0.1
# A place in a country that the report names is meant before any other.
NEAR = 1e4
# A city of so many inhabitants, and so many times as many as its namesake in a country that is near, is meant before it.
WORLD_CITY, FAR_GREATER = 1e6, 20
# How like another spelling must be, of 100, and how many letters it must have.
ALIKE, SHORTEST_ALIKE = 87, 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place a name may mean."""

    name: str
    country: str | None
    region: str | None
    latitude: float | None
    longitude: float | None
    geonames: int | None
    grain: str
    weight: float


def rows(file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of one of the CSV files beside this page, with their line numbers."""
    lines = (resources.files(__package__ or "") / file).read_text(encoding="utf-8").splitlines()
    comments = sum(line.startswith("#") for line in lines)
    reader = csv.DictReader(line for line in lines if not line.startswith("#"))
    for row in reader:
        yield comments + reader.line_num, row


def _listed(file: str, weight: float) -> Iterator[tuple[str, Candidate]]:
    """Every name of one of our lists with its place. Raises ValueError naming file and line of a row that is none."""
    for line, row in rows(file):
        try:
            region = row["name"] if row["grain"] == "region" else None
            where = float(row["latitude"]), float(row["longitude"])
            place = Candidate(row["name"], row["country"] or None, region, *where, None, row["grain"], weight)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{file}, line {line}: expected name,aliases,country,grain,latitude,longitude ({error})") from error
        for name in (row["name"], *filter(None, row["aliases"].split("|"))):
            yield name, place


def _cities(file: str) -> dict[str, list[Any]]:
    """The columns of cities.parquet or towns.parquet."""
    import pyarrow.parquet as pq

    with (resources.files(__package__ or "") / file).open("rb") as stored:
        columns: dict[str, list[Any]] = pq.read_table(stored).to_pydict()
    return columns


class Towns:
    """200,000 places of 500 to 15,000 inhabitants, read when one is first asked for (a third of a second)."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {}
        self._numbers: dict[str, list[int]] = {}

    def find(self, name: str, countries: Collection[str]) -> Candidate | None:
        """The largest town of this name in these countries."""
        if not self._columns:
            self._columns = _cities("towns.parquet")
            for number, (key, others) in enumerate(zip(self._columns["key"], self._columns["others"], strict=True)):
                for each in (key, *others):
                    self._numbers.setdefault(each, []).append(number)
        here = [n for n in self._numbers.get(plain(name), ()) if self._columns["country"][n] in countries]
        if not here:
            return None
        return _city(self._columns, max(here, key=lambda n: int(self._columns["population"][n])))


def _city(columns: dict[str, list[Any]], number: int) -> Candidate:
    name, country, division, latitude, longitude, population, geonames = (
        columns[column][number] for column in ("name", "country", "division", "latitude", "longitude", "population", "geonames")
    )
    return Candidate(name, country, division, round(latitude, 3), round(longitude, 3), geonames, "city", float(population))


class Gazetteer:
    """Countries, first-level divisions, cities, airports and our own places by name; built once (a third of a second)."""

    def __init__(self) -> None:
        # Each place stands with its weight under this very name, which another name has less of.
        self._names: dict[str, list[tuple[float, Candidate]]] = {}
        self._towns = Towns()
        self._by_country: dict[str, dict[str, Candidate]] = {}
        self.adjectives: dict[str, Candidate] = {}
        self.states: dict[str, Candidate] = {}
        self.capitals: dict[str, str] = {}
        for _, row in rows("countries.csv"):
            here = Candidate(row["name"], row["country"], None, None, None, int(row["geonames"]), "country", STATE)
            self._add(row["name"], here)
        self._add_states()
        self._add_own()
        columns = _cities("cities.parquet")
        for number, (key, others) in enumerate(zip(columns["key"], columns["others"], strict=True)):
            city = _city(columns, number)
            self._add_key(key, city, city.weight)
            for other in others:
                self._add_key(other, city, city.weight * OTHER_NAME)
        for file in ("regions.csv", "divisions.csv", "airports.csv"):
            self._add_further(file)

    def _add(self, name: str, candidate: Candidate) -> None:
        self._add_key(plain(name), candidate, candidate.weight)

    def _add_key(self, key: str, candidate: Candidate, weight: float) -> None:
        entries = self._names.setdefault(key, [])
        if all(c.geonames != candidate.geonames or candidate.geonames is None for _, c in entries):
            entries.append((weight, candidate))

    def _add_states(self) -> None:
        """The names our knowledge base has for states, so that "Burma" and "the U.S." are countries here too."""
        from dragoman.actors.knowledge import states

        numbers = {row["country"]: int(row["geonames"]) for _, row in reversed(list(rows("countries.csv")))}
        for state in states():
            here = Candidate(state.name, state.code, None, None, None, numbers.get(state.code), "country", STATE)
            self.states[state.code] = here
            for name in (state.name, *state.aliases):
                self._names.setdefault(plain(name), [(here.weight, here)])
            for name in (*state.adjectives, *state.demonyms):
                self.adjectives.setdefault(plain(name), here)
            if state.capitals:
                self.capitals[state.code] = state.capitals[0]

    def _add_own(self) -> None:
        """The US states, and the places of gazetteer.csv, which stand before everything of their name in their country."""
        for name, place in _listed("divisions.csv", US_STATE):
            if place.country == "USA":
                # Their middle is regions.csv's: where most people live is far from it.
                state = replace(place, latitude=None, longitude=None)
                self._add(name, replace(state, weight=1e5) if name in SHARED else state)
        for name, place in _listed("gazetteer.csv", OWN):
            entries = self._names.setdefault(plain(name), [])
            # What we wrote down ourselves has coordinates that a country's bare name lacks.
            entries[:] = [(w, c) for w, c in entries if c.grain != "region" or c.country != place.country]
            if any(c.grain == "country" and c.country == place.country for _, c in entries):
                entries[:] = [(w, c) for w, c in entries if c.country != place.country]
            entries.append((place.weight, place))

    def _add_further(self, file: str) -> None:
        """Places of a list of which no place of the name is known in the country."""
        for name, place in _listed(file, FURTHER):
            entries = self._names.setdefault(plain(name), [])
            here = [n for n, (_, c) in enumerate(entries) if c.country == place.country]
            if not here:
                entries.append((place.weight, place))
            for n in here:
                weight, known = entries[n]
                if known.latitude is None and known.grain == "region":
                    entries[n] = weight, replace(known, latitude=place.latitude, longitude=place.longitude)

    def _of_country(self, code: str) -> dict[str, Candidate]:
        """The places of a country by name."""
        if not self._by_country:
            for key, entries in self._names.items():
                for _, place in entries:
                    self._by_country.setdefault(place.country or "", {}).setdefault(key, place)
        return self._by_country.get(code, {})

    def find(self, name: str, near: Collection[str] = ()) -> Candidate | None:
        """The likeliest place of this very name; near: countries the report is about, whose places stand before others."""
        entries = self._names.get(plain(name))
        if not entries:
            return None
        weight, place = max(entries, key=lambda one: one[0] * (NEAR if one[1].country in near else 1.0))
        greatest, famous = max(entries, key=lambda one: one[0])
        # "The Canadian premier flew to London": a world city is meant, unless its namesake is a great one too.
        if greatest >= WORLD_CITY and greatest > FAR_GREATER * weight:
            weight, place = greatest, famous
        return place if weight == place.weight else replace(place, weight=weight)

    def alike(self, name: str, near: Collection[str]) -> Candidate | None:
        """A place of these countries whose name is spelt nearly so ("Baqouba", "Kharkov")."""
        key = plain(name)
        if len(key) < SHORTEST_ALIKE:
            return None
        best: tuple[float, Candidate] | None = None
        for country in near:
            places = self._of_country(country)
            match = process.extractOne(key, places.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
            if match is not None and (best is None or match[1] > best[0]):
                best = match[1], places[match[0]]
        return best[1] if best else None

    def town(self, name: str, near: Collection[str]) -> Candidate | None:
        """A town or village of this name in one of these countries, too small to be meant where they are not named."""
        return self._towns.find(name, near)


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of the process."""
    return Gazetteer()
