"""What is expected of a request: when it is heard, or done, among others that wait as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from bridge.app import Bridge
from bridge.client import Lost
from bridge.pace import UNKNOWN_SECONDS, Pace
from bridge.records import Record
from bridge.takes import Takes
from bridge.ticket import Ticket
from engine.wire import Chunk, Loaded, ModelSpec, Note, Operation, Request, Score, Value
from tests.bridge.scenes import Client, run

RATE = 1_000
WINDOW_SECONDS = 2.0
OPERATIONS: tuple[Operation, ...] = ("render", "generate", "continue", "vary", "live")
MODELS = {
    name: ModelSpec(name, RATE, 1, round(WINDOW_SECONDS * RATE), 0, OPERATIONS)
    for name in ("quick", "slow")
}
Begin: TypeAlias = Callable[..., Ticket]


@pytest.fixture
def begin(tmp_path: Path) -> Begin:
    takes = Takes(tmp_path / "takes", max_bytes=1 << 30, max_age_days=30)

    def ticket(
        song_seconds: float = 20.0,
        plays: bool = False,
        model: str = "quick",
        operation: Operation = "render",
        **parameters: Value,
    ) -> Ticket:
        score = Score((Note(0.0, song_seconds, 60, 90),), duration_seconds=song_seconds)
        request = Request(operation, model, 0, parameters, score if operation == "render" else None)
        return Ticket(takes.create(Record(request)), request, plays)

    return ticket


def chunk(compute_seconds: float, seconds: float = WINDOW_SECONDS) -> Chunk:
    return Chunk("job", 0, 10, 0, round(seconds * RATE), 1, RATE, 0, compute_seconds)


def measured(**costs: float) -> Pace:
    """Return what has seen windows of two seconds, long ago."""
    pace = Pace()
    for model, compute_seconds in costs.items():
        pace.measure(Request("render", model), chunk(compute_seconds), 0.0)
    return pace


def rendered(ticket: Ticket, windows: int, planned: int, came_seconds: float) -> Ticket:
    frames = round(WINDOW_SECONDS * RATE)
    ticket.take.accept(planned, planned * frames, RATE, 1)
    for window in range(windows):
        ticket.take.append(window, window * frames, np.zeros((frames, 1), np.float32), b"")
    ticket.first_came_seconds = came_seconds
    return ticket


def test_alone_it_is_heard_after_its_first_window_and_done_after_all(begin: Begin) -> None:
    pace = measured(quick=0.5)
    assert pace.eta_seconds(begin(plays=True), (), MODELS, 100.0) == pytest.approx(0.5)
    assert pace.eta_seconds(begin(), (), MODELS, 100.0) == pytest.approx(5.0)
    assert pace.eta_seconds(begin(1.0, plays=True), (), MODELS, 100.0) == pytest.approx(0.25)


def test_first_windows_of_those_who_wait_come_before(begin: Begin) -> None:
    pace = measured(quick=0.5, slow=3.0)
    others = [begin(), begin(model="slow"), begin(1.0)]
    eta = pace.eta_seconds(begin(plays=True), others, MODELS, 100.0)
    assert eta == pytest.approx(0.5 + 3.0 + 0.25 + 0.5)


def test_who_has_begun_gives_way_but_for_the_window_under_way(begin: Begin) -> None:
    pace = measured(quick=0.5)
    others = [rendered(begin(), 4, 10, came_seconds=99.0)]
    pace.measure(Request("render", "quick"), chunk(0.5), 99.8)
    eta = pace.eta_seconds(begin(plays=True), others, MODELS, 100.0)
    assert eta == pytest.approx(0.3 + 0.5)


def test_others_are_rendered_side_by_side_with_it_until_it_is_done(begin: Begin) -> None:
    pace = measured(quick=0.5, slow=3.0)
    long = rendered(begin(200.0), 4, 100, came_seconds=98.0)  # 6 s ahead of its listener
    short = begin(4.0, model="slow")
    eta = pace.eta_seconds(begin(20.0), [long, short], MODELS, 100.0)
    assert eta == pytest.approx((20.0 - 6.0) / 4 + 4.0 * 1.5 + 20.0 / 4)


def test_what_is_played_live_is_no_work_and_waits_for_none(begin: Begin) -> None:
    pace = measured(quick=0.5)
    live = begin(operation="live")
    assert pace.eta_seconds(live, [begin()], MODELS, 100.0) == 0.0
    assert pace.eta_seconds(begin(), [live], MODELS, 100.0) == pytest.approx(5.0)


def test_before_anything_was_measured_it_takes_as_long_as_it_sounds(begin: Begin) -> None:
    pace = Pace()
    assert pace.eta_seconds(begin(), (), MODELS, 0.0) == 20.0
    assert pace.eta_seconds(begin(plays=True), (), MODELS, 0.0) == WINDOW_SECONDS
    assert pace.eta_seconds(begin(operation="generate", seconds=7.0), (), MODELS, 0.0) == 7.0
    assert pace.eta_seconds(begin(operation="generate"), (), MODELS, 0.0) == UNKNOWN_SECONDS


def test_other_steps_cost_otherwise_and_unknown_ones_as_the_model_does(begin: Begin) -> None:
    pace = Pace()
    for steps, compute_seconds in ((1, 0.2), (10, 2.0)):
        request = Request("render", "quick", parameters={"steps": steps})
        pace.measure(request, chunk(compute_seconds), 0.0)
    etas = [pace.eta_seconds(begin(steps=steps), (), MODELS, 100.0) for steps in (1, 10, 5)]
    assert etas[:2] == pytest.approx([2.0, 20.0])
    assert 2.0 < etas[2] < 20.0


def test_a_source_that_is_kept_says_nothing_of_the_pace() -> None:
    pace = Pace()
    request = Request("continue", "quick", source_frames=(5_000,))
    pace.measure(request, chunk(0.001), 0.0)
    assert pace.real_time_factor == 0.0
    pace.measure(request, chunk(0.5), 0.0)
    assert pace.real_time_factor == pytest.approx(4.0)


def test_weights_that_are_not_in_memory_take_as_long_to_load_as_before(begin: Begin) -> None:
    pace = measured(quick=0.5, slow=3.0)
    for model, seconds in (("quick", 2.0), ("slow", 7.0)):
        pace.hear(Loaded(model, True, seconds))
    assert pace.eta_seconds(begin(plays=True), (), MODELS, 100.0) == pytest.approx(0.5)
    pace.hear(Loaded("quick", False, 0.0))
    assert pace.eta_seconds(begin(plays=True), (), MODELS, 100.0) == pytest.approx(2.5)
    assert pace.eta_seconds(begin(operation="live"), (), MODELS, 100.0) == 2.0
    pace.hear(Loaded("quick", True, 0.0))  # It was there already.
    pace.hear(Lost("the engine died"))
    others = [begin(model="slow")]
    assert pace.eta_seconds(begin(plays=True), others, MODELS, 100.0) == pytest.approx(12.5)
    assert pace.load_seconds(["quick", "quick", "never seen"]) == 2.0


def test_calls_are_told_when_they_are_heard_or_done(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid")
        await client.wait("/legato/done", 1)
        client.send("/legato/render", 2, "song.mid", "play", 0)
        client.send("/legato/render", 3, "song.mid", "play", 0, "takes", 4)
        client.send("/legato/transport", "tempo", 60.0)
        client.send("/legato/transport", "play")
        client.send("/legato/render", 4, "song.mid", "at", "beat 30")
        etas = [(await client.wait("/legato/accepted", id))[2] for id in (1, 2, 3, 4)]
        assert etas[0] == 1.0  # A window of an unmeasured model.
        assert 0.0 < etas[1] < 1.0
        assert etas[2] > etas[1]
        assert 25.0 < etas[3] <= 30.1
        client.send("/legato/cancel", 4)

    run(tmp_path, scene)
