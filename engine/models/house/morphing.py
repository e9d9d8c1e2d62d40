"""A sound between two sounds of which no notes are known.

Both take as long as lies between their lengths, beat with beat where they have any (courses.py).
At every moment the power of the one's spectrum
is carried over to where the other has its own, a share of the way along the mel scale, so that
what is between two pitches is a pitch between them; loudness is between both. The vocoder makes
that sound, window after window in the same phases. Imports torch once a window is rendered.

Source: Henderson and Solomon, "Audio transport: a generalized portamento via optimal transport"
(DAFx 2019), here on mel bands; loudness by Stevens's power law.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.jobs import Window
from engine.models.base import STEMS, Audio, Context, Tick, window_seed
from engine.models.house.courses import Course, courses
from engine.models.house.notes import (
    FFT,
    FLOOR,
    HOP,
    MELS,
    Doubles,
    Floats,
    Integers,
    hann_window,
    mel_edges_hz,
    mel_filters,
)
from engine.wire import ModelFailed, Request

STEM = "01-between"
LOUDNESS = 0.3  # the exponent by which power is heard
LOOKAHEAD_HOPS = 2  # as in vocoder.py, which imports torch
BATCH_HOPS = 32  # between two looks whether the job was cancelled
SILENT = FLOOR**2


@dataclass(frozen=True)
class Morph:
    """Two sources, `[frames, 2] float32` each, how far from the first to the second, and the ways.

    `courses` says which of their frames are heard at each of the `frames` of what lies between.
    """

    sources: tuple[Audio, Audio]
    mix: float
    frames: int
    courses: tuple[Course, Course]

    @classmethod
    def of(cls, sources: Sequence[Audio], mix: float) -> Morph:
        """Return what lies between two sounds."""
        found, frames = courses(sources, mix)
        return cls((sources[0], sources[1]), mix, frames, found)

    def windows(self, request: Request, edges_of: Callable[[int], list[int]]) -> list[Window]:
        """Cut the sound into windows."""
        inner = edges_of(-(-self.frames // HOP))[:-1]
        edges = [*(hop * HOP for hop in inner), self.frames]
        names = (STEM,) if request.parameters.get("stems", False) else ()
        return [
            Window(i, len(edges) - 1, first, last - first, request, self, names)
            for i, (first, last) in enumerate(pairwise(edges))
        ]


def step(
    window: Window, morph: Morph, context: Context | None, tick: Tick
) -> tuple[Audio, Context]:
    """Render a window as `[frames, 2] float32`; the context is the vocoder's.

    Raises: JobCancelled, ModelFailed.
    """
    from engine.models.house.renderer import one_thread
    from engine.models.house.vocoder import Vocoder

    stream = Vocoder.load().stream(window_seed(window.request.seed, 0) % (1 << 31))
    if window.index:
        if not context or "phase" not in context:
            raise ModelFailed(f"window {window.index} needs the context of the window before it")
        stream.resume(context)
    first = window.first_frame // HOP
    heard = first + (LOOKAHEAD_HOPS if window.index else 0)
    last = -(-(window.first_frame + window.frames) // HOP) + LOOKAHEAD_HOPS
    made: list[Floats] = []
    sides: list[Doubles] = []
    with one_thread():
        for begin in range(first, last, BATCH_HOPS):
            tick((begin - first) / (last - first))
            mel, side = between(morph, np.arange(begin, min(begin + BATCH_HOPS, last)))
            made.append(stream.push(mel[max(heard - begin, 0) :]))
            sides.append(side)
    gain = 10.0 ** (float(window.request.parameters.get("gain_decibels", 0.0)) / 20.0)
    mono = gain * np.concatenate(made)[: window.frames, None]
    sound = np.asarray(mono * _gains(np.concatenate(sides), window.frames), np.float32)
    stems = {STEMS: sound[None]} if window.stems else {}
    return sound, {**stream.packed(), **stems}


def between(morph: Morph, hops: Integers) -> tuple[Floats, Doubles]:
    """Return the log-mel `[hops, MELS] float32` at some hops, and left and right's power.

    The latter, `[hops, 2] float64`, adds up to 2.
    """
    ways = zip(morph.sources, morph.courses, strict=True)
    heard = [_heard(source, course.at(hops * HOP)) for source, course in ways]
    powers = [power.mean(axis=2) * _WIDTHS for power in heard]
    share, total = _weighed(powers[0].sum(axis=1), powers[1].sum(axis=1), morph.mix)
    carried = np.stack(
        [
            loudness * _carried(one, other, at)
            for one, other, at, loudness in zip(*powers, share, total, strict=True)
        ]
    )
    sides = [(one * _WIDTHS[:, None]).sum(axis=1) for one in heard]
    sides = [2.0 * (side + SILENT) / (side + SILENT).sum(axis=1, keepdims=True) for side in sides]
    balance = (1.0 - share)[:, None] * sides[0] + share[:, None] * sides[1]
    return np.asarray(0.5 * np.log(carried / _WIDTHS + SILENT), np.float32), balance


def _heard(source: Audio, centres: Integers) -> Doubles:
    """Return the mel power of spectra about some frames, `[centres, MELS, 2] float64`."""
    places = centres[:, None] + np.arange(-FFT // 2, FFT // 2)
    inside = (places >= 0) & (places < len(source))
    cut = source[np.clip(places, 0, len(source) - 1)] * inside[..., None]
    spectra = np.fft.rfft(cut * hann_window()[:, None], axis=1)
    powers = np.square(np.abs(spectra)).transpose(0, 2, 1) @ mel_filters().T
    return np.asarray(powers.transpose(0, 2, 1), np.float64)


def _weighed(first: Doubles, second: Doubles, mix: float) -> tuple[Doubles, Doubles]:
    """Return how much of what is heard is the second's, and the power that is as loud as both."""
    mine, theirs = (1.0 - mix) * first**LOUDNESS, mix * second**LOUDNESS
    loudness = mine + theirs
    return theirs / np.maximum(loudness, SILENT), loudness ** (1.0 / LOUDNESS)


def _carried(first: Doubles, second: Doubles, share: float) -> Doubles:
    """Carry a power of 1 from one spectrum to another, a share of the way, `[MELS]` each.

    What lies below a quantile of the one is carried below that of the other.
    """
    sums = [np.cumsum(power + SILENT * SILENT) for power in (first, second)]
    sums = [one / one[-1] for one in sums]
    edges = np.sort(np.concatenate(sums))
    masses = np.diff(edges, prepend=0.0)
    middles = edges - masses / 2.0
    places = [np.minimum(np.searchsorted(one, middles), MELS - 1) for one in sums]
    place = (1.0 - share) * places[0] + share * places[1]
    low = np.floor(place).astype(np.int64)
    upper = masses * (place - low)
    found = np.bincount(low, masses - upper, MELS + 1)
    found[1:] += np.bincount(low, upper, MELS)[:MELS]
    return np.asarray(found[:MELS], np.float64)


def _gains(sides: Doubles, frames: int) -> Doubles:
    """Return left and right's gains for a window's frames, `[frames, 2]`; 1 in the centre."""
    at = np.arange(frames) / HOP
    return np.sqrt([np.interp(at, np.arange(len(sides)), side) for side in sides.T]).T


_EDGES = mel_edges_hz()
_WIDTHS = (_EDGES[2:] - _EDGES[:-2]) / 2.0  # Hz: what a band's power stands for
