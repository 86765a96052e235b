"""Numbers of dead, injured and arrested in sentences as news tells them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.casualties import counts

TOLD = [
    ("A car bomb kills 12 people and injures at least 30 others in Kabul.", {"dead": 12, "injured": 30}),
    ("At least 1,200 people were killed and more than 3,000 wounded in the shelling.", {"dead": 1200, "injured": 3000}),
    ("Gunmen attack a bus, killing two Israelis and four Egyptians.", {"dead": 6}),
    ("The raid left at least 16 people dead, including 3 children.", {"dead": 16}),
    ("Police fired tear gas and arrested 82 people.", {"arrested": 82}),
    ("Twenty-five soldiers are killed in an ambush near the border.", {"dead": 25}),
    ("A policeman was shot dead in Karachi.", {"dead": 1}),
    ("A dozen protesters were detained.", {"arrested": 12}),
    ("The attack caused 14 deaths.", {"dead": 14}),
    ("Israeli forces kill a Palestinian teenager and wound three others.", {"dead": 1, "injured": 3}),
    ("Three men were arrested and two police officers were injured.", {"arrested": 3, "injured": 2}),
    ("A car bomb killed 12 people in Kabul on Monday.", {"dead": 12}),
    ("A gunman killed a policeman and wounded two others.", {"dead": 1, "injured": 2}),
    ("Dozens were killed in the clashes.", {}),
    ("Troops kept up the siege for 30 days.", {}),
    ("Russia launched 600 drones at Kyiv.", {}),
]


@pytest.mark.parametrize(("sentence", "expected"), TOLD)
def test_counts_of_a_sentence(sentence: str, expected: dict[str, int]) -> None:
    assert {count.kind: count.number for count in counts(sentence)} == expected


@given(st.text(max_size=200))
def test_any_text_is_read(sentence: str) -> None:
    for count in counts(sentence):
        assert count.number >= 0
        assert 0 <= count.start <= len(sentence)
