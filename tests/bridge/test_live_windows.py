"""Chunks as long as a window at a device: each is heard whole, whenever it was rendered."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.live_out import LiveOut
from bridge.live_reserve import Reserve
from bridge.live_ring import LiveTap
from bridge.player import Player
from bridge.stream import Stream

RATE, BLOCK = 4_000, 40
CHUNK = 4 * RATE  # Four seconds, of 400 blocks.
SHARE = CHUNK // 5


class Stage:
    """A device that plays, and windows that come so many blocks after they were asked for."""

    def __init__(self, most_frames: int = 400) -> None:
        self.shared = Reserve(64, most_frames, RATE)
        self.tap = LiveTap(1, self.shared, 12, CHUNK, RATE)
        self.heard: list[np.ndarray] = []
        self.written = 0

    def play(self, blocks: int) -> None:
        for _ in range(blocks):
            out = np.zeros((BLOCK, 1), np.float32)
            self.tap.mix_into(out)
            self.heard.append(out)

    def perform(self, delays: list[int]) -> np.ndarray:
        """Return what is heard; each window counts up from 1, so that what is missing is seen."""
        came = [(400 * number + delay) for number, delay in enumerate(delays)]
        came = [max(came[: number + 1]) for number in range(len(came))]
        for before, now in pairwise([came[0], *came]):
            self.play(now - before)
            window = np.arange(1, CHUNK + 1, dtype=np.float32)[:, None] / CHUNK + self.written
            self.tap.write(window)
            self.written += 1
        self.play(2 * 400)
        return np.concatenate(self.heard)[:, 0]


def starts(sound: np.ndarray, windows: int) -> list[int]:
    """Return the frame at which each window is heard in its middle, or fail."""
    found = [np.flatnonzero(sound == np.float32(number + 0.5)) for number in range(windows)]
    assert all(len(frames) == 1 for frames in found)
    return [int(frames[0]) for frames in found]


def test_a_share_of_a_window_is_kept_from_the_first_on() -> None:
    stage = Stage()
    stage.perform([100, 130, 90, 139, 100])
    assert stage.tap.target_frames == SHARE
    assert stage.shared.frames == 64
    assert (stage.tap.postponed, stage.tap.resyncs) == (0, 0)
    assert stage.tap.underruns == 1  # at its end


def test_a_window_that_is_late_is_heard_whole_and_all_after_it_later() -> None:
    stage = Stage()
    sound = stage.perform([100, 100, 220, 100, 215, 100])
    steps = np.diff(starts(sound, 6))
    assert steps.tolist() == [CHUNK, CHUNK + 40 * BLOCK, CHUNK, CHUNK, CHUNK]
    assert stage.tap.postponed == 1


def test_a_window_whose_time_is_over_is_not_heard_and_puts_nothing_off() -> None:
    """As after an engine, or a whole computer, that stood still for seconds."""
    stage = Stage()
    sound = stage.perform([100, 100, 1_400, *[100] * 6])
    assert not (sound == np.float32(2.5)).any()
    before, after = (np.flatnonzero(sound == np.float32(n + 0.5))[0] for n in (1, 7))
    assert after - before <= 7 * CHUNK


def test_more_is_kept_once_a_window_was_late() -> None:
    stage = Stage()
    stage.perform([100, 100, 200, *[100] * 60, 200, 100])
    assert stage.tap.kept_seconds > 1.0
    assert stage.tap.postponed == 1
    assert stage.tap.resyncs == 0


def test_what_is_to_be_kept_rises_bit_by_bit() -> None:
    """As much sooner as chunks then come, another tempo is not heard."""
    stage = Stage()
    stage.perform([100, 100, 250, 100, 100, 100])
    assert stage.tap.target_frames == SHARE + 4 * CHUNK // 100
    assert stage.tap.kept_seconds > (SHARE + 4 * CHUNK // 100) / RATE


def test_nothing_more_is_kept_where_the_delay_is_to_stay() -> None:
    stage = Stage(most_frames=0)
    stage.perform([100, 100, 200, *[100] * 20])
    assert stage.tap.target_frames == SHARE


def test_what_was_slow_once_is_made_up_for_after_some_windows() -> None:
    stage = Stage()
    stage.perform([1_000, *[100] * 40])
    assert stage.tap.resyncs == 1
    assert stage.tap.level < 2 * CHUNK


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32), st.integers(0, 350))
def test_windows_are_heard_whole_however_they_come(seed: int, most: int) -> None:
    """Only one that comes later than what is kept covers, after the soonest, can put others off."""
    rng = random.Random(seed)
    stage = Stage()
    delays = [rng.randint(0, most) for _ in range(15)]
    sound = stage.perform(delays)
    assert (np.diff(starts(sound, 15)) >= CHUNK).all()
    covered = min(delays) + SHARE // BLOCK
    assert stage.tap.postponed <= sum(delay > covered for delay in delays)


def test_a_job_tells_how_soon_nothing_is_left() -> None:
    out = LiveOut(Player(Stream(RATE, 1)), "job", RATE, 1)
    assert out.left_seconds() is None
    out.write(np.zeros((CHUNK, 1), np.float32), 0)
    left = out.left_seconds()
    assert left is not None
    assert 4.0 < left <= 4.8


def test_a_job_of_short_chunks_does_not() -> None:
    out = LiveOut(Player(Stream(RATE, 1)), "job", RATE, 1)
    out.write(np.zeros((40, 1), np.float32), 0)
    assert out.left_seconds() is None
