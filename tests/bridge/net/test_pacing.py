"""The pace of packets, on a clock of the test's own."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bridge.net.pacing import Pacer

RATE = 48_000
PACKET = 128
BUFFER = 1_920  # 40 ms.
BLOCK_SECONDS = 0.010


class Scene:
    """A stream that gives blocks by its own clock, and a pacer that sends by another."""

    def __init__(self, parts_per_million: float = 0.0, packet: int = PACKET) -> None:
        self.pacer = Pacer(RATE, packet, BUFFER)
        self.packet = packet
        self.now = 0.0
        self.level = 0
        self.lowest, self.highest = 1 << 30, 0
        self.sent_seconds: list[float] = []
        self._hz = RATE * (1 + parts_per_million / 1e6)
        self._next_block = 0.0
        self._given = 0
        self._chance = random.Random(1)

    def run(self, seconds: float, stall_seconds: float = 0.0, keep: bool = True) -> None:
        """Go on; with `stall_seconds` the first block comes so much late."""
        until = self.now + seconds
        self._next_block += stall_seconds
        while self.now < until:
            wait = self.pacer.wait_seconds(self.now, self.level)
            due = self.now + wait if wait is not None else float("inf")
            if due > self._next_block:
                self._give()
            else:
                self.now = max(self.now, due)
                self._send(keep)

    def _give(self) -> None:
        self.now = max(self.now, self._next_block)
        frames = int(self.now * self._hz) - self._given
        self.level += frames
        self._given += frames
        self._next_block += BLOCK_SECONDS + self._chance.uniform(0, 0.002)

    def _send(self, keep: bool) -> None:
        self.level -= self.packet
        self.lowest, self.highest = min(self.lowest, self.level), max(self.highest, self.level)
        self.pacer.sent(self.now, self.level)
        if keep:
            self.sent_seconds.append(self.now)


def test_begins_once_the_buffer_is_full_and_then_keeps_an_even_pace() -> None:
    scene = Scene()
    scene.run(10)
    assert 0.040 <= scene.sent_seconds[0] < 0.060
    gaps = np.diff(scene.sent_seconds)
    assert np.abs(gaps - PACKET / RATE).max() < 1e-5
    assert (scene.pacer.underruns, scene.pacer.late_frames) == (0, 0)


@pytest.mark.parametrize("packet", [120, 256, 1_024])
@pytest.mark.parametrize("parts_per_million", [-200.0, 200.0])
@pytest.mark.parametrize("seconds", [300, pytest.param(3_600, marks=pytest.mark.long)])
def test_clocks_apart_by_200_ppm_neither_drain_nor_fill_the_buffer(
    parts_per_million: float, packet: int, seconds: int
) -> None:
    scene = Scene(parts_per_million, packet)
    scene.run(30)
    scene.lowest, scene.highest = 1 << 30, 0
    scene.run(seconds, keep=False)
    assert (scene.pacer.underruns, scene.pacer.late_frames) == (0, 0)
    # The buffer, a block and a packet more or less, and 4 ms that steer.
    margin = 192 + 600 + packet
    assert BUFFER - margin <= scene.lowest <= scene.highest <= BUFFER + margin


def test_a_stall_is_caught_up_in_small_bursts() -> None:
    scene = Scene()
    scene.run(1)
    scene.run(3, stall_seconds=0.3)
    sent = np.array(scene.sent_seconds)
    assert scene.pacer.underruns >= 1
    assert 0 < scene.pacer.late_frames < 0.4 * RATE
    in_10_milliseconds = np.searchsorted(sent, sent + 0.01) - np.arange(len(sent))
    assert in_10_milliseconds.max() <= 4 * 0.02 * RATE / PACKET + 1
    assert np.abs(np.diff(sent)[-100:] - PACKET / RATE).max() < 1e-5
    expected = scene.sent_seconds[0] + np.arange(len(scene.sent_seconds)) * PACKET / RATE
    assert abs(scene.sent_seconds[-1] - expected[-1]) < 0.010


def test_after_a_long_silence_it_begins_anew_with_a_full_buffer() -> None:
    scene = Scene()
    scene.run(1)
    scene.level = 0
    scene.now += 5.0
    scene._next_block = scene.now
    scene._given = int(scene.now * RATE)  # The stream begins anew as well.
    before = len(scene.sent_seconds)
    scene.run(2)
    gaps = np.diff(scene.sent_seconds[before:])
    assert scene.sent_seconds[before] > 6.0 + 0.03
    assert np.abs(gaps - PACKET / RATE).max() < 1e-5


def test_a_buffer_smaller_than_a_packet_is_a_packet() -> None:
    pacer = Pacer(RATE, 480, 0)
    assert pacer.wait_seconds(0.0, 479) is None
    assert pacer.wait_seconds(0.0, 480) == 0.0
