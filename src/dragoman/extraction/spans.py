"""Tidy the spans that the tagger cuts out of a window: no loose articles, commas or halves of one name."""

from __future__ import annotations

from collections.abc import Sequence

Range = tuple[int, int]

# Words that no mention begins or ends with.
LOOSE = frozenset({"and", "or", "of", "by", "for", "with", "from", "to", "in", "at", "on", "that", "which", "who", "as", "but"})
ARTICLES = frozenset({"the", "a", "an", "its", "his", "her", "their"})
MARKS = frozenset({",", ";", ":", '"', "“", "”", "'", "’", "(", "-", "–", "—", "/"})


def tidied(spans: Sequence[Range], forms: Sequence[str], trigger: bool = False) -> list[Range | None]:
    """The spans without what hangs loose at their ends; None for one of which nothing is left.

    forms: the window's words in lower case. trigger: particles stay ("called for"), articles go from both ends.
    """
    before = MARKS | (ARTICLES if trigger else LOOSE)
    after = MARKS | ARTICLES | (frozenset() if trigger else LOOSE)
    made: list[Range | None] = []
    for span in spans:
        first, last = span
        while first < last and forms[first] in before and not _counts(forms[first : first + 2]):
            first += 1
        while first < last and forms[last - 1] in after:
            last -= 1
        empty = all(not form[0].isalnum() or form in LOOSE or form in ARTICLES for form in forms[first:last])
        made.append(None if empty else (first, last))
    return made


def _counts(forms: Sequence[str]) -> bool:
    """Whether these words begin a number ("at least 30 people")."""
    return list(forms) in (["at", "least"], ["at", "most"])


def rejoined(spans: Sequence[Range]) -> list[Range]:
    """Spans in order, those that touch made one: with no word between they are halves of one name."""
    made: list[Range] = []
    for first, last in spans:
        if made and made[-1][1] == first:
            made[-1] = (made[-1][0], last)
        else:
            made.append((first, last))
    return made
