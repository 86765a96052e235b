"""Judge the packaged model: `python -m evaluation dev` codes the development set and prints the scorer's table.

`calibration` tells whether confidence means what it says, and with --fit sets it right; `contexts`, `actors`, `times` and
`places` judge what their names say, the last three with spans given. The set is looked for at ../shared/corpus/dev.jsonl;
--set names another. The figures are kept in evaluation/results/.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dragoman import Coder
from evaluation.calibration import measured, write
from evaluation.contexts import compared
from evaluation.documents import reports_of
from evaluation.expressions import places, times
from evaluation.resolution import figures as shares
from evaluation.resolution import resolved, same, write_certainty
from evaluation.scorer import score
from training.standoff import read_annotations

RESULTS = Path(__file__).parent / "results"
DEV = Path("../shared/corpus/dev.jsonl")
# Hand-checked expressions; the blind ones were read by someone who saw neither the resolvers nor what they say.
EXPRESSIONS = ("times", "places", "times-blind", "places-blind", "times-blind-2", "places-blind-2")
CORPUS = Path("../shared/corpus/current-events.jsonl.gz")


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


def listed(figures: Mapping[str, object]) -> str:
    """Figures as a Markdown list."""
    return "".join(f"- {name}: {value}\n" for name, value in figures.items())


def main() -> None:
    """Measure, print, and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("name", choices=["dev", "calibration", "actors", "contexts", *EXPRESSIONS], help="what to measure")
    parser.add_argument("--set", type=Path, nargs="+", default=[DEV], help="annotated texts, with their text or stand-off")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="where the texts of stand-off annotations are")
    parser.add_argument(
        "--fit", action="store_true", help="calibration: write the curve into the model's settings; actors: certainty.csv"
    )
    parser.add_argument("--model", type=Path, help="folder of another model than the packaged one")
    args = parser.parse_args()
    coder = Coder(args.model)
    kept = args.name if args.set == [DEV] else f"{args.name}-{args.set[0].stem}"
    misses: list[str] = []
    if args.name in EXPRESSIONS:
        time = args.name.startswith("times")
        found, misses = times(args.corpus, args.name) if time else places(args.corpus, coder, args.name)
        text = listed(found)
    else:
        missing = [str(path) for path in args.set if not path.is_file()]
        if missing:
            parser.error(f"{', '.join(missing)} is not there; name the annotated set with --set")
        documents = read_annotations(args.set, args.corpus)
        text = f"{', '.join(path.name for path in args.set)}: {len(documents)} texts, {coder.version}\n\n"
    if args.name == "calibration":
        figures, curve = measured(documents, coder)
        text += listed(figures)
        misses = [f"fitted on all: slope {curve[0]:.3f}, shift {curve[1]:.3f}"]
        if args.fit:
            write(coder.model, *curve)
    elif args.name == "contexts":
        about, themes = compared(documents, coder)
        text += listed(about) + listed({name: f"{share:.3f} ({number})" for name, (share, number) in themes.items()})
    elif args.name == "actors":
        rows = resolved(documents, coder)
        text += listed(shares(rows))
        misses = [
            f"{row['annotated']:>8} {row['resolved']:>8} {row['words']!r} {row['rule']}: {row['row']}"
            for row in rows
            if not same(row["annotated"], row["resolved"])
        ]
        if args.fit:
            misses = write_certainty(rows)
    elif args.name == "dev":
        result = score(documents, predicted(documents, coder))
        text += f"{table(result)}\n"
        (RESULTS / f"{kept}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(text, *misses, sep="\n")
    (RESULTS / f"{kept}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
