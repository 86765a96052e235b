"""Annotations written by hand: the shorthand comes in as codebook lines, and what is not in text or codebook is refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.actors import Names
from training.annotate import ShorthandError, added, parsed, written
from training.labelling import locate
from training.swapping import swapped

TEXT = "Ukrainian drones struck an oil depot in Belgorod overnight, the regional governor said. Russia warned Ukraine."
SHORTHAND = """
= 1 military territory
ASSAULT.drone | struck | Ukrainian drones {UKR.MIL} | an oil depot {RUS.BUS} | @Belgorod | ^overnight | "the regional governor
THREATEN | warned | Russia {RUS.GOV} | Ukraine {UKR.GOV}
"""
ROW = {"id": "a", "date": "2025-09-02", "text": TEXT}


def test_the_shorthand_becomes_a_codebook_line_and_back() -> None:
    (document,), problems = added(SHORTHAND, [ROW])
    assert problems == []
    assert document["contexts"] == ["military", "territory"]
    first, second = document["events"]
    assert first["actors"] == ["Ukrainian drones|UKR.MIL"]
    assert (first["mode"], first["place"], first["when"], first["speaker"]) == (
        "drone",
        "Belgorod",
        "overnight",
        "the regional governor",
    )
    assert second["recipients"] == ["Ukraine|UKR.GOV"]
    again, problems = added(written(document, 1), [ROW])
    assert (again, problems) == ([document], [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("BOMB | struck | Russia {RUS.GOV} |", "no type 'BOMB'"),
        ("ASSAULT.kick | struck | Russia {RUS.GOV} |", "no mode 'kick'"),
        ("ASSAULT !done | struck | Russia {RUS.GOV} |", "no status 'done'"),
        ("ASSAULT | hit | Russia {RUS.GOV} |", "'hit' is not in the text"),
        ("ASSAULT | struck | Russia {RUSSIA} |", "no code 'RUSSIA'"),
        ("ASSAULT | struck | Russia |", "expected `words {CODE}`"),
        ("ASSAULT | struck | | | @Belgorod", "neither actor nor recipient"),
        ("ASSAULT struck", "expected TYPE"),
    ],
)
def test_what_text_or_codebook_has_not_is_refused(line: str, said: str) -> None:
    with pytest.raises(ShorthandError, match=said):
        parsed(line, TEXT)


def test_a_wrong_line_costs_its_own_text_alone() -> None:
    done, problems = added("= 1 -\nWAR | struck | Russia {RUS.GOV} |\n= 2 -\n", [ROW, {**ROW, "id": "b"}])
    assert [row["id"] for row in done] == ["b"]
    assert problems == ["text 1: no type 'WAR'; there are " + problems[0].partition("there are ")[2]]


@given(st.text(max_size=80))
def test_any_line_is_taken_whole_or_refused(line: str) -> None:
    try:
        event = parsed(line, TEXT)
    except ShorthandError:
        return
    assert event["actors"] or event["recipients"]


def test_a_text_told_of_other_states_keeps_who_does_what_to_whom() -> None:
    text = "Israel's army shelled Gaza. Egypt condemned the Israeli attack, and Egypt's president called Israel."
    events = [
        {"type": "ACCUSE", "trigger": "condemned", "actors": ["Egypt|EGY.GOV"], "recipients": ["Israeli|ISR.GOV"]},
        {"type": "CONSULT", "trigger": "called", "actors": ["Egypt~2|EGY.GOV", "Israel~2|ISR.GOV"], "recipients": []},
    ]
    document = {"id": "a", "date": "2025-09-02", "text": text, "events": events}
    told = swapped(document, Names().scan(text, None), random.Random(1))
    assert told is not None
    assert "Israel" not in told["text"]
    assert "Egypt" not in told["text"]
    for old, new in zip(events, told["events"], strict=True):
        assert (new["type"], new["trigger"]) == (old["type"], old["trigger"])
        for side in ("actors", "recipients"):
            for entry in new[side]:
                words, _, code = entry.rpartition("|")
                assert locate(told["text"], words) is not None
                assert code[:3] not in ("ISR", "EGY")
    first, second = told["events"]
    assert first["actors"][0].rpartition("|")[2] == second["actors"][0].rpartition("|")[2]


def test_a_state_that_its_leader_gives_away_keeps_its_name() -> None:
    text = "Emmanuel Macron said that France would vote."
    document = {"id": "a", "date": "2025-09-02", "text": text, "events": []}
    assert swapped(document, Names().scan(text, None), random.Random(1)) is None
