"""Dragoman reads news reports and keeps the ledger of relations between states.

>>> from dragoman import Coder, Report
>>> events = Coder().code(Report(text="France expelled two Russian diplomats on Monday."))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dragoman.records import Actor, Coded, Event, Period, Place, Rejected, Report, Span

if TYPE_CHECKING:
    from dragoman.coding import Coder
    from dragoman.ledger import Ledger
    from dragoman.reading import read

__version__ = "0.4.0"
__all__ = ["Actor", "Coded", "Coder", "Event", "Ledger", "Period", "Place", "Rejected", "Report", "Span", "code", "read"]

# Loaded when first asked for, so that `dragoman --help` and reading records stay quick.
_LAZY = {"Coder": "dragoman.coding", "Ledger": "dragoman.ledger", "read": "dragoman.reading"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'dragoman' has no attribute {name!r}")


def code(text: str, published: Any = None) -> Coded:
    """Code one text with the packaged model; published: a datetime.date or None. For many texts keep a Coder."""
    from dragoman.coding import Coder

    return Coder().code(Report(text=text, published=published))
