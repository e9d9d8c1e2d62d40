"""The loop: fair turns, one ending a job, and no window rendered that nobody can take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
import pytest

from engine.context import unpack
from engine.desk import MAX_JOBS
from engine.discovery import Models
from engine.loop import Loop
from engine.session import ROOM_CHUNKS, Session
from engine.wire import (
    Accepted,
    AnyToBridge,
    Cancel,
    Cancelled,
    Chunk,
    Done,
    EngineLost,
    Failed,
    Load,
    Loaded,
    Ping,
    Pong,
    Progress,
    Request,
    Score,
    Shutdown,
    Submit,
    Unload,
    Value,
    Welcome,
)

WAIT_SECONDS = 120.0
M = TypeVar("M", bound=AnyToBridge)
ENDINGS = Done | Failed | Cancelled


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bridge:
    """The other end of a session; keeps what it has taken."""

    def __init__(self, loop: Loop) -> None:
        self.session: Session = loop.open()
        self.taken: list[tuple[AnyToBridge, memoryview]] = []

    def submit(self, job: str, payload: bytes = b"", **settings: Any) -> None:
        self.session.post(Submit(job, request(**settings), len(payload)), payload)

    def take(self) -> AnyToBridge:
        event = self.session.take(WAIT_SECONDS)
        assert event is not None, f"nothing came after {[m for m, _ in self.taken][-3:]}"
        self.taken.append(event)
        return event[0]

    def until(self, kind: type[M], job: str | None = None) -> M:
        while True:
            message = self.take()
            if isinstance(message, kind) and job in (None, getattr(message, "job", None)):
                return message

    def ending(self, job: str) -> AnyToBridge:
        """Return a job's ending, taken already or still to come."""
        while not (found := self.endings(job)):
            self.take()
        return found[0]

    def endings(self, job: str) -> list[AnyToBridge]:
        return [m for m, _ in self.taken if isinstance(m, ENDINGS) and m.job == job]

    def of(self, kind: type[M]) -> list[M]:
        return [message for message, _ in self.taken if isinstance(message, kind)]

    def audio(self, job: str) -> bytes:
        chunks = [(m, p) for m, p in self.taken if isinstance(m, Chunk) and m.job == job]
        return b"".join(bytes(p[: len(p) - m.context_bytes]) for m, p in chunks)

    def contexts(self, job: str) -> list[bytes]:
        chunks = [(m, p) for m, p in self.taken if isinstance(m, Chunk) and m.job == job]
        return [bytes(p[len(p) - m.context_bytes :]) for m, p in chunks]


def request(
    from_window: int = 0, seed: int = 1, model: str = "probe", **parameters: Value
) -> Request:
    return Request("generate", model, seed, parameters, from_window=from_window)


@contextmanager
def running(loop: Loop) -> Iterator[None]:
    """Run a loop on a thread; it must have left by the end."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            loop.run()
        except EngineLost as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        loop.stop()
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)


@pytest.fixture
def loop(probe_models: Models) -> Loop:
    return Loop(probe_models, clock=Clock())


def test_a_job_is_accepted_rendered_and_done(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("a", windows=3, frames=100)
    with running(loop):
        assert bridge.ending("a") == Done("a", 300)
    assert isinstance(bridge.taken[0][0], Welcome)
    assert bridge.of(Accepted) == [Accepted("a", 3, 300, 8_000, 1)]
    assert [c.first_frame for c in bridge.of(Chunk)] == [0, 100, 200]
    assert len(bridge.audio("a")) == 300 * 4
    assert np.isfinite(np.frombuffer(bridge.audio("a"), "<f4")).all()
    assert unpack(bridge.contexts("a")[0])["last"].shape == (1,)


def test_same_seed_same_samples_and_another_seed_others(loop: Loop) -> None:
    bridge = Bridge(loop)
    for job, seed in (("a", 5), ("b", 5), ("c", 6)):
        bridge.submit(job, seed=seed)
    with running(loop):
        for job in "abc":
            bridge.ending(job)
    assert bridge.audio("a") == bridge.audio("b") != bridge.audio("c")


def test_a_window_again_is_the_same(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("whole", windows=5, frames=50)
    with running(loop):
        bridge.ending("whole")
        context = bridge.contexts("whole")[1]
        bridge.submit("again", context, windows=5, frames=50, from_window=2)
        assert bridge.ending("again") == Done("again", 250)
    assert bridge.of(Accepted)[1] == Accepted("again", 5, 250, 8_000, 1, first_window=2)
    assert bridge.audio("again") == bridge.audio("whole")[2 * 50 * 4 :]
    assert [c.window for c in bridge.of(Chunk) if c.job == "again"] == [2, 3, 4]


@pytest.mark.parametrize("first", [-1, 4, 2**40])
def test_a_window_that_is_not_there(loop: Loop, first: int) -> None:
    assert failure(loop, from_window=first, windows=4).code == "out_of_range"


def test_a_later_window_needs_its_context(loop: Loop) -> None:
    refused = failure(loop, from_window=2)
    assert refused.code == "not_found"
    assert "context" in refused.text


def test_a_context_that_is_none(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("a", b"\xc1 this is no context", from_window=1)
    with running(loop):
        ending = bridge.ending("a")
    assert isinstance(ending, Failed)
    assert ending.code == "bad_frame"


def test_a_context_of_another_length_than_announced(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.session.post(Submit("a", request(from_window=1), 7), b"six...")
    assert bridge.until(Failed).code == "bad_frame"


def failure(loop: Loop, **settings: Any) -> Failed:
    """Submit a job that fails, and another after it that must not."""
    bridge = Bridge(loop)
    bridge.submit("bad", **settings)
    bridge.submit("good")
    with running(loop):
        endings = [bridge.until(Failed), bridge.until(Done)]
    assert [ending.job for ending in endings] == ["bad", "good"]
    assert [m for m in bridge.of(Failed) if m.job != "bad"] == []
    failed = endings[0]
    assert isinstance(failed, Failed)
    return failed


@pytest.mark.parametrize(
    ("settings", "code", "named"),
    [
        ({"model": "nobody"}, "unknown_model", "probe"),
        ({"model": "tone"}, "unsupported", "render"),
        ({"colour": 3}, "unknown_parameter", "windows"),
        ({"windows": "many"}, "wrong_types", "windows"),
        ({"windows": True}, "wrong_types", "windows"),
        ({"windows": 2.5}, "out_of_range", "windows"),
        ({"windows": 0}, "out_of_range", "at least 1"),
        ({"step_seconds": float("nan")}, "out_of_range", "step_seconds"),
        ({"step_seconds": float("inf")}, "out_of_range", "at most 60"),
        ({"fault": "flood"}, "out_of_range", "hang"),
        ({"fault": 1}, "wrong_types", "one of"),
        ({"fault": "plan"}, "bad_score", "refuse"),
        ({"fault": "gap"}, "model_failed", "window 1"),
        ({"fault": "empty"}, "model_failed", "no window"),
        ({"fault": "raise"}, "model_failed", "log"),
        ({"fault": "refuse"}, "model_failed", "asked to fail"),
        ({"fault": "memory"}, "out_of_memory", "memory"),
        ({"fault": "shape"}, "model_failed", "(3999, 1)"),
        ({"fault": "dtype"}, "model_failed", "float64"),
        ({"fault": "nan", "at": 2}, "model_failed", "window 2"),
        ({"fault": "context"}, "model_failed", "log"),
    ],
)
def test_a_failing_job_fails_once_and_the_next_succeeds(
    loop: Loop, settings: dict[str, Value], code: str, named: str
) -> None:
    failed = failure(loop, **settings)
    assert failed.code == code
    assert named in failed.text


def test_a_models_own_words_go_to_the_log_alone(
    loop: Loop, caplog: pytest.LogCaptureFixture
) -> None:
    failed = failure(loop, fault="raise")
    assert "secret" not in failed.text
    assert "secret" in caplog.text


def test_whole_floats_pass_for_ints(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("a", windows=2.0, frames=10)
    with running(loop):
        assert bridge.ending("a") == Done("a", 20)


def test_two_jobs_take_turns_by_the_audio_they_have_ahead(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("short", windows=8, frames=100)
    bridge.submit("long", windows=4, frames=200)
    with running(loop):
        bridge.ending("short"), bridge.ending("long")
    order = [chunk.job for chunk in bridge.of(Chunk)]
    assert order[:2] == ["short", "long"]
    for heard in range(3, len(order)):
        ahead = {job: order[:heard].count(job) for job in ("short", "long")}
        assert abs(ahead["short"] * 100 - ahead["long"] * 200) <= 200


def test_a_new_job_goes_first(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("old", windows=100, frames=80)
    with running(loop):
        wait_until(lambda: not bridge.session.has_room)
        bridge.submit("new", windows=100, frames=80)
        chunks = [bridge.until(Chunk) for _ in range(ROOM_CHUNKS + 1)]
        loop.stop()
    assert [chunk.job for chunk in chunks] == ["old"] * ROOM_CHUNKS + ["new"]


def test_nothing_is_rendered_for_a_bridge_that_does_not_take(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("a", windows=1_000, frames=80)
    with running(loop):
        wait_until(lambda: not bridge.session.has_room)
        bridge.session.post(Ping(9))
        pong = bridge.take()
        assert isinstance(pong, Pong)
        assert (pong.sequence, pong.jobs, pong.stalled_seconds) == (9, 1, 0.0)
        bridge.session.post(Cancel("a"))
        bridge.ending("a")
    assert len(bridge.of(Chunk)) == ROOM_CHUNKS


def test_another_bridges_jobs_go_on_meanwhile(loop: Loop) -> None:
    slow, quick = Bridge(loop), Bridge(loop)
    slow.submit("a", windows=1_000, frames=80)
    quick.submit("a", windows=30, frames=80)
    with running(loop):
        assert quick.ending("a") == Done("a", 30 * 80)


def test_cancel_ends_a_window_that_would_last_for_ever(loop: Loop) -> None:
    bridge = Bridge(loop)
    with running(loop):
        bridge.submit("endless", steps=1_000_000_000)
        bridge.until(Accepted)
        bridge.session.post(Cancel("endless"))
        assert bridge.ending("endless") == Cancelled("endless")
        bridge.submit("next")
        assert isinstance(bridge.ending("next"), Done)


def test_a_new_job_is_accepted_or_refused_in_the_middle_of_a_window(loop: Loop) -> None:
    bridge = Bridge(loop)
    with running(loop):
        bridge.submit("endless", steps=1_000_000_000)
        bridge.until(Accepted, "endless")
        bridge.submit("late")
        bridge.until(Accepted, "late")
        bridge.submit("wrong", windows=-1)
        assert isinstance(bridge.ending("wrong"), Failed)
        bridge.session.post(Cancel("endless"))
        assert isinstance(bridge.ending("late"), Done)


def test_a_cancelled_job_that_swallows_it_still_ends_once(loop: Loop) -> None:
    bridge = Bridge(loop)
    with running(loop):
        bridge.submit("deaf", fault="swallow", steps=1_000_000_000, windows=1)
        bridge.until(Progress, "deaf")
        bridge.session.post(Cancel("deaf"))
        bridge.session.post(Cancel("deaf"))
        assert bridge.ending("deaf") == Cancelled("deaf")
        bridge.submit("next")
        bridge.ending("next")
    about = [m for m, _ in bridge.taken if getattr(m, "job", "") == "deaf"]
    assert about[-1] == Cancelled("deaf"), "nothing comes after the ending"
    assert len(bridge.endings("deaf")) == 1


def test_cancel_of_nobody_is_nothing(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.session.post(Cancel("nobody"))
    bridge.submit("a")
    with running(loop):
        bridge.ending("a")
    assert bridge.of(Cancelled) == []


def test_every_job_ends_once_whatever_comes_between(loop: Loop) -> None:
    bridge = Bridge(loop)
    faults = ("none", "raise", "memory", "nan", "plan", "none")
    jobs = [f"{fault}{i}" for i, fault in enumerate(faults * 8)]
    with running(loop):
        for i, job in enumerate(jobs):
            bridge.submit(job, fault=job.rstrip("0123456789"), windows=3, frames=20, at=1)
            if i % 5 == 0:
                bridge.session.post(Cancel(job))
        for job in jobs:
            bridge.ending(job)
    while (event := bridge.session.take(WAIT_SECONDS)) is not None:
        bridge.taken.append(event)
    assert [len(bridge.endings(job)) for job in jobs] == [1] * len(jobs)
    assert {type(bridge.ending(job)) for job in jobs} == {Done, Failed, Cancelled}


def test_the_queue_has_an_end(loop: Loop) -> None:
    bridge = Bridge(loop)
    for job in range(MAX_JOBS + 2):
        bridge.submit(str(job), windows=1, frames=10)
    refused = [bridge.until(Failed), bridge.until(Failed)]
    assert [(m.job, m.code) for m in refused] == [
        (str(MAX_JOBS), "queue_full"),
        (str(MAX_JOBS + 1), "queue_full"),
    ]
    with running(loop):
        for _ in range(MAX_JOBS):
            bridge.until(Done)
        bridge.submit("after")
        assert isinstance(bridge.ending("after"), Done)


def test_cancelling_a_waiting_job_frees_its_place(loop: Loop) -> None:
    bridge = Bridge(loop)
    for job in range(10 * MAX_JOBS):
        bridge.submit(str(job))
        bridge.session.post(Cancel(str(job)))
    bridge.submit("last")
    with running(loop):
        assert isinstance(bridge.ending("last"), Done)
    assert len(bridge.of(Cancelled)) == 10 * MAX_JOBS
    assert bridge.of(Accepted) == [Accepted("last", 4, 16_000, 8_000, 1)]


def test_a_flood_of_loads_is_refused(loop: Loop) -> None:
    bridge = Bridge(loop)
    for _ in range(1_000):
        bridge.session.post(Load("probe"))
    assert bridge.until(Failed).code == "queue_full"


def test_the_same_job_twice_runs_once(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("a", windows=2)
    bridge.submit("a", windows=2)
    with running(loop):
        bridge.ending("a")
        bridge.submit("b")
        bridge.ending("b")
    assert [chunk.window for chunk in bridge.of(Chunk) if chunk.job == "a"] == [0, 1]


def test_progress_rises_and_is_rare(probe_models: Models) -> None:
    clock = Clock()
    loop = Loop(probe_models, clock=clock)
    bridge = Bridge(loop)
    bridge.submit("a", windows=2, steps=1_000)
    with running(loop):
        bridge.ending("a")
    reports = [m for m in bridge.of(Progress) if m.stage == "render"]
    assert len(reports) == 1, "the clock stood still"


def test_load_and_unload(loop: Loop) -> None:
    bridge = Bridge(loop)
    with running(loop):
        bridge.session.post(Load("probe"))
        assert bridge.until(Loaded).resident
        bridge.session.post(Load("nobody"))
        refused = bridge.until(Failed)
        assert (refused.job, refused.code) == ("", "unknown_model")
        bridge.session.post(Ping(1))
        assert bridge.until(Pong).resident == ("probe",)
        bridge.session.post(Unload("probe"))
        assert bridge.until(Loaded) == Loaded("probe", False, 0.0)
        bridge.session.post(Ping(2))
        assert bridge.until(Pong).resident == ()


def test_loading_again_answers_too(loop: Loop) -> None:
    bridge = Bridge(loop)
    with running(loop):
        for _ in range(2):
            bridge.session.post(Load("probe"))
            assert bridge.until(Loaded).model == "probe"


def test_a_model_in_use_stays(loop: Loop) -> None:
    bridge = Bridge(loop)
    with running(loop):
        bridge.submit("a", windows=1_000, frames=10)
        bridge.until(Accepted)
        bridge.session.post(Unload("probe"))
        refused = bridge.until(Failed)
    assert (refused.job, refused.code) == ("", "unsupported")


def test_a_broken_device_ends_the_loop_and_leaves_the_job_to_be_resumed(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("a", fault="device", at=1)
    bridge.submit("b")
    with pytest.raises(EngineLost):
        loop.run()
    while (event := bridge.session.take(0)) is not None:
        bridge.taken.append(event)
    assert bridge.session.drained
    assert [m for m, _ in bridge.taken if isinstance(m, ENDINGS)] == []
    assert len(bridge.of(Chunk)) >= 1


def test_shutdown_cancels_what_runs_and_leaves(loop: Loop) -> None:
    bridge = Bridge(loop)
    bridge.submit("a", steps=1_000_000_000)
    bridge.submit("b")
    thread = threading.Thread(target=loop.run)
    thread.start()
    bridge.until(Accepted)
    bridge.session.post(Shutdown())
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()
    endings = [bridge.ending("a"), bridge.ending("b")]
    assert endings == [Cancelled("a"), Cancelled("b")]
    late = loop.open()
    assert late.take(0) is not None
    assert late.drained


def test_a_bridge_that_leaves_takes_its_jobs_along(loop: Loop) -> None:
    gone, here = Bridge(loop), Bridge(loop)
    with running(loop):
        gone.submit("a", steps=1_000_000_000)
        gone.until(Accepted)
        here.submit("a")
        loop.close(gone.session)
        assert isinstance(here.ending("a"), Done)
        here.session.post(Ping(1))
        assert here.until(Pong).jobs == 0
    assert gone.session.drained


def test_a_busy_engine_says_how_long_it_stalled(
    probe_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, rendering, rendered = Clock(), threading.Event(), threading.Event()
    loop = Loop(probe_models, clock=clock)
    model = probe_models.load("probe")
    step = model.step

    def held_up(*arguments: Any) -> Any:
        rendering.set()
        assert rendered.wait(WAIT_SECONDS)
        return step(*arguments)

    monkeypatch.setattr(model, "step", held_up)
    bridge = Bridge(loop)
    with running(loop):
        bridge.submit("a", windows=1)
        assert rendering.wait(WAIT_SECONDS)
        clock.now = 7.0
        bridge.session.post(Ping(1))
        stalled = bridge.until(Pong).stalled_seconds
        rendered.set()
        bridge.ending("a")
    assert stalled == 7.0


def test_a_score_reaches_a_model_that_renders(loop: Loop) -> None:
    bridge = Bridge(loop)
    scores = {"empty": Score(), "nan": Score(duration_seconds=float("nan"))}
    for job, score in scores.items():
        bridge.session.post(Submit(job, Request("render", "tone", score=score)))
    with running(loop):
        for job in scores:
            ending = bridge.ending(job)
            assert isinstance(ending, Failed)
            assert ending.code == "bad_score"
