"""Set aside what is no English report: empty, binary, too long, or in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

from dragoman.records import Rejected, Report

MAX_CHARACTERS = 400_000
LEAST_FOREIGN = 4
LEAST_LATIN = 0.6
WORD = re.compile(r"[^\W\d_]+")


@cache
def function_words() -> dict[str, frozenset[str]]:
    """Words that every English text is full of, and those of other languages (function_words.txt)."""
    text = (resources.files(__package__ or "") / "function_words.txt").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {"english": set(), "other": set()}
    for line in text.splitlines():
        side, _, words = line.partition(":")
        if side in found:
            found[side] |= set(words.split())
    return {side: frozenset(words) for side, words in found.items()}


def english(text: str) -> bool:
    """Whether a text reads as English, however rough; True for texts that hold too few telling words."""
    sample = text[:20_000]
    letters = [c for c in sample if c.isalpha()]
    if letters and sum(c < "ɐ" for c in letters) / len(letters) < LEAST_LATIN:
        return False
    words = WORD.findall(sample.lower())
    telling = function_words()
    ours = sum(word in telling["english"] for word in words)
    theirs = sum(word in telling["other"] for word in words)
    # English news is full of foreign names ("Luiz Inácio Lula da Silva"), hence more than a few are asked for.
    return theirs < LEAST_FOREIGN or theirs <= ours


def checked(found: Iterable[Report | Rejected], limit: int, known_english: bool = False) -> Iterator[Report | Rejected]:
    """Pass good reports on and turn the others into rejections that name them.

    limit: the most characters of a report. known_english: the source vouches for the language, and it is not looked at.
    """
    for item in found:
        yield item if isinstance(item, Rejected) else _fault(item, limit, known_english) or item


def _fault(report: Report, limit: int, known_english: bool) -> Report | Rejected | None:
    source = report.source or report.id
    if not report.text.strip():
        return Rejected(source=source, reason="holds no text", advice="leave it out or fetch it again")
    if "\x00" in report.text:
        return Rejected(source=source, reason="is binary, not text", advice="convert it to text first")
    if len(report.text) > limit:
        return Rejected(
            source=source,
            reason=f"{len(report.text):,} characters is too long for one report (limit {limit:,})",
            advice="split it into reports, one a file or one a JSONL line, or raise --max-characters",
        )
    if not known_english and not english(report.text):
        return Rejected(source=source, reason="does not read as English", advice="translate it first")
    return None
