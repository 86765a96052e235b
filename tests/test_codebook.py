"""A user's own classes: events are put into them by example sentences alone."""

import datetime as dt
from pathlib import Path

import pytest

from dragoman import Coder, Report
from dragoman.codebook import CodebookError

EXAMPLE = Path(__file__).parent.parent / "docs" / "protest-demands.toml"

# None of these shares more than a word or two with the example sentences.
SENTENCES = [
    ("Bus drivers in Lagos went on strike on Monday over low wages.", "wages"),
    ("Thousands of miners in Peru walked off the job to press for a pay rise.", "wages"),
    ("Doctors in Kenya began a nationwide strike because they had not been paid for months.", "wages"),
    ("Angry crowds in Khartoum demonstrated against soaring food costs.", "prices"),
    ("Truckers in Ecuador blocked highways to protest against a jump in diesel prices.", "prices"),
    ("Protesters in Minsk demanded the resignation of Alexander Lukashenko and a new vote.", "democracy"),
    ("Pro-democracy demonstrators in Yangon marched against the junta.", "democracy"),
    ("Opposition supporters rallied in Tbilisi, saying the parliamentary vote had been stolen.", "democracy"),
    ("Hundreds of thousands marched in London against the war in Iraq.", "peace"),
    ("Demonstrators in Berlin demanded that Russia pull its army out of Ukraine.", "peace"),
    ("Indigenous people in Brazil blocked a road to protest against logging in the rainforest.", "environment"),
    ("Farmers in India protested against a nuclear plant that they fear will pollute their water.", "environment"),
]


def test_protests_are_put_into_the_classes_of_their_demands() -> None:
    coder = Coder(codebook=EXAMPLE)
    reports = [Report(text=sentence, published=dt.date(2025, 9, 2)) for sentence, _ in SENTENCES]
    right = 0
    for coded, (_, wanted) in zip(coder.code_many(reports), SENTENCES, strict=True):
        protests = [event for event in coded if event.type in ("PROTEST", "REQUEST")]
        right += bool(protests) and protests[0].category == wanted
    assert right >= 9


def test_events_of_other_types_stay_without_a_class() -> None:
    (event,) = Coder(codebook=EXAMPLE).code(
        Report(text="Russian troops shelled Kharkiv on Monday.", published=dt.date(2025, 9, 2))
    )
    assert event.category is None


def test_another_text_of_the_codebook_is_another_version(tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(EXAMPLE.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert Coder(codebook=EXAMPLE).version != Coder(codebook=other).version


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = ", "is no TOML"),
        ("types = ['RIOT']", "types: expected a list of AGREE"),
        ("[classes.one]\nexamples = ['A sentence.']", "expected two tables"),
        ("[classes.one]\nexamples = ['A sentence.']\n[classes.two]\nexamples = []", "classes.two.examples"),
    ],
)
def test_a_codebook_of_another_form_is_named_with_its_field(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match=named):
        Coder(codebook=path)


def test_a_codebook_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CodebookError, match=r"missing\.toml: cannot be read"):
        Coder(codebook=tmp_path / "missing.toml")
