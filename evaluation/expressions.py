"""How well times and places are read when their words are given: `python -m evaluation times`, `python -m evaluation places`.

The hand-checked expressions in data/ are stand-off (id, offsets, what they mean); their texts come from the corpus.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dragoman import Coder
from dragoman.merging.pairs import kilometres
from dragoman.places import PlaceResolver, gazetteer
from dragoman.records import Span
from dragoman.times import period

DATA = Path(__file__).parent / "data"
# A hundred miles, as geocoders of event data are judged (issue 4).
NEAR_KM = 161


def checked(name: str, corpus: Path) -> Iterator[tuple[dict[str, Any], str, Span]]:
    """Each hand-checked row with its report's text and the span it is about. Raises KeyError for an id the corpus lacks."""
    rows = [json.loads(line) for line in (DATA / f"{name}.jsonl").open(encoding="utf-8")]
    wanted = {row["id"] for row in rows}
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        texts = {report["id"]: report for report in map(json.loads, lines) if report["id"] in wanted}
    for row in rows:
        report = texts[row["id"]]
        text = report["text"]
        yield {"date": report["date"], **row}, text, Span(row["start"], row["end"], text[row["start"] : row["end"]])


def times(corpus: Path, name: str = "times") -> tuple[dict[str, float], list[str]]:
    """Shares of time expressions whose first and last day are right, and the misses."""

    def day(value: str | None) -> dt.date | None:
        return dt.date.fromisoformat(value) if value else None

    right: dict[str, list[bool]] = {"day": [], "all": []}
    misses = []
    for row, text, span in checked(name, corpus):
        found = period(span, day(row["date"]), row["future"], text[span.end : span.end + 12])
        hit = (found.first, found.last) == (day(row["first"]), day(row["last"]))
        right["all"].append(hit)
        if row["grain"] == "day":
            right["day"].append(hit)
        if not hit:
            misses.append(f"{row['date']} {span.text!r}: {row['first']} to {row['last']}, read as {found.first} to {found.last}")
    return {
        "expressions": len(right["all"]),
        "first and last day right": share(right["all"]),
        "of a day": len(right["day"]),
        "day right": share(right["day"]),
    }, misses


def places(corpus: Path, coder: Coder, name: str = "places") -> tuple[dict[str, float], list[str]]:
    """Shares of places whose country is right and, of cities and regions, that lie within 161 km; and the misses."""
    country, near, misses = [], [], []
    for row, text, span in checked(name, corpus):
        found = coder.scan(text, dt.date.fromisoformat(row["date"]))
        place = PlaceResolver(gazetteer()).resolve(span, coder.about(text, found))
        wrong = []
        if row["country"]:
            country.append(place.country == row["country"])
            wrong += [] if country[-1] else [f"country {row['country']}, read as {place.country}"]
        if row["grain"] in ("city", "region") and row["latitude"] is not None:
            gap = math.inf
            if place.latitude is not None and place.longitude is not None:
                gap = kilometres(row["latitude"], row["longitude"], place.latitude, place.longitude)
            near.append(gap <= NEAR_KM)
            wrong += [] if near[-1] else [f"{gap:.0f} km off"]
        if wrong:
            misses.append(f"{span.text!r}: {'; '.join(wrong)} ({place.rule})")
    return {
        "with a country": len(country),
        "country right": share(country),
        "cities and regions": len(near),
        f"within {NEAR_KM} km": share(near),
    }, misses


def share(hits: list[bool]) -> float:
    """Share of true ones, to three places."""
    return round(sum(hits) / len(hits), 3)
