"""Phoenix: 26 columns without a heading, CAMEO codes of events and of parties in their parts, contexts as issues."""

from __future__ import annotations

from dragoman.formats import cameo
from dragoman.formats.crosswalks import crosswalks, layouts, quads
from dragoman.formats.rows import Row
from dragoman.formats.tabbed import Cells, RowError, Tabbed, coded, date, point, untyped, worded
from dragoman.ontology import plover
from dragoman.records import Actor, Coded, Place

COLUMNS = tuple(layouts()["phoenix"]["columns"])
AGENTS = frozenset(layouts()["phoenix"]["agents"])
NOTHING = frozenset({""})


def compose(row: Row) -> dict[str, object]:
    """The cells of a record; every context is an issue that is told once."""
    event, report, place, day = row.event, row.report, row.event.place, row.day
    assert day is not None  # rows.told leaves out what has none
    code = crosswalks().event_code(event.type, event.mode)
    cells: dict[str, object] = {
        "id": row.id,
        "date": f"{day:%Y%m%d}",
        "year": f"{day:%Y}",
        "month": f"{day:%m}",
        "day": f"{day:%d}",
        **_party(row.actors, "source"),
        **_party(row.recipients, "target"),
        "code": code,
        "root_code": code[:2],
        "quad_class": quads("phoenix")[code[:2]],
        "goldstein": crosswalks().cameo[code][1],
        "issues": ";".join(f"{context.upper()},1" for context in event.contexts),
        "ids": report.id,
        "urls": report.source,
        "sources": report.publisher,
    }
    if place is not None:
        cells |= {
            "lat": place.latitude,
            "lon": place.longitude,
            "placeName": place.name,
            "stateName": place.region,
            "countryName": cameo.country_name(place.country),
        }
    return cells


def _party(parties: tuple[Actor, ...], side: str) -> dict[str, object]:
    if not parties:
        return {}
    party = cameo.party(parties[0])
    root, *rest = cameo.split(party.code) or [""]
    if root not in crosswalks().by_cameo and root not in crosswalks().body_types:
        root, rest = "", [root, *rest]
    agent = rest.pop(0) if rest and rest[0] in AGENTS else ""
    return {
        side: party.code,
        f"{side}_root": root,
        f"{side}_agent": agent,
        f"{side}_others": ";".join(filter(None, rest)),
    }


def parse(cells: Cells, where: str) -> Coded:
    """A record from the cells of a row. Raises RowError for a row without id, date or CAMEO code."""
    id, code = cells["id"].strip(), cells["code"].strip()
    if not id:
        raise RowError("id is empty; expected an id of its own")
    day, kind = date(cells["date"].strip(), "date"), cameo.event(code, "code")
    if kind is None:
        return untyped("Phoenix", id, where, code)
    issues = [issue.partition(",")[0].strip().lower() for issue in cells["issues"].split(";")]
    urls = [url for url in cells["urls"].split(";") if url.strip()]
    return coded(
        "Phoenix",
        id=id,
        where=where,
        type_=kind[0],
        mode=kind[1],
        day=day,
        published=day,
        actors=_actors(cells, "source"),
        recipients=_actors(cells, "target"),
        place=_place(cells),
        original=cells,
        contexts=tuple(issue for issue in issues if issue in plover().contexts),
        publisher=cells["sources"].strip() or None,
        source=urls[0].strip() if urls else where,
    )


def _actors(cells: Cells, side: str) -> tuple[Actor, ...]:
    code, root, agent, others = (cells[f"{side}{part}"].strip() for part in ("", "_root", "_agent", "_others"))
    if not code and not root and not agent:
        return ()
    others_of = [part.strip() for part in others.split(";")]
    return (cameo.actor(code, None, root, [root, agent, *others_of], f"Phoenix: {code}"),)


def _place(cells: Cells) -> Place | None:
    name, state, country = (cells[column].strip() for column in ("placeName", "stateName", "countryName"))
    if not any((name, state, country)):
        return None
    latitude, longitude = point(cells["lat"].strip(), cells["lon"].strip(), ("lat", "lon"), NOTHING)
    code = crosswalks().by_name.get(country.lower()) or crosswalks().code(country)
    return Place(
        span=worded(name or state or country),
        name=name or state or country,
        country=code,
        region=state or None,
        latitude=latitude,
        longitude=longitude,
        grain="country" if name in ("", country) and not state else "region" if name in ("", state) else "city",
        rule="Phoenix",
    )


FORMAT = Tabbed(
    name="phoenix",
    title="Phoenix",
    columns=COLUMNS,
    header=False,
    null="",
    pair=True,
    compose=compose,
    parse=parse,
)
