"""Noise as it is played: where envelopes want what waves have not, a block at a time."""

from __future__ import annotations

import numpy as np
import torch

from engine.models.house.notes import FFT, HOP, Floats, hann_window, mel_filters
from engine.models.house.synthesis import spread_to_bins

FADE_FRAMES = 32  # an onset opens within 0.7 ms
GRAIN = 2 * HOP  # noise comes in grains of two blocks that fade into each other
INAUDIBLE = 1e-6

_FALL = np.cos(np.arange(HOP, dtype=np.float32) * np.float32(np.pi / 2 / HOP))
_RISE = np.sin(np.arange(HOP, dtype=np.float32) * np.float32(np.pi / 2 / HOP))


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

    def onset(self, power: Floats, silent_frames: int) -> Floats:
        """Return a block in which noise of `[sides, MELS]` mel power begins, `[sides, HOP]`."""
        if power.max(initial=0.0) <= INAUDIBLE**2:
            return np.zeros((len(power), HOP), np.float32)
        grain = self._grains(power)
        self._falling = self._falling + _FALL * grain[:, HOP:]
        return grain[:, :HOP] * opening(silent_frames)

    def _grains(self, power: Floats) -> Floats:
        """Return `[sides, GRAIN]` noise, the same on all sides but for its power."""
        floor = INAUDIBLE**2 / 16
        gains = np.exp(product(0.5 * np.log(np.maximum(power, floor) * self._unit), self._to_bins))
        spectrum = self._random.standard_normal((2, gains.shape[1]), dtype=np.float32)
        wave = (spectrum[0] + 1j * spectrum[1]) * np.float32(np.sqrt(GRAIN / 2))
        return np.fft.irfft(gains * wave).astype(np.float32)


def product(a: Floats, b: Floats) -> Floats:
    """Return `a @ b` by torch: two libraries' threads in turn would wait for each other."""
    out: Floats = torch.mm(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    return out
