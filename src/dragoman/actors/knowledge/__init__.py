"""The knowledge base: plain CSV files beside this page, read into entries by name. Every file's header says its source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from dragoman.actors.knowledge.own import KnowledgeError, own_entries, own_version
from dragoman.actors.knowledge.tables import Entry, State, bound, listed, many, plain, rows

__all__ = [
    "Entry",
    "KnowledgeError",
    "State",
    "bound",
    "certainty",
    "entries",
    "many",
    "own_version",
    "plain",
    "role_words",
    "rows",
    "states",
]

VERSION = "knowledge-3"
# Where the surname comes first; in the second set only in names of the country's own form ("Tung Chee-hwa", not "Carrie Lam").
SURNAME_FIRST = frozenset({"CHN", "KOR", "PRK", "VNM", "KHM"})
SURNAME_FIRST_OR_LAST = frozenset({"HKG", "TWN"})


@cache
def states() -> tuple[State, ...]:
    """Every state of states.csv, with the numbers of states-codes.csv."""

    def number(cell: str) -> int | None:
        return int(cell) if cell else None

    codes = {row["code"]: row for _, row in rows("states-codes.csv")}
    return tuple(
        State(
            row["code"],
            row["iso2"],
            number(codes[row["code"]]["iso_numeric"]),
            number(row["cow"]),
            number(codes[row["code"]]["gw"]),
            codes[row["code"]]["wikidata"],
            row["name"],
            *(many(row[c]) for c in ("aliases", "adjectives", "demonyms", "capitals", "seats")),
        )
        for _, row in rows("states.csv")
    )


@cache
def _items() -> dict[tuple[str, str], str]:
    """Wikidata items by file and name."""
    return {(row["file"], row["name"]): row["wikidata"] for _, row in rows("entities-wikidata.csv")}


def _id(file: str, name: str) -> str:
    return _items().get((file, name)) or f"{file.removesuffix('.csv')}/{plain(name).replace(' ', '-')}"


def entries(own: Sequence[Path] = ()) -> Iterator[tuple[str, Entry]]:
    """Every name of the knowledge base with what it stands for; own: the user's files, whose names go before ours."""
    codes = frozenset(state.code for state in states()) | {row["code"] for _, row in rows("historical-states.csv")}
    for path in own:
        yield from own_entries(path, codes)
    yield from _states()
    yield from _former_states()
    yield from _leaders()
    yield from _persons()
    for file, kind, code in (("bodies.csv", "body", "code"), ("groups.csv", "group", "country")):
        for line, row in rows(file):
            where = f"{file}, line {line}"
            since, until = bound(row["since"], False, where), bound(row["until"], True, where)
            entry = Entry(
                row["name"], row[code], row["sector"], kind, since, until, f"{where}: {row['name']}", _id(file, row["name"])
            )
            for name in (row["name"], *many(row["aliases"])):
                yield name, entry
    for line, row in rows("media.csv"):
        described = f"media.csv, line {line}: {row['name']}"
        entry = Entry(row["name"], row["country"], "JRN", "media", row=described, id=_id("media.csv", row["name"]))
        for name in (row["name"], *many(row["aliases"])):
            yield name, entry


def _kinds(
    name: str, aliases: Sequence[str], adjectives: Sequence[str], demonyms: Sequence[str], capitals: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """The names of a state with their kinds."""
    for kind, names in (
        ("state", (name, *aliases)),
        ("adjective", adjectives),
        ("demonym", demonyms),
        ("capital", capitals),
    ):
        for one in names:
            yield kind, one


def _states() -> Iterator[tuple[str, Entry]]:
    lines = {row["code"]: line for line, row in rows("states.csv")}
    for state in states():
        numbers = (("ISO", state.iso_numeric), ("COW", state.cow), ("Gleditsch-Ward", state.gw))
        told = ", ".join(f"{name} {number}" for name, number in numbers if number is not None)
        row = f"states.csv, line {lines[state.code]}: {state.name} ({state.iso2}, {told})"
        named = [*_kinds(state.name, state.aliases, state.adjectives, state.demonyms, state.capitals)]
        for kind, name in [*named, *(("seat", seat) for seat in state.seats)]:
            sector = "CVL" if kind == "demonym" else "GOV"
            yield name, Entry(state.name, state.code, sector, kind, row=row, id=state.wikidata)


def _former_states() -> Iterator[tuple[str, Entry]]:
    """States that are no more: their own code while they stood, their successor's before and after."""
    for line, row in rows("historical-states.csv"):
        where = f"historical-states.csv, line {line}"
        since, until = bound(row["since"], False, where), bound(row["until"], True, where)
        described = f"{where}: {row['name']}, {row['since']} to {row['until']}"
        for kind, name in _kinds(row["name"], *(many(row[c]) for c in ("aliases", "adjectives", "demonyms", "capitals"))):
            sector = "CVL" if kind == "demonym" else "GOV"
            yield name, Entry(row["name"], row["code"], sector, kind, since, until, described, row["wikidata"])
            if row["successor"] != row["code"] and kind != "capital":
                later = None if until is None else until + dt.timedelta(days=1)
                told = f"{described}; since then {row['successor']}"
                yield name, Entry(row["name"], row["successor"], sector, kind, later, None, told, row["wikidata"])


SECTOR_OF_OFFICE = {"speaker_of_parliament": "LEG", "army_chief": "MIL"}
# Offices whose holders the press calls by surname alone in reports of other states.
KNOWN_BY_SURNAME = frozenset({"head_of_state", "head_of_government", "foreign_minister", "defence_minister", "body_head"})


def _leaders() -> Iterator[tuple[str, Entry]]:
    # A row is a person in one office; other spellings given on any of a person's rows hold for all of them.
    spellings: dict[tuple[str, str], set[str]] = {}
    leaders = list(rows("leaders.csv"))
    for _, row in leaders:
        spellings.setdefault((row["name"], row["country"]), {row["name"]}).update(many(row["aliases"]))
    taken = set(listed("not_surnames.txt"))
    for state in states():
        taken.update(map(plain, (state.name, *state.adjectives, *state.demonyms, *state.capitals)))
    for line, row in leaders:
        where = f"leaders.csv, line {line}"
        sector = SECTOR_OF_OFFICE.get(row["office"], "GOV")
        if row["country"] in ("UNO", "EUR", "IGO"):
            sector = ""
        elif row["country"] == "VAT":
            sector = "REL"  # the Pope acts as head of a church, as the annotations have it
        since, until = bound(row["since"], False, where), bound(row["until"], True, where)
        described = f"{where}: {row['name']}, {row['office']} {row['since'] or '...'} to {row['until'] or 'now'}"
        item = _id("leaders.csv", row["name"])
        entry = Entry(row["name"], row["country"], sector, "leader", since, until, described, item)
        for name in sorted(spellings[row["name"], row["country"]]):
            yield name, entry
        # A surname stands for its bearer only while in office and the year after; the resolver asks for more proof.
        surname = surname_of(row["name"], row["country"])
        if row["office"] in KNOWN_BY_SURNAME and plain(surname) not in taken and surname != row["name"]:
            chief = row["office"] in ("head_of_state", "head_of_government")
            yield surname, Entry(row["name"], row["country"], sector, "surname", since, until, described, item, chief=chief)


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
        described = f"{where}: {row['name']}"
        item = _id("persons.csv", row["name"])
        entry = Entry(row["name"], row["country"], row["sector"], "person", since, until, described, item)
        for name in (row["name"], *many(row["aliases"])):
            yield name, entry
        if row["surname"] == "yes":
            yield surname_of(row["name"], row["country"]), entry


@cache
def role_words() -> dict[str, tuple[str, str]]:
    """Role words and group words: phrase to (sector, kind)."""
    return {plain(row["phrase"]): (row["sector"], row["kind"]) for _, row in rows("roles.csv")}


@cache
def _certainties() -> dict[str, float]:
    return {row["rule"]: float(row["confidence"]) for _, row in rows("certainty.csv")}


def certainty(rule: str) -> float:
    """How often a rule is right, measured on the training annotations (certainty.csv); 0.5 for one that was not measured."""
    return _certainties().get(rule, 0.5)
