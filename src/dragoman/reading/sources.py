"""Find what is to be read and hand each file to the reader of its kind."""

from __future__ import annotations

import glob
import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from dragoman.reading import feeds, pages, tables, texts, warcs
from dragoman.reading.checks import MAX_CHARACTERS, checked
from dragoman.records import Rejected, Report

READERS = {
    ".txt": texts.read_text,
    ".md": texts.read_text,
    ".html": pages.read_page,
    ".htm": pages.read_page,
    ".jsonl": tables.read_jsonl,
    ".ndjson": tables.read_jsonl,
    ".csv": tables.read_csv,
    ".tsv": tables.read_csv,
    ".parquet": tables.read_parquet,
    ".warc": warcs.read_warc,
    ".rss": feeds.read_feed,
    ".atom": feeds.read_feed,
    ".xml": feeds.read_feed,
}
SUFFIXES = tuple(READERS)


def read(
    paths: Iterable[str | Path], columns: Mapping[str, str] | None = None, limit: int = MAX_CHARACTERS
) -> Iterator[Report | Rejected]:
    """Read reports from files, folders (with all below them), globs, or standard input ("-").

    columns: for tables, which column holds text, published, id, title or publisher; guessed from their names where
    not given. limit: a report longer than this many characters is set aside.
    """
    for path in paths:
        if str(path) == "-":
            raw = sys.stdin.buffer.read()
            yield from checked(texts.read_bytes(raw, "standard input"), limit)
            continue
        found = sorted(_files(str(path)))
        if not found:
            yield Rejected(source=str(path), reason="no such file, folder or match", advice="check the path")
        for file in found:
            yield from checked(_read_file(file, columns or {}, limit), limit)


def _files(path: str) -> Iterator[Path]:
    for name in [path] if Path(path).exists() else glob.glob(path, recursive=True):
        if Path(name).is_dir():
            # Hidden files are editors' and systems' own, and ledgers are what we write ourselves.
            yield from (
                p for p in Path(name).rglob("*") if p.is_file() and not p.name.startswith(".") and ".duckdb" not in p.name
            )
        else:
            yield Path(name)


def _read_file(path: Path, columns: Mapping[str, str], limit: int) -> Iterator[Report | Rejected]:
    suffixes = [s.lower() for s in path.suffixes]
    packed = bool(suffixes) and suffixes[-1] == ".gz"
    kind = (suffixes[-2] if packed and len(suffixes) > 1 else suffixes[-1]) if suffixes else ""
    reader = READERS.get(kind)
    if reader is None:
        known = " ".join(SUFFIXES)
        yield Rejected(
            source=str(path),
            reason=f"not a kind of file that is read ({kind or 'no ending'})",
            advice=f"convert it to one of {known} (each may be .gz)",
        )
        return
    one_report = kind in (".txt", ".md", ".html", ".htm")
    # Four bytes a character at most: a file over that is too long whatever its encoding, and need not be loaded.
    if one_report and not packed and path.stat().st_size > 4 * limit:
        yield too_long(str(path), path.stat().st_size, limit)
        return
    try:
        # A WARC file is packed record by record, and its reader unpacks it itself to know where each begins.
        with gzip.open(path) if packed and kind != ".warc" else path.open("rb") as stream:
            yield from reader(cast("IO[bytes]", stream), str(path), columns)
    except (OSError, EOFError, zlib.error) as error:
        yield Rejected(source=str(path), reason=f"cannot be read ({error})", advice="check the file and its permissions")


def too_long(source: str, size: int, limit: int) -> Rejected:
    """What is said of a file that is too large to be one report."""
    return Rejected(
        source=source,
        reason=f"{size:,} bytes is more than one report of {limit:,} characters can have",
        advice="split it into reports, one a file or one a JSONL line, or raise --max-characters",
    )
