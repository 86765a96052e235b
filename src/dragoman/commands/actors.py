"""`dragoman actors`: what the knowledge base knows, and whom it does not know."""

from __future__ import annotations

import csv
import sys
from datetime import date as date_
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dragoman.commands.failing import fail


def actors(
    words: Annotated[list[str] | None, typer.Argument(help="A name, or with --explain a mention's words.")] = None,
    actors: Annotated[list[Path] | None, typer.Option(help="CSV file of your own names, which go before ours.")] = None,
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that counts; today by default.")] = None,
    explain: Annotated[bool, typer.Option(help="Resolve the words as a mention, and say by which rule and row.")] = False,
    unresolved: Annotated[Path | None, typer.Option(help="Ledger whose unknown names to list, as CSV.")] = None,
    rows: Annotated[int, typer.Option(min=1, help="How many to list.")] = 30,
) -> None:
    """Search the knowledge base, explain how words are resolved, or list a ledger's unknown names.

    With --actors alone the file is checked. The list of --unresolved, most frequent names first, has the columns of such a
    file: fill in country and sector, drop the rows you do not want, and give it to `dragoman code --actors`.
    """
    from dragoman.actors.knowledge import KnowledgeError

    day = date.date() if date else datetime.now().date()
    own = actors or []
    try:
        if unresolved is not None:
            _unresolved(unresolved, own, rows)
        elif not words and own:
            from dragoman.actors.names import Names

            typer.echo(f"{Names(own).own:,} names of your own can be used")
        elif not words:
            fail("name whom to look for, or a ledger with --unresolved; see dragoman actors --help")
        elif explain:
            _explain(" ".join(words), day, own)
        else:
            _search(" ".join(words), day, own, rows)
    except KnowledgeError as error:
        fail(str(error))


def _search(name: str, day: date_, own: list[Path], rows: int) -> None:
    from dragoman.actors.names import Names
    from dragoman.actors.search import search
    from dragoman.showing import entry_table

    found = search(Names(own), name, day)
    if not found:
        typer.echo(f"nobody of the name {name!r}; try a part of it, or `dragoman actors --explain {name!r}`", err=True)
        raise typer.Exit(1)
    entry_table(found[:rows], len(found), day)


def _explain(words: str, day: date_, own: list[Path]) -> None:
    from dragoman.actors import Context, Names, Resolver
    from dragoman.actors.origins import Origins
    from dragoman.actors.resolver import COMMON
    from dragoman.places import gazetteer
    from dragoman.records import Span
    from dragoman.showing import actor_lines

    names = Names(own)
    context = Context(words, day, names.scan(words, day))
    actor = Resolver(names, Origins(gazetteer(), COMMON).country).resolve(Span(0, len(words), words), context)
    typer.echo("\n".join(actor_lines("mention", actor)))


def _unresolved(ledger: Path, own: list[Path], rows: int) -> None:
    from dragoman.actors import Names
    from dragoman.actors.knowledge.own import OWN_FIELDS
    from dragoman.actors.unresolved import unresolved
    from dragoman.ledger import Ledger, LedgerError

    try:
        with Ledger(ledger, read_only=True) as opened:
            parties = opened.unknown_parties()
    except LedgerError as error:
        fail(str(error))
    found = unresolved(parties, Names(own))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow((*OWN_FIELDS, "mentions", "reports", "now_coded", "example"))
    for one in found[:rows]:
        code = one.codes.most_common(1)[0][0]
        writer.writerow((one.name, "", "", "", "", "", "", one.mentions, len(one.reports), code, one.example))
    typer.echo(f"{len(found):,} unknown names", err=True)
