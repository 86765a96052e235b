"""What becomes of stories when reports are coded anew."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb


def forget(connection: duckdb.DuckDBPyConnection, reports: Sequence[str]) -> None:
    """Dissolve the stories that these reports tell, before their events go; what else told them is new again."""
    ids = [list(reports)]
    gone = "SELECT id FROM events WHERE list_contains(?, report)"
    connection.execute(f"DELETE FROM links WHERE one IN ({gone}) OR other IN ({gone})", ids * 2)
    dissolve(connection, gone, list(reports))


def dissolve(connection: duckdb.DuckDBPyConnection, events: str, listed: Sequence[str]) -> None:
    """Take apart the stories told by the events that a query finds; listed: the list its one parameter stands for."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE dissolved AS SELECT DISTINCT story FROM tellings WHERE event IN ({events})", [list(listed)]
    )
    for table, column in (("stories", "id"), ("tellings", "story")):
        connection.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT story FROM dissolved)")
