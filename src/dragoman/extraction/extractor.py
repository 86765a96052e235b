"""The extractor at run time: tokenizer, int8 ONNX encoder, heads, decoder. No PyTorch, no download."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from dragoman.extraction.decoding import Extracted, Name, Settings, decode
from dragoman.extraction.heads import Array, Heads, Range, types_present
from dragoman.extraction.labels import TYPES
from dragoman.extraction.windows import PIECES, Window, text_windows

# About this many word pieces go through the encoder at once: enough to fill two cores, little enough for any laptop.
BATCH_PIECES = 4096


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
        self._heads = Heads.load(self.folder / "heads.npz")
        stored = json.loads((self.folder / "settings.json").read_text(encoding="utf-8"))
        self.version: str = stored["version"]
        self.settings = Settings(**stored["decoder"])

    def windows(self, texts: Sequence[str]) -> list[Window]:
        """The windows of these texts, one after another."""
        return [window for text in texts for window in text_windows(text, self._tokenizer)]

    def encode(self, windows: Sequence[Window]) -> list[tuple[Array, Array]]:
        """Hidden vectors and tag scores of each window's own pieces, without its marks."""
        results: list[tuple[Array, Array] | None] = [None] * len(windows)
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
        batch: list[int] = []
        for position, index in enumerate(order):
            batch.append(index)
            following = order[position + 1] if position + 1 < len(order) else None
            if following is None or (len(batch) + 1) * len(windows[following].ids) > BATCH_PIECES:
                self._run(windows, batch, results)
                batch = []
        return [result for result in results if result is not None]

    def _run(self, windows: Sequence[Window], batch: list[int], results: list[tuple[Array, Array] | None]) -> None:
        length = max(len(windows[i].ids) for i in batch)
        ids = np.zeros((len(batch), length), dtype=np.int64)
        for row, index in enumerate(batch):
            ids[row, : len(windows[index].ids)] = windows[index].ids
        hidden, tags = self._session.run(None, {"ids": ids, "mask": (ids != 0).astype(np.int64)})
        for row, index in enumerate(batch):
            end = len(windows[index].ids) - 1
            results[index] = (hidden[row, 1:end], tags[row, 1:end])

    def extract(self, texts: Sequence[str], names: Sequence[Sequence[Name]] | None = None) -> list[list[Extracted]]:
        """The events of each text, in order of their triggers.

        names: the names of each text whose country is known, so that mentions without one can be given theirs.
        """
        windows = [text_windows(text, self._tokenizer) for text in texts]
        flat = [window for of_text in windows for window in of_text]
        encoded = iter(self.encode(flat))
        found: list[list[Extracted]] = []
        for text, of_text, of_names in zip(texts, windows, names or [()] * len(texts), strict=True):
            events: list[Extracted] = []
            for window in of_text:
                hidden, tags = next(encoded)
                events += decode(text, hidden, tags, window.words, window.characters, self._heads, self.settings, of_names)
            found.append(events)
        return found

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

        chances = self._heads.relation(mean(first), mean(second), hidden.mean(0), types_present(tags))
        return {name: float(chance) for name, chance in zip(TYPES, chances, strict=True)}
