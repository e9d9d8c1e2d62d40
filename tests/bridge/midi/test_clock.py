"""MIDI clock: how steady what comes out is, and that nothing that comes in can hurt."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
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


BPMS = st.integers(40, 300).map(float)
SEEDS = st.integers(0, 1 << 32)
SETTLED_PULSES, FIRST_PULSES = 2 * PULSES_PER_BEAT, 3 * PULSES_PER_BEAT
TEMPO_TOLERANCE, PLACE_SECONDS = 0.03, 0.005
some = settings(max_examples=40)  # Each of them is hundreds of pulses.


class Followed:
    """What a follower made of a clock: the tempo, and how far the beat was off, at each pulse."""

    def __init__(self, follower: ClockFollower, true: np.ndarray, arrivals: np.ndarray) -> None:
        bpms, errors = [], []
        for pulse, (sent, arrival) in enumerate(zip(true, arrivals, strict=True)):
            follower.message(byte(CLOCK), float(arrival))
            bpms.append(follower.bpm)
            fix = follower.fix
            off = math.nan
            if fix is not None and fix.rate_hz:
                off = fix.at_seconds + (pulse / PULSES_PER_BEAT - fix.position) / fix.rate_hz - sent
            errors.append(off)
        self.bpms, self.errors = np.array(bpms), np.array(errors)


def followed(true: np.ndarray, arrivals: np.ndarray) -> Followed:
    follower = ClockFollower()
    follower.message(byte(START), float(arrivals[0]) - 0.001)
    return Followed(follower, true, arrivals)


def jittered(true: np.ndarray, seconds: float, random: np.random.Generator) -> np.ndarray:
    return np.maximum.accumulate(true + random.normal(0, seconds, len(true)))


def held_up(true: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return when pulses arrive whose sender is held up now and then, and makes up for it."""
    arrivals = true.copy()
    at = float(true[0]) + random.uniform(0.0, 2.0)
    while at < true[-1]:
        seconds = random.uniform(0.02, 0.5)
        late = (arrivals >= at) & (arrivals < at + seconds)
        arrivals[late] = at + seconds + 0.0005 * np.arange(late.sum())
        at += seconds + random.uniform(1.0, 4.0)
    return np.maximum.accumulate(arrivals)


@some
@given(BPMS, SEEDS, st.sampled_from([0.0, 0.0005, 0.001]))
def test_bursts_move_neither_the_tempo_nor_the_beat(bpm: float, seed: int, jitter: float) -> None:
    random, true = np.random.default_rng(seed), 1.0 + pulses(np.full(900, bpm))
    found = followed(true, jittered(held_up(true, random), jitter, random))
    told = found.bpms[FIRST_PULSES:]
    assert np.abs(told / bpm - 1).max() < TEMPO_TOLERANCE
    assert np.abs(found.errors[FIRST_PULSES:]).max() < PLACE_SECONDS
    assert found.bpms.max() < 500.1


@some
@given(BPMS, BPMS, SEEDS, st.sampled_from([0.0, 0.0005, 0.001]))
def test_a_jump_of_the_tempo_is_followed_within_two_beats(
    before: float, after: float, seed: int, jitter: float
) -> None:
    random = np.random.default_rng(seed)
    true = 1.0 + pulses(np.r_[np.full(300, before), np.full(300, after)])
    found = followed(true, jittered(true, jitter, random))
    assert np.abs(found.bpms[300 + SETTLED_PULSES :] / after - 1).max() < TEMPO_TOLERANCE
    assert np.abs(found.errors[300 + SETTLED_PULSES :]).max() < PLACE_SECONDS


@some
@given(BPMS, SEEDS, st.floats(0.02, 0.5))
def test_a_sender_that_was_held_up_and_goes_on_later_is_followed_within_two_beats(
    bpm: float, seed: int, seconds: float
) -> None:
    random = np.random.default_rng(seed)
    true = 1.0 + pulses(np.full(600, bpm))
    true[300:] += seconds
    found = followed(true, jittered(true, 0.0003, random))
    assert np.abs(found.bpms[SETTLED_PULSES:] / bpm - 1).max() < TEMPO_TOLERANCE
    period_seconds = 60 / bpm / PULSES_PER_BEAT
    off = found.errors[300 + SETTLED_PULSES :]
    lost = np.round(off / period_seconds)  # Just as well so many may have been lost.
    assert np.abs(off - lost * period_seconds).max() < PLACE_SECONDS
    assert (lost == lost[0]).all()
    assert lost[0] == 0 or abs(seconds / period_seconds + lost[0]) < 0.2


@some
@given(BPMS, SEEDS, st.integers(1, 12))
def test_lost_pulses_leave_the_tempo_and_long_gaps_the_place(
    bpm: float, seed: int, lost: int
) -> None:
    random = np.random.default_rng(seed)
    true = 1.0 + pulses(np.full(600, bpm))
    heard = np.r_[0:300, 300 + lost : 600]
    follower = ClockFollower()
    follower.message(byte(START), 0.9)
    arrivals = jittered(true, 0.0003, random)
    found = Followed(follower, true[heard], arrivals[heard])
    assert np.abs(found.bpms[SETTLED_PULSES:] / bpm - 1).max() < TEMPO_TOLERANCE
    assert follower.fix is not None
    behind = 600 - 1 - round(follower.fix.position * PULSES_PER_BEAT)
    gap_seconds = lost * 60 / bpm / PULSES_PER_BEAT
    assert behind == 0 if 0.05 < gap_seconds < 0.5 else behind in (0, lost)
    follower.message(song_position(64), float(true[-1]) + 0.001)
    follower.message(byte(CLOCK), float(true[-1]) + 60 / bpm / PULSES_PER_BEAT)
    assert follower.fix.position == 16.0


@pytest.mark.parametrize("bpm", [60.0, 93.0, 120.0, 125.0, 128.0, 140.0, 174.0])
@pytest.mark.parametrize("jitter", [0.0, 0.0003])
def test_a_single_lost_pulse_leaves_the_beat_where_it_is(bpm: float, jitter: float) -> None:
    true = 1.0 + pulses(np.full(800, bpm))
    heard = np.r_[0:400, 401:800]
    follower = ClockFollower()
    follower.message(byte(START), 0.9)
    arrivals = jittered(true, jitter, np.random.default_rng(8))
    found = Followed(follower, true[heard], arrivals[heard])
    assert np.abs(found.bpms[FIRST_PULSES:] / bpm - 1).max() < TEMPO_TOLERANCE
    assert follower.fix is not None
    assert follower.fix.position == 799 / PULSES_PER_BEAT
    assert follower.fix.at_seconds == pytest.approx(true[-1], abs=0.002)


@pytest.mark.parametrize("block_seconds", [1024 / 48_000, 1024 / 44_100, 512 / 48_000, 1 / 60])
@pytest.mark.parametrize("longer", [-0.03, -0.002, 0.0002, 0.0012, 0.004, 0.01, 0.03])
def test_a_sender_that_leaves_a_block_empty_has_lost_no_pulse(
    block_seconds: float, longer: float
) -> None:
    period = block_seconds * (1 + longer)
    true = 1.0 + period * np.arange(1_300)
    arrivals = np.ceil(true / block_seconds) * block_seconds
    found = followed(true, arrivals)
    assert np.abs(found.errors[-300:]).max() < 1.5 * block_seconds


def test_what_looks_lost_again_and_again_is_taken_for_blocks_that_nobody_knows() -> None:
    true = 1.0 + 0.0192 * 1.002 * np.arange(2_000)
    found = followed(true, np.ceil(true / 0.0192) * 0.0192)
    assert np.nanmax(np.abs(found.errors)) < 2.5 * 0.0192


orders = st.lists(
    st.one_of(
        st.tuples(st.just("clock"), st.integers(1, 60)),
        st.tuples(st.sampled_from(["start", "stop", "continue"]), st.just(0)),
        st.tuples(st.just("position"), st.integers(0, 2_000)),
    ),
    max_size=30,
)


@given(orders, BPMS, SEEDS)
def test_the_place_is_where_the_sender_is_whatever_it_is_told(
    sent: list[tuple[str, int]], bpm: float, seed: int
) -> None:
    random, period = np.random.default_rng(seed), 60 / bpm / PULSES_PER_BEAT
    follower, now, place, runs = ClockFollower(), 1.0, 0, False
    for order, number in sent:
        for _ in range(number if order == "clock" else 0):
            now += period
            follower.message(byte(CLOCK), now + random.uniform(0, 0.002))
            if runs and follower.fix is not None and follower.fix.rate_hz:
                assert follower.fix.position == place / PULSES_PER_BEAT
                lag = now - follower.fix.at_seconds
                assert abs(lag) < period
            place += runs
        if order == "start":
            follower.message(byte(START), now + 0.002)
            place, runs = 0, True
        elif order == "position":
            follower.message(song_position(number), now + 0.002)
            place = number * 6
        elif order in ("stop", "continue"):
            runs = order == "continue"
            follower.message(byte(CONTINUE if runs else STOP), now + 0.002)
        assert follower.running == runs
