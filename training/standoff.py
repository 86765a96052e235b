"""Annotations without their texts: ids, character offsets and labels, so that texts we may not ship stay where they are.

usage: python -m training.standoff ANNOTATED.jsonl ... --out training/corpus/current-events.jsonl

A stand-off record is the codebook's line with `chars` (the text's length) in place of the text, and with every span as
[start, end] (`[start, end, code]` for parties). Reading one back needs the corpus its id belongs to.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dragoman.records import Span, worded
from training.labelling import locate

SPANS = ("trigger", "place", "when", "speaker")
SIDES = ("actors", "recipients")


def packed(document: dict[str, Any]) -> dict[str, Any]:
    """A codebook line as a stand-off record. Raises ValueError for a span that is not in the text."""
    text = document["text"]

    def offsets(span: str) -> list[int]:
        found = locate(text, span)
        if found is None:
            raise ValueError(f"text {document['id']}: no span {span!r}; mend the annotation")
        return list(found)

    events = []
    for event in document["events"]:
        record = {name: value for name, value in event.items() if value and name not in (*SPANS, *SIDES)}
        record |= {name: offsets(event[name]) for name in SPANS if event.get(name)}
        for side in SIDES:
            parts = [entry.rpartition("|") for entry in event.get(side) or []]
            record[side] = [[*offsets(span), code] for span, _, code in parts]
        events.append(record)
    themes = {"contexts": document["contexts"]} if "contexts" in document else {}
    return {"id": document["id"], "date": document["date"], "chars": len(text), "events": events} | themes


def unpacked(record: dict[str, Any], text: str) -> dict[str, Any]:
    """A stand-off record as a codebook line. Raises ValueError when the text is not the one that was annotated."""
    if len(text) != record["chars"]:
        raise ValueError(f"text {record['id']} has {len(text)} characters, {record['chars']} were annotated: another text")

    def words(span: list[Any]) -> str:
        return worded(text, Span(span[0], span[1], text[span[0] : span[1]]))

    events = []
    for event in record["events"]:
        line = {**event, **{name: words(event[name]) for name in SPANS if name in event}}
        for side in SIDES:
            line[side] = [f"{words(span)}|{span[2]}" for span in event[side]]
        events.append(line)
    themes = {"contexts": record["contexts"]} if "contexts" in record else {}
    return {"id": record["id"], "date": record["date"], "text": text, "events": events} | themes


def read_annotations(paths: Iterable[Path], corpus: Path | None = None) -> list[dict[str, Any]]:
    """Annotated texts of these JSONL files in order, as codebook lines; stand-off ones get their text from the corpus."""
    rows = [json.loads(line) for path in paths for line in path.open(encoding="utf-8") if line.strip()]
    missing = {row["id"] for row in rows if "text" not in row}
    if missing and corpus is None:
        raise ValueError(f"{len(missing)} annotations come without text; name the corpus with --texts")
    texts: dict[str, str] = {}
    if missing and corpus is not None:
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            texts = {row["id"]: row["text"] for row in map(json.loads, lines) if row["id"] in missing}
    return [row if "text" in row else unpacked(row, texts[row["id"]]) for row in rows]


def main() -> None:
    """Pack annotated files into one stand-off file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("annotated", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    records = [packed(document) for document in read_annotations(args.annotated)]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    print(f"{len(records)} texts, {sum(len(r['events']) for r in records)} events in {args.out}")


if __name__ == "__main__":
    main()
