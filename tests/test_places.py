import pytest

from dragoman.places import PlaceResolver, gazetteer
from dragoman.records import Place, Span


def where(words: str, *near: str) -> Place:
    return PlaceResolver(gazetteer()).resolve(Span(0, len(words), words), near)


@pytest.mark.parametrize(
    ("words", "country", "grain"),
    [
        ("Tianjin", "CHN", "city"),
        ("Alaska", "USA", "region"),
        ("the West Bank", "PSE", "region"),
        ("Mosul, Iraq", "IRQ", "city"),
        ("northern Gaza", "PSE", "region"),
        ("eastern Ukraine", "UKR", "area"),
        ("Helmand Province", "AFG", "region"),
        ("the U.S.", "USA", "country"),
        ("Burma", "MMR", "country"),
    ],
)
def test_places(words: str, country: str, grain: str) -> None:
    found = where(words)
    assert (found.country, found.grain) == (country, grain)


def test_the_report_decides_between_namesakes() -> None:
    assert where("Tripoli", "LBN").country == "LBN"
    assert where("Tripoli", "LBY").country == "LBY"


def test_cities_have_coordinates_and_a_geonames_id() -> None:
    tianjin = where("Tianjin")
    assert tianjin.geonames == 1792947
    assert tianjin.latitude == pytest.approx(39.14, abs=0.01)


def test_an_unknown_place_keeps_its_words_and_invents_nothing() -> None:
    found = where("the Xyzzy crossroads")
    assert found.name == "the Xyzzy crossroads"
    assert found.country is None
    assert found.latitude is None


@pytest.mark.parametrize(
    ("words", "near", "country", "rule"),
    [
        ("the Lebanese coast", ("ISR", "LBN"), "LBN", "country level: Lebanese"),
        ("the east of the country", ("KEN",), "KEN", "the country that the report is about"),
        ("its border with Gaza", ("EGY", "PSE"), "EGY", "the side of the border that the report is about"),
        ("Xyzzy", ("NGA",), "NGA", "unknown to the gazetteer: the country that the report names oftenest"),
    ],
)
def test_places_without_a_known_name_get_an_honest_country(words: str, near: tuple[str, ...], country: str, rule: str) -> None:
    found = where(words, *near)
    assert (found.country, found.rule) == (country, rule)
    assert found.latitude is None


def test_the_capital_is_the_reports_own() -> None:
    assert where("the capital", "KEN").name == "Nairobi"
