"""The engine as a child process: started, watched, replaced when it dies, never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from bridge import children
from bridge.client import SocketClient
from bridge.link import Link, Patience
from engine import wire
from engine.wire import EngineLost, Shutdown

LOG = logging.getLogger("legato.engine")
TOKEN_VARIABLE = "LEGATO_ENGINE_TOKEN"
LOOPBACK = "127.0.0.1"
LEAVE_SECONDS = 2.5
TERMINATE_SECONDS = 1.0
MAX_LINE_BYTES = 4096
LINES_A_SECOND = 50


class Supervisor(SocketClient):
    """An `EngineClient` whose engine is a child of this process.

    The child has its own session, so that Ctrl-C reaches only the bridge, and it exits when
    its stdin closes, however the bridge may have died.
    """

    def __init__(
        self,
        arguments: Sequence[str] = (),
        *,
        command: Sequence[str] | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(LOOPBACK, 0, secrets.token_urlsafe(32), patience=patience)
        self._command = [*(command or engine_command()), *arguments]
        self._process: Process | None = None
        self._log: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The engine's process id, while there is one."""
        return self._process.pid if self._process else None

    async def close(self) -> None:
        """Ask the engine to leave, then make it."""
        self._closing.set()
        with contextlib.suppress(EngineLost):
            await self.send(Shutdown())
            if self._process is not None:
                await _exited(self._process, LEAVE_SECONDS)
        await super().close()

    async def _open(self) -> Link:
        self._process = process = await self._spawn()
        assert process.stderr is not None
        self._log = asyncio.create_task(_forward(process.stderr))
        try:
            async with asyncio.timeout(self._patience.ready_seconds):
                self._port = await _announced_port(process)
        except TimeoutError:
            limit = f"{self._patience.ready_seconds:g} s"
            raise EngineLost(f"the engine was not ready within {limit}; see its log") from None
        return await super()._open()

    async def _spawn(self) -> Process:
        environment = {k: v for k, v in os.environ.items() if k != TOKEN_VARIABLE}
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, **_apart()
            )
        except OSError as error:
            raise EngineLost(f"the engine cannot be started: {error.strerror}") from None
        assert process.stdin is not None
        process.stdin.write(self._token.encode() + b"\n")
        return process

    async def _abandon(self) -> None:
        await super()._abandon()
        process, self._process = self._process, None
        log, self._log = self._log, None
        if process is not None:
            await _end(process)
        if log is not None:
            await asyncio.wait({log}, timeout=TERMINATE_SECONDS)
            log.cancel()


def engine_command() -> list[str]:
    """Return the command that starts an engine with this interpreter and this Legato.

    `-P` and a path appended, not prepended, because a folder named `engine` where the user
    happens to stand must not be taken for ours.
    """
    home = str(Path(wire.__file__).parents[1])
    start = f"import sys; sys.path.append({home!r}); from engine.server import main; "
    return [sys.executable, "-P", "-c", start + "sys.exit(main())"]


def _apart() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


async def _announced_port(process: Process) -> int:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if not line:
        status = await process.wait()
        raise EngineLost(f"the engine exited with status {status} as it started; see its log")
    try:
        return int(json.loads(line)["port"])
    except (ValueError, TypeError, KeyError):
        raise EngineLost("the engine did not say where it listens; see its log") from None


async def _end(process: Process) -> None:
    """Make a process exit: it is asked, then killed with all it started."""
    assert process.stdin is not None
    process.stdin.close()
    if process.returncode is None:
        children.send(process)
        if not await _exited(process, TERMINATE_SECONDS):
            _kill(process)
            await process.wait()
    with contextlib.suppress(OSError):
        await process.stdin.wait_closed()


async def _exited(process: Process, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), seconds)
    return process.returncode is not None


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


async def _forward(stream: asyncio.StreamReader) -> None:
    """Log what the engine writes, line by line, so many lines a second at most."""
    level, second, logged = logging.INFO, 0, 0
    async for line in _lines(stream):
        now = int(asyncio.get_running_loop().time())
        if now != second:
            _confess(logged - LINES_A_SECOND)
            second, logged = now, 0
        logged += 1
        if logged <= LINES_A_SECOND:
            level, text = _leveled(line, level)
            LOG.log(level, text)  # An event of its own: as an argument it would count as a repeat.
    _confess(logged - LINES_A_SECOND)


def _confess(left_out: int) -> None:
    if left_out > 0:
        LOG.warning("%d more lines of the engine were left out", left_out)


def _leveled(line: str, previous: int) -> tuple[int, str]:
    """Split a line into its level and text; a line without one goes on with the previous."""
    name, _, text = line.partition(" ")
    level = logging.getLevelNamesMapping().get(name)
    return (previous, line) if level is None else (level, text)


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Yield a stream's lines, cutting those that are too long to be lines."""
    rest = b""
    while piece := await stream.read(MAX_LINE_BYTES):
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            lines, rest = [*lines, rest], b""
        for line in lines:
            yield line.decode("utf-8", "replace").rstrip()
    if rest:
        yield rest.decode("utf-8", "replace")
