"""MIDI input ports: opened by name, watched, and opened again when they return.

A process of their own listens to them (watching.py says why); this is the bridge's end of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import structlog

from bridge import children
from bridge.midi.systems import Backend
from bridge.midi.watching import (
    HEADER,
    Absent,
    Came,
    Gone,
    Looked,
    News,
    Opened,
    Refused,
    TooMany,
)
from engine import wire

AGAIN_SECONDS = 1.0
STUCK_SECONDS = 20.0  # Longer than it waits between two looks for an absent system.
LEAVE_SECONDS = 1.5


class Ports:
    """Keeps the wanted ports open: each by its name or a part of it, or `virtual:NAME`."""

    def __init__(
        self,
        wanted: Sequence[str],
        receive: Callable[[str, bytes, float], None],
        changed: Callable[[str, bool], None],
        lost: Callable[[str], None],
        backend: Backend = "auto",
    ) -> None:
        """Hand each message with its port and arrival to `receive`, on the event loop.

        `changed` hears of a port that is open now (true) or gone; `lost` of one whose messages
        have ended, or were too many to be all taken.
        """
        self.messages = 0
        self.left_messages = 0
        self._wanted = tuple(wanted)
        self._receive = receive
        self._changed = changed
        self._lost = lost
        self._backend: Backend = backend
        self._process: Process | None = None
        self._open: dict[str, None] = {}
        self._said = ""
        self._log = structlog.get_logger("legato.midi")

    @property
    def names(self) -> tuple[str, ...]:
        """The ports that are open."""
        return tuple(self._open)

    async def run(self) -> None:
        """Keep a process that opens what is wanted and watches what comes, until cancelled."""
        while self._wanted:
            self._process = process = await asyncio.create_subprocess_exec(
                *_command(), self._backend, *self._wanted, stdin=PIPE, stdout=PIPE
            )
            try:
                await self._hear(process)
            except TimeoutError:
                self._log.warning("MIDI hangs; begun again", seconds=STUCK_SECONDS)
            except (asyncio.IncompleteReadError, msgspec.DecodeError):
                self._log.warning("MIDI ended; begun again")
            finally:
                await self._end()
            await asyncio.sleep(AGAIN_SECONDS)

    async def close(self) -> None:
        """Close every port."""
        await self._end()

    async def _end(self) -> None:
        """Let the process go, by itself or not."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), LEAVE_SECONDS)
            children.send(process, children.KILL)
            await process.wait()
        for name in self.names:
            self._gone(name)

    async def _hear(self, process: Process) -> None:
        """Take what the process tells. Raises: TimeoutError, IncompleteReadError, DecodeError."""
        assert process.stdout is not None
        decoder = msgspec.msgpack.Decoder(News)
        now = asyncio.get_running_loop().time
        async with asyncio.timeout(STUCK_SECONDS) as limit:
            while True:
                header = await process.stdout.readexactly(HEADER.size)
                packet = await process.stdout.readexactly(*HEADER.unpack(header))
                news = decoder.decode(packet)
                if isinstance(news, Looked):
                    limit.reschedule(now() + STUCK_SECONDS)
                self._take(news)
                await asyncio.sleep(0)  # Others have their turn, however much comes.

    def _take(self, news: News) -> None:
        match news:
            case Came(messages):
                self.messages += len(messages)
                for message in messages:
                    self._receive(*message)
            case Opened(port):
                self._said = ""
                self._open[port] = None
                self._log.info("MIDI port open", port=port)
                self._changed(port, True)
            case Gone(port):
                self._gone(port)
            case Refused(port, reason):
                self._log.warning("MIDI port not opened", port=port, reason=reason)
            case Absent(reason) if reason != self._said:
                self._said = reason
                self._log.warning("no MIDI ports", reason=reason)
            case TooMany(left):
                # Among what was left there may have been the end of a note.
                self.left_messages += left
                self._log.warning("MIDI came too fast", left=left)
                for name in self.names:
                    self._lost(name)
            case _:
                pass

    def _gone(self, port: str) -> None:
        del self._open[port]
        self._log.warning("MIDI port gone", port=port)
        self._lost(port)
        self._changed(port, False)


def _command() -> list[str]:
    """Return the command of the process; of this Legato, wherever the user stands."""
    home = str(Path(wire.__file__).parents[1])
    start = f"import sys; sys.path.append({home!r}); from bridge.midi.watching import main; "
    return [sys.executable, "-P", "-c", start + "sys.exit(main())"]
