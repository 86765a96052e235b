import datetime as dt

import pytest

from dragoman import Coder, Report
from dragoman.actors import Context, Names
from dragoman.actors.references import full_name
from dragoman.extraction.decoding import Argument

DAY = dt.date(2025, 7, 15)
NAMES = Names()


def side(coder: Coder, text: str, words: str, others: tuple[str, ...] = ()) -> list[str]:
    """The codes of a mention, which is the last occurrence of these words."""
    at = text.rindex(words)
    context = Context(text, DAY, NAMES.scan(text, DAY))
    return [actor.code for actor in coder.side([Argument(at, at + len(words), 0.9)], context, others)]


@pytest.mark.parametrize(
    ("text", "words", "codes"),
    [
        ("China and India spoke. Both sides agreed to trade.", "Both sides", ["CHN.GOV", "IND.GOV"]),
        ("Xi Jinping received Narendra Modi. The two leaders smiled.", "The two leaders", ["CHN.GOV", "IND.GOV"]),
        ("Nepalese tourism minister Badri Pandey resigned. Police blamed Pandey.", "Pandey", ["NPL.GOV"]),
        ("Turkish businessman Ali Demirkol fled. A court fined Demirkol.", "Demirkol", ["TUR.BUS"]),
        ("In Nepal crowds burned tyres. They shouted at the prime minister.", "the prime minister", ["NPL.GOV"]),
        ("France protested. The ministry summoned an envoy.", "The ministry", ["FRA.GOV"]),
    ],
)
def test_references_reach_over_sentences(coder: Coder, text: str, words: str, codes: list[str]) -> None:
    assert side(coder, text, words) == codes


def test_a_counterpart_is_of_the_other_country(coder: Coder) -> None:
    text = "Wang Yi flew to Delhi for S. Jaishankar. Wang thanked his counterpart."
    assert side(coder, text, "his counterpart", ("CHN",)) == ["IND.GOV"]


def test_a_surname_says_whose_it_is(coder: Coder) -> None:
    text = "Nepalese tourism minister Badri Pandey resigned. Pandey accused the army."
    assert full_name("Pandey", text.rindex("Pandey"), text) == (0, text.index(" resigned"))
    assert full_name("Pandey", 5, text) is None
    events = coder.code(Report(text=text, published=DAY))
    assert any(a.code == "NPL.GOV" for e in events for a in e.actors)
