"""Finding which keys of an instrument are one sound played faster or slower, and whose.

Keys share a sample, but not all that is done to it goes faster with it: envelopes, filters and
low-frequency oscillators do not. So keys are one zone as far as one's sound tells the others'
well enough for the bytes that a wave of their own would take.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.models.house.lines import ENDS, played
from engine.models.house.notes import FIRST_KIT, HOP, RATE_HZ, Doubles, Floats, Integers
from engine.models.house.stage import heard_frames
from engine.models.house.waves import TUNED
from engine.training import atlas, kinds, loops
from engine.training.data import render

HELD_FRAMES = (kinds.LONG.hold_hops - 1) * HOP
HEARD = 2e-4  # the least peak that is worth keeping
COMPARED_FRAMES = 24_000
# Keys may share a sample when one, played at the other's pace, is so much like it (correlation).
ALIKE = 0.8
# From here on programs may be tuned to less than a semitone a key; layers of several tunings are
# cut into stretches of so many keys.
FIRST_EFFECT, LAYERED_KEYS = 112, 22
# What of a key tells how well another's sound tells it: so many frames every so many, where they
# are loud, in power over the loudest's.
TOLD_FRAMES, TOLD_EVERY, TOLD_SECONDS, LOUD = 960, 4_800, 1, 1e-4
# A second of a wave may be spent on so many keys that are told in vain otherwise.
KEYS_A_SECOND = 0.22
# Keys between these count wholly, others and effects for less.
USUAL, UNUSUAL, EFFECT = range(36, 97), 0.3, 0.4
CANDIDATES = (0.0, 0.15, 0.3, 0.5, 0.7, 0.85, 1.0)  # where in a zone the key may be that tells it
CUTS = (0.25, 0.5, 0.75)
SHORTEST_SECONDS, DIED_AWAY = 0.3, 1e-3
# A sampler may wait before it plays, for as long at each key: in blocks of so many frames.
DELAYS, DELAY_APART, DELAYED, IN_TIME = range(0, 577, 64), 4, 0.1, 0.02


class Zone(NamedTuple):
    """Keys of an instrument that are told by one's, `middle`: `sound` `[frames]` is how it sounds.

    It begins `delay` frames after the onset, at every key.
    """

    instrument: int
    first_key: int
    keys: int
    middle: int
    tuning: float
    sound: Floats
    delay: int = 0


def zones_of(instrument: int, soundfont: Path) -> Iterator[Zone]:
    """Yield an instrument's zones of which anything is heard."""
    first = atlas.keys_of(instrument).start
    sounds = strikes(instrument, soundfont)
    is_effect = FIRST_EFFECT <= instrument < FIRST_KIT
    tuning = _tuning(sounds) if is_effect else 1.0
    struck = Struck(sounds, abs(tuning), first, EFFECT if is_effect else 1.0)
    delay = 0 if is_effect or instrument >= FIRST_KIT else struck.find_delay()
    spans = [span for span in _spans(instrument, struck, tuning) if struck.is_heard(*span)]
    if instrument < FIRST_KIT and tuning > 0.0:
        spans = _merged(struck, [part for span in spans for part in _parted(struck, span)])
    for begin, end in spans:
        row = struck.fit(begin, end)[1]
        sound = sounds[row].copy()
        yield Zone(instrument, first + begin, end - begin, first + row, tuning, sound, delay)


def strikes(instrument: int, soundfont: Path) -> list[Floats]:
    """Return an instrument's keys as they sound while held, `[frames] float32` each."""
    score = atlas.score(kinds.LONG, instrument)
    sound = render(score, soundfont).mean(axis=1)
    onsets = heard_frames(np.array([note.start_seconds for note in score.notes])).astype(int)
    return [sound[onset : onset + HELD_FRAMES] for onset in onsets.tolist()]


def at(sound: Floats, semitones: float, delay: int = 0) -> Floats:
    """Return the first COMPARED_FRAMES of a sound played so much higher."""
    return _at(sound, semitones, delay, np.arange(COMPARED_FRAMES))


class Struck:
    """An instrument's keys, `[frames] float32` each, and how well each tells the others."""

    def __init__(self, sounds: list[Floats], tuning: float, first_key: int, weight: float) -> None:
        """Take keys from `first_key` on, so many semitones each; `weight` is what they count."""
        begins = np.arange(0, TOLD_SECONDS * RATE_HZ, TOLD_EVERY)
        self._told = (begins[:, None] + np.arange(TOLD_FRAMES)).ravel()
        self.sounds, self._tuning, self.delay = sounds, tuning, 0
        self._blocks = [self._of(sound) for sound in sounds]
        power = np.square(self._blocks).sum(axis=2)
        self._is_loud = power > LOUD * power.max(axis=1, keepdims=True)
        keys = np.arange(first_key, first_key + len(sounds))
        self._weight = weight * np.where((keys >= USUAL[0]) & (keys <= USUAL[-1]), 1.0, UNUSUAL)
        self.fit = cache(self._fit)

    def is_heard(self, begin: int, end: int) -> bool:
        """Say whether anything is heard of some keys."""
        return max(float(np.abs(sound).max()) for sound in self.sounds[begin:end]) > HEARD

    def lost(self, middle: int, row: int) -> float:
        """Return how much of a key's power another's sound does not tell, 0 to 1, on the mean.

        Where that is over, it tells nothing: a sound that is played much faster soon is.
        """
        return self._lost(middle, row, self.delay)

    def _lost(self, middle: int, row: int, delay: int) -> float:
        semitones = self._tuning * (row - middle)
        is_loud = self._is_loud[row]
        if not is_loud.any():
            return 0.0
        found = _at(self.sounds[middle], semitones, delay, self._told)
        blocks = found.reshape(-1, TOLD_FRAMES).astype(np.float64)
        return float(loops.untold(self._blocks[row], blocks)[is_loud].mean())

    def find_delay(self) -> int:
        """Find after how many frames every key begins; what is asked from now on knows it."""
        rows = range(0, len(self.sounds) - DELAY_APART, DELAY_APART)
        lost = {
            delay: float(np.median([self._lost(row, row + DELAY_APART, delay) for row in rows]))
            for delay in DELAYS
        }
        best = min(DELAYS, key=lambda delay: lost[delay])
        self.delay = best if lost[0] > DELAYED and lost[best] < IN_TIME else 0
        self.fit.cache_clear()
        return self.delay

    def _fit(self, begin: int, end: int) -> tuple[float, int]:
        """Return what keys cost that are told by one of them, in keys, and the best such one."""
        tried = {begin + round(part * (end - 1 - begin)) for part in CANDIDATES}
        heard = [row for row in tried if self._is_loud[row].any()] or [begin]
        return min((self._cost(row, begin, end), row) for row in sorted(heard))

    def _cost(self, middle: int, begin: int, end: int) -> float:
        lost = sum(self._weight[row] * self.lost(middle, row) for row in range(begin, end))
        level = np.abs(self.sounds[middle])
        died = int(np.flatnonzero(level >= DIED_AWAY * level.max())[-1])
        return float(lost) + KEYS_A_SECOND * max(SHORTEST_SECONDS, died / RATE_HZ)

    def _of(self, sound: Floats) -> Doubles:
        there = sound[np.minimum(self._told, len(sound) - 1)].astype(np.float64)
        blocks: Doubles = there.reshape(-1, TOLD_FRAMES)
        return blocks


def _at(sound: Floats, semitones: float, delay: int, frames: Integers) -> Floats:
    pace = 2.0 ** (semitones / 12.0)
    return played(sound, ENDS, pace * frames.astype(np.float64) + delay * (1.0 - pace))


def _spans(instrument: int, struck: Struck, tuning: float) -> Iterator[tuple[int, int]]:
    """Yield stretches of keys of which each is much like the one below it."""
    begin, sounds = 0, struck.sounds
    for end in range(1, len(sounds) + 1):
        if end < len(sounds) and _goes_on(instrument, struck, begin, end, tuning):
            continue
        yield begin, end
        begin = end


def _goes_on(instrument: int, struck: Struck, begin: int, end: int, tuning: float) -> bool:
    """Say whether a key plays the sample of the one below it."""
    if instrument >= FIRST_KIT:
        return False
    if tuning < 0.0:
        return end - begin < LAYERED_KEYS
    below, own = at(struck.sounds[end - 1], tuning, struck.delay), struck.sounds[end]
    return loops.alike(below, own[:COMPARED_FRAMES]) > ALIKE


def _parted(struck: Struck, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Cut a stretch of keys wherever that costs less."""
    begin, end = span
    cuts = {begin + round(part * (end - begin)) for part in CUTS} - {begin, end}
    if not cuts:
        return [span]
    costs = {cut: struck.fit(begin, cut)[0] + struck.fit(cut, end)[0] for cut in sorted(cuts)}
    cut = min(costs, key=lambda each: costs[each])
    if costs[cut] >= struck.fit(begin, end)[0]:
        return [span]
    return _parted(struck, (begin, cut)) + _parted(struck, (cut, end))


def _merged(struck: Struck, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join neighbouring stretches for as long as that costs less."""
    while len(spans) > 1:
        gains = [
            struck.fit(*below)[0] + struck.fit(*above)[0] - struck.fit(below[0], above[1])[0]
            if below[1] == above[0]
            else -np.inf
            for below, above in pairwise(spans)
        ]
        best = int(np.argmax(gains))
        if gains[best] <= 0.0:
            break
        spans = [*spans[:best], (spans[best][0], spans[best + 1][1]), *spans[best + 2 :]]
    return spans


def _tuning(sounds: list[Floats]) -> float:
    """Return how many semitones a key is; minus the likeliest where they do not agree."""
    rows = range(len(sounds) // 3, 2 * len(sounds) // 3)
    begins = [sounds[row + 1][:COMPARED_FRAMES] for row in rows]
    likeness = [
        np.mean(
            [loops.alike(at(sounds[row], tuning), b) for row, b in zip(rows, begins, strict=True)]
        )
        for tuning in TUNED
    ]
    best = int(np.argmax(likeness))
    return TUNED[best] if likeness[best] > ALIKE else -TUNED[best]
