import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from dragoman import Coder, Ledger, Report
from dragoman.ledger import FilterError

REPORTS = [
    Report(text="Russia expelled two Polish diplomats on Monday.", published=dt.date(2025, 9, 2), id="expelled"),
    Report(text="China and India held talks in Moscow on Tuesday.", published=dt.date(2025, 7, 15), id="met"),
    Report(text="Ukrainian drones struck an oil depot in Russia overnight.", published=dt.date(2025, 8, 1), id="struck"),
]  # fmt: skip


@pytest.fixture(scope="module")
def ledger(coder: Coder, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = Ledger(tmp_path_factory.mktemp("filters") / "x.duckdb")
    ledger.add(coder.code_many(REPORTS), coder.version)
    return ledger


@pytest.mark.parametrize(
    ("words", "reports"),
    [
        ({}, ["met", "struck", "expelled"]),
        ({"since": dt.date(2025, 7, 20)}, ["struck", "expelled"]),
        ({"until": dt.date(2025, 7, 20)}, ["met"]),
        ({"actor": "RUS"}, ["expelled"]),
        ({"actor": "RUS,UKR"}, ["struck", "expelled"]),
        ({"actor": ".MIL"}, ["struck"]),
        ({"recipient": "POL"}, ["expelled"]),
        # Who met is both: the mutual act is found from either side.
        ({"actor": "CHN", "recipient": "IND"}, ["met"]),
        ({"actor": "IND", "recipient": "CHN"}, ["met"]),
        ({"type": "SANCTION.expel, CONSULT"}, ["met", "expelled"]),
        ({"type": "ASSAULT", "place": "RUS"}, ["struck"]),
        ({"min_confidence": 1.0}, []),
    ],
)
def test_the_words_choose_the_events(ledger: Ledger, words: dict[str, object], reports: list[str]) -> None:
    assert ledger.events(**words)["report"].unique(maintain_order=True).to_list() == reports
    assert sorted({report.id for report, _ in ledger.records(**words)}) == sorted(reports)


def test_threads_may_ask_at_once(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda n: ledger.events(min_confidence=n % 2 / 10).height, range(64)))
    assert len(set(counts)) == 1


def test_the_ledger_can_be_asked_between_two_records(ledger: Ledger) -> None:
    assert [ledger.report(report.id).report for report, _ in ledger.records()] == [report for report, _ in ledger.records()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"actor": "China"}, "expected COUNTRY"),
        ({"type": "WAR"}, "expected one of AGREE"),
        ({"type": "ASSAULT.visit"}, "has the modes"),
        ({"status": "maybe"}, "expected one of actual"),
        ({"min_confidence": 80}, "from 0 to 1"),
        ({"since": dt.date(2025, 2, 1), "until": dt.date(2025, 1, 1)}, "exchange"),
    ],
)
def test_words_that_mean_nothing_are_refused(ledger: Ledger, words: dict[str, object], message: str) -> None:
    with pytest.raises(FilterError, match=message):
        ledger.events(**words)
