"""Tells when the machine itself stood still, so that nobody is blamed for it.

A virtual machine's processor may be taken from it for milliseconds at a time (`steal` in
/proc/stat), and no priority within the machine helps against that. One process for each processor,
above everything that is measured, sleeps and looks how late it wakes. Where the system does not
allow that (no real time, not Linux), nothing is told, and `Stops.known` says so.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from typing import NamedTuple

PRIORITY = 60  # above JACK's
SLEEP_SECONDS = 0.001
LATE_SECONDS = 0.005  # about one period of JACK's


class Count(NamedTuple):
    """How often the machine stood still by now, and for how long in all."""

    stops: int
    seconds: float


class Stops:
    """What the watchers of all processors saw."""

    def __init__(self, counts: list[Synchronized[float]]) -> None:
        self._counts = counts

    @property
    def known(self) -> bool:
        """Whether anybody watches."""
        return bool(self._counts)

    def now(self) -> Count:
        """Return what was seen so far."""
        stops = sum(int(count.value) for count in self._counts[::2])
        return Count(stops, sum(count.value for count in self._counts[1::2]))


def may_be_realtime() -> bool:
    """Say whether this user may have threads that go before all ordinary ones."""
    if sys.platform != "linux":
        return False
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except OSError:
        return False
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return True


@contextmanager
def watching() -> Iterator[Stops]:
    """Watch every processor for as long as the block lasts."""
    processors = sorted(os.sched_getaffinity(0)) if may_be_realtime() else []
    context = multiprocessing.get_context("spawn")
    counts: list[Synchronized[float]] = []
    watchers = []
    for processor in processors:
        pair = (context.Value("d", 0.0), context.Value("d", 0.0))
        counts += pair
        watchers.append(context.Process(target=_watch, args=(processor, *pair), daemon=True))
        watchers[-1].start()
    try:
        yield Stops(counts)
    finally:
        for watcher in watchers:
            watcher.terminate()
            watcher.join()


def _watch(processor: int, stops: Synchronized[float], seconds: Synchronized[float]) -> None:
    os.sched_setaffinity(0, {processor})
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    while True:
        due = time.monotonic() + SLEEP_SECONDS
        time.sleep(SLEEP_SECONDS)
        late_seconds = time.monotonic() - due
        if late_seconds > LATE_SECONDS:
            stops.value += 1
            seconds.value += late_seconds
