"""The engine as a child: replaced when it dies, hangs or stalls, and never left behind."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from bridge import supervisor
from bridge.client import InProcessClient, Lost
from bridge.link import Patience
from bridge.logs import Limit
from bridge.supervisor import LINES_A_SECOND, Supervisor
from engine.discovery import Models
from engine.loop import Loop
from engine.wire import (
    Accepted,
    AnyToBridge,
    Cancelled,
    Chunk,
    Done,
    EngineLost,
    Request,
    Submit,
    Value,
    Welcome,
)

WAIT_SECONDS = 120.0
ROOT = Path(__file__).parents[2]
QUICK = Patience(ready_seconds=WAIT_SECONDS, retry_seconds=0.01)
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def run(test: Coroutine[Any, Any, None]) -> None:
    async def within_time() -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            await test

    asyncio.run(within_time())


class Ear:
    """Hears a supervisor's events one by one."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.events = supervisor.events()
        self.chunks: list[bytes] = []

    async def until(self, *kinds: type) -> Any:
        while True:
            message, payload = await anext(self.events)
            if isinstance(message, Chunk):
                self.chunks.append(bytes(payload))
            if isinstance(message, kinds):
                return message

    async def submit(self, job: str, **parameters: Value) -> None:
        await self.supervisor.send(Submit(job, Request("generate", "probe", 1, parameters)))


@asynccontextmanager
async def supervised(command: list[str], patience: Patience = QUICK) -> AsyncIterator[Ear]:
    supervisor = Supervisor(["--device", "cpu"], command=command, patience=patience)
    try:
        yield Ear(supervisor)
    finally:
        pid = supervisor.pid
        await supervisor.close()
        assert supervisor.state == "closed"
        assert pid is None or not psutil.pid_exists(pid)


def test_a_child_renders_the_same_as_an_engine_in_this_process(
    probe_command: list[str], probe_models: Models
) -> None:
    async def test() -> None:
        async with supervised(probe_command) as ear:
            assert ear.supervisor.state == "booting"
            assert (await ear.until(Welcome)).pid == ear.supervisor.pid
            assert ear.supervisor.state == "ready"
            await ear.submit("a", windows=4)
            await ear.until(Done)
            there = ear.chunks
        here = InProcessClient(Loop(probe_models))
        chunks = []
        async for message, payload in here.events():
            if isinstance(message, Welcome):
                await here.send(Submit("a", Request("generate", "probe", 1, {"windows": 4})))
            if isinstance(message, Chunk):
                chunks.append(bytes(payload))
            if isinstance(message, Done):
                break
        await here.close()
        assert chunks == there
        assert len(chunks) == 4

    run(test())


@posix
def test_a_killed_engine_is_replaced_and_knows_nothing_of_the_past(
    probe_command: list[str],
) -> None:
    async def test() -> None:
        async with supervised(probe_command) as ear:
            for _ in range(3):
                pid = (await ear.until(Welcome)).pid
                await ear.submit("a", steps=1_000_000_000)
                await ear.until(Accepted)
                os.kill(pid, signal.SIGKILL)
                await ear.until(Lost)
                assert not psutil.pid_exists(pid)
                with pytest.raises(EngineLost):
                    await ear.submit("b")
            assert (await ear.until(Welcome)).pid != pid
            await ear.submit("a", windows=1)
            assert await ear.until(Done) == Done("a", 4_000)

    run(test())


@posix
def test_a_job_that_kills_the_engine(probe_command: list[str]) -> None:
    async def test() -> None:
        async with supervised(probe_command) as ear:
            await ear.until(Welcome)
            await ear.submit("a", fault="die", at=1)
            await ear.until(Lost)
            await ear.until(Welcome)

    run(test())


def test_a_broken_device_gets_a_new_process(probe_command: list[str]) -> None:
    async def test() -> None:
        async with supervised(probe_command) as ear:
            pid = (await ear.until(Welcome)).pid
            await ear.submit("a", fault="device", at=2)
            await ear.until(Lost)
            assert len(ear.chunks) == 2
            assert (await ear.until(Welcome)).pid != pid

    run(test())


@posix
def test_a_stopped_engine_is_replaced(probe_command: list[str]) -> None:
    patience = Patience(ready_seconds=WAIT_SECONDS, ping_seconds=0.05)

    async def test() -> None:
        async with supervised(probe_command, patience) as ear:
            pid = (await ear.until(Welcome)).pid
            os.kill(pid, signal.SIGSTOP)
            assert "pings" in (await ear.until(Lost)).text
            assert not psutil.pid_exists(pid)
            assert (await ear.until(Welcome)).pid != pid

    run(test())


def test_an_engine_stalled_in_a_window_is_replaced(probe_command: list[str]) -> None:
    patience = Patience(
        ready_seconds=WAIT_SECONDS, ping_seconds=0.05, dead_pings=10_000, stall_seconds=0.3
    )

    async def test() -> None:
        async with supervised(probe_command, patience) as ear:
            pid = (await ear.until(Welcome)).pid
            await ear.submit("a", fault="hang")
            assert "no progress" in (await ear.until(Lost)).text
            assert (await ear.until(Welcome)).pid != pid

    run(test())


def test_an_engine_that_never_starts_is_tried_again_and_then_rarely() -> None:
    async def test() -> None:
        async with supervised([sys.executable, "-c", "import sys; sys.exit(7)"]) as ear:
            for _ in range(QUICK.budget_restarts + 1):
                assert "status 7" in (await ear.until(Lost)).text
            waiting = asyncio.ensure_future(ear.until(Welcome))
            await asyncio.sleep(0)
            assert ear.supervisor.state == "degraded"
            waiting.cancel()

    run(test())


@pytest.mark.parametrize("words", ["", "hello", "[]", '{"port": "x"}'])
def test_an_engine_that_does_not_say_where_it_is(words: str) -> None:
    code = f"print({words!r}, flush=True); import sys; sys.stdin.read()"

    async def test() -> None:
        async with supervised([sys.executable, "-c", code]) as ear:
            assert "did not say" in (await ear.until(Lost)).text

    run(test())


def test_an_engine_that_says_nothing_at_all() -> None:
    patience = Patience(ready_seconds=0.3)

    async def test() -> None:
        command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        async with supervised(command, patience) as ear:
            assert "not ready within 0.3 s" in (await ear.until(Lost)).text

    run(test())


def test_a_command_that_is_not_there() -> None:
    async def test() -> None:
        async with supervised(["/no/such/program"]) as ear:
            assert "cannot be started" in (await ear.until(Lost)).text

    run(test())


@pytest.mark.parametrize("settings", [{"steps": 1_000_000_000}, {"fault": "hang"}])
def test_close_ends_an_engine_in_the_middle_of_a_window(
    probe_command: list[str], settings: dict[str, Value]
) -> None:
    async def test() -> None:
        async with supervised(probe_command) as ear:
            await ear.until(Welcome)
            await ear.submit("a", **settings)
            await ear.until(Accepted)
            rest = asyncio.ensure_future(ear.until(Cancelled))
            await ear.supervisor.close()
            assert await rest == Cancelled("a")
            assert not [m async for m, _ in ear.events if isinstance(m, Welcome | Lost)]

    run(test())


@posix
def test_close_ends_a_stopped_engine(probe_command: list[str]) -> None:
    async def test() -> None:
        async with supervised(probe_command) as ear:
            os.kill((await ear.until(Welcome)).pid, signal.SIGSTOP)

    run(test())


def test_close_while_the_engine_starts() -> None:
    code = "import sys; sys.stdin.readline(); sys.stderr.write('up\\n'); sys.stdin.read()"

    async def test() -> None:
        async with supervised([sys.executable, "-c", code]) as ear:
            waiting = asyncio.ensure_future(ear.until(Welcome))
            while ear.supervisor.pid is None:  # noqa: ASYNC110 - nothing tells when it is there
                await asyncio.sleep(0)
            pid = ear.supervisor.pid
            await ear.supervisor.close()
            assert not psutil.pid_exists(pid)
            with pytest.raises(StopAsyncIteration):
                await waiting

    run(test())


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


BRIDGE = """
import asyncio, sys
from bridge.supervisor import Supervisor
from engine.wire import Accepted, Request, Submit, Welcome

async def main():
    supervisor = Supervisor(command=sys.argv[2:])
    async for message, _ in supervisor.events():
        if isinstance(message, Welcome):
            request = Request("generate", "probe", 1, {"fault": sys.argv[1], "steps": 1000000})
            await supervisor.send(Submit("a", request))
        if isinstance(message, Accepted):
            print(supervisor.pid, flush=True)

asyncio.run(main())
"""


@posix
@pytest.mark.parametrize("fault", ["none", "hang"])
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_bridge_that_is_killed_leaves_no_engine(
    probe_command: list[str], fault: str, signal_number: int
) -> None:
    bridge = subprocess.Popen(
        [sys.executable, "-c", BRIDGE, fault, *probe_command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert bridge.stdout is not None
        pid = int(bridge.stdout.readline())
        engine = psutil.Process(pid)
        bridge.send_signal(signal_number)
        bridge.wait(WAIT_SECONDS)
        wait_until(lambda: not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE)
    finally:
        bridge.kill()
        bridge.communicate()


def test_the_default_command_starts_our_engine_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text("raise SystemExit('not this one')", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LEGATO_ENGINE_TOKEN", "this one is for engines elsewhere")

    async def test() -> None:
        supervisor = Supervisor(["--device", "cpu"], patience=QUICK)
        ear = Ear(supervisor)
        message: AnyToBridge | Lost = await ear.until(Welcome, Lost)
        await supervisor.close()
        assert isinstance(message, Welcome)
        assert "tone" in [model.name for model in message.models]

    run(test())


def test_the_engines_log_comes_through_but_not_a_flood_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    code = (
        "import sys\n"
        "sys.stderr.write('WARNING something odd\\n  and more of it\\nplain\\n')\n"
        "sys.stderr.write('x' * 100_000 + '\\n')\n"
        "for i in range(20_000): sys.stderr.write(f'INFO line {i}\\n')\n"
        "sys.stderr.write('\\xff end without a newline')\n"
        "sys.exit(1)"
    )

    async def test() -> None:
        async with supervised([sys.executable, "-c", code]) as ear:
            await ear.until(Lost)

    with caplog.at_level(logging.INFO, "legato.engine"):
        run(test())
    records = [record for record in caplog.records if record.name == "legato.engine"]
    assert (records[0].levelname, records[0].getMessage()) == ("WARNING", "something odd")
    assert (records[1].levelname, records[1].getMessage()) == ("WARNING", "  and more of it")
    assert max(len(record.getMessage()) for record in records) < 10_000
    assert any("were left out" in record.getMessage() for record in records)
    assert len(records) < 20 * LINES_A_SECOND


def test_every_line_of_an_engines_traceback_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    lines = ("model house failed", "Traceback (most recent call last):", "ValueError: 100 %s")

    async def scene() -> None:
        stream = asyncio.StreamReader()
        stream.feed_data(f"ERROR {chr(10).join(lines)}\n".encode())
        stream.feed_eof()
        await supervisor._forward(stream)

    with caplog.at_level(logging.INFO, "legato.engine"):
        asyncio.run(scene())
    limit = Limit()
    passed = [record for record in caplog.records if limit.filter(record)]
    assert [(record.levelname, record.getMessage()) for record in passed] == [
        ("ERROR", line) for line in lines
    ]
