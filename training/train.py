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
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from dragoman.extraction.decoding import Argument, Extracted, Settings, decode
from dragoman.extraction.heads import MODE_TYPES, Heads, distance_bucket
from dragoman.extraction.labels import KINDS, ROLE_KIND, ROLES, TRIGGER_TAGS, TYPES, begin, kind_columns
from dragoman.extraction.windows import text_windows
from dragoman.records import Span, worded
from evaluation.scorer import score
from training.encoder import load_tokenizer, pretrained_encoder
from training.labelling import Example, Range, examples
from training.model import Extractor
from training.standoff import read_annotations

ROLE_KINDS = torch.tensor([[KINDS.index(ROLE_KIND[role]) == kind for role in ROLES] for kind in range(len(KINDS))])


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


def collate(batch: list[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids and mask, (batch, length), and gold tags, (batch, length, 4): trigger column, then 0, 1, 2 for each kind."""
    length = max(len(e.ids) for e in batch)
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    tags = torch.full((len(batch), length, 1 + len(KINDS)), -100)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        if not example.tagged:
            continue
        tags[row, 1 : len(example.ids) - 1] = 0
        for (a, b), kind in example.triggers:
            tags[row, a:b, 0] = begin(kind) + 1
            tags[row, a, 0] = begin(kind)
        # Longer mentions first, so that one inside another still gets its beginning marked.
        for (a, b), kind in sorted(example.mentions, key=lambda m: m[0][0] - m[0][1]):
            tags[row, a:b, 1 + kind] = 2
            tags[row, a, 1 + kind] = 1
    return ids, (ids != 0).long(), tags


def span_mean(hidden: Tensor, span: Range) -> Tensor:
    """Mean of the vectors of a span, (384)."""
    return hidden[span[0] : span[1]].mean(0)


def wrong_mentions(example: Example, count: int) -> list[tuple[Range, int]]:
    """Spans that are no mention, so that the arc scorer learns to refuse them: shifted and random ones."""
    made = []
    length = len(example.ids)
    for _ in range(count):
        a = random.randrange(1, max(length - 2, 2))
        b = min(a + random.randint(1, 4), length - 1)
        if b > a and all(span[1] <= a or b <= span[0] for span, _ in example.mentions):
            made.append(((a, b), random.choice((0, 0, 1, 2))))
    return made


def losses(model: Extractor, batch: list[Example], smoothing: float) -> Tensor:
    """The sum of all heads' losses on a batch."""
    device = model.tags.weight.device
    ids, mask, tags = (part.to(device) for part in collate(batch))

    def numbers(values: list[Any]) -> Tensor:
        return torch.tensor(values, device=device)

    # The encoder in half precision is twice as quick on a processor that knows it; losses stay in full precision.
    with torch.autocast(device.type, torch.bfloat16):
        hidden, scores = model(ids, mask)
    hidden, scores = hidden.float(), scores.float()
    total = torch.zeros((), device=device)
    if any(e.tagged for e in batch):
        total = functional.cross_entropy(scores[..., :TRIGGER_TAGS].transpose(1, 2), tags[..., 0], label_smoothing=smoothing)
        for kind in range(len(KINDS)):
            total = total + functional.cross_entropy(
                scores[..., kind_columns(kind)].transpose(1, 2), tags[..., 1 + kind], label_smoothing=smoothing
            )
        total = 4 * total
    means = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    spans, kinds, wholes, modes, statuses = [], [], [], [], []
    arc_triggers, arc_mentions, arc_distances, arc_roles, arc_allowed, arc_sectors = [], [], [], [], [], []
    firsts, seconds, pair_wholes, pair_types = [], [], [], []
    for row, example in enumerate(batch):
        offset = len(spans)
        for number, (span, kind) in enumerate(example.triggers):
            spans.append(span_mean(hidden[row], span))
            kinds.append(kind)
            wholes.append(means[row])
            modes.append(example.modes[number])
            statuses.append(example.statuses[number])
        mentions = example.mentions + wrong_mentions(example, 3 if example.triggers else 0)
        vectors = [span_mean(hidden[row], span) for span, _ in mentions]
        gold = {(t, m, r): s for t, m, r, s in example.arcs}
        for t, (trigger, _) in enumerate(example.triggers):
            for m, (span, kind) in enumerate(mentions):
                arc_triggers.append(offset + t)
                arc_mentions.append(vectors[m])
                arc_distances.append(distance_bucket(trigger, span))
                roles = [float((t, m, r) in gold) for r in range(len(ROLES))]
                arc_roles.append(roles)
                arc_allowed.append(kind)
                arc_sectors.append(next((gold[t, m, r] for r in (0, 1) if gold.get((t, m, r), -1) >= 0), -100))
        pairs = list(example.relations)
        if example.tagged:
            by_event: dict[tuple[int, int], list[int]] = {}
            for t, m, r, _ in example.arcs:
                by_event.setdefault((t, r), []).append(m)
            for (t, r), doers in by_event.items():
                for done_to in by_event.get((t, 1), []) if r == 0 else []:
                    pairs += [(example.mentions[d][0], example.mentions[done_to][0], example.triggers[t][1]) for d in doers]
        for first, second, kind in pairs[:6]:
            firsts.append(span_mean(hidden[row], first))
            seconds.append(span_mean(hidden[row], second))
            pair_wholes.append(means[row])
            pair_types.append(kind)
    heads = model.heads
    if spans:
        triggers = heads.triggers(torch.stack(spans), numbers(kinds), torch.stack(wholes))
        allowed = numbers(MODE_TYPES.tolist())[None, :] == numbers(kinds)[:, None]
        mode_scores = heads.mode(triggers).masked_fill(~allowed, -1e4)
        total = total + 0.5 * functional.cross_entropy(mode_scores, numbers(modes))
        total = total + 0.5 * functional.cross_entropy(heads.status(triggers), numbers(statuses))
        if arc_triggers:
            roles, sectors = heads.arcs(triggers[numbers(arc_triggers)], torch.stack(arc_mentions), numbers(arc_distances))
            usable = ROLE_KINDS.to(device)[numbers(arc_allowed)]
            raw = functional.binary_cross_entropy_with_logits(roles, numbers(arc_roles), reduction="none")
            total = total + 4 * (raw * usable).sum() / usable.sum()
            targets = numbers(arc_sectors)
            if (targets >= 0).any():
                total = total + 0.5 * functional.cross_entropy(sectors, targets)
    if firsts:
        scores = heads.relations(torch.stack(firsts), torch.stack(seconds), torch.stack(pair_wholes))
        total = total + 0.7 * functional.cross_entropy(scores, numbers(pair_types))
    return total


def joined(parts: list[Example]) -> Example:
    """Several texts as one window: what one tells is nothing to the other, which teaches arcs to stay near."""
    whole = Example([parts[0].ids[0]])
    for part in parts:
        shift = len(whole.ids) - 1
        triggers, mentions = len(whole.triggers), len(whole.mentions)
        whole.ids += part.ids[1:-1]
        whole.triggers += [((a + shift, b + shift), kind) for (a, b), kind in part.triggers]
        whole.mentions += [((a + shift, b + shift), kind) for (a, b), kind in part.mentions]
        whole.modes += part.modes
        whole.statuses += part.statuses
        whole.arcs += [(t + triggers, m + mentions, role, sector) for t, m, role, sector in part.arcs]
    whole.ids.append(parts[0].ids[-1])
    return whole


def composed(made: list[Example], share: float) -> list[Example]:
    """An epoch's examples, a share of them joined by twos to fours into windows as long as those of whole reports."""
    order = list(made)
    random.shuffle(order)
    result: list[Example] = []
    while order:
        parts = [order.pop()]
        if parts[0].tagged and random.random() < share:
            wanted = random.randint(2, 4)
            while (
                order and len(parts) < wanted and order[-1].tagged and sum(len(p.ids) for p in parts) + len(order[-1].ids) < 250
            ):
                parts.append(order.pop())
        result.append(parts[0] if len(parts) == 1 else joined(parts))
    return result


def batches(made: list[Example], pieces: int) -> list[list[Example]]:
    """Batches of about `pieces` word pieces and similar lengths, in random order."""
    order = sorted(made, key=lambda e: len(e.ids) + random.random() * 12)
    groups: list[list[Example]] = [[]]
    for example in order:
        if groups[-1] and (len(groups[-1]) + 1) * len(example.ids) > pieces:
            groups.append([])
        groups[-1].append(example)
    random.shuffle(groups)
    return groups


def train(
    model: Extractor,
    training: list[Example],
    epochs: int,
    rate: float,
    seed: int,
    minutes: float,
    after: Callable[[int, Extractor], None],
) -> None:
    """Run the epochs; `after(epoch, averaged)` is called behind each with the running mean of the weights.

    The learning rate is lower for the lower layers. The mean over the last few hundred steps is steadier than any one
    step's weights, and costs nothing at run time.
    """
    random.seed(seed)
    torch.manual_seed(seed)
    groups: list[dict[str, Any]] = []
    decay = 0.9
    for name, parameter in model.named_parameters():
        if name.startswith("encoder.layers."):
            scale = decay ** (5 - int(name.split(".")[2]))
        elif name.startswith("encoder."):
            scale = decay**6
        else:
            scale = 10.0
        groups.append({"params": [parameter], "scale": scale})
    optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)
    averaged = copy.deepcopy(model)
    total = epochs * len(batches(composed(training, 0.25), 1024))
    step, started = 0, time.monotonic()
    for epoch in range(epochs):
        model.train()
        sums = []
        for batch in batches(composed(training, 0.25), 1024):
            done = max(step / total, (time.monotonic() - started) / (60 * minutes))
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = rate * group["scale"] * min((step + 1) / 100, 1 - done)
            with torch.autocast("cpu", torch.bfloat16, enabled=False):
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
                    mean.lerp_(current, 1 - blend)
        if not sums:
            break
        print(f"epoch {epoch + 1} loss {sum(sums) / len(sums):.3f} {time.monotonic() - started:.0f} s", flush=True)
        after(epoch, averaged)


def predict(model: Extractor, documents: list[dict[str, Any]], tokenizer: Tokenizer, settings: Settings) -> list[Any]:
    """What the model extracts from each document, decoded as at run time but from PyTorch's numbers."""
    model.eval()
    device = model.tags.weight.device
    heads = Heads({name: value.cpu().numpy() for name, value in model.heads.state_dict().items()})
    found = []
    with torch.no_grad():
        for document in documents:
            events: list[Extracted] = []
            for window in text_windows(document["text"], tokenizer):
                ids = torch.tensor([window.ids], device=device)
                hidden, tags = model(ids, torch.ones_like(ids))
                pieces, scores = hidden[0, 1:-1].cpu().numpy(), tags[0, 1:-1].cpu().numpy()
                events += decode(pieces, scores, window.words, window.characters, heads, settings)
            found.append(events)
    return found


def annotation(text: str, event: Extracted) -> dict[str, Any]:
    """An extracted event in the annotation form, with sectors but without countries."""

    def span(argument: Argument | None) -> str | None:
        return None if argument is None else worded(text, Span(argument.start, argument.end, text[argument.start : argument.end]))

    return {
        "type": event.type,
        "mode": event.mode,
        "status": event.status,
        "trigger": worded(text, Span(event.start, event.end, text[event.start : event.end])),
        "actors": [f"{span(a)}|---.{a.sector}" for a in event.actors],
        "recipients": [f"{span(a)}|---.{a.sector}" for a in event.recipients],
        "place": span(event.place),
        "when": span(event.when),
        "speaker": span(event.speaker),
    }


def main() -> None:
    """Train, and write the weights of the epoch with the best event F1 on the development set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotations", type=Path, nargs="+", required=True)
    parser.add_argument("--texts", type=Path, help="the gzipped corpus, for annotations that come without text")
    parser.add_argument("--relations", type=Path, help="PLV_train.tsv")
    parser.add_argument("--dev", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="weights of training.pretrain; the package's when left out")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--start", type=Path, help="go on from these weights instead of beginning anew")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0, help="cool down and stop after this long")
    args = parser.parse_args()
    tokenizer = load_tokenizer()
    documents = read_annotations(args.annotations, args.texts)
    training = [example for document in documents for example in examples(document, tokenizer)]
    if args.relations:
        training += relation_examples(args.relations, tokenizer)
    dev = read_annotations([args.dev], args.texts)
    print(f"{len(documents)} annotated texts, {len(training)} examples with relations, {len(dev)} to tune on", flush=True)
    encoder = pretrained_encoder()
    if args.encoder:
        encoder.load_state_dict(torch.load(args.encoder, map_location="cpu"))
    torch.manual_seed(args.seed)
    model = Extractor(encoder)
    if args.start:
        model.load_state_dict(torch.load(args.start, map_location="cpu"))
    model.to(args.device)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    best = 0.0

    def after(epoch: int, averaged: Extractor) -> None:
        nonlocal best
        if epoch < args.epochs // 3:
            return
        found = predict(averaged, dev, tokenizer, Settings())
        lines = [
            {"id": d["id"], "events": [annotation(d["text"], e) for e in events]} for d, events in zip(dev, found, strict=True)
        ]
        result = score(dev, lines)
        reached = result["event"]["f1"]
        fields = {name: figures[0] for name, figures in result["fields"].items() if name != "country"}
        print(f"  dev event {result['event']} {json.dumps(fields)}", flush=True)
        if reached > best:
            best = reached
            torch.save(averaged.state_dict(), args.out)

    train(model, training, args.epochs, args.rate, args.seed, args.minutes, after)
    print(f"best event F1 on dev {best:.3f}, weights in {args.out}")


if __name__ == "__main__":
    main()
