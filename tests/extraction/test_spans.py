"""Spans cut by the tagger, before and after tidying."""

from hypothesis import given
from hypothesis import strategies as st

from dragoman.extraction.spans import rejoined, tidied


def shown(words: str, span: tuple[int, int] | None) -> str | None:
    return None if span is None else " ".join(words.split()[span[0] : span[1]])


def test_loose_ends_of_mentions_go() -> None:
    words = "the ogaden front , says burundi and uganda"
    assert shown(words, tidied([(0, 4)], words.split())[0]) == "the ogaden front"
    assert shown(words, tidied([(5, 7)], words.split())[0]) == "burundi"


def test_a_number_keeps_its_bound() -> None:
    words = "at least 30 people died at dawn"
    assert shown(words, tidied([(0, 4)], words.split())[0]) == "at least 30 people"
    assert shown(words, tidied([(5, 7)], words.split())[0]) == "dawn"


def test_a_trigger_keeps_its_particle_and_loses_its_article() -> None:
    words = "israel dismissed the offer and called for talks"
    assert shown(words, tidied([(1, 3)], words.split(), trigger=True)[0]) == "dismissed"
    assert shown(words, tidied([(5, 7)], words.split(), trigger=True)[0]) == "called for"


def test_function_words_alone_name_nothing() -> None:
    assert tidied([(0, 1), (1, 3)], ["to", "of", "the"], trigger=True) == [None, None]


def test_spans_that_touch_are_halves_of_one_name() -> None:
    assert rejoined([(0, 2), (2, 5), (6, 8)]) == [(0, 5), (6, 8)]


@given(st.lists(st.sampled_from(["the", "of", ",", "israel", "met", "-", "u.s.", "'"]), min_size=1), st.data())
def test_tidying_only_shortens(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    for trigger in (False, True):
        (span,) = tidied([(first, last)], words, trigger)
        assert span is None or first <= span[0] < span[1] <= last
