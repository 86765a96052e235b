"""Weights to train on from, out of a model that has shipped: its int8 encoder and half-precision heads made float again.

usage: python -m training.recover src/dragoman/extraction/model --out work/minilm-2.pt

Rounding to int8 moved each weight by half a step at most (a 250th of its column's largest), which a few hundred steps of training
take back. Without this a new model would need the masked-language reading and every earlier leg once more.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from training.encoder import LAYERS, Encoder
from training.model import Extractor

PARTS = ("query", "key", "value", "out", "inner", "outer")


def recovered(folder: Path) -> dict[str, torch.Tensor]:
    """The weights of the model in a folder, by the names of training/model.py; heads it lacks are left out."""
    graph = onnx.load(str(folder / "encoder.onnx")).graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}

    def plain(name: str) -> np.ndarray:  # type: ignore[type-arg]
        values = stored[f"{name}_quantized"].astype(np.float32) - stored[f"{name}_zero_point"].astype(np.float32)
        result: np.ndarray = values * stored[f"{name}_scale"]  # type: ignore[type-arg]
        return result

    weights = {
        name: value
        for name, value in stored.items()
        if name.startswith(("encoder.", "tags.")) and value.dtype == np.float32 and not name.endswith("_scale")
    }
    for name in ("encoder.words.weight", "encoder.positions.weight"):
        weights[name] = plain(name)
    # The exporter names the matrices by number, in the order in which the graph meets them.
    matrices = sorted(
        (name.removesuffix("_quantized") for name in stored if name.startswith("val_") and name.endswith("_quantized")),
        key=lambda name: int(name.split("_")[1]),
    )
    names = [f"encoder.layers.{layer}.{part}.weight" for layer in range(LAYERS) for part in PARTS] + ["tags.weight"]
    for name, matrix in zip(names, matrices, strict=True):
        weights[name] = plain(matrix).T
    with np.load(folder / "heads.npz") as heads:
        weights |= {f"heads.{name}": heads[name].astype(np.float32) for name in heads.files}
    return {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}


def main() -> None:
    """Recover, check that every part of the encoder is there, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    weights = recovered(args.folder)
    missing = Extractor(Encoder()).load_state_dict(weights, strict=False).missing_keys
    if any(not name.startswith("heads.") for name in missing):
        raise SystemExit(f"{args.folder}: no {', '.join(missing)}; was it exported by training/export.py?")
    torch.save(weights, args.out)
    print(f"{len(weights)} weights in {args.out}; to be begun anew: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    main()
