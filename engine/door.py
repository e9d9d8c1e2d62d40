"""The engine's door: only a caller whose first frame carries the token comes in.

One thread listens to all who wait, so that slow or silent callers hold up nobody.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine import wire
from engine.wire import BadFrame, Failed, LegatoError, StartFailed, Unauthorized

LOG = logging.getLogger(__name__)
HELLO_SECONDS = 2.0
MAX_CALLERS = 64
POLL_SECONDS = 0.25


@dataclass(eq=False)
class Caller:
    """Somebody who has connected and not yet shown the token."""

    socket: socket.socket
    deadline_seconds: float
    data: bytearray = field(default_factory=bytearray)

    def hear(self) -> bytes | None:
        """Return the first frame's header once it is there; reads not one byte beyond it.

        Raises: BadFrame, OSError, EOFError.
        """
        piece = self.socket.recv(self._needed() - len(self.data))
        if not piece:
            raise EOFError
        self.data += piece
        return bytes(self.data[wire.LENGTHS.size :]) if len(self.data) == self._needed() else None

    def _needed(self) -> int:
        if len(self.data) < wire.LENGTHS.size:
            return wire.LENGTHS.size
        header_bytes, payload_bytes = wire.LENGTHS.unpack_from(self.data)
        wire.check_lengths(header_bytes, payload_bytes, wire.MAX_HELLO_BYTES)
        if not header_bytes or payload_bytes:
            raise BadFrame("the first frame must be Hello, without a payload")
        return wire.LENGTHS.size + int(header_bytes)


class Door:
    """Listens for bridges."""

    def __init__(self, host: str, port: int, token: str) -> None:
        """Bind at once, so that a taken port is known at the start. Raises: StartFailed."""
        if not 0 <= port <= 65_535:
            raise StartFailed(f"cannot listen on {host}:{port}; ports go from 0 to 65535")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._listener = socket.create_server((host, port), family=family)
        except OSError as error:
            reason = error.strerror or "no such host"
            raise StartFailed(f"cannot listen on {host}:{port} ({reason}); use another") from None
        self._listener.setblocking(False)
        self._token = token.encode()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._callers: list[Caller] = []
        self._open = True

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._listener.getsockname()[1])

    def bridges(self) -> Iterator[socket.socket]:
        """Yield the blocking socket of each caller that showed the token, until closed."""
        try:
            while self._open:
                for key, _ in self._selector.select(POLL_SECONDS):
                    if key.data is None:
                        self._answer()
                    elif bridge := self._heard(key.data):
                        yield bridge
                self._dismiss_silent()
        finally:
            self._shut()

    def close(self) -> None:
        """Let `bridges` end, from any thread."""
        self._open = False

    def _answer(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            connection.setblocking(False)
            caller = Caller(connection, time.monotonic() + HELLO_SECONDS)
            self._selector.register(connection, selectors.EVENT_READ, caller)
            self._callers.append(caller)
            if len(self._callers) > MAX_CALLERS:
                self._dismiss(self._callers[0])

    def _heard(self, caller: Caller) -> socket.socket | None:
        try:
            # All that is there, before the clock is looked at: an engine may be held up for long.
            while (header := caller.hear()) is None:
                continue
            self._check(header)
        except BlockingIOError:
            return None
        except (OSError, EOFError, BadFrame):
            self._dismiss(caller)
            return None
        except Unauthorized as error:
            LOG.warning("a caller was refused: %s", error)
            refuse(caller.socket, error)
            self._dismiss(caller)
            return None
        return self._let_in(caller)

    def _check(self, header: bytes) -> None:
        hello = wire.decode_to_engine(header)
        if not isinstance(hello, wire.Hello):
            raise BadFrame("the first frame must be Hello")
        if not hmac.compare_digest(hello.token.encode(), self._token):
            raise Unauthorized("the token is wrong; give the bridge the one the engine was given")
        if hello.version != wire.WIRE_VERSION:
            raise Unauthorized(
                f"the bridge speaks version {hello.version} of the protocol, this engine "
                f"{wire.WIRE_VERSION}; install the same Legato on both sides"
            )

    def _let_in(self, caller: Caller) -> socket.socket:
        self._selector.unregister(caller.socket)
        self._callers.remove(caller)
        caller.socket.setblocking(True)
        caller.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        caller.socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return caller.socket

    def _dismiss(self, caller: Caller) -> None:
        self._selector.unregister(caller.socket)
        self._callers.remove(caller)
        caller.socket.close()

    def _dismiss_silent(self) -> None:
        now = time.monotonic()
        for caller in [caller for caller in self._callers if caller.deadline_seconds < now]:
            self._dismiss(caller)

    def _shut(self) -> None:
        for caller in list(self._callers):
            self._dismiss(caller)
        self._selector.close()
        self._listener.close()


def refuse(caller: socket.socket, error: LegatoError) -> None:
    """Tell a caller why it cannot come in, if it can still be told."""
    with contextlib.suppress(OSError):
        for part in wire.frame(Failed("", error.code, str(error))):
            caller.send(part)
