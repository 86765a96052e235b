"""Names that are also something else: the US state of Georgia, Michael Jordan, Chad Johnson, the Niger river."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dragoman.actors.knowledge import Entry, many, plain, rows


@dataclass(frozen=True, slots=True)
class Reading:
    """What a name means where a hint stands: an entry of another country, or nobody that the knowledge base knows (None)."""

    entry: Entry | None


@dataclass(frozen=True, slots=True)
class _Hints:
    before: tuple[str, ...]
    after: tuple[str, ...]
    anywhere: re.Pattern[str] | None
    reading: Reading


class Readings:
    """The other readings of ambiguous.csv.

    A hint is a word that stands in the report (`Atlanta`), directly before the name (`Michael <`) or behind it (`> Tech`).
    """

    def __init__(self) -> None:
        self._hints: dict[str, list[_Hints]] = {}
        for name, hints in _read():
            self._hints.setdefault(plain(name), []).append(hints)

    def of(self, phrase: str, text: str, start: int, end: int) -> Reading | None:
        """The other reading of a name (as `plain` has it) at these characters of a text; None: it is what it always is."""
        every = self._hints.get(phrase)
        if not every:
            return None
        before, after = plain(text[max(start - 40, 0) : start]), plain(text[end : end + 40])
        for hints in every:
            if any(before.endswith(f" {word}") or before == word for word in hints.before):
                return hints.reading
            if any(after.startswith(f"{word} ") or after == word for word in hints.after):
                return hints.reading
        for hints in every:
            if hints.anywhere is not None and hints.anywhere.search(text):
                return hints.reading
        return None


def _read() -> Iterator[tuple[str, _Hints]]:
    for line, row in rows("ambiguous.csv"):
        hints = many(row["hint"])
        if not hints:
            raise ValueError(f"ambiguous.csv, line {line}, hint: expected words that tell this reading, found none")
        before = tuple(plain(hint.removesuffix("<")) for hint in hints if hint.endswith("<"))
        after = tuple(plain(hint.removeprefix(">")) for hint in hints if hint.startswith(">"))
        words = [hint for hint in hints if not hint.endswith("<") and not hint.startswith(">")]
        anywhere = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b") if words else None
        entry = None
        if row["country"]:
            described = f"ambiguous.csv, line {line}: {row['name']}, {row['other']}"
            entry = Entry(row["other"], row["country"], "GOV", "state", row=described, id=f"ambiguous/{line}")
        yield row["name"], _Hints(before, after, anywhere, Reading(entry))
