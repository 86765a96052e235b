"""RSS and Atom: a report for each item that is whole, by feedparser.

Feeds come from strangers, so what could harm is refused before feedparser sees it. Fetching them is watching/'s part.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import IO, Any
from urllib.parse import urljoin

from dragoman.reading.encodings import decoded
from dragoman.records import Rejected, Report

DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding=["']([\w.:-]{2,40})["']""")
# The encodings that feeds use; Python knows others that take hours over a hostile text.
KNOWN_ENCODING = re.compile(r"utf|iso|us-ascii|ascii|latin|windows|cp|koi8|gb|big5|shift|sjis|euc|mac|tis", re.I)
DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# A feed has no need of declarations of its own, and XML bombs are made of them.
OWN_DECLARATIONS = re.compile(r"<!DOCTYPE[^<>\[]*\[|<!ENTITY", re.I)
ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.I)
FEED_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.*?-->\s*)*\Z", re.I | re.S)
# A bare "&", or a name that HTML knows and XML does not.
AMPERSAND = re.compile(r"&(?!#\d|#x[\da-f]|(?:amp|lt|gt|quot|apos);)(\w{1,32};)?", re.I)
BLOCK_WORDS = "p div br li ul ol h1 h2 h3 h4 h5 h6 tr table blockquote section article figure figcaption pre hr"
BLOCKS = frozenset(BLOCK_WORDS.split())
UNSEEN = frozenset(("script", "style", "iframe", "object", "noscript", "template"))
# Days that programs write when they have none.
NO_DAYS = frozenset((dt.date(1, 1, 1), dt.date(1970, 1, 1)))


def read_feed(stream: IO[bytes], source: str, columns: Mapping[str, str]) -> Iterator[Report | Rejected]:
    """The reports of a saved feed file; `columns` is of no use here."""
    yield from read_items(stream.read(), source)


def read_items(raw: bytes, source: str, charset: str | None = None) -> Iterator[Report | Rejected]:
    """A report for each whole item of a feed, in its order.

    Its text is title and summary (or the full text where the feed has it), its source the linked page, its day the item's
    in UTC, its publisher the feed's title. The id comes from the item's guid or link, so that an item is known again
    whatever its text has become.

    source: the feed's address or the file it stands in. charset: what the server said of the encoding.
    """
    text = _text(raw, charset)
    if text is None or not text.strip():
        reason = "holds no text" if text is not None or not raw else "is binary, not text"
        yield Rejected(source=source, reason=reason, advice="check that it is an RSS or Atom feed")
        return
    if OWN_DECLARATIONS.search(text):
        yield Rejected(
            source=source,
            reason="declares XML entities of its own, as XML bombs do, and was not read",
            advice="remove its <!DOCTYPE ...> if you trust it",
        )
        return
    cut = FEED_END.search(text, max(0, len(text) - 2000)) is None
    if cut:
        last = max((found.end() for found in ITEM_END.finditer(text)), default=0)
        text = text[:last]
    number = 0
    if text:
        whole = len(ITEM_END.findall(text))
        feed = _parsed(text, source)
        if not feed.version and not feed.entries:
            yield Rejected(source=source, reason="is no RSS or Atom feed", advice="name the feed's own address or file")
            return
        for number, entry in enumerate(feed.entries, 1):
            yield _report(entry, feed.feed, source, f"item {number}")
        if number < whole:
            reason = f"{whole - number:,} of {whole:,} items are too broken to be read"
            yield Rejected(source=source, place=f"behind item {number}", reason=reason, advice="have the publisher mend the feed")
    if cut:
        if number:
            place, reason = f"behind item {number}", "ends in the middle"
        else:
            place, reason = None, "is no RSS or Atom feed, or ends before its first item does"
        yield Rejected(source=source, place=place, reason=reason, advice="fetch it again; the items before it were read")


def _text(raw: bytes, charset: str | None) -> str | None:
    """The text in the encoding that the feed or its server names where that fits, else in the one it seems to be in."""
    found = DECLARED.match(raw[:400])
    for name in (found.group(1).decode() if found else None, charset):
        if name and KNOWN_ENCODING.match(name):
            try:
                return raw.decode(name).lstrip("\ufeff")
            except (LookupError, UnicodeError):
                continue
    return decoded(raw)


def _parsed(text: str, source: str) -> Any:
    import feedparser

    # As a stream: feedparser would take a string for an address or a file's name and open it.
    stream = io.BytesIO(_mended(text))
    headers = {"content-type": "application/xml; charset=utf-8"}
    if source.startswith(("http://", "https://")):
        headers["content-location"] = source
    # Only text is taken from the markup, so it need be neither sanitised nor its links resolved.
    return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _mended(text: str) -> bytes:
    """The feed as well-formed XML in UTF-8, no deeper than libxml2's 256 elements, and empty where there is no element.

    What feedparser does with other XML takes time that grows with the square of the depth.
    """
    from lxml import etree

    text = AMPERSAND.sub(_entity, DECLARATION.sub("", text))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return b"" if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=True, with_tail=False)


def _entity(found: re.Match[str]) -> str:
    name = found.group(1) or ""
    return html5.get(name) or f"&amp;{name}"


def _report(entry: Any, feed: Any, source: str, place: str) -> Report | Rejected:
    title = plain(str(entry.get("title") or "")).replace("\n", " ") or None
    summary = plain(max((str(one.get("value") or "") for one in _bodies(entry)), key=len, default=""))
    # A summary that only goes on from its title tells the title again.
    text = summary if title is None or summary.startswith(title) else f"{title}\n\n{summary}".strip()
    link = _address(str(entry.get("link") or ""), str(feed.get("link") or ""))
    if not text and not link:
        return Rejected(source=source, place=place, reason="holds no text and no link", advice="leave it out")
    identity = _identity(str(entry.get("id") or ""), link, str(feed.get("link") or source)) or f"{title}\n{text}"
    return Report(
        text=text,
        published=_day(entry),
        id=hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16],
        title=title,
        source=link or f"{source}, {place}",
        publisher=plain(str(feed.get("title") or "")) or None,
    )


def _address(link: str, feed: str) -> str:
    """The item's address on the web, whole where it is given from the feed's; empty where it is none."""
    try:
        link = urljoin(feed, link) if link else ""
    except ValueError:
        return ""
    return link if link.startswith(("http://", "https://")) else ""


def _bodies(entry: Any) -> list[Any]:
    return [*(entry.get("content") or ()), {"value": entry.get("summary")}]


def _identity(guid: str, link: str, feed: str) -> str:
    """What makes an item this item: its guid where it is an address, else the guid within its feed, else its link.

    Fragments are left out, since some publishers count an item's versions there.
    """
    if guid.startswith(("http://", "https://", "tag:", "urn:")):
        return guid.partition("#")[0]
    return f"{feed} {guid}" if guid else link.partition("#")[0]


def _day(entry: Any) -> dt.date | None:
    """The item's day in UTC; None where it has none, or one that has not come yet."""
    for field in ("published_parsed", "updated_parsed"):
        stamp = dict.get(entry, field)  # feedparser's own get takes one date for the other
        if stamp:
            try:
                day = dt.date(*stamp[:3])
            except ValueError:
                continue
            tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
            return day if day <= tomorrow and day not in NO_DAYS else None
    return None


def plain(markup: str) -> str:
    """The text of a stretch of HTML, a line a paragraph, without scripts and the like."""
    if "<" not in markup and "&" not in markup:
        return " ".join(markup.split())
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8")
    tree = html.fromstring(b"<div>" + markup.replace("\x00", "").encode("utf-8", "replace") + b"</div>", parser=parser)
    parts: list[str] = []
    unseen = 0
    for action, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if action == "start":
            unseen += element.tag in UNSEEN
            parts.append("\n" if element.tag in BLOCKS else "")
            parts.append("" if unseen else element.text or "")
        else:
            if action == "end":
                unseen -= element.tag in UNSEEN
                parts.append("\n" if element.tag in BLOCKS else "")
            parts.append("" if unseen else element.tail or "")
    lines = (" ".join(line.split()) for line in _joined(parts))
    return "\n".join(line for line in lines if line)


def _joined(parts: list[str]) -> list[str]:
    """Lines that break at blocks alone: line ends inside a text node are spaces."""
    return "".join(part if part == "\n" else part.replace("\n", " ") for part in parts).split("\n")
