"""What reports are about: `python -m evaluation contexts` compares the model's contexts with the annotated ones."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dragoman import Coder
from evaluation.documents import reports_of

# Themes with fewer annotated texts are in the sum, but their own figure would say little.
FEW = 20


def compared(documents: list[dict[str, Any]], coder: Coder) -> tuple[dict[str, float], dict[str, tuple[float, int]]]:
    """Micro-averaged figures, and F1 and number of annotated texts of each theme with at least 20.

    Raises ValueError when no document has contexts.
    """
    known = [document for document in documents if "contexts" in document]
    if not known:
        raise ValueError("no text of this set has contexts; name an annotated set that has, such as evaluation/data/fresh.jsonl")
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    annotated: Counter[str] = Counter()
    for document, coded in zip(known, coder.code_many(reports_of(known)), strict=True):
        gold, given = set(document["contexts"]), set(coded.contexts)
        annotated.update(gold)
        found.update(given)
        right.update(gold & given)
    themes = {
        name: (round(2 * right[name] / (found[name] + number), 3), number)
        for name, number in annotated.most_common()
        if number >= FEW
    }
    precision, recall = right.total() / max(found.total(), 1), right.total() / annotated.total()
    figures = {
        "texts": len(known),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "F1": round(2 * right.total() / (found.total() + annotated.total()), 3),
        f"macro-F1 of {len(themes)} themes": round(sum(score for score, _ in themes.values()) / len(themes), 3),
    }
    return figures, themes
