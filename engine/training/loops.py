"""Finding where a held key's sound begins to go round, after how long, and how it falls.

A sampler plays the end of a sample again and again. Where that is all it plays, the sound from
there on is one round of it for ever: each as much softer as its envelope has fallen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.models.house.lines import ENDS, played
from engine.models.house.notes import RATE_HZ, Doubles, Floats, Integers

ENVELOPE_FRAMES, HEARD_POWER = 960, 1e-4
# Of the loudest: what is under it says little, and before it is reached a sound has not begun.
ENDED, LOUD = 3e-3, 0.5
# A round is so long, and is told by so much of the end, or a part of it.
SHORTEST, LONGEST, LEAST_LIKE = 64, round(3.3 * RATE_HZ), 0.5
TOLD_FRAMES, TOLD_PART, LEAST_TOLD = RATE_HZ, 5, RATE_HZ // 10
AS_WELL, MUCH_WORSE = 3e-4, 0.005  # The shortest that repeats hardly worse than the best is taken.
MOST_TRIED = 300
# How much is compared, and every how many frames, to tell where rounds begin: from there on, for
# so long, it is like what is rounds of so long later. A string that rings is like its next period,
# but not like a later one; and what an envelope does in the end is not the sample's.
# Where that is late, less must do.
LOOKED_FRAMES, STEP_FRAMES, LIKES, LATE_FRAMES = 2_400, 960, (0.998, 0.99), 4 * RATE_HZ
LIKE_FRAMES, LATER_FRAMES = round(1.5 * RATE_HZ), RATE_HZ
FALLING_FRAMES = 4 * RATE_HZ
NEAR_FRAMES = 3

Flags: TypeAlias = NDArray[np.bool_]


class Found(NamedTuple):
    """From frame `start` on a sound repeats itself every `frames`, each time `fall` nats softer.

    `likeness` is the correlation of its end with what is a round before.
    """

    start: int
    frames: float
    fall: float
    likeness: float


def find(sound: Floats) -> Found | None:
    """Return how `[frames] float32` goes round, as well as it does; None where it is too short."""
    level = np.abs(sound)
    heard = sound[: int(np.flatnonzero(level > ENDED * level.max())[-1]) + 1]
    told = min(TOLD_FRAMES, len(heard) // TOLD_PART)
    longest = min(LONGEST, len(heard) - told - NEAR_FRAMES - 1)
    if told < LEAST_TOLD or longest <= SHORTEST:
        return None
    even = flat(heard)
    lags, likeness = _peaks(_likeness(even, told, longest))
    lags, likeness = lags[lags >= SHORTEST], likeness[lags >= SHORTEST]
    if not len(lags):
        return None
    best = float(likeness.max())
    frames = _shortest(even, told, lags[likeness > best - AS_WELL].tolist(), best)
    start = max(_start(even, frames), int(np.argmax(level > LOUD * level.max())))
    return Found(start, frames, _fall(heard, start, frames), best)


def flat(sound: Floats) -> Floats:
    """Divide a sound by its envelope."""
    power = np.cumsum(np.square(sound, dtype=np.float64))
    ahead = np.pad(power, (ENVELOPE_FRAMES // 2, 0))[: len(sound)]
    behind = np.pad(power, (0, ENVELOPE_FRAMES // 2), mode="edge")[-len(sound) :]
    envelope = np.sqrt(np.maximum(behind - ahead, 0.0) / ENVELOPE_FRAMES)
    return np.asarray(sound / (envelope + 1e-4 * np.abs(sound).max() + 1e-9), np.float32)


def alike(one: Floats, other: Floats) -> float:
    """Return the correlation of two sounds, `[frames]` each."""
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 0.0 else 0.0


def lost(sound: Floats, other: Floats) -> float:
    """Return how much of a sound's power another, `[frames]` as well, does not tell, 0 to 1.

    Moment by moment, at whatever level, on the mean over those that are loud.
    """
    count = len(sound) // ENVELOPE_FRAMES
    if count == 0:
        return 0.0
    pairs = (each[: count * ENVELOPE_FRAMES].reshape(count, -1) for each in (sound, other))
    own, told = (each.astype(np.float64) for each in pairs)
    power = np.square(own).sum(axis=1)
    return float(untold(own, told)[power >= HEARD_POWER * power.max()].mean())


def untold(blocks: Doubles, others: Doubles) -> Doubles:
    """Return what part of each block's power another's does not tell, at whatever level.

    Both `[blocks, frames]`; returns `[blocks]`, 0 to 1.
    """
    likeness = np.maximum((blocks * others).sum(axis=1), 0.0)
    power = np.square(blocks).sum(axis=1) * np.square(others).sum(axis=1)
    found: Doubles = 1.0 - np.square(likeness) / np.maximum(power, 1e-30)
    return found


def falling(sound: Floats, first: int) -> float:
    """Return by how many nats a frame a sound falls from frame `first` on, on the whole."""
    after = sound[first : first + FALLING_FRAMES]
    pieces = after[: len(after) // LOOKED_FRAMES * LOOKED_FRAMES].reshape(-1, LOOKED_FRAMES)
    level = np.sqrt(np.square(pieces, dtype=np.float64).mean(axis=1))
    told = level > ENDED * np.abs(sound).max()
    if np.count_nonzero(told) < 2:
        return 0.0
    slope = np.polyfit(np.flatnonzero(told) * LOOKED_FRAMES, np.log(level[told]), 1)[0]
    return max(0.0, float(-slope))


def _likeness(even: Floats, told: int, longest: int) -> Doubles:
    """Return how much the end is like what was before it by each lag, `[longest + 1]`."""
    end, reach = even[-told:].astype(np.float64), even[-told - longest :].astype(np.float64)
    size = 1 << (len(reach) + told).bit_length()
    products = np.fft.irfft(np.fft.rfft(reach, size) * np.fft.rfft(end, size).conj())
    power = np.cumsum(np.pad(np.square(reach), (1, 0)))
    sizes = np.sqrt((power[told:] - power[:-told])[::-1] * float(end @ end))
    found: Doubles = products[: longest + 1][::-1] / np.maximum(sizes, 1e-9)
    return found


def _peaks(likeness: Doubles) -> tuple[Doubles, Doubles]:
    """Return where likeness is highest, between lags, too, and how high."""
    before, here, after = likeness[:-2], likeness[1:-1], likeness[2:]
    lag = np.flatnonzero((here >= before) & (here > after) & (here > LEAST_LIKE))
    before, here, after = before[lag], here[lag], after[lag]
    off = 0.5 * (before - after) / (before - 2.0 * here + after)
    return lag + 1 + off, here - 0.25 * (before - after) * off


def _shortest(even: Floats, told: int, lags: Sequence[float], best: float) -> float:
    """Return the shortest of lags that many rounds are like, too, as exactly as they tell."""
    for lag in lags[:MOST_TRIED]:
        frames, rounds = _exact(even, told, lag, best)
        if rounds * frames > min(LATER_FRAMES, len(even) - told - lag) / 2.0:
            return frames
    return _exact(even, told, lags[-1], best)[0]


def _exact(even: Floats, told: int, frames: float, best: float) -> tuple[float, int]:
    """Return a round's length as what is many rounds before the end tells it, and how many."""
    end, rounds = even[-told:], 1
    while (more := min(2 * rounds, int((len(even) - told - 2 * NEAR_FRAMES) / frames))) > rounds:
        first = round(more * frames) - NEAR_FRAMES
        begins = [len(even) - told - first - step for step in range(2 * NEAR_FRAMES + 1)]
        likeness = np.array([alike(even[begin : begin + told], end) for begin in begins])
        lags, likeness = _peaks(likeness)
        if not len(lags) or likeness.max() < best - MUCH_WORSE:
            break
        rounds = more
        frames = (first + float(lags[likeness.argmax()])) / rounds
    return frames, rounds


def _start(even: Floats, frames: float) -> int:
    """Return from where on a sound is what it is rounds later, for long."""
    later = frames * np.ceil(LATER_FRAMES / frames)
    whole = int(later)
    between = 1.0 + later - whole + np.arange(float(LOOKED_FRAMES))
    last = len(even) - whole - LOOKED_FRAMES - NEAR_FRAMES
    if last <= 0:
        return len(even)
    places = np.arange(1, last, STEP_FRAMES)
    likeness = [
        alike(
            even[place : place + LOOKED_FRAMES],
            played(even[place + whole - 1 : place + whole + LOOKED_FRAMES + 2], ENDS, between),
        )
        for place in places.tolist()
    ]
    begins = [_begins(places, np.array(likeness) > like, last) for like in LIKES]
    return next((begin for begin in begins if begin < LATE_FRAMES), begins[0])


def _begins(places: Integers, is_like: Flags, otherwise: int) -> int:
    """Return the first of places from which on all are alike, for LIKE_FRAMES."""
    unlike = np.cumsum([0, *~is_like])
    ahead = np.minimum(np.arange(len(places)) + LIKE_FRAMES // STEP_FRAMES, len(places))
    found = np.flatnonzero(unlike[ahead] == unlike[:-1])
    return int(places[found[0]]) if len(found) else otherwise


def _fall(sound: Floats, start: int, frames: float) -> float:
    """Return by how many nats each round is softer than the one before."""
    size = max(LOOKED_FRAMES, int(frames))
    rounds = int(min(len(sound) - start - size, FALLING_FRAMES) / frames)
    if rounds < 1:
        return 0.0
    later = start + round(rounds * frames)
    loud, soft = (float(np.linalg.norm(sound[at : at + size])) for at in (start, later))
    return max(0.0, float(np.log(loud / max(soft, 1e-9)))) / rounds
