"""A UDP socket to one receiver that may have audio; it never waits, and counts what is lost."""

from __future__ import annotations

import errno
import ipaddress
import socket

from bridge.net.targets import Targets
from bridge.sinks.base import Stats
from engine.wire import LegatoError, OutOfRange

_SEND_BUFFER_BYTES = 1 << 20
MAX_NETWORK_BYTES = 1_400  # Whatever lies between, a packet of that size passes whole.


class Datagrams:
    """Sends to one address for as long as it may, and keeps its share of a sink's `stats`.

    `hops` is how far packets to a group go (0: this machine alone), None for a single host.
    """

    def __init__(self, host: str, port: int, targets: Targets, stats: Stats) -> None:
        """Open the socket; nobody need listen yet. Raises: OutOfRange."""
        if not port:
            raise OutOfRange("the sink has no port: give the one that the receiver listens on")
        self.host, self.port = _permitted(host, targets), port
        self.is_local = _stays_here(self.host, targets)
        self.hops: int | None = None
        self._targets = targets
        self._stats = stats
        self._refused_frames = 0
        address = ipaddress.ip_address(self.host)
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._prepare(address)
        except OSError as error:
            self._socket.close()
            raise OutOfRange(
                f"audio cannot be sent to {self.host}: {error.strerror}; check the address"
            ) from None

    def _prepare(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        if address.is_multicast and address.version == 4:
            self.hops = 0 if self.is_local else 1
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, self.hops)
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
            if self.is_local:
                here = socket.inet_aton("127.0.0.1")
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, here)
        self._socket.connect((self.host, self.port))

    @property
    def own_host(self) -> str:
        """The address that the packets come from."""
        return str(self._socket.getsockname()[0])

    def send(self, packet: bytes, frames: int = 0) -> None:
        """Send a packet that holds so many frames, or count them as lost.

        Raises: LegatoError where the system takes no packet of that size.
        """
        if not (self.is_local or self._targets.allows(self.host)):
            self._stats.state = "held back: the receiver no longer answers /legato/target/ask"
            self._stats.lost_frames += frames
            return
        before, self._refused_frames = self._refused_frames, 0
        try:
            try:
                self._socket.send(packet)
            except ConnectionRefusedError:  # The packet before found nobody; this one may.
                self._stats.frames -= before
                self._stats.lost_frames += before
                self._stats.state = "nobody listens"
                self._socket.send(packet)
            else:
                self._stats.state = "open"
        except OSError as error:
            self._lose(frames, error)
        else:
            self._refused_frames = frames
            self._stats.frames += frames

    def _lose(self, frames: int, error: OSError) -> None:
        if error.errno == errno.EMSGSIZE:
            raise LegatoError(
                f"audio cannot be sent: {error.strerror}; open the sink with smaller packets"
            ) from error
        # A full buffer, a cable that was pulled: nothing here waits, and it may be over soon.
        self._stats.lost_frames += frames
        if not isinstance(error, (BlockingIOError, ConnectionRefusedError)):
            self._stats.state = f"not delivered: {error.strerror}"

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def _stays_here(host: str, targets: Targets) -> bool:
    """Say whether packets to an address stay on this machine: a group may be heard beyond it."""
    address = ipaddress.ip_address(host)
    return address.is_loopback or (address.is_multicast and not targets.names(host))


def _permitted(host: str, targets: Targets) -> str:
    """Return a numeric address that audio may go to. Raises: OutOfRange."""
    try:
        if ipaddress.IPv4Address(host).is_multicast:
            return host  # On this machine alone, unless the user named the group.
    except ValueError:
        pass
    return targets.check(host)
