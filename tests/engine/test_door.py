"""The door: who has the token comes in, all others are sent away without waiting on them."""

from __future__ import annotations

import contextlib
import queue
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from engine import wire
from engine.door import MAX_CALLERS, Door
from engine.wire import Failed, Hello, Ping, StartFailed

WAIT_SECONDS = 120.0
TOKEN = "a token of this test"


class Porter:
    """A door in a thread, with the bridges that came in."""

    def __init__(self) -> None:
        self.door = Door("127.0.0.1", 0, TOKEN)
        self.port = self.door.port
        self._inside: queue.Queue[socket.socket] = queue.Queue()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        for bridge in self.door.bridges():
            self._inside.put(bridge)

    def came_in(self) -> socket.socket:
        return self._inside.get(timeout=WAIT_SECONDS)

    def close(self) -> None:
        self.door.close()
        self._thread.join(WAIT_SECONDS)
        assert not self._thread.is_alive()
        while not self._inside.empty():
            self._inside.get().close()


@pytest.fixture
def porter() -> Iterator[Porter]:
    porter = Porter()
    yield porter
    porter.close()


def call(porter: Porter, data: bytes = b"") -> socket.socket:
    caller = socket.create_connection(("127.0.0.1", porter.port), timeout=WAIT_SECONDS)
    caller.sendall(data)
    return caller


def hello(token: str = TOKEN, version: int = wire.WIRE_VERSION) -> bytes:
    return wire.frame(Hello(token, version))[0]


def answer(caller: socket.socket) -> bytes:
    """Everything that comes until the other side closes."""
    heard = b""
    with caller, contextlib.suppress(ConnectionResetError):
        while piece := caller.recv(4096):
            heard += piece
    return heard


def test_the_token_lets_in_and_not_one_byte_is_lost(porter: Porter) -> None:
    ping = wire.frame(Ping(3))[0]
    with call(porter, hello() + ping), porter.came_in() as bridge:
        assert bridge.recv(len(ping), socket.MSG_WAITALL) == ping
        assert bridge.getblocking()


def test_a_hello_that_comes_byte_by_byte(porter: Porter) -> None:
    with call(porter) as caller:
        for byte in hello():
            caller.sendall(bytes([byte]))
        porter.came_in().close()


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], "é" * 20])
def test_a_wrong_token_is_told_so_and_sent_away(porter: Porter, token: str) -> None:
    heard = answer(call(porter, hello(token)))
    refusal = wire.decode_to_bridge(heard[8:])
    assert isinstance(refusal, Failed)
    assert refusal.code == "unauthorized"
    assert TOKEN not in refusal.text


def test_another_version_is_told_so(porter: Porter) -> None:
    refusal = wire.decode_to_bridge(answer(call(porter, hello(version=99)))[8:])
    assert isinstance(refusal, Failed)
    assert "99" in refusal.text


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /prompt HTTP/1.1\r\n\r\n{}",
        b"\xff" * 64,
        struct.pack("<II", 2**32 - 1, 0),
        struct.pack("<II", 0, 0),
        struct.pack("<II", wire.MAX_HELLO_BYTES + 1, 0),
        struct.pack("<II", 10, 1) + b"x" * 11,
        struct.pack("<II", 3, 0) + b"abc",
        wire.frame(Ping(1))[0],
        wire.frame(wire.Shutdown())[0],
    ],
)
def test_whoever_says_something_else_is_sent_away(porter: Porter, data: bytes) -> None:
    assert answer(call(porter, data)) == b""


def test_whoever_says_nothing_is_sent_away(porter: Porter) -> None:
    assert answer(call(porter, b"\x05")) == b""


def test_a_crowd_of_silent_callers_keeps_nobody_out(porter: Porter) -> None:
    with contextlib.ExitStack() as crowd:
        for _ in range(3 * MAX_CALLERS):
            crowd.enter_context(call(porter, b"\x01"))
        with call(porter, hello()):
            porter.came_in().close()


def test_a_taken_port_is_told_at_the_start(porter: Porter) -> None:
    with pytest.raises(StartFailed, match=str(porter.port)):
        Door("127.0.0.1", porter.port, TOKEN)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("no.such.host.invalid", 0)])
def test_an_address_that_is_none(host: str, port: int) -> None:
    with pytest.raises(StartFailed, match=host):
        Door(host, port, TOKEN)
