"""What is played live goes first in the bridge, too: its event loop, and no pauses for garbage.

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
SWITCH_SECONDS = 0.0002  # after so long whoever holds the interpreter gives way


@contextlib.contextmanager
def precedence() -> Iterator[None]:
    """Let the calling thread go before most, for as long as this lasts."""
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
    gc.freeze()  # What is there by now stays, and is not gone through again and again.
    before = _niceness()
    _be_nice(NICENESS if before is None else min(before, NICENESS))
    try:
        yield
    finally:
        if before is not None:
            _be_nice(before)
        gc.unfreeze()


def _niceness() -> int | None:
    if sys.platform != "linux":
        return None
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _be_nice(niceness: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
