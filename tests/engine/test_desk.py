"""The front desk's choice of the next job, without a thread."""

from __future__ import annotations

import math

import pytest

from engine.desk import Desk
from engine.jobs import Job, Window, check_plan, check_score
from engine.session import Session
from engine.wire import (
    BadScore,
    Bend,
    Control,
    Metre,
    ModelFailed,
    Note,
    Request,
    Score,
    Submit,
    Tempo,
)

REQUEST = Request("generate", "probe")


def desk_with(*jobs: str) -> tuple[Desk, list[Job]]:
    """A desk whose jobs are planned, with windows enough for ever."""
    desk = Desk()
    session = Session(desk.lock, desk.changed, desk.receive)
    desk.admit(session)
    for job in jobs:
        session.post(Submit(job, REQUEST))
    planned = []
    for _ in jobs:
        job = desk.next_command(lambda command: True)
        assert isinstance(job, Job)
        job.windows = [Window(0, 1, 0, 1, REQUEST)]
        planned.append(job)
    return desk, planned


def turns(
    desk: Desk, count: int, window_seconds: float, render_seconds: float, now: float = 0.0
) -> str:
    order = ""
    for _ in range(count):
        job = desk.next_job(now)
        assert job is not None
        now += render_seconds
        job.delivered(window_seconds, now)
        order += job.id
    return order


@pytest.mark.parametrize("render_seconds", [0.1, 1.0, 100.0])
def test_equal_jobs_take_turns_however_fast_the_engine_is(render_seconds: float) -> None:
    desk, _ = desk_with("a", "b", "c")
    assert turns(desk, 9, 1.0, render_seconds) == "abcabcabc"


def test_who_ran_dry_long_ago_does_not_starve_who_came_late() -> None:
    desk, (old, new) = desk_with("o", "n")
    old.delivered(1.0, 0.0)
    new.delivered(1.0, 1_000.0)
    job = desk.next_job(1_000.0)
    assert job is old, "nobody hears it: it has nothing ahead"
    old.delivered(5.0, 1_000.0)
    assert desk.next_job(1_000.5) is new
    assert turns(desk, 6, 1.0, 50.0, now=2_000.0) in ("nonono", "ononon")


def test_who_has_been_heard_out_goes_before_who_has_audio_ahead() -> None:
    desk, (first, second) = desk_with("a", "b")
    first.delivered(10.0, 0.0)
    second.delivered(4.0, 0.0)
    assert desk.next_job(1.0) is second
    second.delivered(20.0, 1.0)
    assert desk.next_job(2.0) is first


def test_a_new_job_goes_before_all_others() -> None:
    desk, (old, new) = desk_with("a", "b")
    old.delivered(1.0, 0.0)
    assert old.ahead_seconds(60.0) == 0.0
    assert desk.next_job(60.0) is new


def window(index: int, count: int, first_frame: int, frames: int = 10) -> Window:
    return Window(index, count, first_frame, frames, REQUEST)


def test_a_plan_without_a_gap_passes() -> None:
    check_plan([window(0, 2, 0), window(1, 2, 10, 3)])


@pytest.mark.parametrize(
    "plan",
    [
        [],
        [window(0, 1, 1)],
        [window(1, 1, 0)],
        [window(0, 2, 0)],
        [window(0, 1, 0, 0)],
        [window(0, 2, 0), window(1, 2, 11)],
        [window(0, 2, 0), window(1, 2, 9)],
    ],
)
def test_a_plan_with_a_gap_is_refused(plan: list[Window]) -> None:
    with pytest.raises(ModelFailed):
        check_plan(plan)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_score_with_a_time_that_is_no_number_is_refused(bad: float) -> None:
    good = Score(notes=(Note(0.0, 1.0, 60, 100), Note(1e9, 1e9, 60, 100)), duration_seconds=2.0)
    check_score(good)
    for worse in (
        Score(duration_seconds=bad),
        Score(notes=(*good.notes, Note(bad, 1.0, 60, 100))),
        Score(notes=(Note(0.0, bad, 60, 100), *good.notes)),
        Score(controls=(Control(bad, 0, 64, 127),)),
        Score(bends=(Bend(bad, 0, 1.0),)),
        Score(bends=(Bend(0.0, 0, bad),)),
        Score(tempos=(Tempo(bad, 120.0),)),
        Score(metres=(Metre(bad, 4, 4),)),
    ):
        with pytest.raises(BadScore):
            check_score(worse)
