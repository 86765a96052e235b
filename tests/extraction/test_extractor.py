import numpy as np

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
    assert [[(e.type, e.start, e.end) for e in events] for events in together] == [
        [(e.type, e.start, e.end) for e in events] for events in alone
    ]


def test_relate_gives_a_distribution_over_the_types() -> None:
    text = "Iran condemned the United States for the new sanctions."
    chances = EXTRACTOR.relate(text, (0, 4), (19, 32))
    assert list(chances) == list(TYPES)
    assert abs(sum(chances.values()) - 1) < 1e-4
    assert max(chances, key=lambda name: chances[name]) == "ACCUSE"


def test_a_text_without_words_has_no_events() -> None:
    assert EXTRACTOR.extract(["", "   ", "\n"]) == [[], [], []]
