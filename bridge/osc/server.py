"""The sockets of the front door: UDP and TCP on one port, in the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import itertools
import logging
import os
import socket
import time
from collections import OrderedDict, deque
from typing import Any, TypeAlias, cast

from bridge.config import is_loopback
from bridge.osc.framing import Framing, detect
from bridge.osc.front import FrontDoor
from bridge.osc.peer import Peer
from engine.wire import BadFrame, OutOfRange, StartFailed

RECEIVE_BUFFER_BYTES = 1 << 20
LOOPBACK_LIMIT_BYTES = 8_192
NETWORK_LIMIT_BYTES = 1_400
MAX_KNOWN = 8_192
MAX_STRANGERS = 256
MAX_CONNECTIONS = 128
MAX_UNSENT_BYTES = 4 << 20
FRAME_SECONDS = 5.0
TURN_SECONDS = 0.002
_PORT_ATTEMPTS = 32

_LOG = logging.getLogger("legato.osc")
_Address: TypeAlias = tuple[socket.AddressFamily, Any]


class OscServer:
    """An open front door.

    `receive_buffer_bytes` is what the system granted, `numbers` counts TCP clients.
    """

    def __init__(self, front: FrontDoor, port: int) -> None:
        self.port = port
        self.receive_buffer_bytes = 0
        self._front = front
        self._datagrams: list[asyncio.DatagramTransport] = []
        self._listeners: list[asyncio.Server] = []
        self._connections: OrderedDict[_Connection, None] = OrderedDict()
        self.numbers = itertools.count(1)
        self._closes = False
        self._timer: asyncio.TimerHandle | None = None

    async def open(self, pairs: list[tuple[socket.socket, socket.socket]]) -> None:
        """Start to listen on bound pairs of a UDP and a TCP socket."""
        loop = asyncio.get_running_loop()
        self._front.stand_in(self)
        for datagram, stream in pairs:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self._front), sock=datagram
            )
            self._datagrams.append(transport)
            granted = datagram.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
            self.receive_buffer_bytes = granted
            listener = await loop.create_server(lambda: _Connection(self), sock=stream)
            self._listeners.append(listener)

    async def close(self) -> None:
        """Close every socket; calls that are open go on, unheard."""
        self._closes = True
        if self._timer:
            self._timer.cancel()
        for transport in self._datagrams:
            transport.close()
        for listener in self._listeners:
            listener.close()
        for connection in tuple(self._connections):
            connection.abort()
        for listener in self._listeners:
            await listener.wait_closed()
        # A datagram transport closes its socket in the next turn of the loop.
        await asyncio.sleep(0)

    def wake(self, seconds: float) -> None:
        """Have the scheduler run after so many seconds, and not as asked before."""
        if self._timer:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._front.scheduler.run_due)

    def route_to(self, host: str, port: int) -> _DatagramRoute:
        """Return a way to send UDP packets to an address. Raises: OutOfRange."""
        family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        for transport in self._datagrams:
            if transport.get_extra_info("socket").family == family:
                return _DatagramRoute(transport, (host, port))
        raise OutOfRange(f"the host {host} came; this server does not speak that kind of address")

    def enter(self, connection: _Connection) -> bool:
        """Take in a connection; at the cap, one that never said anything has to make room."""
        if self._closes:  # It was accepted before, and would be waited for.
            return False
        if len(self._connections) >= MAX_CONNECTIONS:
            silent = next((other for other in self._connections if not other.proved), None)
            if silent is None:
                return False
            self.leave(silent)
            silent.abort()
        self._connections[connection] = None
        return True

    def leave(self, connection: _Connection) -> None:
        """Forget a connection."""
        self._connections.pop(connection, None)

    @property
    def front(self) -> FrontDoor:
        """The front door behind these sockets."""
        return self._front


class _DatagramRoute:
    """UDP packets to one address."""

    verified = False

    def __init__(self, transport: asyncio.DatagramTransport, address: Any) -> None:
        # Its get_write_buffer_size is there on every event loop, and missing from typeshed.
        self._transport: Any = transport
        self._address = address
        self.host = str(address[0])
        local = is_loopback(self.host)
        self.limit_bytes = LOOPBACK_LIMIT_BYTES if local else NETWORK_LIMIT_BYTES
        self.page_bytes = NETWORK_LIMIT_BYTES

    def send(self, packet: bytes) -> None:
        """Send one packet; where the system takes no more, it is lost like any datagram."""
        closing = self._transport.is_closing()
        if not closing and self._transport.get_write_buffer_size() <= MAX_UNSENT_BYTES:
            self._transport.sendto(packet, self._address)


class _Datagrams(asyncio.DatagramProtocol):
    """The UDP side: one peer a source address, those that proved nothing kept apart."""

    def __init__(self, front: FrontDoor) -> None:
        self._front = front
        self._known: OrderedDict[Any, Peer] = OrderedDict()
        self._strangers: OrderedDict[Any, Peer] = OrderedDict()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._front.receive(data, self._peer(addr))

    def error_received(self, exc: Exception) -> None:
        # The far end closed its port: with UDP that is its own affair.
        _LOG.debug("a datagram could not be delivered: %s", exc)

    def _peer(self, address: Any) -> Peer:
        peer = self._known.pop(address, None) or self._strangers.pop(address, None)
        if peer is None:
            route = _DatagramRoute(self._transport, address)
            peer = Peer(("udp", *address[:2]), address[0], route, time.monotonic)
        book, room = (
            (self._known, MAX_KNOWN) if peer.authorized else (self._strangers, MAX_STRANGERS)
        )
        book[address] = peer
        if len(book) > room:
            book.popitem(last=False)
        return peer


class _Connection(asyncio.Protocol):
    """One TCP client: a stream of packets in, and replies in the same framing."""

    limit_bytes = 1 << 20
    page_bytes = 1 << 16
    verified = True

    def __init__(self, server: OscServer) -> None:
        self.host = ""
        self._server = server
        self._framing: Framing | None = None
        self._waiting: deque[bytes] = deque()
        self._deadline: asyncio.TimerHandle | None = None
        self.proved = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.host = (transport.get_extra_info("peername") or ("",))[0]
        identity = ("tcp", self.host, next(self._server.numbers))
        self._peer = Peer(identity, self.host, self, time.monotonic)
        if not self._server.enter(self):
            self._server.front.counters["connections refused"] += 1
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._framing = self._framing or detect(data)
        waiting_before = len(self._waiting)
        try:
            self._waiting.extend(self._framing.feed(data))
        except BadFrame as error:
            self._turn()
            self._server.front.refuse(self._peer, 0, error)
            self._transport.close()
            return
        self._watch(self._framing.partial, anew=len(self._waiting) > waiting_before)
        self._turn()

    def connection_lost(self, exc: Exception | None) -> None:
        self._watch(partial=False, anew=True)
        self._waiting.clear()
        self._server.leave(self)
        self._server.front.gone(self._peer)

    def send(self, packet: bytes) -> None:
        """Send one packet; a client that does not read is closed before it fills memory."""
        if self._transport.is_closing() or self._framing is None:
            return
        if self._transport.get_write_buffer_size() > MAX_UNSENT_BYTES:
            self._server.front.counters["connections too slow"] += 1
            self._transport.abort()
            return
        self._transport.write(self._framing.wrap(packet))

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def _turn(self) -> None:
        """Handle packets for a moment, then let others have theirs before reading on."""
        until = time.monotonic() + TURN_SECONDS
        while self._waiting and time.monotonic() < until:
            self.proved = True
            self._server.front.receive(self._waiting.popleft(), self._peer)
        if self._waiting:
            self._transport.pause_reading()
            asyncio.get_running_loop().call_soon(self._turn)
        else:
            self._transport.resume_reading()

    def _watch(self, partial: bool, anew: bool) -> None:
        """Give a packet that has begun so long to end, however slowly its bytes trickle."""
        if self._deadline and (anew or not partial):
            self._deadline.cancel()
            self._deadline = None
        if partial and not self._deadline:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(FRAME_SECONDS, self._too_slow)

    def _too_slow(self) -> None:
        self._server.front.counters["frames too slow"] += 1
        self._transport.abort()


async def serve(host: str, port: int, front: FrontDoor) -> OscServer:
    """Open the front door over UDP and TCP on one port; port 0 takes a free one.

    `localhost` listens on every loopback address there is. Raises: StartFailed where the port
    is taken (naming its holder), or where the host is beyond loopback and no token is set.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise StartFailed(f"cannot listen on the host {host!r}: {error}") from None
    addresses: list[_Address] = [(family, address) for family, _, _, _, address in found]
    if not front.has_token and not all(is_loopback(str(a[0])) for _, a in addresses):
        raise StartFailed(
            f"to listen on {host}, beyond this machine, needs a token: set one, or use localhost"
        )
    pairs = _bind_all(addresses, port)
    bound_port = int(pairs[0][0].getsockname()[1])
    server = OscServer(front, bound_port)
    await server.open(pairs)
    if server.receive_buffer_bytes < RECEIVE_BUFFER_BYTES:
        _LOG.warning("the system grants %d bytes of receive buffer", server.receive_buffer_bytes)
    return server


def _bind_all(addresses: list[_Address], port: int) -> list[tuple[socket.socket, socket.socket]]:
    """Bind a UDP and a TCP socket to each address, all on one port. Raises: StartFailed."""
    attempts = 1 if port else _PORT_ATTEMPTS
    for attempt in range(attempts):
        with contextlib.ExitStack() as opened:
            try:
                pairs = _bind_pairs(addresses, port, opened)
            except OSError as error:
                # A free UDP port may be taken for TCP: with port 0 the next one will do.
                if error.errno != errno.EADDRINUSE or attempt == attempts - 1:
                    raise _cannot_listen(port, error) from None
            else:
                opened.pop_all()
                return pairs
    raise AssertionError("the last attempt returns or raises")


def _bind_pairs(
    addresses: list[_Address], port: int, opened: contextlib.ExitStack
) -> list[tuple[socket.socket, socket.socket]]:
    pairs: list[tuple[socket.socket, socket.socket]] = []
    for family, address in addresses:
        try:
            datagram = _bind(family, socket.SOCK_DGRAM, address, port, opened)
            port = int(datagram.getsockname()[1])
            pairs.append((datagram, _bind(family, socket.SOCK_STREAM, address, port, opened)))
        except OSError as error:
            # A machine may name an IPv6 loopback address and have IPv6 switched off.
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT) or not pairs:
                raise
    return pairs


def _bind(
    family: socket.AddressFamily,
    kind: socket.SocketKind,
    address: Any,
    port: int,
    opened: contextlib.ExitStack,
) -> socket.socket:
    bound = opened.enter_context(socket.socket(family, kind))
    bound.setblocking(False)
    if family == socket.AF_INET6:
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    if kind == socket.SOCK_DGRAM:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
    elif os.name == "posix":
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((address[0], port, *address[2:]))
    return bound


def _cannot_listen(port: int, error: OSError) -> StartFailed:
    if error.errno != errno.EADDRINUSE:
        return StartFailed(f"cannot listen on port {port}: {error.strerror}")
    from bridge.doctor import port_holder  # heavy, and only wanted when things go wrong

    holder = port_holder("", port) or "another program"
    return StartFailed(f"port {port} is taken by {holder}; end that program or choose another port")
