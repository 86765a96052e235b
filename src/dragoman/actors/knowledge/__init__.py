"""The knowledge base: plain CSV files beside this page, read into entries by name. Every file's header says its source."""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

VERSION = "knowledge-2"
# Where the surname comes first; in the second set only in names of the country's own form ("Tung Chee-hwa", not "Carrie Lam").
SURNAME_FIRST = frozenset({"CHN", "KOR", "PRK", "VNM", "KHM"})
SURNAME_FIRST_OR_LAST = frozenset({"HKG", "TWN"})


@dataclass(frozen=True, slots=True)
class State:
    """One state: codes, names, adjectives, demonyms, capitals and seats of government."""

    code: str
    iso2: str
    name: str
    aliases: tuple[str, ...]
    adjectives: tuple[str, ...]
    demonyms: tuple[str, ...]
    capitals: tuple[str, ...]
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one name may stand for.

    kind: state, adjective, demonym, capital, seat, leader, surname, person, body, group or media. since, until: when it is
    that (None: always). row: file and name, which an explanation shows.
    """

    name: str
    country: str
    sector: str
    kind: str
    since: dt.date | None = None
    until: dt.date | None = None
    row: str = ""


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
    lines = (resources.files(__name__) / name).read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip() and not line.startswith("#"))
    reader = csv.DictReader(lines[start:])
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(
                f"{name}, line {start + reader.line_num}: expected the {len(reader.fieldnames or ())} cells "
                "of the header; quote what holds a comma"
            )
        yield start + reader.line_num, row


def many(cell: str) -> tuple[str, ...]:
    """The values of a cell, parted by |."""
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@cache
def states() -> tuple[State, ...]:
    """Every state of states.csv."""
    return tuple(
        State(
            row["code"],
            row["iso2"],
            row["name"],
            *(many(row[c]) for c in ("aliases", "adjectives", "demonyms", "capitals", "seats")),
        )
        for _, row in rows("states.csv")
    )


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


def entries() -> Iterator[tuple[str, Entry]]:
    """Every name of the knowledge base with what it stands for."""
    for state in states():
        decided_by = f"states.csv: {state.code}"
        for kind, names in (
            ("state", (state.name, *state.aliases)),
            ("adjective", state.adjectives),
            ("demonym", state.demonyms),
            ("capital", state.capitals),
            ("seat", state.seats),
        ):
            for name in names:
                sector = "CVL" if kind == "demonym" else "GOV"
                yield name, Entry(state.name, state.code, sector, kind, row=decided_by)
    yield from _leaders()
    yield from _persons()
    for file, kind, code in (("bodies.csv", "body", "code"), ("groups.csv", "group", "country")):
        for line, row in rows(file):
            where = f"{file}, line {line}"
            since, until = bound(row["since"], False, where), bound(row["until"], True, where)
            entry = Entry(row["name"], row[code], row["sector"], kind, since, until, f"{file}: {row['name']}")
            for name in (row["name"], *many(row["aliases"])):
                yield name, entry
    for _, row in rows("media.csv"):
        entry = Entry(row["name"], row["country"], "JRN", "media", row=f"media.csv: {row['name']}")
        for name in (row["name"], *many(row["aliases"])):
            yield name, entry


SECTOR_OF_OFFICE = {"speaker_of_parliament": "LEG", "army_chief": "MIL"}


def _leaders() -> Iterator[tuple[str, Entry]]:
    # A row is a person in one office; other spellings given on any of a person's rows hold for all of them.
    spellings: dict[tuple[str, str], set[str]] = {}
    leaders = list(rows("leaders.csv"))
    for _, row in leaders:
        spellings.setdefault((row["name"], row["country"]), {row["name"]}).update(many(row["aliases"]))
    for line, row in leaders:
        where = f"leaders.csv, line {line}"
        sector = SECTOR_OF_OFFICE.get(row["office"], "GOV")
        if row["country"] in ("UNO", "EUR", "IGO"):
            sector = ""
        elif row["country"] == "VAT":
            sector = "REL"  # the Pope acts as head of a church, as the annotations have it
        since, until = bound(row["since"], False, where), bound(row["until"], True, where)
        described = f"leaders.csv: {row['name']}, {row['office']} {row['since'] or '...'} to {row['until'] or 'now'}"
        entry = Entry(row["name"], row["country"], sector, "leader", since, until, described)
        for name in sorted(spellings[row["name"], row["country"]]):
            yield name, entry
        # A surname stands for its bearer only while in office and the year after; the resolver asks for more proof.
        surname = surname_of(row["name"], row["country"])
        if (len(surname) > 2 or row["country"] in SURNAME_FIRST | SURNAME_FIRST_OR_LAST) and surname != row["name"]:
            yield surname, Entry(row["name"], row["country"], sector, "surname", since, until, described)


def surname_of(name: str, country: str) -> str:
    """The word that stands for a person alone."""
    words = name.split()
    if country in SURNAME_FIRST_OR_LAST and "-" in words[-1]:
        return words[-2]  # "Tung Chee-hwa", and with a Western name before it "Mark Chen Tang-shan"
    first = country in SURNAME_FIRST or (country in SURNAME_FIRST_OR_LAST and len(words) > 2)
    return words[0] if first else words[-1]


def _persons() -> Iterator[tuple[str, Entry]]:
    for line, row in rows("persons.csv"):
        where = f"persons.csv, line {line}"
        since, until = bound(row["since"], False, where), bound(row["until"], True, where)
        described = f"persons.csv: {row['name']}"
        entry = Entry(row["name"], row["country"], row["sector"], "person", since, until, described)
        for name in (row["name"], *many(row["aliases"])):
            yield name, entry
        if row["surname"] == "yes":
            yield surname_of(row["name"], row["country"]), entry


@cache
def role_words() -> dict[str, tuple[str, str]]:
    """Role words and group words: phrase to (sector, kind)."""
    return {plain(row["phrase"]): (row["sector"], row["kind"]) for _, row in rows("roles.csv")}
