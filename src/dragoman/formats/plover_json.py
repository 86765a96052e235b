"""PLOVER JSON: the ontology's own form, one record a line, with its sentence and where in the report its words stand."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import msgspec

from dragoman.formats.crosswalks import crosswalks
from dragoman.formats.files import Line
from dragoman.formats.rows import Row, rows
from dragoman.formats.tabbed import RowError, coded, date, number, whole
from dragoman.ontology import plover
from dragoman.records import Actor, Coded, Event, Place, Rejected, Report, Span

NAME = "plover-json"
# The key of Event.original under which an imported line is kept.
LINE = "plover-json"
# The form's identifiers are Wikidata's; the knowledge base's own ids mean nothing elsewhere.
WIKIDATA = re.compile(r"Q\d+$")


def write(records: Iterable[tuple[Report, Event]], out: IO[str], dyadic: bool, every_status: bool, left_out: Counter[str]) -> int:
    """Write every record, whatever its status, which is told among the modes. Returns the lines."""
    count, sequence, last = 0, 0, ""
    for row in rows(records, dyadic):
        sequence = sequence + 1 if row.report.id == last else 1
        last = row.report.id
        original = row.event.original
        if original is not None and LINE in original and not row.number:
            out.write(original[LINE] + "\n")
        else:
            out.write(msgspec.json.encode(_record(row, sequence)).decode() + "\n")
        count += 1
    return count


def _record(row: Row, sequence: int) -> dict[str, object]:
    from dragoman import __version__

    event, report, place = row.event, row.report, row.event.place
    url = report.source if report.source and "://" in report.source else None
    # Statuses are modes in PLOVER, and "actual" is none.
    modes = [mode for mode in (event.mode, event.status if event.status != "actual" else None) if mode]
    return {
        "id": row.id,
        "date": row.day,
        "time": None,
        "enddate": event.when.last,
        "endtime": None,
        "actor": [_entity(actor) for actor in row.actors],
        "recipient": [_entity(actor) for actor in row.recipients],
        "event": event.type,
        "event_loc": _location(place) if place else None,
        "event_text": event.trigger.text,
        "quad_code": event.quad.upper(),
        "event_scale": event.score,
        "mode": modes,
        "context": list(event.contexts),
        "size": {"dead": event.dead, "injured": event.injured, "arrested": event.arrested},
        "link": url,
        "text": event.evidence.text,
        "text_info": {
            "sequence": sequence,
            "start": event.evidence.start,
            "end": event.evidence.end,
            "text_story": report.id,
            "event": _ends(event.trigger),
            "actor": [_ends(actor.span) for actor in row.actors],
            "recipient": [_ends(actor.span) for actor in row.recipients],
            "event_loc": _ends(place.span) if place else None,
            "date": _ends(event.when.span) if event.when.span else None,
        },
        "cite_info": {
            "publisher": report.publisher,
            "title": report.title,
            "date": report.published,
            "source": report.source,
            "speaker": _entity(event.speaker) if event.speaker else None,
        },
        "coder": f"dragoman-{__version__}",
        "coded_date": None,
        "coded_time": None,
        "comment": None,
        "confidence": event.confidence,
    }


def _ends(span: Span) -> list[int]:
    return [span.start, span.end]


def _entity(actor: Actor) -> dict[str, object]:
    return {
        "code": actor.country if actor.country != "---" else None,
        "sector": actor.sector or None,
        "entity_text": actor.span.text,
        "identifier_id": actor.id if actor.id and WIKIDATA.match(actor.id) else None,
        "identifier_text": actor.name,
        "religion": None,
        "ethnicity": None,
        "office": None,
        "gender": None,
        "age": None,
    }


def _location(place: Place) -> dict[str, object]:
    return {
        "text": place.span.text,
        "name": place.name,
        "country": place.country,
        "region": place.region,
        "lat": place.latitude,
        "lon": place.longitude,
        "geonamesid": place.geonames,
        "grain": place.grain,
    }


def recognises(first: str) -> bool:
    """Whether this is the first line of such a file."""
    return first.lstrip().startswith("{") and '"quad_code"' in first


def read(lines: Iterable[Line], source: str) -> Iterator[Coded | Rejected]:
    """A record a line; its sentence becomes the text of the report. A line that is none is set aside with its place."""
    for place, line in lines:
        if line is not None and not line.strip():
            continue
        try:
            yield _parse(line or "", f"{source}, line {place}")
        except RowError as error:
            advice = "compare it with the fields of PLOVER JSON (docs/formats.md) and mend it"
            yield Rejected(source=source, place=f"line {place}", reason=str(error), advice=advice)


def _parse(line: str, where: str) -> Coded:
    try:
        record = msgspec.json.decode(line.encode())
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RowError(f"is no JSON ({error})") from error
    if not isinstance(record, dict):
        raise RowError("is no JSON object")
    kind, id = plover().types.get(str(record.get("event"))), record.get("id")
    if kind is None:
        raise RowError(f"event {str(record.get('event'))[:40]!r}: expected one of {', '.join(plover().types)}")
    if not isinstance(id, str) or not id:
        raise RowError("id is missing; expected a text")
    modes = _list(record, "mode")
    cite, text, scale = _object(record, "cite_info"), _text(record, "text") or "", record.get("event_scale")
    start = _object(record, "text_info").get("start")
    offsets = _Offsets(text, start if isinstance(start, int) else 0, _object(record, "text_info"))
    day, last, published = (_date(holder, key) for holder, key in ((record, "date"), (record, "enddate"), (cite, "date")))
    one = coded(
        "PLOVER JSON",
        id=id,
        where=where,
        type_=kind.name,
        mode=next((mode for mode in modes if mode in kind.modes), None),
        day=day,
        published=published,
        actors=_actors(record, "actor", offsets),
        recipients=_actors(record, "recipient", offsets),
        place=_place(_object(record, "event_loc"), offsets),
        original={LINE: line},
        score=number(str(scale), "event_scale", -10, 10) if scale is not None else None,
        contexts=tuple(c for c in _list(record, "context") if c in plover().contexts),
        text=text,
        title=_text(cite, "title"),
        publisher=_text(cite, "publisher"),
        source=_text(record, "link"),
    )
    size = _object(record, "size")
    one[0] = msgspec.structs.replace(
        one[0],
        status=next((mode for mode in modes if mode in plover().statuses), "actual"),
        trigger=offsets.span("event", None, _text(record, "event_text") or text),
        when=msgspec.structs.replace(one[0].when, last=last or day, grain="span" if last and last != day else one[0].when.grain),
        confidence=_chance(record.get("confidence")),
        **{key: whole(size.get(key)) for key in ("dead", "injured", "arrested")},
    )
    return one


class _Offsets:
    """Where words stand: text_info counts the report's characters, and of the report the sentence alone is here."""

    def __init__(self, text: str, start: int, info: dict[str, Any]) -> None:
        self._text, self._start, self._info = text, start, info

    def span(self, key: str, index: int | None, words: str) -> Span:
        ends = self._info.get(key)
        if index is not None:
            ends = ends[index] if isinstance(ends, list) and index < len(ends) else None
        if isinstance(ends, list) and len(ends) == 2 and all(isinstance(end, int) for end in ends):
            start, end = ends[0] - self._start, ends[1] - self._start
            if start >= 0 and self._text[start:end] == words:
                return Span(start, end, words)
        found = self._text.find(words)
        return Span(found, found + len(words), words) if words and found >= 0 else Span(0, 0, words)


def _object(record: dict[str, Any], key: str) -> dict[str, Any]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _list(record: dict[str, Any], key: str) -> list[Any]:
    """Several values, of which a single one may stand by itself."""
    value = record.get(key)
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []


def _text(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    return value if isinstance(value, str) and value else None


def _chance(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    return 1.0


def _date(record: dict[str, Any], key: str) -> dt.date | None:
    value = _text(record, key)
    return date(value, key) if value else None


def _actors(record: dict[str, Any], key: str, offsets: _Offsets) -> tuple[Actor, ...]:
    entities: Sequence[Any] = record.get(key) or []
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise RowError(f"{key}: expected a list of objects with code, sector and entity_text")
    return tuple(
        Actor(
            span=offsets.span(key, index, _text(entity, "entity_text") or ""),
            country=crosswalks().code(_text(entity, "code") or "") or "---",
            sector=sector if (sector := _text(entity, "sector") or "") in plover().sectors else "",
            name=_text(entity, "identifier_text"),
            id=_text(entity, "identifier_id"),
            rule="PLOVER JSON",
        )
        for index, entity in enumerate(entities)
    )


def _place(location: dict[str, Any], offsets: _Offsets) -> Place | None:
    name = _text(location, "name") or _text(location, "text")
    if name is None:
        return None
    latitude, longitude = location.get("lat"), location.get("lon")
    known = latitude is not None and longitude is not None
    return Place(
        span=offsets.span("event_loc", None, _text(location, "text") or name),
        name=_text(location, "name"),
        country=crosswalks().code(_text(location, "country") or ""),
        region=_text(location, "region"),
        latitude=number(str(latitude), "event_loc.lat", -90, 90) if known else None,
        longitude=number(str(longitude), "event_loc.lon", -180, 180) if known else None,
        geonames=whole(location.get("geonamesid")),
        grain=_text(location, "grain"),
        rule="PLOVER JSON",
    )
