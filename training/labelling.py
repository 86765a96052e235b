"""Read annotated texts and lay their labels over word pieces.

Annotations come as the codebook's JSON lines (with text) or as stand-off records (training/standoff.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tokenizers import Tokenizer

from dragoman.extraction.decoding import Name
from dragoman.extraction.labels import CONTEXTS, KINDS, MODES, ROLE_KIND, ROLES, SECTORS, STATUSES, TYPES
from dragoman.extraction.windows import Window, text_windows

Range = tuple[int, int]


@dataclass
class Example:
    """One window: word pieces and everything the heads are to say of them. Ranges count pieces, [CLS] being 0."""

    ids: list[int]
    triggers: list[tuple[Range, int]] = field(default_factory=list)
    mentions: list[tuple[Range, int]] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    # (trigger number, mention number, role, sector or -1)
    arcs: list[tuple[int, int, int, int]] = field(default_factory=list)
    # (first range, second range, type) of the relation task
    relations: list[tuple[Range, Range, int]] = field(default_factory=list)
    # (range, country) of the names in the window, and (range, country) of the parties that hold none
    names: list[tuple[Range, str]] = field(default_factory=list)
    owned: list[tuple[Range, str]] = field(default_factory=list)
    # what the report is about, as numbers of CONTEXTS; None where nobody has said
    contexts: list[int] | None = None
    # (range, unit vector of 384) of what each text in the window means (training/meaning.py)
    meanings: list[tuple[Range, Any]] = field(default_factory=list)
    tagged: bool = True
    # the same text told of other states (training/swapping.py), to be read in its place now and then
    others: list[Example] = field(default_factory=list)


def locate(text: str, span: str) -> Range | None:
    """Characters of an annotated span; `~n` names its n-th occurrence, counted at word boundaries (codebook)."""
    match = re.fullmatch(r"(.*?)(?:~(\d+))?", span, re.S)
    assert match is not None
    body, nth = match.groups()
    for pattern in (rf"(?<!\w){re.escape(body)}(?!\w)", re.escape(body)):
        found = list(re.finditer(pattern, text))
        if found:
            return found[min(int(nth or 1), len(found)) - 1].span()
    return None


def examples(document: dict[str, Any], tokenizer: Tokenizer, names: Sequence[Name] = ()) -> list[Example]:
    """The windows of one annotated text with their labels; an event whose trigger's window lacks a party loses it.

    names: the names in the text whose country is known, for learning whose the nameless parties are.
    """
    made = []
    for window in text_windows(document["text"], tokenizer):
        example = Example(window.ids)
        _label(example, document, window)
        if window.words and names:
            _own(example, document, window, names)
        made.append(example)
    if len(made) == 1 and "contexts" in document:
        made[0].contexts = [CONTEXTS.index(name) for name in document["contexts"]]
    return made


def _pieces(window: Window, span: Range | None) -> Range | None:
    if span is None:
        return None
    inside = [i for i, (a, b) in enumerate(window.characters) if a < span[1] and span[0] < b]
    return (window.words[inside[0]][0] + 1, window.words[inside[-1]][1] + 1) if inside else None


def _own(example: Example, document: dict[str, Any], window: Window, names: Sequence[Name]) -> None:
    low, high = window.characters[0][0], window.characters[-1][1]
    here = [name for name in names if low <= name.start and name.end <= high]
    for name in here:
        pieces = _pieces(window, (name.start, name.end))
        if pieces is not None:
            example.names.append((pieces, name.country))
    entries = {entry for event in document["events"] for side in ("actors", "recipients") for entry in event.get(side) or []}
    for entry in sorted(entries):
        span, _, code = entry.rpartition("|")
        at = locate(document["text"], span)
        pieces = _pieces(window, at)
        if at is None or pieces is None or any(name.inside(*at) for name in here):
            continue
        example.owned.append((pieces, code.partition(".")[0]))


def _label(example: Example, document: dict[str, Any], window: Window) -> None:
    text = document["text"]
    numbers: dict[tuple[Range, int], int] = {}
    for event in document["events"]:
        trigger = _pieces(window, locate(text, event["trigger"]))
        if trigger is None:
            continue
        kind = TYPES.index(event["type"])
        index = len(example.triggers)
        example.triggers.append((trigger, kind))
        mode = (event["type"], event.get("mode") or None)
        example.modes.append(MODES.index(mode if mode in MODES else (event["type"], None)))
        example.statuses.append(STATUSES.index(event.get("status") or "actual"))
        for role_index, role in enumerate(ROLES):
            entries = event.get(role) or []
            for entry in [entries] if isinstance(entries, str) else entries:
                span, _, code = entry.rpartition("|") if role in ("actors", "recipients") else (entry, "", "")
                pieces = _pieces(window, locate(text, span))
                if pieces is None:
                    continue
                key = (pieces, KINDS.index(ROLE_KIND[role]))
                if key not in numbers:
                    numbers[key] = len(example.mentions)
                    example.mentions.append(key)
                sector = SECTORS.index(code.partition(".")[2]) if code else -1
                example.arcs.append((index, numbers[key], role_index, sector))
