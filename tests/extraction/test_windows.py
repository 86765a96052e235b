import itertools

from hypothesis import given
from hypothesis import strategies as st

from dragoman.extraction.windows import sentences, windows


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


def test_abbreviations_and_initials_end_no_sentence() -> None:
    text = "The U.S. envoy, Mr. J. Smith, met Gen. Aung San. He left."
    assert split(text) == ["The U.S. envoy, Mr. J. Smith, met Gen. Aung San.", "He left."]


def test_line_ends_part_headlines_and_captions() -> None:
    assert split("Talks fail\nX urges Y\nThey met.") == ["Talks fail", "X urges Y", "They met."]


def test_quotes_stay_with_their_sentence() -> None:
    assert split('He said "no." Then he left.') == ['He said "no."', "Then he left."]


@given(st.text(max_size=300))
def test_sentences_are_in_order_and_hold_every_visible_character(text: str) -> None:
    ranges = sentences(text)
    assert ranges == sorted(ranges)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ranges))
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@given(st.lists(st.integers(1, 300), max_size=30))
def test_windows_hold_each_sentence_once_and_keep_the_limit(lengths: list[int]) -> None:
    groups = windows(lengths, 254)
    assert [i for a, b in groups for i in range(a, b)] == list(range(len(lengths)))
    assert all(b - a == 1 or sum(lengths[a:b]) <= 254 for a, b in groups)
