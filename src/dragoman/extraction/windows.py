"""Cut a text into sentences, and into windows of whole sentences that fit the encoder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tokenizers import Tokenizer

PIECES = 254  # a window of 256 with its two marks
FIRST_MARK, LAST_MARK = 101, 102  # [CLS] and [SEP]

# A full stop, question or exclamation mark, with closing quotes, then space and something that can begin a sentence.
END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9À-Þ])|\n+")
LAST_WORD = re.compile(r"([^\s(\[\"'“‘]+)$")


@cache
def abbreviations() -> frozenset[str]:
    """Words whose full stop ends no sentence, lower case without the stop (abbreviations.txt)."""
    text = (resources.files(__package__ or "") / "abbreviations.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def sentences(text: str) -> list[tuple[int, int]]:
    """Character ranges of the sentences of a text, without the white space around them."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in END.finditer(text):
        if end.group().startswith("."):
            word = LAST_WORD.search(text, max(start, end.start() - 24), end.start())
            last = word.group(1).lower() if word else ""
            # "U.S.", "J." and known short forms; a single capital may end a sentence, but seldom does in news.
            if last in abbreviations() or re.fullmatch(r"(?:[a-z]\.)*[a-z]", last):
                continue
            if last in ("no", "nos") and re.match(r"\s*\d", text[end.end() :]):
                continue
        _add(found, text, start, end.end())
        start = end.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    stripped = piece.strip()
    if stripped:
        found.append((start + left, start + left + len(stripped)))


def windows(lengths: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Group sentences of the given lengths (word pieces) into windows of at most `limit` pieces.

    Returns index ranges [first, last) that together hold each sentence once. A sentence longer than the limit stands
    alone; the caller cuts it.
    """
    groups, first, filled = [], 0, 0
    for index, length in enumerate(lengths):
        if index > first and filled + length > limit:
            groups.append((first, index))
            first, filled = index, 0
        filled += length
    if first < len(lengths):
        groups.append((first, len(lengths)))
    return groups


@dataclass(frozen=True, slots=True)
class Window:
    """Whole sentences as the encoder sees them.

    ids: word pieces with both marks. words: piece range of each word, not counting the first mark.
    characters: each word's range in the text.
    """

    ids: list[int]
    words: list[tuple[int, int]]
    characters: list[tuple[int, int]]


def text_windows(text: str, tokenizer: Tokenizer) -> list[Window]:
    """The windows of a text; a sentence longer than a window is cut at its end."""
    ranges = sentences(text)
    encoded = tokenizer.encode_batch([text[a:b] for a, b in ranges], add_special_tokens=False)
    made = []
    for first, last in windows([len(e.ids) for e in encoded], PIECES):
        ids: list[int] = []
        words: list[tuple[int, int]] = []
        characters: list[tuple[int, int]] = []
        for number in range(first, last):
            start, before = ranges[number][0], None
            for piece, word, (a, b) in zip(encoded[number].ids, encoded[number].word_ids, encoded[number].offsets, strict=True):
                if len(ids) == PIECES:
                    break
                if word == before:
                    words[-1] = (words[-1][0], len(ids) + 1)
                    characters[-1] = (characters[-1][0], start + b)
                else:
                    words.append((len(ids), len(ids) + 1))
                    characters.append((start + a, start + b))
                ids.append(piece)
                before = word
        made.append(Window([FIRST_MARK, *ids, LAST_MARK], words, characters))
    return made
