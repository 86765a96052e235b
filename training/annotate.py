"""Annotate by reading: print texts to read, take events written by hand in a shorthand, check them, keep codebook lines.

usage: python -m training.annotate show TEXTS.jsonl --first 1 --count 40
       python -m training.annotate add TEXTS.jsonl OUT.jsonl <<'END' ... END
       python -m training.annotate examples ANNOTATED.jsonl --first 1 --count 40

The shorthand, a line an event under the number of its text and what the text is about (PLOVER's contexts, `-` for none):

    = 17 military territory
    ASSAULT.drone | struck | Ukrainian drones {UKR.MIL} | an oil depot {RUS.BUS} | @Belgorod | ^overnight | "the governor
    REJECT.yield !negated | refuse | Iran {IRN.GOV} |
    = 18 -

TYPE.mode !status | trigger | actors | recipients, then place (@), time (^) and speaker ("), each where there is one.
Several parties stand one after another, each with its code in braces. `~2` at a span's end means its second occurrence.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from dragoman.ontology import plover
from training.labelling import locate
from training.standoff import read_annotations

PARTY = re.compile(r"\s*(.+?)\s*\{([^{}]+)\}\s*", re.S)
MARKS = {"@": "place", "^": "when", '"': "speaker"}


class ShorthandError(ValueError):
    """A line of the shorthand cannot be taken; the message says which and why."""


def parsed(line: str, text: str) -> dict[str, Any]:
    """An event line of the shorthand as a codebook event. Raises ShorthandError for what the codebook or the text has not."""
    head, *fields = (part.strip() for part in line.split("|"))
    if len(fields) < 2:
        raise ShorthandError(f"expected TYPE | trigger | actors | recipients, found {line!r}")
    kind, _, status = head.partition("!")
    name, _, mode = kind.strip().partition(".")
    known = plover().types
    if name not in known:
        raise ShorthandError(f"no type {name!r}; there are {', '.join(known)}")
    if mode and mode not in known[name].modes:
        raise ShorthandError(f"{name} has no mode {mode!r}; it has {', '.join(known[name].modes) or 'none'}")
    if status and status not in plover().statuses:
        raise ShorthandError(f"no status {status!r}; there are {', '.join(plover().statuses)}")
    event: dict[str, Any] = {"type": name, "mode": mode or None, "status": status or "actual", "trigger": fields[0]}
    sides = [field for field in fields[1:] if field[:1] not in MARKS]
    if len(sides) > 2:
        raise ShorthandError(f"three fields of parties in {line!r}")
    for role, field in zip(("actors", "recipients"), [*sides, "", ""], strict=False):
        event[role] = _parties(field)
    for field in fields[1:]:
        if field[:1] in MARKS:
            event[MARKS[field[0]]] = field[1:].strip()
    if not event["actors"] and not event["recipients"]:
        raise ShorthandError(f"neither actor nor recipient in {line!r}")
    spans = [event["trigger"], *(event[role] for role in MARKS.values() if role in event)]
    spans += [entry.rpartition("|")[0] for role in ("actors", "recipients") for entry in event[role]]
    for span in spans:
        if locate(text, span) is None:
            raise ShorthandError(f"{span!r} is not in the text")
    return event


def _parties(field: str) -> list[str]:
    entries, at = [], 0
    while at < len(field):
        match = PARTY.match(field, at)
        if match is None:
            raise ShorthandError(f"expected `words {{CODE}}`, found {field[at:]!r}")
        words, code = match.groups()
        country, _, sector = code.partition(".")
        if not (re.fullmatch(r"[A-Z]{3}", country) or country == "---") or (sector and sector not in plover().sectors):
            raise ShorthandError(f"no code {code!r}")
        entries.append(f"{words}|{code}")
        at = match.end()
    return entries


def added(shorthand: str, texts: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """The texts that the shorthand annotates, as codebook lines, and what is wrong with the others."""
    done: list[dict[str, Any]] = []
    problems: list[str] = []
    for block in re.split(r"(?m)^=\s*", shorthand)[1:]:
        header, *lines = [line for line in block.splitlines() if line.strip()]
        number, *contexts = header.split()
        contexts = [name for name in contexts if name != "-"]
        row = texts[int(number) - 1]
        wrong = [f"no context {name!r}" for name in contexts if name not in plover().contexts]
        events = []
        for line in lines:
            try:
                events.append(parsed(line, row["text"]))
            except ShorthandError as error:
                wrong.append(str(error))
        if wrong:
            problems += [f"text {number}: {one}" for one in wrong]
        else:
            done.append({"id": row["id"], "date": row["date"], "text": row["text"], "contexts": contexts, "events": events})
    return done, problems


def written(document: dict[str, Any], number: int) -> str:
    """An annotated text with its events in the shorthand."""
    lines = [f"[{number}] {document['date']} {document['text']}", f"= {number} {' '.join(document.get('contexts', [])) or '-'}"]
    for event in document["events"]:
        status = event.get("status") or "actual"
        head = event["type"] + (f".{event['mode']}" if event.get("mode") else "") + (f" !{status}" if status != "actual" else "")
        sides = [
            " ".join("{} {{{}}}".format(*entry.rpartition("|")[::2]) for entry in event.get(role) or [])
            for role in ("actors", "recipients")
        ]
        rest = [mark + event[role] for mark, role in MARKS.items() if event.get(role)]
        lines.append(" | ".join([head, event["trigger"], *sides, *rest]))
    return "\n".join(lines)


def main() -> None:
    """Show texts, or take annotations of them from standard input."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["show", "add", "examples"])
    parser.add_argument("texts", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=40)
    args = parser.parse_args()
    rows = read_annotations([args.texts])
    numbered = list(enumerate(rows, 1))[args.first - 1 : args.first - 1 + args.count]
    if args.command == "examples":
        print("\n".join(written(row, number) for number, row in numbered))
        return
    if args.command == "show":
        print("\n".join(f"[{number}] {row['date']} {row['text']}" for number, row in numbered))
        return
    if args.out is None:
        parser.error("add needs OUT.jsonl")
    done, problems = added(sys.stdin.read(), rows)
    kept = {row["id"]: row for row in read_annotations([args.out])} if args.out.exists() else {}
    kept |= {row["id"]: row for row in done}
    args.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept.values()), encoding="utf-8")
    print(f"{len(done)} texts taken, {len(kept)} in {args.out}")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
