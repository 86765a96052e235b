import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dragoman import Coder, Ledger, Report
from dragoman.actors.knowledge import KnowledgeError
from dragoman.cli import app

TEXT = "Fighters of the Lozengian Front killed two policemen on Monday. Nepalese tourism minister Badri Pandey condemned France."
OWN = "name,aliases,country,sector,kind,since,until\nLozengian Front,LF,AUT,REB,group,,\n"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(OWN, encoding="utf-8")
    return path


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_the_users_own_names_go_before_ours(mine: Path) -> None:
    coder = Coder(actors=[mine])
    events = coder.code(Report(text=TEXT, published=dt.date(2025, 9, 2)))
    codes = {actor.code: actor for event in events for actor in event.actors}
    assert codes["AUT.REB"].rule == "own file"
    assert codes["AUT.REB"].row.startswith("mine.csv, line 2")
    assert coder.version != Coder().version


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Zubrowka,,Austria,REB,group,,", "line 2, country: expected an ISO"),
        ("Zubrowka,,AUT,ARMY,group,,", "line 2, sector: expected one of"),
        ("Zubrowka,,AUT,REB,tribe,,", "line 2, kind: expected one of"),
        ("Zubrowka,,AUT,REB,group,May,", "line 2: 'May' is no date"),
        (",,AUT,REB,group,,", "line 2, name: expected a name"),
    ],
)
def test_a_wrong_row_is_named_with_line_and_field(tmp_path: Path, line: str, place: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(OWN.splitlines()[0] + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=place):
        Coder(actors=[path])
    status, output = run("actors", "--actors", str(path))
    assert status == 2
    assert place in output


def test_search_finds_near_spellings_and_explains_mentions() -> None:
    status, output = run("actors", "Hezbolah")
    assert status == 0
    assert "Hezbollah" in output
    status, output = run("actors", "--explain", "Nepalese", "tourism", "minister", "Badri", "Pandey")
    assert "NPL.GOV" in output
    assert "states.csv, line" in output
    assert run("actors", "Qwertzuiop")[0] == 1


def test_every_part_of_a_record_is_explained_from_the_ledger(tmp_path: Path, coder: Coder) -> None:
    path = tmp_path / "x.duckdb"
    text = "Turkish Foreign Minister Hakan Fidan met Iraqi Prime Minister Mohammed Shia al-Sudani in Baghdad on Tuesday."
    with Ledger(path) as ledger:
        ledger.add([coder.code(Report(text=text, published=dt.date(2024, 3, 12), id="visit"))], coder.version)
        (event, *_) = ledger.events()["id"]
    status, output = run("explain", str(path), event[:8])
    assert status == 0
    for words in ("CONSULT", "leaders.csv, line", "2024-03-12 (day)", "tuesday on or before", "Baghdad", "gazetteer", "GeoNames"):
        assert words in output
    assert run("explain", str(path), "none")[0] == 2


def test_unknown_names_are_listed_ready_to_be_added(tmp_path: Path, coder: Coder) -> None:
    path = tmp_path / "x.duckdb"
    with Ledger(path) as ledger:
        ledger.add([coder.code(Report(text=TEXT, published=dt.date(2025, 9, 2), id="unknown"))], coder.version)
    status, output = run("actors", "--unresolved", str(path))
    assert status == 0
    assert "name,aliases,country,sector,kind,since,until,mentions" in output
    assert "Lozengian Front,,,,,,,1,1" in output
    assert "Badri Pandey" in output


def test_stories_are_listed_and_told(tmp_path: Path, coder: Coder) -> None:
    path = tmp_path / "x.duckdb"
    text = "Turkish Foreign Minister Hakan Fidan met Iraqi Prime Minister Mohammed Shia al-Sudani in Baghdad on Tuesday."
    twice = [Report(text=text, published=dt.date(2024, 3, 12), id=name, publisher=name) for name in ("A", "B")]
    with Ledger(path) as ledger:
        ledger.add(coder.code_many(twice), coder.version)
    status, output = run("stories", str(path), "--merge", "--actor", "TUR", "--type", "CONSULT.visit")
    assert status == 0
    assert "1 stories new or changed" in output
    assert "TUR.GOV" in output
    with Ledger(path, read_only=True) as ledger:
        (story,) = ledger.stories()["id"]
    status, output = run("stories", str(path), "--story", story[:8])
    assert "2 reports of 2 publishers" in output
    assert output.count("Hakan Fidan") == 2
    assert run("stories", str(path), "--story", "none")[0] == 2
    assert run("stories", str(path), "--actor", "Turkey")[0] == 2
