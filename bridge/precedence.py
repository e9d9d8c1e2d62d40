"""Who goes first in the bridge: what sends audio at its time, and what is played live.

A system that does not allow it is left as it is; nothing depends on it but how soon one hears.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Iterator

NICENESS = -11  # what sound servers give themselves
SWITCH_SECONDS = 0.0002


def give_way_often() -> None:
    """Let whoever holds the interpreter give way soon: a packet is due every few milliseconds."""
    sys.setswitchinterval(SWITCH_SECONDS)


def go_first() -> None:
    """Let the calling thread go before most, from now on."""
    _be_nice(NICENESS)


@contextlib.contextmanager
def precedence() -> Iterator[None]:
    """Let the calling thread go before most, and make no pauses for garbage meanwhile."""
    gc.freeze()  # What is there by now stays, and is not gone through again and again.
    before = _niceness()
    go_first()
    try:
        yield
    finally:
        _be_nice(before)
        gc.unfreeze()


def _niceness() -> int:
    if sys.platform != "linux":
        return 0
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _be_nice(niceness: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
