import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.ontology import plover

P = plover()
PAIRS = [(name, mode) for name, kind in P.types.items() for mode in (None, *kind.modes)]


def test_the_whole_of_plover_is_there() -> None:
    assert len(P.types) == 16
    assert len(P.contexts) == 37
    assert len({kind.quad for kind in P.types.values()}) == 4


def test_modes_are_keyed_by_type_since_names_repeat() -> None:
    assert P.score("REQUEST", "change") == -1
    assert P.score("REJECT", "change") == -2


def test_choices_where_the_manual_contradicts_itself() -> None:
    assert P.score("ACCUSE") == -3
    assert P.quad("SANCTION") == "material conflict"
    assert P.score("ASSAULT", "execute") == -9.5


def test_unknown_names_say_what_is_allowed() -> None:
    with pytest.raises(ValueError, match="REQUEST has no mode 'demo'; it has assist"):
        P.check("REQUEST", "demo")
    with pytest.raises(ValueError, match="no PLOVER type 'FIGHT'"):
        P.check("FIGHT")


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("042", ("CONSULT", "visit")),
        ("0431", ("CONSULT", "visit")),
        ("0871", ("RETREAT", "ceasefire")),
        ("01", None),
        ("163", ("COERCE", "restrict")),
        ("175", ("ASSAULT", "crowd-control")),
        ("192", ("COERCE", "seize")),
        ("20", ("ASSAULT", None)),
    ],
)
def test_cameo_to_plover(code: str, meant: tuple[str, str | None] | None) -> None:
    assert P.from_cameo(code) == meant


def test_a_cameo_code_that_lost_its_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="leading zero"):
        P.from_cameo("42")


@given(st.sampled_from(PAIRS))
def test_there_and_back_keeps_the_type(pair: tuple[str, str | None]) -> None:
    code = P.to_cameo(*pair)
    back = P.from_cameo(code)
    assert back is not None
    assert back[0] == pair[0]
