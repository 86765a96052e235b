"""Open, fill and read a ledger file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec
import pyarrow as pa

from dragoman.ledger.dissolving import forget
from dragoman.ledger.filters import Filter
from dragoman.ledger.rows import event_row, participant_rows, report_row
from dragoman.records import Coded, Event, Rejected, Report

if TYPE_CHECKING:
    import polars as pl

    from dragoman.merging import Story

SCHEMA_VERSION = "4"
# Scripts that bring an older ledger up by one version.
MIGRATIONS = {"1": ("migrate_1.sql", "2"), "2": ("migrate_2.sql", "3"), "3": ("migrate_3.sql", "4")}


# What DuckDB raises when the file system does not do what it should.
REFUSED = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.TransactionException)


class LedgerError(Exception):
    """The ledger file cannot be used; the message names it and says what to do."""


class Ledger:
    """One ledger file, made when it is not there yet. Use it with `with`, or call `close`.

    Raises LedgerError when the file is no ledger, is another schema's, is in use by a writer, or cannot be written.
    """

    def __init__(self, path: str | Path, read_only: bool = False) -> None:
        self.path = Path(path)
        if read_only and not self.path.exists():
            raise LedgerError(f"{self.path}: no such ledger; make one with `dragoman code REPORTS -o {self.path}`")
        try:
            self._connection = duckdb.connect(str(self.path), read_only=read_only)
        except duckdb.IOException as error:
            first = str(error).splitlines()[0]
            raise LedgerError(
                f"{self.path}: cannot be opened ({first}); is another run writing it, or the folder read-only?"
            ) from error
        except duckdb.Error as error:
            raise LedgerError(f"{self.path}: is no ledger ({str(error).splitlines()[0]}); name another file") from error
        tables = {row[0] for row in self._connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
        if not tables and not read_only:
            self._create()
        elif "meta" not in tables or "events" not in tables:
            self.close()
            raise LedgerError(f"{self.path}: is a DuckDB file but no Dragoman ledger; name another file")
        version = self._value("schema")
        if version in MIGRATIONS and not read_only:
            version = self._migrate(version)
        if version in MIGRATIONS:
            self.close()
            raise LedgerError(f"{self.path}: has the older schema {version}; `dragoman code` into it once brings it up to date")
        if version != SCHEMA_VERSION:
            self.close()
            raise LedgerError(f"{self.path}: has schema {version}, this Dragoman writes {SCHEMA_VERSION}; code into a new file")

    def _create(self) -> None:
        with self._transaction():
            self._run("schema.sql")
            self._run("event_list.sql")
            self._connection.execute("INSERT INTO meta VALUES ('schema', ?)", [SCHEMA_VERSION])

    def _migrate(self, version: str) -> str:
        """Bring an older ledger up, step by step, and make the view anew: all of it or nothing."""
        with self._transaction():
            self._connection.execute("DROP VIEW event_list")
            while version in MIGRATIONS:
                script, version = MIGRATIONS[version]
                self._run(script)
            self._run("event_list.sql")
            self._connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", [version])
        return version

    def _run(self, script: str) -> None:
        self._connection.execute((resources.files(__package__ or "") / script).read_text(encoding="utf-8"))

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection, self.path)

    def _value(self, key: str) -> str | None:
        rows = self._connection.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchall()
        return str(rows[0][0]) if rows else None

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Write what is open and let the file go."""
        self._connection.close()

    def known(self, ids: Sequence[str], version: str) -> set[str]:
        """Those of the reports that are in the ledger as coded by this very version."""
        rows = self._connection.execute(
            "SELECT id FROM reports WHERE version = ? AND list_contains(?, id)", [version, list(ids)]
        ).fetchall()
        return {row[0] for row in rows}

    def add(self, coded: Iterable[Coded], version: str) -> int:
        """Write reports and their events in one transaction; a report that is there already is replaced.

        What another version coded of it stays in former_events. Stories are found by `merge`.
        Returns the number of events written.
        """
        # A report that stands twice in the input is written once.
        latest = {one.report.id: one for one in coded}
        if not latest:
            return 0
        ids = list(latest)
        events = [event for one in latest.values() for event in one]
        with self._transaction():
            forget(self._connection, ids)
            self._connection.execute(
                "INSERT INTO former_events SELECT r.version, e.report, e.record FROM events e JOIN reports r ON r.id = e.report "
                "WHERE list_contains(?, e.report) AND r.version <> ?",
                [ids, version],
            )
            self._connection.execute(
                "DELETE FROM participants WHERE event IN (SELECT id FROM events WHERE list_contains(?, report))", [ids]
            )
            self._connection.execute("DELETE FROM events WHERE list_contains(?, report)", [ids])
            self._connection.execute("DELETE FROM reports WHERE list_contains(?, id)", [ids])
            self._insert("reports", [report_row(one, version) for one in latest.values()])
            self._insert("events", [event_row(event, one.meanings.get(event.id)) for one in latest.values() for event in one])
            self._insert("participants", [row for event in events for row in participant_rows(event)])
        return len(events)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open DuckDB connection, for what this class does not offer."""
        return self._connection

    def merge(self) -> int:
        """Find the stories of events that have none yet; returns how many stories were made or made anew."""
        from dragoman.ledger.stories import merge  # NumPy and the encoder's vectors, which reading a ledger needs none of

        with self._transaction():
            return merge(self._connection, self._insert)

    def stories(self, **words: Any) -> pl.DataFrame:
        """One row a story, oldest first, of which a telling fits; words: the fields of Filter."""
        condition, values = Filter(**words).where()
        return self.sql(
            "SELECT s.* FROM stories s WHERE s.id IN (SELECT t.story FROM tellings t JOIN events e ON e.id = t.event "
            f"JOIN reports r ON r.id = e.report WHERE {condition}) ORDER BY s.first_day NULLS LAST, s.id",
            values,
        )

    def story(self, story_id: str) -> tuple[Story, list[tuple[Report, Event]]]:
        """The story whose id begins so, with its tellings, the first told first. Raises LedgerError for none or several."""
        rows = self._connection.execute("SELECT id FROM stories WHERE starts_with(id, ?) LIMIT 2", [story_id]).fetchall()
        if len(rows) != 1:
            found = "several stories' ids begin with" if rows else "no story"
            raise LedgerError(f"{self.path}: {found} {story_id!r}; list them with `dragoman stories {self.path}`")
        events = [
            self.event(row[0])
            for row in self._connection.execute("SELECT event FROM tellings WHERE story = ?", [rows[0][0]]).fetchall()
        ]
        tellings = sorted(((coded.report, event) for coded, event in events), key=lambda one: (str(one[0].published), one[1].id))
        from dragoman.merging import story_of

        return story_of([(event, report) for report, event in tellings]), tellings

    def reports(self, **words: Any) -> pl.DataFrame:
        """One row a report with its number of events that fit, oldest first; all reports without words (the fields of Filter)."""
        condition, values = Filter(**words).where()
        return self.sql(
            "SELECT r.id, r.published, r.title, r.source, r.publisher, r.text, r.contexts, r.version, "
            f"count(e.id) FILTER (WHERE {condition}) AS events FROM reports r LEFT JOIN events e ON e.report = r.id "
            f"GROUP BY ALL {'HAVING events > 0' if words else ''} ORDER BY r.published NULLS LAST, r.id",
            values,
        )

    def versions(self) -> pl.DataFrame:
        """The versions that coded what the ledger holds, with numbers of reports and events; `current`: still in use."""
        return self.sql(
            "SELECT r.version, true AS current, count(DISTINCT r.id) AS reports, count(e.id) AS events FROM reports r "
            "LEFT JOIN events e ON e.report = r.id GROUP BY ALL UNION ALL "
            "SELECT version, false, count(DISTINCT report), count(*) FROM former_events GROUP BY version "
            "ORDER BY current DESC, version"
        )

    def former(self, version: str) -> list[Event]:
        """The events of reports coded anew since, as this version had them."""
        rows = self._connection.execute(
            "SELECT record FROM former_events WHERE version = ? ORDER BY report", [version]
        ).fetchall()
        return [msgspec.json.decode(row[0], type=Event) for row in rows]

    def drop_former(self, version: str) -> None:
        """Forget what an older version coded."""
        with self._transaction():
            self._connection.execute("DELETE FROM former_events WHERE version = ?", [version])

    def snapshot(self, path: str | Path) -> Path:
        """A copy of the ledger as it is now in a new file, for others to read while this one is written; returns its path."""
        copy = Path(path)
        if copy.exists():
            raise LedgerError(f"{copy}: is there already; name another file for the copy, or remove it")
        (name,) = self._connection.execute("SELECT current_database()").fetchone() or ("",)
        quoted = str(copy).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS copied")
        self._connection.execute(f'COPY FROM DATABASE "{name}" TO copied')
        self._connection.execute("DETACH copied")
        return copy

    def set_aside(self, rejected: Sequence[Rejected]) -> None:
        """List what could not be read, once a source and place."""
        with self._transaction():
            for one in rejected:
                self._connection.execute(
                    "DELETE FROM rejected WHERE source = ? AND place IS NOT DISTINCT FROM ?", [one.source, one.place]
                )
            self._insert("rejected", [msgspec.structs.asdict(one) for one in rejected])

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        # The table's own types, since a batch may hold nothing but nulls in a column.
        described = self._frame(f"SELECT * FROM {table} LIMIT 0").schema
        batch = pa.Table.from_pylist(rows, schema=described)
        self._connection.register("incoming", batch)
        names = ", ".join(described.names)
        self._connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM incoming")
        self._connection.unregister("incoming")

    def sql(self, query: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """The result of any SQL query as a Polars frame."""
        import polars as pl  # a tenth of a second to import, which writing a ledger need not pay

        frame = pl.from_arrow(self._frame(query, parameters))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def _frame(self, query: str, parameters: Sequence[object] = ()) -> pa.Table:
        # A cursor of its own for each question, so that several threads may ask at once.
        result = self._connection.cursor().sql(query, params=list(parameters) or None)
        if result is None:
            raise LedgerError(f"{self.path}: this statement returns no rows: {query}")
        return result.to_arrow_table()

    def events(self, **words: Any) -> pl.DataFrame:
        """One row an event (view event_list), oldest first; words: the fields of Filter, such as since=, actor="CHN"."""
        condition, values = Filter(**words).where()
        return self.sql(
            "SELECT * FROM event_list WHERE id IN (SELECT e.id FROM events e JOIN reports r ON r.id = e.report "
            f"WHERE {condition}) ORDER BY first_day NULLS LAST, report, id",
            values,
        )

    def records(self, **words: Any) -> Iterator[tuple[Report, Event]]:
        """Every event whole, with its report, in order of reports and of their texts; words: the fields of Filter."""
        condition, values = Filter(**words).where()
        # A cursor of its own, so that the ledger can be asked other things between two records.
        cursor = self._connection.cursor()
        cursor.execute(
            "SELECT r.text, r.published, r.id, r.title, r.source, r.publisher, e.record "
            "FROM events e JOIN reports r ON r.id = e.report "
            f"WHERE {condition} ORDER BY r.published NULLS LAST, r.id, e.trigger_start, e.id",
            values,
        )
        while rows := cursor.fetchmany(1000):
            for row in rows:
                report = Report(text=row[0], published=row[1], id=row[2], title=row[3], source=row[4], publisher=row[5])
                yield report, msgspec.json.decode(row[6], type=Event)

    def report(self, report_id: str) -> Coded:
        """One report with its events in order of its text. Raises LedgerError when there is none of this id."""
        rows = self._connection.execute(
            "SELECT text, published, id, title, source, publisher, notes, contexts FROM reports WHERE id = ?", [report_id]
        ).fetchall()
        if not rows:
            raise LedgerError(f"{self.path}: no report {report_id!r}; list them with `dragoman show {self.path}`")
        row = rows[0]
        report = Report(text=row[0], published=row[1], id=row[2], title=row[3], source=row[4], publisher=row[5])
        records = self._connection.execute(
            "SELECT record FROM events WHERE report = ? ORDER BY trigger_start, id", [report_id]
        ).fetchall()
        events = [msgspec.json.decode(record[0], type=Event) for record in records]
        return Coded(report, events, tuple(row[6].split("; ")) if row[6] else (), tuple(row[7] or ()))

    def unknown_parties(self) -> list[tuple[str, str, str]]:
        """(words, report, code) of every party that no row of the knowledge base decided; imported events bring their codes."""
        return self._connection.execute(
            "SELECT p.words, e.report, CASE WHEN p.sector = '' THEN p.country ELSE p.country || '.' || p.sector END "
            "FROM participants p JOIN events e ON e.id = p.event JOIN reports r ON r.id = e.report "
            "WHERE p.knowledge IS NULL AND r.version NOT LIKE '% import' ORDER BY e.report, p.span_start"
        ).fetchall()

    def event(self, event_id: str) -> tuple[Coded, Event]:
        """The event whose id begins so, and its report. Raises LedgerError when there is none or several."""
        rows = self._connection.execute("SELECT id, report FROM events WHERE starts_with(id, ?) LIMIT 2", [event_id]).fetchall()
        if len(rows) != 1:
            found = "several events' ids begin with" if rows else "no event"
            raise LedgerError(f"{self.path}: {found} {event_id!r}; the ids stand in the view event_list and in `dragoman show`")
        coded = self.report(rows[0][1])
        return coded, next(event for event in coded if event.id == rows[0][0])


class _Transaction:
    """All or nothing. What the disk refuses becomes a LedgerError, and the file stays as it was at the last commit."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection, self._path = connection, path

    def __enter__(self) -> None:
        self._connection.execute("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._connection.execute("COMMIT" if kind is None else "ROLLBACK")
        except duckdb.Error as refused:
            error = error or refused
        if isinstance(error, REFUSED):
            raise LedgerError(
                f"{self._path}: cannot be written ({str(error).splitlines()[0]}); is the disk full? "
                "What was written before is kept: make room and run the same command again"
            ) from error
