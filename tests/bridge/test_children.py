"""Signals to children that have ended a moment ago."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE

import pytest

from bridge import children

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="asyncio waits otherwise there")
STATUS = 7


def wait_unseen(pid: int) -> None:
    """Wait until a child has ended; the event loop does not run meanwhile, and learns nothing."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_signal_takes_the_status_of_a_child_that_has_ended_from_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def status_of_ended() -> int:
        command = (sys.executable, "-c", f"input(); raise SystemExit({STATUS})")
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE)
        assert process.stdin is not None
        process.stdin.write(b"\n")
        await process.stdin.drain()
        wait_unseen(process.pid)
        children.send(process)
        status = await process.wait()
        children.send(process)  # To nobody.
        return status

    if sys.version_info < (3, 12) and hasattr(os, "pidfd_open"):  # As later Pythons have it.
        asyncio.set_child_watcher(asyncio.PidfdChildWatcher())
    try:
        with caplog.at_level(logging.WARNING, "asyncio"):
            assert asyncio.run(status_of_ended()) == STATUS
    finally:
        if sys.version_info < (3, 12):
            asyncio.set_child_watcher(None)
    assert not caplog.records


@pytest.mark.parametrize("number", [children.KILL, 15])
def test_a_child_that_runs_is_ended(number: int) -> None:
    async def scene() -> int:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=PIPE)
        children.send(process, number)
        return await process.wait()

    assert asyncio.run(scene()) == -number
