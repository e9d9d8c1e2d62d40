"""Colour: what moves the spectra of waves to where envelopes want them, a block at a time.

A filter hears nothing ahead: its response is of minimum phase, so that a note begins when it is
struck. Blocks go through the filters of before and of now, and fade from one to the other.
Source of the response: Oppenheim and Schafer, Discrete-time signal processing (the real cepstrum).
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.models.house.live_noise import product
from engine.models.house.notes import FFT, HOP, Floats
from engine.models.house.stage import RAMP
from engine.models.house.synthesis import CLEARANCE, HIGHEST_GAIN, LOWEST_GAIN, spread_to_bins

SIZE = 2 * HOP  # of a Fourier transform: a block, and the one before
BINS = SIZE // 2 + 1
LOUDEST = 8.0  # over the wave itself
# What is so far under a note's sum, in power, is not told apart from nothing.
UNHEARD, QUIET = 1e-9, 1e-14
SMOOTHING = (0.0, 1.0, 0.0)

Spectra: TypeAlias = NDArray[np.complex64]


class Match(NamedTuple):
    """How notes' waves become what is wanted of them.

    `level` `[notes]` is how much louder they are, `colour` `[notes, MELS]` log gains beside that,
    `breath` `[notes, MELS]` the power of noise where waves have next to nothing.
    """

    level: Floats
    colour: Floats
    breath: Floats


def match(wanted: Floats, own: Floats) -> Match:
    """Compare `[notes, MELS]` mel powers that are wanted with those of notes' waves."""
    whole, power = wanted.sum(axis=1), own.sum(axis=1)
    level = np.minimum(np.sqrt(whole / np.maximum(power, QUIET)), np.float32(LOUDEST))
    own = own * np.square(level)[:, None]
    missing = np.maximum(wanted - np.float32(CLEARANCE) * own, 0.0)
    unheard = (UNHEARD * whole + QUIET)[:, None]
    gain = (wanted + unheard) / (own + missing + unheard)
    colour = np.clip(0.5 * np.log(gain), np.log(LOWEST_GAIN), np.log(HIGHEST_GAIN))
    return Match(*(np.asarray(x, np.float32) for x in (level, colour, missing * gain)))


class Filters:
    """Makes filters of colours, and sounds blocks through them."""

    def __init__(self) -> None:
        self._to_bins = np.ascontiguousarray(spread_to_bins()[:, :: FFT // HOP])
        folding = np.zeros(HOP, np.float32)
        folding[[0, HOP // 2]], folding[1 : HOP // 2] = 1.0, 2.0
        self._folding = folding
        self._ending = np.asarray(0.5 + 0.5 * np.cos(np.pi * RAMP), np.float32)

    def responses(self, colour: Floats) -> Spectra:
        """Return the filters of `[notes, MELS]` log gains, `[notes, BINS] complex64`."""
        cepstrum = np.fft.irfft(product(colour, self._to_bins)) * self._folding
        # Half of a transform, and ending in it: a block and the one before hear all of it.
        kernel = np.fft.irfft(np.exp(np.fft.rfft(cepstrum))) * self._ending
        return np.asarray(np.fft.rfft(kernel, SIZE), np.complex64)


def spectra(before: Floats, now: Floats) -> Spectra:
    """Return the spectra of `[notes, HOP]` blocks and those before them, `[notes, BINS]`."""
    return np.asarray(np.fft.rfft(np.concatenate((before, now), axis=1)), np.complex64)


def sounded(spectrum: Spectra) -> Floats:
    """Return the blocks of filtered `[..., BINS]` spectra, `[..., HOP] float32`."""
    return np.asarray(np.fft.irfft(spectrum)[..., HOP:], np.float32)


def mixed(gains: Floats, spectrum: Spectra) -> Spectra:
    """Add up `[notes, BINS]` spectra by `[sides, notes]` gains into `[sides, BINS]`."""
    return np.asarray(np.einsum("sn,nb->sb", gains, spectrum), np.complex64)


def fading(before: Floats, now: Floats) -> Floats:
    """Go from one `[..., HOP]` block to the other."""
    faded: Floats = before + RAMP * (now - before)
    return faded
