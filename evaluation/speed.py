"""Rates of the stages, measured in one run: `python -m evaluation.speed TEXTS.jsonl [--count 3000]`.

Bare encoder (the session alone over the texts' windows), the extractor (with heads and decoding), and the whole coder. Each
is run twice by turns and the better one counts, since machines are noisy; compare the ratios.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

from dragoman import Coder, Report
from dragoman.extraction.extractor import Extractor
from evaluation.documents import reports_of

ROUNDS = 2


def spread(path: Path, count: int) -> list[Report]:
    """`count` texts spread evenly over a JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return reports_of(rows[:: max(1, len(rows) // count)][:count])


def rates(reports: list[Report], threads: int | None) -> dict[str, float]:
    """Texts a second of each stage."""
    texts = [report.text for report in reports]
    extractor, coder = Extractor(threads=threads), Coder(threads=threads)
    windows = extractor.windows(texts)
    batches = [windows[n : n + 256] for n in range(0, len(windows), 256)]

    def bare() -> None:
        for batch in batches:
            extractor.encode(batch)

    def extract() -> None:
        for n in range(0, len(texts), 256):
            extractor.extract(texts[n : n + 256])

    def code() -> None:
        for _ in coder.code_many(reports, batch=256):
            pass

    stages: dict[str, Callable[[], None]] = {"bare encoder": bare, "extractor": extract, "coder": code}
    best = dict.fromkeys(stages, 0.0)
    for _ in range(ROUNDS):
        for name, stage in stages.items():
            started = time.perf_counter()
            stage()
            best[name] = max(best[name], len(texts) / (time.perf_counter() - started))
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.speed", description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    found = rates(spread(args.texts, args.count), args.threads)
    for name, rate in found.items():
        print(f"{name}: {rate:.0f} texts/s, {rate / found['bare encoder']:.2f} of the bare encoder")


if __name__ == "__main__":
    main()
