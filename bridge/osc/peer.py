"""Where one client's replies go, and how much of them it may cause."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol

from bridge.config import is_loopback
from bridge.osc.codec import Sendable, encode
from bridge.osc.command import ROOT
from engine.wire import TooLarge

MAX_CREDIT_BYTES = 4_096


class Route(Protocol):
    """A way back to a client, over UDP or TCP.

    `host` is the numeric address that it leads to, `limit_bytes` the largest packet it takes,
    `page_bytes` what a page of a large answer should stay under, and `verified` says that the
    far end has shown it has this address.
    """

    host: str
    limit_bytes: int
    page_bytes: int
    verified: bool

    def send(self, packet: bytes) -> None:
        """Send one packet, or drop it where the client is gone."""


class Throttle:
    """Lets through `rate_hz` events a second, and `burst` at once."""

    def __init__(self, rate_hz: float, burst: int, clock: Callable[[], float]) -> None:
        self._rate_hz = rate_hz
        self._burst = burst
        self._clock = clock
        self._left = float(burst)
        self._at = clock()

    def allow(self) -> bool:
        """Say whether one more event may pass now."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate_hz)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Peer:
    """One client: who it is, where its replies go, and whether it may command.

    `identity` is the same for every message of one client and tells clients apart; it stays
    when `/legato/hello` sends the replies elsewhere.
    """

    def __init__(
        self, identity: Hashable, host: str, route: Route, clock: Callable[[], float]
    ) -> None:
        self.identity = identity
        self.host = host
        self.is_loopback = is_loopback(host)
        self.authorized = self.is_loopback
        self.refusals = Throttle(200, 500, clock)
        self._home = route
        self._route = route
        self._credit_bytes = 0

    @property
    def reply_host(self) -> str:
        """The numeric address that replies go to."""
        return self._route.host

    @property
    def page_bytes(self) -> int:
        """The size that one page of a large answer should stay under."""
        return self._route.page_bytes

    def send(self, address: str, *arguments: Sendable) -> None:
        """Send one message; the address is without its root. Raises: TooLarge, ValueError."""
        self.send_packet(encode(ROOT + address, *arguments))

    def send_packet(self, packet: bytes) -> None:
        """Send an encoded message. Raises: TooLarge where one packet cannot hold it."""
        if len(packet) > self._route.limit_bytes:
            raise TooLarge(
                f"an answer of {len(packet)} bytes does not fit a packet of "
                f"{self._route.limit_bytes}: ask over TCP"
            )
        self._route.send(packet)

    def redirect(self, route: Route | None) -> None:
        """Send replies by another route from now on, or back to where messages come from."""
        self._route = route or self._home

    def heard(self, size_bytes: int) -> None:
        """Note bytes received: a client that has proved nothing gets no more bytes back."""
        self._credit_bytes = min(self._credit_bytes + size_bytes, MAX_CREDIT_BYTES)

    def may_be_refused(self, size_bytes: int) -> bool:
        """Say whether a refusal of this size may be sent, and count it if so."""
        if not (self.authorized or self._route.verified):
            if size_bytes > self._credit_bytes:
                return False
            self._credit_bytes -= size_bytes
        return self.refusals.allow()
