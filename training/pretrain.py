"""Continue masked-language training of the encoder on unlabelled report texts.

The published weights were tuned for sentence similarity and have half forgotten their words; this brings them back on
news prose before the heads are trained. Texts of the development set are left out.

usage: python -m training.pretrain TEXTS.jsonl.gz --out work/pretrained.pt [--without dev.jsonl]
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import time
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.encoder import VOCABULARY, WIDTH, Encoder, half, load_tokenizer, pretrained_encoder

MASKED_SHARE = 0.2
LENGTH = 128
MASK_PIECE = 103
FIRST_WORD_PIECE = 999


class MaskedModel(nn.Module):
    """The encoder with a head that guesses masked pieces; the output matrix is the input embedding."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.transform = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.GELU(), nn.LayerNorm(WIDTH))
        self.bias = nn.Parameter(torch.zeros(VOCABULARY))

    def forward(self, ids: Tensor, mask: Tensor, chosen: Tensor) -> Tensor:
        """Scores over the vocabulary for the chosen positions, (chosen, vocabulary)."""
        hidden = self.encoder(ids, mask)[chosen]
        return functional.linear(self.transform(hidden), self.encoder.words.weight, self.bias)


def masked(ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Hide a share of the pieces: 80% masked, 10% replaced, 10% kept. Returns (ids, chosen)."""
    chosen = (torch.rand(ids.shape) < MASKED_SHARE) & (mask == 1) & (ids >= FIRST_WORD_PIECE)
    fate = torch.rand(ids.shape)
    ids = torch.where(chosen & (fate < 0.8), torch.full_like(ids, MASK_PIECE), ids)
    return torch.where(chosen & (fate >= 0.9), torch.randint_like(ids, FIRST_WORD_PIECE, VOCABULARY), ids), chosen


def batches(encoded: list[list[int]], size: int) -> list[tuple[Tensor, Tensor]]:
    """Padded batches of about equal lengths, in random order."""
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]) + random.random() * 8)
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    random.shuffle(groups)
    made = []
    for group in groups:
        rows = [torch.tensor(encoded[i]) for i in group]
        ids = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        made.append((ids, (ids != 0).long()))
    return made


def main() -> None:
    """Read the texts, train, and write the encoder's weights after every epoch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--without", type=Path, action="append", default=[], help="JSONL whose ids are left out")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--minutes", type=float, default=60.0, help="stop learning after this long")
    args = parser.parse_args()
    random.seed(11)
    torch.manual_seed(11)
    left_out = {json.loads(line)["id"] for path in args.without for line in path.open(encoding="utf-8")}
    with gzip.open(args.texts, "rt", encoding="utf-8") as lines:
        texts = [row["text"] for row in map(json.loads, lines) if row["id"] not in left_out]
    tokenizer = load_tokenizer(LENGTH)
    encoded = [e.ids for e in tokenizer.encode_batch(texts)]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = MaskedModel(pretrained_encoder()).to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.rate, weight_decay=0.01)
    total = args.epochs * math.ceil(len(encoded) / args.batch)
    started, step, mean = time.monotonic(), 0, 0.0
    args.out.parent.mkdir(parents=True, exist_ok=True)
    for epoch in range(args.epochs):
        for plain_ids, plain_mask in batches(encoded, args.batch):
            # The schedule follows whichever runs out first, the steps or the clock, so that learning always cools down.
            done = max(step / total, (time.monotonic() - started) / (args.minutes * 60))
            if done >= 1:
                break
            for group in optimizer.param_groups:
                group["lr"] = args.rate * min(step / 200, 1 - done)
            hidden_ids, chosen = (part.to(device) for part in masked(plain_ids, plain_mask))
            ids, mask = plain_ids.to(device), plain_mask.to(device)
            with half(device):
                scores = model(hidden_ids, mask, chosen)
            loss = functional.cross_entropy(scores.float(), ids[chosen])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            mean = loss.item() if step == 0 else 0.99 * mean + 0.01 * loss.item()
            step += 1
            if step % 100 == 0:
                print(f"step {step}/{total} loss {mean:.3f} {time.monotonic() - started:.0f} s", flush=True)
        torch.save(model.encoder.state_dict(), args.out)
        print(f"epoch {epoch + 1}: saved {args.out}", flush=True)


if __name__ == "__main__":
    main()
