"""The plain mean of several weights of one training: flatter, and on the development set better, than any of them.

usage: python -m training.average work/leg-1.pt work/leg-2.last.pt --out work/model.pt
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def mean(paths: list[Path]) -> dict[str, torch.Tensor]:
    """Mean of the state dictionaries; a head that the earlier legs lacked is the mean of those that have it."""
    states = [torch.load(path, map_location="cpu") for path in paths]
    averaged = {}
    for name in states[-1]:
        values = [state[name].float() for state in states if name in state]
        averaged[name] = torch.stack(values).mean(0)
    return averaged


def main() -> None:
    """Average and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.save(mean(args.weights), args.out)


if __name__ == "__main__":
    main()
