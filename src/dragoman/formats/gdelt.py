"""GDELT 2.0 events: 61 columns without a heading, CAMEO codes with their leading zeros, FIPS codes of places."""

from __future__ import annotations

import datetime as dt

from dragoman.formats import cameo
from dragoman.formats.crosswalks import crosswalks, layouts, quads
from dragoman.formats.rows import Row
from dragoman.formats.tabbed import Cells, RowError, Tabbed, coded, date, numbered, point, untyped, worded
from dragoman.records import Actor, Coded, Place

COLUMNS = tuple(layouts()["gdelt"]["columns"])
# GDELT's types of places: 1 a country, 2 and 5 regions (of the United States, of the world), 3 and 4 cities.
GRAINS = {"1": "country", "2": "region", "3": "city", "4": "city", "5": "region"}
NOTHING = frozenset({""})


def compose(row: Row) -> dict[str, object]:
    """The cells of a record. What GDELT measures over many articles (tone) is left empty; a record is one mention."""
    event, report, day = row.event, row.report, row.day
    assert day is not None  # rows.told leaves out what has none
    code = crosswalks().event_code(event.type, event.mode)
    return {
        "GLOBALEVENTID": numbered(row.id),
        "SQLDATE": f"{day:%Y%m%d}",
        "MonthYear": f"{day:%Y%m}",
        "Year": f"{day:%Y}",
        "FractionDate": f"{day.year + ((day.month - 1) * 30 + day.day) / 365:.4f}",
        **_party(row.actors, "Actor1"),
        **_party(row.recipients, "Actor2"),
        "IsRootEvent": 0 if "\n" in report.text[: event.evidence.start].strip() else 1,
        "EventCode": code,
        "EventBaseCode": code[:3],
        "EventRootCode": code[:2],
        "QuadClass": quads("gdelt")[code[:2]],
        "GoldsteinScale": crosswalks().cameo[code][1],
        "NumMentions": 1,
        "NumSources": 1,
        "NumArticles": 1,
        "Actor1Geo_Type": 0,
        "Actor2Geo_Type": 0,
        **_geo(event.place),
        "DATEADDED": f"{report.published or day:%Y%m%d}000000",
        "SOURCEURL": report.source or report.id,
    }


def _party(parties: tuple[Actor, ...], column: str) -> dict[str, object]:
    if not parties:
        return {}
    actor = parties[0]
    party = cameo.party(actor)
    types = dict(zip(("Type1Code", "Type2Code", "Type3Code"), party.types, strict=False))
    name = actor.name or (cameo.country_name(actor.country) if actor.sector in ("GOV", "") else None) or actor.span.text
    return {
        f"{column}Code": party.code,
        f"{column}Name": name.upper(),
        f"{column}CountryCode": party.country,
        f"{column}KnownGroupCode": party.group,
        **{f"{column}{part}": value for part, value in types.items()},
    }


def _geo(place: Place | None) -> dict[str, object]:
    country = crosswalks().countries.get(place.country or "") if place else None
    if place is None or (country is None and place.latitude is None):
        return {"ActionGeo_Type": 0}
    fips, american = country.fips if country else None, place.country == "USA"
    types = {"country": 1, "region": 2 if american else 5}
    names = [place.name, place.region if place.region != place.name else None, country.name if country else None]
    if place.grain == "country":
        names = names[-1:]
    return {
        "ActionGeo_Type": types.get(place.grain or "", 3 if american else 4),
        "ActionGeo_FullName": ", ".join(filter(None, names)),
        "ActionGeo_CountryCode": fips,
        "ActionGeo_ADM1Code": fips,
        "ActionGeo_Lat": place.latitude,
        "ActionGeo_Long": place.longitude,
        # GDELT has GNS and GNIS ids here, and our GeoNames ids would be taken for them.
        "ActionGeo_FeatureID": fips if place.grain == "country" else None,
    }


def parse(cells: Cells, where: str) -> Coded:
    """A record from the cells of a row. Raises RowError for a row without id, day or CAMEO code."""
    id, code = cells["GLOBALEVENTID"].strip(), cells["EventCode"].strip()
    if not (id.isascii() and id.isdigit()):
        raise RowError(f"GLOBALEVENTID {id[:40]!r}: expected a whole number")
    day, kind = date(cells["SQLDATE"].strip(), "SQLDATE"), cameo.event(code, "EventCode")
    if kind is None:
        return untyped("GDELT", id, where, code)
    added = cells["DATEADDED"].strip()
    published: dt.date | None = date(added, "DATEADDED") if added else None
    return coded(
        "GDELT",
        id=id,
        where=where,
        type_=kind[0],
        mode=kind[1],
        day=day,
        published=published,
        actors=_actors(cells, "Actor1"),
        recipients=_actors(cells, "Actor2"),
        place=_place(cells),
        original=cells,
        source=cells["SOURCEURL"].strip() or where,
    )


def _actors(cells: Cells, column: str) -> tuple[Actor, ...]:
    def cell(part: str) -> str:
        return cells[f"{column}{part}"].strip()

    code, name = cell("Code"), cell("Name")
    if not code and not name:
        return ()
    parts = [cell("KnownGroupCode"), *(cell(f"Type{n}Code") for n in (1, 2, 3))]
    return (cameo.actor(name or code, name or None, cell("CountryCode"), parts, f"GDELT: {code or 'no code'}"),)


def _place(cells: Cells) -> Place | None:
    name, fips = cells["ActionGeo_FullName"].strip(), cells["ActionGeo_CountryCode"].strip()
    if not name and not fips:
        return None
    columns = ("ActionGeo_Lat", "ActionGeo_Long")
    latitude, longitude = point(cells[columns[0]].strip(), cells[columns[1]].strip(), columns, NOTHING)
    parts = [part.strip() for part in name.split(",")]
    code = crosswalks().by_fips.get(fips)
    return Place(
        span=worded(name),
        name=parts[0] or cameo.country_name(code),
        country=code,
        region=parts[1] if len(parts) > 2 else None,
        latitude=latitude,
        longitude=longitude,
        grain=GRAINS.get(cells["ActionGeo_Type"].strip()),
        rule=f"GDELT: {fips}",
    )


FORMAT = Tabbed(
    name="gdelt",
    title="GDELT 2.0 events",
    columns=COLUMNS,
    header=False,
    null="",
    pair=True,
    compose=compose,
    parse=parse,
)
