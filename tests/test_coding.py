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
    """A rough machine-translated report: what the model gets right of it today; docs/example.md says what it does not."""
    from dragoman.reading import read

    (report,) = read([Path(__file__).parent.parent / "examples" / "beijing-talks.txt"])
    assert isinstance(report, Report)
    events = list(coder.code(report))
    tianjin = next(e for e in events if e.place is not None and e.place.name == "Tianjin")
    assert tianjin.type == "CONSULT"
    assert {a.country for a in tianjin.actors} == {"CHN", "RUS"}
    assert (tianjin.when.first, tianjin.when.grain) == (dt.date(2025, 9, 1), "day")
    alaska = next(e for e in events if e.place is not None and e.place.name == "Alaska")
    assert alaska.type == "CONSULT"
    assert (alaska.when.first, alaska.when.last) == (dt.date(2025, 8, 1), dt.date(2025, 8, 31))
    threat = next(e for e in events if e.type == "THREATEN")
    assert [a.code for a in threat.actors] == ["USA.GOV"]
    assert [a.code for a in threat.recipients] == ["RUS.GOV"]
    assert any(e.type == "REQUEST" and [r.country for r in e.recipients] == ["IGO"] for e in events)
