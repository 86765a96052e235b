from hypothesis import given
from hypothesis import strategies as st

from dragoman.cleaning import clean


def test_a_caption_told_twice_becomes_one_sentence() -> None:
    text = "Talks went on. 07:23 X urges Y to act X urges Y to act The two agreed."
    assert clean(text).text == "Talks went on.\nX urges Y to act\nThe two agreed."


def test_slug_date_line_and_embeds_go() -> None:
    text = "date 2025-09-02\nBEIJING, Sept. 2 (Xinhua) -- Leaders met.\nAdvertisement\nRead more: other news\nThey agreed."
    assert clean(text).text == "Leaders met.\nThey agreed."


def test_a_time_of_day_in_a_sentence_stays() -> None:
    assert clean("The blast came at 10:30 GMT on Monday.").text == "The blast came at 10:30 GMT on Monday."


def test_divided_words_are_joined_but_paired_hyphens_are_not() -> None:
    assert clean("The coop- eration of two- and three-party talks").text == "The cooperation of two- and three-party talks"


def test_mojibake_is_mended_and_still_points_home() -> None:
    text = "The leadersâ€™ meeting in SÃ£o Paulo"
    cleaned = clean(text)
    assert cleaned.text == "The leaders’ meeting in São Paulo"
    start = cleaned.text.index("meeting")
    assert cleaned.span(start, start + 7).text == "meeting"


def test_a_span_over_a_removed_stretch_covers_it() -> None:
    cleaned = clean("Putin  met   Xi")
    assert cleaned.text == "Putin met Xi"
    assert cleaned.span(0, len(cleaned.text)).text == "Putin  met   Xi"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_every_cleaned_character_has_an_origin_in_order(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned.origins) == len(cleaned.text) + 1
    assert cleaned.origins == sorted(cleaned.origins)
    for start in range(len(cleaned.text)):
        span = cleaned.span(start, start + 1)
        assert text[span.start : span.end] == span.text
