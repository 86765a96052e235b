"""Whom "the two leaders", "both countries", "his counterpart" or "they" stand for, from the names before them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.actors.knowledge import plain, role_words
from dragoman.actors.names import PERSONS, Found

PAIR = re.compile(
    r"^(?:the |these )?(?:two|both)(?: of (?:them|the))?(?: (?:\w+ )?(?:sides?|leaders?|presidents?|countries|nations|states|"
    r"powers|governments|parties|premiers?|ministers?|prime ministers|foreign ministers|neighbou?rs|allies|capitals|men|"
    r"heads of state|diplomats|officials|superpowers|rivals|armies|militaries))?$|^(?:the |both )(?:sides|parties|pair)$|"
    r"^they$|^them$|^(?:each other|one another)$|^(?:both|the two)$|^their (?:two )?(?:countries|governments|leaders)$|^leaders$",
    re.I,
)
COUNTERPART = re.compile(r"^(?:his|her|their|its)(?: \w+)? (?:counterparts?|opposite number|colleague|guest|host)$", re.I)
SINGLE = re.compile(
    r"^(?:he|she|him|her|his|it|its|the (?:president|premier|prime minister|minister|ministry|leader|government|"
    r"country|kremlin leader|foreign ministry))$",
    re.I,
)
STATE_KINDS = frozenset({"state", "leader", "person", "adjective", "capital", "seat", "surname", "demonym"})
PARTY_KINDS = STATE_KINDS | {"group", "body"}
# "The two leaders" and "both countries" are no organisations; "both sides" may be.
OF_STATES = re.compile(r"leader|president|premier|minister|countr|nation|state|power|government|capital|neighbou?r", re.I)


# A name of one word, such as a surname.
ONE_WORD = re.compile(r"^[A-Z][\w'’-]+$")
ROLE_PARTS = frozenset(part for phrase in role_words() for part in phrase.split())


def full_name(words: str, at: int, text: str) -> tuple[int, int] | None:
    """Where a person who is called by surname here was named in full before, with office and nationality; None: nowhere.

    "Nepalese tourism minister Badri Pandey resigned. Pandey said ...": the characters of the whole phrase.
    """
    if not ONE_WORD.match(words):
        return None
    name = words.removesuffix("'s").removesuffix("’s")
    for match in re.finditer(rf"[A-Z][\w'’.-]+ (?:[A-Z][\w'’.-]+ )*{re.escape(name)}\b", text[:at]):
        start = match.start()
        for word in reversed(list(re.finditer(r"[\w'’-]+", text[:start]))):
            between = text[word.end() : start]
            if between.strip() or not (word.group()[0].isupper() or plain(word.group()) in ROLE_PARTS):
                break
            start = word.start()
        return start, match.end()
    return None


def _before(found: Sequence[Found], at: int, kinds: frozenset[str] = PARTY_KINDS) -> list[Found]:
    """Parties named before this place, nearest first, one a country; a capital stands only where no other name does."""
    seen: set[str] = set()
    parties = []
    before = sorted((f for f in found if f.end <= at and f.entry.kind in kinds), key=lambda f: -f.end)
    for name in before:
        if name.entry.country not in seen:
            seen.add(name.entry.country)
            better = (f for f in before if f.entry.country == name.entry.country and f.entry.kind != "capital")
            parties.append(next(better, name) if name.entry.kind == "capital" else name)
    return parties


def antecedents(words: str, at: int, found: Sequence[Found], others: Sequence[str]) -> list[Found] | None:
    """The names that a reference stands for; None when these words are no reference or nothing before it fits.

    words: the mention. at: where it begins. found: the names in the text. others: countries already party to the
    event, whom a "counterpart" is not.
    """
    if PAIR.match(words):
        pair = _before(found, at, STATE_KINDS if OF_STATES.search(words) else PARTY_KINDS)[:2]
        return sorted(pair, key=lambda f: f.start) if len(pair) == 2 else None
    if COUNTERPART.match(words):
        if any(f.start >= at and f.end <= at + len(words) for f in found):
            return None
        return next(([f] for f in _before(found, at) if f.entry.country not in others), None)
    if SINGLE.match(words):
        persons = [f for f in _before(found, at) if f.entry.kind in PERSONS]
        if words.lower() in ("he", "she", "him", "her", "his") and persons:
            return persons[:1]
        return _before(found, at)[:1] or None
    return None
