"""MIDI clock: how steady what comes out is, and that nothing that comes in can hurt."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.clock import CLOCK, CONTINUE, PULSES_PER_BEAT, START, STOP, ClockFollower

JITTER_SECONDS = 0.0069
PERIOD_SECONDS = 60 / 120 / PULSES_PER_BEAT


def byte(number: int) -> bytes:
    return bytes([number])


def song_position(sixteenths: int) -> bytes:
    return bytes([0xF2, sixteenths & 0x7F, sixteenths >> 7])


def errors(true: np.ndarray, arrivals: np.ndarray) -> np.ndarray:
    """Return for each pulse how far the follower has it from its true time, in seconds."""
    follower = ClockFollower()
    follower.message(byte(START), float(arrivals[0]) - 0.001)
    found = np.full(len(true), np.nan)
    for pulse, arrival in enumerate(arrivals):
        follower.message(byte(CLOCK), float(arrival))
        if follower.fix is not None:
            ahead = pulse / PULSES_PER_BEAT - follower.fix.position
            found[pulse] = follower.fix.at_seconds + ahead / follower.fix.rate_hz - true[pulse]
    return found


def pulses(bpm: np.ndarray) -> np.ndarray:
    """Return when each pulse is sent, at a tempo for each."""
    return np.concatenate(([0.0], np.cumsum(60 / bpm / PULSES_PER_BEAT)[:-1]))


def test_a_jitter_of_seven_milliseconds_comes_out_under_one() -> None:
    true = pulses(np.full(3_000, 120.0))
    jitter = np.random.default_rng(5).normal(0, JITTER_SECONDS, len(true))
    steady = errors(true, np.maximum.accumulate(true + jitter))[500:]
    assert steady.std() < 0.001
    assert abs(steady.mean()) < 0.002


def test_the_blocks_of_an_audio_system_are_smoothed_away() -> None:
    true = pulses(np.full(3_000, 120.0))
    block_seconds = 256 / 48_000
    arrivals = np.ceil(true / block_seconds) * block_seconds
    assert errors(true, arrivals)[240:].std() < 0.0003


@pytest.mark.parametrize("bpm", [121, 125, 140, 60, 240])
def test_a_new_tempo_is_followed_within_four_beats(bpm: float) -> None:
    true = pulses(np.r_[np.full(1_000, 120.0), np.full(2_000, float(bpm))])
    jitter = np.random.default_rng(6).normal(0, 0.0005, len(true))
    found = errors(true, np.maximum.accumulate(true + jitter))
    assert np.abs(found[1_000 + 4 * PULSES_PER_BEAT * 3 :]).max() < 0.003


def test_a_slowing_down_is_followed() -> None:
    true = pulses(np.interp(np.arange(3_000), [1_000, 1_400], [100, 140]))
    jitter = np.random.default_rng(7).normal(0, 0.0005, len(true))
    found = errors(true, np.maximum.accumulate(true + jitter))
    assert np.abs(found[1_000:]).max() < 0.006


def steady_follower(pulses_sent: int = 200) -> tuple[ClockFollower, float]:
    follower = ClockFollower()
    follower.message(byte(START), 0.0)
    for pulse in range(pulses_sent):
        follower.message(byte(CLOCK), 1 + pulse * PERIOD_SECONDS)
    return follower, 1 + (pulses_sent - 1) * PERIOD_SECONDS


def test_start_makes_the_next_clock_the_first_beat() -> None:
    follower, now = steady_follower(49)
    assert follower.fix is not None
    assert follower.fix.position == 2.0
    assert follower.fix.at_seconds == pytest.approx(now)
    assert follower.bpm == pytest.approx(120)
    follower.message(byte(START), now + 0.001)
    follower.message(byte(CLOCK), now + PERIOD_SECONDS)
    assert follower.fix.position == 0.0


def test_stopping_stands_and_going_on_goes_on_from_there() -> None:
    follower, now = steady_follower(48)
    follower.message(byte(STOP), now + 0.001)
    assert not follower.running
    assert follower.fix is not None
    assert (follower.fix.position, follower.fix.rate_hz) == (2.0, 0.0)
    for pulse in range(1, 30):  # Clocks that come while it stands keep the tempo alone.
        follower.message(byte(CLOCK), now + pulse * PERIOD_SECONDS)
    assert follower.fix.position == 2.0
    follower.message(byte(CONTINUE), now + 29.5 * PERIOD_SECONDS)
    follower.message(byte(CLOCK), now + 30 * PERIOD_SECONDS)
    assert follower.fix.position == 2.0
    assert follower.fix.at_seconds == pytest.approx(now + 30 * PERIOD_SECONDS)


def test_song_position_counts_sixteenths() -> None:
    follower, now = steady_follower()
    follower.message(byte(STOP), now)
    follower.message(song_position(64 * 4), now)
    assert follower.fix is not None
    assert follower.fix.position == 64.0
    follower.message(byte(CONTINUE), now + 0.5)
    follower.message(byte(CLOCK), now + 0.51)
    assert follower.fix.position == 64.0
    assert follower.fix.rate_hz == pytest.approx(2.0)


def test_after_a_gap_the_beat_lies_anew_and_the_tempo_is_kept() -> None:
    follower, now = steady_follower()
    for pulse in range(100):
        follower.message(byte(CLOCK), now + 0.3141 + pulse * PERIOD_SECONDS)
        assert follower.bpm == pytest.approx(120, rel=1e-3)
    assert follower.fix is not None
    assert follower.fix.at_seconds == pytest.approx(now + 0.3141 + 99 * PERIOD_SECONDS)


def test_silence_is_noticed() -> None:
    follower, now = steady_follower()
    assert not follower.is_silent(now + 0.5)
    assert follower.is_silent(now + 1)
    follower.stand(now + 1)
    assert not follower.running


messages = st.one_of(
    st.sampled_from([byte(n) for n in (CLOCK, START, CONTINUE, STOP)]),
    st.integers(0, (1 << 14) - 1).map(song_position),
    st.binary(min_size=1, max_size=4),
)
gaps = st.one_of(st.just(0.0), st.just(PERIOD_SECONDS), st.floats(0, 5), st.floats(0, 1e-6))


@given(st.lists(st.tuples(messages, gaps), max_size=120))
def test_any_pattern_of_clocks_gives_a_tempo_and_a_place_or_none(
    sent: list[tuple[bytes, float]],
) -> None:
    follower, now = ClockFollower(), 0.0
    for data, gap in sent:
        now += gap
        follower.message(data, now)
        assert math.isfinite(follower.bpm)
        assert follower.bpm >= 0
        if follower.fix is not None:
            fix = follower.fix
            assert all(map(math.isfinite, (fix.at_seconds, fix.position, fix.rate_hz)))
            assert 0 <= fix.position < 1e6


@given(st.lists(st.tuples(messages, gaps), max_size=60), st.floats(30, 300))
def test_after_anything_a_steady_clock_is_followed(
    sent: list[tuple[bytes, float]], bpm: float
) -> None:
    follower, now = ClockFollower(), 0.0
    for data, gap in sent:
        now += gap
        follower.message(data, now)
    period = 60 / bpm / PULSES_PER_BEAT
    follower.message(byte(START), now)
    for _ in range(1 + 16 * PULSES_PER_BEAT):
        now += period
        follower.message(byte(CLOCK), now)
    assert follower.fix is not None
    assert follower.bpm == pytest.approx(bpm, rel=0.01)
    assert follower.fix.position == 16.0
    assert follower.fix.at_seconds == pytest.approx(now, abs=0.003)
