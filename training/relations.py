"""How well `Coder.relate` does on the relation task (PLV): without any of its data, and by five-fold cross-validation.

usage: python -m training.relations work/model-without-plv.pt --relations PLV_train.tsv

CONCEDE and RETREAT count as one class (YIELD), as the task has it. The weights must not have seen the task's data.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

import torch

from dragoman.extraction.labels import TRIGGER_TAGS, TYPES
from training.encoder import Encoder, load_tokenizer
from training.labelling import Example
from training.losses import batches, collate
from training.model import Extractor
from training.train import relation_examples, train

YIELD = {TYPES.index("CONCEDE"): TYPES.index("RETREAT")}


def answers(model: Extractor, rows: list[Example]) -> list[tuple[int, int]]:
    """(right, answered) type of each sentence, CONCEDE and RETREAT folded into one."""
    model.eval()
    found = []
    with torch.no_grad():
        for batch in batches(rows, 4096):
            ids, mask, _ = collate(batch)
            hidden, tags = model(ids, mask)
            for row, example in enumerate(batch):
                inner = slice(1, len(example.ids) - 1)
                vectors = hidden[row, inner]
                chances = tags[row, inner, :TRIGGER_TAGS].softmax(-1)[:, 1:].unflatten(-1, (-1, 2)).sum(-1)
                (a, b), (c, d), right = example.relations[0]
                scores = model.heads.relations(
                    hidden[row, a:b].mean(0)[None],
                    hidden[row, c:d].mean(0)[None],
                    vectors.mean(0)[None],
                    chances.amax(0)[None],
                )[0].softmax(-1)
                for part, whole in YIELD.items():
                    scores[whole] += scores[part]
                    scores[part] = 0
                found.append((YIELD.get(right, right), int(scores.argmax())))
    return found


def figures(found: list[tuple[int, int]]) -> str:
    """Accuracy and macro-F1 over the classes that occur."""
    right = Counter(a for a, b in found if a == b)
    gold, answered = Counter(a for a, _ in found), Counter(b for _, b in found)
    scores = [2 * right[kind] / (gold[kind] + answered[kind]) for kind in gold]
    return f"accuracy {sum(right.values()) / len(found):.3f}, macro-F1 {sum(scores) / len(scores):.3f} ({len(found)} sentences)"


def loaded(path: Path) -> Extractor:
    """The extractor with these weights."""
    model = Extractor(Encoder())
    model.load_state_dict(torch.load(path, map_location="cpu"))
    return model


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--relations", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rate", type=float, default=5e-5)
    args = parser.parse_args()
    rows = relation_examples(args.relations, load_tokenizer())
    print("without any of its data:", figures(answers(loaded(args.weights), rows)), flush=True)
    random.Random(1).shuffle(rows)
    found: list[tuple[int, int]] = []
    for fold in range(args.folds):
        held = rows[fold :: args.folds]
        seen = [row for number, row in enumerate(rows) if number % args.folds != fold]
        model = loaded(args.weights)
        averaged = train(model, seen, args.epochs, args.rate, fold, 60, lambda epoch, averaged: None)
        found += answers(averaged, held)
        print(f"fold {fold + 1}: {figures(found)} so far", flush=True)
    print(f"{args.folds}-fold cross-validation:", figures(found))


if __name__ == "__main__":
    main()
