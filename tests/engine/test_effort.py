"""How much effort windows are given, on machines of any speed: simulated, in no time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.effort import AGAIN_SECONDS, ByCost, ByWaiting, efforts_of

CHUNK, KEPT = 5.12, 1.024
FULL, SHORT, DRAFT, HOLD = range(4)
STEPS = (100, 20, 4)
Cost = Callable[[int, float], float]  # Of a step, by effort, at a moment.


@dataclass
class Stage:
    """A listener who hears each chunk as it comes, and one who renders at what costs that has."""

    cost: Cost
    efforts: list[int] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    given_up: int = 0
    most_delay: float = 0.0

    def play(self, chunks: int) -> None:
        """Ask for so many chunks, each as its time is over."""
        chooser = efforts_of(4, CHUNK)
        assert isinstance(chooser, ByCost)
        now, ends = 0.0, [0.0]  # `ends[k]`: when what came before chunk k has been heard.
        came: list[float] = []
        for chunk in range(chunks):
            asked = chunk * CHUNK
            now = max(now, asked)
            left = CHUNK
            if known := sum(at <= asked for at in came):
                left = ends[known] + (chunk - known) * CHUNK - asked
                left = left if left > 0.0 else CHUNK
            waiting = max(0, min(chunks - 1, int(now / CHUNK)) - chunk)
            chooser.choose(waiting, left - (now - asked))
            now = self.render(chooser, now)
            came.append(now)
            late = now - ends[-1]
            if chunk and late > 0.0:
                self.gaps.append(late)
            starts = now + KEPT if not chunk or 0.0 < late < CHUNK else ends[-1]
            ends.append(starts + CHUNK)
            self.efforts.append(chooser.effort)
            self.most_delay = max(self.most_delay, starts - asked)

    def render(self, chooser: ByCost, now: float) -> float:
        """Return when the chunk is ready."""
        while chooser.effort < HOLD:
            steps, begun = STEPS[chooser.effort], now
            for step in range(steps):
                if chooser.behind_seconds(0.98 * step / steps, now - begun):
                    self.given_up += 1
                    break
                now += self.cost(chooser.effort, now)
            else:
                chooser.took(now - begun)
                return now
        chooser.took(0.01)
        return now + 0.01


def played(cost: Cost, minutes: float = 10.0) -> Stage:
    stage = Stage(cost)
    stage.play(round(minutes * 60.0 / CHUNK))
    return stage


def test_a_quick_machine_gives_all() -> None:
    stage = played(lambda effort, now: 0.03)
    assert set(stage.efforts) == {FULL}
    assert not stage.gaps


@pytest.mark.parametrize(
    ("step", "effort"), [(0.06, SHORT), (0.2, SHORT), (0.3, DRAFT), (0.5, DRAFT), (1.0, DRAFT)]
)
def test_a_slow_one_finds_within_minutes_what_is_in_time(step: float, effort: int) -> None:
    stage = played(lambda effort, now: step)
    assert set(stage.efforts) <= {FULL, SHORT, DRAFT}
    assert set(stage.efforts[40:]) == {effort}
    assert not stage.gaps
    assert stage.given_up <= 10
    assert stage.most_delay < CHUNK + 3.0 * step + KEPT


def test_steps_that_cost_more_than_a_drafts_are_soon_given_up() -> None:
    """As with guidance: Spectrogram Diffusion's steps at its true size on two slow cores."""
    stage = played(lambda effort, now: 0.47 if effort == DRAFT else 1.95)
    assert set(stage.efforts) == {DRAFT}
    assert stage.given_up == 2
    assert not stage.gaps


def test_the_first_steps_that_take_long_say_nothing() -> None:
    stage = played(lambda effort, now: 1.5 if now == 0.0 else 0.03)
    assert set(stage.efforts) == {FULL}
    assert not stage.gaps


@given(st.integers(0, 2**32))
def test_a_step_that_stalls_says_nothing(seed: int) -> None:
    rng = random.Random(seed)
    stage = played(lambda effort, now: 0.004 + 0.02 * (rng.random() < 0.02))
    assert set(stage.efforts) == {FULL}


@pytest.mark.parametrize("step", [3.0, 6.0])
def test_a_machine_that_is_too_slow_for_a_draft_is_heard_now_and_then(step: float) -> None:
    stage = played(lambda effort, now: step)
    assert set(stage.efforts) == {DRAFT, HOLD}
    assert stage.efforts.count(DRAFT) > 0.5 * len(stage.efforts) * CHUNK / (4.0 * step)
    assert stage.most_delay < 6.0 * step + 2.0 * CHUNK


def test_who_stood_still_once_is_heard_again_at_once() -> None:
    """A computer that was asleep; and one that is quick enough for a draft alone."""
    stage = played(lambda effort, now: 30.0 if 98.0 < now < 98.5 else 0.5)
    assert 0 < stage.efforts.count(HOLD) <= 30.0 / CHUNK + 3
    assert set(stage.efforts[30:]) == {DRAFT}
    assert stage.most_delay < 2.0 * CHUNK


def test_one_that_nearly_keeps_up_is_heard_most_of_the_time() -> None:
    stage = played(lambda effort, now: 1.4)
    assert 0.05 < stage.efforts.count(HOLD) / len(stage.efforts) < 0.35
    assert stage.most_delay < 4.0 * CHUNK


def test_who_was_disturbed_gives_all_again() -> None:
    stage = played(lambda effort, now: 0.09 if 60.0 < now < 180.0 else 0.03)
    minute = round(60.0 / CHUNK)
    assert set(stage.efforts[:minute]) == {FULL}
    assert stage.efforts[2 * minute : 3 * minute - 1].count(SHORT) >= minute - 2
    assert set(stage.efforts[-5 * minute :]) == {FULL}
    assert not stage.gaps


def test_a_disturbance_is_heard_at_most_once() -> None:
    """A moment in which nothing is computed is not told by any cost before."""
    stage = played(lambda effort, now: 2.0 if 100.0 < now < 101.0 else 0.02)
    assert len(stage.gaps) <= 1
    assert sum(stage.gaps) < 2.5


def test_what_is_just_too_slow_is_not_tried_more_than_once_a_minute() -> None:
    stage = played(lambda effort, now: 0.06, minutes=30.0)
    assert stage.given_up <= 1 + 30.0 * 60.0 / AGAIN_SECONDS
    assert not stage.gaps


@given(st.integers(0, 2**32), st.floats(0.001, 0.8), st.floats(0.0, 0.15))
def test_no_machine_that_can_keep_up_leaves_a_gap(seed: int, step: float, unsteady: float) -> None:
    rng = random.Random(seed)
    stage = played(lambda effort, now: step * (1.0 + rng.uniform(-unsteady, unsteady)), 5.0)
    assert HOLD not in stage.efforts
    assert not stage.gaps


def test_short_chunks_are_told_by_what_waits() -> None:
    chooser = efforts_of(3, 256 / 48_000)
    assert isinstance(chooser, ByWaiting)
    assert chooser.choose(2, -1.0) == 0.0
    assert chooser.behind_seconds(0.5, 100.0) == 0.0
    assert chooser.choose(3, 1.0) == pytest.approx(256 / 48_000)
    assert chooser.effort == 1
