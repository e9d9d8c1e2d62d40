"""What the OSC tests share: a clock, clients that record, a door, and an independent liblo."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import ctypes.util
import importlib.util
import socket
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.osc.calls import Call
from bridge.osc.codec import Message, decode, encode
from bridge.osc.command import ROOT
from bridge.osc.front import FrontDoor
from bridge.osc.peer import Peer
from bridge.osc.server import OscServer, serve

WAIT_SECONDS = 60.0


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self.wall_seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def wall(self) -> float:
        return self.wall_seconds

    def move(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall_seconds += seconds


def reply(packet: bytes) -> tuple[Any, ...]:
    """A reply's packet as (address without the root, argument, …)."""
    (message,) = decode(packet)
    assert isinstance(message, Message)
    return (message.address.removeprefix(ROOT), *message.arguments)


class Recorder:
    """A route that keeps what is sent on it."""

    def __init__(self, limit_bytes: int = 8_192, verified: bool = False) -> None:
        self.limit_bytes = limit_bytes
        self.page_bytes = 1_400
        self.verified = verified
        self.packets: list[bytes] = []

    def send(self, packet: bytes) -> None:
        self.packets.append(packet)

    @property
    def replies(self) -> list[tuple[Any, ...]]:
        """Every reply as (address without the root, argument, …)."""
        return [reply(packet) for packet in self.packets]


class Client:
    """A recording client of a door: `ask` sends a message and returns what came back."""

    def __init__(self, door: Door, host: str = "127.0.0.1", verified: bool = False) -> None:
        self.route = Recorder(verified=verified)
        self.peer = Peer(object(), host, self.route, door.clock)
        self._door = door

    def ask(self, address: str, *arguments: Any) -> list[tuple[Any, ...]]:
        return self.send(encode(ROOT + address, *arguments))

    def send(self, packet: bytes) -> list[tuple[Any, ...]]:
        before = len(self.route.packets)
        self._door.front.receive(packet, self.peer)
        return [reply(packet) for packet in self.route.packets[before:]]

    @property
    def replies(self) -> list[tuple[Any, ...]]:
        return self.route.replies


class Door:
    """A front door without sockets, whose calls are kept; ping and status are answered."""

    def __init__(self, token: str = "") -> None:
        self.clock = Clock()
        self.calls: list[Call] = []
        self.errors: dict[str, Exception] = {}
        self.woken: list[float] = []
        self.front = FrontDoor(self._handle, token, "9.9", self.clock, self.clock.wall)
        self.front.stand_in(self)

    def client(self, host: str = "127.0.0.1", verified: bool = False) -> Client:
        return Client(self, host, verified)

    def pass_time(self, seconds: float) -> None:
        self.clock.move(seconds)
        self.front.scheduler.run_due()

    def wake(self, seconds: float) -> None:
        self.woken.append(seconds)

    def route_to(self, host: str, port: int) -> Recorder:
        self.redirected = Recorder()
        return self.redirected

    def _handle(self, call: Call) -> None:
        self.calls.append(call)
        if call.command.address in self.errors:
            raise self.errors[call.command.address]
        if call.command.address in ("/ping", "/status"):
            call.answer("here")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def guarded_door() -> Door:
    return Door(token="open sesame")


@pytest.fixture
def recorder() -> Callable[..., Recorder]:
    return Recorder


@pytest.fixture
def bundle() -> Callable[..., bytes]:
    """Build a bundle: an NTP timetag, then packets."""

    def build(timetag: int, *packets: bytes) -> bytes:
        parts = [struct.pack(">i", len(packet)) + packet for packet in packets]
        return b"#bundle\0" + struct.pack(">Q", timetag) + b"".join(parts)

    return build


class Live:
    """A door behind real sockets, and blocking-free ways to talk to it."""

    def __init__(self, door: Door, server: OscServer) -> None:
        self.door = door
        self.server = server
        self.loop = asyncio.get_running_loop()

    async def udp(self, *packets: bytes) -> socket.socket:
        client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        client.setblocking(False)
        client.bind(("127.0.0.1", 0))
        with contextlib.ExitStack() as opened:
            opened.enter_context(client)
            for packet in packets:
                await self.loop.sock_sendto(client, packet, ("127.0.0.1", self.server.port))
            opened.pop_all()
        return client

    async def receive(self, client: socket.socket) -> tuple[Any, ...]:
        return reply(await asyncio.wait_for(self.loop.sock_recv(client, 65_536), WAIT_SECONDS))

    async def ping(self) -> tuple[Any, ...]:
        """Ask a fresh UDP client's ping and return the answer."""
        with await self.udp(encode("/legato/ping", 5)) as client:
            return await self.receive(client)

    async def tcp(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.server.port)


@pytest.fixture
def live(door: Door) -> Callable[[Callable[[Live], Awaitable[None]]], None]:
    """Run an async test body against a door on a free port of this machine."""

    def run(body: Callable[[Live], Awaitable[None]]) -> None:
        async def session() -> None:
            server = await serve("127.0.0.1", 0, door.front)
            try:
                await body(Live(door, server))
            finally:
                await server.close()

        asyncio.run(session())

    return run


@pytest.fixture(scope="session")
def liblo() -> ctypes.CDLL:
    """The C library liblo: pyliblo3's own copy, or the system's."""
    found = importlib.util.find_spec("pyliblo3")
    folders = [Path(found.origin).parent.parent / "pyliblo3.libs"] if found and found.origin else []
    bundled = [str(path) for folder in folders for path in folder.glob("liblo*")]
    name = next(iter(bundled), None) or ctypes.util.find_library("lo")
    if not name:
        pytest.skip("no liblo on this machine")
    return ctypes.CDLL(name)


@pytest.fixture
def pyliblo3() -> Any:
    """pyliblo3, whose import and calls warn of what its next edition will drop."""
    return pytest.importorskip("pyliblo3", exc_type=ImportError)
