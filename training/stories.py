"""Weigh what two tellings of one happening have in common: `python -m training.stories`.

Fits the weights of merging/weights.json by logistic regression on labelled pairs (training/corpus/story-pairs.jsonl:
event ids and label) with the records of the ledgers they were coded into, and tells the pair F1 by five-fold
cross-validation over months.

usage: python -m training.stories PAIRS.jsonl... --ledger coded.duckdb...
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from dragoman.merging import Telling
from dragoman.merging.pairs import FEATURES, features

OUT = Path("src/dragoman/merging/weights.json")
# Pull of the weights toward nothing.
DECAY = 0.5


def fitted(rows: npt.NDArray[np.float64], same: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weights of a logistic regression, (features); rows: (pairs, features), same: 1 or 0 a pair."""

    def loss(weights: npt.NDArray[np.float64]) -> float:
        scores = rows @ weights
        return float(np.sum(np.logaddexp(0, scores) - same * scores) + DECAY * np.sum(weights[1:] ** 2) / 2)

    result: npt.NDArray[np.float64] = minimize(loss, np.zeros(rows.shape[1]), method="L-BFGS-B").x
    return result


def figures(same: npt.NDArray[np.float64], answered: npt.NDArray[np.bool_]) -> str:
    """Precision, recall and F1 of pairs."""
    right = float((answered & (same == 1)).sum())
    precision, recall = right / max(answered.sum(), 1), right / max((same == 1).sum(), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"pairs {len(same)} ({int(same.sum())} same): precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"


def read(
    pairs: list[Path], tellings: dict[str, Telling]
) -> tuple[list[Telling], list[tuple[int, int, float]], list[float], list[str]]:
    """Tellings, pairs of numbers with the cosine of their meanings, labels, and the fold key of each pair."""
    from dragoman.extraction.extractor import unpacked

    ordered, numbers = list(tellings.values()), {event: n for n, event in enumerate(tellings)}
    vectors = unpacked([t.meaning for t in ordered])
    found, labels, keys = [], [], []
    for path in pairs:
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            if row["label"] not in ("same", "different") or row["a"] not in numbers or row["b"] not in numbers:
                continue
            a, b = sorted((numbers[row["a"]], numbers[row["b"]]), key=lambda n: (ordered[n].published, ordered[n].event))
            found.append((a, b, float(vectors[a] @ vectors[b])))
            labels.append(float(row["label"] == "same"))
            keys.append(str(ordered[a].published)[:7])
    return ordered, found, labels, keys


def tellings_of(ledgers: list[Path]) -> dict[str, Telling]:
    """Every event of the ledgers, as merging sees it."""
    import datetime as dt

    from dragoman import Ledger
    from dragoman.ledger.stories import tellings

    found: dict[str, Telling] = {}
    for path in ledgers:
        with Ledger(path, read_only=True) as ledger:
            found |= {t.event: t for t in tellings(ledger.connection, dt.date.min, dt.date.max)}
    return found


def main() -> None:
    """Measure by folds, then fit on all and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--ledger", type=Path, nargs="+", required=True)
    parser.add_argument("--folds", type=int, default=5)
    args = parser.parse_args()
    ordered, found, labels, keys = read(args.pairs, tellings_of(args.ledger))
    rows, same = features(ordered, found), np.array(labels)
    # Pairs of one month stay in one fold, so that no event is both learned from and judged.
    months = {key: n % args.folds for n, key in enumerate(sorted(set(keys)))}
    fold = np.array([months[key] for key in keys])
    answered = np.zeros(len(same), dtype=np.bool_)
    for number in range(args.folds):
        weights = fitted(rows[fold != number], same[fold != number])
        answered[fold == number] = rows[fold == number] @ weights >= 0
    print(f"{args.folds}-fold cross-validation: {figures(same, answered)}")
    weights = fitted(rows, same)
    OUT.write_text(
        json.dumps({"weights": dict(zip(FEATURES, weights.round(4).tolist(), strict=True))}, indent=1) + "\n", encoding="utf-8"
    )
    for name, weight in zip(FEATURES, weights, strict=True):
        print(f"{weight:8.2f} {name}")


if __name__ == "__main__":
    main()
