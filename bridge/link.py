"""One open connection to an engine: frames in and out, and proof that it is alive."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from engine import wire
from engine.wire import AnyToBridge, AnyToEngine, BadFrame, Bytes, EngineLost

PIECE_BYTES = 256 << 10


@dataclass(frozen=True)
class Patience:
    """How long a client waits before it calls an engine lost, and how often it tries again.

    After `silent_pings` without an answer it is no longer called ready, after `dead_pings` it
    is given up. While it says that it loads a model, `loading_pings` count instead: importing
    torch keeps it silent, on a cold disk or a busy machine for longer than 10 s.
    `stall_seconds` is generous, because a window on a CPU and a first load may be slow.
    """

    ready_seconds: float = 120.0
    ping_seconds: float = 1.0
    silent_pings: int = 3
    dead_pings: int = 8
    loading_pings: int = 180
    stall_seconds: float = 600.0
    budget_restarts: int = 5
    budget_period_seconds: float = 60.0
    retry_seconds: float = 0.25
    degraded_seconds: float = 15.0


class Retries:
    """The budget of restarts: at once at first, then ever later, then at long intervals."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._losses: list[float] = []

    def next_delay(self, now_seconds: float) -> tuple[float, bool]:
        """Count a loss; return the seconds to wait and whether the budget is spent."""
        since = now_seconds - self._patience.budget_period_seconds
        self._losses = [at for at in self._losses if at > since] + [now_seconds]
        losses = len(self._losses)
        if losses > self._patience.budget_restarts:
            return self._patience.degraded_seconds, True
        return (0.0 if losses == 1 else self._patience.retry_seconds * 2 ** (losses - 2)), False


class Link:
    """An open, welcomed connection; it reads only when asked, so a slow reader slows the engine."""

    welcome: wire.Welcome

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: Patience
    ) -> None:
        self._reader, self._writer, self._patience = reader, writer, patience
        self._waiting = False
        self._heard = True
        self._missed = 0
        self._loading = False
        self._reason = "the engine closed the connection"
        self._pulse: asyncio.Task[None] | None = None

    @property
    def is_silent(self) -> bool:
        """Whether the engine has left several pings in a row unanswered, and loads nothing."""
        return self._missed >= self._patience.silent_pings and not self._loading

    @classmethod
    async def open(cls, host: str, port: int, token: str, patience: Patience) -> Link:
        """Connect, show the token and wait for `Welcome`. Raises: EngineLost."""
        try:
            async with asyncio.timeout(patience.ready_seconds):
                streams = await asyncio.open_connection(host, port, limit=PIECE_BYTES)
                link = cls(*streams, patience)
                await link._greet(token)
        except TimeoutError:
            raise EngineLost(
                f"no engine answered within {patience.ready_seconds:g} s; is it running?"
            ) from None
        except OSError as error:
            raise EngineLost(
                f"no engine can be reached ({error.strerror or 'no answer'}); is it running?"
            ) from None
        return link

    async def send(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        """Send one frame; waits while the engine is slow to read. Raises: EngineLost, BadFrame."""
        if self._writer.is_closing():
            raise EngineLost(self._reason)
        try:
            self._write(message, payload)
            await self._writer.drain()
        except OSError as error:
            raise EngineLost(self._reason) from error

    async def receive(self) -> tuple[AnyToBridge, memoryview]:
        """Return the next message and its payload. Raises: EngineLost."""
        try:
            lengths = wire.LENGTHS.unpack(await self._read(wire.LENGTHS.size))
            wire.check_lengths(*lengths)
            message = wire.decode_to_bridge(await self._read(lengths[0]))
            payload = await self._read(lengths[1])
        except BadFrame as error:
            raise EngineLost(f"the engine broke the protocol: {error}") from None
        except OSError as error:
            raise EngineLost(self._reason) from error
        if not isinstance(message, wire.Pong):
            self._loading = isinstance(message, wire.Progress) and message.stage == "load"
        elif message.stalled_seconds > self._patience.stall_seconds:
            raise EngineLost(f"the engine made no progress for {message.stalled_seconds:.0f} s")
        return message, payload

    async def close(self) -> None:
        """Close the connection; a `receive` under way raises EngineLost."""
        if self._pulse is not None:
            self._pulse.cancel()
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _greet(self, token: str) -> None:
        try:
            await self.send(wire.Hello(token))
            message, _ = await self.receive()
            self.welcome = _expect_welcome(message)
        except BaseException:
            await self.close()
            raise
        self._pulse = asyncio.create_task(self._beat())

    def _write(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        # Not `writelines`: Python 3.12's tries to write an empty payload for ever, by all its time.
        for part in wire.frame(message, payload):
            self._writer.write(part)

    async def _read(self, size: int) -> memoryview:
        data = memoryview(bytearray(size))
        filled = 0
        self._waiting = True
        while filled < size:
            piece = await self._reader.read(min(size - filled, PIECE_BYTES))
            if not piece:
                raise EngineLost(self._reason)
            data[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._heard = True
        self._waiting = False
        return data.toreadonly()

    async def _beat(self) -> None:
        """Ping, and abort once nothing came in answer while somebody was waiting for it.

        Beats are counted, not seconds: a bridge that itself was stopped for a while must not
        blame the engine.
        """
        sequence = 0
        while not self._writer.is_closing():
            self._missed = self._missed + 1 if self._waiting and not self._heard else 0
            if self._missed >= self._allowed_pings():
                self._reason = f"the engine left {self._missed} pings unanswered"
                self._writer.transport.abort()
                return
            self._heard = False
            sequence += 1
            self._write(wire.Ping(sequence))
            await asyncio.sleep(self._patience.ping_seconds)

    def _allowed_pings(self) -> int:
        return self._patience.loading_pings if self._loading else self._patience.dead_pings


def _expect_welcome(message: AnyToBridge) -> wire.Welcome:
    if isinstance(message, wire.Failed):
        raise EngineLost(f"the engine refused the connection: {message.text}")
    if not isinstance(message, wire.Welcome):
        raise EngineLost(f"the engine answered {type(message).__name__} where Welcome was expected")
    if message.version != wire.WIRE_VERSION:
        raise EngineLost(
            f"the engine speaks version {message.version} of the protocol, this bridge "
            f"{wire.WIRE_VERSION}; install the same Legato on both sides"
        )
    return message
