"""A TCP connection that holds nobody up: what it cannot take soon is refused, whole."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections import deque

_PIECE_BYTES = 1 << 16


class Waker:
    """Ends a `select` in another thread."""

    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)

    def fileno(self) -> int:
        """The descriptor that becomes readable."""
        return self._ear.fileno()

    def wake(self) -> None:
        """End the other thread's wait; a full pipe has woken it already."""
        with contextlib.suppress(BlockingIOError):
            self._mouth.send(b"!")

    def hush(self) -> None:
        """Forget what woke us."""
        with contextlib.suppress(BlockingIOError):
            while len(self._ear.recv(_PIECE_BYTES)) == _PIECE_BYTES:
                pass

    def close(self) -> None:
        """Close both ends."""
        self._ear.close()
        self._mouth.close()


class Outbox:
    """Whole messages on their way to one peer, `max_bytes` at most.

    What the peer sends is read and thrown away, so that neither side's buffers fill.
    """

    def __init__(self, connection: socket.socket, max_bytes: int) -> None:
        self.connection = connection
        connection.setblocking(False)
        # What the system holds on its own comes later than it should: let it be little.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max_bytes)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._max_bytes = max_bytes
        self._waiting: deque[memoryview] = deque()
        self._waiting_bytes = 0
        self._moved_seconds = time.monotonic()

    @property
    def waits(self) -> bool:
        """Whether something waits to be written."""
        return bool(self._waiting)

    @property
    def stuck_seconds(self) -> float:
        """How long the peer has taken nothing of what waits."""
        return time.monotonic() - self._moved_seconds if self._waiting else 0.0

    def offer(self, message: bytes) -> bool:
        """Queue a message, or return false where there is no room for all of it."""
        if self._waiting and self._waiting_bytes + len(message) > self._max_bytes:
            return False
        if not self._waiting:
            self._moved_seconds = time.monotonic()
        self._waiting.append(memoryview(message))
        self._waiting_bytes += len(message)
        return True

    def flush(self) -> None:
        """Write what the peer takes at once. Raises: OSError when it is gone."""
        with contextlib.suppress(BlockingIOError):
            while self._waiting:
                sent = self.connection.send(self._waiting[0])
                self._moved_seconds = time.monotonic()
                self._waiting_bytes -= sent
                self._waiting[0] = self._waiting[0][sent:]
                if not self._waiting[0]:
                    self._waiting.popleft()

    def discard_input(self) -> None:
        """Read what came and forget it. Raises: OSError when the peer is gone."""
        with contextlib.suppress(BlockingIOError):
            while data := self.connection.recv(_PIECE_BYTES):
                if len(data) < _PIECE_BYTES:
                    return
            raise ConnectionResetError("the peer has closed the connection")

    def finish(self, until_seconds: float) -> None:
        """Let the peer have what waits, as far as it takes it in time, and close."""
        with contextlib.suppress(OSError):
            self._drain(until_seconds)
            self.connection.shutdown(socket.SHUT_WR)
            # Closing with words of the peer's unread would take back what is on its way.
            self.connection.settimeout(max(0.001, until_seconds - time.monotonic()))
            while self.connection.recv(_PIECE_BYTES):
                self.connection.settimeout(max(0.001, until_seconds - time.monotonic()))
        self.connection.close()

    def _drain(self, until_seconds: float) -> None:
        """Write what waits until a moment of the steady clock. Raises: OSError."""
        self.flush()
        while self._waiting and (left := until_seconds - time.monotonic()) > 0:
            select.select([], [self.connection], [], left)
            self.flush()

    def close(self) -> None:
        """Close the connection at once."""
        self.connection.close()
