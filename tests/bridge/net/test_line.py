from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from bridge.net.line import Line
from bridge.sinks.base import Audio, Stats
from engine.wire import LegatoError

RATE = 48_000


class Receiver:
    """Keeps what a line sends; it can fail."""

    def __init__(self, fail_after: int | None = None) -> None:
        self.packets: list[Audio] = []
        self.more = threading.Condition()
        self._fail_after = fail_after

    def send(self, packet: Audio) -> None:
        if len(self.packets) == self._fail_after:
            raise LegatoError("too large: send smaller ones")
        with self.more:
            self.packets.append(packet.copy())
            self.more.notify_all()

    def wait(self, count: int) -> None:
        with self.more:
            assert self.more.wait_for(lambda: len(self.packets) >= count, 60)


def noise(frames: int) -> Audio:
    return np.random.default_rng(0).uniform(-1, 1, (frames, 2)).astype(np.float32)


def test_blocks_become_packets_in_order_and_the_rest_is_sent_at_the_end() -> None:
    receiver, stats, audio = Receiver(), Stats(), noise(4_801)
    line = Line(RATE, 2, 128, 0.01, receiver.send, stats)
    for start in range(0, len(audio), 480):
        line.write(audio[start : start + 480])
    line.close()
    assert np.array_equal(np.concatenate(receiver.packets), audio)
    assert {len(packet) for packet in receiver.packets[:-1]} == {128}
    assert stats.lost_frames == 0


def test_nothing_leaves_before_the_buffer_is_full() -> None:
    receiver, stats = Receiver(), Stats()
    line = Line(RATE, 2, 128, 0.1, receiver.send, stats)
    line.write(noise(4_927))
    line.write(noise(0))
    assert receiver.packets == []
    line.write(noise(1))
    receiver.wait(1)
    line.close()
    assert sum(map(len, receiver.packets)) == 4_928


def test_what_has_no_room_is_lost_and_counted() -> None:
    receiver, stats = Receiver(), Stats()
    line = Line(RATE, 2, 480, 0.02, receiver.send, stats)
    line.write(noise(2 * RATE))
    assert stats.lost_frames == 2 * RATE - round(1.02 * RATE)
    line.close()


def test_a_fault_is_told_at_the_next_write() -> None:
    receiver, stats = Receiver(fail_after=2), Stats()
    line = Line(RATE, 2, 128, 0.0, receiver.send, stats)
    deadline = time.monotonic() + 60
    with pytest.raises(LegatoError, match="smaller ones"):  # noqa: PT012
        while time.monotonic() < deadline:
            line.write(noise(128))
    line.close()
