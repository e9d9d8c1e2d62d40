"""The sounds of the tone model: what each General MIDI program and drum is made of."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Mono: TypeAlias = NDArray[np.float32]

RATE_HZ = 48_000
TABLE_BITS = 14


class Layer(NamedTuple):
    """One oscillator of a timbre: partial h has amplitude h^-slope, times `even` if h is even.

    It rises over `attack` seconds, then falls from 1 towards `sustain`, by 1/e in `decay`.
    """

    slope: float
    level: float = 1.0
    attack: float = 0.004
    decay: float = 1.0
    sustain: float = 0.0
    ratio: float = 1.0
    even: float = 1.0


class Timbre(NamedTuple):
    """The layers of an instrument and how many seconds it dies away after its release."""

    layers: tuple[Layer, ...]
    release: float


def _plucked(body: float, strike: float, decay: float, release: float = 0.25) -> Timbre:
    layers = (Layer(body, 0.8, decay=decay), Layer(strike, 0.5, 0.002, decay / 8))
    return Timbre(layers, release)


def _held(slope: float, attack: float, release: float, even: float = 1.0) -> Timbre:
    return Timbre((Layer(slope, 1.0, attack, 0.4, 0.8, even=even),), release)


def _wide(slope: float, attack: float, release: float) -> Timbre:
    """A section: two oscillators a few cents apart."""
    layers = [Layer(slope, 0.7, attack, 0.6, 0.85, ratio) for ratio in (0.9982, 1.0018)]
    return Timbre(tuple(layers), release)


def _struck(overtone: float, decay: float) -> Timbre:
    """A bar or a bell: a pure tone under a faster overtone that need not be harmonic."""
    layers = (Layer(9, 1.0, 0.002, decay), Layer(9, 0.35, 0.002, decay / 5, ratio=overtone))
    return Timbre(layers, 0.5)


# One a General MIDI family, in order, and the programs that are unlike their family.
FAMILIES = (
    _plucked(2.2, 1.1, 1.8, 0.3),  # piano
    _struck(3.93, 1.4),  # chromatic percussion
    Timbre((Layer(1.5, 0.9, 0.006, 1.0, 1.0, even=1.3),), 0.06),  # organ
    _plucked(1.8, 0.9, 1.1),  # guitar
    _plucked(2.0, 1.2, 1.2, 0.12),  # bass
    _held(1.25, 0.07, 0.18),  # solo strings
    _wide(1.35, 0.13, 0.4),  # ensemble
    _held(1.0, 0.035, 0.12),  # brass
    _held(1.2, 0.03, 0.1, even=0.55),  # reed
    _held(2.4, 0.045, 0.12),  # pipe
    _wide(1.0, 0.01, 0.12),  # synth lead
    _wide(1.7, 0.45, 1.1),  # synth pad
    _struck(2.01, 2.0),  # synth effects
    _plucked(1.5, 0.7, 0.8),  # plucked from around the world
    _struck(2.76, 0.35),  # percussive
    _wide(1.1, 0.3, 0.8),  # sound effects
)
PROGRAMS = {
    14: _struck(2.76, 2.6),  # tubular bells
    45: _plucked(1.8, 0.9, 0.25),  # pizzicato
    46: _plucked(2.4, 1.4, 1.6, 0.8),  # harp
    47: _struck(1.5, 0.9),  # timpani
    71: _held(1.4, 0.035, 0.1, even=0.12),  # clarinet
}


class Drum(NamedTuple):
    """A drum: a tone falling by `sweep` octaves, and noise between two frequencies."""

    tone_hz: float
    sweep: float
    tone_decay: float
    low_hz: float
    high_hz: float
    noise_decay: float
    noise: float


def _tom(tone_hz: float) -> Drum:
    return Drum(tone_hz, 0.7, 0.22, 100, 2_000, 0.05, 0.15)


KICK, SNARE = Drum(48, 2.2, 0.16, 800, 5_000, 0.008, 0.1), Drum(185, 0.3, 0.07, 900, 9_000, 0.11, 1)
CLAP, WOOD = Drum(0, 0, 1, 800, 4_000, 0.09, 1.2), Drum(900, 0.1, 0.04, 800, 3_000, 0.006, 0.2)
CLOSED, OPEN = Drum(0, 0, 1, 6_500, 15_000, 0.03, 0.7), Drum(0, 0, 1, 6_000, 15_000, 0.28, 0.7)
CRASH, RIDE = Drum(0, 0, 1, 3_000, 14_000, 0.7, 0.8), Drum(2_900, 0, 0.5, 5_000, 13_000, 0.3, 0.35)
SHAKER, BELL = Drum(0, 0, 1, 4_500, 10_000, 0.05, 0.5), Drum(820, 0, 0.2, 3_000, 8_000, 0.02, 0.1)
DRUMS = {35: KICK, 36: KICK, 37: WOOD, 38: SNARE, 39: CLAP, 40: SNARE, 42: CLOSED, 44: CLOSED}
DRUMS |= {46: OPEN, 49: CRASH, 51: RIDE, 52: CRASH, 53: BELL, 54: SHAKER, 55: CRASH, 56: BELL}
DRUMS |= {57: CRASH, 59: RIDE, 69: SHAKER, 70: SHAKER, 76: WOOD, 77: WOOD, 80: BELL, 81: BELL}
DRUMS |= {key: _tom(60.0 + 14.0 * step) for step, key in enumerate((41, 43, 45, 47, 48, 50))}


def timbre(program: int) -> Timbre:
    """Return the timbre of a General MIDI program, 0 to 127."""
    return PROGRAMS.get(program) or FAMILIES[program // 8 % len(FAMILIES)]


def wave(slope: float, even: float, partials: int) -> Mono:
    """Return a cycle of a harmonic tone, as loud as a unit sine, `[2^TABLE_BITS] float32`.

    Its partials' phases keep the crest low (Schroeder 1970).
    """
    number: NDArray[np.int64] = np.arange(1, partials + 1)
    amplitude = number.astype(np.float64) ** -slope * np.where(number % 2 == 0, even, 1.0)
    amplitude /= np.sqrt(np.square(amplitude).sum())
    spectrum = np.zeros((1 << TABLE_BITS) // 2 + 1, dtype=np.complex128)
    spectrum[1 : partials + 1] = amplitude * np.exp(-1j * np.pi * number * (number - 1) / partials)
    # Each cell holds the tone in its middle, where it stands for its surroundings best.
    spectrum *= -1j * np.exp(1j * np.pi * np.arange(len(spectrum)) / (1 << TABLE_BITS))
    return (np.fft.irfft(spectrum) * (1 << TABLE_BITS) / 2).astype(np.float32)


def drum_sound(pitch: int) -> Mono:
    """Return the sound of a General MIDI drum key, `[frames] float32`."""
    drum = DRUMS.get(pitch) or _tom(120.0 + 8.0 * (pitch % 24))
    seconds = 5.0 * max(drum.noise_decay, drum.tone_decay if drum.tone_hz else 0.0)
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    noise = np.random.Generator(np.random.PCG64(pitch)).standard_normal(len(time))
    spectrum, hz = np.fft.rfft(noise), np.fft.rfftfreq(len(time), 1 / RATE_HZ)
    spectrum *= 1 / (1 + (drum.low_hz / np.maximum(hz, 1)) ** 4) / (1 + (hz / drum.high_hz) ** 4)
    band = np.fft.irfft(spectrum, len(time))
    band *= 0.35 * drum.noise / np.sqrt(np.square(band).mean())
    fall = drum.tone_decay / 4
    cycles = time + (2.0**drum.sweep - 1.0) * fall * (1.0 - np.exp(-time / fall))
    tone = np.sin(2 * np.pi * drum.tone_hz * cycles) * np.exp(-time / drum.tone_decay)
    fade = np.minimum(1.0, (seconds - time) / 0.01) * np.minimum(1.0, time / 0.0005)
    sound: Mono = ((band * np.exp(-time / drum.noise_decay) + tone) * fade).astype(np.float32)
    return sound
