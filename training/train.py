"""Train the extractor on annotated texts and keep the weights of the best epoch on the development set.

usage: python -m training.train --annotations training/corpus/*.jsonl --texts current-events.jsonl.gz --dev dev.jsonl
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import random
import re
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn

from dragoman.actors.names import Found
from dragoman.cleaning import clean
from dragoman.coding import Coder
from dragoman.extraction.decoding import Extracted, Settings, decode
from dragoman.extraction.heads import Heads
from dragoman.extraction.labels import TYPES
from dragoman.extraction.windows import text_windows
from dragoman.records import Coded, Report
from evaluation.documents import reports_of
from evaluation.scorer import score
from training.encoder import load_tokenizer, pretrained_encoder
from training.labelling import Example, Range, examples
from training.losses import batches, composed, losses
from training.meaning import add_meanings
from training.model import Extractor
from training.standoff import read_annotations
from training.swapping import swapped

# How many tellings of other states each text is given.
RETELLINGS = 2


def relation_examples(path: Path, tokenizer: Tokenizer) -> list[Example]:
    """The marked sentences of the relation task (PLV): source, target and the type between them."""
    made = []
    for row in csv.DictReader(path.open(encoding="utf-8"), delimiter="\t"):
        kind = {"YIELD": "RETREAT"}.get(row["gold_root"], row["gold_root"])
        if kind not in TYPES:
            continue
        plain, ranges = "", {}
        for part in re.split(r"(</?[st]>)", row["marked_sentence"]):
            if part in ("<s>", "<t>"):
                ranges[part[1]] = len(plain)
            elif part in ("</s>", "</t>"):
                ranges[part[2] + "_end"] = len(plain)
            else:
                plain += part
        if len(ranges) != 4:
            continue
        encoded = tokenizer.encode(plain)
        ids = encoded.ids[:256]

        def pieces(start: int, end: int, offsets: list[Range] = encoded.offsets) -> Range:
            inside = [i for i, (a, b) in enumerate(offsets[:256]) if a < end and start < b]
            return inside[0], inside[-1] + 1

        pair = (pieces(ranges["s"], ranges["s_end"]), pieces(ranges["t"], ranges["t_end"]), TYPES.index(kind))
        made.append(Example(ids, relations=[pair], tagged=False))
    return made


def told(document: dict[str, Any], tokenizer: Tokenizer, coder: Coder, chance: random.Random) -> list[Example]:
    """The windows of an annotated text with their labels; one of a single window also holds itself told of other states."""

    def windows(one: dict[str, Any], found: Sequence[Found]) -> list[Example]:
        return examples(one, tokenizer, coder.names(one["text"], found))

    published = date.fromisoformat(document["date"])
    found = coder.scan(document["text"], published)
    made = windows(document, found)
    if len(made) == 1 and document["events"]:
        for _ in range(RETELLINGS):
            other = swapped(document, found, chance)
            if other is not None:
                made[0].others += windows(other, coder.scan(other["text"], published))
    return made


def train(
    model: Extractor,
    training: list[Example],
    epochs: int,
    rate: float,
    seed: int,
    minutes: float,
    after: Callable[[int, Extractor], None],
    stop: int | None = None,
) -> Extractor:
    """Run the epochs; `after(epoch, averaged)` is called behind each with the running mean of the weights, which is returned.

    The learning rate is lower for the lower layers. The mean over the last few hundred steps is steadier than any one
    step's weights, and costs nothing at run time.
    """
    random.seed(seed)
    torch.manual_seed(seed)
    groups: list[dict[str, Any]] = []
    decay = 0.9
    for name, parameter in model.named_parameters():
        if name == "encoder.words.weight":
            # Masked-language training has moved the words' vectors; here too few words are seen to move them well,
            # and half of every step's time went into it.
            parameter.requires_grad_(False)
            continue
        if name.startswith("encoder.layers."):
            scale = decay ** (5 - int(name.split(".")[2]))
        elif name.startswith("encoder."):
            scale = decay**6
        else:
            scale = 10.0
        groups.append({"params": [parameter], "scale": scale})
    optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)
    averaged = copy.deepcopy(model)
    total = epochs * len(batches(composed(training, 0.25), 1024))
    step, started = 0, time.monotonic()
    for epoch in range(min(epochs, stop or epochs)):
        model.train()
        sums = []
        for batch in batches(composed(training, 0.25), 1024):
            done = max(step / total, (time.monotonic() - started) / (60 * minutes))
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = rate * group["scale"] * min((step + 1) / 100, 1 - done)
            loss = losses(model, batch, 0.02)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            sums.append(loss.item())
            step += 1
            blend = min(0.997, step / (step + 20))
            with torch.no_grad():
                for mean, current in zip(averaged.parameters(), model.parameters(), strict=True):
                    if current.requires_grad:
                        mean.lerp_(current, 1 - blend)
        if not sums:
            break
        print(f"epoch {epoch + 1} loss {sum(sums) / len(sums):.3f} {time.monotonic() - started:.0f} s", flush=True)
        after(epoch, averaged)
    return averaged


def predict(model: Extractor, reports: list[Report], tokenizer: Tokenizer, settings: Settings, coder: Coder) -> list[Coded]:
    """The records of each report, decoded and resolved as at run time but from PyTorch's numbers."""
    model.eval()
    device = model.tags.weight.device
    heads = Heads({name: value.cpu().numpy() for name, value in model.heads.state_dict().items()})
    coded = []
    with torch.no_grad():
        for report in reports:
            cleaned = clean(report.text)
            events: list[Extracted] = []
            names = coder.names(cleaned.text, coder.scan(cleaned.text, report.published))
            for window in text_windows(cleaned.text, tokenizer):
                ids = torch.tensor([window.ids], device=device)
                hidden, tags = model(ids, torch.ones_like(ids))
                pieces, scores = hidden[0, 1:-1].cpu().numpy(), tags[0, 1:-1].cpu().numpy()
                events += decode(cleaned.text, pieces, scores, window.words, window.characters, heads, settings, names)
            coded.append(coder.resolve(report, cleaned, events))
    return coded


def main() -> None:
    """Train, and write the weights of the epoch whose events, dyads and interstate dyads are best on the development set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotations", type=Path, nargs="+", required=True)
    parser.add_argument("--texts", type=Path, help="the gzipped corpus, for annotations that come without text")
    parser.add_argument("--relations", type=Path, help="PLV_train.tsv")
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="weights of training.pretrain; the package's when left out")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--stop", type=int, help="end after this many epochs, the learning rate still that of --epochs")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--start", type=Path, help="go on from these weights instead of beginning anew")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0, help="cool down and stop after this long")
    args = parser.parse_args()
    tokenizer = load_tokenizer()
    documents = read_annotations(args.annotations, args.texts)
    coder = Coder()
    training: list[Example] = []
    chance = random.Random(args.seed)
    for document in documents:
        training += told(document, tokenizer, coder, chance)
    if args.relations:
        training += relation_examples(args.relations, tokenizer)
    add_meanings(training)
    dev = read_annotations([args.dev], args.texts)
    reports = reports_of(dev)
    print(f"{len(documents)} annotated texts, {len(training)} examples with relations, {len(dev)} to tune on", flush=True)
    encoder = pretrained_encoder()
    if args.encoder:
        encoder.load_state_dict(torch.load(args.encoder, map_location="cpu"))
    torch.manual_seed(args.seed)
    model = Extractor(encoder)
    if args.start:
        missing = model.load_state_dict(torch.load(args.start, map_location="cpu"), strict=False).missing_keys
        print(f"begun anew: {', '.join(missing) or 'nothing'}", flush=True)
    model.to(args.device)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    best = 0.0

    def after(epoch: int, averaged: Extractor) -> None:
        nonlocal best
        # What an interrupted run can be begun from again (--start).
        torch.save(averaged.state_dict(), args.out.with_suffix(".last.pt"))
        if not args.start and epoch < args.epochs // 3:
            return
        found = predict(averaged, reports, tokenizer, Settings(), coder)
        lines = [{"id": c.report.id, "events": [e.to_annotation(c.report.text) for e in c]} for c in found]
        result = score(dev, lines)
        figures = {name: result[name]["f1"] for name in ("event", "dyad", "interstate")}
        fields = {name: share for name, (share, _) in result["fields"].items()}
        print(f"  dev {json.dumps(figures)} {json.dumps(fields)}", flush=True)
        reached = sum(figures.values()) / len(figures)
        if reached > best:
            best = reached
            torch.save(averaged.state_dict(), args.out)

    train(model, training, args.epochs, args.rate, args.seed, args.minutes, after, args.stop)
    print(f"best mean of event, dyad and interstate F1 on dev {best:.3f}, weights in {args.out}")


if __name__ == "__main__":
    main()
