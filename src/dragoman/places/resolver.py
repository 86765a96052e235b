"""Where an act happened: from the words of a place to country, region or city with coordinates.

Not for finding the words (the extractor does) nor for actors' countries (`actors`). An unknown place stays itself with
open coordinates; it never empties another field.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from dragoman.places.gazetteer import FURTHER, Candidate, Gazetteer
from dragoman.places.spelling import plain
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
    r"international airport|air base|airbase|border|valley|area|suburb|port|coast|raion|rayon|municipality|commune|"
    r"township|subdistrict|sub-district|tehsil|woreda|canton|voivodeship|emirate|autonomous region|"
    r"metropolitan area|refugee camp|camp))+$",
    re.I,
)


# The report's own country, or its capital, unnamed.
ITS_COUNTRY = re.compile(
    r"\b(?:country|nation|nationwide|airspace|territory|territorial waters|countryside|capital|coast|mainland|republic)\b"
    r"|^(?:its|their|the) (?:\w+ )?borders?$",
    re.I,
)
FRONTIER = re.compile(r"^(?:its|the|their|his)?\s*(?:\w+ )?border with (?:the )?(?P<other>.+)$", re.I)

# Words of so few letters ("New", "San") are no names by themselves.
SHORT = 3
# A city of so many inhabitants is known by its name though the report does not name its country.
LARGE = 100_000


class PlaceResolver:
    """From the words of a place to a record of it, by the gazetteer and the countries that the report is about."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

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
            this = next((c for c in near if beyond is not None and c != beyond.country and c in self._gazetteer.states), None)
            if this is not None:
                return _place(span, self._gazetteer.states[this], "the side of the border that the report is about")
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
            found = self._gazetteer.find(word, near) if len(word) > SHORT else None
            if found is not None and (found.country in near or found.weight > FURTHER or self._is_city(found)):
                return _place(span, found, f"gazetteer: {word}")
        return self._country_level(span, near)

    def _is_city(self, found: Candidate) -> bool:
        return found.grain == "city" and found.weight >= LARGE

    def _country_level(self, span: Span, near: Sequence[str]) -> Place:
        for word in re.findall(r"[A-Z][\w-]*(?: [A-Z][\w-]*)?", span.text):
            for name in (word, *word.split()):
                if plain(name) in self._gazetteer.adjectives:
                    return _place(span, self._gazetteer.adjectives[plain(name)], f"country level: {name}")
        about = next((code for code in near if code in self._gazetteer.states), None)
        if about is not None and ITS_COUNTRY.search(span.text) and not re.search(r"\b[A-Z]", span.text[1:]):
            if re.search(r"\bcapital\b", span.text) and about in self._gazetteer.capitals:
                city = self._gazetteer.find(self._gazetteer.capitals[about], [about])
                if city is not None and city.country == about:
                    return _place(span, city, "the capital of the country that the report is about")
            return _place(span, self._gazetteer.states[about], "the country that the report is about")
        if about is not None:
            rule = "unknown to the gazetteer: the country that the report names oftenest"
            return Place(span=span, name=span.text, country=about, grain="country", rule=rule)
        return Place(span=span, name=span.text, rule="unknown to the gazetteer")

    def _part(self, part: str, near: Collection[str]) -> Candidate | None:
        """The place that words mean, bare of what stands around names.

        A town of a country that is near, or a name spelt nearly so there, stands before a small place elsewhere.
        """
        if part == part.lower():
            return None  # "the capital" is no place of that name
        bare = BEFORE.sub("", part)
        forms = list(dict.fromkeys((part, bare, AFTER.sub("", bare))))
        found = next((place for form in forms if (place := self._gazetteer.find(form, near)) is not None), None)
        if found is not None and (found.country in near or found.weight >= FURTHER):
            return found
        named = [form for form in forms if form[:1].isupper() and len(form) > SHORT]
        towns = (self._gazetteer.town(form, near) for form in named)
        alike = (self._gazetteer.alike(form, near) for form in named)
        return next(filter(None, towns), None) or found or next(filter(None, alike), None)


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
