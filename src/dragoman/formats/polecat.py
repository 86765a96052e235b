"""POLECAT: 40 columns, PLOVER's types and modes, "None" for null and "; " between several."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dragoman.formats.cameo import country_name
from dragoman.formats.crosswalks import crosswalks, layouts
from dragoman.formats.rows import Row
from dragoman.formats.tabbed import Aligned, Cells, RowError, Tabbed, coded, date, number, point, whole, worded
from dragoman.ontology import plover
from dragoman.records import Actor, Coded, Place

LAYOUT = layouts()["polecat"]
COLUMNS = tuple(LAYOUT["columns"])
NULL = frozenset({"None", "", "NULL", "NA"})
SEVERAL = "; "


def compose(row: Row) -> dict[str, object]:
    """The cells of a record; lists of a side's parties run parallel, one item a party."""
    from dragoman import __version__

    event, report, place = row.event, row.report, row.event.place
    cells: dict[str, object] = {
        "Event ID": row.id,
        "Event Date": row.day,
        "Event Type": event.type,
        "Event Mode": LAYOUT["modes"].get(event.mode, event.mode),
        "Intensity": event.score,
        "Quad Code": event.quad.upper(),
        "Contexts": SEVERAL.join(event.contexts),
        **_side(row.actors, "Actor"),
        **_side(row.recipients, "Recipient"),
        "Source": report.publisher,
        "Publication Date": report.published,
        "Language": "English",
        "Version": f"dragoman-{__version__}",
    }
    if place is not None:
        cells |= {
            "Placename": place.name,
            "City": place.name if place.grain == "city" else None,
            "Province": place.region or (place.name if place.grain == "region" else None),
            "Country": place.country,
            "Latitude": place.latitude,
            "Longitude": place.longitude,
            "GeoNames ID": place.geonames,
            "Raw Placename": place.span.text,
            "Feature Type": LAYOUT["features"].get(place.grain),
        }
    return cells


def _side(parties: Sequence[Actor], side: str) -> dict[str, object]:
    countries = crosswalks().countries

    def several(value: Callable[[Actor], object]) -> str | None:
        # A mark of ours inside a name would part it.
        items = [str(found).replace(";", ",").strip() if (found := value(one)) not in (None, "") else "None" for one in parties]
        return SEVERAL.join(items) if any(item != "None" for item in items) else None

    return {
        f"{side} Name": several(lambda a: a.name or a.span.text),
        f"{side} Country": several(lambda a: a.country if a.country != "---" else None),
        f"{side} COW": several(lambda a: countries[a.country].cow if a.country in countries else None),
        f"Primary {side} Sector": several(lambda a: a.sector),
        f"{side} Sectors": several(lambda a: a.sector),
        f"{side} Name Raw": several(lambda a: " ".join(a.span.text.split())),
    }


def parse(cells: Cells, where: str) -> Coded:
    """A record from the cells of a row. Raises RowError for a row without id, type or a date that is one."""
    id, type_, day = (_value(cells, column) for column in ("Event ID", "Event Type", "Event Date"))
    if id is None:
        raise RowError("Event ID is empty; expected an id of its own")
    kind = plover().types.get(type_ or "")
    if kind is None:
        raise RowError(f"Event Type {(type_ or '')[:40]!r}: expected one of {', '.join(plover().types)}")
    modes = [mode.strip() for mode in (_value(cells, "Event Mode") or "").split(";")]
    intensity, published = _value(cells, "Intensity"), _value(cells, "Publication Date")
    return coded(
        "POLECAT",
        id=id,
        where=where,
        type_=kind.name,
        mode=next((mode for mode in modes if mode in kind.modes), None),
        day=date(day, "Event Date") if day else None,
        published=date(published, "Publication Date") if published else None,
        actors=_parties(cells, "Actor"),
        recipients=_parties(cells, "Recipient"),
        place=_place(cells),
        original=cells,
        score=number(intensity, "Intensity", -10, 10) if intensity else None,
        contexts=tuple(c for c in _items(cells, "Contexts") if c in plover().contexts),
        text=_value(cells, "Event Text") or "",
        title=_value(cells, "Headline"),
        publisher=_value(cells, "Source"),
    )


def _value(cells: Cells, column: str) -> str | None:
    value = cells.get(column, "").strip()
    return None if value in NULL else value


def _items(cells: Cells, column: str) -> list[str]:
    value = _value(cells, column)
    return [item.strip() for item in value.split(";")] if value else []


def _parties(cells: Cells, side: str) -> tuple[Actor, ...]:
    """The parties of a side. Lists of one length run parallel; where names and countries do not, a party a country."""
    columns = ("Name Raw", "Name", "Country")
    raw, names, countries = (_items(cells, f"{side} {column}") for column in columns)
    sectors = _items(cells, f"Primary {side} Sector") or _items(cells, f"{side} Sectors")
    count, rule = max(len(raw), len(names)), "POLECAT"
    if len(countries) > 1 and len(countries) != count:
        count, rule = len(countries), "POLECAT: as many parties as countries, the names are not so many"
        raw = [_value(cells, f"{side} Name Raw") or ""]
    elif not count:
        count = max(len(countries), min(len(sectors), 1))

    def at(items: list[str], index: int) -> str | None:
        item = items[index] if len(items) == count else items[0] if len(items) == 1 else "None"
        return None if item in NULL else item

    parties = []
    for index in range(count):
        country = crosswalks().code(at(countries, index) or "") or "---"
        # Of several sectors of a single party the first is its own.
        sector = at(sectors if count > 1 else sectors[:1], index) or ""
        if country == "---" and sector in plover().bodies:
            country = sector
        name = at(names, index)
        parties.append(
            Actor(
                span=worded(at(raw, index) or name or ""),
                country=country,
                sector=sector if sector in plover().sectors else "",
                name=name,
                rule=rule,
            )
        )
    return tuple(parties)


def _place(cells: Cells) -> Place | None:
    names = {column: _value(cells, column) for column in ("Placename", "City", "District", "Province", "Raw Placename")}
    country, feature, geonames = (_value(cells, column) for column in ("Country", "Feature Type", "GeoNames ID"))
    if not any(names.values()) and not country:
        return None
    latitude, longitude = point(
        cells.get("Latitude", "").strip(), cells.get("Longitude", "").strip(), ("Latitude", "Longitude"), NULL
    )
    grain = next((grain for grain, code in LAYOUT["features"].items() if (feature or "").startswith(code[:3])), None)
    code = crosswalks().code(country or "")
    return Place(
        span=worded(names["Raw Placename"] or names["Placename"] or ""),
        name=names["Placename"] or names["City"] or names["District"] or names["Province"] or country_name(code),
        country=code,
        region=names["Province"],
        latitude=latitude,
        longitude=longitude,
        geonames=whole(geonames),
        grain=grain or ("city" if names["City"] else "region" if names["Province"] else "country" if country else None),
        rule="POLECAT",
    )


def _list_of(item: str) -> Callable[[str], bool]:
    pattern = re.compile(rf"{item}(?: ?; ?{item})*")
    return lambda cell: cell == "None" or pattern.fullmatch(cell) is not None


def _dated(cell: str) -> bool:
    return cell == "None" or re.fullmatch(r"\d{4}-\d\d-\d\d(?: .*|T.*)?", cell) is not None


def _measure(cell: str) -> bool:
    return cell == "None" or re.fullmatch(r"[-+]?\d+(?:\.\d+)?", cell) is not None


def _contexts(cell: str) -> bool:
    return cell == "None" or all(part.strip() in plover().contexts for part in cell.split(";"))


# What a cell of these columns looks like, by which a row with a tab too many is mended where it can be mended in one way only.
LOOKS: dict[str, Callable[[str], bool]] = {
    "Event ID": lambda cell: re.fullmatch(r"\S+", cell) is not None,
    "Event Date": _dated,
    "Event Type": lambda cell: cell in plover().types,
    "Event Mode": _list_of(r"[a-z][a-z-]*"),
    "Intensity": _measure,
    "Quad Code": lambda cell: cell == "None" or cell.lower() in {kind.quad for kind in plover().types.values()},
    "Contexts": _contexts,
    "Publication Date": _dated,
    "GeoNames ID": lambda cell: cell == "None" or cell.isdigit(),
    "Feature Type": _list_of(r"[A-Z]+\d?[A-Z]*"),
    "Latitude": _measure,
    "Longitude": _measure,
    "Country": _list_of(r"[A-Z]{3}"),
}
for _side_name in ("Actor", "Recipient"):
    LOOKS[f"{_side_name} Country"] = _list_of(r"(?:[A-Z]{3}|None)")
    LOOKS[f"{_side_name} COW"] = _list_of(r"(?:\d+|None)")
    LOOKS[f"Primary {_side_name} Sector"] = LOOKS[f"{_side_name} Sectors"] = _list_of(r"(?:[A-Z]{3}|None)")


def mend(cells: list[str], header: list[str]) -> Aligned:
    """A row with tabs inside one field: put together where only one field can be it, else why not."""
    spare = len(cells) - len(header)
    mended: list[tuple[str, Cells, list[str]]] = []
    for index, column in enumerate(header):
        pieces = [piece for piece in cells[index : index + spare + 1] if piece]
        row = dict(zip(header, [*cells[:index], " ".join(pieces), *cells[index + spare + 1 :]], strict=True))
        right = all(looks(row[name].strip()) for name, looks in LOOKS.items() if name in row)
        if right and all(row != other for _, other, _ in mended):
            mended.append((column, row, pieces))
    found = f"has {len(cells)} cells, POLECAT {len(header)}"
    if len(mended) == 1:
        column, row, pieces = mended[0]
        # Parts of a text have letters; a number among them was a cell of its own, and the tab is elsewhere.
        if len(pieces) < 2 or all(piece != "None" and any(map(str.isalpha, piece)) for piece in pieces):
            return row, f"the row {found}: put together in {column}"
    if len(mended) < 2:
        return f"{found}, and no one field can hold the tab too many"
    return f"{found}; the tab too many may be in {' or '.join(column for column, *_ in mended)}"


FORMAT = Tabbed(
    name="polecat",
    title="POLECAT",
    columns=COLUMNS,
    header=True,
    null="None",
    pair=False,
    compose=compose,
    parse=parse,
    mend=mend,
    aliases=tuple(LAYOUT["aliases"].items()),
)
