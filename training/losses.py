"""What the heads are taught: one loss over a batch of windows, and the batches themselves."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from dragoman.extraction.heads import MODE_TYPES, distance_bucket, piece_distances
from dragoman.extraction.labels import CONTEXTS, KINDS, OWNERLESS, ROLE_KIND, ROLES, TRIGGER_TAGS, begin, kind_columns
from training.encoder import half
from training.labelling import Example, Range
from training.model import Extractor

ROLE_KINDS = torch.tensor([[KINDS.index(ROLE_KIND[role]) == kind for role in ROLES] for kind in range(len(KINDS))])
# Share of pieces hidden from the encoder in training, the number of [MASK], and the last of the special pieces' numbers.
HIDDEN, MASK, LAST_MARK = 0.05, 103, 998
# How often a text is told of other states where it can be.
TOLD_OF_OTHERS = 0.4
# Weight of each part in the sum. Tags and roles make the records; the other heads follow easily.
WEIGHTS = {
    "tags": 4.0,
    "mode": 0.5,
    "status": 0.5,
    "roles": 4.0,
    "sector": 0.5,
    "relation": 0.7,
    "owner": 0.7,
    "contexts": 3.0,
    "meaning": 1.0,
}


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


def hidden_words(ids: Tensor) -> Tensor:
    """The ids with a few pieces masked, so that what is said of a word leans on the words around it too."""
    chosen = (torch.rand(ids.shape, device=ids.device) < HIDDEN) & (ids > LAST_MARK)
    return ids.masked_fill(chosen, MASK)


def wrong_mentions(example: Example, count: int) -> list[tuple[Range, int]]:
    """Spans that are no mention, so that the arc scorer learns to refuse them."""
    made = []
    length = len(example.ids)
    for _ in range(count):
        a = random.randrange(1, max(length - 2, 2))
        b = min(a + random.randint(1, 4), length - 1)
        if b > a and all(span[1] <= a or b <= span[0] for span, _ in example.mentions):
            made.append(((a, b), random.choice((0, 0, 1, 2))))
    return made


class Means:
    """Means over spans of rows of (rows, length, width).

    One product with a matrix of shares does all spans of a batch; picking them out one by one is slow to go back through.
    """

    def __init__(self, hidden: Tensor) -> None:
        self._length = hidden.shape[1]
        self._hidden = hidden.flatten(0, 1)

    def __call__(self, rows: list[int], spans: list[Range]) -> Tensor:
        shares = np.zeros((len(spans), len(self._hidden)), dtype=np.float32)
        for number, (row, (first, last)) in enumerate(zip(rows, spans, strict=True)):
            shares[number, row * self._length + first : row * self._length + last] = 1 / (last - first)
        return torch.from_numpy(shares).to(self._hidden.device) @ self._hidden


@dataclass
class Flat:
    """The triggers, arcs and relations of a batch, one list a column."""

    rows: list[int] = field(default_factory=list)
    spans: list[Range] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    distances: list[Any] = field(default_factory=list)
    arc_triggers: list[int] = field(default_factory=list)
    arc_rows: list[int] = field(default_factory=list)
    arc_spans: list[Range] = field(default_factory=list)
    arc_kinds: list[int] = field(default_factory=list)
    arc_distances: list[int] = field(default_factory=list)
    arc_roles: list[list[float]] = field(default_factory=list)
    arc_sectors: list[int] = field(default_factory=list)
    pairs: list[tuple[int, Range, Range, int]] = field(default_factory=list)


def flat(batch: list[Example], length: int) -> Flat:
    """Lay the examples of a batch out in columns, wrong mentions added."""
    made = Flat()
    for row, example in enumerate(batch):
        mentions = example.mentions + wrong_mentions(example, 3 if example.triggers else 0)
        gold = {(t, m, r): s for t, m, r, s in example.arcs}
        for t, (trigger, kind) in enumerate(example.triggers):
            made.rows.append(row)
            made.spans.append(trigger)
            made.kinds.append(kind)
            made.modes.append(example.modes[t])
            made.statuses.append(example.statuses[t])
            made.distances.append(piece_distances(trigger, length))
            for m, (span, of_kind) in enumerate(mentions):
                made.arc_triggers.append(len(made.rows) - 1)
                made.arc_rows.append(row)
                made.arc_spans.append(span)
                made.arc_kinds.append(of_kind)
                made.arc_distances.append(distance_bucket(trigger, span))
                made.arc_roles.append([float((t, m, r) in gold) for r in range(len(ROLES))])
                made.arc_sectors.append(next((gold[t, m, r] for r in (0, 1) if gold.get((t, m, r), -1) >= 0), -100))
        pairs = list(example.relations)
        if example.tagged:
            sides: dict[tuple[int, int], list[Range]] = {}
            for t, m, r, _ in example.arcs:
                sides.setdefault((t, r), []).append(example.mentions[m][0])
            for t, (_, kind) in enumerate(example.triggers):
                pairs += [(a, b, kind) for a in sides.get((t, 0), []) for b in sides.get((t, 1), [])]
        made.pairs += [(row, *pair) for pair in pairs[:6]]
    return made


def losses(model: Extractor, batch: list[Example], smoothing: float) -> Tensor:
    """The weighted sum of all heads' losses on a batch. smoothing: share of label smoothing of the tags."""
    device = model.tags.weight.device
    ids, mask, tags = (part.to(device) for part in collate(batch))

    def numbers(values: list[Any]) -> Tensor:
        return torch.tensor(np.array(values), device=device)

    if model.training:
        ids = hidden_words(ids)
    # Losses stay in full precision.
    with half(device.type):
        hidden, scores = model(ids, mask)
    hidden, scores = hidden.float(), scores.float()
    total = torch.zeros((), device=device)
    if any(e.tagged for e in batch):
        parts = [(scores[..., :TRIGGER_TAGS], tags[..., 0])]
        parts += [(scores[..., kind_columns(kind)], tags[..., 1 + kind]) for kind in range(len(KINDS))]
        for part, target in parts:
            loss = functional.cross_entropy(part.transpose(1, 2), target, label_smoothing=smoothing)
            total = total + WEIGHTS["tags"] * loss
    # The marks at both ends are not there at run time, so no head may look at them.
    own = mask.bool()
    own[:, 0] = False
    own[torch.arange(len(batch)), numbers([len(e.ids) - 1 for e in batch])] = False
    wholes = (hidden * own[..., None]).sum(1) / own.sum(1, keepdim=True)
    means, heads = Means(hidden), model.heads
    columns = flat(batch, ids.shape[1])
    if columns.rows:
        rows, kinds = numbers(columns.rows), numbers(columns.kinds)
        triggers = heads.triggers(means(columns.rows, columns.spans), kinds, wholes[rows])
        with half(device.type):
            pieces = heads.read_pieces(hidden).index_select(0, rows)
            reads = heads.read(pieces, own[rows], triggers, numbers(columns.distances)).float()
        again = Means(reads)
        told = heads.retold(triggers, again(list(range(len(columns.rows))), columns.spans))
        allowed = numbers(MODE_TYPES.tolist())[None, :] == kinds[:, None]
        mode_scores = heads.mode(told).masked_fill(~allowed, -1e4)
        total = total + WEIGHTS["mode"] * functional.cross_entropy(mode_scores, numbers(columns.modes))
        total = total + WEIGHTS["status"] * functional.cross_entropy(heads.status(told), numbers(columns.statuses))
        if columns.arc_triggers:
            roles, sectors = heads.arcs(
                triggers.index_select(0, numbers(columns.arc_triggers)),
                means(columns.arc_rows, columns.arc_spans),
                again(columns.arc_triggers, columns.arc_spans),
                numbers(columns.arc_distances),
            )
            usable = ROLE_KINDS.to(device)[numbers(columns.arc_kinds)]
            gold = torch.tensor(columns.arc_roles, device=device)
            raw = functional.binary_cross_entropy_with_logits(roles, gold, reduction="none")
            total = total + WEIGHTS["roles"] * (raw * usable).sum() / usable.sum()
            targets = numbers(columns.arc_sectors)
            if (targets >= 0).any():
                total = total + WEIGHTS["sector"] * functional.cross_entropy(sectors, targets)
    total = total + WEIGHTS["owner"] * owner_loss(model, batch, means)
    meant = [(row, span, vector) for row, example in enumerate(batch) for span, vector in example.meanings]
    if meant:
        guessed = heads.meanings(means([row for row, _, _ in meant], [span for _, span, _ in meant]))
        near = (guessed * torch.from_numpy(np.stack([vector for _, _, vector in meant])).to(device)).sum(-1)
        total = total + WEIGHTS["meaning"] * (1 - near).mean()
    themed = [row for row, example in enumerate(batch) if example.contexts is not None]
    if themed:
        peaks = hidden.masked_fill(~own[..., None], -1e4).amax(1)
        about = torch.zeros(len(themed), len(CONTEXTS), device=device)
        for number, row in enumerate(themed):
            about[number, batch[row].contexts] = 1
        guessed = heads.contexts(wholes[themed], peaks[themed])
        total = total + WEIGHTS["contexts"] * functional.binary_cross_entropy_with_logits(guessed, about)
    if columns.pairs:
        of = [row for row, _, _, _ in columns.pairs]
        first = means(of, [a for _, a, _, _ in columns.pairs])
        second = means(of, [b for _, _, b, _ in columns.pairs])
        chances = scores.detach()[..., :TRIGGER_TAGS].softmax(-1)[..., 1:].unflatten(-1, (-1, 2)).sum(-1)
        present = (chances * own[..., None]).amax(1)
        related = heads.relations(first, second, wholes[numbers(of)], present[numbers(of)])
        total = total + WEIGHTS["relation"] * functional.cross_entropy(related, numbers([k for *_, k in columns.pairs]))
    return total


def owner_loss(model: Extractor, batch: list[Example], means: Means) -> Tensor:
    """How unlikely the countries of the parties without a name are found, over the names of their windows and OWNERLESS."""
    device = model.tags.weight.device
    rows, spans, counts, name_rows, name_spans, distances, right = [], [], [], [], [], [], []
    for row, example in enumerate(batch):
        codes = [code for _, code in example.names] + list(OWNERLESS)
        for span, country in example.owned:
            if country not in codes:
                continue
            rows.append(row)
            spans.append(span)
            counts.append(len(example.names))
            name_rows += [row] * len(example.names)
            name_spans += [name for name, _ in example.names]
            distances += [distance_bucket(span, name) for name, _ in example.names]
            right.append([code == country for code in codes])
    if not name_rows:
        return torch.zeros((), device=device)
    mentions = means(rows, spans)
    which = torch.tensor([n for n, count in enumerate(counts) for _ in range(count)], device=device)
    scores = model.heads.owners(
        mentions.index_select(0, which), means(name_rows, name_spans), torch.tensor(distances, device=device)
    )
    ownerless = model.heads.ownerless(model.heads.dropout(mentions))
    made, at = [], 0
    for number, count in enumerate(counts):
        chances = torch.cat([scores[at : at + count], ownerless[number]]).log_softmax(0)
        made.append(-chances[torch.tensor(right[number], device=device)].logsumexp(0))
        at += count
    return torch.stack(made).mean()


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
        whole.names += [((a + shift, b + shift), country) for (a, b), country in part.names]
        whole.owned += [((a + shift, b + shift), country) for (a, b), country in part.owned]
        whole.meanings += [((a + shift, b + shift), vector) for (a, b), vector in part.meanings]
    whole.ids.append(parts[0].ids[-1])
    known = [part.contexts for part in parts if part.contexts is not None]
    if len(known) == len(parts):
        whole.contexts = sorted(set().union(*known))
    return whole


def composed(made: list[Example], share: float) -> list[Example]:
    """An epoch's examples, a share of them joined by twos to fours into windows as long as those of whole reports.

    A text that can be told of other states is so told two times in five.
    """
    order = [random.choice(e.others) if e.others and random.random() < TOLD_OF_OTHERS else e for e in made]
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
