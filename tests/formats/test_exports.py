"""A small ledger coded by the packaged model, in the forms of other systems."""

import csv
import datetime as dt
import gzip
import io
import json
from collections import Counter
from pathlib import Path

import networkx as nx
import polars as pl
import pyarrow.parquet as pq
import pytest

from dragoman import Coder, Ledger, Report
from dragoman.formats import EXPORTS, FormatError, export, gdelt, icews, phoenix, polecat, tables
from dragoman.ledger import FilterError

TEXTS = {
    "expelled": "Russia expelled two Polish diplomats on Monday.",
    "met": "China, India and Brazil held talks in Moscow on Tuesday.",
    "struck": "Ukrainian drones struck an oil depot in Belgorod overnight.",
    "visit": "The Japanese prime minister will visit South Korea next week.",
    "urged": "The UN Secretary-General urged Israel and Hamas to agree to a ceasefire.",
    "long-ago": "The EU imposed sanctions on Iran in 2014.",
    "executed": "Iran executed three prisoners on Monday.",
}


@pytest.fixture(scope="module")
def ledger(coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = Ledger(tmp_path_factory.mktemp("formats") / "x.duckdb")
    published = dt.date(2025, 9, 2)
    reports = [Report(text=t, published=published, id=id, publisher="Example Wire") for id, t in TEXTS.items()]
    ledger.add(coder.code_many([*reports, Report(text="France expelled two Russian diplomats.", id="undated")]), coder.version)
    return ledger


def table(ledger: Ledger, format: str, columns: tuple[str, ...], **words: object) -> tuple[list[dict[str, str]], Counter[str]]:
    out, left_out = io.StringIO(), Counter[str]()
    dyadic = bool(words.pop("dyadic", False))
    count = export(ledger, format, out, dyadic=dyadic, left_out=left_out, **words)
    lines = out.getvalue().splitlines()
    if format in ("polecat", "icews"):
        assert tuple(lines.pop(0).split("\t")) == columns
    rows = [dict(zip(columns, line.split("\t"), strict=True)) for line in lines]
    assert count == len(rows)
    return rows, left_out


def test_polecat(ledger: Ledger) -> None:
    rows, left_out = table(ledger, "polecat", polecat.COLUMNS)
    by_type = {row["Event Type"]: row for row in rows}
    met = by_type["CONSULT"]
    assert (met["Actor Country"], met["Actor COW"], met["Recipient Country"]) == ("CHN; IND; BRA", "710; 750; 140", "None")
    assert (met["Country"], met["City"], met["Feature Type"], met["Quad Code"]) == ("RUS", "Moscow", "PPL", "VERBAL COOPERATION")
    # The visit to come is a promise of today.
    assert (by_type["AGREE"]["Event Date"], by_type["AGREE"]["Event Mode"]) == ("2025-09-02", "None")
    assert {row["Event Mode"] for row in rows} >= {"drone", "expel", "targeted"}
    assert (left_out["historical"], left_out["without a date"]) == (1, 1)


def test_dyadic(ledger: Ledger) -> None:
    rows, _ = table(ledger, "polecat", polecat.COLUMNS, type="CONSULT", status="actual", dyadic=True)
    pairs = [(row["Actor Country"], row["Recipient Country"]) for row in rows]
    assert sorted(pairs) == sorted((a, b) for a in ("CHN", "IND", "BRA") for b in ("CHN", "IND", "BRA") if a != b)
    assert len({row["Event ID"] for row in rows}) == len(rows)
    gdelt_rows, left_out = table(ledger, "gdelt", gdelt.COLUMNS, type="CONSULT", status="actual", dyadic=True)
    assert len({row["GLOBALEVENTID"] for row in gdelt_rows}) == 6
    assert not left_out


def test_gdelt(ledger: Ledger) -> None:
    rows, left_out = table(ledger, "gdelt", gdelt.COLUMNS)
    by_code = {row["EventCode"]: row for row in rows}
    assert set(by_code) >= {"166", "040", "1952", "030", "105"}
    met, urged = by_code["040"], by_code["105"]
    assert (met["Actor1CountryCode"], met["Actor2CountryCode"], met["EventRootCode"]) == ("CHN", "IND", "04")
    assert (met["ActionGeo_CountryCode"], met["ActionGeo_FullName"], met["ActionGeo_Type"]) == ("RS", "Moscow, Russia", "4")
    assert (urged["Actor1Code"], urged["Actor1KnownGroupCode"], urged["Actor1CountryCode"]) == ("IGOUNO", "UNO", "")
    assert (urged["QuadClass"], urged["SQLDATE"], urged["MonthYear"]) == ("3", "20250902", "202509")
    assert all(int(row["GLOBALEVENTID"]) < 2**53 for row in rows)
    (parties,) = (number for what, number in left_out.items() if what.startswith("further parties"))
    assert parties == 2


def test_icews_and_phoenix(ledger: Ledger) -> None:
    rows, _ = table(ledger, "icews", icews.COLUMNS)
    struck = next(row for row in rows if row["CAMEO Code"] == "1952")
    assert (struck["Source Country"], struck["Source Sectors"], struck["Target Country"]) == (
        "Ukraine",
        "Military",
        "Russian Federation",
    )
    assert (struck["Event Text"], struck["City"], struck["Sentence Number"]) == (
        "Employ remotely piloted aerial munitions",
        "Belgorod",
        "1",
    )
    rows, _ = table(ledger, "phoenix", phoenix.COLUMNS)
    urged = next(row for row in rows if row["code"] == "105")
    assert (urged["source"], urged["source_root"], urged["source_others"]) == ("IGOUNO", "IGO", "UNO")


def test_what_is_asked_for_by_its_status_is_told(ledger: Ledger) -> None:
    rows, left_out = table(ledger, "polecat", polecat.COLUMNS, status="historical")
    assert [row["Event Type"] for row in rows] == ["SANCTION"]
    assert not left_out


def test_plover_json_points_at_the_reports_characters(ledger: Ledger) -> None:
    out = io.StringIO()
    export(ledger, "plover-json", out)
    records = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(records) == ledger.events().height
    assert [r["mode"] for r in records if r["text_info"]["text_story"] == "long-ago"] == [["historical"]]
    for record in records:
        info, text = (
            record["text_info"],
            {**TEXTS, "undated": "France expelled two Russian diplomats."}[record["text_info"]["text_story"]],
        )
        assert text[info["start"] : info["end"]] == record["text"]
        assert text[slice(*info["event"])] == record["event_text"]
        assert [text[slice(*ends)] for ends in info["actor"]] == [entity["entity_text"] for entity in record["actor"]]


def test_tables(ledger: Ledger, tmp_path: Path) -> None:
    counts = {name: export(ledger, name, tmp_path / f"x.{name}") for name in ("csv", "parquet", "jsonl")}
    height = ledger.events().height
    assert set(counts.values()) == {height}
    with (tmp_path / "x.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == list(tables.COLUMNS)
    frame = pl.read_parquet(tmp_path / "x.parquet")
    assert frame["first_day"].dtype == pl.Date
    assert frame["actors"].to_list() == [row["actors"] for row in rows]
    assert pq.ParquetFile(tmp_path / "x.parquet").metadata.num_rows == height
    assert json.loads((tmp_path / "x.jsonl").read_text().splitlines()[0])["id"] == rows[0]["id"]
    assert export(ledger, "csv", tmp_path / "d.csv", dyadic=True, type="CONSULT", status="actual") == 6


def test_graphml(ledger: Ledger, tmp_path: Path) -> None:
    count = export(ledger, "graphml", tmp_path / "x.graphml")
    graph = nx.read_graphml(tmp_path / "x.graphml", force_multigraph=True)
    assert graph.number_of_edges() == count
    tie = next(iter(graph["RUS.GOV"]["POL.GOV"].values()))
    assert (tie["type"], tie["weight"], tie["mean_score"], tie["first_day"]) == ("SANCTION", 1, -5.5, "2025-09-01")
    assert graph.has_edge("CHN.GOV", "BRA.GOV")
    assert graph.has_edge("BRA.GOV", "CHN.GOV")
    assert graph.nodes["UNO"]["country_name"] == "United Nations"


def test_filters_packing_and_what_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    assert export(ledger, "csv", tmp_path / "x.csv.gz", actor="CHN", since=dt.date(2025, 1, 1)) == 1
    assert b"CHN.GOV" in gzip.decompress((tmp_path / "x.csv.gz").read_bytes())
    with pytest.raises(FormatError, match="there are polecat, gdelt"):
        export(ledger, "acled", tmp_path / "y")
    with pytest.raises(FilterError, match="expected COUNTRY"):
        export(ledger, "csv", tmp_path / "y", actor="China")
    assert not (tmp_path / "y").exists()


def test_a_file_takes_its_name_only_when_it_is_whole(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.csv").write_text("before")
    monkeypatch.setattr("dragoman.formats.tables.cells", lambda event: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(ledger, "csv", tmp_path / "x.csv")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("x.csv", "before")]


def test_an_empty_ledger_gives_empty_files(tmp_path: Path) -> None:
    with Ledger(tmp_path / "x.duckdb") as empty:
        for format in EXPORTS:
            assert export(empty, format, tmp_path / format) == 0
    assert (tmp_path / "polecat").read_text().count("\n") == 1
    assert (tmp_path / "gdelt").read_text() == ""
