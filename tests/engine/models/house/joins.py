"""How loud a sound is, and how it goes over a join."""

from __future__ import annotations

import numpy as np

from engine.models.base import Audio


def decibels(audio: Audio) -> float:
    """The level of `[frames, channels]`, over full scale."""
    return 20.0 * float(np.log10(np.sqrt(np.mean(np.square(audio, dtype=np.float64))) + 1e-9))


def jump(audio: Audio, join: int) -> float:
    """How far the samples move at a join, over how far they do around it at most."""
    moved = np.abs(np.diff(audio, axis=0)).max(axis=1)
    around = moved[join - 2_400 : join + 2_400]
    return float(moved[join - 1] / np.percentile(around, 99.0))
