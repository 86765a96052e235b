"""Reports coded into a ledger, group by group, so that a run that is cut off at any moment goes on where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from dragoman.records import Coded, Report

if TYPE_CHECKING:
    from dragoman.coding import Coder
    from dragoman.ledger import Ledger

# Reports between two commits: a run that is cut off loses the work of no more than these.
COMMIT_EVERY = 256


def fill(
    ledger: Ledger | None, coder: Coder, reports: Iterable[Report], every: int = COMMIT_EVERY
) -> Iterator[tuple[list[Report], list[Coded]]]:
    """Code what the ledger lacks; yields each group of reports with what was coded of them, when it is written.

    Groups are cut by the input alone and written whole or not at all, so that a run taken up again codes the same groups and
    ends with the ledger of an undisturbed run. Without a ledger everything is coded and nothing kept.
    """
    waiting = iter(reports)
    while group := list(islice(waiting, every)):
        fresh = group
        if ledger is not None:
            known = ledger.known([r.id for r in group], coder.version)
            fresh = [r for r in group if r.id not in known]
        coded = list(coder.code_many(fresh))
        if ledger is not None:
            ledger.add(coded, coder.version)
        yield group, coded
