import datetime as dt
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman import Coder, Ledger, Report
from dragoman.merging import clusters
from dragoman.merging.copies import copies

DAY = dt.date(2024, 3, 12)
WIRE = "Turkish Foreign Minister Hakan Fidan met Iraqi Prime Minister Mohammed Shia al-Sudani in Baghdad on Tuesday."
TOLD = [
    Report(text=WIRE, published=DAY, id="wire", publisher="A"),
    Report(text=WIRE + " Reporting by our staff.", published=DAY, id="copy", publisher="B"),
    Report(
        text="Iraqi Prime Minister Mohammed Shia al-Sudani met Turkish Foreign Minister Hakan Fidan in Baghdad.",
        published=DAY + dt.timedelta(days=1),
        id="rewrite",
        publisher="C",
    ),
    Report(text="A car bomb killed 10 people in Mosul, Iraq, on Tuesday.", published=DAY, id="bomb-10"),
    Report(text="A car bomb killed 14 people in Mosul, Iraq, on Tuesday.", published=DAY + dt.timedelta(days=1), id="bomb-14"),
    Report(text="Police in Nairobi arrested 30 protesters on Tuesday.", published=DAY, id="kenya"),
    Report(text="Police in Lagos arrested 12 protesters on Tuesday.", published=DAY, id="nigeria"),
]


def stories(ledger: Ledger) -> dict[str, set[str]]:
    """Reports by story."""
    rows = ledger.sql("SELECT t.story, e.report FROM tellings t JOIN events e ON e.id = t.event").iter_rows()
    found: dict[str, set[str]] = {}
    for story, report in rows:
        found.setdefault(story, set()).add(report)
    return found


@pytest.fixture
def ledger(tmp_path: Path, coder: Coder) -> Ledger:
    ledger = Ledger(tmp_path / "x.duckdb")
    ledger.add(coder.code_many(TOLD), coder.version)
    ledger.merge()
    return ledger


def test_one_happening_told_three_times_is_one_story(ledger: Ledger) -> None:
    assert {"wire", "copy", "rewrite"} in stories(ledger).values()
    (row,) = ledger.stories(actor="TUR").to_dicts()
    assert (row["type"], row["tellings"], row["reports"], row["publishers"]) == ("CONSULT", 3, 3, 3)
    assert (row["first_seen"], row["last_seen"]) == (DAY, DAY + dt.timedelta(days=1))
    assert row["place"] == "Baghdad"


def test_contradictions_stay_visible(ledger: Ledger) -> None:
    assert {"bomb-10", "bomb-14"} in stories(ledger).values()
    (row,) = ledger.stories(type="ASSAULT").to_dicts()
    assert row["dead"] == 14
    assert '"dead":{"10":1,"14":1}' in row["contradictions"]


def test_like_acts_in_two_countries_are_two_stories(ledger: Ledger) -> None:
    assert {"kenya"} in stories(ledger).values()
    assert {"nigeria"} in stories(ledger).values()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_coding_does_not_matter(tmp_path: Path, coder: Coder, ledger: Ledger, seed: int) -> None:
    coded = list(coder.code_many(TOLD))
    random.Random(seed).shuffle(coded)
    with Ledger(tmp_path / "other.duckdb") as other:
        for one in coded:  # a day at a time, merged after each
            other.add([one], coder.version)
            other.merge()
        for table in ("stories", "tellings", "links"):
            assert other.sql(f"SELECT * FROM {table} ORDER BY ALL").equals(ledger.sql(f"SELECT * FROM {table} ORDER BY ALL"))


def test_a_report_coded_anew_leaves_its_story_and_comes_back(ledger: Ledger, coder: Coder) -> None:
    before = ledger.sql("SELECT * FROM stories ORDER BY id")
    again = list(coder.code_many(TOLD))[1]
    ledger.add([again], "a newer model")
    assert ledger.former(coder.version) == list(again)
    assert ledger.versions()["current"].to_list() == [True, True, False]
    ledger.merge()
    assert ledger.sql("SELECT * FROM stories ORDER BY id").equals(before)
    ledger.drop_former(coder.version)
    assert ledger.former(coder.version) == []


def test_merging_again_changes_nothing(ledger: Ledger) -> None:
    assert ledger.merge() == 0


def test_copies_are_found_whatever_stands_beside_them() -> None:
    texts = [WIRE, "It rained in Oslo all day long.", WIRE + " More follows.", "", "Snow fell."]
    assert list(copies(texts)) == [(0, 2)]


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.floats(0.05, 1)), max_size=40),
    st.randoms(use_true_random=False),
)
@settings(deadline=None)
def test_groups_hold_every_event_once_in_any_order(pairs: list[tuple[int, int, float]], chance: random.Random) -> None:
    events = [f"e{n:02}" for n in range(13)]
    links = list({(min(a, b), max(a, b)): (f"e{min(a, b):02}", f"e{max(a, b):02}", p) for a, b, p in pairs if a != b}.values())
    groups = clusters(events, links)
    assert sorted(event for group in groups for event in group) == events
    chance.shuffle(links)
    assert clusters(reversed(events), links) == groups
