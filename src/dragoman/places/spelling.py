"""How names of places are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources


@lru_cache(maxsize=1 << 16)
def plain(name: str) -> str:
    """A name for comparing: no accents, no case, apostrophes dropped, hyphens as spaces."""
    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if not unicodedata.combining(c)).lower()
    return " ".join(re.sub(r"['’`ʻʼ.]", "", text).replace("-", " ").split())


@cache
def not_places() -> frozenset[str]:
    """Words that are also some division's or town's name, but in the words of an actor tell nothing (not_places.txt)."""
    text = (resources.files(__package__ or "") / "not_places.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
