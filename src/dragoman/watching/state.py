"""What was seen, what waits to be coded, and when who is asked again: an SQLite file beside the ledger.

An item waits here, whole, from the moment its feed was read until the ledger has it; so a kill at any moment loses
nothing. Not for reports that are coded: they are the ledger's.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from dragoman.records import Report

# An item that no feed has listed for so long (seconds) is forgotten; the ledger would still know it.
FORGET = 90 * 24 * 3600.0
TABLES = """
CREATE TABLE IF NOT EXISTS feeds (url TEXT PRIMARY KEY, etag TEXT, modified TEXT, due REAL, failures INTEGER);
CREATE TABLE IF NOT EXISTS items (            -- report: JSON while it waits, NULL once the ledger has it
    id TEXT PRIMARY KEY, feed TEXT, listed REAL, report TEXT, due REAL DEFAULT 0, tries INTEGER DEFAULT 0);
CREATE INDEX IF NOT EXISTS waiting ON items (due) WHERE report IS NOT NULL;
CREATE TABLE IF NOT EXISTS hosts (host TEXT PRIMARY KEY, until REAL, failures INTEGER);
"""


class StateError(Exception):
    """The file cannot be used; the message names it and says what to do."""


class FeedState(NamedTuple):
    """What is known of a feed: its validators, when it is due (seconds of the epoch), and failures in a row."""

    etag: str | None = None
    modified: str | None = None
    due: float = 0.0
    failures: int = 0


class HostState(NamedTuple):
    """Until when (seconds of the epoch) a host is left alone, and its failures in a row."""

    until: float = 0.0
    failures: int = 0


class Waiting(NamedTuple):
    """An item that is to be coded: the feed it came by, and how often its page was tried."""

    feed: str
    report: Report
    tries: int


class State:
    """The file's tables, held alone: a second watch on the same ledger is turned away.

    path: made when it is not there. anew: forget what was seen, since the ledger is not there any more.
    Raises StateError when the file is in use or is none of this kind.
    """

    def __init__(self, path: Path, anew: bool = False) -> None:
        try:
            self._base = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
            self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._base.executescript(f"BEGIN EXCLUSIVE; {TABLES} COMMIT;")
            if anew:
                self._base.executescript(
                    "BEGIN; UPDATE feeds SET etag = NULL, modified = NULL, due = 0; DELETE FROM items; COMMIT;"
                )
        except sqlite3.OperationalError as error:
            raise StateError(
                f"{path}: cannot be used ({error}); does another `dragoman watch` fill this ledger, or is there no such folder?"
            ) from error
        except sqlite3.DatabaseError as error:
            raise StateError(f"{path}: is no state of `dragoman watch` ({error}); remove it or name another ledger") from error

    def close(self) -> None:
        """Let the file go."""
        self._base.close()

    def feed(self, url: str) -> FeedState:
        """What is known of a feed."""
        row = self._base.execute("SELECT etag, modified, due, failures FROM feeds WHERE url = ?", [url]).fetchone()
        return FeedState(*row) if row else FeedState()

    def polled(self, url: str, state: FeedState, items: Sequence[Report] = ()) -> int:
        """Keep what a poll brought: the feed's state and, to wait, the items never seen before. Returns their number."""
        now = time.time()
        with self._transaction():
            self._base.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?, ?, ?, ?)", [url, *state])
            before = self._base.total_changes
            rows = [(item.id, url, now, msgspec.json.encode(item).decode()) for item in items]
            self._base.executemany("INSERT OR IGNORE INTO items (id, feed, listed, report) VALUES (?, ?, ?, ?)", rows)
            new = self._base.total_changes - before
            self._base.executemany("UPDATE items SET listed = ? WHERE id = ?", [(now, row[0]) for row in rows])
            self._base.execute("DELETE FROM items WHERE report IS NULL AND listed < ?", [now - FORGET])
        return new

    def waiting(self) -> list[Waiting]:
        """The items that can be coded now, in the order in which they came."""
        rows = self._base.execute(
            "SELECT feed, report, tries FROM items WHERE report IS NOT NULL AND due <= ? ORDER BY rowid", [time.time()]
        ).fetchall()
        return [Waiting(feed, msgspec.json.decode(report, type=Report), tries) for feed, report, tries in rows]

    def postpone(self, item: str, due: float, tried: bool) -> None:
        """Leave an item until a later time (seconds of the epoch); tried: its page was asked for."""
        self._base.execute("UPDATE items SET due = ?, tries = tries + ? WHERE id = ?", [due, tried, item])

    def done(self, items: Iterable[str]) -> None:
        """These are in the ledger, as reports or among the rejected: they are seen, and wait no more."""
        with self._transaction():
            self._base.executemany("UPDATE items SET report = NULL WHERE id = ?", [(item,) for item in items])

    def next_due(self, urls: Sequence[str]) -> float:
        """When the next of these feeds or of the waiting items is due, in seconds of the epoch."""
        found = self._base.execute("SELECT min(due) FROM items WHERE report IS NOT NULL").fetchone()[0]
        return min([self.feed(url).due for url in urls] + ([float(found)] if found is not None else []))

    def host(self, host: str) -> HostState:
        """What is known of a host."""
        row = self._base.execute("SELECT until, failures FROM hosts WHERE host = ?", [host]).fetchone()
        return HostState(*row) if row else HostState()

    def keep_host(self, host: str, state: HostState) -> None:
        """Remember it."""
        self._base.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?)", [host, *state])

    def _transaction(self) -> _Transaction:
        return _Transaction(self._base)


class _Transaction:
    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def __enter__(self) -> None:
        self._base.execute("BEGIN")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._base.execute("COMMIT" if kind is None else "ROLLBACK")
