"""The field's published event data, out of a ledger and into one: POLECAT, GDELT 2.0, ICEWS, Phoenix, PLOVER JSON.

Besides them CSV, Parquet, JSON lines and GraphML, which are written only. What each holds and loses: docs/formats.md.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dragoman.formats import gdelt, graphml, icews, phoenix, plover_json, polecat, tables
from dragoman.formats.files import Line, members, written
from dragoman.ledger.filters import Filter
from dragoman.records import Coded, Rejected

if TYPE_CHECKING:
    from dragoman.ledger import Ledger

__all__ = ["EXPORTS", "IMPORTS", "FormatError", "export", "read_events"]

# Records, stream, dyadic, every status, what was left out -> rows written.
WRITERS: dict[str, Callable[..., int]] = {
    "polecat": polecat.FORMAT.write,
    "gdelt": gdelt.FORMAT.write,
    "icews": icews.FORMAT.write,
    "phoenix": phoenix.FORMAT.write,
    "plover-json": plover_json.write,
    "csv": tables.write_csv,
    "parquet": tables.write_parquet,
    "jsonl": tables.write_jsonl,
    "graphml": graphml.write,
}
# In the order in which they are tried on a file's first lines.
READERS: dict[str, Any] = {
    "plover-json": plover_json,
    "polecat": polecat.FORMAT,
    "icews": icews.FORMAT,
    "gdelt": gdelt.FORMAT,
    "phoenix": phoenix.FORMAT,
}
# Lines by which the format of a file is recognised.
TRIED = 20
EXPORTS = tuple(WRITERS)
IMPORTS = tuple(READERS)


class FormatError(ValueError):
    """No such format; the message says which there are."""


def export(
    ledger: Ledger,
    format: str,
    out: str | Path | IO[str],
    *,
    dyadic: bool = False,
    left_out: Counter[str] | None = None,
    **words: Any,
) -> int:
    """Write the events of a ledger in one of EXPORTS, streaming; returns the rows written (for graphml the edges).

    out: a path, or a text stream (not for parquet). A path ending in .gz is packed; the file takes its name only when all of it
    is written. dyadic: a row for every actor with every recipient, or ordered two of a mutual act.
    words: the fields of Filter, such as since=, actor="CHN". left_out: is given what the format cannot tell, counted:
    undated, hypothetical, negated and historical events, unless `status` asks for these by name.
    Raises FormatError and FilterError.
    """
    if format not in WRITERS:
        raise FormatError(f"no format {format!r} to export to; there are {', '.join(EXPORTS)}")
    Filter(**words)  # so that a wrong word is told before a file is touched
    left_out = Counter() if left_out is None else left_out
    with written(out, binary=format == "parquet") as stream:
        return WRITERS[format](ledger.records(**words), stream, dyadic, bool(words.get("status")), left_out)


def read_events(path: str | Path, format: str | None = None) -> Iterator[Coded | Rejected]:
    """The events of a file, plain, .gz or .zip, each with a report of its own; what is no record as a Rejected with its place.

    format: one of IMPORTS; recognised by the first lines when None. A row whose act PLOVER has no type for (CAMEO 01 and 02)
    comes as a Coded without events that says so in its notes. Raises FormatError.
    """
    if format is not None and format not in READERS:
        raise FormatError(f"no format {format!r} to import from; there are {', '.join(IMPORTS)}")
    path = Path(path)
    try:
        for source, lines in members(path):
            yield from _read(source, lines, format)
    except FileNotFoundError:
        yield Rejected(source=str(path), reason="no such file", advice="check the path")
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        yield Rejected(source=str(path), reason=f"cannot be read ({error})", advice="check the file and its permissions")


def _read(source: str, lines: Iterator[Line], format: str | None) -> Iterator[Coded | Rejected]:
    head = list(islice((line for line in lines if line[1] is None or line[1].strip()), 1 if format else TRIED))
    if not head:
        yield Rejected(source=source, reason="holds no row", advice="leave it out or fetch it again")
        return
    # The first line may itself be malformed, which should not cost the others.
    name = format or next((found for _, text in head if text and (found := recognise(text))), None)
    if name is None:
        advice = f"name the format with --format, one of {', '.join(IMPORTS)}"
        yield Rejected(source=source, reason="its first lines are of no known format", advice=advice)
        return
    yield from READERS[name].read(chain(head, lines), source)


def recognise(line: str) -> str | None:
    """The format that a heading or a row is of, None when it is none we know."""
    return next((name for name, reader in READERS.items() if reader.recognises(line)), None)
