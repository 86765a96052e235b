"""Whether runs that are killed end as undisturbed ones: `python -m evaluation.durability`.

`dragoman code` is killed (SIGKILL) at random moments and started again, as often as asked; the ledger at the end is held
against that of a run that nobody disturbed, table by table. The figures are kept in results/durability.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from dragoman import Ledger

RESULT = Path(__file__).parent / "results" / "durability.md"
TABLES = ("reports", "events", "participants", "links", "tellings", "stories")


def command(reports: Path, ledger: Path) -> list[str]:
    """The run that is tried."""
    return [sys.executable, "-m", "dragoman", "code", str(reports), "-o", str(ledger), "--rows", "1"]


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with Ledger(path, read_only=True) as ledger:
        return {table: ledger.sql(f"SELECT * FROM {table} ORDER BY ALL").rows() for table in TABLES}


def main() -> None:
    """Kill, start again, compare, and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.durability", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/current-events.jsonl.gz"))
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    chance = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        reports, whole, killed = (Path(folder) / name for name in ("reports.jsonl", "whole.duckdb", "killed.duckdb"))
        with gzip.open(args.corpus, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in islice(lines, args.texts)]
        kept = [{key: row[key] for key in ("id", "date", "text")} for row in rows]
        reports.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        started = time.monotonic()
        subprocess.run(command(reports, whole), check=True, capture_output=True)
        length = time.monotonic() - started
        kills = finished = 0
        while kills < args.kills:
            run = subprocess.Popen(command(reports, killed), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                run.wait(chance.uniform(0.2, 1.0) * length / 3)
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                run.wait()
                kills += 1
            else:
                # Done before the kill: hold it against the undisturbed one, and begin a ledger anew.
                finished += 1
                _same(killed, whole)
                killed.unlink()
        subprocess.run(command(reports, killed), check=True, capture_output=True)
        _same(killed, whole)
        finished += 1
        counts = {table: len(rows) for table, rows in contents(whole).items()}
    text = (
        f"`python -m evaluation.durability --texts {args.texts} --kills {args.kills}`: "
        f"{kills} runs killed with SIGKILL at random moments, "
        f"{finished} ledgers brought to their end, each equal to the undisturbed run's in every row of {', '.join(TABLES)} "
        f"({', '.join(f'{number:,} {table}' for table, number in counts.items())}).\n"
    )
    print(text)
    RESULT.write_text(text, encoding="utf-8")


def _same(killed: Path, whole: Path) -> None:
    """Stop with the table that differs."""
    one, other = contents(killed), contents(whole)
    for table in TABLES:
        if one[table] != other[table]:
            raise SystemExit(
                f"{table}: the killed run's {len(one[table])} rows are not the undisturbed one's {len(other[table])}"
            )


if __name__ == "__main__":
    main()
