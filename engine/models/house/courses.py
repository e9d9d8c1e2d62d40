"""Where in each of two sounds one is, at every moment of what lies between them. Numpy only.

Where both have a clear beat, bars of the one run along with bars of the other, beat with beat: each
lasts between both, by equal ratios. Bars are left out of what has more, and come again of what has
fewer, as between scores. What comes after the last bar, and a sound without a beat as a whole, is
stretched to a length between both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.composing.meeting import laid_out
from engine.composing.pulse import BAR_BEATS, Pulse, pulse
from engine.models.base import Audio
from engine.models.house.notes import RATE_HZ, Doubles, Integers

FAR = np.sqrt(2.0)  # Of beats that differ by more, two of the one are one of the other.
LEAST_SECONDS, SHORT_SECONDS = 1e-6, 0.1


@dataclass(frozen=True)
class Course:
    """The way through a sound, in pieces: `starts` in the job, `sources` there, and how fast.

    Shapes `[pieces]`; in frames, and source frames a frame.
    """

    starts: Doubles
    sources: Doubles
    rates: Doubles

    def at(self, frames: Integers) -> Integers:
        """Return which frames of the sound are heard at frames of the job."""
        piece = np.maximum(np.searchsorted(self.starts, frames, "right") - 1, 0)
        found = self.sources[piece] + (frames - self.starts[piece]) * self.rates[piece]
        return np.asarray(np.rint(found), np.int64)


def courses(sounds: Sequence[Audio], mix: float) -> tuple[tuple[Course, Course], int]:
    """Return the ways through two sounds, `[frames, channels]`, and how many frames they take."""
    lengths = [len(sound) / RATE_HZ for sound in sounds]
    bars = _together([pulse(sound, RATE_HZ) for sound in sounds])
    if bars is None:
        pieces = [(np.zeros(1), np.array([length])) for length in lengths]
    else:
        counts = [len(own) for own in bars]
        count = max(round((1.0 - mix) * counts[0] + mix * counts[1]), 1)
        pieces = [_pieces(own, length, count) for own, length in zip(bars, lengths, strict=True)]
    (_, first), (_, second) = pieces
    lasts = (1.0 - mix) * first + mix * second
    lasts[1:-1] = first[1:-1] ** (1.0 - mix) * second[1:-1] ** mix
    ends = np.cumsum(lasts)
    found = [_course(begins, own, ends - lasts, lasts) for begins, own in pieces]
    return (found[0], found[1]), max(round(float(ends[-1]) * RATE_HZ), 1)


def _course(begins: Doubles, own: Doubles, starts: Doubles, lasts: Doubles) -> Course:
    """Return a way through a sound, from what begins when and lasts how long, there and here."""
    begins, rates = begins.copy(), own / np.maximum(lasts, LEAST_SECONDS)
    if len(begins) > 1:  # An upbeat keeps its pace; where there is none, it is silent.
        begins[0], rates[0] = own[0] - lasts[0], 1.0
        rates[-1] = rates[-1] if own[-1] > SHORT_SECONDS else 1.0
    return Course(RATE_HZ * starts, RATE_HZ * begins, rates)


def _together(pulses: Sequence[Pulse | None]) -> list[Doubles] | None:
    """Return when beats come, bar by bar, `[bars, BAR_BEATS + 1]` seconds; None without any.

    Bars of both are alike in length: of what is much quicker every second beat counts.
    """
    first, second = pulses
    if first is None or second is None:
        return None
    beats = [one.beats[one.first :] for one in (first, second)]
    lasting = [float(np.median(np.diff(one))) for one in beats]
    while max(lasting) > FAR * min(lasting):
        quicker = int(np.argmin(lasting))
        beats[quicker], lasting[quicker] = beats[quicker][::2], 2.0 * lasting[quicker]
    if min(map(len, beats)) <= BAR_BEATS:
        return None
    return [np.lib.stride_tricks.sliding_window_view(o, BAR_BEATS + 1)[::BAR_BEATS] for o in beats]


def _pieces(bars: Doubles, length: float, count: int) -> tuple[Doubles, Doubles]:
    """Return when a sound's pieces begin where so many bars are heard, and how long they last.

    What comes before them, beat after beat, and what comes after; in its own seconds.
    """
    heard = bars[laid_out(count, len(bars))]
    begins = np.concatenate(([0.0], heard[:, :-1].ravel(), [bars[-1, -1]]))
    ends = np.concatenate(([bars[0, 0]], heard[:, 1:].ravel(), [length]))
    return begins, ends - begins
