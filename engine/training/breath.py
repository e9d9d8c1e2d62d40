"""Measuring how much of each program's sound is breath, bow or hammer: noise between partials.

What is found goes into `engine/models/house/breath.safetensors`, which the synthesis reads:
`python -m engine.training.breath`.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from engine.models.house.notes import (
    FFT,
    FIRST_KIT,
    FLOOR,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    hann_window,
    log_mel,
    mel_filters,
)
from engine.models.house.timbre import (
    BREATH,
    BREATH_DECIBELS,
    BREATH_KEYS,
    BREATH_MELS,
    FILE,
    MEASURED,
    Timbres,
)
from engine.training.data import SOUNDFONT, check_tools
from engine.training.partials import (
    FIRST_FRAME,
    PADDING,
    STRIDE_FRAMES,
    WINDOW,
    WINDOWS,
    spectra,
    strikes,
)

log = logging.getLogger(__name__)

# What a partial takes up: a window's lobe, what it wavers, at most this part of their distance.
LOBE_HZ, WAVER, MOST_OF_GAP = 10.0, 0.006, 0.38
LEAST_BINS, LEAST_FREE = 6, 0.1
EMPTY = 1e-16
AROUND = 4  # pairs of mels


def make(folder: Path, soundfont: Path) -> None:
    """Measure into the data folder, unless that is done. Raises: StartFailed."""
    if not (folder / BREATH.name).exists():
        timbres = Timbres(folder / FILE.name, folder / MEASURED.name)
        measure(soundfont, folder / BREATH.name, timbres)


def measure(
    soundfont: Path = SOUNDFONT, target: Path = BREATH, timbres: Timbres | None = None
) -> None:
    """Measure all programs and write the table. Raises: StartFailed without FluidSynth."""
    from safetensors.numpy import save_file

    check_tools(soundfont)
    known = timbres or Timbres()
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(lambda each: _program(each, known, soundfont), range(FIRST_KIT)))
    save_file({"breath": np.stack(rows)}, target)
    log.info("breath: measured %d programs", len(rows))


def _program(number: int, timbres: Timbres, soundfont: Path) -> np.ndarray:
    """Return the table's rows of a program, `[keys, MELS // BREATH_MELS] uint8`."""
    shares = []
    for key, sound in strikes(number, soundfont, BREATH_KEYS):
        found = timbres.partials(number, key)
        is_heard = found is not None and sound.any()
        shares.append(share(sound, found[0]) if found and is_heard else np.zeros(MELS))
    pairs = np.array(shares).reshape(len(shares), -1, BREATH_MELS).mean(axis=2)
    decibels = -10.0 * np.log10(np.maximum(pairs, EMPTY))
    table = np.clip(np.rint(decibels / BREATH_DECIBELS), 0, 255).astype(np.uint8)
    # Other keys' partials lie elsewhere: what counts is the noise under the partials around.
    padded = np.pad(table, ((0, 0), (AROUND, AROUND)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1, axis=1)
    return np.ascontiguousarray(windows.max(axis=2))


def share(sound: Floats, hz: Doubles) -> Doubles:
    """Return which part of a held key's mel power lies between its partials, `[MELS]`.

    The noise's density is the median of the bins that no partial takes up: what of a wavering
    partial comes in between raises a mean, and the median hardly.
    """
    power = np.square(np.abs(spectra(sound, 0))).mean(axis=0)
    place = np.arange(len(power)) * RATE_HZ / (PADDING * WINDOW)
    free, filters = _free(hz, place), mel_filters()
    bins_hz = np.arange(FFT // 2 + 1) * RATE_HZ / FFT
    density = np.full(MELS, np.nan)
    for mel, triangle in enumerate(filters):
        weight = np.interp(place, bins_hz, triangle)
        inside = np.flatnonzero((weight > 0.0) & free)
        if len(inside) >= LEAST_BINS and weight[inside].sum() > LEAST_FREE * weight.sum():
            density[mel] = np.median(power[inside]) / np.log(2.0)
    known = np.flatnonzero(~np.isnan(density))
    if not len(known):
        return np.zeros(MELS)
    logs = np.interp(np.arange(MELS), known, np.log(np.maximum(density[known], EMPTY)))
    unit = np.square(hann_window()).sum() / np.square(np.hanning(WINDOW)).sum()
    heard = log_mel(sound[FIRST_FRAME : FIRST_FRAME + WINDOW + (WINDOWS - 1) * STRIDE_FRAMES])
    whole = np.exp(2.0 * heard[2:-2]).mean(axis=0) - FLOOR**2
    noise = np.exp(logs) * unit * filters.sum(axis=1)
    return np.asarray(np.clip(noise / np.maximum(whole, EMPTY), 0.0, 1.0), np.float64)


def _free(hz: Doubles, place: Doubles) -> np.ndarray:
    """Say which places in the spectrum, `[bins]` Hz, no partial takes up, nor one above the last.

    `hz` `[partials]` rise, and go on above the last as they did below it.
    """
    apart = np.diff(hz, prepend=0.0)
    beyond = np.arange(hz[-1] + apart[-1], RATE_HZ / 2.0, max(float(apart[-1]), LOBE_HZ))
    width = np.minimum(
        np.maximum(LOBE_HZ, WAVER * place), MOST_OF_GAP * max(float(apart.min()), 1.0)
    )
    every = np.concatenate((hz, beyond))
    above = np.searchsorted(every, place).clip(1, len(every) - 1) if len(every) > 1 else 0
    nearest = np.minimum(np.abs(place - every[above]), np.abs(place - every[above - 1]))
    return np.asarray(nearest > width, np.bool_)


if __name__ == "__main__":
    measure()
