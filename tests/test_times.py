import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.records import Span
from dragoman.times import period

TUESDAY = dt.date(2025, 9, 2)


def read(words: str, published: dt.date | None = TUESDAY, future: bool = False) -> tuple[str, str, str]:
    found = period(Span(0, len(words), words), published, future)
    return str(found.first), str(found.last), found.grain


@pytest.mark.parametrize(
    ("words", "first", "last", "grain"),
    [
        ("Tuesday", "2025-09-02", "2025-09-02", "day"),
        ("on Monday", "2025-09-01", "2025-09-01", "day"),
        ("last Tuesday", "2025-08-26", "2025-08-26", "day"),
        ("yesterday", "2025-09-01", "2025-09-01", "day"),
        ("two days ago", "2025-08-31", "2025-08-31", "day"),
        ("overnight", "2025-09-01", "2025-09-02", "span"),
        ("last week", "2025-08-25", "2025-08-31", "week"),
        ("last month", "2025-08-01", "2025-08-31", "month"),
        ("in December", "2024-12-01", "2024-12-31", "month"),
        ("late February", "2025-02-20", "2025-02-28", "span"),
        ("in 2014", "2014-01-01", "2014-12-31", "year"),
        ("the 1990s", "1990-01-01", "1999-12-31", "span"),
        ("September 11, 2001", "2001-09-11", "2001-09-11", "day"),
        ("3 March 2014", "2014-03-03", "2014-03-03", "day"),
        ("earlier this year", "2025-01-01", "2025-09-02", "span"),
        ("since Friday", "2025-08-29", "2025-09-02", "span"),
        ("since 2009", "2009-01-01", "2025-09-02", "span"),
        ("for two years", "2023-09-02", "2025-09-02", "span"),
        ("five-month", "2025-04-02", "2025-09-02", "span"),
        ("from 16 August to 21 August", "2025-08-16", "2025-08-21", "span"),
        ("June 10–30", "2025-06-10", "2025-06-30", "span"),
        ("in the past week", "2025-08-26", "2025-09-02", "span"),
        ("in the past 24 hours", "2025-09-01", "2025-09-02", "span"),
        ("at the end of 2003", "2003-12-01", "2003-12-31", "span"),
        ("the third day", "2025-09-02", "2025-09-02", "day"),
    ],
)
def test_past_times(words: str, first: str, last: str, grain: str) -> None:
    assert read(words) == (first, last, grain)


@pytest.mark.parametrize(
    ("words", "first"),
    [("on Monday", "2025-09-08"), ("tomorrow", "2025-09-03"), ("next week", "2025-09-08"), ("in March", "2026-03-01")],
)
def test_announced_times_lie_ahead(words: str, first: str) -> None:
    assert read(words, future=True)[0] == first


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("until 31 October", "2025-09-02", "2025-10-31"),
        ("by the end of next month", "2025-09-02", "2025-10-31"),
        ("from Thursday to Saturday", "2025-09-04", "2025-09-06"),
        ("later this month", "2025-09-02", "2025-09-30"),
        ("for the rest of the year", "2025-09-02", "2025-12-31"),
        ("for 30 days", "2025-09-02", "2025-10-02"),
        ("within 24 hours", "2025-09-02", "2025-09-03"),
    ],
)
def test_announced_stretches_begin_with_the_report(words: str, first: str, last: str) -> None:
    assert read(words, future=True) == (first, last, "span")


@pytest.mark.parametrize("words", ["recently", "a few days ago", "the fourth anniversary of the war", "until further notice"])
def test_words_that_name_no_time_stay_open(words: str) -> None:
    assert read(words) == ("None", "None", "open")


def test_without_a_report_date_only_full_dates_can_be_read() -> None:
    assert read("last month", None)[2] == "open"
    assert read("March 2014", None) == ("2014-03-01", "2014-03-31", "month")


def test_without_words_an_act_is_of_the_reports_day_but_an_announced_one_is_open() -> None:
    assert period(None, TUESDAY).first == TUESDAY
    assert period(None, TUESDAY, future=True).grain == "open"
    assert period(None, None).grain == "open"


@given(st.text(max_size=40), st.dates(dt.date(1900, 1, 2), dt.date(2100, 1, 1)), st.booleans())
def test_any_words_give_an_ordered_period_or_an_open_one(words: str, published: dt.date, future: bool) -> None:
    found = period(Span(0, len(words), words), published, future)
    if found.first is not None:
        assert found.last is not None
        assert found.first <= found.last
    else:
        assert found.grain == "open"
