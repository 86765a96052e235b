"""The extractor at run time: tokenizer, int8 ONNX encoder, heads, decoder. No PyTorch, no download."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController
from tokenizers import Tokenizer

from dragoman.extraction.decoding import Extracted, Name, Settings, decode
from dragoman.extraction.heads import Array, Heads, Range, types_present
from dragoman.extraction.labels import CONTEXTS, TYPES
from dragoman.extraction.windows import PIECES, Window, sentences, text_windows

# About this many word pieces go through the encoder at once: enough to fill two cores, little enough for any laptop.
BATCH_PIECES = 4096
# Numbers in the vector of a piece.
WIDTH = 384


@dataclass(frozen=True, slots=True)
class Extraction:
    """What the model reads in one text: its events in order of their triggers, and how likely each context is."""

    events: list[Extracted]
    contexts: dict[str, float]


def packed(vector: Array) -> bytes:
    """A unit vector as bytes, in steps of 1/127."""
    return np.round(vector * 127).astype(np.int8).tobytes()


def unpacked(vectors: Sequence[bytes]) -> Array:
    """Packed vectors as rows, (n, WIDTH)."""
    numbers: Array = np.frombuffer(b"".join(vectors), dtype=np.int8).reshape(len(vectors), WIDTH).astype(np.float32)
    return numbers / np.float32(127)


def batches(windows: Sequence[Window]) -> list[list[int]]:
    """The numbers of the windows in batches of about BATCH_PIECES word pieces, windows of like length together."""
    made: list[list[int]] = [[]]
    for index in sorted(range(len(windows)), key=lambda i: len(windows[i].ids)):
        if made[-1] and (len(made[-1]) + 1) * len(windows[index].ids) > BATCH_PIECES:
            made.append([])
        made[-1].append(index)
    return [batch for batch in made if batch]


class Extractor:
    """Finds events in texts.

    folder: where encoder.onnx, heads.npz, tokenizer.json and settings.json lie; the packaged model's by default.
    threads: processor cores to use, all of them by default.
    Raises FileNotFoundError naming the file when the folder lacks one.
    """

    def __init__(self, folder: Path | None = None, threads: int | None = None) -> None:
        import onnxruntime  # a quarter of a second to import, and `dragoman --help` needs none of it

        self.folder = folder or Path(str(resources.files("dragoman.extraction"))) / "model"
        for name in ("encoder.onnx", "heads.npz", "tokenizer.json", "settings.json"):
            if not (self.folder / name).is_file():
                raise FileNotFoundError(f"{self.folder / name} is missing; reinstall dragoman or see training/README.md")
        self._tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(self.folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._blas = ThreadpoolController()
        self.heads = Heads.load(self.folder / "heads.npz")
        stored = json.loads((self.folder / "settings.json").read_text(encoding="utf-8"))
        self.version: str = stored["version"]
        self.settings = Settings(**stored["decoder"])

    def windows(self, texts: Sequence[str]) -> list[Window]:
        """The windows of these texts, one after another."""
        return [window for text in texts for window in text_windows(text, self._tokenizer)]

    def encode(self, windows: Sequence[Window]) -> list[tuple[Array, Array]]:
        """Hidden vectors and tag scores of each window's own pieces, without its marks."""
        encoded = {
            index: found for batch in batches(windows) for index, found in zip(batch, self._run(windows, batch), strict=True)
        }
        return [encoded[index] for index in range(len(windows))]

    def _run(self, windows: Sequence[Window], batch: Sequence[int]) -> list[tuple[Array, Array]]:
        length = max(len(windows[i].ids) for i in batch)
        ids = np.zeros((len(batch), length), dtype=np.int64)
        for row, index in enumerate(batch):
            ids[row, : len(windows[index].ids)] = windows[index].ids
        hidden, tags = self._session.run(None, {"ids": ids, "mask": (ids != 0).astype(np.int64)})
        ends = [len(windows[index].ids) - 1 for index in batch]
        return [(hidden[row, 1:end], tags[row, 1:end]) for row, end in enumerate(ends)]

    def extract(self, texts: Sequence[str], names: Sequence[Sequence[Name]] | None = None) -> list[Extraction]:
        """The events and contexts of each text.

        names: the names of each text whose country is known, so that mentions without one can be given theirs.
        """
        # The number of each window's text, and the window.
        flat = [(number, window) for number, text in enumerate(texts) for window in text_windows(text, self._tokenizer)]
        windows = [window for _, window in flat]
        read: dict[int, tuple[list[Extracted], Array]] = {}
        # One batch is decoded while the next is encoded; the decoder's small products are quickest on one core.
        with ThreadPoolExecutor(1) as encoder, self._blas.limit(limits=1, user_api="blas"):
            running = [(batch, encoder.submit(self._run, windows, batch)) for batch in batches(windows)]
            for batch, run in running:
                for index, (hidden, tags) in zip(batch, run.result(), strict=True):
                    number, window = flat[index]
                    known = names[number] if names else ()
                    parts = (window.words, window.characters, self.heads, self.settings, known)
                    about = self.heads.contexts(hidden) if window.words else np.zeros(len(CONTEXTS), dtype=np.float32)
                    events = decode(texts[number], hidden, tags, *parts)
                    read[index] = (self._with_meanings(texts[number], events, hidden, window), about)
        found = [Extraction([], dict.fromkeys(CONTEXTS, 0.0)) for _ in texts]
        for index, (number, _) in enumerate(flat):
            events, about = read[index]
            found[number].events.extend(events)
            for name, chance in zip(CONTEXTS, about, strict=True):
                found[number].contexts[name] = max(found[number].contexts[name], float(chance))
        return found

    def _with_meanings(self, text: str, events: Sequence[Extracted], hidden: Array, window: Window) -> list[Extracted]:
        """The events of a window, each with the meaning of its sentence."""
        if not events:
            return []
        ranges = sentences(text)
        means = np.zeros((len(events), WIDTH), dtype=np.float32)
        for row, event in enumerate(events):
            low, high = next(((a, b) for a, b in ranges if a <= event.start < b), (event.start, event.end))
            words = [w for w, (a, b) in zip(window.words, window.characters, strict=True) if low <= a and b <= high]
            means[row] = hidden[words[0][0] : words[-1][1]].mean(0) if words else hidden.mean(0)
        vectors = self.heads.meanings(means)
        return [replace(event, meaning=packed(vector)) for event, vector in zip(events, vectors, strict=True)]

    def meanings(self, texts: Sequence[str]) -> Array:
        """A unit vector for each text, (n, 384), near one another (cosine) for texts of like meaning; zeros for an empty text."""
        windows = [text_windows(text, self._tokenizer) for text in texts]
        encoded = iter(self.encode([window for of_text in windows for window in of_text]))
        means = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for row, of_text in enumerate(windows):
            pieces = [next(encoded)[0] for _ in of_text]
            if sum(map(len, pieces)):
                means[row] = np.concatenate(pieces).mean(0)
        return self.heads.meanings(means)

    def relate(self, text: str, first: Range, second: Range) -> dict[str, float]:
        """What the first span does to the second: a probability for each of the 16 types.

        first, second: character ranges in the text. Raises ValueError when they lie more than a window apart.
        """
        low, high = min(first[0], second[0]), max(first[1], second[1])
        windows = text_windows(text, self._tokenizer)
        window = next((w for w in windows if w.words and w.characters[0][0] <= low and high <= w.characters[-1][1]), None)
        if window is None:
            raise ValueError(f"spans {first} and {second} do not lie within one window of {PIECES} word pieces")
        hidden, tags = self.encode([window])[0]

        def mean(span: Range) -> Array:
            inside = [i for i, (a, b) in enumerate(window.characters) if a < span[1] and span[0] < b]
            if not inside:
                raise ValueError(f"span {span} holds no word")
            result: Array = hidden[window.words[inside[0]][0] : window.words[inside[-1]][1]].mean(0)
            return result

        chances = self.heads.relation(mean(first), mean(second), hidden.mean(0), types_present(tags))
        return {name: float(chance) for name, chance in zip(TYPES, chances, strict=True)}
