"""What is heard in sound without a score: its beat, its key, how loud it is.

Numpy only: what the usual libraries do here they compile as it is first asked for, for up to
minutes, in which the engine could do nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.composing.analysis import Grid, key_of
from engine.composing.brief import whole_tempo
from engine.composing.theory import Bar, Key

Floats: TypeAlias = NDArray[np.float64]

LISTEN_SECONDS = 20.0
LEAST_SECONDS = 2.0
HOPS_PER_SECOND = 100
ONSET_SECONDS, CHROMA_SECONDS = 0.04, 0.34
SLOWEST, FASTEST, USUAL = 55.0, 190.0, 105.0
OCTAVE_SPREAD = 0.7  # how readily a tempo is taken for twice or half of the usual, in octaves
FALLBACK_TEMPO = 100.0
LOWEST_HZ, HIGHEST_HZ = 60.0, 2_000.0
WEIGHT = 2.0
LOOSE_BEATS = 0.12  # by how much a loop may miss its beats
SILENCE = 1e-5


@dataclass(frozen=True)
class Heard:
    """The beat at the end of a sound, counted in its own seconds, and its key."""

    grid: Grid
    key: Key


def listen(audio: NDArray[np.float32], rate_hz: int, bar: Bar | None = None) -> Heard:
    """Listen to the end of `[frames, channels] float32` audio; bars are 4/4 where none is told.

    Source of the beat: a Fourier tempogram of the onsets (Grosche and Mueller, "Extracting
    predominant local pulse information from music recordings", 2011), of one tempo.
    """
    bar, seconds = bar or Bar(4, 4), len(audio) / rate_hz
    since = max(0.0, seconds - LISTEN_SECONDS)
    mono = np.asarray(audio[round(since * rate_hz) :].mean(axis=1), np.float64)
    unheard = Heard(Grid(FALLBACK_TEMPO, bar, seconds), Key(0, "major"))
    if len(mono) < LEAST_SECONDS * rate_hz or np.abs(mono).max() < SILENCE:
        return unheard
    key = key_of(_chroma(mono, rate_hz))
    begun, struck = onsets(mono, rate_hz)
    if not begun.any():
        return Heard(unheard.grid, key)
    beats_a_minute = tempo_of(begun, struck)
    first = _first_beat(begun + WEIGHT * struck, beats_a_minute)
    looped = None if since else _loop_tempo(beats_a_minute, first, seconds, bar)
    if looped is not None:
        beats_a_minute, first = looped, 0.0
    else:
        first += _downbeat(begun + WEIGHT * struck, beats_a_minute, first, bar) + since
    grid = Grid(whole_tempo(beats_a_minute * bar.beat), bar, first)
    return Heard(grid.at(seconds), key)


def _loop_tempo(tempo: float, first: float, seconds: float, bar: Bar) -> float | None:
    """Return the tempo at which a sound is whole bars from its beginning on; None where it is not.

    That is how loops are cut. The louder beats tell less of where a bar begins.
    """
    period, beats = 60.0 / tempo, max(1, round(bar.quarters / bar.beat))
    count = beats * round(seconds / period / beats)
    is_on_beat = min(first % period, -first % period) < LOOSE_BEATS * period
    if not count or not is_on_beat or abs(seconds / period - count) > LOOSE_BEATS:
        return None
    return 60.0 * count / seconds


def _spectra(mono: Floats, rate_hz: int, seconds: float, hop: int) -> Floats:
    """Return magnitudes `[hops, bins]`, each centred on its hop."""
    size = 1 << round(np.log2(seconds * rate_hz))
    padded = np.pad(mono, (size // 2, size // 2))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    window = np.hanning(size)
    parts = [np.abs(np.fft.rfft(frames[i : i + 256] * window)) for i in range(0, len(frames), 256)]
    return np.asarray(np.concatenate(parts) / size, np.float64)


def _chroma(mono: Floats, rate_hz: int) -> Floats:
    """Return how much is heard of each pitch class, `[12]`, from the peaks of the spectra."""
    spectra = _spectra(mono, rate_hz, CHROMA_SECONDS, rate_hz // 8)
    hz = np.fft.rfftfreq(2 * (spectra.shape[1] - 1), 1.0 / rate_hz)
    heard = np.flatnonzero((hz >= LOWEST_HZ) & (hz <= HIGHEST_HZ))
    here, below, above = (spectra[:, heard + step] for step in (0, -1, 1))
    is_peak = (here > below) & (here >= above) & (here > 0.02 * here.max(axis=1, keepdims=True))
    # The peak lies between bins, where a parabola through three of them has its top.
    curve = np.log([below + 1e-9, here + 1e-9, above + 1e-9])
    bend = 2.0 * curve[1] - curve[0] - curve[2]
    shift = np.clip(0.5 * (curve[2] - curve[0]) / np.maximum(bend, 1e-9), -0.5, 0.5)
    pitch = 69.0 + 12.0 * np.log2((hz[heard] + shift * hz[1])[is_peak] / 440.0)
    strength = np.sqrt(here[is_peak]) * (pitch < 84.0) * np.cos(np.pi * (pitch % 1.0)) ** 2
    classes = np.round(pitch).astype(np.int64) % 12
    return np.asarray(np.bincount(classes, strength, minlength=12), np.float64)


def onsets(mono: Floats, rate_hz: int) -> tuple[Floats, Floats]:
    """Return how much begins at each hop, and how hard, `[hops]` each.

    The one counts a high-hat as much as a bass drum and finds the tempo; the other, which is how
    much louder it gets, finds the beat in it.
    """
    spectra = _spectra(mono, rate_hz, ONSET_SECONDS, rate_hz // HOPS_PER_SECOND)
    level = np.log(spectra + 1e-5)
    rises = np.maximum(np.diff(level, axis=0, prepend=level[:1]), 0.0).mean(axis=1)
    louder = np.maximum(np.diff(spectra, axis=0, prepend=spectra[:1]), 0.0)
    hits = np.sqrt(np.square(louder).sum(axis=1))
    width = HOPS_PER_SECOND // 2
    found = [
        np.maximum(part - np.convolve(part, np.ones(width) / width, "same"), 0.0)
        for part in (rises, hits)
    ]
    return found[0] / max(found[0].max(), 1e-9), found[1] / max(found[1].max(), 1e-9)


def tempo_of(onsets: Floats, struck: Floats) -> float:
    """Return the beats a minute at which onsets come, and at which it is struck hardest."""
    seconds = np.arange(len(onsets)) / HOPS_PER_SECOND
    coarse = np.exp(np.arange(np.log(SLOWEST), np.log(FASTEST), 0.1 / max(seconds[-1], 1.0)))
    usual = np.exp(-0.5 * np.square(np.log2(coarse / USUAL) / OCTAVE_SPREAD))
    often, hard = (_regularity(part, seconds, coarse) for part in (onsets, struck))
    found = float(coarse[int(np.argmax(usual * (often / often.max() + hard / hard.max())))])
    fine = found * np.linspace(0.99, 1.01, 81)
    return float(fine[int(np.argmax(_regularity(onsets, seconds, fine)))])


def _regularity(onsets: Floats, seconds: Floats, tempos: Floats) -> Floats:
    parts = [
        weight * np.abs(_turning(onsets, seconds, factor * tempos))
        for factor, weight in ((1.0, 1.0), (2.0, 0.5), (4.0, 0.25))
    ]
    return np.asarray(sum(parts), np.float64)


def _first_beat(onsets: Floats, tempo: float) -> float:
    """Return the second of the first beat, where beats come at a tempo."""
    period, end = 60.0 / tempo, len(onsets) / HOPS_PER_SECOND
    phases = np.arange(0.0, period, 0.5 / HOPS_PER_SECOND)
    combs = [_struck(onsets, np.arange(phase, end, period)).sum() for phase in phases]
    return float(phases[int(np.argmax(combs))])


def _turning(onsets: Floats, seconds: Floats, tempos: Floats) -> NDArray[np.complex128]:
    """Return the Fourier coefficients of onsets at tempos."""
    angles = -2j * np.pi / 60.0 * seconds
    return np.array([np.dot(onsets, np.exp(angles * tempo)) for tempo in tempos])


def _struck(onsets: Floats, seconds: Floats) -> Floats:
    """Return how strongly something begins at each of some moments, a hop early or late."""
    hops = np.clip(np.round(seconds * HOPS_PER_SECOND).astype(np.int64), 1, len(onsets) - 2)
    return np.maximum(onsets[hops], 0.7 * np.maximum(onsets[hops - 1], onsets[hops + 1]))


def _downbeat(onsets: Floats, tempo: float, first: float, bar: Bar) -> float:
    """Return how long after a beat the bar begins: at the beats that are struck hardest."""
    period, count = 60.0 / tempo, max(1, round(bar.quarters / bar.beat))
    end = len(onsets) / HOPS_PER_SECOND
    sums = [
        float(_struck(onsets, np.arange(first + k * period, end, count * period)).mean())
        if first + k * period < end
        else 0.0
        for k in range(count)
    ]
    return int(np.argmax(sums)) * period
