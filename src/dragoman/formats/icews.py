"""ICEWS: 20 columns, CAMEO codes and their titles, countries and sectors by name. An event's key is its id and its date."""

from __future__ import annotations

from dragoman.formats import cameo
from dragoman.formats.crosswalks import crosswalks, layouts
from dragoman.formats.rows import Row
from dragoman.formats.tabbed import Cells, RowError, Tabbed, coded, date, numbered, point, untyped, worded
from dragoman.records import Actor, Coded, Place

COLUMNS = tuple(layouts()["icews"]["columns"])
NULL = frozenset({"", "NULL", "None"})


def compose(row: Row) -> dict[str, object]:
    """The cells of a record."""
    event, report, place = row.event, row.report, row.event.place
    code = crosswalks().event_code(event.type, event.mode)
    text, goldstein = crosswalks().cameo[code]
    cells: dict[str, object] = {
        "Event ID": numbered(row.id),
        "Event Date": row.day,
        **_party(row.actors, "Source"),
        "Event Text": text,
        "CAMEO Code": code,
        "Intensity": goldstein,
        **_party(row.recipients, "Target"),
        "Story ID": numbered(report.id),
        "Sentence Number": _sentence(report.text, event.evidence.start),
        "Publisher": report.publisher or report.source,
    }
    if place is not None:
        country = crosswalks().countries.get(place.country or "")
        cells |= {
            "City": place.name if place.grain == "city" else None,
            "Province": place.region or (place.name if place.grain == "region" else None),
            "Country": country.icews if country else None,
            "Latitude": place.latitude,
            "Longitude": place.longitude,
        }
    return cells


def _sentence(text: str, start: int) -> int | None:
    if not text:
        return None
    from dragoman.extraction.windows import sentences

    return sum(low <= start for low, _ in sentences(text)) or 1


def _party(parties: tuple[Actor, ...], side: str) -> dict[str, object]:
    if not parties:
        return {}
    actor, walk = parties[0], crosswalks()
    country, body = walk.countries.get(actor.country), walk.bodies.get(actor.country)
    sector = walk.to_icews_sector.get(actor.sector, "")
    # ICEWS names the nameless by what they are and whose: "Police (Kenya)".
    general = country.icews if country and actor.sector in ("GOV", "") else f"{sector} ({country.icews})" if country else None
    sectors = [body.sector] if body else []
    return {
        f"{side} Name": actor.name or general or (body.name if body else None) or actor.span.text,
        f"{side} Sectors": ",".join(filter(None, [*sectors, sector])),
        f"{side} Country": country.icews if country else None,
    }


def parse(cells: Cells, where: str) -> Coded:
    """A record from the cells of a row. Raises RowError for a row without id, date or CAMEO code."""
    number, written, code = (cells[column].strip() for column in ("Event ID", "Event Date", "CAMEO Code"))
    if number in NULL:
        raise RowError("Event ID is empty; expected a number")
    day, kind = date(written, "Event Date"), cameo.event(code, "CAMEO Code")
    # The same number stands on two days for some hundred thousand events.
    id = f"{number} {day}"
    if kind is None:
        return untyped("ICEWS", id, where, code)
    return coded(
        "ICEWS",
        id=id,
        where=where,
        type_=kind[0],
        mode=kind[1],
        day=day,
        published=day,
        actors=_actors(cells, "Source"),
        recipients=_actors(cells, "Target"),
        place=_place(cells),
        original=cells,
        text=cells["Event Text"].strip(),
        publisher=_value(cells, "Publisher"),
    )


def _value(cells: Cells, column: str) -> str | None:
    value = cells[column].strip()
    return None if value in NULL else value


def _actors(cells: Cells, side: str) -> tuple[Actor, ...]:
    name, country = _value(cells, f"{side} Name"), _value(cells, f"{side} Country")
    if name is None and country is None:
        return ()
    walk = crosswalks()
    named = [part.strip() for part in (_value(cells, f"{side} Sectors") or "").split(",")]
    sector = next((sector for sector, names in walk.icews_sectors if names & set(named)), "")
    code = walk.by_name.get((country or name or "").lower())
    if code is None and country is None:
        code = _body(name or "", named)
    if country is not None and name is not None and name.lower() == country.lower():
        sector = sector or "GOV"
    words = worded(name or country or "")
    return (Actor(span=words, country=code or "---", sector=sector, name=name, rule=f"ICEWS: {country or 'no country'}"),)


def _body(name: str, sectors: list[str]) -> str | None:
    """The body that one without a country is: the United Nations and the Union by name, the others by sector."""
    bodies = crosswalks().bodies.values()
    named = next((body.code for body in bodies if body.group and body.name.lower() in name.lower()), None)
    if named is not None or any("IGO" in sector or sector.startswith("International Government") for sector in sectors):
        return named or "IGO"
    return next((body.code for body in bodies if body.sector in sectors), None)


def _place(cells: Cells) -> Place | None:
    columns = ("City", "District", "Province", "Country")
    city, district, province, country = (_value(cells, column) for column in columns)
    if not any((city, district, province, country)):
        return None
    latitude, longitude = point(cells["Latitude"].strip(), cells["Longitude"].strip(), ("Latitude", "Longitude"), NULL)
    name = city or district or province or country or ""
    return Place(
        span=worded(name),
        name=name,
        country=crosswalks().by_name.get((country or "").lower()),
        region=province,
        latitude=latitude,
        longitude=longitude,
        grain="city" if city else "region" if district or province else "country",
        rule="ICEWS",
    )


FORMAT = Tabbed(
    name="icews",
    title="ICEWS",
    columns=COLUMNS,
    header=True,
    null="",
    pair=True,
    compose=compose,
    parse=parse,
)
