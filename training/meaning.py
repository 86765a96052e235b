"""What texts mean as the encoder's makers had it: targets that keep our encoder a measure of nearness in meaning.

all-MiniLM-L6-v2 was made to lay sentences of like meaning near one another. Learning triggers and parties forgets that,
so a linear head learns the old vectors back; own codebooks and the merging of reports compare by it.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from training.encoder import half, pretrained_encoder
from training.labelling import Example


def add_meanings(examples: list[Example], pieces: int = 8192) -> None:
    """Give each example the unit vector (384) that the untouched encoder has for its text."""
    encoder = pretrained_encoder().eval()
    order = sorted(examples, key=lambda e: len(e.ids))
    batch: list[Example] = []
    with torch.no_grad(), half("cpu"):
        for position, example in enumerate(order):
            batch.append(example)
            if position + 1 < len(order) and (len(batch) + 1) * len(order[position + 1].ids) <= pieces:
                continue
            ids = torch.zeros(len(batch), len(batch[-1].ids), dtype=torch.long)
            for row, one in enumerate(batch):
                ids[row, : len(one.ids)] = torch.tensor(one.ids)
            mask = (ids != 0).float()
            means = (encoder(ids, mask).float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            for one, vector in zip(batch, functional.normalize(means), strict=True):
                one.meanings = [((1, len(one.ids) - 1), vector.numpy())]
            batch = []
