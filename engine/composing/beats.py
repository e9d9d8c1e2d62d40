"""Where quarters and bars lie in a score's seconds, through every change of tempo and metre."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from engine.composing.analysis import DEFAULT_TEMPO, EARLY_QUARTERS
from engine.composing.performing import TICKS
from engine.composing.theory import Bar
from engine.composing.vocabulary import DENOMINATORS, NUMERATORS
from engine.wire import Metre, Score

SLOWEST, FASTEST = 5.0, 400.0
MOST_BARS = 1_024  # What comes after them is left as it is.


@dataclass(frozen=True)
class Stretch:
    """Some bars of one metre, `count` of them, the first from quarter `first` on."""

    first: float
    bar: Bar
    count: int

    @property
    def last(self) -> float:
        """The quarter after its last bar."""
        return self.first + self.count * self.bar.quarters


class Beats:
    """A score's seconds as quarters and back; quarter 0 is at second 0."""

    def __init__(self, score: Score) -> None:
        speeds = {
            max(tempo.seconds, 0.0): min(max(tempo.quarters_per_minute, SLOWEST), FASTEST)
            for tempo in score.tempos
        } or {0.0: DEFAULT_TEMPO}
        first = speeds[min(speeds)]
        speeds = {0.0: first, **speeds}
        self._seconds = sorted(speeds)
        self._speeds = [speeds[at] / 60.0 for at in self._seconds]
        lasting = (b - a for a, b in pairwise(self._seconds))
        passed = (time * speed for time, speed in zip(lasting, self._speeds, strict=False))
        self._quarters = list(accumulate(passed, initial=0.0))
        self._metres = score.metres
        self._last_seconds = max((note.start_seconds for note in score.notes), default=0.0)

    def quarter(self, seconds: float) -> float:
        """Return which quarter a moment is."""
        part = max(bisect_right(self._seconds, seconds) - 1, 0)
        return self._quarters[part] + (seconds - self._seconds[part]) * self._speeds[part]

    def seconds(self, quarter: float) -> float:
        """Return when a quarter is."""
        part = max(bisect_right(self._quarters, quarter) - 1, 0)
        return self._seconds[part] + (quarter - self._quarters[part]) / self._speeds[part]

    def exactly(self, quarter: float) -> float:
        """Return when the tick of a MIDI file nearest to a quarter is."""
        return self.seconds(round(quarter * TICKS) / TICKS)

    def tempo(self, first: float, last: float) -> float:
        """Return how many quarters a minute lie between two quarters, on average."""
        return 60.0 * (last - first) / max(self.seconds(last) - self.seconds(first), 1e-6)

    def stretches(self) -> tuple[Stretch, ...]:
        """Return all bars in which notes begin, by metre; where none is told they are 4/4."""
        end = self.quarter(self._last_seconds) + EARLY_QUARTERS
        changes = {self.quarter(max(m.seconds, 0.0)): _bar(m) for m in self._metres}
        first, bar = min(changes.items(), default=(0.0, Bar(4, 4)))
        if first > 1e-3:  # What comes before the first bar line is cut into bars backwards.
            first -= bar.quarters * np.ceil(first / bar.quarters - 1e-6)
            changes[float(first)] = bar
        changes = changes or {0.0: bar}
        edges = [*sorted(at for at in changes if at < end), end]
        found: list[Stretch] = []
        room = MOST_BARS
        for begin, stop in pairwise(edges):
            bar = changes[begin]
            count = min(int(np.ceil((stop - begin) / bar.quarters - 1e-3)), room)
            if count > 0:
                found.append(Stretch(begin, bar, count))
                room -= count
        return tuple(found)


def _bar(metre: Metre) -> Bar:
    """Return a metre's bar, that of 4/4 for one that nothing is composed in."""
    if metre.denominator in DENOMINATORS and metre.numerator in NUMERATORS:
        return Bar(metre.numerator, metre.denominator)
    return Bar(4, 4)
