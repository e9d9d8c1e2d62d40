"""How the bridge reaches an engine: one face, whether it runs in this process or in another.

Events are read from the engine only when the bridge asks for the next one, and nothing is
queued on the way: a bridge that is slow to take audio slows the engine, and memory stays flat.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from bridge.link import Link, Patience, Retries
from engine.wire import AnyToBridge, AnyToEngine, Bytes, EngineLost, Shutdown

LOG = logging.getLogger(__name__)
LEAVE_SECONDS = 5.0
NOTHING = memoryview(b"")


@dataclass(frozen=True)
class Lost:
    """The engine died, or could not be reached; `text` says why."""

    text: str


Event: TypeAlias = tuple[AnyToBridge | Lost, memoryview]
State: TypeAlias = Literal["booting", "ready", "lost", "degraded", "closed"]


class EngineClient(Protocol):
    """An engine, wherever it runs."""

    @property
    def state(self) -> State:
        """Where the engine is in its life."""

    async def send(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        """Send a message and its payload. Raises: EngineLost when no engine is there."""

    def events(self) -> AsyncIterator[Event]:
        """Yield what the engine says, each message with its payload; to be iterated once.

        `Welcome` comes first; `Lost` when the engine died or could not be reached, and
        `Welcome` again when another has taken its place. An in-process engine that is lost
        stays lost: its events end.
        """

    async def close(self) -> None:
        """Let the engine go; `events` ends."""


class LoopSession(Protocol):
    """The bridge's end of an engine loop in this process."""

    def post(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        """Hand a message to the loop, from any thread; never waits."""

    def take(self, timeout_seconds: float | None = None) -> tuple[AnyToBridge, memoryview] | None:
        """Return the next message to the bridge, or None when none came in time."""


class EngineLoop(Protocol):
    """The face of `engine.loop.Loop` that a bridge needs."""

    def open(self, notify: Callable[[], None] | None = None) -> LoopSession:
        """Begin a session; `notify` is called, on any thread, when there is something to take."""

    def run(self) -> None:
        """Render until `Shutdown`."""


class InProcessClient:
    """An engine in a thread of this process, for rendering without a server."""

    def __init__(self, loop: EngineLoop) -> None:
        self._loop = loop
        self._session: LoopSession | None = None
        self._thread: threading.Thread | None = None
        self._ready = asyncio.Event()
        self._wake: Callable[[], None] = self._ready.set
        self._failure = ""
        self._over = False
        self._state: State = "booting"

    @property
    def state(self) -> State:
        return self._state

    async def send(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        if self._session is None or self._state != "ready":
            raise EngineLost(f"the engine is {self._state}; wait until it says that it is ready")
        self._session.post(message, payload)

    async def events(self) -> AsyncIterator[Event]:
        session = self._start()
        while True:
            self._ready.clear()
            # The session ends before the thread does, and only that knows why an engine was lost.
            was_over = self._over
            if event := session.take(timeout_seconds=0):
                yield event
            elif was_over:
                break
            else:
                await self._ready.wait()
        if self._failure:
            self._state = "lost"
            yield Lost(self._failure), NOTHING

    async def close(self) -> None:
        """Cancel what runs and leave; a window that never ticks is waited for 5 s at most."""
        self._state = "closed"
        if self._session is None or self._thread is None:
            return
        self._session.post(Shutdown())
        await asyncio.to_thread(self._thread.join, LEAVE_SECONDS)
        self._over = True
        self._ready.set()

    def _start(self) -> LoopSession:
        here = asyncio.get_running_loop()

        def wake() -> None:
            # The event loop may have gone while the engine was finishing a window.
            with contextlib.suppress(RuntimeError):
                here.call_soon_threadsafe(self._ready.set)

        self._wake = wake
        self._session = self._loop.open(notify=wake)
        self._thread = threading.Thread(target=self._run, name="legato-engine", daemon=True)
        self._thread.start()
        self._state = "ready"
        return self._session

    def _run(self) -> None:
        try:
            self._loop.run()
        except EngineLost as error:
            self._failure = str(error)
        except BaseException:
            LOG.exception("the engine's thread broke")
            self._failure = "the engine broke inside this process; the log says why"
        self._over = True
        self._wake()


class SocketClient:
    """An engine behind a socket, found again whenever it was lost."""

    def __init__(
        self, host: str, port: int, token: str, *, patience: Patience | None = None
    ) -> None:
        self._host, self._port, self._token = host, port, token
        self._patience = patience or Patience()
        self._retries = Retries(self._patience)
        self._link: Link | None = None
        self._closing = asyncio.Event()
        self._changing = asyncio.Lock()
        self._state: State = "booting"

    @property
    def state(self) -> State:
        silent = self._state == "ready" and self._link is not None and self._link.is_silent
        return "lost" if silent else self._state

    async def send(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        if self._link is None:
            raise EngineLost(f"the engine is {self._state}; wait until it says that it is ready")
        await self._link.send(message, payload)

    async def events(self) -> AsyncIterator[Event]:
        while not self._closing.is_set():
            try:
                async with self._changing:
                    self._link = link = await self._unless_closing(self._open())
                self._state = "ready"
                yield link.welcome, NOTHING
                while True:
                    yield await link.receive()
            except EngineLost as error:
                lost = Lost(str(error))
            finally:
                await self._discard()
            if self._closing.is_set():
                return
            self._state = "lost"
            yield lost, NOTHING
            await self._rest()

    async def close(self) -> None:
        """Leave; a remote engine cancels what it did for us and waits for another bridge."""
        self._closing.set()
        await self._discard()
        self._state = "closed"

    async def _open(self) -> Link:
        return await Link.open(self._host, self._port, self._token, self._patience)

    async def _discard(self) -> None:
        async with self._changing:
            await self._abandon()

    async def _abandon(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            await link.close()

    async def _unless_closing(self, opening: Coroutine[None, None, Link]) -> Link:
        task = asyncio.ensure_future(opening)
        closing = asyncio.ensure_future(self._closing.wait())
        try:
            await asyncio.wait({task, closing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            closing.cancel()
            task.cancel()
            await asyncio.wait({task})
        if task.cancelled():
            raise EngineLost("this client is closing")
        return task.result()

    async def _rest(self) -> None:
        delay_seconds, spent = self._retries.next_delay(asyncio.get_running_loop().time())
        self._state = "degraded" if spent else "booting"
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), delay_seconds)
