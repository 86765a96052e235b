"""What training and run time must agree on. The parts that need PyTorch are skipped where it is not installed."""

from pathlib import Path

import numpy as np
import pytest

from dragoman.extraction.heads import Heads
from training.standoff import packed, read_annotations, unpacked

CORPUS = Path(__file__).parent.parent / "training" / "corpus"


def test_stand_off_records_give_back_the_annotation() -> None:
    for document in read_annotations([CORPUS / "reports.jsonl"]):
        record = packed(document)
        assert "text" not in record
        assert packed(unpacked(record, document["text"])) == record


def test_another_text_under_the_same_id_is_refused() -> None:
    document = read_annotations([CORPUS / "reports.jsonl"])[0]
    with pytest.raises(ValueError, match="another text"):
        unpacked(packed(document), document["text"] + " More.")


def test_the_numpy_heads_do_what_the_trained_ones_do() -> None:
    torch = pytest.importorskip("torch")
    from training.model import Heads as Trained

    torch.manual_seed(3)
    trained = Trained(0.0).eval()
    ours = Heads({name: value.numpy() for name, value in trained.state_dict().items()})
    spans, whole, mentions = torch.randn(4, 384), torch.randn(4, 384), torch.randn(4, 384)
    kinds, distances = torch.tensor([0, 5, 9, 15]), torch.tensor([0, 3, 7, 13])
    with torch.no_grad():
        triggers = trained.triggers(spans, kinds, whole)
        roles, sectors = trained.arcs(triggers, mentions, distances)
    vectors = ours.triggers(spans.numpy(), kinds.numpy(), whole.numpy())
    np.testing.assert_allclose(vectors, triggers.numpy(), atol=1e-4)
    found_roles, found_sectors = ours.arcs(vectors, mentions.numpy(), np.tile(distances.numpy(), (4, 1)))
    diagonal = np.arange(4)
    np.testing.assert_allclose(found_roles[diagonal, diagonal], torch.sigmoid(roles).numpy(), atol=1e-3)
    np.testing.assert_allclose(found_sectors[diagonal, diagonal], torch.softmax(sectors, -1).numpy(), atol=1e-4)
