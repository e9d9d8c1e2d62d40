"""Measuring where instruments' partials lie, and the modes of bars, bells and drums.

Keys of every program and every drum are rendered by FluidSynth; what is found goes into
`engine/models/house/timbre.json`, which the synthesis reads: `python -m engine.training.timbre`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, RATE_HZ, Doubles, Floats, pitch_hz
from engine.models.house.timbre import FILE, HIGHEST_HZ, KEYS, stretched
from engine.training import scores
from engine.training.data import SOUNDFONT, check_tools, render

log = logging.getLogger(__name__)

# Hats and cymbals are washes, whatever stands out of them.
CYMBALS = frozenset((42, 44, 46, 49, 51, 52, 55, 57, 59))
DRUMS = tuple(key for key in range(27, 88) if key not in CYMBALS)
# Bars, bells, an orchestra's chord, and skins; all other programs have a series of partials.
MODAL = frozenset((*range(8, 16), 47, 55, 108, *range(112, 119)))
APART_SECONDS = 2.0
HELD_SECONDS = 1.2
ATTACK_FRAMES, LONG_FRAMES = 4_800, 32_768
PADDING = 2
RANGE_DECIBELS, ABOVE_DECIBELS = 50.0, 15.0
NEAR_CENTS = 12.0
HARMONIC = 0.6  # of its peaks' amplitudes lie where a stretched series has partials
TONAL = 0.5  # of a drum's power lies in its modes
MOST_MODES = 24
STIFFNESSES = np.array([0.0, *np.geomspace(3e-6, 3e-3, 30)])
TUNINGS = np.arange(-24.0, 25.0, 6.0)


def make(folder: Path, soundfont: Path) -> None:
    """Measure into the data folder, unless that is done. Raises: StartFailed."""
    if not (folder / FILE.name).exists():
        measure(soundfont, folder / FILE.name)


def measure(soundfont: Path = SOUNDFONT, target: Path = FILE) -> None:
    """Measure all instruments and write the table. Raises: StartFailed without FluidSynth."""
    check_tools(soundfont)
    with ThreadPoolExecutor(2) as pool:
        numbers = range(INSTRUMENTS)
        rows = list(pool.map(lambda number: _instrument(number, soundfont), numbers))
    table = {str(number): row for number, row in enumerate(rows) if row}
    lines = [f'"{number}": {json.dumps(row)}' for number, row in table.items()]
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    log.info("timbre: measured %d instruments", len(table))


def _instrument(number: int, soundfont: Path) -> dict[str, Any]:
    """Measure a program, or the drums of a kit."""
    if number >= FIRST_KIT:
        found = {key: _modes_of_drum(sound) for key, sound in _keys(number, DRUMS, soundfont)}
        return {"drums": {key: modes for key, modes in found.items() if modes}}
    heard = [(key, sound) for key, sound in _keys(number, KEYS, soundfont) if sound.any()]
    series = {key: _series(key, sound) for key, sound in heard}
    fitted = {key: row["stiffness"] for key, row in series.items() if "stiffness" in row}
    if len(fitted) * 2 < len(series) and number in MODAL:
        return {"modes": {key: row["modes"] for key, row in series.items() if row["modes"]}}
    return {"stiffness": fitted}


def _keys(instrument: int, keys: Sequence[int], soundfont: Path) -> Iterator[tuple[int, Floats]]:
    """Yield each key and its sound, `[frames] float32` from its onset on."""
    score = scores.scale(instrument, tuple(keys), HELD_SECONDS, APART_SECONDS)
    sound = render(score, soundfont).mean(axis=1)
    for note in score.notes:
        first = round(note.start_seconds * RATE_HZ)
        yield note.pitch, sound[first : first + LONG_FRAMES + ATTACK_FRAMES]


def _series(key: int, sound: Floats) -> dict[str, Any]:
    """Describe a held key: its modes, and where they are a stretched series, that."""
    nominal_hz = float(pitch_hz(np.array(key)))
    hz, size = peaks(sound[ATTACK_FRAMES:], nominal_hz * 0.4)
    kept = np.sort(np.argsort(size)[::-1][:MOST_MODES])
    found: dict[str, Any] = {"modes": (hz[kept] / nominal_hz).round(4).tolist()}
    stiffness, _, explained = fit(hz, size, nominal_hz)
    if explained >= HARMONIC:
        found["stiffness"] = float(f"{stiffness:.2g}")
    return found


def peaks(sound: Floats, lowest_hz: float) -> tuple[Doubles, Doubles]:
    """Return the frequencies and amplitudes of what stands out of a sound's spectrum."""
    size, step_hz = _spectrum(sound)
    level = 20.0 * np.log10(size + 1e-9)
    reach = round(6.0 / step_hz)
    around = level.copy()
    for shift in range(1, reach + 1):
        around[shift:] = np.maximum(around[shift:], level[:-shift])
        around[:-shift] = np.maximum(around[:-shift], level[shift:])
    blocks = np.median(level[: len(level) // 128 * 128].reshape(-1, 128), axis=1)
    floor = np.interp(np.arange(len(level)), np.arange(len(blocks)) * 128 + 64, blocks)
    place = np.arange(len(level)) * step_hz
    is_peak = (level >= around) & (level > level.max() - RANGE_DECIBELS)
    is_peak &= (level > floor + ABOVE_DECIBELS) & (place > lowest_hz) & (place < HIGHEST_HZ)
    return place[is_peak], size[is_peak]


def _spectrum(sound: Floats) -> tuple[Doubles, float]:
    window = np.hanning(len(sound))
    size = np.abs(np.fft.rfft(sound * window, PADDING * len(sound))) * 2.0 / window.sum()
    return size, RATE_HZ / (PADDING * len(sound))


def fit(hz: Doubles, size: Doubles, nominal_hz: float) -> tuple[float, float, float]:
    """Fit a stretched series to peaks: stiffness, tuning in cents, share that it explains."""
    weight = np.sqrt(size) / max(float(np.sqrt(size).sum()), 1e-12)
    best = (0.0, 0.0, 0.0)
    for stiffness in STIFFNESSES.tolist():
        logs = np.log2(stretched(128, stiffness))
        place = np.log2(hz / nominal_hz) - TUNINGS[:, None] / 1200.0
        above = np.searchsorted(logs, place).clip(1, 127)
        off = np.minimum(np.abs(logs[above] - place), np.abs(place - logs[above - 1]))
        shares = np.where(1200.0 * off < NEAR_CENTS, weight, 0.0).sum(axis=1)
        # A peak among dense partials is always near one: what is simple goes first.
        if shares.max(initial=0.0) > best[2] + 0.01:
            best = (stiffness, float(TUNINGS[shares.argmax()]), float(shares.max()))
    return best


def _modes_of_drum(sound: Floats) -> list[float]:
    """Return the frequencies of a drum's modes, none where it is mostly noise."""
    sound = sound[256 : 256 + LONG_FRAMES // 2]
    if not sound.any():
        return []
    hz, size = peaks(sound, 60.0)
    kept = np.sort(np.argsort(size)[::-1][:MOST_MODES])
    spectrum, step_hz = _spectrum(sound)
    power = np.square(spectrum)
    place = np.arange(len(power)) * step_hz
    is_mode = np.zeros(len(power), np.bool_)
    for centre in hz[kept]:
        is_mode |= np.abs(place - centre) < 12.0
    share = power[is_mode].sum() / max(float(power.sum()), 1e-18)
    return hz[kept].round(1).tolist() if share > TONAL else []


if __name__ == "__main__":
    measure()
