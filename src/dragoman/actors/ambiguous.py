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

    def beside(self, text: str, start: int, end: int) -> int:
        """Letters of the longest hint that stands directly beside these characters; 0 for none."""
        before, after = text[:start], text[end:]
        spaced, behind = before.rstrip(), after.lstrip(", ")
        found = [0]
        for hint in self.before:
            words, joined = hint.removesuffix("-"), hint.endswith("-")
            if (before.endswith(hint) if joined else before != spaced and spaced.endswith(words)) and _begins(
                before if joined else spaced, hint if joined else words
            ):
                found.append(len(hint))
        for hint in self.after:
            joined = hint[:1] in "-–'’"
            rest = after if joined else behind
            if rest.startswith(hint) and not rest[len(hint) : len(hint) + 1].isalnum() and (joined or after != behind):
                found.append(len(hint))
        return max(found)


def _begins(text: str, words: str) -> bool:
    """Whether the words at the end of a text begin there as words."""
    return not text[: len(text) - len(words)][-1:].isalnum()


class Readings:
    """The other readings of ambiguous.csv, whose header says how hints are written."""

    def __init__(self) -> None:
        self._hints: dict[str, list[_Hints]] = {}
        for name, hints in _read():
            self._hints.setdefault(plain(name), []).append(hints)

    def of(self, phrase: str, text: str, start: int, end: int) -> Reading | None:
        """The other reading of a name (as `plain` has it) at these characters of a text; None: it is what it always is.

        The longest hint beside the name decides, else the reading of which most words stand in the text.
        """
        every = self._hints.get(phrase)
        if not every:
            return None
        beside = [(hints.beside(text, start, end), hints) for hints in every]
        length, nearest = max(beside, key=lambda one: one[0])
        if length:
            return nearest.reading
        told = [(len(set(hints.anywhere.findall(text))) if hints.anywhere else 0, hints) for hints in every]
        count, likeliest = max(told, key=lambda one: one[0])
        # Words somewhere in the report are weak proof that a state's name is nobody's.
        return likeliest.reading if count >= (2 if likeliest.reading.entry is None else 1) else None


def _read() -> Iterator[tuple[str, _Hints]]:
    for line, row in rows("ambiguous.csv"):
        hints = many(row["hint"])
        if not hints:
            raise ValueError(f"ambiguous.csv, line {line}, hint: expected words that tell this reading, found none")
        before = tuple(hint.removesuffix("<").strip() for hint in hints if hint.endswith("<"))
        after = tuple(hint.removeprefix(">").strip() for hint in hints if hint.startswith(">"))
        words = [hint for hint in hints if not hint.endswith("<") and not hint.startswith(">")]
        anywhere = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b") if words else None
        entry = None
        if row["country"]:
            described = f"ambiguous.csv, line {line}: {row['name']}, {row['other']}"
            entry = Entry(row["other"], row["country"], "", "place", row=described, id=f"ambiguous/{line}")
        yield row["name"], _Hints(before, after, anywhere, Reading(entry))
