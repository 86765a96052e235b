"""Judge the packaged model: `python -m evaluation dev` codes the development set and prints the scorer's table.

`python -m evaluation calibration` tells whether confidence means what it says; with --fit it also sets it right.
The set is looked for at ../shared/corpus/dev.jsonl; --set names another. The figures are kept in evaluation/results/.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from dragoman import Coder
from evaluation.calibration import measured, write
from evaluation.documents import reports_of
from evaluation.scorer import score

RESULTS = Path(__file__).parent / "results"


def predicted(documents: list[dict[str, Any]], coder: Coder) -> list[dict[str, Any]]:
    """The coder's annotation of each text, as the scorer wants it."""
    return [
        {"id": coded.report.id, "events": [event.to_annotation(coded.report.text) for event in coded]}
        for coded in coder.code_many(reports_of(documents))
    ]


def table(result: dict[str, Any]) -> str:
    """The scorer's figures as a Markdown table."""
    lines = ["| measure | precision | recall | F1 | gold | predicted |", "|---|---|---|---|---|---|"]
    rows = [(name, result[name]) for name in ("event", "dyad", "quad", "interstate")]
    rows += [(f"type {name}", figures) for name, figures in result["types"].items()]
    for name, r in rows:
        lines.append(f"| {name} | {r['p']:.3f} | {r['r']:.3f} | {r['f1']:.3f} | {r['gold']} | {r['predicted']} |")
    lines += ["", "| field | share that agrees | of |", "|---|---|---|"]
    lines += [f"| {name} | {share:.3f} | {count} |" for name, (share, count) in result["fields"].items()]
    return "\n".join(lines)


def main() -> None:
    """Code the set, print the table, keep it as JSON and Markdown."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("name", choices=["dev", "calibration"], help="what to measure")
    parser.add_argument("--set", type=Path, default=Path("../shared/corpus/dev.jsonl"))
    parser.add_argument("--fit", action="store_true", help="write the fitted confidence curve into the model's settings")
    parser.add_argument("--model", type=Path, help="folder of another model than the packaged one")
    args = parser.parse_args()
    if not args.set.is_file():
        parser.error(f"{args.set} is not there; name the annotated set with --set")
    documents = [json.loads(line) for line in args.set.open(encoding="utf-8") if line.strip()]
    coder = Coder(args.model)
    RESULTS.mkdir(exist_ok=True)
    if args.name == "calibration":
        figures, curve = measured(documents, coder)
        text = f"{len(documents)} texts, {coder.version}\n\n" + "".join(f"- {name}: {value}\n" for name, value in figures.items())
        print(f"{text}fitted on all: slope {curve[0]:.3f}, shift {curve[1]:.3f}")
        (RESULTS / "calibration.md").write_text(text, encoding="utf-8")
        if args.fit:
            write(coder.model, *curve)
        return
    result = score(documents, predicted(documents, coder))
    text = f"{args.name}: {len(documents)} texts, {coder.version}\n\n{table(result)}\n"
    print(text)
    (RESULTS / f"{args.name}.md").write_text(text, encoding="utf-8")
    (RESULTS / f"{args.name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
