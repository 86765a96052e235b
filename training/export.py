"""Turn trained weights into the files the package ships: an int8 ONNX encoder with the tag layer, and the heads.

usage: python -m training.export work/model.pt --out src/dragoman/extraction/model --version NAME
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from dragoman.extraction.decoding import Settings
from training.encoder import HEADS, WIDTH, Encoder, package_folder
from training.model import Extractor


class Graph(nn.Module):
    """What the session runs: ids and mask in, hidden vectors and tag scores out."""

    def __init__(self, model: Extractor) -> None:
        super().__init__()
        self.encoder, self.tags = model.encoder, model.tags

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(ids, mask)
        return hidden, self.tags(hidden)


def export(model: Extractor, folder: Path, version: str, int8: bool = True) -> None:
    """Write encoder.onnx, heads.npz, tokenizer.json and settings.json into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    model.eval()
    with tempfile.TemporaryDirectory() as scratch:
        plain, fused = Path(scratch) / "plain.onnx", Path(scratch) / "fused.onnx"
        ids = torch.randint(999, 2000, (2, 16))
        batch, length = torch.export.Dim("batch", min=1, max=1024), torch.export.Dim("length", min=3, max=512)
        shapes = {0: batch, 1: length}
        torch.onnx.export(
            Graph(model),
            (ids, torch.ones_like(ids)),
            str(plain),
            dynamo=True,
            external_data=False,
            input_names=["ids", "mask"],
            output_names=["hidden", "tags"],
            dynamic_shapes={"ids": shapes, "mask": shapes},
            verbose=False,
        )
        optimized = optimize_model(str(plain), "bert", num_heads=HEADS, hidden_size=WIDTH, opt_level=1)
        optimized.save_model_to_file(str(fused))
        if int8:
            quantize_dynamic(fused, folder / "encoder.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=False)
        else:
            shutil.copy(fused, folder / "encoder.onnx")
    heads = {name: value.numpy().astype(np.float16) for name, value in model.heads.state_dict().items()}
    np.savez_compressed(folder / "heads.npz", allow_pickle=False, **heads)
    shutil.copy(package_folder() / "tokenizer.json", folder / "tokenizer.json")
    settings = Settings()
    decoder = {name: getattr(settings, name) for name in settings.__slots__}
    existing = folder / "settings.json"
    if existing.exists():
        decoder = json.loads(existing.read_text(encoding="utf-8"))["decoder"]
    existing.write_text(json.dumps({"version": version, "decoder": decoder}, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Load the weights and export them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--float32", action="store_true", help="leave the weights unquantized, to measure what int8 costs")
    args = parser.parse_args()
    model = Extractor(Encoder())
    model.load_state_dict(torch.load(args.weights, map_location="cpu"))
    export(model, args.out, args.version, not args.float32)
    for file in sorted(args.out.iterdir()):
        print(f"{file.stat().st_size:>12,} {file}")


if __name__ == "__main__":
    main()
