"""Does confidence mean what it says? `python -m evaluation calibration` measures it; --fit writes new values to settings.json.

An event is right when the scorer pairs it with a gold one. The decoder turns a trigger's strength s into a confidence by
sigmoid(slope * logit(s) + shift). Slope and shift are fitted on one half of the set and judged on the other, both ways
round; what ships is fitted on the whole.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman import Coder
from dragoman.extraction.decoding import Settings
from evaluation.documents import reports_of
from evaluation.scorer import match, parse

Numbers = npt.NDArray[np.float64]
BINS = 5


def judged(documents: list[dict[str, Any]], coder: Coder) -> tuple[Numbers, Numbers, npt.NDArray[np.int64]]:
    """Strength, rightness (0 or 1) and text number of every event the coder finds."""
    settings = coder.settings
    coder.settings = replace(settings, slope=1.0, shift=0.0)
    rows: list[tuple[float, float, int]] = []
    for number, (document, coded) in enumerate(zip(documents, coder.code_many(reports_of(documents)), strict=True)):
        gold = [parse(document["text"], event) for event in document["events"]]
        found = [parse(document["text"], event.to_annotation(document["text"])) for event in coded]
        right = {id(p) for _, p in match(gold, found)}
        rows += [(event.confidence, float(id(p) in right), number) for event, p in zip(coded, found, strict=True)]
    coder.settings = settings
    strengths, rights, numbers = zip(*rows, strict=True)
    return np.array(strengths), np.array(rights), np.array(numbers)


def confidence(strengths: Numbers, slope: float, shift: float) -> Numbers:
    """What the decoder makes of strengths."""
    settings = Settings(slope=slope, shift=shift)
    return np.array([settings.confidence(float(strength)) for strength in strengths])


def fitted(strengths: Numbers, rights: Numbers) -> tuple[float, float]:
    """Slope and shift of the likeliest logistic curve (Platt 1999), by Newton's steps with a little damping."""
    clipped = np.clip(strengths, 1e-6, 1 - 1e-6)
    inputs = np.stack([np.log(clipped / (1 - clipped)), np.ones_like(strengths)], axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (chances - rights) + 1e-2 * (weights - np.array([1.0, 0.0]))
        curvature = (inputs * (chances * (1 - chances))[:, None]).T @ inputs + 1e-2 * np.eye(2)
        weights = weights - np.linalg.solve(curvature, gradient)
    return float(weights[0]), float(weights[1])


def calibration_error(chances: Numbers, rights: Numbers) -> float:
    """Expected calibration error over bins of equally many events."""
    order = np.argsort(chances)
    parts = np.array_split(order, BINS)
    return float(sum(len(p) * abs(chances[p].mean() - rights[p].mean()) for p in parts) / len(order))


def measured(documents: list[dict[str, Any]], coder: Coder) -> tuple[dict[str, float], tuple[float, float]]:
    """The figures, and the slope and shift of a fit on everything."""
    strengths, rights, numbers = judged(documents, coder)
    chances = np.zeros_like(strengths)
    for half in (0, 1):
        held = numbers % 2 == half
        chances[held] = confidence(strengths[held], *fitted(strengths[~held], rights[~held]))
    sure = chances >= 0.8
    return {
        "events": len(rights),
        "right": round(float(rights.mean()), 3),
        "calibration error, raw": round(calibration_error(strengths, rights), 3),
        "calibration error, fitted on the other half": round(calibration_error(chances, rights), 3),
        "precision at confidence 0.8": round(float(rights[sure].mean()), 3) if sure.any() else 0.0,
        "share of events at confidence 0.8": round(float(sure.mean()), 3),
    }, fitted(strengths, rights)


def write(folder: Path, slope: float, shift: float) -> None:
    """Put slope and shift into the model's settings."""
    path = folder / "settings.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["decoder"] |= {"slope": round(slope, 3), "shift": round(shift, 3)}
    path.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
