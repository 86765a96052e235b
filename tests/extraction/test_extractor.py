import numpy as np
import pytest

from dragoman.extraction.decoding import spans_of
from dragoman.extraction.extractor import Extractor
from dragoman.extraction.labels import TYPES

EXTRACTOR = Extractor(threads=2)


def test_spans_begin_and_end_with_the_probability_of_being_inside() -> None:
    outside = np.array([0.9, 0.2, 0.3, 0.9, 0.1, 0.2], dtype=np.float32)
    begins = np.array([0.0, 0.9, 0.1, 0.0, 0.9, 0.8], dtype=np.float32)
    assert spans_of(outside, begins, 0.5) == [(1, 3), (4, 5), (5, 6)]


def test_batching_changes_no_event() -> None:
    texts = ["Russia expelled two Polish diplomats.", "It rained.", "Police arrested the opposition leader in Minsk on Monday."]
    together = EXTRACTOR.extract(texts)
    alone = [EXTRACTOR.extract([text])[0] for text in texts]
    assert [[(e.type, e.start, e.end) for e in one.events] for one in together] == [
        [(e.type, e.start, e.end) for e in one.events] for one in alone
    ]
    # The int8 encoder scales a batch by its largest number, so that the last digits depend on the company a text is in.
    for one, other in zip(together, alone, strict=True):
        assert one.contexts == pytest.approx(other.contexts, abs=0.2)


def test_a_report_about_an_epidemic_is_about_health() -> None:
    (found,) = EXTRACTOR.extract(["Kenya reports 40 new cases of cholera; hospitals are full, the health ministry says."])
    assert max(found.contexts, key=lambda name: found.contexts[name]) == "health"


def test_relate_gives_a_distribution_over_the_types() -> None:
    text = "Iran condemned the United States for the new sanctions."
    chances = EXTRACTOR.relate(text, (0, 4), (19, 32))
    assert list(chances) == list(TYPES)
    assert abs(sum(chances.values()) - 1) < 1e-4
    assert max(chances, key=lambda name: chances[name]) == "ACCUSE"


def test_a_text_without_words_has_no_events() -> None:
    for found in EXTRACTOR.extract(["", "   ", "\n"]):
        assert found.events == []
        assert max(found.contexts.values()) == 0
