"""What is read from a format is written back to it cell by cell; what we write is read and written again the same."""

import datetime as dt
import json
import string
from collections import Counter
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman import Actor, Coded, Event, Ledger, Period, Place, Report, Span
from dragoman.formats import READERS, WRITERS, export, read_events
from dragoman.ontology import plover
from tests.formats.examples import ROWS, lines

P = plover()
# Cells whose text is free: whatever stands there is kept.
FREE = {
    "polecat": ("Actor Name", "Recipient Name Raw", "Wikipedia Actor ID", "Story People", "Placename", "Source", "Event Mode"),
    "gdelt": ("Actor1Name", "Actor1EthnicCode", "ActionGeo_FullName", "SOURCEURL", "AvgTone"),
    "icews": ("Source Name", "Source Sectors", "Target Country", "Publisher", "Event Text"),
    "phoenix": ("source", "target_others", "issues", "placeName", "urls", "sources"),
}
CELLS = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]), max_size=30)


def again(name: str, text: str) -> str:
    """The text read and written again."""
    items = list(READERS[name].read(((n, line) for n, line in enumerate(text.rstrip("\n").split("\n"), 1)), "x"))
    out = StringIO()
    pairs = [(one.report, event) for one in items if isinstance(one, Coded) for event in one]
    WRITERS[name](pairs, out, False, False, Counter())
    return out.getvalue()


@pytest.mark.parametrize("name", ROWS)
@settings(deadline=None)
@given(data=st.data())
def test_any_cell_text_survives(name: str, data: st.DataObject) -> None:
    row = ROWS[name] | {column: data.draw(CELLS) for column in FREE[name]}
    text = lines(name, row)
    assert again(name, text) == text


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=70))
def test_any_line_is_a_record_or_set_aside(cells: list[str]) -> None:
    line = "\t".join(cells).replace("\n", " ")
    for name in READERS:
        found = list(READERS[name].read([(1, line)], "x"))
        assert len(found) <= 1


SECTORS = [*P.sectors, ""]
PARTY = st.builds(
    Actor,
    span=st.builds(Span, st.just(0), st.just(4), st.text(string.ascii_letters + " é;\t", min_size=1).filter(str.strip)),
    country=st.sampled_from(["USA", "CHN", "ROU", "KOS", "PSE", "UNO", "EUR", "IGO", "NGO", "MNC", "IMG", "ISM", "---"]),
    sector=st.sampled_from(SECTORS),
    name=st.none() | st.text(string.ascii_letters + " ;é", min_size=1).filter(str.strip),
)
PLACE = st.builds(
    Place,
    span=st.just(Span(0, 5, "there")),
    name=st.sampled_from(["Oslo", "Valparaíso", "Nile Delta"]),
    country=st.none() | st.sampled_from(["NOR", "CHL", "USA"]),
    region=st.none() | st.just("South"),
    latitude=st.just(12.5),
    longitude=st.just(-70.25),
    grain=st.sampled_from([None, "city", "region", "country", "sea", "area", "site"]),
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(list(P.types.values())))
    mode = draw(st.sampled_from([None, *kind.modes]))
    day = draw(st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)))
    return Event(
        id=draw(st.text("0123456789abcdef", min_size=16, max_size=16)),
        report="r",
        type=kind.name,
        mode=mode,
        status="actual",
        quad=kind.quad,
        score=kind.score_of(mode),
        trigger=Span(0, 3, "did"),
        actors=tuple(draw(st.lists(PARTY, max_size=3))),
        recipients=tuple(draw(st.lists(PARTY, max_size=2))),
        place=draw(st.none() | PLACE),
        when=Period(first=day, last=day, grain="day"),
        speaker=None,
        evidence=Span(0, 3, "did"),
        published=day,
        confidence=0.5,
    )


@pytest.mark.parametrize("name", [*ROWS, "plover-json"])
@settings(deadline=None)
@given(event=events())
def test_our_own_rows_are_read_and_written_again_the_same(name: str, event: Event) -> None:
    out = StringIO()
    WRITERS[name]([(Report(text="did", id="r", published=event.published), event)], out, False, False, Counter())
    text = out.getvalue()
    assert again(name, text) == text
    (one,) = READERS[name].read(list(enumerate(text.rstrip("\n").split("\n"), 1)), "x")
    (back,) = one
    assert back.type == event.type
    if name in ("polecat", "plover-json"):
        assert (back.id, back.score) == (event.id, event.score)
        assert [a.code for a in back.actors] == [a.code for a in event.actors]
        assert [a.code for a in back.recipients] == [a.code for a in event.recipients]


@pytest.mark.parametrize("name", ROWS)
def test_through_a_ledger(tmp_path: Path, name: str) -> None:
    text = lines(name, ROWS[name])
    (tmp_path / "in.txt").write_text(text)
    with Ledger(tmp_path / "x.duckdb") as ledger:
        read: Iterable[object] = read_events(tmp_path / "in.txt")
        ledger.add([one for one in read if isinstance(one, Coded)], f"{name} import")
        export(ledger, name, tmp_path / "out.txt")
        for other in ("csv", *(n for n in ROWS if n != name)):
            assert export(ledger, other, tmp_path / f"out.{other}") == 1
    assert (tmp_path / "out.txt").read_text() == text


def test_the_whole_record_keeps_its_row() -> None:
    (coded,) = READERS["gdelt"].read([(1, "\t".join(ROWS["gdelt"].values()))], "x")
    (event,) = coded
    assert msgspec.json.decode(event.to_json(), type=Event) == event
    assert json.loads(event.to_json())["original"]["EventCode"] == "042"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["visit", "USA"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "start", "lat", "lon", "dead", "name"]), inner)
    ),
    max_leaves=6,
)
KEYS = ["mode", "context", "actor", "event_loc", "text_info", "size", "cite_info", "date", "confidence", "event_scale", "text"]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), JSON), st.lists(CELLS, min_size=5, max_size=5), st.integers())
def test_whatever_is_read_a_ledger_can_hold(record: dict[str, object], cells: list[str], geonames: int) -> None:
    line = json.dumps({"id": "a", "event": "CONSULT", "quad_code": None, **record})
    found = [*READERS["plover-json"].read([(1, line)], "x")]
    for name, row in ROWS.items():
        changed = row | dict(zip(FREE[name], cells, strict=False))
        if name == "polecat":
            changed["GeoNames ID"] = str(geonames)
        found += READERS[name].read([(1, "\t".join(changed.values()))], "x")
    read = [one for one in found if isinstance(one, Coded)]
    with TemporaryDirectory() as folder, Ledger(Path(folder) / "x.duckdb") as ledger:
        ledger.add(read, "import")
        ledger.set_aside([one for one in found if not isinstance(one, Coded)])
        kept = {event.id: event for _, event in ledger.records()}
    assert kept == {event.id: event for one in read for event in one}
