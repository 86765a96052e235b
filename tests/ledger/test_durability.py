"""Runs that are killed, files that cannot be used, readers beside a writer: nothing already written is lost."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dragoman import Coder, Ledger
from dragoman.filling import fill
from dragoman.ledger import LedgerError
from dragoman.reading import read

TABLES = ("meta", "reports", "events", "participants", "links", "tellings", "stories", "former_events")
PLACES = ("Baghdad", "Mosul", "Basra", "Kirkuk", "Erbil", "Tikrit")
KILLS = 4
# The same steps as `dragoman code`, with small groups so that a kill can fall between, within and behind them.
RUN = """
import sys
from dragoman import Coder, Ledger
from dragoman.filling import fill
from dragoman.reading import read
with Ledger(sys.argv[2]) as ledger:
    for group in fill(ledger, Coder(threads=1), read([sys.argv[1]]), every=6):
        print("group", flush=True)
    ledger.merge()
"""


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with Ledger(path, read_only=True) as ledger:
        return {table: ledger.sql(f"SELECT * FROM {table} ORDER BY ALL").rows() for table in TABLES}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kill") / "reports.jsonl"
    lines = [
        f'{{"id": "r{n}", "date": "2024-03-{10 + n % 5}", "text": "A bomb killed {n % 3 + 2} people in {PLACES[n % 6]}, Iraq, '
        f'on Monday. Turkey condemned the attack."}}'
        for n in range(24)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_run_that_is_killed_and_taken_up_ends_as_an_undisturbed_one(reports: Path, tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole.duckdb", tmp_path / "killed.duckdb"
    subprocess.run([sys.executable, "-c", RUN, str(reports), str(whole)], check=True, capture_output=True)
    chance = random.Random(4)
    for _ in range(KILLS):
        run = subprocess.Popen([sys.executable, "-c", RUN, str(reports), str(killed)], stdout=subprocess.PIPE)
        assert run.stdout is not None
        for _ in range(chance.randrange(3)):
            run.stdout.readline()
        time.sleep(chance.random() * 0.05)
        run.send_signal(signal.SIGKILL)
        run.wait()
    subprocess.run([sys.executable, "-c", RUN, str(reports), str(killed)], check=True, capture_output=True)
    assert contents(killed) == contents(whole)


def test_readers_and_second_writers_get_a_clear_message_while_a_run_writes(reports: Path, tmp_path: Path, coder: Coder) -> None:
    path = tmp_path / "x.duckdb"
    code = "import sys\nfrom dragoman import Ledger\nLedger(sys.argv[1], read_only=sys.argv[2] == 'read')"
    with Ledger(path) as ledger:
        list(fill(ledger, coder, (r for r in read([str(reports)]) if hasattr(r, "text")), every=12))
        for way in ("read", "write"):
            other = subprocess.run([sys.executable, "-c", code, str(path), way], capture_output=True, text=True, check=False)
            assert other.returncode == 1
            assert "is another run writing it" in other.stderr
        assert ledger.sql("SELECT count(*) FROM reports").item() == 24
        copy = ledger.snapshot(tmp_path / "copy.duckdb")
        with Ledger(copy, read_only=True) as reader:
            assert reader.sql("SELECT count(*) FROM reports").item() == 24


def test_a_full_disk_is_named_and_what_was_written_stays(reports: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.duckdb"
    command = [sys.executable, "-m", "dragoman", "code", str(reports), "-o", str(path)]
    Ledger(path).close()

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    full = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=small_disk)
    assert full.returncode == 2
    assert "is the disk full" in full.stderr
    assert "Traceback" not in full.stderr
    # With room again the same command goes on.
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert len(contents(path)["reports"]) == 24


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LedgerError, match=r"x\.duckdb"):
            Ledger(tmp_path / "x.duckdb")
    finally:
        tmp_path.chmod(0o700)


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path, coder: Coder) -> None:
    path = tmp_path / "x.duckdb"
    Ledger(path).close()
    content = bytearray(path.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"x\.duckdb"):
        Ledger(path).sql("SELECT * FROM meta")
    assert path.read_bytes() == bytes(content)
