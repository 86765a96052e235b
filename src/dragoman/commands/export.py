"""`dragoman export`: a ledger's events in the columns of another system."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from dragoman.commands.failing import fail
from dragoman.commands.words import (
    ActorWord,
    LeastConfidence,
    PlaceWord,
    RecipientWord,
    Since,
    StatusWord,
    TypeWord,
    Until,
    filter_words,
)


def export_events(
    ledger: Annotated[Path, typer.Argument(help="Ledger file.")],
    format: Annotated[
        str,
        typer.Option("--format", "-f", help="polecat, gdelt, icews, phoenix, plover-json, csv, parquet, jsonl or graphml."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write (.gz packs it), or - for standard output.")],
    dyadic: Annotated[bool, typer.Option("--dyadic", help="A row for every actor with every recipient.")] = False,
    since: Since = None,
    until: Until = None,
    actor: ActorWord = None,
    recipient: RecipientWord = None,
    type: TypeWord = None,
    status: StatusWord = None,
    place: PlaceWord = None,
    min_confidence: LeastConfidence = 0.0,
) -> None:
    """Write a ledger's events in the columns of another system (docs/formats.md says what each holds).

    Exit status: 0 when rows were written, 1 when no event fits, 2 when nothing could be done.
    """
    from dragoman.formats import FormatError, export
    from dragoman.ledger import FilterError, Ledger, LedgerError

    left_out: Counter[str] = Counter()
    piped = str(output) == "-"
    if piped and format == "parquet":
        fail("parquet cannot go to standard output; name a file with -o")
    try:
        with Ledger(ledger, read_only=True) as opened:
            count = export(
                opened,
                format,
                sys.stdout if piped else output,
                dyadic=dyadic,
                left_out=left_out,
                **filter_words(since, until, actor, recipient, type, status, place, min_confidence),
            )
    except (FormatError, FilterError, LedgerError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{output}: cannot be written ({error.strerror or error}); check the folder and its permissions")
    parts = [f"{count:,} {'edges' if format == 'graphml' else 'rows'}" if count else "no event of the ledger fits"]
    parts += [f"left out: {number:,} {what}" for what, number in left_out.most_common()]
    typer.echo("; ".join(parts), err=True)
    raise typer.Exit(0 if count else 1)
