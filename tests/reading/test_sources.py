import datetime as dt
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.reading import read
from dragoman.reading.tables import day
from dragoman.records import Rejected, Report

TEXT = "France said that it will send aid to the people of Haiti after the storm on Monday."


def only(path: Path, **columns: str) -> Report | Rejected:
    (found,) = read([path], columns)
    return found


def report(path: Path, **columns: str) -> Report:
    found = only(path, **columns)
    assert isinstance(found, Report), found
    return found


def test_text_with_date_and_title_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(f"date 2025-09-02\nFrance to send aid\n\n{TEXT}\n")
    found = report(file)
    assert found.published == dt.date(2025, 9, 2)
    assert found.title == "France to send aid"
    assert TEXT in found.text


def test_an_undated_text_is_a_report_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(TEXT)
    assert report(file).published is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes((TEXT + " The café in Orléans stayed closed, as the mayor said it would be.").encode(encoding))
    assert "café in Orléans" in report(file).text


def test_jsonl_guesses_columns_and_sets_broken_lines_aside(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    lines = [f'{{"body": "{TEXT}", "pub_date": "20250902", "uid": 7}}', "{broken", '["list"]', '{"body": ""}']
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    good, *bad = read([file])
    assert isinstance(good, Report)
    assert (good.id, good.published) == ("7", dt.date(2025, 9, 2))
    assert [b.place for b in bad if isinstance(b, Rejected)] == ["line 2", "line 3", "line 4"]


def test_csv_with_named_columns(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f'when,words\n2025-09-02,"{TEXT}"\n')
    assert report(file, text="words", published="when").published == dt.date(2025, 9, 2)
    unnamed = only(file)
    assert isinstance(unnamed, Rejected)
    assert "--column text=NAME" in str(unnamed)


def test_parquet(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [TEXT], "date": [dt.date(2025, 9, 2)]}), file)
    assert report(file).published == dt.date(2025, 9, 2)


def test_html(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_text(
        "<html><head><title>Aid for Haiti</title><meta property='article:published_time' content='2025-09-02T10:00:00Z'>"
        f"</head><body><nav>Home News</nav><article><h1>Aid for Haiti</h1><p>{TEXT} {TEXT}</p>"
        f"<p>{TEXT} The end.</p></article></body></html>"
    )
    found = report(file)
    assert TEXT in found.text
    assert found.published == dt.date(2025, 9, 2)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "holds no text"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        ("noise.txt", bytes(range(256)) * 8, "binary"),
        (
            "deutsch.txt",
            "Der Präsident hat am Montag in Berlin mit dem Kanzler über die neuen Zölle gesprochen und reist weiter.".encode(),
            "not read as English",
        ),
        (
            "russian.txt",
            "Президент России встретился с премьер-министром Индии в Москве во вторник".encode(),
            "not read as English",
        ),
        ("long.txt", b"It is said that the war is over. " * 40_000, "can have"),
        ("sheet.xlsx", b"PK", "not a kind of file"),
        ("cut.jsonl.gz", gzip.compress(b'{"text": "x"}')[:-6], "cannot be read"),
    ],
)
def test_bad_input_is_named_with_a_reason_and_advice(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    *_, found = read([file], limit=100_000)
    assert isinstance(found, Rejected)
    assert reason in found.reason or reason.replace("not read", "does not read") in found.reason
    assert found.advice
    assert str(file) in str(found)


def test_one_bad_file_does_not_cost_the_good_ones(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01")
    (tmp_path / "b.txt").write_text(TEXT)
    assert [type(found) for found in read([tmp_path])] == [Rejected, Report]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    found = only(tmp_path / "nothing.txt")
    assert isinstance(found, Rejected)
    assert "no such file" in found.reason


def test_the_same_text_and_date_have_the_same_id(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT)
    first, second = read([tmp_path])
    assert isinstance(first, Report)
    assert isinstance(second, Report)
    assert first.id == second.id


@given(st.dates(dt.date(1000, 1, 1)))
def test_iso_dates_are_read_back(date: dt.date) -> None:
    assert day(date.isoformat()) == date
    assert day(f"{date:%Y-%m-%d}T12:00:00Z") == date


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert day(text) is None or isinstance(day(text), dt.date)
