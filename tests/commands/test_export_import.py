"""The commands that take other systems' data in and give ours out in their form."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dragoman import Ledger
from dragoman.cli import app
from tests.formats.examples import GDELT, ICEWS, POLECAT, lines

RUN = CliRunner()


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    (tmp_path / "p.txt").write_text(lines("polecat", POLECAT))
    (tmp_path / "g.csv").write_text(lines("gdelt", GDELT, GDELT | {"GLOBALEVENTID": "2", "EventCode": "010"}))
    path = str(tmp_path / "x.duckdb")
    done = RUN.invoke(app, ["import", str(tmp_path / "p.txt"), str(tmp_path / "g.csv"), "-o", path])
    assert done.exit_code == 0, done.output
    assert "3 rows; 2 events; 1 left out that PLOVER has no type for" in done.output
    return path


def test_import_and_export(ledger: str, tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    done = RUN.invoke(app, ["export", ledger, "--format", "polecat", "-o", str(out), "--actor", "PER"])
    assert done.exit_code == 0, done.output
    assert done.output == "1 rows\n"
    assert out.read_text() == lines("polecat", POLECAT)
    with Ledger(ledger, read_only=True) as opened:
        assert opened.sql("SELECT version FROM reports ORDER BY 1").to_series().to_list() == ["GDELT import", "POLECAT import"]
        assert opened.unknown_parties() == []


def test_to_standard_output(ledger: str) -> None:
    done = RUN.invoke(app, ["export", ledger, "-f", "csv", "-o", "-", "--since", "2019-01-01", "--place", "CHL"])
    assert done.exit_code == 0
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["id", POLECAT["Event ID"]]


def test_importing_again_says_what_was_replaced(ledger: str, tmp_path: Path) -> None:
    done = RUN.invoke(app, ["import", str(tmp_path / "g.csv"), "-o", ledger, "--format", "gdelt"])
    assert "1 took the place of a row of the same id" in done.output
    with Ledger(ledger, read_only=True) as opened:
        assert opened.events().height == 2


def test_malformed_rows_are_shown_counted_and_listed(tmp_path: Path) -> None:
    file, path = tmp_path / "i.tab", str(tmp_path / "x.duckdb")
    file.write_text(lines("icews", ICEWS, *[ICEWS | {"CAMEO Code": f"x{n}"} for n in range(30)]))
    done = RUN.invoke(app, ["import", str(file), "-o", path])
    assert done.exit_code == 1
    assert done.output.count("set aside: ") == 20
    assert "30 set aside (listed in" in done.output
    with Ledger(path, read_only=True) as opened:
        assert opened.sql("SELECT count(*) FROM rejected").item() == 30


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["import", "{}/none.txt", "-o", "{}/y.duckdb"], 2, "no such file"),
        (["import", "{}/none.txt", "-o", "{}/y.duckdb", "-f", "acled"], 2, "there are plover-json, polecat"),
        (["export", "{}/none.duckdb", "-f", "csv", "-o", "{}/y.csv"], 2, "no such ledger"),
        (["export", "{}/x.duckdb", "-f", "acled", "-o", "{}/y.csv"], 2, "there are polecat, gdelt"),
        (["export", "{}/x.duckdb", "-f", "csv", "-o", "{}/no/folder/y.csv"], 2, "cannot be written"),
        (["export", "{}/x.duckdb", "-f", "csv", "-o", "{}/y.csv", "--type", "WAR"], 2, "expected one of AGREE"),
        (["export", "{}/x.duckdb", "-f", "parquet", "-o", "-"], 2, "name a file"),
        (["export", "{}/x.duckdb", "-f", "csv", "-o", "{}/y.csv", "--actor", "FRA"], 1, "no event of the ledger fits"),
    ],
)
def test_wrong_calls_say_what_to_do(ledger: str, tmp_path: Path, arguments: list[str], code: int, message: str) -> None:
    done = RUN.invoke(app, [argument.format(tmp_path) for argument in arguments])
    assert done.exit_code == code
    assert message in done.output
