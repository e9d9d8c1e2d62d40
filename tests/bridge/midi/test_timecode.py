"""MIDI timecode at its four rates."""

from __future__ import annotations

import math
from fractions import Fraction

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.timecode import COUNTED_FRAMES, RATES_HZ, TimecodeFollower, seconds_of


def quarter_frames(rate: int, hours: int, minutes: int, seconds: int, frames: int) -> list[bytes]:
    """The eight quarter frames of a timecode, as mido writes them."""
    values = (frames, seconds, minutes, hours | rate << 5)
    pieces = [value >> 4 * half & 0xF for value in values for half in (0, 1)]
    return [
        bytes(mido.Message("quarter_frame", frame_type=n, frame_value=piece).bytes())
        for n, piece in enumerate(pieces)
    ]


def full_frame(rate: int, hours: int, minutes: int, seconds: int, frames: int) -> bytes:
    return bytes([0xF0, 0x7F, 0x7F, 1, 1, rate << 5 | hours, minutes, seconds, frames, 0xF7])


def test_drop_frames_are_left_out_of_the_numbers_not_of_time() -> None:
    # 00:00:59;29 is followed by 00:01:00;02, and 00:09:59;29 by 00:10:00;00.
    frame = 1001 / 30_000
    assert seconds_of(2, 0, 1, 0, 2) - seconds_of(2, 0, 0, 59, 29) == pytest.approx(frame)
    assert seconds_of(2, 0, 10, 0, 0) - seconds_of(2, 0, 9, 59, 29) == pytest.approx(frame)
    assert seconds_of(2, 1, 0, 0, 0) == pytest.approx(float(107_892 * Fraction(1001, 30_000)))


@pytest.mark.parametrize("rate", range(4))
def test_full_frames_place_it(rate: int) -> None:
    follower = TimecodeFollower()
    follower.message(full_frame(rate, 1, 2, 3, 4), 10.0)
    assert follower.fix is not None
    assert follower.fix.position == pytest.approx(seconds_of(rate, 1, 2, 3, 4))
    assert follower.fix.rate_hz == 0
    assert not follower.running


@pytest.mark.parametrize("rate", range(4))
def test_quarter_frames_run_it(rate: int) -> None:
    follower = TimecodeFollower()
    quarter_seconds = 1 / RATES_HZ[rate] / 4
    now, start = 5.0, seconds_of(rate, 0, 59, 58, 0)
    for number in range(30):  # Two frames each: past the full hour, and with it a dropped one.
        seconds, frames = divmod(2 * number, COUNTED_FRAMES[rate])
        hours, minutes, seconds = (1, 0, 0) if seconds > 1 else (0, 59, 58 + seconds)
        for data in quarter_frames(rate, hours, minutes, seconds, frames):
            follower.message(data, now)
            now += quarter_seconds
    assert follower.fix is not None
    assert follower.running
    expected = start + (follower.fix.at_seconds - 5.0)
    assert follower.fix.position == pytest.approx(expected, abs=1e-6)


def test_a_lost_quarter_frame_waits_for_the_next_whole_one() -> None:
    follower = TimecodeFollower()
    now = 0.0
    for number in range(4):
        for piece, data in enumerate(quarter_frames(3, 0, 0, 0, 2 * number)):
            now += 1 / 120
            if (number, piece) != (1, 3):
                follower.message(data, now)
            if follower.fix is not None:
                expected = follower.fix.at_seconds - 1 / 120
                assert follower.fix.position == pytest.approx(expected, abs=0.01)
    assert follower.fix is not None
    assert follower.fix.position == pytest.approx(31 / 120, abs=0.01)


def test_silence_makes_it_stand_where_it_was() -> None:
    follower = TimecodeFollower()
    for number in range(2):
        for piece, data in enumerate(quarter_frames(1, 0, 0, 1, 2 * number)):
            follower.message(data, (8 * number + piece) / 100)
    assert follower.running
    assert follower.is_silent(1.0)
    follower.stand(1.0)
    assert not follower.running
    assert follower.fix is not None
    assert follower.fix.position == pytest.approx(1 + 15 / 100, abs=0.01)


data = st.one_of(
    st.tuples(st.just(0xF1), st.integers(0, 127)).map(bytes),
    st.tuples(*(st.integers(0, 127) for _ in range(4))).map(
        lambda v: bytes([0xF0, 0x7F, 0x7F, 1, 1, *v, 0xF7])
    ),
    st.binary(min_size=1, max_size=12),
)


@given(st.lists(st.tuples(data, st.floats(0, 2)), max_size=80))
def test_any_bytes_give_a_place_or_none(sent: list[tuple[bytes, float]]) -> None:
    follower, now = TimecodeFollower(), 0.0
    for message, gap in sent:
        now += gap
        follower.message(message, now)
        if follower.fix is not None:
            assert all(map(math.isfinite, (follower.fix.at_seconds, follower.fix.position)))
            assert -1 < follower.fix.position < 400_000
