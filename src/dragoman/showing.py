"""Events and marked reports on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dragoman.actors.names import holds
from dragoman.records import Actor, Coded, Event, dated, table_row

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl

    from dragoman.actors.knowledge import Entry
    from dragoman.ledger import Ledger
    from dragoman.merging import Story
    from dragoman.records import Report

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


def explained(events: Coded, event: Event) -> None:
    """Print an event's report with its spans marked, and the reason for every code, date and place."""
    console, report = _console(), events.report
    text = Text(report.text)
    spans = [(event.trigger, f"bold {STYLES[event.quad]} reverse", event.type)]
    for role, actors in (("actor", event.actors), ("recipient", event.recipients), ("speaker", _speakers(event))):
        spans += [(actor.span, "underline", role) for actor in actors]
    spans += [(event.place.span, "italic", "place")] if event.place else []
    spans += [(event.when.span, "italic", "when")] if event.when.span else []
    for span, style, _ in spans:
        text.stylize(style, span.start, span.end)
    # Labels go in from the back, so that earlier offsets hold.
    for span, _, label in sorted(spans, key=lambda one: -one[0].end):
        text = Text.assemble(text[: span.end], (f"[{label}]", "dim"), text[span.end :])
    console.print(Text(f"{event.id} in {report.id}  {report.published or 'undated'}  {report.title or ''}", style="dim"))
    console.print(text)
    console.print(Text("\n".join(reasons(event))))


def reasons(event: Event) -> list[str]:
    """Why a record says what it says: a line for each of its codes, its date and its place."""

    def chance(value: float | None) -> str:
        return "" if value is None else f" ({value:.2f})"

    mode = f"{event.mode or 'no mode'}{chance(event.mode_probability)}"
    lines = [
        f"event      {event.type}, {mode}, {event.status}{chance(event.status_probability)}",
        f"           from {event.trigger.text!r}, characters {event.trigger.start} to {event.trigger.end}",
        f"           confidence {event.confidence:.2f}: the share of records of this confidence that are right",
        f"           {event.quad}, {event.score:+g} (plover.toml)",
    ]
    for role, actors in (("actor", event.actors), ("recipient", event.recipients), ("speaker", _speakers(event))):
        for actor in actors:
            lines += actor_lines(role, actor, imported=event.original is not None)
    when = event.when
    words = f"{when.span.text!r}" if when.span else "no words of its own"
    lines.append(f"when       {dated(when)} ({when.grain}), the report is of {event.published or 'no known day'}")
    lines.append(f"           from {words}: {when.rule or 'nothing tells'}{chance(when.role_probability)}")
    if event.place is not None:
        place = event.place
        named = ", ".join(filter(None, (place.name, place.region if place.region != place.name else None, place.country)))
        at = "" if place.latitude is None else f", {place.latitude:.2f} {place.longitude:.2f}"
        item = f", GeoNames {place.geonames}" if place.geonames else ""
        lines.append(f"place      {named} ({place.grain or 'unknown'}{at}{item})")
        lines.append(f"           from {place.span.text!r}: {place.rule}{chance(place.role_probability)}")
    numbers = ((event.dead, "dead"), (event.injured, "injured"), (event.arrested, "arrested"))
    lines += [f"{name:<10} {number:,}, from the sentence's own words" for number, name in numbers if number is not None]
    if event.category is not None:
        lines.append(f"category   {event.category} ({event.category_confidence:.2f}), nearest in meaning in your codebook")
    if event.contexts:
        lines.append(f"contexts   {', '.join(event.contexts)}, of the whole report")
    return lines


def actor_lines(role: str, actor: Actor, imported: bool = False) -> list[str]:
    """Who a party is and why; imported: another system's row says so, and no rule of ours was measured on it."""
    standing = "" if actor.role_probability is None else f"; in this role {actor.role_probability:.2f}"
    lines = [
        f"{role:<10} {actor.code}  {actor.name or actor.span.text}{f' ({actor.id})' if actor.id else ''}",
        f"           from {actor.span.text!r}{standing}",
        f"           country by rule: {actor.rule}" + ("" if imported else f", right in {actor.confidence:.2f} of cases"),
    ]
    if actor.row:
        lines.append(f"           {actor.row}")
    if actor.sector_rule:
        lines.append(f"           sector by rule: {actor.sector_rule}")
    return lines


def entry_table(found: Sequence[tuple[str, Entry]], total: int, day: dt.date) -> None:
    """Print entries of the knowledge base, those in force on the day in full strength."""
    shown = Table("name", "code", "kind", "since", "until", "id", "row")
    for _, entry in found:
        code = f"{entry.country}.{entry.sector}" if entry.sector else entry.country
        cells = (entry.name, code, entry.kind, str(entry.since or ""), str(entry.until or ""), entry.id, entry.row)
        shown.add_row(*map(Text, cells), style=None if holds(entry, day) else "dim")
    console = _console()
    console.print(shown)
    if total > len(found):
        console.print(f"{total - len(found):,} more: --rows shows more")


def story_list(stories: pl.DataFrame, rows: int) -> None:
    """Print stories, those with most tellings first."""
    ordered = stories.sort("tellings", "reports", "id", descending=[True, True, False])
    shown = Table("story", "when", "actors", "type", "recipients", "place", "tellings", "publishers", "dead", "they differ in")
    for row in ordered.head(rows or ordered.height).iter_rows(named=True):
        kind = (
            row["type"]
            + (f" ({row['mode']})" if row["mode"] else "")
            + ("" if row["status"] == "actual" else f", {row['status']}")
        )
        place = " ".join(filter(None, (row["place"], f"[{row['place_country']}]" if row["place_country"] else "")))
        cells = (
            row["id"][:8],
            str(row["first_day"] or "open"),
            "; ".join(row["actors"]) or "-",
            kind,
            "; ".join(row["recipients"]) or "-",
            place,
            str(row["tellings"]),
            str(row["publishers"]),
            "" if row["dead"] is None else f"{row['dead']:,}",
            ", ".join(json.loads(row["contradictions"] or "{}")),
        )
        shown.add_row(*(Text(cell, style=STYLES[row["quad"]]) if n == 3 else Text(cell) for n, cell in enumerate(cells)))
    console = _console()
    console.print(shown)
    if rows and ordered.height > rows:
        console.print(f"{ordered.height - rows:,} more stories: --rows 0 shows all")


def told(story: Story, tellings: Sequence[tuple[Report, Event]]) -> None:
    """Print a story and every telling of it."""
    console = _console()
    mode = f" ({story.mode})" if story.mode else ""
    console.print(
        Text(f"{story.id}  {story.type}{mode}: {'; '.join(story.actors) or '-'} -> {'; '.join(story.recipients) or '-'}")
    )
    seen = f"{story.reports} reports of {story.publishers} publishers, {story.first_seen} to {story.last_seen}"
    console.print(Text(f"    {story.first_day or 'open'} ({story.grain}); {story.place or 'no place'}; {seen}"))
    for field, values in story.contradictions.items():
        console.print(Text(f"    {field}: " + ", ".join(f"{value} ({count})" for value, count in values.items()), style="yellow"))
    for report, event in tellings:
        words = " ".join(event.evidence.text.split())
        told_by = report.publisher or report.source or report.id
        console.print(Text(f"{report.published or 'undated'}  {event.id[:8]}  {event.confidence:.2f}  {told_by}: {words}"))


def _speakers(event: Event) -> tuple[Actor, ...]:
    return (event.speaker,) if event.speaker else ()


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
