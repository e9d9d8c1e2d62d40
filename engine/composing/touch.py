"""How the same notes are played another time: harder or softer, a little earlier, shorter.

What is at one place in a bar is played alike in every bar, so that a groove stays one.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.composing.beats import Beats, Stretch
from engine.composing.sheet import Played
from engine.wire import Note

# Standard deviations at full strength: of a phrase's swell, of a place in the bar, of a note.
SWELL, PLACE, NOTE, MOST = 7.0, 4.5, 4.0, 20.0
PLACE_SECONDS, NOTE_SECONDS, MOST_SECONDS = 0.009, 0.005, 0.03
ARTICULATION = 0.2  # of the logarithm of how long notes last
LEAST_QUARTERS = 0.06
PLACES = 4  # in a quarter
SOFTEST, HARDEST = 8, 125


def touched(
    played: Sequence[Played], beats: Beats, stretch: Stretch, amount: float, random: Generator
) -> list[Note]:
    """Play a voice's notes anew, the more unlike the more the amount, 0 to 1."""
    if not played or amount <= 0.0:
        return [one.note for one in played]
    at = np.array([one.tone.at for one in played])
    inside = np.round((at - stretch.first) % stretch.bar.quarters * PLACES).astype(np.int64)
    inside %= max(1, round(stretch.bar.quarters * PLACES))
    accents = random.normal(0.0, PLACE, inside.max() + 1)[inside]
    late = random.normal(0.0, PLACE_SECONDS, inside.max() + 1)[inside]
    # Notes that begin together stay together.
    strokes = np.unique(np.round(at * PLACES).astype(np.int64), return_inverse=True)[1]
    late += random.normal(0.0, NOTE_SECONDS, strokes.max() + 1)[strokes]
    late = np.clip(late, -MOST_SECONDS, MOST_SECONDS)
    harder = accents + _swell(at, stretch, random) + random.normal(0.0, NOTE, len(at))
    harder = np.clip(harder, -MOST, MOST)
    longer = np.exp(amount * _articulation(at, stretch, random))
    return [
        _note(one, beats, amount * float(late[i]), round(amount * float(harder[i])), longer[i])
        for i, one in enumerate(played)
    ]


def _phrase(at: NDArray[np.float64], stretch: Stretch) -> NDArray[np.int64]:
    found = np.floor((at - stretch.first + 0.1) / (4.0 * stretch.bar.quarters)).astype(np.int64)
    return np.asarray(found - found.min())


def _swell(at: NDArray[np.float64], stretch: Stretch, random: Generator) -> NDArray[np.float64]:
    """Return how much harder each note is struck by where in its phrase it lies."""
    phrase = _phrase(at, stretch)
    depth, turn = random.normal(0.0, SWELL, (2, phrase.max() + 1))
    along = (at - stretch.first) / (4.0 * stretch.bar.quarters) % 1.0
    return np.asarray(depth[phrase] * np.sin(np.pi * along) + 0.5 * turn[phrase])


def _articulation(
    at: NDArray[np.float64], stretch: Stretch, random: Generator
) -> NDArray[np.float64]:
    """Return the logarithm of how much longer each note lasts: alike within a phrase."""
    phrase = _phrase(at, stretch)
    found = random.normal(-0.05, ARTICULATION, phrase.max() + 1)[phrase]
    return np.asarray(np.clip(found, -0.5, 0.08))


def _note(one: Played, beats: Beats, late: float, harder: int, longer: float) -> Note:
    note, tone = one
    start = max(note.start_seconds + late, 0.0)
    length = tone.length if note.is_drum else max(tone.length * longer, LEAST_QUARTERS)
    begin = beats.quarter(start)
    return msgspec.structs.replace(
        note,
        start_seconds=beats.exactly(begin),
        end_seconds=max(beats.exactly(begin + length), beats.exactly(begin) + 0.01),
        velocity=min(max(note.velocity + harder, SOFTEST), HARDEST),
    )
