"""Spectrograms for the card: FluidSynth's above, the model's below."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.models.house.notes import HOPS_PER_SECOND, LOG_FLOOR, MELS, Floats

SECONDS = 4.0
SHADES = 64
# Quiet to loud: black, violet, red, orange, pale yellow.
ANCHORS = ((0, 0, 4), (81, 18, 124), (183, 55, 121), (252, 137, 97), (252, 253, 191))
GAP_ROWS = 4
# How far below its loudest point a picture still shows something, in nats.
RANGE_NATS = 8.0


def save(path: Path, truth: Floats, found: Floats) -> None:
    """Draw two mels, `[hops, MELS] float32`, one above the other on one scale, as a small PNG."""
    from PIL import Image

    hops = min(len(truth), len(found), round(SECONDS * HOPS_PER_SECOND))
    loudest = float(truth[:hops].max())
    darkest = max(LOG_FLOOR, loudest - RANGE_NATS)
    gap = np.full((GAP_ROWS, hops), SHADES - 1, np.uint8)
    panels = [_shades(mel[:hops], darkest, loudest) for mel in (truth, found)]
    image = Image.fromarray(np.concatenate((panels[0], gap, panels[1])))
    image.putpalette(_palette())
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, optimize=True, bits=6)


def _shades(mel: Floats, darkest: float, loudest: float) -> np.ndarray:
    """Return `[MELS, hops] uint8`, low notes at the bottom."""
    share = (mel - darkest) / max(loudest - darkest, 1e-6)
    shades = np.clip(share * (SHADES - 1), 0, SHADES - 1).round().astype(np.uint8)
    assert shades.shape[1] == MELS
    return np.ascontiguousarray(shades.T[::-1])


def _palette() -> list[int]:
    places = np.linspace(0, len(ANCHORS) - 1, SHADES)
    colours = np.array(ANCHORS, float).T
    columns = [np.interp(places, np.arange(len(ANCHORS)), column) for column in colours]
    return [int(value) for value in np.stack(columns, axis=1).round().ravel()]
