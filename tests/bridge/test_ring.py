from __future__ import annotations

import threading

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.ring import Ring, Tap


def ramp(frames: int, channels: int = 2) -> np.ndarray:
    return np.arange(1, frames * channels + 1, dtype=np.float32).reshape(frames, channels)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=60), st.integers(1, 50))
@settings(max_examples=80, deadline=None)
def test_what_goes_in_comes_out_in_order(steps: list[tuple[int, int]], capacity: int) -> None:
    ring, audio = Ring(capacity, 2), ramp(40 * 60)
    put, got = 0, []
    for offered, wanted in steps:
        put += ring.write(audio[put : put + offered])
        out = np.full((wanted, 2), -1, np.float32)
        frames = ring.read_into(out)
        got.append(out[:frames])
        assert (out[frames:] == -1).all()
        assert 0 <= ring.level <= capacity
    flat = np.concatenate(got) if got else audio[:0]
    assert np.array_equal(flat, audio[: len(flat)])
    assert put == len(flat) + ring.level


def test_two_threads_need_no_lock() -> None:
    ring, audio, got = Ring(4_001, 2), ramp(50_000), []

    def write() -> None:
        put = 0
        while put < len(audio):
            put += ring.write(audio[put : put + 256])

    writer = threading.Thread(target=write)
    writer.start()
    count = 0
    while count < len(audio):
        out = np.empty((1_013, 2), np.float32)
        frames = ring.read_into(out)
        got.append(out[:frames])
        count += frames
    writer.join(timeout=60)
    assert np.array_equal(np.concatenate(got), audio)


def filled(tap: Tap, frames: int) -> np.ndarray:
    out = np.full((frames, 1), 99, np.float32)
    tap.fill(out)
    return out[:, 0]


def test_tap_is_bit_exact_while_there_is_enough() -> None:
    ring = Ring(1000, 1)
    tap = Tap(ring, 1, target_frames=100, fade_frames=10, rate_hz=5_000)
    ring.write(ramp(900, 1))
    got = np.concatenate([filled(tap, 64) for _ in range(14)])
    assert np.array_equal(got, ramp(896, 1)[:, 0])
    assert (tap.underruns, tap.missing_frames) == (0, 0)


@given(st.integers(1, 70), st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_tap_running_dry_never_jumps_and_loses_nothing(block: int, first: int) -> None:
    ring = Ring(2000, 1)
    tap = Tap(ring, 1, target_frames=100, fade_frames=10, rate_hz=5_000)
    ring.write(np.minimum(ramp(first, 1) / 10, 1))
    got = [filled(tap, block) for _ in range((first + 200) // block + 30)]
    assert tap.underruns == 1
    ring.write(np.ones((99, 1), np.float32))
    got.append(filled(tap, block))
    assert not got[-1].any()  # Not before the target waits again.
    ring.write(np.ones((901, 1), np.float32))
    got.extend(filled(tap, block) for _ in range(1400 // block + 30))
    heard = np.concatenate(got)
    assert ring.level == 0
    assert tap.underruns == 2
    assert tap.missing_frames == len(heard) - first - 1000
    assert np.abs(np.diff(heard[1:])).max() <= 0.2
    assert heard.max() <= 1.0
    assert heard[-1] == 0.0


def test_a_drained_tap_plays_what_is_left_below_its_target() -> None:
    ring = Ring(1000, 1)
    tap = Tap(ring, 1, target_frames=100, fade_frames=10, rate_hz=5_000)
    filled(tap, 64)
    ring.write(np.ones((70, 1), np.float32))
    assert not filled(tap, 64).any()
    tap.drain()
    assert (filled(tap, 64)[10:] == 1).all()
    assert filled(tap, 64)[:6].all()
    assert ring.level == 0
