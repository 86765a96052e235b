"""The ledger: one DuckDB file with reports, events, participants and what was set aside.

Not for merging tellings or for exports to other systems' forms.
"""

from dragoman.ledger.filters import Filter, FilterError
from dragoman.ledger.store import Ledger, LedgerError

__all__ = ["Filter", "FilterError", "Ledger", "LedgerError"]
