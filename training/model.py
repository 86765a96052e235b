"""The extractor in PyTorch: encoder, token tags, and the heads that look at a trigger and a mention together.

The heads are plain matrix products, so that the run-time side repeats them in NumPy (dragoman/extraction/heads.py).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from dragoman.extraction.labels import DISTANCES, MODES, ROLES, SECTORS, STATUSES, TAGS, TYPES
from training.encoder import WIDTH, Encoder

JOINT = 256
TYPE_WIDTH = 32


def smooth(x: Tensor) -> Tensor:
    """GELU by the tanh formula, which NumPy can repeat."""
    return functional.gelu(x, approximate="tanh")


class Heads(nn.Module):
    """Scores of modes, statuses, roles, sectors and relations from span vectors."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.types = nn.Embedding(len(TYPES), TYPE_WIDTH)
        self.trigger = nn.Linear(2 * WIDTH + TYPE_WIDTH, JOINT)
        self.mode = nn.Linear(JOINT, len(MODES))
        self.status = nn.Linear(JOINT, len(STATUSES))
        self.from_trigger = nn.Linear(JOINT, JOINT)
        self.from_mention = nn.Linear(WIDTH, JOINT)
        self.distances = nn.Embedding(len(DISTANCES) + 1, JOINT)
        self.role = nn.Linear(JOINT, len(ROLES))
        self.bilinear = nn.Linear(JOINT, JOINT * len(ROLES), bias=False)
        self.mention = nn.Linear(WIDTH, JOINT)
        self.sector = nn.Linear(JOINT, len(SECTORS))
        self.first = nn.Linear(WIDTH, JOINT)
        self.second = nn.Linear(WIDTH, JOINT)
        self.whole = nn.Linear(WIDTH, JOINT)
        self.relation = nn.Linear(JOINT, len(TYPES))
        self.dropout = nn.Dropout(dropout)

    def triggers(self, spans: Tensor, kinds: Tensor, whole: Tensor) -> Tensor:
        """Trigger vectors (n, JOINT) from span means (n, 384), type numbers (n) and their windows' means (n, 384)."""
        joined = torch.cat([spans, whole, self.types(kinds)], dim=-1)
        return smooth(self.trigger(self.dropout(joined)))

    def arcs(self, triggers: Tensor, mentions: Tensor, distances: Tensor) -> tuple[Tensor, Tensor]:
        """Role scores (n, 5) and sector scores (n, sectors) of n pairs of a trigger vector and a mention's span mean."""
        mentions = self.dropout(mentions)
        joint = smooth(self.from_trigger(triggers) + self.from_mention(mentions) + self.distances(distances))
        crossed = self.bilinear(triggers).view(-1, len(ROLES), JOINT) * smooth(self.mention(mentions))[:, None, :]
        return self.role(joint) + crossed.sum(-1), self.sector(joint)

    def relations(self, first: Tensor, second: Tensor, whole: Tensor) -> Tensor:
        """Type scores (n, 16) of the relation from the first spans to the second, each (n, 384)."""
        joint = smooth(self.first(self.dropout(first)) + self.second(self.dropout(second)) + self.whole(whole))
        scores: Tensor = self.relation(joint)
        return scores


class Extractor(nn.Module):
    """Encoder, tag layer and heads."""

    def __init__(self, encoder: Encoder, dropout: float = 0.2) -> None:
        super().__init__()
        self.encoder = encoder
        self.tags = nn.Linear(WIDTH, TAGS)
        self.heads = Heads(dropout)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden vectors (batch, length, 384) and tag scores (batch, length, TAGS)."""
        hidden = self.encoder(ids, mask)
        return hidden, self.tags(self.dropout(hidden))
