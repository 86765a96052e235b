import datetime as dt
from pathlib import Path

import duckdb
import pytest

from dragoman import Coder, Ledger, Rejected, Report
from dragoman.ledger import LedgerError

REPORTS = [
    Report(text="Russia expelled two Polish diplomats on Monday.", published=dt.date(2025, 9, 2), id="a"),
    Report(text="It rained in Oslo.", id="b"),
]


def test_coding_the_same_report_twice_changes_nothing(tmp_path: Path, coder: Coder) -> None:
    with Ledger(tmp_path / "x.duckdb") as ledger:
        coded = list(coder.code_many(REPORTS))
        ledger.add(coded, coder.version)
        before = ledger.sql("SELECT * FROM events ORDER BY id")
        ledger.add(coded, coder.version)
        assert ledger.sql("SELECT * FROM events ORDER BY id").equals(before)
        assert ledger.sql("SELECT count(*) FROM reports").item() == 2
        assert ledger.sql("SELECT count(*) FROM participants").item() == sum(
            len(e.actors) + len(e.recipients) + bool(e.speaker) for one in coded for e in one
        )
        assert ledger.known(["a", "b", "c"], coder.version) == {"a", "b"}
        assert ledger.known(["a"], "another model") == set()


def test_a_ledger_of_the_older_schema_is_brought_up_and_keeps_its_records(tmp_path: Path, coder: Coder) -> None:
    path = tmp_path / "old.duckdb"
    with Ledger(path) as ledger:
        ledger.add(coder.code_many(REPORTS), coder.version)
        events = ledger.sql("SELECT * FROM events").height
    with duckdb.connect(str(path)) as old:
        old.execute("DROP VIEW event_list")
        for column in ("dead", "injured", "arrested", "category", "category_confidence"):
            old.execute(f"ALTER TABLE events DROP COLUMN {column}")
        for column in ("knowledge", "confidence", "decided_by"):
            old.execute(f"ALTER TABLE participants DROP COLUMN {column}")
        old.execute("ALTER TABLE events DROP COLUMN place_region")
        old.execute("ALTER TABLE events DROP COLUMN meaning")
        old.execute("ALTER TABLE reports DROP COLUMN contexts")
        for table in ("links", "tellings", "stories", "former_events"):
            old.execute(f"DROP TABLE {table}")
        old.execute("CREATE VIEW event_list AS SELECT id FROM events")
        old.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
    with pytest.raises(LedgerError, match="older schema"):
        Ledger(path, read_only=True)
    with Ledger(path) as ledger:
        assert ledger.events().height == events
        assert ledger.sql("SELECT count(dead) FROM events").item() == 0
        ledger.add(coder.code_many(REPORTS), coder.version)


def test_records_come_back_whole(tmp_path: Path, coder: Coder) -> None:
    with Ledger(tmp_path / "x.duckdb") as ledger:
        (coded,) = coder.code_many(REPORTS[:1])
        ledger.add([coded], coder.version)
        kept = ledger.report("a")
        assert kept.report == REPORTS[0]
        assert kept == coded
        assert kept.contexts == coded.contexts
        row = ledger.events().row(0, named=True)
        assert row["actors"] == "RUS.GOV"
        assert row["evidence"] == REPORTS[0].text


def test_what_was_set_aside_is_listed_once(tmp_path: Path) -> None:
    with Ledger(tmp_path / "x.duckdb") as ledger:
        one = Rejected(source="a.txt", reason="is binary", advice="convert it")
        ledger.set_aside([one])
        ledger.set_aside([one])
        assert ledger.sql("SELECT source FROM rejected").to_series().to_list() == ["a.txt"]


def test_a_failed_write_leaves_the_ledger_as_it_was(tmp_path: Path, coder: Coder) -> None:
    with Ledger(tmp_path / "x.duckdb") as ledger:
        coded = list(coder.code_many(REPORTS))
        ledger.add(coded, coder.version)
        broken = coder.code(Report(text="France praised Chad.", id="c"))
        broken.append(broken[0])  # the same event twice breaks the key
        with pytest.raises(duckdb.ConstraintException):
            ledger.add([broken], coder.version)
        assert ledger.sql("SELECT id FROM reports ORDER BY id").to_series().to_list() == ["a", "b"]


def test_other_files_are_refused_with_advice(tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).execute("CREATE TABLE t (x INTEGER)").close()
    with pytest.raises(LedgerError, match="no Dragoman ledger"):
        Ledger(other)
    text = tmp_path / "notes.txt"
    text.write_text("x" * 5000)
    with pytest.raises(LedgerError, match=r"notes\.txt"):
        Ledger(text)
    with pytest.raises(LedgerError, match="no such ledger"):
        Ledger(tmp_path / "none.duckdb", read_only=True)
