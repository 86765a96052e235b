"""Bytes to text, whatever their encoding."""

from __future__ import annotations

import charset_normalizer

BINARY_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"PK\x03\x04", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")


def decoded(raw: bytes) -> str | None:
    """The text of these bytes: UTF-8 or UTF-16 by their marks, else detected; None when they are no text."""
    if raw.startswith(BINARY_STARTS):
        return None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(raw[:200_000]).best()
        if best is None:
            return None
        text = raw.decode(best.encoding, errors="replace")
    head = text[:4000]
    strange = sum(c < " " and c not in "\t\n\r\f" for c in head)
    return None if strange > 0.02 * len(head) else text
