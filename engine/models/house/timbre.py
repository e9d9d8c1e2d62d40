"""Where instruments' partials lie, as measured.

Numpy only. `timbre.json` was written by `engine.training.timbre`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.models.house.notes import FIRST_KIT, Doubles, pitch_hz

FILE = Path(__file__).with_name("timbre.json")
KEYS = (40, 56, 72, 88)
HIGHEST_HZ = 10_000.0  # above it the ear hears a band of noise
MAX_PARTIALS = 96


class Timbres:
    """The table, read once."""

    def __init__(self, path: Path = FILE) -> None:
        self._table: dict[str, Any] = json.loads(path.read_text())

    def partials_hz(self, instrument: int, pitch: int) -> Doubles | None:
        """Return a key's partials up to HIGHEST_HZ, rising; None where it has none."""
        row = self._table.get(str(instrument), {})
        if instrument >= FIRST_KIT:
            modes = row.get("drums", {}).get(str(pitch))
            return np.array(modes) if modes else None
        nominal_hz = float(pitch_hz(np.array(pitch)))
        if modes := row.get("modes"):
            nearest = min(modes, key=lambda key: abs(int(key) - pitch))
            hz = nominal_hz * np.array(modes[nearest])
        else:
            stiffness = _between(row.get("stiffness", {}), pitch)
            hz = nominal_hz * stretched(MAX_PARTIALS, stiffness)
        return hz[: max(1, int(np.searchsorted(hz, HIGHEST_HZ)))]


def stretched(count: int, stiffness: float) -> Doubles:
    """Return the frequencies of a stiff string's partials over its pitch, rising.

    Source: Fletcher, Normal vibration frequencies of a stiff piano string (1964).
    """
    number: Doubles = np.arange(1, count + 1, dtype=np.float64)
    return number * np.sqrt(1.0 + stiffness * np.square(number))


def _between(known: dict[str, float], pitch: int) -> float:
    """Return what is known of a pitch, between measured keys."""
    keys = sorted(map(int, known))
    return float(np.interp(pitch, keys, [known[str(key)] for key in keys])) if keys else 0.0
