"""Rows in, records out; what is malformed is mended where there is one way to, and set aside with its place else."""

import datetime as dt
import gzip
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman import Coded, Event
from dragoman.formats import FormatError, polecat, read_events
from tests.formats.examples import GDELT, ICEWS, PHOENIX, POLECAT, ROWS, lines, read


def only(path: Path, name: str, row: dict[str, str]) -> Event:
    (coded,), rejected = read(path, lines(name, row))
    assert rejected == []
    (event,) = coded
    return event


def parties(event: Event) -> tuple[list[str], list[str]]:
    return [a.code for a in event.actors], [a.code for a in event.recipients]


def test_polecat(tmp_path: Path) -> None:
    event = only(tmp_path / "x.txt", "polecat", POLECAT)
    assert event.id == POLECAT["Event ID"]
    assert (event.type, event.mode, event.status, event.score) == ("CONSULT", "visit", "actual", 4.0)
    assert parties(event) == (["PER.GOV", "PER.GOV"], ["CHL.GOV"])
    assert [a.span.text for a in event.actors] == ["President Example", "trade officials"]
    assert event.place is not None
    assert (event.place.name, event.place.country, event.place.grain) == ("Valparaíso", "CHL", "city")
    assert (event.place.latitude, event.place.geonames) == (-33.036, 3868626)
    assert (event.when.first, event.published) == (dt.date(2019, 8, 1), dt.date(2019, 8, 2))
    assert event.contexts == ("diplomatic", "economic")
    assert event.original == POLECAT


def test_gdelt(tmp_path: Path) -> None:
    event = only(tmp_path / "x.csv", "gdelt", GDELT)
    assert (event.id, event.type, event.mode) == ("410412347", "CONSULT", "visit")
    assert parties(event) == (["KEN.COP"], ["UNO"])
    assert event.place is not None
    assert (event.place.name, event.place.region, event.place.country) == ("Mombasa", "Coast", "KEN")
    assert event.when.first == dt.date(2015, 2, 18)


def test_icews(tmp_path: Path) -> None:
    (coded,), _ = read(tmp_path / "x.tab", lines("icews", ICEWS))
    (event,) = coded
    assert (event.id, event.type, event.mode) == ("20718170 2014-01-03", "COERCE", "arrest")
    assert parties(event) == (["KEN.COP"], ["KEN.CVL"])
    assert coded.report.text == ICEWS["Event Text"] == event.evidence.text


def test_icews_doubled_ids_are_two_events(tmp_path: Path) -> None:
    coded, _ = read(tmp_path / "x.tab", lines("icews", ICEWS, ICEWS | {"Event Date": "2014-02-03"}))
    assert len({one[0].id for one in coded}) == len({one.report.id for one in coded}) == 2


def test_phoenix(tmp_path: Path) -> None:
    event = only(tmp_path / "x.txt", "phoenix", PHOENIX)
    assert (event.type, event.mode, event.contexts) == ("ASSAULT", None, ("terrorism",))
    assert parties(event) == (["PHL.MIL"], ["PHL.REB"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Actor1Code": "IGOEUREEC", "Actor1CountryCode": "EUR", "Actor1KnownGroupCode": "EEC", "Actor1Type1Code": "IGO"}, "EUR"),
        ({"Actor1Code": "EUR", "Actor1CountryCode": "EUR", "Actor1Type1Code": ""}, "---"),  # CAMEO's EUR is a continent
        ({"Actor1Code": "ROMGOV", "Actor1CountryCode": "ROM", "Actor1Type1Code": "GOV"}, "ROU.GOV"),
        ({"Actor1Code": "KSV", "Actor1CountryCode": "KSV", "Actor1Type1Code": ""}, "KOS"),
        ({"Actor1Code": "USAMED", "Actor1CountryCode": "USA", "Actor1Type1Code": "MED"}, "USA.JRN"),  # CAMEO's MED are the media
        ({"Actor1Code": "NGO", "Actor1CountryCode": "", "Actor1Type1Code": "NGO"}, "NGO"),
        ({"Actor1Code": "REB", "Actor1CountryCode": "", "Actor1Type1Code": "REB"}, "---.REB"),
    ],
)
def test_parties_of_gdelt(tmp_path: Path, change: dict[str, str], code: str) -> None:
    assert [a.code for a in only(tmp_path / "x.csv", "gdelt", GDELT | change).actors] == [code]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"Source Name": "A. Example", "Source Country": "Russian Federation", "Source Sectors": "Executive"}, "RUS.GOV"),
        ({"Source Name": "United Nations", "Source Country": "", "Source Sectors": "Global Diplomatic IGOs"}, "UNO"),
        ({"Source Name": "Alliance of Examples", "Source Country": "", "Source Sectors": "Global Diplomatic IGOs"}, "IGO"),
        ({"Source Name": "China", "Source Country": "China", "Source Sectors": ""}, "CHN.GOV"),
        ({"Source Name": "Nobody", "Source Country": "Atlantis", "Source Sectors": "Army,Military,Government"}, "---.MIL"),
    ],
)  # fmt: skip
def test_parties_of_icews(tmp_path: Path, change: dict[str, str], codes: str) -> None:
    assert [a.code for a in only(tmp_path / "x.tab", "icews", ICEWS | change).actors] == [codes]


def test_polecat_lists_that_do_not_run_parallel_give_a_party_a_country(tmp_path: Path) -> None:
    event = only(tmp_path / "x.txt", "polecat", POLECAT | {"Actor Country": "PER; BOL; ECU", "Primary Actor Sector": "GOV"})
    assert [a.code for a in event.actors] == ["PER.GOV", "BOL.GOV", "ECU.GOV"]
    assert "not so many" in event.actors[0].rule
    shared = only(tmp_path / "x.txt", "polecat", POLECAT | {"Actor Country": "PER", "Primary Actor Sector": "GOV; MIL"})
    assert [a.code for a in shared.actors] == ["PER.GOV", "PER.MIL"]


def test_what_plover_drops_comes_without_an_event(tmp_path: Path) -> None:
    (coded,), rejected = read(tmp_path / "x.csv", lines("gdelt", GDELT | {"EventCode": "010"}))
    assert coded == []
    assert rejected == []
    assert "no PLOVER type" in coded.notes[0]


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("polecat", {"Event Type": "FIGHT"}, "Event Type 'FIGHT': expected one of AGREE"),
        ("polecat", {"Event Date": "sometime"}, "Event Date 'sometime' is no date"),
        ("polecat", {"Intensity": "99"}, "expected a number from -10 to 10"),
        ("gdelt", {"EventCode": "42"}, "leading zero"),
        ("gdelt", {"SQLDATE": "20150231"}, "SQLDATE '20150231' is no date"),
        ("gdelt", {"ActionGeo_Lat": "391.5"}, "ActionGeo_Lat '391.5'"),
        ("icews", {"CAMEO Code": "---"}, "is no CAMEO code"),
        ("icews", {"Event ID": ""}, "Event ID is empty"),
        ("phoenix", {"date": "14-06-20"}, "date '14-06-20' is no date"),
    ],
)
def test_bad_rows_are_set_aside_with_their_place_and_the_others_are_read(
    tmp_path: Path, name: str, change: dict[str, str], message: str
) -> None:
    row = ROWS[name]
    coded, (rejected,) = read(tmp_path / "x.txt", lines(name, row, row | change, row))
    assert len(coded) == 2
    assert message in rejected.reason
    assert rejected.place == ("line 3" if name in ("polecat", "icews") else "line 2")
    assert "docs/formats.md" in str(rejected)


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_another_number_of_cells(tmp_path: Path, name: str) -> None:
    row = "\t".join(ROWS[name].values())
    short, spare = row.rpartition("\t")[0], row + "\t\t"
    coded, (rejected,) = read(tmp_path / "x.txt", lines(name, ROWS[name]) + short + "\n" + spare + "\n")
    assert len(coded) == 2  # empty cells too many at the end are nothing
    assert f"has {len(ROWS[name]) - 1} cells" in rejected.reason


def test_polecat_with_headline_and_event_intensity(tmp_path: Path) -> None:
    head = "\t".join(["Headline", *POLECAT]).replace("\tIntensity", "\tEvent Intensity")
    row = "\t".join(["Visit announced", *POLECAT.values()])
    # Some files have the heading but not the column: the row below counts 40 cells.
    coded, rejected = read(tmp_path / "x.txt", f"{head}\n{row}\n" + "\t".join(POLECAT.values()) + "\n")
    assert rejected == []
    assert [one.report.title for one in coded] == ["Visit announced", None]
    assert [one[0].original["Intensity"] for one in coded if one[0].original] == ["4.0", "4.0"]


def test_polecat_tab_inside_a_field_is_mended_where_there_is_one_way(tmp_path: Path) -> None:
    mended = "\t".join((POLECAT | {"Source": "Example\tWire"}).values())
    coded, rejected = read(tmp_path / "x.txt", lines("polecat") + mended + "\n")
    assert rejected == []
    assert coded[0].report.publisher == "Example Wire"
    assert "put together in Source" in coded[0].notes[0]
    # Between two free texts nobody can tell in which of them the tab stood.
    open_ = "\t".join((POLECAT | {"Actor Name Raw": "President\tExample"}).values())
    coded, (set_aside,) = read(tmp_path / "x.txt", lines("polecat") + open_ + "\n")
    assert coded == []
    assert "may be in Actor Title or Actor Name Raw" in set_aside.reason


def test_encodings_packings_line_ends_and_doubled_headings(tmp_path: Path) -> None:
    text = lines("polecat", POLECAT)
    latin, _ = read(tmp_path / "latin.txt", text.encode("iso-8859-1"))
    marked, _ = read(tmp_path / "marked.txt", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    doubled, _ = read(tmp_path / "doubled.txt", text + text)
    (tmp_path / "x.txt.gz").write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("folder/x.txt", text)
        archive.writestr("folder/y.csv", lines("gdelt", GDELT))
    packed = [item for name in ("x.txt.gz", "x.zip") for item in read_events(tmp_path / name)]
    for one in (*latin, *marked, *doubled, packed[0], packed[1]):
        assert isinstance(one, Coded)
        assert one[0].original == POLECAT
    assert len(doubled) == 2
    assert len(packed) == 3
    assert isinstance(packed[2], Coded)
    assert packed[2][0].id == "410412347"


def test_files_that_are_none_of_ours(tmp_path: Path) -> None:
    for text, reason in (
        ("", "holds no row"),
        ("a,b,c\n1,2,3\n", "are of no known format"),
        (b"\x00\x01" * 99, "are of no known format"),
    ):
        coded, (rejected,) = read(tmp_path / "x.csv", text)
        assert coded == []
        assert reason in rejected.reason
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 broken")
    (broken,) = read_events(tmp_path / "x.zip")
    (missing,) = read_events(tmp_path / "none.txt")
    assert "cannot be read" in str(broken)
    assert "no such file" in str(missing)
    with pytest.raises(FormatError, match="there are plover-json, polecat"):
        list(read_events(tmp_path / "x.csv", "acled"))


def test_a_malformed_first_row_does_not_cost_the_file(tmp_path: Path) -> None:
    coded, (rejected,) = read(tmp_path / "x.csv", lines("gdelt", GDELT | {"EventCode": "42"}, GDELT))
    assert len(coded) == 1
    assert rejected.place == "line 1"


@settings(deadline=None)
@given(st.sampled_from([name for name in POLECAT if name not in polecat.LOOKS]), st.integers(0, 40), st.integers(1, 2))
def test_a_tab_too_many_is_mended_rightly_or_not_at_all(column: str, at: int, tabs: int) -> None:
    cell = POLECAT[column]
    row = "\t".join((POLECAT | {column: cell[:at] + "\t" * tabs + cell[at:]}).values())
    (found,) = polecat.FORMAT.read([(1, row)], "x")
    if isinstance(found, Coded):
        assert found[0].original in (POLECAT, POLECAT | {column: f"{cell[:at]} {cell[at:]}"})


def test_a_line_without_end_costs_no_memory_and_no_other_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dragoman.formats.files.LONGEST", 10_000)
    row = "\t".join(GDELT.values())
    coded, (rejected,) = read(tmp_path / "x.csv", f"{row}\n{'x' * 35_000}\n{row}\n")
    assert len(coded) == 2
    assert rejected.place == "line 2"
