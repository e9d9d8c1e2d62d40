"""Whether the machine keeps time: for the tests whose peers need that it does.

A virtual machine's processors may be taken from it for a while, whatever runs there.
"""

from __future__ import annotations

import threading
import time

LATE_SECONDS = 0.01  # a thread that only sleeps is an order less late where nothing is wrong
STEP_SECONDS = 0.002
CALM_SECONDS = 2.0
PATIENCE_SECONDS = 20.0


def wait_for_calm() -> None:
    """Wait until a thread that sleeps is woken in time for a while, or patience is over."""
    begin = since = time.monotonic()
    pause = threading.Event()
    while since - begin < PATIENCE_SECONDS:
        asked = time.monotonic()
        pause.wait(STEP_SECONDS)
        woken = time.monotonic()
        if woken - asked > STEP_SECONDS + LATE_SECONDS:
            since = woken
        if woken - since > CALM_SECONDS:
            return
