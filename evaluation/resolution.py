"""How well parties are resolved when their spans are given: `python -m evaluation actors`.

The annotated triggers and spans take the place of the model's; its guesses of sector and owner are used as in coding.
"""

from __future__ import annotations

import datetime as dt
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from dragoman import Coder
from dragoman.actors import Context
from dragoman.actors.resolver import OWNED
from dragoman.extraction.decoding import Argument, own, pieces_of
from dragoman.extraction.extractor import Extractor
from dragoman.extraction.heads import Heads, Range, distance_bucket, piece_distances
from dragoman.extraction.labels import SECTORS, TYPES
from dragoman.extraction.windows import Window
from dragoman.ontology import plover
from dragoman.places import PlaceResolver, gazetteer
from dragoman.records import Span
from evaluation.scorer import locate


def resolved(documents: list[dict[str, Any]], coder: Coder) -> list[dict[str, str]]:
    """One row a party of the annotations: its words, the annotated code, the resolved code and the rule behind it."""
    extractor = Extractor(coder.model)
    rows = []
    for document in documents:
        text, date = document["text"], dt.date.fromisoformat(document["date"])
        found = coder.scan(text, date)
        names = coder.names(text, found)
        windows = extractor.windows([text])
        near = coder.about(text, found)
        for (hidden, _), window in zip(extractor.encode(windows), windows, strict=True):
            for event in document["events"]:
                trigger = words_of(window, locate(text, event["trigger"]))
                if trigger is None:
                    continue
                place = locate(text, event["place"]) if event.get("place") else None
                where = PlaceResolver(gazetteer()).resolve(Span(*place, text[slice(*place)]), near).country if place else None
                sides: list[str] = []
                for role in ("actors", "recipients"):
                    for entry in event.get(role) or []:
                        words, _, code = entry.rpartition("|")
                        at = locate(text, words)
                        inside = words_of(window, at)
                        if at is None or inside is None:
                            continue
                        sector = sector_of(hidden, window, TYPES.index(event["type"]), trigger, inside, extractor.heads)
                        parts = [{"actors": [Argument(*at, 1.0, sector)], "recipients": [], "speaker": []}]
                        own(parts, hidden, window.words, window.characters, extractor.heads, names)
                        context = Context(text, date, found, where)
                        (actor, *_) = coder.side(parts[0]["actors"], context, sides)
                        sides.append(actor.country)
                        rows.append(
                            {
                                "words": text[slice(*at)],
                                "annotated": code,
                                "resolved": actor.code,
                                "rule": actor.rule,
                                "row": actor.row,
                            }
                        )
    return rows


def words_of(window: Window, characters: Range | None) -> Range | None:
    """The words of a window that these characters touch."""
    if characters is None:
        return None
    inside = [i for i, (a, b) in enumerate(window.characters) if a < characters[1] and characters[0] < b]
    return (inside[0], inside[-1] + 1) if inside else None


def sector_of(hidden: Any, window: Window, kind: int, trigger: Range, party: Range, heads: Heads) -> str:
    """The sector that the model would give this party of an event of this type."""
    at, held = pieces_of(window.words, trigger), pieces_of(window.words, party)
    mean = hidden[at[0] : at[1]].mean(0)[None]
    vector = heads.triggers(mean, np.array([kind]), hidden.mean(0)[None])
    distances = piece_distances(at, len(hidden))[None]
    read = heads.read(hidden, vector, distances, np.arange(*held)).mean(1)[:, None]
    _, sectors = heads.arcs(vector, hidden[held[0] : held[1]].mean(0)[None], read, np.array([[distance_bucket(at, held)]]))
    return SECTORS[int(sectors[0, 0].argmax())]


CERTAINTY = Path(str(resources.files("dragoman.actors.knowledge"))) / "certainty.csv"
HEADER = """# How often each rule of resolution names the annotated country, spans given: measured on the training annotations by
# `python -m evaluation actors --fit --set ...`. One case right and one wrong are added to each. Licence: CC0.
"""


def write_certainty(rows: list[dict[str, str]]) -> list[str]:
    """Keep how often each rule was right about the country; returns the lines written."""
    tried: dict[str, list[bool]] = {}
    for row in rows:
        # A reference followed, then a rule: the rule is what is asked for.
        rule = row["rule"].rpartition("; ")[2]
        tried.setdefault(rule, []).append(row["annotated"].partition(".")[0] == row["resolved"].partition(".")[0])
    lines = [
        f"{rule},{len(hits)},{(sum(hits) + 1) / (len(hits) + 2):.3f}" for rule, hits in sorted(tried.items()) if rule != OWNED
    ]
    CERTAINTY.write_text(HEADER + "rule,parties,confidence\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return lines


def same(one: str, other: str) -> bool:
    """Whether two codes agree. A body's sector may be left out; a country's left out is its government (codebook, "Who")."""
    (country, _, sector), (other_country, _, other_sector) = one.partition("."), other.partition(".")
    if country != other_country:
        return False
    if country in plover().bodies:
        return sector == other_sector or not (sector and other_sector)
    return (sector or "GOV") == (other_sector or "GOV")


def figures(rows: list[dict[str, str]]) -> dict[str, float]:
    """Shares of parties whose country, and whose country and sector, are the annotated ones."""
    country = [row["annotated"].partition(".")[0] == row["resolved"].partition(".")[0] for row in rows]
    both = [same(row["annotated"], row["resolved"]) for row in rows]
    shares = {"country": sum(country) / len(rows), "country and sector": sum(both) / len(rows)}
    return {"parties": len(rows)} | {name: round(share, 3) for name, share in shares.items()}
