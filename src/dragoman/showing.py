"""Events and marked reports on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.records import Coded, Event, table_row

if TYPE_CHECKING:
    from dragoman.ledger import Ledger

COLUMNS = ("when", "actors", "type", "recipients", "place", "conf.", "words of the report")
STYLES = {"verbal cooperation": "cyan", "material cooperation": "green", "verbal conflict": "yellow", "material conflict": "red"}


def _console() -> Console:
    # A pipe has no width of its own; rows should not be cut to 80 columns there.
    return Console() if sys.stdout.isatty() else Console(width=180)


def table(events: Sequence[Event], total: int) -> None:
    """Print events as a table, and how many more there are."""
    shown = Table(*COLUMNS[:-1], show_lines=True)
    shown.add_column(COLUMNS[-1], max_width=70)
    for event in events:
        *cells, words = table_row(event)
        cells[2] = f"[{STYLES[event.quad]}]{cells[2]}[/]"
        shown.add_row(*(cell if i == 2 else Text(cell) for i, cell in enumerate(cells)), Text(words))
    console = _console()
    console.print(shown)
    if total > len(events):
        console.print(f"{total - len(events):,} more events: --rows 0 shows all")


def marked(events: Coded) -> None:
    """Print a report's text with numbered triggers and parties underlined, then each event under its number."""
    console, report = _console(), events.report
    text = Text(report.text)
    for event in events:
        text.stylize(f"bold {STYLES[event.quad]} reverse", event.trigger.start, event.trigger.end)
        for actor in (*event.actors, *event.recipients):
            text.stylize("underline", actor.span.start, actor.span.end)
    # Numbers go in from the back, so that earlier offsets hold.
    for number, event in sorted(enumerate(events, 1), key=lambda pair: -pair[1].trigger.start):
        text = Text.assemble(text[: event.trigger.end], (f"[{number}]", "bold"), text[event.trigger.end :])
    console.print(Text(f"{report.id}  {report.published or 'undated'}  {report.title or ''}  {report.source or ''}", style="dim"))
    console.print(text)
    if events.contexts:
        console.print(Text(f"about {', '.join(events.contexts)}", style="dim"))
    for number, event in enumerate(events, 1):
        when, actors, kind, recipients, place, confidence, _ = table_row(event)
        line = f"[{number}] {kind}: {actors} -> {recipients}"
        details = [f"when {when} ({event.when.grain}; {event.when.rule})"]
        if place:
            details.append(f"place {place}")
        if event.speaker:
            details.append(f"on the word of {event.speaker.span.text} [{event.speaker.code}]")
        numbers = ((event.dead, "dead"), (event.injured, "injured"), (event.arrested, "arrested"))
        details += [f"{number:,} {words}" for number, words in numbers if number is not None]
        if event.category is not None:
            details.append(f"category {event.category} ({event.category_confidence:.2f})")
        details.append(f"confidence {confidence}")
        console.print(Text(line, style=STYLES[event.quad]))
        console.print(Text("    " + "; ".join(details)))


def report_list(ledger: Ledger, rows: int) -> None:
    """Print the ledger's reports with their number of events, and what was set aside."""
    limit = f" LIMIT {rows}" if rows else ""
    found = ledger.sql(
        "SELECT r.id, r.published, coalesce(r.title, substr(r.text, 1, 80)) AS title, r.source, count(e.id) AS events "
        "FROM reports r LEFT JOIN events e ON e.report = r.id GROUP BY ALL ORDER BY r.published, r.id" + limit
    )
    console = _console()
    shown = Table("report", "date", "title or beginning", "source", "events")
    for row in found.iter_rows():
        shown.add_row(*(Text(" ".join(str(cell if cell is not None else "").split())) for cell in row))
    console.print(shown)
    for row in ledger.sql("SELECT source, place, reason, advice FROM rejected").iter_rows():
        console.print(Text(f"set aside: {', '.join(filter(None, row[:2]))}: {row[2]}; {row[3]}"))
