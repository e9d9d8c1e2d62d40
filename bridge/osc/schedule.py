"""Timetags: what is due later waits in a heap; nothing ever sleeps in a handler."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable

from bridge.osc.codec import IMMEDIATELY
from engine.wire import OutOfRange, QueueFull

NTP_TO_UNIX_SECONDS = 2_208_988_800
MAX_AHEAD_SECONDS = 3_600.0
MAX_WAITING = 4_096
MOST_READINGS = 5
PROMPT_SECONDS = 0.0001


def unix_seconds(timetag: int) -> float:
    """Return an NTP timetag (2**-32 s since 1900) as seconds since 1970."""
    return timetag / (1 << 32) - NTP_TO_UNIX_SECONDS


class Scheduler:
    """Runs callbacks at their time, by a monotonic clock.

    A timetag is wall time; how far ahead it lies is read once, on arrival, so that a step of
    the wall clock neither delays what waits nor sets it all off at once. `wake(seconds)` is
    asked to call `run_due` after so many seconds.
    """

    def __init__(
        self,
        wake: Callable[[float], object],
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._wake = wake
        self._clock = clock
        self._wall = wall
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def arrival(self, timetag: int) -> tuple[float, float]:
        """Return this moment by the monotonic clock, and how far ahead of it a timetag lies.

        Below 0 it is late, 0 is at once. Raises: OutOfRange for more than MAX_AHEAD_SECONDS.
        """
        if timetag <= IMMEDIATELY:
            return self._clock(), 0.0
        now_seconds, wall_seconds = self._both_clocks()
        ahead_seconds = unix_seconds(timetag) - wall_seconds
        if ahead_seconds > MAX_AHEAD_SECONDS:
            raise OutOfRange(
                f"a timetag {ahead_seconds:.0f} s ahead came; at most {MAX_AHEAD_SECONDS:.0f} s "
                "are taken: are both clocks right?"
            )
        return now_seconds, ahead_seconds

    def after(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back after so many seconds; equal times keep their order. Raises: QueueFull."""
        if len(self._heap) >= MAX_WAITING:
            raise QueueFull(f"{MAX_WAITING} messages are waiting for their time; send fewer ahead")
        due = self._clock() + seconds
        heapq.heappush(self._heap, (due, next(self._order), callback))
        if self._heap[0][0] == due:
            self._wake(seconds)

    def run_due(self) -> None:
        """Run what is due, and ask to be woken for what is next."""
        while self._heap and self._heap[0][0] <= self._clock():
            heapq.heappop(self._heap)[2]()
        if self._heap:
            self._wake(max(0.0, self._heap[0][0] - self._clock()))

    def _both_clocks(self) -> tuple[float, float]:
        """Read both clocks at one moment: again where another thread ran in between."""
        readings = []
        for _ in range(MOST_READINGS):
            before, wall, after = self._clock(), self._wall(), self._clock()
            readings.append((after - before, (before + after) / 2, wall))
            if after - before < PROMPT_SECONDS:
                break
        _, now_seconds, wall_seconds = min(readings)
        return now_seconds, wall_seconds

    def __len__(self) -> int:
        return len(self._heap)
