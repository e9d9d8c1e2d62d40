"""Measuring how each key's partials are tuned, and in which phases they begin.

A sample begins the same way whenever it is struck, so its partials' phases at the onset are the
key's own: they say whether a period is a pulse or a ripple. What is found goes into
`engine/models/house/partials.safetensors`, which the synthesis reads:
`python -m engine.training.partials`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from engine.models.house.notes import FIRST_KIT, HOP, HOPS_PER_SECOND, RATE_HZ, Doubles, Floats
from engine.models.house.stage import heard_frames
from engine.models.house.timbre import CENTS, MEASURED, MEASURED_KEYS, TURNS, Timbres
from engine.training.data import SOUNDFONT, check_tools, render
from engine.training.scores import struck

log = logging.getLogger(__name__)

FIRST_HOP, HOLD_HOPS, STRIDE_HOPS, VELOCITY = 16, 64, 128, 100
# Eight windows of a sixth of a second, the last half a second after the onset.
WINDOW, WINDOWS, FIRST_FRAME, STRIDE_FRAMES = 8192, 8, 256, 2048
PADDING = 2
STEP_FRAMES = 256  # apart, two windows tell a frequency by the phase it goes through
REACH_CENTS, LEAST_REACH_HZ = 30.0, 4.0
ABOVE_DECIBELS = 6.0  # a partial stands out of what is around it
OFFSETS_HZ: Doubles = np.linspace(-2.5, 2.5, 201)


def make(folder: Path, soundfont: Path) -> None:
    """Measure into the data folder, unless that is done. Raises: StartFailed."""
    if not (folder / MEASURED.name).exists():
        measure(soundfont, folder / MEASURED.name, Timbres(folder / "timbre.json"))


def measure(
    soundfont: Path = SOUNDFONT, target: Path = MEASURED, timbres: Timbres | None = None
) -> None:
    """Measure all programs and write the table. Raises: StartFailed without FluidSynth."""
    from safetensors.numpy import save_file

    check_tools(soundfont)
    known = timbres or Timbres()
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(lambda number: _program(number, known, soundfont), range(FIRST_KIT)))
    keys = [key for row in rows for key in row]
    cents, turns = (np.concatenate([key[column] for key in keys]) for column in (0, 1))
    first = np.cumsum([0, *(len(key[0]) for key in keys)])
    save_file({"first": first.astype(np.int32), "cents": cents, "turns": turns}, target)
    log.info("partials: measured %d of %d keys", len(keys), FIRST_KIT * len(MEASURED_KEYS))


def _program(number: int, timbres: Timbres, soundfont: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return each key's cents and turns as they are kept, both `[partials]`."""
    found = []
    for key, sound in strikes(number, soundfont, MEASURED_KEYS):
        hz = timbres.partials_hz(number, key)
        if hz is None:
            hz = np.zeros(0)
        cents, turns = tuned(sound, hz)
        kept = np.flatnonzero(turns >= 0.0)
        last = kept[-1] + 1 if len(kept) else 0
        found.append(_packed(cents[:last], turns[:last]))
    return found


def _packed(cents: Doubles, turns: Doubles) -> tuple[np.ndarray, np.ndarray]:
    """Put cents and turns into a byte each; a partial that was not found has no turns."""
    whole = np.where(turns < 0.0, TURNS, np.rint(turns * TURNS) % TURNS)
    return np.rint(cents / CENTS).astype(np.int8), whole.astype(np.uint8)


def strikes(
    program: int, soundfont: Path, keys: Sequence[int] = MEASURED_KEYS
) -> Iterator[tuple[int, Floats]]:
    """Yield each key and its sound from its onset on, `[frames] float32`."""
    first, apart, hold = (hops / HOPS_PER_SECOND for hops in (FIRST_HOP, STRIDE_HOPS, HOLD_HOPS))
    score = struck(program, keys, VELOCITY, first, apart, hold)
    sound = render(score, soundfont).mean(axis=1)
    onsets = heard_frames(np.array([note.start_seconds for note in score.notes]))
    for note, onset in zip(score.notes, onsets.astype(int).tolist(), strict=True):
        yield note.pitch, sound[onset : onset + HOLD_HOPS * HOP]


def tuned(sound: Floats, hz: Doubles) -> tuple[Doubles, Doubles]:
    """Return how many cents partials are off `hz`, `[partials]`, and their turns at the onset.

    Turns are those of a cosine, 0 to 1; -1 where no partial stands out.
    """
    cents, turns = np.zeros(len(hz)), np.full(len(hz), -1.0)
    if not sound.any():
        return cents, turns
    first, later = spectra(sound, 0), spectra(sound, STEP_FRAMES)
    size = np.sqrt(np.square(np.abs(first)).mean(axis=0))
    apart = float(np.diff(hz, prepend=0.0).min(initial=np.inf))
    for place, nominal_hz in enumerate(hz.tolist()):
        peak = _peak(size, nominal_hz, apart)
        if peak is not None:
            found_hz = _frequency(first[:, peak], later[:, peak], peak)
            cents[place], turns[place] = _coherent(first[:, peak], peak, found_hz, nominal_hz)
    return cents, turns


def spectra(sound: Floats, delay: int) -> np.ndarray:
    """Return `[windows, bins] complex128` with phases as at the windows' middles."""
    starts = FIRST_FRAME + delay + STRIDE_FRAMES * np.arange(WINDOWS)
    frames = np.stack([sound[start : start + WINDOW] for start in starts])
    found = np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1], PADDING * WINDOW, axis=1)
    turned: np.ndarray = found * np.exp(1j * np.pi * np.arange(found.shape[1]) / PADDING)
    return turned


def _peak(size: Doubles, hz: float, apart_hz: float) -> int | None:
    """Return the bin of the peak near a frequency, None where nothing stands out."""
    step_hz = RATE_HZ / (PADDING * WINDOW)
    reach = min(max(hz * (2.0 ** (REACH_CENTS / 1200.0) - 1.0), LEAST_REACH_HZ), 0.4 * apart_hz)
    low, high = max(1, int((hz - reach) / step_hz)), int((hz + reach) / step_hz) + 2
    peak = low + int(size[low:high].argmax())
    half = max(4, int(0.5 * min(apart_hz, hz) / step_hz))
    around = float(np.median(size[max(0, peak - half) : peak + half + 1]))
    is_peak = size[peak] >= max(size[peak - 1], size[peak + 1])
    if not is_peak or size[peak] < around * 10.0 ** (ABOVE_DECIBELS / 20.0):
        return None
    return peak


def _frequency(spectrum: np.ndarray, later: np.ndarray, peak: int) -> float:
    """Return a peak's frequency by how far its phase went in STEP_FRAMES.

    Source: Flanagan and Golden, Phase vocoder (1966).
    """
    # The windows' middles moved, too, so the phase went the whole way of the frequency.
    turn = float(np.angle((later * spectrum.conj()).sum())) / (2.0 * np.pi)
    near_hz = peak * RATE_HZ / (PADDING * WINDOW)
    whole = np.rint(near_hz * STEP_FRAMES / RATE_HZ - turn)
    return float((turn + whole) * RATE_HZ / STEP_FRAMES)


def _coherent(
    spectrum: np.ndarray, peak: int, found_hz: float, nominal_hz: float
) -> tuple[float, float]:
    """Return the cents and the turns at the onset that explain all windows best.

    The frequencies tried are those that can be kept: the phase makes up for what a byte loses.
    """
    middles = FIRST_FRAME + WINDOW / 2 + STRIDE_FRAMES * np.arange(WINDOWS)
    cents = 1200.0 * np.log2((found_hz + OFFSETS_HZ) / nominal_hz)
    cents = np.unique(np.clip(np.rint(cents / CENTS), -127, 127)) * CENTS
    hz = nominal_hz * 2.0 ** (cents / 1200.0)
    sums = np.exp(-2j * np.pi * hz[:, None] * middles / RATE_HZ) @ spectrum
    best = int(np.abs(sums).argmax())
    return float(cents[best]), float(np.angle(sums[best]) / (2.0 * np.pi)) % 1.0


if __name__ == "__main__":
    measure()
