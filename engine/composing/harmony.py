"""Chords for every group of beats, and how their tones are led from one to the next."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.composing.brief import Brief
from engine.composing.form import Phrase
from engine.composing.instruments import Span
from engine.composing.theory import Chord, Key

# Which degrees lead to a degree, and how readily: harmony is found backwards from its cadence.
_BEFORE_MAJOR: dict[int, dict[int, float]] = {
    0: {4: 5, 3: 2, 1: 0.3}, 1: {5: 4, 3: 2, 0: 2, 2: 1}, 2: {0: 2, 5: 1}, 3: {0: 4, 5: 3, 2: 2},
    4: {1: 5, 3: 4, 0: 2, 5: 1}, 5: {0: 3, 4: 2, 2: 3},
}  # fmt: skip
_BEFORE_MINOR: dict[int, dict[int, float]] = {
    0: {4: 5, 6: 2, 3: 2, 5: 1}, 1: {3: 2, 5: 3, 0: 1}, 2: {6: 4, 0: 2, 5: 1},
    3: {0: 4, 5: 3, 2: 1}, 4: {3: 5, 1: 3, 5: 2, 0: 2}, 5: {0: 4, 2: 3, 4: 1, 6: 1},
    6: {3: 3, 0: 3, 5: 3},
}  # fmt: skip
_LOOPS: dict[str, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 3, 5, 4), (0, 2, 3, 4), (0, 3, 0, 4)),
    "minor": ((0, 5, 2, 6), (0, 6, 5, 6), (0, 3, 5, 4), (0, 5, 3, 4), (0, 2, 6, 3), (5, 6, 0, 0)),
    "dorian": ((0, 3, 0, 3), (0, 6, 3, 0), (0, 2, 3, 0), (0, 1, 6, 0)),
    "phrygian": ((0, 1, 0, 1), (0, 1, 6, 0), (0, 5, 1, 0)),
    "lydian": ((0, 1, 0, 1), (0, 4, 1, 0), (0, 1, 5, 4)),
    "mixolydian": ((0, 6, 3, 0), (0, 3, 6, 0), (0, 6, 0, 3)),
}
_JAZZ_MAJOR = ((0, 5, 1, 4), (1, 4, 0, 5), (2, 5, 1, 4), (0, 3, 1, 4))
_JAZZ_MINOR = ((0, 5, 1, 4), (0, 3, 1, 4), (0, 2, 5, 4))
_BLUES = (0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4)
# The chord before the last, in modes that have no dominant of their own.
_MODAL_CADENCES = {"dorian": 3, "phrygian": 1, "lydian": 1, "mixolydian": 6}


@dataclass(frozen=True)
class Harmony:
    """Chords with the quarter at which each begins, the first at 0."""

    starts: tuple[float, ...]
    chords: tuple[Chord, ...]

    def at(self, quarter: float) -> Chord:
        """Return the chord that sounds at a moment."""
        return self.chords[max(bisect_right(self.starts, quarter + 1e-6) - 1, 0)]

    def changes(self, first: float, last: float) -> tuple[float, ...]:
        """Return where chords begin between two moments, the first left out."""
        return self.starts[bisect_right(self.starts, first) : bisect_left(self.starts, last)]

    def within(self, begin: float, end: float) -> list[tuple[float, float, Chord]]:
        """Return the chords between two moments, each with where it begins and ends there."""
        first = max(bisect_right(self.starts, begin + 1e-6) - 1, 0)
        last = bisect_left(self.starts, end - 1e-6)
        edges = [*self.starts[first : last + 1], end]
        return [
            (max(edges[k], begin), min(edges[k + 1], end), self.chords[first + k])
            for k in range(last - first)
        ]

    def spans(self, end: float) -> list[tuple[float, float, Chord]]:
        """Return every chord with where it begins and ends."""
        edges = (*self.starts, end)
        return [(a, b, c) for (a, b), c in zip(pairwise(edges), self.chords, strict=True)]


def harmonise(brief: Brief, phrases: Sequence[Phrase], random: Generator) -> Harmony:
    """Find the chords of all phrases; those of one letter have the same, but for the cadence."""
    plans: dict[str, list[int]] = {}
    starts: list[float] = []
    chords: list[Chord] = []
    for phrase in phrases:
        plan = plans.setdefault(phrase.letter, _progression(brief, phrase, random))
        for bar in range(phrase.bars):
            at = (phrase.first_bar + bar) * brief.bar.quarters
            for offset, degree in _in_bar(brief, plan, phrase, bar):
                starts.append(at + offset)
                chords.append(brief.key.chord(degree, _has_sevenths(brief, degree)))
    return Harmony(tuple(starts), tuple(chords))


def _has_sevenths(brief: Brief, degree: int) -> bool:
    return brief.style.harmony == "jazz" and (degree != 0 or not brief.key.is_minor)


def _progression(brief: Brief, phrase: Phrase, random: Generator) -> list[int]:
    """Return a degree a bar."""
    key, kind, bars = brief.key, brief.style.harmony, phrase.bars
    if kind == "blues" or key.mode == "blues":
        return [_BLUES[(phrase.first_bar + bar) % 12] for bar in range(bars)]
    family = _family(key)
    if kind == "jazz" and family in ("major", "minor"):
        loops: tuple[tuple[int, ...], ...] = _JAZZ_MINOR if family == "minor" else _JAZZ_MAJOR
        loop = loops[int(random.integers(len(loops)))]
        return [loop[bar % len(loop)] for bar in range(bars)]
    if kind in ("loop", "slow") or family not in ("major", "minor"):
        loops = _LOOPS[family]
        loop = loops[int(random.integers(len(loops)))]
        hold = 2 if kind == "slow" else 1
        return [loop[bar // hold % len(loop)] for bar in range(bars)]
    return _walk(family, bars, random)


def _family(key: Key) -> str:
    """Return the mode whose chords a key has."""
    if key.is_minor:
        return "minor"
    return "major" if key.mode == "pentatonic" else key.mode


def _walk(family: str, bars: int, random: Generator) -> list[int]:
    """Go backwards from a half cadence, from chord to what leads to it, to the tonic."""
    table = _BEFORE_MINOR if family == "minor" else _BEFORE_MAJOR
    degrees = [4]
    while len(degrees) < bars:
        found = table[degrees[0]]
        left = bars - len(degrees)
        options = {d: w for d, w in found.items() if d != degrees[0] and (left > 1 or d == 0)}
        if left > 1:
            options = {d: w for d, w in options.items() if d != 0 or left > 2} or options
        if not options:
            options = {0: 1.0}
        weights = np.array(list(options.values()))
        degrees.insert(0, int(random.choice(list(options), p=weights / weights.sum())))
    if bars > 1:
        degrees[0] = 0
    return degrees


def _in_bar(brief: Brief, plan: Sequence[int], phrase: Phrase, bar: int) -> list[tuple[float, int]]:
    """Return the chords of one bar of a phrase with their offsets; cadences override the plan."""
    degree, left = plan[bar % len(plan)], phrase.bars - bar
    starts = brief.bar.starts
    half = starts[len(starts) // 2] if len(starts) > 1 else None
    before = _MODAL_CADENCES.get(_family(brief.key), 4)
    loops = brief.style.harmony in ("loop", "slow", "blues")
    if left == 1 and phrase.cadence == "final":
        if phrase.bars == 1 and half is not None:
            return [(0.0, before), (half, 0)]
        return [(0.0, 0)]
    if left == 2 and phrase.cadence == "final" and phrase.bars > 1:
        if half is not None and brief.style.harmony in ("functional", "jazz") and before == 4:
            return [(0.0, 1 if brief.style.harmony == "jazz" else 3), (half, 4)]
        return [(0.0, before)]
    if loops:
        return [(0.0, degree)]
    if left == 1 and phrase.cadence == "full":
        return [(0.0, 0)]
    if left == 2 and phrase.cadence == "full" and phrase.bars > 2:
        return [(0.0, before)]
    if left == 1 and brief.style.harmony == "jazz" and half is not None:
        return [(0.0, 1), (half, 4)]
    return [(0.0, degree)]


class _Layouts(NamedTuple):
    """Every way to lay a chord's tones into a span: `[ways, count] int64`, and what each costs."""

    pitches: NDArray[np.int64]
    costs: NDArray[np.float64]


@lru_cache(maxsize=1024)
def _layouts(tones: tuple[int, ...], span: Span, count: int) -> _Layouts:
    """Find the layouts that have the third and are not muddled, or any there are."""
    pitches = [pitch for pitch in range(span.low, span.high + 1) if pitch % 12 in tones]
    ways = np.array(list(combinations(pitches, min(count, len(pitches)))), np.int64)
    classes = ways % 12
    distinct = np.array([len(set(row)) for row in classes.tolist()])
    has_third = (classes == tones[min(1, len(tones) - 1)]).any(axis=1) | (count < 2)
    gaps = np.diff(ways, axis=1)
    fits = (distinct >= min(count, len(tones), 3)) & has_third & (gaps >= 2).all(axis=1)
    muddy = 4.0 * ((gaps < 5) & (ways[:, :-1] < 52)).sum(axis=1)
    wide = 0.6 * np.maximum(gaps - 9, 0).sum(axis=1)
    drift = 0.25 * np.abs(ways.mean(axis=1) - (span.low + span.high) / 2)
    costs = muddy + wide + drift - distinct
    return _Layouts(ways[fits], costs[fits]) if fits.any() else _Layouts(ways, costs)


def voicing(
    chord: Chord,
    count: int,
    span: Span,
    before: Sequence[int] = (),
    low: int = 0,
    grounded: bool = False,
) -> tuple[int, ...]:
    """Lay a chord's tones so that each moves as little as may be; all of them above `low`.

    Where it is `grounded` the root is the lowest. Returns `count` pitches from the lowest up,
    fewer where a span has no room.
    """
    span = Span(max(span.low, min(low, span.high - 12)), span.high)
    ways, costs = _layouts(chord.tones, span, count)
    if len(before) == ways.shape[1]:
        costs = costs + np.abs(ways - np.array(before)).sum(axis=1) + _parallels(before, ways)
    else:
        costs = costs + 3.0 * np.abs(ways.mean(axis=1) - (span.low + span.high) / 2)
    if grounded:
        costs = costs + 8.0 * (ways[:, 0] % 12 != chord.root)
    return tuple(ways[int(costs.argmin())].tolist())


def _parallels(before: Sequence[int], ways: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what voices cost that move in parallel fifths or octaves."""
    cost = np.zeros(len(ways))
    for a, b in combinations(range(len(before)), 2):
        apart = (before[b] - before[a]) % 12
        if apart in (0, 7):
            same = (ways[:, b] - ways[:, a]) % 12 == apart
            cost += 3.0 * (same & (ways[:, a] != before[a]))
    return cost
