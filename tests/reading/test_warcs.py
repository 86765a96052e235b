"""WARC files as crawlers write them, whole and damaged; written by warcio itself."""

import datetime as dt
import gzip
import io
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dragoman.reading import read
from dragoman.records import Rejected, Report

WORDS = "The president of France met the chancellor of Germany in Berlin on Monday, and they said that the talks were good. "
PAGE = f"<html><body><article><p>{WORDS * 2}</p><p>{WORDS * 3}</p></article></body></html>"


def warc(packed: bool, pages: int = 3) -> tuple[bytearray, list[int]]:
    """An archive of so many pages with what else stands in archives, and where each page's record begins."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    starts = []

    def write(kind: str, name: str, body: str, status: str, content: str) -> None:
        headers = StatusAndHeaders(status, [("Content-Type", content)], protocol="HTTP/1.1")
        date = {"WARC-Date": "2025-09-02T23:00:00Z"}
        payload = io.BytesIO(body.encode())
        record = writer.create_warc_record(f"https://x.org/{name}", kind, payload, http_headers=headers, warc_headers_dict=date)
        writer.write_record(record)

    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "test"}))
    write("response", "logo.png", "x", "200 OK", "image/png")
    write("response", "gone", PAGE, "404 Not Found", "text/html")
    for number in range(pages):
        starts.append(out.tell())
        write("response", str(number), PAGE.replace("Monday", f"day {number}"), "200 OK", "text/html; charset=utf-8")
    return bytearray(out.getvalue()), starts


def found(tmp_path: Path, name: str, content: bytes) -> tuple[list[str], list[Rejected]]:
    """The sources of the reports of such a file, and what was set aside."""
    file = tmp_path / name
    file.write_bytes(content)
    every = list(read([file]))
    sources = [one.source or "" for one in every if isinstance(one, Report)]
    return [source.removeprefix("https://x.org/") for source in sources], [one for one in every if isinstance(one, Rejected)]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_pages_are_reports(tmp_path: Path, name: str) -> None:
    content, _ = warc(name.endswith(".gz"))
    (tmp_path / name).write_bytes(content)
    reports = list(read([tmp_path / name]))
    assert all(isinstance(one, Report) for one in reports)
    assert [(one.source, one.published) for one in reports if isinstance(one, Report)] == [
        (f"https://x.org/{number}", dt.date(2025, 9, 2)) for number in range(3)
    ]


def test_an_archive_packed_as_a_whole(tmp_path: Path) -> None:
    assert found(tmp_path, "a.warc.gz", gzip.compress(warc(False)[0])) == (["0", "1", "2"], [])


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize("damage", ["begin", "middle", "end"])
def test_a_damaged_record_costs_no_other(tmp_path: Path, name: str, damage: str) -> None:
    content, starts = warc(name.endswith(".gz"))
    if damage == "end":
        del content[starts[2] + 200 :]
        lost = 2
    else:
        lost, begin = 1, starts[1] + (0 if damage == "begin" else 20)
        content[begin : begin + 60] = bytes(60)
    sources, rejected = found(tmp_path, name, bytes(content))
    assert sources == [str(number) for number in range(3) if number != lost]
    assert [one.place for one in rejected] == [f"record at byte {starts[lost]:,}"]


@pytest.mark.parametrize("length", [b"100", b"999"])
def test_a_wrong_length_costs_no_other_record(tmp_path: Path, length: bytes) -> None:
    content, starts = warc(False)
    place = content.index(b"Content-Length: ", starts[1]) + len(b"Content-Length: ")
    content[place : place + 3] = length
    sources, rejected = found(tmp_path, "a.warc", bytes(content))
    assert sources == ["0", "2"]
    assert [one.place for one in rejected] == [f"record at byte {starts[1]:,}"]


@pytest.mark.parametrize("content", [b"", b"hello world\n" * 30, bytes(1000), b"\x1f\x8b\x08" + bytes(100)])
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    sources, rejected = found(tmp_path, "a.warc", content)
    assert not sources
    assert len(rejected) == 1
