import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dragoman.cli import app

RUN = CliRunner()
TEXT = "date 2025-09-02\nThe United States condemned Iran on Monday.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "a.txt").write_text(TEXT)
    return reports


def test_code_into_a_ledger_and_show_it(folder: Path, tmp_path: Path) -> None:
    ledger = str(tmp_path / "x.duckdb")
    first = RUN.invoke(app, ["code", str(folder), "-o", ledger])
    assert first.exit_code == 0, first.output
    assert "ACCUSE (disapprove)" in first.output
    again = RUN.invoke(app, ["code", str(folder), "-o", ledger, "-f", "jsonl"])
    assert "coded before" in again.output
    record = json.loads(next(line for line in again.output.splitlines() if line.startswith("{")))
    assert record["type"] == "ACCUSE"
    shown = RUN.invoke(app, ["show", ledger, "--report", record["report"]])
    assert "condemned[1]" in shown.output
    assert "2025-09-01" in shown.output
    assert record["report"] in RUN.invoke(app, ["show", ledger]).output


def test_bad_input_is_set_aside_and_the_run_goes_on(folder: Path, tmp_path: Path) -> None:
    (folder / "b.txt").write_bytes(b"\x89PNG\x00")
    done = RUN.invoke(app, ["code", str(folder), "-o", str(tmp_path / "x.duckdb"), "-f", "annotation"])
    assert done.exit_code == 1
    assert "set aside" in done.output
    line = json.loads(next(row for row in done.output.splitlines() if row.startswith("{")))
    assert line["events"][0]["actors"] == ["The United States|USA.GOV"]
    assert "b.txt" in RUN.invoke(app, ["show", str(tmp_path / "x.duckdb")]).output


def test_standard_input_and_csv() -> None:
    done = RUN.invoke(app, ["code", "-", "-f", "csv"], input=TEXT)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].startswith("id,report,published,first_day")
    assert "USA.GOV,ACCUSE,disapprove" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nowhere.duckdb"], "no such ledger"),
        (["code", "x.csv", "--column", "story"], "expected FIELD=NAME"),
    ],
)
def test_wrong_calls_say_what_to_do(arguments: list[str], message: str) -> None:
    done = RUN.invoke(app, arguments)
    assert done.exit_code == 2
    assert message in done.output
