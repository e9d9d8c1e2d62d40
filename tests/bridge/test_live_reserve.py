"""A live job's reserve: more after it ran dry, never less than was needed of late."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.live_clock import ChunkClock
from bridge.live_reserve import Reserve
from bridge.live_ring import LiveTap

RATE, LEAST, MOST, CHUNK, BLOCK, FADE = 48_000, 768, 4_800, 512, 256, 144


def fresh(least_frames: int = LEAST, most_frames: int = MOST) -> Reserve:
    return Reserve(least_frames, most_frames, RATE)


def play_on(reserve: Reserve, seconds: float, needed_frames: int = 0) -> None:
    """Let time go by in which each second a chunk is late by so much."""
    for _ in range(round(seconds)):
        reserve.now_frame += RATE
        reserve.needed(needed_frames, was_dry=False)


def run_dry(reserve: Reserve, needed_frames: int) -> None:
    """Run dry by so much, and again a little later."""
    reserve.needed(needed_frames, was_dry=True)
    reserve.now_frame += 2 * RATE
    reserve.needed(needed_frames, was_dry=True)


def test_one_bad_moment_changes_nothing_nor_does_another_much_later() -> None:
    reserve = fresh()
    for _ in range(5):
        for _ in range(12):
            reserve.needed(3_000, was_dry=True)
            reserve.now_frame += RATE // 25
        assert reserve.frames == LEAST
        play_on(reserve, 4_000)


@pytest.mark.parametrize("calm_seconds", [0, 4_000])
def test_of_windows_the_first_one_that_is_late_says_it(calm_seconds: int) -> None:
    """Nothing but a whole window is lost next time; and it may come after hours."""
    window_frames = 5 * RATE
    reserve = fresh().for_chunks(window_frames)
    play_on(reserve, calm_seconds)
    reserve.needed(2 * RATE, was_dry=True)
    assert reserve.frames == window_frames // 2
    reserve.needed(3 * RATE, was_dry=True)  # In the same moment.
    assert reserve.frames == window_frames // 2


def test_trouble_that_goes_on_is_no_single_moment() -> None:
    reserve = fresh()
    for _ in range(15):
        reserve.needed(3_000, was_dry=True)
        reserve.now_frame += RATE // 25
    assert reserve.frames > LEAST


@pytest.mark.parametrize(
    ("needed", "kept"), [(LEAST + 1, LEAST * 3 // 2), (2_000, 2_500), (9_000, 4 * LEAST)]
)
def test_running_dry_raises_it_by_what_was_missing_but_never_wildly(needed: int, kept: int) -> None:
    reserve = fresh()
    run_dry(reserve, needed)
    assert reserve.frames == kept
    assert reserve.seconds == kept / RATE


def test_it_stays_playable_however_late_chunks_are() -> None:
    reserve = fresh()
    for _ in range(9):
        run_dry(reserve, RATE)
    assert reserve.frames == MOST == reserve.capacity_frames


@pytest.mark.parametrize("most_frames", [0, LEAST])
def test_one_that_may_not_rise_is_fixed(most_frames: int) -> None:
    reserve = fresh(most_frames=most_frames)
    run_dry(reserve, RATE)
    play_on(reserve, 3_600)
    assert reserve.frames == LEAST == reserve.capacity_frames


def test_a_late_chunk_that_did_not_run_dry_changes_nothing() -> None:
    reserve = fresh()
    play_on(reserve, 3_600, LEAST - 1)
    assert reserve.frames == LEAST


def test_after_a_long_calm_it_falls_slowly_and_to_where_it_began() -> None:
    reserve, seen = fresh(), []
    run_dry(reserve, 2_000)
    play_on(reserve, 599)
    assert reserve.frames == 2_500
    for _ in range(40 * 60):
        before = reserve.frames
        play_on(reserve, 1)
        assert reserve.frames >= before * 0.949
        seen.append(reserve.frames)
    assert seen[-1] == LEAST
    assert sum(a != b for a, b in itertools.pairwise(seen)) >= 20


def test_it_never_falls_below_what_was_needed_within_the_last_ten_minutes() -> None:
    reserve = fresh()
    run_dry(reserve, 3_000)
    for _ in range(12):
        play_on(reserve, 599)
        play_on(reserve, 1, 1_600)
    assert reserve.frames == 2_000
    play_on(reserve, 2_400)
    assert reserve.frames == LEAST


def test_what_was_let_go_of_too_soon_is_kept_for_twice_as_long_the_next_time() -> None:
    reserve, kept_seconds = fresh(), []
    for _ in range(7):
        run_dry(reserve, 2_000)
        assert reserve.frames == 2_500
        for second in range(30_000):
            play_on(reserve, 1)
            if reserve.frames < 2_500:
                kept_seconds.append(second)
                break
        play_on(reserve, 2_000)
        assert reserve.frames == LEAST
    assert len(kept_seconds) == 7
    for number, seconds in enumerate(kept_seconds):
        calm = min(600 * 2**number, 14_400)
        assert calm - 2 <= seconds <= 2 * calm + 20


def test_a_pause_is_no_calm() -> None:
    reserve = fresh()
    run_dry(reserve, 3_000)
    reserve.now_frame += 10_000 * RATE  # Nobody played.
    play_on(reserve, 500)
    assert reserve.frames == 4 * LEAST


def test_a_device_that_asks_for_much_at_once_is_given_as_much() -> None:
    reserve = fresh()
    reserve.expect_block(2_048)
    play_on(reserve, 3_600)
    assert reserve.frames == 2_048


class Stage:
    """A device, a job's clock and the way between them; frame by frame, in no time."""

    def __init__(self, reserve: Reserve) -> None:
        self.reserve = reserve
        self.tap = LiveTap(2, reserve, FADE, CHUNK, RATE)
        self.clock = ChunkClock(CHUNK / RATE, 0.0)
        self.now_seconds = 0.0
        self.worst_step = 0.0
        self._last = 0.0
        self._out = np.zeros((BLOCK, 2), np.float32)

    def play(self, seconds: float, held_up_seconds: float = 0.0) -> None:
        """Play so long; then nothing is written for so long, and all of it at once."""
        end_seconds = self.now_seconds + seconds
        while self.now_seconds < end_seconds:
            self._cycle()
            self._write_due()
        end_seconds += held_up_seconds
        while self.now_seconds < end_seconds:
            self._cycle()
        self._write_due()

    def _cycle(self) -> None:
        self._out[:] = 0.0
        self.tap.mix_into(self._out)
        self.reserve.now_frame += BLOCK
        self.now_seconds += BLOCK / RATE
        sound = np.concatenate(([self._last], self._out[:, 0]))
        self.worst_step = max(self.worst_step, float(np.abs(np.diff(sound)).max(initial=0.0)))
        self._last = float(sound[-1])

    def _write_due(self) -> None:
        while self.clock.end_seconds <= self.now_seconds:
            frames = np.arange(CHUNK * self.clock.chunk, CHUNK * (self.clock.chunk + 1))
            wave = np.sin(2 * np.pi * frames / 480).astype(np.float32)
            before = self.tap.target_frames
            surplus = self.tap.write(np.repeat(wave[:, None], 2, axis=1))
            sooner = max(0, self.tap.target_frames - before)
            self.clock.move_on(surplus / RATE, sooner / RATE)


def test_a_troubled_hour_runs_dry_at_first_and_comes_back_to_little_when_trouble_ends() -> None:
    """By the job's own clock, and without a click or a stretch left out."""
    stage = Stage(fresh())
    stage.play(5.0)
    assert stage.tap.underruns == 0
    for stop in (0.020, 0.045, 0.030, 0.045) * 3:
        stage.play(10.0, stop)
    assert 1 <= stage.tap.underruns <= 3
    kept = stage.reserve.frames
    assert 0.045 * RATE < kept <= MOST
    dry, before = stage.tap.underruns, stage.tap.resyncs
    stage.reserve.now_frame += 600 * RATE  # As if it had been played on, calmly.
    stage.play(11.0)
    stage.reserve.now_frame += 600 * RATE
    stage.play(350.0)
    assert stage.reserve.frames == LEAST
    stage.play(60.0)
    assert abs(stage.tap.write(np.zeros((CHUNK, 2), np.float32))) < 3 * BLOCK
    assert (stage.tap.underruns, stage.tap.resyncs, stage.tap.postponed) == (dry, before, 0)
    assert stage.worst_step < 0.05


@settings(deadline=None, max_examples=40)
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 900), st.integers(0, 9_000), st.booleans()), max_size=60
    )
)
def test_whatever_happens_it_keeps_its_bounds(moves: list[tuple[int, int, bool]]) -> None:
    reserve = fresh()
    for seconds, needed, was_dry in moves:
        reserve.now_frame += seconds * RATE
        before = reserve.frames
        reserve.needed(needed, was_dry)
        assert LEAST <= reserve.frames <= MOST
        assert reserve.frames <= before or was_dry
