"""Where each beat of a sound lies, through what drifts and what is not quite even. Numpy only.

Source: Ellis, "Beat tracking by dynamic programming" (Journal of New Music Research, 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.composing.listening import HOPS_PER_SECOND, Floats, onsets, tempo_of

LEAST_SECONDS, LONGEST_SECONDS = 2.0, 240.0
PART_SECONDS = 20.0  # Heard at once; the tempo is that of the middle one.
LOWER_RATE = 3  # Onsets are heard at a third of the rate: that is quicker.
TIGHTNESS = 60.0  # What it costs to leave the tempo, by the squared logarithm of the period.
BAR_BEATS = 4
# How much more begins on half of the beats, at least, than beside any hop; how much longer or
# shorter, by its logarithm, every other beat may be than the one before it. What has no beat has
# a way through its strokes, too: an uneven one.
CLEAR, UNEVEN = 2.1, 0.06
FAINT = 0.2  # of a usual beat: what is fainter at an end is no beat any more
LIKELY = 1.3  # by how much the first beat counts more as the first of a bar
JUST_SECONDS = 0.05
SILENCE = 1e-5


@dataclass(frozen=True)
class Pulse:
    """When beats come, in seconds, rising, `[beats]`, and which of the first four begins a bar."""

    beats: Floats
    first: int


def pulse(audio: NDArray[np.float32], rate_hz: int) -> Pulse | None:
    """Return the beats of `[frames, channels] float32` audio; None where none are clear."""
    seconds = len(audio) / rate_hz
    if not LEAST_SECONDS <= seconds <= LONGEST_SECONDS:
        return None
    heard = _strokes(audio, rate_hz)
    if heard is None:
        return None
    strokes, period = heard
    beats = _tracked(strokes, period)
    strengths = _near(strokes, beats)
    loud = np.flatnonzero(strengths >= FAINT * np.median(strengths))
    kept = slice(int(loud[0]), int(loud[-1]) + 1)
    beats, strengths = beats[kept], strengths[kept]
    if len(beats) <= BAR_BEATS or not _is_clear(strokes, beats, strengths):
        return None
    stressed = np.array([strengths[k::BAR_BEATS].mean() for k in range(BAR_BEATS)])
    stressed[0] *= LIKELY
    found = beats / HOPS_PER_SECOND
    # The last beat ends where the next one would begin: of a loop that is its end.
    end = found[-1] + float(np.median(np.diff(found)))
    ending = [min(end, seconds)] if end < seconds + JUST_SECONDS else []
    return Pulse(np.array([*found, *ending]), int(stressed.argmax()))


def _strokes(audio: NDArray[np.float32], rate_hz: int) -> tuple[Floats, float] | None:
    """Return how hard something is struck at each hop, and how many hops a beat lasts."""
    mono = np.asarray(audio.mean(axis=1), np.float64)
    mono = mono[: len(mono) // LOWER_RATE * LOWER_RATE].reshape(-1, LOWER_RATE).mean(axis=1)
    if np.abs(mono).max(initial=0.0) < SILENCE:
        return None
    rate, size = rate_hz // LOWER_RATE, round(PART_SECONDS * rate_hz / LOWER_RATE)
    parts = [onsets(mono[begin : begin + size], rate) for begin in range(0, len(mono), size)]
    middle = parts[len(parts) // 2 if len(parts) > 2 else 0]
    if not middle[0].any() or not middle[1].any():
        return None
    found = np.concatenate([often + 2.0 * hard for often, hard in parts])
    return found, 60.0 * HOPS_PER_SECOND / tempo_of(*middle)


def _tracked(strokes: Floats, period: float) -> NDArray[np.int64]:
    """Return the hops at which beats lie best: on strokes, and a period apart."""
    gains = strokes / max(float(strokes.std()), 1e-9)
    steps = np.arange(round(period / 2.0), round(2.0 * period) + 1)
    costs = TIGHTNESS * np.square(np.log(steps / period))
    best = gains.copy()
    came = np.full(len(gains), -1)
    for hop in range(int(steps[0]), len(gains)):
        reach = steps[steps <= hop]
        ways = best[hop - reach] - costs[: len(reach)]
        way = int(np.argmax(ways))
        if ways[way] > 0.0:
            best[hop], came[hop] = gains[hop] + ways[way], hop - int(reach[way])
    last = len(best) - int(period) + int(np.argmax(best[-int(period) :]))
    beats = [last]
    while came[beats[-1]] >= 0:
        beats.append(int(came[beats[-1]]))
    return np.array(beats[::-1], np.int64)


def _near(strokes: Floats, beats: NDArray[np.int64]) -> Floats:
    """Return the strongest stroke within two hops of each beat."""
    around = np.clip(beats[:, None] + np.arange(-2, 3), 0, len(strokes) - 1)
    return np.asarray(strokes[around].max(axis=1), np.float64)


def _is_clear(strokes: Floats, beats: NDArray[np.int64], strengths: Floats) -> bool:
    """Say whether beats are struck, and evenly."""
    everywhere = _near(strokes, np.arange(int(beats[0]), int(beats[-1]) + 1))
    changes = np.abs(np.diff(np.log(np.diff(beats))))
    is_struck = np.median(strengths) > CLEAR * max(float(everywhere.mean()), 1e-9)
    return bool(is_struck and np.median(changes) < UNEVEN)
