"""How much effort a live job gives to its next chunk: as much as will be in time.

Short chunks are told late by how many wait, for no single one is felt. A long one, a whole window,
is heard to be late at once: what it costs is measured, and one that would come too late is broken
off for one of less effort. Pure: the time is handed in.
"""

from __future__ import annotations

import math
from typing import Protocol

from engine.wire import LONG_CHUNK_SECONDS

PATIENT_SECONDS = 0.012  # what may wait is made up for before anyone hears it
IN_TIME_CHUNKS = 64  # so many in time, and a step more is given again
MARGIN = 1.1  # of what a chunk is thought to cost
AGAIN_SECONDS, MOST_AGAIN_SECONDS = 15.0, 480.0  # so long in time, and more is tried again
GUESS = 0.2  # of what is given up, while it is not known what less costs
HOPE = 0.5  # of what it cost, where it may have cost so much for another program's sake
SOONEST = 0.1  # of the time left goes by before it is told: one step that stalls says nothing
HOPELESS = 2.0  # times what is left: no need to wait until the last moment for less
SPARE = 1.5  # of what less is known to cost is kept until that moment
FORGOTTEN = 0.3  # of an earlier cost with each chunk that took less


class Efforts(Protocol):
    """Chooses for one live job; an effort is an index, 0 is full and the last costs nothing."""

    effort: int

    def choose(self, waiting_chunks: int, left_seconds: float) -> float:
        """Set `effort` for the next chunk, and return by how much the job is behind, in seconds.

        So many others were asked for meanwhile; in `left_seconds` it is needed.
        """

    def behind_seconds(self, fraction: float, spent_seconds: float) -> float:
        """Say how late the chunk under way will be, where it should be broken off; else 0.

        `effort` is then a step less. `fraction` of it is done.
        """

    def took(self, spent_seconds: float) -> None:
        """Learn what the chunk cost in the end, since it was begun or begun anew."""


class ByWaiting:
    """For short chunks: a step less for each that waits too long, one more after many in time."""

    def __init__(self, count: int, chunk_seconds: float) -> None:
        """There are `count` efforts."""
        self.effort = 0
        self._least, self._chunk_seconds = count - 1, chunk_seconds
        self._in_time = 0
        self._patience_chunks = int(PATIENT_SECONDS / chunk_seconds)

    def choose(self, waiting_chunks: int, left_seconds: float) -> float:
        """Keeps `Efforts`."""
        before, waiting = self.effort, max(0, waiting_chunks - self._patience_chunks)
        if waiting:
            self.effort, self._in_time = min(self._least, before + waiting), 0
        elif before:
            # What was only held for is taken up again at once; the rest has to prove itself.
            self._in_time += 1
            if before == self._least or self._in_time >= IN_TIME_CHUNKS:
                self.effort, self._in_time = before - 1, 0
        return waiting * self._chunk_seconds

    def behind_seconds(self, fraction: float, spent_seconds: float) -> float:
        """Keeps `Efforts`: a short chunk is over before that could be told."""
        return 0.0

    def took(self, spent_seconds: float) -> None:
        """Keeps `Efforts`: it is seen by what waits."""


class ByCost:
    """For long chunks: the most effort that, as measured, is in time."""

    def __init__(self, count: int, chunk_seconds: float) -> None:
        """There are `count` efforts."""
        self.effort = 0
        self._least, self._chunk_seconds = count - 1, chunk_seconds
        self._cost_seconds: list[float | None] = [None] * count  # What is not known is tried.
        self._seen_seconds, self._best_seconds = [0.0] * count, [math.inf] * count
        self._in_time, self._again_seconds = 0, AGAIN_SECONDS
        self._left_seconds = 0.0
        self._ticked: tuple[float, float] | None = None

    def choose(self, waiting_chunks: int, left_seconds: float) -> float:
        """Keeps `Efforts`. What takes longer than it sounds lets the next ones wait."""
        self._left_seconds, self._ticked = min(left_seconds, self._chunk_seconds), None
        before = self.effort
        self._hope()
        self.effort = self._least if waiting_chunks else self._most_in_time()
        self._in_time = self._in_time + 1 if self.effort == before else 0
        return max(0.0, waiting_chunks * self._chunk_seconds, self._late_seconds(before))

    def _most_in_time(self) -> int:
        """Return which effort fits; what is half a chunk late is still better than none."""
        for effort in range(self._least):
            if MARGIN * (self._cost_seconds[effort] or 0.0) <= self._left_seconds:
                return effort
        draft = self._least - 1
        return draft if self._late_seconds(draft) <= self._chunk_seconds / 2 else self._least

    def _hope(self) -> None:
        """Now and then, ever more rarely, think that what was too slow would be quicker by now.

        Where nothing is heard, each time.
        """
        more = self.effort - 1
        if self.effort == self._least:
            self._cost_seconds[more] = HOPE * (self._cost_seconds[more] or 0.0)
        elif more >= 0 and self._in_time * self._chunk_seconds >= self._again_seconds:
            self._in_time = 0
            self._again_seconds = min(2.0 * self._again_seconds, MOST_AGAIN_SECONDS)
            hoped_seconds = min(HOPE * self._seen_seconds[more], self._best_seconds[more])
            self._cost_seconds[more] = hoped_seconds

    def _late_seconds(self, effort: int) -> float:
        return (self._cost_seconds[effort] or 0.0) - self._left_seconds

    def behind_seconds(self, fraction: float, spent_seconds: float) -> float:
        """Keeps `Efforts`. Told from the second step on, for the first has more to do."""
        if self.effort >= self._least - 1:
            return 0.0
        if fraction <= 0.0:
            return self._given_up(spent_seconds, self._cost_seconds[self.effort] or 0.0)
        first_fraction, first_seconds = self._ticked = self._ticked or (fraction, spent_seconds)
        if fraction <= first_fraction or spent_seconds < SOONEST * self._left_seconds:
            return 0.0
        pace = (spent_seconds - first_seconds) / (fraction - first_fraction)
        return self._given_up(spent_seconds, pace * (1.0 - fraction))

    def _given_up(self, spent_seconds: float, rest_seconds: float) -> float:
        """Take a step less where it is time to, and return by how much this would be late."""
        whole_seconds = spent_seconds + rest_seconds
        known_seconds = self._cost_seconds[self.effort + 1]
        less_seconds = GUESS * whole_seconds if known_seconds is None else known_seconds
        late_seconds = whole_seconds - self._left_seconds
        spare_seconds = self._left_seconds - spent_seconds - SPARE * less_seconds
        is_near = known_seconds is not None and whole_seconds <= HOPELESS * self._left_seconds
        may_wait = is_near and spare_seconds > 0.0
        if late_seconds <= 0.0 or rest_seconds <= less_seconds or may_wait:
            return 0.0
        self._learn(self.effort, whole_seconds)
        self._learn(self.effort + 1, less_seconds)
        self._left_seconds -= spent_seconds
        self.effort, self._in_time, self._ticked = self.effort + 1, 0, None
        return late_seconds

    def _learn(self, effort: int, seconds: float) -> None:
        self._cost_seconds[effort] = self._seen_seconds[effort] = seconds

    def took(self, spent_seconds: float) -> None:
        """Keeps `Efforts`. What takes more is believed at once, what takes less bit by bit."""
        effort, before = self.effort, self._cost_seconds[self.effort] or 0.0
        is_first = self._best_seconds[effort] == math.inf  # What was thought is known now.
        kept = 0.0 if is_first else max(0.0, before - spent_seconds) * (1.0 - FORGOTTEN)
        self._learn(effort, spent_seconds + kept)
        self._best_seconds[effort] = min(self._best_seconds[effort], spent_seconds)
        if effort == 0:
            self._again_seconds = AGAIN_SECONDS


def efforts_of(count: int, chunk_seconds: float) -> Efforts:
    """Return what chooses for chunks of that length."""
    return (ByCost if chunk_seconds >= LONG_CHUNK_SECONDS else ByWaiting)(count, chunk_seconds)
