"""The tables cover all that our records can say."""

import pytest

from dragoman.actors.knowledge import states
from dragoman.formats import cameo
from dragoman.formats.crosswalks import crosswalks, layouts, quads
from dragoman.ontology import plover
from dragoman.records import Actor, Span

WALK = crosswalks()


def test_every_type_and_mode_has_a_cameo_code_with_title_and_scale() -> None:
    for name, kind in plover().types.items():
        for mode in (None, *kind.modes):
            code = WALK.event_code(name, mode)
            title, goldstein = WALK.cameo[code]
            assert len(code) in (3, 4)
            assert title
            assert -10 <= goldstein <= 10
            assert quads("gdelt")[code[:2]] in "1234"


def test_every_country_body_and_sector_is_there() -> None:
    assert set(WALK.countries) == {state.code for state in states()}
    assert set(WALK.bodies) == set(plover().bodies)
    assert set(WALK.to_cameo_sector) == set(plover().sectors)
    for column in ("cameo", "fips", "icews"):
        assert len({getattr(country, column) for country in WALK.countries.values()}) == len(WALK.countries)
    cows = [country.cow for country in WALK.countries.values() if country.cow]
    assert len(set(cows)) == len(cows)


@pytest.mark.parametrize(
    ("code", "cow", "cameo_code", "fips"),
    [
        ("USA", 2, "USA", "US"),
        ("GBR", 200, "GBR", "UK"),
        ("CHN", 710, "CHN", "CH"),
        ("CHE", 225, "CHE", "SZ"),
        ("ROU", 360, "ROM", "RO"),
        ("KOS", 347, "KSV", "KV"),
        ("PSE", None, "PSE", "WE"),
        ("COD", 490, "COD", "CG"),
        ("COG", 484, "COG", "CF"),
        ("MOZ", 541, "MOZ", "MZ"),
    ],
)
def test_countries(code: str, cow: int | None, cameo_code: str, fips: str) -> None:
    country = WALK.countries[code]
    assert (country.cow, country.cameo, country.fips) == (cow, cameo_code, fips)


def test_dependencies_are_their_states() -> None:
    assert WALK.by_cameo["PRI"] == "USA"
    assert WALK.by_fips["GZ"] == "PSE"


def test_the_layouts_have_as_many_columns_as_published() -> None:
    widths = {"polecat": 40, "gdelt": 61, "icews": 20, "phoenix": 26}
    assert {name: len(layouts()[name]["columns"]) for name in widths} == widths
    assert all(len(set(layouts()[name]["columns"])) == width for name, width in widths.items())


@pytest.mark.parametrize("sector", [s for s in plover().sectors if s not in ("PRE", "UNK")])
@pytest.mark.parametrize("country", ["IND", "UNO", "EUR", "IGO", "NGO"])
def test_parties_there_and_back(country: str, sector: str) -> None:
    party = cameo.party(Actor(span=Span(0, 1, "x"), country=country, sector=sector))
    back = cameo.actor("x", None, party.country, [party.group, *party.types], "")
    assert (back.country, back.sector) == (country, sector)
