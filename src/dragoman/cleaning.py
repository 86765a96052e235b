"""Take out what is not the report's own prose: repeated captions, clock stamps, slugs, embeds, mojibake.

Every character of the cleaned text knows where it stood, so that a span found in it is given in the report's own
characters. Not for judging whether a text is a report at all: that is `reading`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import ftfy

from dragoman.records import Span

Edit = tuple[int, int, str]
WORD = re.compile(r"\S+")
# What UTF-8 read as Windows-1252 or Latin-1 looks like; whole words around it are mended together.
MOJIBAKE = re.compile(r"\S*(?:[ÂÃâÐÑ][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122])\S*(?: \S*(?:â€)\S*)*")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text, and for each of its characters the one it came from; one more for its end."""

    text: str
    origins: list[int]
    source: str

    def span(self, start: int, end: int) -> Span:
        """The stretch of the report that [start, end) of the cleaned text came from."""
        first = self.origins[start]
        last = self.origins[end - 1] + 1 if end > start else first
        return Span(first, last, self.source[first:last])


@dataclass(frozen=True, slots=True)
class _Rules:
    drops: list[tuple[re.Pattern[str], str]]
    least_words: int
    most_words: int
    again_words: int


@cache
def _rules() -> _Rules:
    data = tomllib.loads((resources.files("dragoman") / "cleaning.toml").read_text(encoding="utf-8"))
    drops = [(re.compile(rule["pattern"], re.I), rule["with"]) for rule in data["drop"]]
    captions = data["captions"]
    return _Rules(drops, captions["least_words"], captions["most_words"], captions["again_words"])


def clean(text: str) -> Cleaned:
    """The report's own prose, with the way back to the text as it came in."""
    rules = _rules()
    cleaned = _applied(Cleaned(text, list(range(len(text) + 1)), text), _mended(text))
    for pattern, replacement in rules.drops:
        edits = [(m.start(), m.end(), replacement) for m in pattern.finditer(cleaned.text) if m.group() != replacement]
        cleaned = _applied(cleaned, edits)
    # A caption three times over takes more than one pass.
    for _ in range(3):
        edits = _repeats(cleaned.text, rules)
        if not edits:
            break
        cleaned = _applied(cleaned, edits)
    return cleaned


def _applied(cleaned: Cleaned, edits: Iterable[Edit]) -> Cleaned:
    """Replace ranges of the text; the characters put in stand where the range began."""
    parts: list[str] = []
    origins: list[int] = []
    at = 0
    for start, end, new in edits:
        parts += [cleaned.text[at:start], new]
        origins += cleaned.origins[at:start]
        # Equal lengths map one to one; else all but the last character point at the range's first.
        if new:
            origins += [cleaned.origins[start]] * (len(new) - 1) + [cleaned.origins[max(start, end - 1)]]
        at = end
    if at == 0:
        return cleaned
    return Cleaned("".join([*parts, cleaned.text[at:]]), origins + cleaned.origins[at:], cleaned.source)


def _mended(text: str) -> list[Edit]:
    edits = []
    for found in MOJIBAKE.finditer(text):
        fixed = ftfy.fix_encoding(found.group())
        if fixed != found.group():
            edits.append((found.start(), found.end(), fixed))
    return edits


def _repeats(text: str, rules: _Rules) -> list[Edit]:
    """Captions told again: the second telling becomes a line end, so that what follows begins a new sentence."""
    words = [(m.start(), m.end(), m.group().strip(".,:;!?\"'“”‘’|-").lower()) for m in WORD.finditer(text)]
    plain = [word for _, _, word in words]
    where: dict[str, list[int]] = {}
    for index, word in enumerate(plain):
        where.setdefault(word, []).append(index)
    edits: list[Edit] = []
    index = 0
    while index < len(words):
        length = 0
        for other in where[plain[index]]:
            run = other - index
            if rules.least_words <= run <= rules.most_words and plain[index:other] == plain[other : other + run]:
                length = max(length, run)
        if length:
            first, again, end = words[index][0], words[index + length][0], words[index + 2 * length - 1][1]
            if edits and edits[-1][1] > first:
                index += 1
                continue
            # The caption before its echo is a sentence of its own: part it from what stood before.
            if first > 0 and text[first - 1] == " " and (not edits or edits[-1][1] < first):
                edits.append((first - 1, first, "\n"))
            while end < len(text) and text[end] == " ":
                end += 1
            edits.append((again - 1, end, "\n"))
            index += 2 * length
        else:
            index += 1
    return edits
