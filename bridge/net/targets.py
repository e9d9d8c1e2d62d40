"""Whom audio may be sent to over UDP: nobody gets any who did not ask for it.

UDP says nothing true of who sent it, so a server that sends audio where a packet asks is a
weapon against strangers. Audio goes to loopback, to hosts that the user named in `audio_hosts`,
and to hosts that have shown that they hear us: `/legato/target/ask` is answered by a cookie,
and whoever sends that cookie back from the same address has it allowed for a lease.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable, Iterable
from typing import TypeAlias

from engine.wire import OutOfRange, QueueFull, StartFailed, Unauthorized

LEASE_SECONDS = 60.0
COOKIE_SECONDS = 30.0
MAX_LEASES = 256

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class Targets:
    """The hosts that audio may be sent to; `allows` may be called by any thread."""

    def __init__(
        self, named: Iterable[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow the addresses and networks that the user named. Raises: StartFailed."""
        self._named = tuple(_network(text) for text in named)
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._leases: dict[_Address, float] = {}

    def cookie(self, host: str) -> str:
        """Return what only a host that gets its packets can know; nothing is kept of it."""
        return self._cookie(host, self._epoch())

    def answer(self, host: str, cookie: str) -> float:
        """Allow a host that sent its cookie back, and return the seconds that this lasts.

        Raises: Unauthorized for another cookie or one too old, QueueFull.
        """
        epoch = self._epoch()
        valid = (self._cookie(host, number).encode() for number in (epoch, epoch - 1))
        if not any(hmac.compare_digest(one, cookie.encode()) for one in valid):
            raise Unauthorized(
                "the cookie is not this host's, or too old: send /legato/target/ask and answer "
                "with the cookie that comes, from the same address"
            )
        self._drop_ended()
        address = _address(host)
        if address not in self._leases and len(self._leases) >= MAX_LEASES:
            raise QueueFull(f"{MAX_LEASES} hosts are allowed audio already; wait for one to leave")
        self._leases[address] = self._clock() + LEASE_SECONDS
        return LEASE_SECONDS

    def allows(self, host: str) -> bool:
        """Say whether audio may go to a numeric address now."""
        try:
            address = _address(host)
        except ValueError:
            return False
        if address.is_loopback or self.names(host):
            return True
        return self._leases.get(address, -1.0) > self._clock()

    def names(self, host: str) -> bool:
        """Say whether the user has named a numeric address, or a network that it is in."""
        address = _address(host)
        return any(address in network for network in self._named)

    def check(self, host: str) -> str:
        """Return a host's numeric address where audio may go there. Raises: OutOfRange."""
        host = "127.0.0.1" if host == "localhost" else host
        if self.allows(host):
            return str(_address(host))
        raise OutOfRange(
            f"host is {host[:64]!r}; audio goes to this machine (127.0.0.1 or ::1), to numeric "
            "addresses named in audio_hosts in legato.toml, and to those that answered "
            "/legato/target/ask"
        )

    def _epoch(self) -> int:
        return int(self._clock() / COOKIE_SECONDS)

    def _cookie(self, host: str, epoch: int) -> str:
        text = f"{_address(host)} {epoch}".encode()
        return hmac.new(self._secret, text, "sha256").hexdigest()[:16]

    def _drop_ended(self) -> None:
        now = self._clock()
        self._leases = {host: ends for host, ends in self._leases.items() if ends > now}


def _address(host: str) -> _Address:
    """Return a numeric address, IPv4 in IPv6's clothes as IPv4. Raises: ValueError."""
    address = ipaddress.ip_address(host)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _network(text: str) -> _Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise StartFailed(
            f"audio_hosts: {text[:64]!r} came; a numeric address such as 192.168.0.7 is expected, "
            "or a network such as 192.168.0.0/24"
        ) from None
