from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from bridge.net.feed import Feed
from bridge.net.pcm import Audio
from engine.wire import LegatoError

WAIT_SECONDS = 60
MANY = 1_000


class Worker:
    """What a sink's thread does: takes blocks until the last, and serves a socket beside."""

    def __init__(self) -> None:
        self.feed = Feed("worker", self._run)
        self.may_go_on = threading.Event()
        self.taken: list[Audio] = []
        self.heard = b""

    def _run(self) -> None:
        self.may_go_on.wait(WAIT_SECONDS)
        while True:
            for key, _ in self.feed.ready():
                assert isinstance(key.fileobj, socket.socket)
                self.heard += key.fileobj.recv(100)
            for block in self.feed.blocks():
                if block is None:
                    return
                self.taken.append(block)


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    worker.feed.start()
    yield worker
    worker.may_go_on.set()
    worker.feed.end()
    worker.feed.close()


def block(number: int) -> Audio:
    return np.full((4, 2), number, np.float32)


def test_what_was_offered_is_worked_off_in_order_before_the_end(worker: Worker) -> None:
    offered = [block(number) for number in range(100)]
    assert all(worker.feed.offer(each) for each in offered)
    worker.may_go_on.set()
    worker.feed.end()
    assert np.array_equal(worker.taken, offered)


def test_what_has_no_room_is_refused_and_nobody_waits(worker: Worker) -> None:
    taken = [worker.feed.offer(block(number)) for number in range(MANY)]
    room = taken.index(False)
    assert 1 < room < MANY
    assert not any(taken[room:])
    worker.may_go_on.set()
    worker.feed.end()
    assert len(worker.taken) == room


def test_a_socket_is_served_beside_the_blocks(worker: Worker) -> None:
    near, far = socket.socketpair()
    with near, far:
        worker.feed.selector.register(near, selectors.EVENT_READ)
        far.send(b"one")
        worker.feed.offer(block(1))
        worker.may_go_on.set()
        worker.feed.end()
    assert worker.heard == b"one"
    assert len(worker.taken) == 1


def test_where_the_thread_has_ended_that_is_said(worker: Worker) -> None:
    worker.may_go_on.set()
    worker.feed.end()
    with pytest.raises(LegatoError, match="the worker's thread has ended"):
        worker.feed.offer(block(1))
