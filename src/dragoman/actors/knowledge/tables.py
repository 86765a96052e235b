"""How the knowledge files are read: their rows, cells and dates, and what a row becomes."""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class State:
    """One state: codes, names, adjectives, demonyms, capitals and seats of government.

    code: ISO 3166 alpha-3 (KOS for Kosovo). cow: number of the Correlates of War list. gw: of Gleditsch and Ward's.
    wikidata: its item. Numbers are None where a list has none.
    """

    code: str
    iso2: str
    iso_numeric: int | None
    cow: int | None
    gw: int | None
    wikidata: str
    name: str
    aliases: tuple[str, ...]
    adjectives: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one name may stand for.

    kind: state, adjective, demonym, capital, seat, leader, surname, person, body, group, media or place. since, until: when it
    is that (None: always). id: the same for all of its names: its Wikidata item where known, else file and name. row: file,
    line and content, which an explanation shows. own: from a user's own file, which goes before ours. chief: head of a state
    or government.
    """

    name: str
    country: str
    sector: str
    kind: str
    since: dt.date | None = None
    until: dt.date | None = None
    row: str = ""
    id: str = ""
    own: bool = False
    chief: bool = False


@lru_cache(maxsize=1 << 16)  # news says the same words over and over
def plain(phrase: str) -> str:
    """A phrase for comparing: no accents, case, stops or possessive, hyphens as spaces."""
    text = unicodedata.normalize("NFKD", phrase)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower().replace("’", "'")
    text = re.sub(r"'s\b|(?<=s)'(?=\s|$)", "", text)
    return " ".join(re.sub(r"[^\w&]+", " ", re.sub(r"(?<=\w)\.(?=\w|\s|$)|['`ʻ]", "", text)).split())


def rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of one of the files with their line numbers; comment lines are skipped.

    Raises ValueError naming file and line where a row has not as many cells as the header.
    """
    lines = (resources.files(__package__ or "") / name).read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    reader = csv.DictReader(lines[start:])
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(
                f"{name}, line {start + reader.line_num}: expected the {len(reader.fieldnames or ())} cells "
                "of the header; quote what holds a comma"
            )
        yield start + reader.line_num, row


def listed(name: str) -> list[str]:
    """The words of one of the text files; comment lines are skipped."""
    lines = (resources.files(__package__ or "") / name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def many(cell: str) -> tuple[str, ...]:
    """The values of a cell, parted by |."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def bound(text: str, last: bool, where: str) -> dt.date | None:
    """A date from `2013`, `2013-03` or `2013-03-14`: the first day meant, or the last; None for an empty cell."""
    if not text:
        return None
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 3:
            return dt.date(*parts)
        if len(parts) == 2:
            if not last:
                return dt.date(parts[0], parts[1], 1)
            following = dt.date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
            return following - dt.timedelta(days=1)
        return dt.date(parts[0], 12, 31) if last else dt.date(parts[0], 1, 1)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{where}: {text!r} is no date; expected YYYY, YYYY-MM or YYYY-MM-DD") from error
