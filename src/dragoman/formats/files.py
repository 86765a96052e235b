"""Files of event data, plain, .gz or .zip: line by line, whatever their encoding, never whole in memory."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

# Bytes of a line beyond which it is no row.
LONGEST = 4 * 1024 * 1024

# A numbered line; its text is None when it is too long to be one.
Line = tuple[int, str | None]


def members(path: Path) -> Iterator[tuple[str, Iterator[Line]]]:
    """The texts in a file: one, or as many as a .zip holds; each by name with its lines.

    Raises OSError, EOFError, zlib.error or zipfile.BadZipFile for a file that cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith("/") or name.startswith("__MACOSX"):
                    continue
                try:
                    stream = archive.open(name)
                except RuntimeError as error:  # what zipfile says of a password or of a packing that it does not know
                    raise OSError(f"{name}: {error}") from error
                with stream:
                    yield f"{path}/{name}", _lines(stream)
        return
    with cast("IO[bytes]", gzip.open(path) if suffix == ".gz" else path.open("rb")) as stream:
        yield str(path), _lines(stream)


def _lines(stream: IO[bytes]) -> Iterator[Line]:
    number = 0
    while raw := stream.readline(LONGEST):
        number += 1
        whole = raw.endswith(b"\n") or len(raw) < LONGEST
        while not whole:
            rest = stream.readline(LONGEST)
            whole = rest.endswith(b"\n") or len(rest) < LONGEST
            raw = b""
        yield number, _decoded(raw, first=number == 1) if raw else None


def _decoded(raw: bytes, first: bool) -> str:
    """A line as UTF-8, or else as ISO-8859-1, in which some POLECAT files were written, without its end."""
    if first:
        raw = raw.removeprefix(b"\xef\xbb\xbf")
    raw = raw.removesuffix(b"\n").removesuffix(b"\r")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


@contextmanager
def written(out: str | Path | IO[str], binary: bool = False) -> Iterator[IO[Any]]:
    """What to write to: a stream as it is, or a path (.gz packs text), which takes its name only when all went well."""
    if not isinstance(out, str | Path):
        yield out
        return
    path = Path(out)
    part = path.with_name(path.name + ".part")
    try:
        with cast("IO[bytes]", gzip.open(part, "wb") if path.suffix == ".gz" and not binary else part.open("wb")) as raw:
            if binary:
                yield raw
            else:
                with io.TextIOWrapper(raw, encoding="utf-8", newline="") as stream:
                    yield stream
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
