"""One block of a live performance: partials and noise, a block at a time, nothing ahead.

Block b is the HOP samples from b * HOP on. No spectra are overlapped over the sum, as for a
score: a note is heard from its first sample on.
"""

from __future__ import annotations

import numpy as np

from engine.models.house.notes import FFT, HOP, Doubles, Floats, hann_window, mel_filters
from engine.models.house.partials import product
from engine.models.house.synthesis import FADE_FRAMES, spread_to_bins

COARSE, FINE = 16, 32  # a block's frames, as rows of frames
GRAIN = 2 * HOP  # noise comes in grains of two blocks that fade into each other
INAUDIBLE = 1e-6

_ROWS = np.arange(COARSE, dtype=np.float32)
_COLUMNS = np.arange(FINE, dtype=np.float32)
_FALL = np.cos(np.arange(HOP, dtype=np.float32) * np.float32(np.pi / 2 / HOP))
_RISE = np.sin(np.arange(HOP, dtype=np.float32) * np.float32(np.pi / 2 / HOP))


def partials(begin: Floats, end: Floats, turns: Doubles, step: Doubles) -> Floats:
    """Return the sum of partials over one block, `[sides, HOP] float32`.

    Amplitudes go straight from `begin` to `end`, both `[sides, partials]`; `turns` `[partials]`
    are the phases where the block begins, `step` the turns in a frame. The wave of frame
    FINE i + j is that of i times that of j, so all is one matrix product.
    """
    sides, count = begin.shape
    if not count:
        return np.zeros((sides, HOP), np.float32)
    phase = (2.0 * np.pi * (turns - np.floor(turns))).astype(np.float32)[:, None]
    speed = (2.0 * np.pi * step).astype(np.float32)[:, None]
    coarse, fine = phase + speed * (FINE * _ROWS), speed * _COLUMNS
    waves = np.empty((count, 4, FINE), np.float32)
    np.cos(fine, out=waves[:, 0])
    np.sin(fine, out=waves[:, 1])
    waves[:, 2:] = waves[:, :2] * (_COLUMNS / FINE)
    rows = np.empty((sides, COARSE, count, 4), np.float32)
    rise = (end - begin)[:, None] / COARSE
    level = begin[:, None] + rise * _ROWS[:, None]
    cosine, sine = np.cos(coarse).T, -np.sin(coarse).T
    rows[..., 0], rows[..., 1] = level * cosine, level * sine
    rows[..., 2], rows[..., 3] = rise * cosine, rise * sine
    sound = product(rows.reshape(sides * COARSE, 4 * count), waves.reshape(4 * count, FINE))
    return sound.reshape(sides, HOP)


def opening(silent_frames: int) -> Floats:
    """Return the `[HOP] float32` gain of a block in which a note begins."""
    ramp = (np.arange(HOP, dtype=np.float32) - (silent_frames - 1)) / FADE_FRAMES
    return np.clip(ramp, 0.0, 1.0)


class Noise:
    """Makes noise of a wanted mel power, block by block."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.Generator(np.random.SFC64(seed))
        self._to_bins = np.ascontiguousarray(spread_to_bins()[:, :: FFT // GRAIN])
        unit = float(np.square(hann_window()).sum()) * mel_filters().sum(axis=1)
        self._unit = (1.0 / unit).astype(np.float32)
        self._falling = np.zeros((1, HOP), np.float32)

    def block(self, power: Floats) -> Floats:
        """Return a block of noise that comes to `[sides, MELS]` mel power, `[sides, HOP]`.

        Each block fades the grain before out and its own in; where that one had two sides, so
        has the block.
        """
        out = self._falling
        self._falling = np.zeros((1, HOP), np.float32)
        if power.max(initial=0.0) > INAUDIBLE**2:
            grain = self._grains(power)
            out = out + _RISE * grain[:, :HOP]
            self._falling = _FALL * grain[:, HOP:]
        return out

    def onset(self, power: Floats, silent_frames: int, before: float) -> Floats:
        """Return a block in which noise of `[sides, MELS]` mel power begins, `[sides, HOP]`.

        `before` is its first sample's amplitude over that at the block's end.
        """
        if power.max(initial=0.0) <= INAUDIBLE**2:
            return np.zeros((len(power), HOP), np.float32)
        grain = self._grains(power)
        self._falling = self._falling + _FALL * grain[:, HOP:]
        ramp = np.linspace(before, 1.0, HOP - silent_frames, dtype=np.float32)
        gain = opening(silent_frames)
        gain[silent_frames:] *= ramp
        return grain[:, :HOP] * gain

    def _grains(self, power: Floats) -> Floats:
        """Return `[sides, GRAIN]` noise, the same on all sides but for its power."""
        floor = INAUDIBLE**2 / 16
        gains = np.exp(product(0.5 * np.log(np.maximum(power, floor) * self._unit), self._to_bins))
        spectrum = self._random.standard_normal((2, gains.shape[1]), dtype=np.float32)
        wave = (spectrum[0] + 1j * spectrum[1]) * np.float32(np.sqrt(GRAIN / 2))
        return np.fft.irfft(gains * wave).astype(np.float32)
