"""Saved feed files, as `dragoman code` reads them; what misbehaving servers send is tested in tests/watching."""

import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.reading import read
from dragoman.reading.feeds import plain, read_items
from dragoman.records import Rejected, Report

RSS = '<?xml version="1.0" encoding="{}"?><rss version="2.0"><channel><title>Wire</title><link>https://x.org/</link>{}</channel></rss>'
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><link href="https://y.org/"/><entry><id>urn:uuid:1</id>
<title type="html">Talks on the &amp;lt;5% tariff</title><link href="/p"/><updated>2025-09-02T23:30:00-05:00</updated>
<summary>Short.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>France met China.</p>
<p>They spoke.</p></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Wire</title></channel><item rdf:about="https://x.org/9"><title>France
met China</title><link>https://x.org/9</link><dc:date>2025-09-02T12:00:00Z</dc:date></item></rdf:RDF>"""


def items(text: str, encoding: str = "utf-8") -> list[Report]:
    found = list(read_items(RSS.format(encoding, text).encode(encoding), "https://x.org/feed"))
    assert all(isinstance(one, Report) for one in found), found
    return [one for one in found if isinstance(one, Report)]


def test_rss_atom_and_rdf_files(tmp_path: Path) -> None:
    (tmp_path / "a.atom").write_text(ATOM)
    (tmp_path / "b.rss").write_text(
        RSS.format("utf-8", "<item><title>France met China</title><link>https://x.org/1</link></item>")
    )
    (tmp_path / "c.xml").write_text(RDF)
    found = [one for one in read([tmp_path]) if isinstance(one, Report)]
    assert [(one.source, one.published, one.publisher) for one in found] == [
        ("https://y.org/p", dt.date(2025, 9, 3), "Wire"),
        ("https://x.org/1", None, "Wire"),
        ("https://x.org/9", dt.date(2025, 9, 2), "Wire"),
    ]
    assert found[0].text == "Talks on the <5% tariff\n\nFrance met China.\nThey spoke."


def test_an_item_is_known_again_by_its_guid_or_link_whatever_its_text() -> None:
    def identity(fields: str) -> str:
        return items(f"<item>{fields}</item>")[0].id

    assert identity("<guid>7</guid><title>a</title>") == identity("<guid>7</guid><title>b</title>")
    assert identity("<link>https://x.org/1</link><title>a</title>") == identity("<link>https://x.org/1#x</link><title>b</title>")
    assert identity("<guid>https://x.org/1#0</guid><title>a</title>") == identity(
        "<guid>https://x.org/1#3</guid><title>b</title>"
    )
    assert identity("<guid>7</guid><title>a</title>") != identity("<guid>8</guid><title>a</title>")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "http://[bad", "data:text/html,x"])
def test_only_web_addresses_are_links(link: str) -> None:
    assert items(f"<item><title>France met China</title><link>{link}</link></item>")[0].source == "https://x.org/feed, item 1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    assert items("<item><title>The café in Orléans</title></item>", encoding)[0].text == "The café in Orléans"


def test_an_encoding_that_is_not_the_one_it_claims_is_found_out() -> None:
    text = RSS.format("utf-8", "<item><title>The café in Orléans stays closed, as the mayor said</title></item>")
    (found,) = read_items(text.encode("cp1252"), "x")
    assert isinstance(found, Report)
    assert "café in Orléans" in found.text


def test_common_faults_are_mended() -> None:
    found = items(
        "<item><title>AT&T and Q&A&nbsp;&eacute;</title><media:x>y</media:x></item><item><title>bell \x07 here</title></item>"
    )
    assert [one.text for one in found] == ["AT&T and Q&A é", "bell here"]


def test_items_that_are_lost_are_counted() -> None:
    *_, last = read_items(RSS.format("utf-8", "<item>" + "<a>" * 500 + "</item><item><title>x</title></item>").encode(), "x")
    assert isinstance(last, Rejected)
    assert "1 of 2 items are too broken" in last.reason


@pytest.mark.parametrize(
    "part", ["<", "<a ", "<a>", "&a", "<![CDATA[", "<!--", "<!DOCTYPE ", "<item a='", "</rss> <!-- ", "<?xml "]
)
def test_hostile_markup_takes_no_time(part: str) -> None:
    begun = time.monotonic()
    list(read_items(RSS.format("utf-8", "<item>" + part * 20_000 + "</item>").encode(), "x"))
    assert time.monotonic() - begun < 3


def test_html_to_text() -> None:
    markup = "<p>One <b>bold</b>\nline<br>two</p><script>evil()</script><!-- no --><p>three &amp; four</p>tail"
    assert plain(markup) == "One bold line\ntwo\nthree & four\ntail"


@given(st.binary())
@settings(max_examples=50, deadline=None)
def test_any_bytes_are_items_or_named(raw: bytes) -> None:
    assert list(read_items(raw, "x"))


@given(st.text())
@settings(max_examples=50, deadline=None)
def test_any_text_in_an_item_is_read(text: str) -> None:
    list(read_items(RSS.format("utf-8", f"<item><title>{text}</title></item>").encode("utf-8", "replace"), "x"))
    plain(f"<p>{text}")
