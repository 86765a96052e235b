"""Weigh what two tellings of one happening have in common: `python -m training.stories`.

Codes the reports of the labelled pairs (training/corpus/story-pairs.jsonl: for each of two acts the report and the
characters of its trigger, and whether they are one happening), tells by five-fold cross-validation over months how well pairs
are told apart, fits the weights on all of them by logistic regression and writes merging/weights.json. Texts come from the
corpus and from retold.jsonl.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from dragoman import Coder, Report
from dragoman.extraction.extractor import unpacked
from dragoman.ledger.stories import telling
from dragoman.merging import Telling
from dragoman.merging.pairs import FEATURES, features
from dragoman.merging.stories import SAME

HERE = Path(__file__).parent / "corpus"
OUT = Path("src/dragoman/merging/weights.json")
RESULT = Path("evaluation/results/stories.md")
# What a pair's weights must sum to for the two to be one story.
LEAST = math.log(SAME / (1 - SAME))
# Pull of the weights toward nothing.
DECAY = 0.5
Rows = npt.NDArray[np.float64]


def fitted(rows: Rows, same: Rows) -> Rows:
    """Weights of a logistic regression, (features); rows: (pairs, features), same: 1 or 0 a pair."""

    def loss(weights: Rows) -> tuple[float, Rows]:
        scores = rows @ weights
        pull = weights.copy()
        pull[0] = 0
        value = np.sum(np.logaddexp(0, scores) - same * scores) + DECAY * np.sum(pull**2) / 2
        return float(value), rows.T @ (1 / (1 + np.exp(-scores)) - same) + DECAY * pull

    result: Rows = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x
    return result


def figures(same: Rows, answered: npt.NDArray[np.bool_]) -> str:
    """Number of pairs, precision, recall and F1 of those that are one happening, as cells of a table."""
    right = float((answered & (same == 1)).sum())
    precision, recall = right / max(answered.sum(), 1), right / max((same == 1).sum(), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"{len(same)} | {int(same.sum())} | {precision:.3f} | {recall:.3f} | {f1:.3f}"


def tellings_of(reports: list[Report], coder: Coder) -> dict[str, list[Telling]]:
    """What the coder finds in each report, as merging sees it."""
    found: dict[str, list[Telling]] = defaultdict(list)
    for coded in coder.code_many(reports):
        assert coded.report.published is not None
        for event in coded:
            found[coded.report.id].append(
                telling(event, coded.report.id, coded.report.text, coded.report.published, coded.meanings[event.id])
            )
    return found


def read(pairs: list[dict[str, Any]], corpus: Path) -> list[Report]:
    """The reports that the pairs are of."""
    wanted = {row[side][0] for row in pairs for side in ("a", "b")}
    rows = [json.loads(line) for line in (HERE / "retold.jsonl").open(encoding="utf-8")]
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        rows += [row for row in map(json.loads, lines) if row["id"] in wanted]
    return [Report(text=r["text"], published=date.fromisoformat(r["date"]), id=r["id"]) for r in rows if r["id"] in wanted]


def main() -> None:
    """Measure by folds, then fit on all and write weights and figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/current-events.jsonl.gz"))
    parser.add_argument("--folds", type=int, default=5)
    args = parser.parse_args()
    pairs = [json.loads(line) for line in (HERE / "story-pairs.jsonl").open(encoding="utf-8")]
    coder = Coder()
    told = tellings_of(read(pairs, args.corpus), coder)
    ordered = [one for every in told.values() for one in every]
    number = {id(one): n for n, one in enumerate(ordered)}
    vectors = unpacked([one.meaning for one in ordered])
    found, kept = [], []
    for row in pairs:
        sides = [_at(told.get(row[side][0], []), row[side][1], row[side][2]) for side in ("a", "b")]
        if all(sides):
            a, b = sorted((number[id(one)] for one in sides), key=lambda n: (ordered[n].published, ordered[n].event))
            found.append((a, b, float(vectors[a] @ vectors[b])))
            kept.append(row)
    rows = features(ordered, found)
    same = np.array([float(row["label"] == "same") for row in kept])
    # Pairs of one month stay in one fold, so that no event is both learned from and judged.
    months = [f"{ordered[a].published:%Y-%m}" for a, _, _ in found]
    folds = {month: n % args.folds for n, month in enumerate(sorted(set(months)))}
    fold = np.array([folds[month] for month in months])
    answered = np.zeros(len(same), dtype=np.bool_)
    for n in range(args.folds):
        answered[fold == n] = rows[fold == n] @ fitted(rows[fold != n], same[fold != n]) >= LEAST
    lines = [
        f"{coder.version}: {len(pairs)} labelled pairs, of {len(kept)} both acts are coded; {args.folds}-fold cross-validation",
        "",
        "| pairs | number | one happening | precision | recall | F1 |",
        "|---|---|---|---|---|---|",
        f"| all | {figures(same, answered)} |",
    ]
    kinds = np.array([row["chosen"] for row in kept])
    for name, chosen in (
        ("retellings, near misses, random neighbours", ["retold", "near miss", "stratified"]),
        ("of the corpus alone", ["stratified", "alike"]),
        ("of the corpus, the most alike of 105,000", ["alike"]),
    ):
        part = np.isin(kinds, chosen)
        lines.append(f"| {name} | {figures(same[part], answered[part])} |")
    print("\n".join(lines))
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    stored = {"weights": dict(zip(FEATURES, fitted(rows, same).round(4).tolist(), strict=True))}
    OUT.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def _at(tellings: list[Telling], start: int, end: int) -> Telling | None:
    """The telling whose trigger stands at these characters."""
    return next((one for one in tellings if one.start < end and start < one.end), None)


if __name__ == "__main__":
    main()
