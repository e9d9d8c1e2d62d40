from __future__ import annotations

import select
import socket
from collections.abc import Iterator

import pytest

from bridge.net.outbox import Outbox, Waker


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    far.settimeout(60)
    with near, far:
        yield near, far


def receive(far: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += far.recv(1 << 16)
    return data


def test_messages_arrive_whole_and_in_order(pair: tuple[socket.socket, socket.socket]) -> None:
    outbox = Outbox(pair[0], 1 << 20)
    assert outbox.offer(b"one")
    assert outbox.offer(b"two")
    outbox.flush()
    assert not outbox.waits
    assert receive(pair[1], 6) == b"onetwo"


def test_what_has_no_room_is_refused_whole(pair: tuple[socket.socket, socket.socket]) -> None:
    outbox, taken = Outbox(pair[0], 10_000), []
    for number in range(2_000):
        message = bytes([number % 251]) * 4_000
        if outbox.offer(message):
            taken.append(message)
        outbox.flush()
    assert 2 < len(taken) < 2_000
    assert outbox.waits
    assert outbox.stuck_seconds >= 0
    expected = b"".join(taken)
    data = b""
    while len(data) < len(expected):
        data += pair[1].recv(1 << 16)
        outbox.flush()
    assert data == expected


def test_one_message_larger_than_the_bound_passes(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    outbox = Outbox(pair[0], 100)
    assert outbox.offer(b"x" * 1_000)
    assert not outbox.offer(b"y") or not outbox.waits
    outbox.flush()
    assert receive(pair[1], 1_000)[:1_000] == b"x" * 1_000


def test_what_the_peer_says_is_thrown_away(pair: tuple[socket.socket, socket.socket]) -> None:
    outbox = Outbox(pair[0], 100)
    outbox.discard_input()
    pair[1].sendall(b"x" * 300_000)
    for _ in range(100):
        if not select.select([pair[0]], [], [], 0.1)[0]:
            break
        outbox.discard_input()
    assert not select.select([pair[0]], [], [], 0)[0]


def test_a_peer_that_left_is_noticed(pair: tuple[socket.socket, socket.socket]) -> None:
    outbox = Outbox(pair[0], 100)
    pair[1].close()
    select.select([pair[0]], [], [], 10)
    with pytest.raises(ConnectionResetError):
        outbox.discard_input()


def test_a_waker_wakes_however_often_it_is_asked() -> None:
    waker = Waker()
    assert not select.select([waker], [], [], 0)[0]
    for _ in range(100_000):
        waker.wake()
    assert select.select([waker], [], [], 10)[0]
    waker.hush()
    assert not select.select([waker], [], [], 0)[0]
    waker.close()
