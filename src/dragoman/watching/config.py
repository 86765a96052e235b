"""feeds.toml: what to poll, how often, into which ledger, and in whose name.

Not for what was polled when, which is the state's part.

    ledger = "news.duckdb"              # beside this file
    contact = "desk@example.org"        # told to every server

    [[feeds]]
    url = "https://example.org/world.rss"
    publisher = "Example Times"         # the feed's own title when left out
    fetch = "page"                      # code the linked page; "summary" codes what the feed itself says
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
ADVICE = "see docs/watching.md for the form"
EXPECTED = {
    "ledger": "a file's name",
    "contact": "an e-mail or web address, which every server is told",
    "feeds": "[[feeds]] tables, one at least",
    "interval": "minutes, a number above 0",
    "delay": "seconds, 0 or more",
    "timeout": "seconds, a number above 0",
    "backoff": "seconds, a number above 0",
    "megabytes": "a number above 0",
    "allow": "a list of host names",
    "url": "an address in quotation marks",
    "publisher": "a name in quotation marks",
    "fetch": '"summary" or "page"',
    "language": '"en" or nothing, since events are coded from English alone',
}


class ConfigError(ValueError):
    """The file cannot be used; the message names file, table and field and says what was expected."""


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One feed. interval: minutes between two polls, the file's own when None. language: "en" skips the test for English."""

    url: str
    publisher: str | None = None
    fetch: Literal["summary", "page"] = "summary"
    language: Literal["en"] | None = None
    interval: Positive | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file.

    ledger: where events go. contact: an e-mail or web address that every server is told. interval: minutes between two
    polls of a feed. delay: seconds between two requests to a host. timeout: seconds that one request may take in all.
    backoff: seconds until a host that failed is asked again, doubled with each further failure. megabytes: what is read of
    one answer at most. allow: hosts that may lie in one's own network, as they stand in the address.
    """

    ledger: Path
    contact: Annotated[str, msgspec.Meta(pattern=r"^\S+@\S+\.\S+$|^https?://\S+$")]
    feeds: Annotated[tuple[Feed, ...], msgspec.Meta(min_length=1)]
    interval: Positive = 15.0
    delay: NotNegative = 2.0
    timeout: Positive = 30.0
    backoff: Positive = 60.0
    megabytes: Positive = 5.0
    allow: tuple[str, ...] = ()

    @property
    def agent(self) -> str:
        """How every server is greeted."""
        from dragoman import __version__

        return f"Dragoman/{__version__} (+{self.contact})"

    def seconds(self, feed: Feed) -> float:
        """Between two polls of this feed."""
        return 60 * (feed.interval or self.interval)


def read_settings(path: Path) -> Settings:
    """The settings of a file; the ledger's path counts from the file's folder.

    Raises ConfigError naming the file and the field that is missing or wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); name a TOML file with [[feeds]] tables") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is no TOML ({error}); {ADVICE}") from error
    try:
        settings = msgspec.convert(data, Settings, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}, {_worded(str(error), data)}; {ADVICE}") from error
    seen: set[str] = set()
    for number, feed in enumerate(settings.feeds, 1):
        where = f"{path}, feeds table {number}, url"
        if not _is_address(feed.url):
            raise ConfigError(f"{where}: expected an address that begins with http:// or https://; found {feed.url!r}")
        if feed.url in seen:
            raise ConfigError(f"{where}: {feed.url} stands in this file before; remove one of the two")
        seen.add(feed.url)
    return msgspec.structs.replace(settings, ledger=path.parent / settings.ledger)


def _is_address(url: str) -> bool:
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname) and not re.search(r"\s", url)


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str) and value:
        return Path(value)
    raise ValueError


def _worded(message: str, data: dict[str, Any]) -> str:
    """msgspec's message as the place, tables counted from 1, and what was expected there."""
    said, _, place = message.partition(" - at `$")
    field, where, known, found = place.rstrip("`").removeprefix("."), "top of the file", Settings.__struct_fields__, data
    table = re.match(r"feeds\[(\d+)\]\.?", field)
    if table:
        number = int(table[1])
        field, where = field[table.end() :], f"feeds table {number + 1}"
        known, found = Feed.__struct_fields__, data["feeds"][number]
    unknown = re.search(r"(unknown|missing required) field `(.+)`", said)
    if unknown:
        field = unknown[2]
        said = f"is no field; the fields are {', '.join(known)}" if unknown[1] == "unknown" else "is missing"
        said += f"; expected {EXPECTED[field]}" if field in EXPECTED else ""
    elif (name := field.partition("[")[0]) in EXPECTED:
        field, said = name, f"expected {EXPECTED[name]}; found {found.get(name)!r}"
    return ", ".join(part for part in (where, field) if part) + f": {said}"
