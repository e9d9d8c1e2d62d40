"""Which thread goes first: those that play before those that render.

A system that does not allow it is left as it is; nothing depends on it but how soon one hears.
But the interpreter knows no niceness: of two threads that want it each holds it as long as the
other, so who renders has to stand back by itself.
Source: sched(7) and setpriority(2) of Linux; niceness -11 is what sound servers give themselves.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

RENDER_NICENESS = 10
PLAY_NICENESS = -11
PLAY_PRIORITY = 4  # below audio callbacks, which JACK runs at 5 and more
WAIT_SECONDS = 0.02  # what plays takes less than half of that, and is not waited for where it hangs


class RightOfWay:
    """What threads that play take while they are at work, and those that render give."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._playing = 0
        self._is_free = threading.Event()
        self._is_free.set()

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Have it, on a thread that plays."""
        with self._lock:
            self._playing += 1
            self._is_free.clear()
        try:
            yield
        finally:
            with self._lock:
                self._playing -= 1
                if not self._playing:
                    self._is_free.set()

    def give(self) -> None:
        """Wait while somebody has it, on a thread that renders, every millisecond or so."""
        self._is_free.wait(WAIT_SECONDS)


def take_precedence() -> bool:
    """Let the calling thread go before every ordinary one; returns whether the system does so."""
    if sys.platform != "linux":
        return False
    policy = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, policy, os.sched_param(PLAY_PRIORITY))
        return True
    return go_first()


def go_first() -> bool:
    """Let the calling thread go before most; returns whether the system does so."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), PLAY_NICENESS)
            return True
    return False


def step_back(thread_id: int) -> None:
    """Let a rendering thread give way to those that play, where the system can tell threads."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            nice = os.getpriority(os.PRIO_PROCESS, thread_id)
            os.setpriority(os.PRIO_PROCESS, thread_id, max(nice, RENDER_NICENESS))
