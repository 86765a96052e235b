"""The user's own file of names: the same columns as ours, checked row by row."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from dragoman.actors.knowledge.tables import Entry, bound, many, plain
from dragoman.ontology import plover


class KnowledgeError(ValueError):
    """A user's own file of names cannot be read; the message names file, line and field and says what was expected."""


OWN_FIELDS = ("name", "aliases", "country", "sector", "kind", "since", "until")
OWN_KINDS = ("group", "person", "body", "media", "leader")


def own_entries(path: Path, states: frozenset[str]) -> Iterator[tuple[str, Entry]]:
    """The names of a user's own CSV file: name and country, and where it has them aliases, sector, kind, since, until.

    states: the codes that are countries'.
    Raises KnowledgeError for a file that is no such table, or a row that names no known country, sector, kind or date.
    """
    if not path.is_file():
        raise KnowledgeError(f"{path}: no such file; expected a CSV with the columns {', '.join(OWN_FIELDS)}")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path}: is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    reader = csv.DictReader(lines[start:])
    missing = {"name", "country"} - set(reader.fieldnames or ())
    if missing:
        raise KnowledgeError(f"{path}, line {start + 1}: lacks {', '.join(sorted(missing))}; columns are {', '.join(OWN_FIELDS)}")
    for cells in reader:
        row = {field: (cells.get(field) or "").strip() for field in OWN_FIELDS}
        where = f"{path}, line {start + reader.line_num}"
        expected = (
            ("name", bool(plain(row["name"])), "a name"),
            (
                "country",
                row["country"] in states | {*plover().bodies, "IMG", "---"},
                "an ISO alpha-3 code, KOS, PSE, UNO, IMG ...",
            ),
            ("sector", row["sector"] in ("", *plover().sectors), f"one of {', '.join(plover().sectors)} or nothing"),
            ("kind", row["kind"] in ("", *OWN_KINDS), f"one of {', '.join(OWN_KINDS)} or nothing"),
        )
        for field, well, wanted in expected:
            if not well:
                raise KnowledgeError(f"{where}, {field}: expected {wanted}, found {row[field]!r}")
        try:
            since, until = bound(row["since"], False, where), bound(row["until"], True, where)
        except ValueError as error:
            raise KnowledgeError(str(error)) from error
        described = f"{path.name}, line {start + reader.line_num}: {row['name']}"
        key = f"{path.stem}/{plain(row['name']).replace(' ', '-')}"
        entry = Entry(row["name"], row["country"], row["sector"], row["kind"] or "group", since, until, described, key, own=True)
        for name in (row["name"], *many(row["aliases"])):
            yield name, entry


def own_version(paths: Sequence[str | Path]) -> str:
    """What the user's files add to the version of the knowledge: nothing without files, else a hash of what they hold."""
    if not paths:
        return ""
    return "+" + hashlib.sha256(b"".join(Path(path).read_bytes() for path in paths)).hexdigest()[:8]
