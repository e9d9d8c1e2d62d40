"""Where instruments' partials lie and how they begin, as measured.

Numpy only. `timbre.json` was written by `engine.training.timbre`, `partials.safetensors` by
`engine.training.partials`: how each partial of every third key is tuned, and its phase, and
`breath.safetensors` by `engine.training.breath`: how much of a key's sound is noise.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from engine.models.house.notes import FIRST_KIT, MELS, Doubles, Floats, pitch_hz

FILE = Path(__file__).with_name("timbre.json")
MEASURED = FILE.with_name("partials.safetensors")
MEASURED_KEYS = range(21, 109, 3)
CENTS, TURNS = 0.2, 255  # what a step of the tuning is, and into how many a turn is cut
KEYS = (40, 56, 72, 88)
BREATH = FILE.with_name("breath.safetensors")
# Noise is kept of every third of these keys, of two mels together: quarters of a decibel down.
BREATH_KEYS, BREATH_MELS, BREATH_DECIBELS = MEASURED_KEYS[1::3], 2, 0.25
HIGHEST_HZ = 10_000.0  # above it the ear hears a band of noise
MAX_PARTIALS = 96


class Timbres:
    """The tables, read once."""

    def __init__(self, path: Path = FILE, measured: Path = MEASURED) -> None:
        self._table: dict[str, Any] = json.loads(path.read_text())
        self._measured = load_file(measured) if measured.exists() else {}
        self._breath = load_file(BREATH)["breath"] if BREATH.exists() else None

    def partials(self, instrument: int, pitch: int) -> tuple[Doubles, Doubles] | None:
        """Return a key's partials as they are tuned, and their turns when it is struck.

        Both `[partials]`; those of which the phase is unknown begin spread, so that they do not
        pile up. None where it has no partials.
        """
        hz = self.partials_hz(instrument, pitch)
        if hz is None or instrument >= FIRST_KIT or not self._measured:
            return None if hz is None else (hz, start_turns(len(hz)))
        row = instrument * len(MEASURED_KEYS) + _nearest(MEASURED_KEYS, pitch)
        here = slice(*self._measured["first"][row : row + 2].tolist())
        cents, turns = (self._measured[name][here][: len(hz)] for name in ("cents", "turns"))
        hz[: len(cents)] *= 2.0 ** (cents * (CENTS / 1200.0))
        start, known = start_turns(len(hz)), np.flatnonzero(turns < TURNS)
        start[known] = turns[known] / TURNS
        return hz, start

    def breath(self, instrument: int, pitch: int) -> Floats:
        """Return which part of a held key's mel power is noise between partials, `[MELS]`."""
        if instrument >= FIRST_KIT or self._breath is None:
            return np.zeros(MELS, np.float32)
        row = _nearest(BREATH_KEYS, pitch)
        decibels = -BREATH_DECIBELS * self._breath[instrument, row].astype(np.float32)
        return np.repeat(10.0 ** (decibels / 10.0), BREATH_MELS).astype(np.float32)

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


def _nearest(keys: range, pitch: int) -> int:
    """Return which of some keys is the nearest to a pitch."""
    return min(max(round((pitch - keys[0]) / keys.step), 0), len(keys) - 1)


def start_turns(count: int) -> Doubles:
    """Return partials' phases at the onset, in turns, where they are not known: spread."""
    number: Doubles = np.arange(1, count + 1, dtype=np.float64)
    turns: Doubles = 0.6180339887 * number * number
    return turns - np.floor(turns)


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
