import datetime as dt

import pytest

from dragoman.actors import Context, Names, Resolver
from dragoman.actors.references import antecedents
from dragoman.extraction.decoding import Owner
from dragoman.records import Span

NAMES = Names()
RESOLVER = Resolver(NAMES)
TODAY = dt.date(2025, 9, 2)


def code(
    text: str,
    words: str,
    date: dt.date = TODAY,
    place: str | None = None,
    sector: str = "",
    owner: Owner | None = None,
) -> str:
    start = text.index(words)
    context = Context(text, date, NAMES.scan(text, date), place, sector, owner)
    return RESOLVER.resolve(Span(start, start + len(words), words), context).code


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Iranian Foreign Minister Mohammad Javad Zarif", "IRN.GOV"),
        ("two Israeli soldiers", "ISR.MIL"),
        ("Beijing", "CHN.GOV"),
        ("the Kremlin", "RUS.GOV"),
        ("Ukraine's parliament", "UKR.LEG"),
        ("Hamas", "PSE.REB"),
        ("the European Union", "EUR"),
        ("former Ecuadorian vice-president Jorge Glas", "ECU.ELI"),
        ("Nepalese tourism minister Badri Pandey", "NPL.GOV"),
    ],
)
def test_names_nationalities_and_role_words(words: str, meant: str) -> None:
    assert code(f"It was said that {words} came.", words) == meant


def test_the_taliban_before_and_after_they_took_kabul() -> None:
    assert code("The Taliban spoke.", "The Taliban", dt.date(2021, 8, 1)) == "AFG.REB"
    assert code("The Taliban spoke.", "The Taliban", dt.date(2021, 9, 1)) == "AFG.GOV"


def test_a_leader_is_of_the_government_in_his_term_and_of_the_elite_after_it() -> None:
    assert code("Barack Obama spoke.", "Barack Obama", dt.date(2012, 5, 1)) == "USA.GOV"
    assert code("Barack Obama spoke.", "Barack Obama", dt.date(2022, 5, 1)) == "USA.ELI"


def test_garbled_names() -> None:
    text = "XIS guest, Russias Tass tells, was PUTIN"
    assert code(text, "XIS") == "CHN.GOV"
    assert code(text, "Russias Tass") == "RUS.JRN"
    assert code(text, "PUTIN") == "RUS.GOV"


def test_nameless_people_take_the_country_of_the_place_else_of_the_report() -> None:
    assert code("Police shot protesters.", "protesters", place="KEN") == "KEN.CVL"
    assert code("In Peru farmers blocked a road and police came.", "police") == "PER.COP"
    assert code("Somebody came.", "Somebody") == "---.UNK"


def test_a_bare_country_that_fights_is_its_army() -> None:
    assert code("Israel bombed the camp.", "Israel", sector="MIL") == "ISR.MIL"
    assert code("Israel refused.", "Israel", sector="GOV") == "ISR.GOV"


def test_references_reach_the_names_before_them() -> None:
    text = "Xi Jinping met Vladimir Putin. The two leaders agreed. His counterpart left."
    found = NAMES.scan(text, TODAY)
    pair = antecedents("The two leaders", text.index("The two"), found, [])
    assert pair is not None
    assert [f.entry.country for f in pair] == ["CHN", "RUS"]
    other = antecedents("His counterpart", text.index("His"), found, ["RUS"])
    assert other is not None
    assert other[0].entry.country == "CHN"


def test_every_code_says_which_row_decided_it() -> None:
    text = "Hezbollah fired."
    context = Context(text, TODAY, NAMES.scan(text, TODAY))
    assert RESOLVER.resolve(Span(0, 9, "Hezbollah"), context).row.startswith("groups.csv, line")


def test_a_surname_inside_another_name_is_not_the_leaders() -> None:
    assert code("Mark Thatcher was fined in South Africa.", "Mark Thatcher", dt.date(2005, 1, 13)) != "GBR.GOV"
    assert code("Graham Capill was sentenced in New Zealand.", "Graham Capill", dt.date(2003, 7, 14)).startswith("NZL")
    assert code("Yesterday Blair spoke in Paris.", "Blair", dt.date(2005, 1, 13)) == "GBR.GOV"
    assert code("He spoke in Ukraine. Putin listened.", "Putin") == "RUS.GOV"
    assert code("Prime Minister Blair Tuesday spoke in Paris.", "Prime Minister Blair", dt.date(2005, 1, 13)) == "GBR.GOV"


def test_a_month_is_no_prime_minister() -> None:
    assert code("In Peru police will march in May.", "police", dt.date(2018, 3, 2)) == "PER.COP"
    assert code("In Paris Prime Minister May spoke.", "Prime Minister May", dt.date(2018, 3, 2)) == "GBR.GOV"


def test_nameless_states_are_nobodys() -> None:
    assert code("Russia and eight other countries signed.", "eight other countries", owner=Owner("---", None, 0.9)) == "---.GOV"


def test_no_name_runs_over_a_full_stop() -> None:
    text = "Crowds blocked roads in Hong Kong. Police fired tear gas."
    assert [text[f.start : f.end] for f in NAMES.scan(text, TODAY)] == ["Hong Kong"]
