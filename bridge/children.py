"""Signals to child processes, past the standard library's, which takes their exit status away."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from asyncio.subprocess import Process

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has but one way.


def send(process: Process, number: int = signal.SIGTERM) -> None:
    """Send a signal to a child, where it still runs.

    `Process.terminate` and `kill` look first whether it has ended (`subprocess.Popen.poll`). Where
    it has, a moment ago, that takes its status from the event loop, which then tells of an unknown
    child process and makes up a status of 255.
    """
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.terminate()
        else:
            os.kill(process.pid, number)
