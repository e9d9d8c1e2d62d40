"""Timetags: nothing sleeps, order holds, late ones run at once, clocks may step."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.osc.codec import IMMEDIATELY
from bridge.osc.schedule import (
    MAX_AHEAD_SECONDS,
    MAX_WAITING,
    NTP_TO_UNIX_SECONDS,
    Scheduler,
    unix_seconds,
)
from engine.wire import OutOfRange, QueueFull


def timetag(unix: float) -> int:
    return int((unix + NTP_TO_UNIX_SECONDS) * (1 << 32))


@pytest.fixture
def woken() -> list[float]:
    return []


@pytest.fixture
def scheduler(clock: Any, woken: list[float]) -> Scheduler:
    return Scheduler(woken.append, clock, clock.wall)


def test_ntp_time() -> None:
    assert unix_seconds(NTP_TO_UNIX_SECONDS << 32) == 0
    assert unix_seconds(timetag(1_700_000_000.5)) == pytest.approx(1_700_000_000.5, abs=1e-6)


def test_how_far_ahead(scheduler: Scheduler, clock: Any) -> None:
    now = clock.wall_seconds
    assert scheduler.arrival(IMMEDIATELY)[1] == 0
    assert scheduler.arrival(timetag(now + 1))[1] == pytest.approx(1, abs=1e-6)
    assert scheduler.arrival(timetag(now - 2))[1] == pytest.approx(-2, abs=1e-6)
    with pytest.raises(OutOfRange, match="clocks"):
        scheduler.arrival(timetag(now + MAX_AHEAD_SECONDS + 1))


def test_clocks_are_read_again_where_something_came_in_between(clock: Any) -> None:
    held_up_seconds, due = [0.02, 0.003], timetag(clock.wall_seconds + 5)

    def wall() -> float:
        seconds = float(clock.wall_seconds)
        clock.move(held_up_seconds.pop() if held_up_seconds else 0.0)
        return seconds

    now_seconds, ahead_seconds = Scheduler(lambda seconds: None, clock, wall).arrival(due)
    assert now_seconds + ahead_seconds == pytest.approx(1_005, abs=1e-6)


def test_order_and_wakes(scheduler: Scheduler, clock: Any, woken: list[float]) -> None:
    ran: list[str] = []
    for name, seconds in [("b", 2.0), ("a", 1.0), ("c", 2.0), ("d", 3.0)]:
        scheduler.after(seconds, lambda name=name: ran.append(name))
    assert woken == [2.0, 1.0]
    scheduler.run_due()
    assert ran == []
    clock.move(2.0)
    scheduler.run_due()
    assert ran == ["a", "b", "c"]
    assert woken[-1] == pytest.approx(1.0)
    clock.move(1.0)
    scheduler.run_due()
    assert ran == ["a", "b", "c", "d"]
    assert len(scheduler) == 0


def test_a_stepped_wall_clock_sets_nothing_off(scheduler: Scheduler, clock: Any) -> None:
    ran: list[str] = []
    scheduler.after(scheduler.arrival(timetag(clock.wall_seconds + 5))[1], lambda: ran.append("x"))
    clock.wall_seconds += 3_600
    scheduler.run_due()
    assert ran == []
    clock.wall_seconds -= 7_200
    clock.seconds += 5
    scheduler.run_due()
    assert ran == ["x"]


def test_so_many_may_wait(scheduler: Scheduler) -> None:
    for _ in range(MAX_WAITING):
        scheduler.after(1.0, lambda: None)
    with pytest.raises(QueueFull):
        scheduler.after(1.0, lambda: None)
