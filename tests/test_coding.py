"""Real sentences in, records out, by the packaged model."""

import datetime as dt
from pathlib import Path

import pytest

from dragoman import Coder, Event, Report

DAY = dt.date(2025, 9, 2)


def only(coder: Coder, text: str) -> Event:
    (event,) = coder.code(Report(text=text, published=DAY))
    return event


def parties(event: Event) -> tuple[list[str], list[str]]:
    return [a.code for a in event.actors], [a.code for a in event.recipients]


@pytest.mark.parametrize(
    ("text", "kind", "actors", "recipients"),
    [
        ("Israel bombs a Hezbollah camp in Lebanon.", ("ASSAULT", "aerial"), ["ISR.MIL"], ["LBN.REB"]),
        ("The United States condemns North Korea's missile launch.", ("ACCUSE", "disapprove"), ["USA.GOV"], ["PRK.GOV"]),
        ("Police in Kenya arrest 40 protesters.", ("COERCE", "arrest"), ["KEN.COP"], ["KEN.CVL"]),
        ("Japan sends food to Nepal.", ("AID", None), ["JPN.GOV"], ["NPL.GOV"]),
    ],
)
def test_plain_sentences(coder: Coder, text: str, kind: tuple[str, str | None], actors: list[str], recipients: list[str]) -> None:
    found = {(e.type, e.mode): parties(e) for e in coder.code(Report(text=text, published=DAY))}
    assert found.get(kind) == (actors, recipients)


@pytest.mark.parametrize(
    "text", ["Mexico beat Germany 1-0 in Moscow.", "An earthquake kills nine people in Peru.", "Gold prices rose."]
)
def test_texts_without_events(coder: Coder, text: str) -> None:
    assert coder.code(Report(text=text, published=DAY)) == []


def test_every_span_is_the_reports_own_characters(coder: Coder) -> None:
    text = "date 2025-09-02\nBERLIN (dpa) --  Germanys   chancellor met Polands premier in Warsaw on Monday, police said."
    for event in coder.code(Report(text=text, published=DAY)):
        spans = [event.trigger, event.evidence, *(a.span for a in (*event.actors, *event.recipients))]
        spans += [event.place.span] if event.place else []
        spans += [event.when.span] if event.when.span else []
        assert all(text[s.start : s.end] == s.text for s in spans)


def test_an_undated_report_is_coded_with_its_dates_open(coder: Coder) -> None:
    coded = coder.code(Report(text="Russia expelled two Polish diplomats on Monday."))
    assert [event.when.grain for event in coded] == ["open"]
    assert "no date" in coded.notes[0]


def test_many_come_back_in_input_order_whatever_the_batch(coder: Coder) -> None:
    reports = [Report(text=f"France sent {n} doctors to Mali.", published=DAY, id=str(n)) for n in range(7)]
    ids = [coded.report.id for coded in coder.code_many(iter(reports), batch=3)]
    assert ids == [str(n) for n in range(7)]


def test_a_notebook_shows_a_table_and_the_marked_text_escaped(coder: Coder) -> None:
    shown = coder.code(Report(text="Russia expelled two <b>Polish</b> diplomats.", published=DAY))._repr_html_()
    assert "<mark title=" in shown
    assert "<b>" not in shown


def test_the_example_report(coder: Coder) -> None:
    """A rough machine-translated report: every happening is one record, with both parties, and there is nothing else."""
    from dragoman.reading import read

    (report,) = read([Path(__file__).parent.parent / "examples" / "beijing-talks.txt"])
    assert isinstance(report, Report)
    told = [
        (e.type, e.mode, e.status, {a.country for a in e.actors}, {r.country for r in e.recipients}) for e in coder.code(report)
    ]
    assert told == [
        ("CONSULT", None, "actual", {"CHN", "RUS"}, set()),  # the meeting in Beijing
        ("AGREE", None, "actual", {"CHN", "RUS"}, set()),  # will keep supporting each other
        ("AGREE", None, "actual", {"RUS"}, {"CHN"}),  # willing to keep up contacts
        ("REQUEST", "change", "actual", {"CHN"}, {"IGO"}),  # the repeated caption: cooperate, and set up a bank
        ("REQUEST", "change", "actual", {"CHN", "RUS"}, set()),  # called for a multipolar order
        ("SANCTION", None, "actual", {"CHN", "USA"}, set()),  # the trade war
        ("THREATEN", "restrict", "actual", {"USA"}, {"RUS"}),  # sanctions, if it refuses peace talks
        ("CONSULT", None, "actual", {"RUS", "USA"}, set()),  # Alaska
        ("CONSULT", None, "actual", {"CHN", "RUS"}, set()),  # Tianjin
    ]
    _, _, contacts, *_, alaska, tianjin = coder.code(report)
    assert contacts.speaker is not None
    assert contacts.speaker.code == "RUS.JRN"
    assert alaska.place is not None
    assert (alaska.place.name, alaska.when.first, alaska.when.last) == ("Alaska", dt.date(2025, 8, 1), dt.date(2025, 8, 31))
    assert tianjin.place is not None
    assert (tianjin.place.name, tianjin.when.first, tianjin.when.grain) == ("Tianjin", dt.date(2025, 9, 1), "day")


def test_counts_stand_on_the_event_they_belong_to(coder: Coder) -> None:
    text = "A car bomb killed 12 people in Kabul on Monday. Police in Nairobi arrested 40 protesters."
    bomb, arrest = coder.code(Report(text=text, published=DAY))
    assert (bomb.dead, bomb.injured, bomb.arrested) == (12, None, None)
    assert (arrest.dead, arrest.arrested) == (None, 40)


def test_a_nameless_party_gets_its_country_with_the_reason(coder: Coder) -> None:
    (event,) = coder.code(Report(text="Turkish warplanes bombed a village in Syria and killed two farmers.", published=DAY))
    (farmers,) = [a for a in event.recipients if "farmers" in a.span.text]
    assert farmers.country == "SYR"
    assert "belonging to 'Syria'" in farmers.row or "place" in farmers.rule
