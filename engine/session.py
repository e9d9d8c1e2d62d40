"""A bridge's session with the loop: what it asks goes in, what it is told waits to be taken."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from engine.wire import AnyToBridge, AnyToEngine, Bytes, Chunk, Pong

ROOM_CHUNKS = 4
CALM_MESSAGES = 1024
NOTHING = memoryview(b"")


class Session:
    """Messages to one bridge, in order; every method may be called on any thread."""

    def __init__(
        self,
        lock: threading.RLock,
        changed: threading.Condition,
        receive: Callable[[Session, AnyToEngine, Bytes], None],
        notify: Callable[[], None] | None = None,
    ) -> None:
        self._changed = changed  # Whoever renders waits for it, and is not woken for less.
        self._came = threading.Condition(lock)
        self._receive = receive
        self._notify = notify
        self._waiting: deque[tuple[AnyToBridge, memoryview]] = deque()
        self._chunks = 0
        self._finished = False

    @property
    def has_room(self) -> bool:
        """Whether another window may be rendered: few chunks wait to be taken."""
        return self._chunks < ROOM_CHUNKS

    @property
    def is_calm(self) -> bool:
        """Whether few messages wait; a bridge that does not read them is not read either."""
        return len(self._waiting) < CALM_MESSAGES

    @property
    def drained(self) -> bool:
        """Whether the session is over and nothing waits to be taken."""
        with self._came:
            return self._finished and not self._waiting

    def post(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        """Hand a message to the loop; never waits."""
        self._receive(self, message, payload)

    def emit(self, message: AnyToBridge, payload: memoryview = NOTHING) -> None:
        """Put a message out; `Pong` goes before all others. After the end it is dropped."""
        with self._came:
            if self._finished:
                return
            if not isinstance(message, Pong):
                self._waiting.append((message, payload))
            else:
                if self._waiting and isinstance(self._waiting[0][0], Pong):
                    self._waiting.popleft()
                self._waiting.appendleft((message, payload))
            self._chunks += isinstance(message, Chunk)
            self._came.notify_all()
        if self._notify:
            self._notify()

    def take(self, timeout_seconds: float | None = None) -> tuple[AnyToBridge, memoryview] | None:
        """Return the next message and its payload; None once drained, or when none came in time."""
        with self._came:
            self._came.wait_for(lambda: self._waiting or self._finished, timeout_seconds)
            if not self._waiting:
                return None
            message, payload = self._waiting.popleft()
            self._came.notify_all()
            if isinstance(message, Chunk):
                self._chunks -= 1
                if self._chunks == ROOM_CHUNKS - 1:
                    self._changed.notify_all()
        return message, payload

    def wait_calm(self) -> None:
        """Wait until few messages wait, or the session is over."""
        with self._came:
            self._came.wait_for(lambda: self.is_calm or self._finished)

    def wait_taken(self, timeout_seconds: float) -> None:
        """Wait a moment until all has been taken: importing torch may hold up every thread."""
        with self._came:
            self._came.wait_for(lambda: not self._waiting, timeout_seconds)

    def finish(self, drop: bool = False) -> None:
        """End the session: what waits can still be taken, unless it is dropped."""
        with self._came:
            self._finished = True
            if drop:
                self._waiting.clear()
            self._came.notify_all()
            self._changed.notify_all()
        if self._notify:
            self._notify()
