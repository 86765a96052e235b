"""What training and run time must agree on. The parts that need PyTorch are skipped where it is not installed."""

from pathlib import Path

import numpy as np
import pytest

from dragoman.extraction.heads import Heads, distance_bucket, piece_distances
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
    length, marked = 20, [(2, 3), (5, 7), (9, 10), (17, 20)]
    hidden, kinds = torch.randn(length, 384), torch.tensor([0, 5, 9, 15])
    spans = torch.stack([hidden[a:b].mean(0) for a, b in marked])
    whole = hidden.mean(0).expand(4, -1)
    distances = torch.from_numpy(np.stack([piece_distances(span, length) for span in marked]))
    pairs = torch.tensor([[distance_bucket(t, m) for m in marked] for t in marked])
    diagonal = torch.arange(4)
    with torch.no_grad():
        triggers = trained.triggers(spans, kinds, whole)
        pieces = trained.read_pieces(hidden).expand(4, -1, -1)
        reads = trained.read(pieces, torch.ones(4, length, dtype=torch.bool), triggers, distances)
        at = torch.stack([reads[n, a:b].mean(0) for n, (a, b) in enumerate(marked)])
        retold = trained.retold(triggers, at)
        roles, sectors = trained.arcs(triggers, spans, at, pairs.diagonal())
        owned = trained.owners(spans[:1].expand(4, -1), spans, pairs[0])
        owners = torch.cat([owned, trained.ownerless(spans[0])]).softmax(0)
        related = trained.relations(spans[:1], spans[1:2], whole[:1], torch.full((1, 16), 0.5)).softmax(-1)
    vectors = ours.triggers(spans.numpy(), kinds.numpy(), whole.numpy())
    np.testing.assert_allclose(vectors, triggers.numpy(), atol=1e-4)
    read = ours.read(hidden.numpy(), vectors, distances.numpy(), np.arange(length))
    np.testing.assert_allclose(read, reads.numpy(), atol=1e-3)
    np.testing.assert_allclose(ours.retold(vectors, at.numpy()), retold.numpy(), atol=1e-4)
    every = np.stack([read[:, a:b].mean(1) for a, b in marked], axis=1)
    found_roles, found_sectors = ours.arcs(vectors, spans.numpy(), every, pairs.numpy())
    np.testing.assert_allclose(found_roles[diagonal, diagonal], torch.sigmoid(roles).numpy(), atol=1e-3)
    np.testing.assert_allclose(found_sectors[diagonal, diagonal], torch.softmax(sectors, -1).numpy(), atol=1e-3)
    np.testing.assert_allclose(ours.owners(spans[:1].numpy(), spans.numpy(), pairs[:1].numpy())[0], owners.numpy(), atol=1e-4)
    half = np.full(16, 0.5, dtype=np.float32)
    found = ours.relation(spans[0].numpy(), spans[1].numpy(), whole[0].numpy(), half)
    np.testing.assert_allclose(found, related[0].numpy(), atol=1e-4)
