"""The model's heads in NumPy: a handful of small matrix products behind the encoder.

The same sums as training/model.py does in PyTorch; a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from dragoman.extraction.labels import DISTANCES, MODES, ROLES, TRIGGER_TAGS, TYPES

Array = npt.NDArray[np.float32]
Range = tuple[int, int]

# Heads of the attention in the second reading.
READ_HEADS = 6

MODE_TYPES = np.array([TYPES.index(kind) for kind, _ in MODES])


def smooth(x: Array) -> Array:
    """GELU by the tanh formula."""
    curved: Array = np.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x))
    result: Array = np.float32(0.5) * x * (np.float32(1) + curved)
    return result


def softmax(scores: Array) -> Array:
    """Probabilities over the last axis."""
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    result: Array = raised / raised.sum(-1, keepdims=True)
    return result


def sigmoid(scores: Array) -> Array:
    """Each score as a probability."""
    result: Array = np.float32(1) / (np.float32(1) + np.exp(-scores))
    return result


def types_present(tags: Array) -> Array:
    """How likely each type has a trigger among the pieces, (16), from their tag scores (pieces, TAGS)."""
    chances = softmax(tags[:, :TRIGGER_TAGS])[:, 1:].reshape(len(tags), len(TYPES), 2).sum(-1)
    result: Array = chances.max(0)
    return result


def distance_bucket(trigger: Range, mention: Range) -> int:
    """Bucket of the signed distance in word pieces from trigger to mention, 0 where they touch or overlap."""
    gap = mention[0] - trigger[1] + 1 if mention[0] >= trigger[1] else min(mention[1] - trigger[0] - 1, 0)
    return sum(gap > bound for bound in DISTANCES)


def piece_distances(trigger: Range, length: int) -> npt.NDArray[np.int64]:
    """Bucket of every piece's distance from the trigger, (length)."""
    pieces = np.arange(length)
    gaps = np.where(pieces >= trigger[1], pieces - trigger[1] + 1, np.minimum(pieces - trigger[0], 0))
    return np.searchsorted(np.array(DISTANCES), gaps)


class Heads:
    """Scores of modes, statuses, roles, sectors and relations; weights by the names training/model.py gives them."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}

    @classmethod
    def load(cls, path: Path) -> Heads:
        """Read the weights from an .npz file (stored as 16-bit floats)."""
        with np.load(path, allow_pickle=False) as stored:
            return cls({name: stored[name] for name in stored.files})

    def _linear(self, name: str, x: Array, rows: slice = slice(None)) -> Array:
        weight = self._weights[f"{name}.weight"][rows]
        # One product of two matrices: NumPy does a stack of small ones several times slower.
        result: Array = (x.reshape(-1, x.shape[-1]) @ weight.T).reshape(*x.shape[:-1], len(weight))
        bias = self._weights.get(f"{name}.bias")
        return result if bias is None else result + bias[rows]

    def _norm(self, name: str, x: Array) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(1e-5))
        result: Array = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return result

    def triggers(self, spans: Array, kinds: npt.NDArray[np.int64], whole: Array) -> Array:
        """Trigger vectors (n, 256) from span means (n, 384), type numbers (n) and window means (n, 384)."""
        joined = np.concatenate([spans, whole, self._weights["types.weight"][kinds]], axis=-1)
        return smooth(self._linear("trigger", joined))

    def modes(self, triggers: Array, kinds: npt.NDArray[np.int64]) -> Array:
        """Probabilities over MODES (n, modes), zero for those of other types."""
        scores = self._linear("mode", triggers)
        return softmax(np.where(MODE_TYPES[None, :] == kinds[:, None], scores, np.float32(-1e4)))

    def statuses(self, triggers: Array) -> Array:
        """Probabilities over STATUSES (n, 5)."""
        return softmax(self._linear("status", triggers))

    def read(self, hidden: Array, triggers: Array, distances: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> Array:
        """The window read again with each trigger in mind, at the wanted pieces, (t, wanted, 192).

        hidden: (pieces, 384). triggers: (t, 256). distances: buckets of every piece from each trigger, (t, pieces).
        wanted: the pieces whose vectors are needed; only looking around is done from the others too.
        """
        start = self._linear("read_pieces", hidden)[None] + self._linear("read_trigger", triggers)[:, None, :]
        x = self._norm("read_start", start + self._weights["read_distances.weight"][distances])
        count, length, width = x.shape
        head = width // READ_HEADS
        seen = self._linear("read_attention", x, slice(width, None)).reshape(count, length, 2, READ_HEADS, head)
        key, value = seen.transpose(2, 0, 3, 1, 4)
        x = x[:, wanted]
        asked = self._linear("read_attention", x, slice(width)).reshape(count, len(wanted), READ_HEADS, head)
        weights = softmax(asked.swapaxes(1, 2) @ key.swapaxes(-1, -2) * np.float32(head**-0.5))
        mixed = (weights @ value).swapaxes(1, 2).reshape(count, len(wanted), width)
        x = self._norm("read_attended", x + self._linear("read_out", mixed))
        return self._norm("read_end", x + self._linear("read_outer", smooth(self._linear("read_inner", x))))

    def retold(self, triggers: Array, reads: Array) -> Array:
        """Trigger vectors (t, 256) once more, with what the second reading (t, 192) found at the trigger."""
        result: Array = triggers + smooth(self._linear("told", reads))
        return result

    def arcs(self, triggers: Array, mentions: Array, reads: Array, distances: npt.NDArray[np.int64]) -> tuple[Array, Array]:
        """Role probabilities (t, m, 5) and sector probabilities (t, m, sectors) of every trigger with every mention.

        triggers: (t, 256). mentions: span means (m, 384). reads: span means of the second reading (t, m, 192).
        distances: buckets (t, m).
        """
        near = self._linear("from_trigger", triggers)[:, None, :] + self._linear("from_mention", mentions)[None, :, :]
        joint = smooth(near + self._linear("from_read", reads) + self._weights["distances.weight"][distances])
        left = self._linear("bilinear", triggers).reshape(len(triggers) * len(ROLES), -1)
        crossed = (left @ smooth(self._linear("mention", mentions)).T).reshape(len(triggers), len(ROLES), -1).swapaxes(1, 2)
        return sigmoid(self._linear("role", joint) + crossed), softmax(self._linear("sector", joint))

    def owners(self, mentions: Array, names: Array, distances: npt.NDArray[np.int64]) -> Array:
        """Whose each mention is: probabilities (m, names + OWNERLESS) over the names of the window, then over no name.

        mentions: span means (m, 384). names: span means (n, 384). distances: buckets of each name from each mention (m, n).
        """
        near = self._linear("owned", mentions)[:, None, :] + self._linear("owning", names)[None, :, :]
        joint = smooth(near + self._weights["owner_distances.weight"][distances])
        named = self._linear("owner", joint)[..., 0]
        return softmax(np.concatenate([named, self._linear("ownerless", mentions)], axis=-1))

    def contexts(self, hidden: Array) -> Array:
        """How likely a window with these vectors (pieces, 384) is about each of CONTEXTS."""
        joined = np.concatenate([hidden.mean(0), hidden.max(0)])
        return sigmoid(self._linear("context", smooth(self._linear("theme", joined))))

    def meanings(self, means: Array) -> Array:
        """Unit vectors (n, 384), near one another for texts of like meaning, from the means of their pieces (n, 384)."""
        vectors = self._linear("meaning", means)
        result: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32(1e-6))
        return result

    def relation(self, first: Array, second: Array, whole: Array, types: Array) -> Array:
        """Probabilities over TYPES of what the first span does to the second, each vector (384).

        types: how likely each type has a trigger in the window, (16).
        """
        spans = self._linear("first", first) + self._linear("second", second)
        joint = smooth(spans + self._linear("whole", whole) + self._linear("tagged", types))
        return softmax(self._linear("relation", joint))
