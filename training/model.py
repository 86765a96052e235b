"""The extractor in PyTorch: encoder, token tags, and the heads that look at a trigger and a mention together.

The heads are plain matrix products, so that the run-time side repeats them in NumPy (dragoman/extraction/heads.py).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from dragoman.extraction.heads import READ_HEADS
from dragoman.extraction.labels import CONTEXTS, DISTANCES, MODES, OWNERLESS, ROLES, SECTORS, STATUSES, TAGS, TYPES
from training.encoder import WIDTH, Encoder

JOINT = 256
READ = 192
TYPE_WIDTH = 32


def smooth(x: Tensor) -> Tensor:
    """GELU by the tanh formula, which NumPy can repeat."""
    return functional.gelu(x, approximate="tanh")


class Heads(nn.Module):
    """Scores of modes, statuses, roles, sectors and relations from span vectors."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.types = nn.Embedding(len(TYPES), TYPE_WIDTH)
        self.read_pieces = nn.Linear(WIDTH, READ)
        self.read_trigger = nn.Linear(JOINT, READ)
        self.read_distances = nn.Embedding(len(DISTANCES) + 1, READ)
        self.read_start = nn.LayerNorm(READ)
        self.read_attention = nn.Linear(READ, 3 * READ)
        self.read_out = nn.Linear(READ, READ)
        self.read_attended = nn.LayerNorm(READ)
        self.read_inner = nn.Linear(READ, 2 * READ)
        self.read_outer = nn.Linear(2 * READ, READ)
        self.read_end = nn.LayerNorm(READ)
        self.told = nn.Linear(READ, JOINT)
        self.from_read = nn.Linear(READ, JOINT)
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
        self.owned = nn.Linear(WIDTH, JOINT)
        self.owning = nn.Linear(WIDTH, JOINT)
        self.owner_distances = nn.Embedding(len(DISTANCES) + 1, JOINT)
        self.owner = nn.Linear(JOINT, 1)
        self.ownerless = nn.Linear(WIDTH, len(OWNERLESS))
        self.first = nn.Linear(WIDTH, JOINT)
        self.second = nn.Linear(WIDTH, JOINT)
        self.whole = nn.Linear(WIDTH, JOINT)
        self.tagged = nn.Linear(len(TYPES), JOINT)
        self.relation = nn.Linear(JOINT, len(TYPES))
        self.theme = nn.Linear(2 * WIDTH, JOINT)
        self.context = nn.Linear(JOINT, len(CONTEXTS))
        self.meaning = nn.Linear(WIDTH, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def triggers(self, spans: Tensor, kinds: Tensor, whole: Tensor) -> Tensor:
        """Trigger vectors (n, JOINT) from span means (n, 384), type numbers (n) and their windows' means (n, 384)."""
        joined = torch.cat([spans, whole, self.types(kinds)], dim=-1)
        return smooth(self.trigger(self.dropout(joined)))

    def read(self, hidden: Tensor, mask: Tensor, triggers: Tensor, distances: Tensor) -> Tensor:
        """Each window read again with one trigger in mind, (n, length, READ).

        hidden: (n, length, READ), the windows of the n triggers behind read_pieces. mask: true for a piece, (n, length).
        triggers: (n, JOINT). distances: buckets of every piece from the trigger, (n, length).
        """
        count, length, _ = hidden.shape
        x = self.read_start(hidden + self.read_trigger(triggers)[:, None, :] + self.read_distances(distances))
        x = self.dropout(x)
        parts = self.read_attention(x).view(count, length, 3, READ_HEADS, READ // READ_HEADS).permute(2, 0, 3, 1, 4)
        weights = parts[0] @ parts[1].transpose(-1, -2) * (READ // READ_HEADS) ** -0.5
        mixed = functional.softmax(weights.masked_fill(~mask[:, None, None, :], -1e4), dim=-1) @ parts[2]
        x = self.read_attended(x + self.read_out(mixed.transpose(1, 2).reshape(count, length, READ)))
        result: Tensor = self.read_end(x + self.read_outer(smooth(self.read_inner(x))))
        return result

    def retold(self, triggers: Tensor, reads: Tensor) -> Tensor:
        """Trigger vectors (n, JOINT) once more, with what the second reading (n, READ) found at the trigger."""
        return triggers + smooth(self.told(self.dropout(reads)))

    def arcs(self, triggers: Tensor, mentions: Tensor, reads: Tensor, distances: Tensor) -> tuple[Tensor, Tensor]:
        """Role scores (n, 5) and sector scores (n, sectors) of n pairs of a trigger and a mention.

        triggers: (n, JOINT). mentions: span means of the encoder, (n, 384). reads: span means of the reading with this
        trigger in mind, (n, READ). distances: buckets (n).
        """
        mentions = self.dropout(mentions)
        near = self.from_trigger(triggers) + self.from_mention(mentions) + self.from_read(self.dropout(reads))
        joint = smooth(near + self.distances(distances))
        crossed = self.bilinear(triggers).view(-1, len(ROLES), JOINT) * smooth(self.mention(mentions))[:, None, :]
        return self.role(joint) + crossed.sum(-1), self.sector(joint)

    def owners(self, mentions: Tensor, names: Tensor, distances: Tensor) -> Tensor:
        """Scores (n) of n mentions each belonging to a name; `ownerless` scores belonging to none.

        mentions: (n, 384). names: (n, 384). distances: buckets of the name from the mention (n).
        """
        joint = smooth(self.owned(self.dropout(mentions)) + self.owning(self.dropout(names)) + self.owner_distances(distances))
        scores: Tensor = self.owner(joint)[:, 0]
        return scores

    def relations(self, first: Tensor, second: Tensor, whole: Tensor, types: Tensor) -> Tensor:
        """Type scores (n, 16) of the relation from the first spans to the second, each (n, 384).

        types: how likely each type has a trigger in the window, (n, 16).
        """
        spans = self.first(self.dropout(first)) + self.second(self.dropout(second))
        scores: Tensor = self.relation(smooth(spans + self.whole(whole) + self.tagged(types)))
        return scores

    def contexts(self, whole: Tensor, peaks: Tensor) -> Tensor:
        """Scores (n, contexts) of what n windows are about, from means and highest values of their pieces, each (n, 384)."""
        scores: Tensor = self.context(smooth(self.theme(self.dropout(torch.cat([whole, peaks], dim=-1)))))
        return scores

    def meanings(self, means: Tensor) -> Tensor:
        """Unit vectors (n, 384) near one another for texts of like meaning, from the means of their pieces (n, 384)."""
        return functional.normalize(self.meaning(means))


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
