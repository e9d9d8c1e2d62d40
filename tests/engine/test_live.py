"""Live jobs in the engine: chunk by chunk, beside a render, with less effort when late."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

import numpy as np
import pytest

from engine.discovery import Models
from engine.effort import IN_TIME_CHUNKS
from engine.jobs import Window
from engine.loop import Loop
from engine.models.base import Audio, Context, Tick
from engine.session import Session
from engine.wire import (
    Accepted,
    AnyToBridge,
    Cancel,
    Cancelled,
    Chunk,
    Done,
    Effort,
    Failed,
    MidiEvent,
    ModelSpec,
    Play,
    Request,
    Submit,
    Unload,
)

WAIT_SECONDS = 60.0
FRAMES = 1_024  # so long that none may wait
M = TypeVar("M", bound=AnyToBridge)


class Echo:
    """Plays each chunk as how many events it held and the effort given; waits at its gate."""

    chunk_frames = FRAMES
    efforts = ("full", "some", "hold")
    scheduling: ClassVar[int | None] = None

    def __init__(self, gate: threading.Event, playing: threading.Event) -> None:
        self.gate, self.playing = gate, playing

    def play(self, events: Sequence[MidiEvent], effort: int, tick: Tick) -> Audio:
        tick(0.5)
        Hand.performer = threading.current_thread()
        if sys.platform == "linux":
            Echo.scheduling = os.sched_getscheduler(0)
        self.playing.set()
        assert self.gate.wait(WAIT_SECONDS)
        if any(event.status == 0xFF for event in events):
            raise RuntimeError("a note that breaks it")
        sound = np.zeros((self.chunk_frames, 2), np.float32)
        sound[0] = len(events) / 128.0, effort / 8.0
        return sound

    def follow(self, tick: Tick) -> None:
        Hand.followed.put(threading.current_thread())
        if Hand.breaks:
            raise Hand.breaks.pop()


class Hand:
    """A model that is played, or renders one window for as long as the test wants."""

    spec: ClassVar[ModelSpec] = ModelSpec("hand", 48_000, 2, FRAMES, 0, ("live", "generate"))
    gate: ClassVar[threading.Event] = threading.Event()
    playing: ClassVar[threading.Event] = threading.Event()
    rendering: ClassVar[threading.Event] = threading.Event()
    gave_way: ClassVar[threading.Event] = threading.Event()
    rendered: ClassVar[threading.Event] = threading.Event()
    performer: ClassVar[threading.Thread | None] = None
    followed: ClassVar[queue.SimpleQueue[threading.Thread]] = queue.SimpleQueue()
    breaks: ClassVar[list[Exception]] = []

    def load(self, device: str, dtype: str) -> None:
        """Nothing to load."""

    def live(self, request: Request) -> Echo:
        return Echo(self.gate, self.playing)

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        return [Window(0, 1, 0, FRAMES, request)]

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        self.rendering.set()
        tick(0.5)
        self.gave_way.set()
        assert self.rendered.wait(WAIT_SECONDS)
        return np.zeros((FRAMES, 2), np.float32), {}


class Bridge:
    """The other end of a session, which is played."""

    def __init__(self, loop: Loop) -> None:
        self.session: Session = loop.open()
        self.taken: list[tuple[AnyToBridge, memoryview]] = []

    def submit(self, job: str, operation: Any = "live") -> None:
        self.session.post(Submit(job, Request(operation, "hand")))

    def play(self, chunk: int, *events: MidiEvent, last: bool = False) -> None:
        self.session.post(Play("a", chunk, events, last))

    def until(self, kind: type[M]) -> M:
        while True:
            event = self.session.take(WAIT_SECONDS)
            assert event is not None, f"nothing came after {[m for m, _ in self.taken][-3:]}"
            self.taken.append(event)
            if isinstance(event[0], kind):
                return event[0]

    def heard(self) -> list[tuple[int, int, int]]:
        """Return each chunk that came: its number, how many events it held, and the effort."""
        found = []
        for message, payload in self.taken:
            if isinstance(message, Chunk):
                first = np.frombuffer(payload, "<f4")[:2]
                found.append((message.window, round(first[0] * 128), round(first[1] * 8)))
        return found


@contextmanager
def running(loop: Loop) -> Iterator[None]:
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        yield
    finally:
        Hand.gate.set()
        Hand.rendered.set()
        loop.stop()
        thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """A bridge whose live job "a" has been accepted."""
    for event in (Hand.gate, Hand.playing, Hand.rendering, Hand.gave_way, Hand.rendered):
        event.clear()
    Hand.followed, Hand.breaks = queue.SimpleQueue(), []
    loop = Loop(Models({"hand": Hand}))  # type: ignore[dict-item]  # it does live and no more
    with running(loop):
        bridge = Bridge(loop)
        bridge.submit("a")
        accepted = bridge.until(Accepted)
        frames = Echo.chunk_frames
        assert (accepted.windows, accepted.chunk_frames, accepted.rate_hz) == (0, frames, 48_000)
        yield bridge


@pytest.fixture
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chunks be as short as the built-in model's."""
    monkeypatch.setattr(Echo, "chunk_frames", 512)


def test_chunks_come_as_they_are_asked_for_and_the_last_one_ends_the_job(bridge: Bridge) -> None:
    Hand.gate.set()
    bridge.play(0, MidiEvent(3, 0x90, 60, 100))
    bridge.until(Chunk)
    bridge.play(1)
    bridge.until(Chunk)
    bridge.play(2, MidiEvent(0, 0x80, 60, 0), MidiEvent(0, 0x90, 62, 1), last=True)
    assert bridge.until(Done).frames == 3 * FRAMES
    assert [(chunk, events) for chunk, events, _ in bridge.heard()] == [(0, 1), (1, 0), (2, 2)]


def test_it_gets_ready_on_its_own_thread_and_follows_each_chunk_but_the_last(
    bridge: Bridge,
) -> None:
    Hand.gate.set()
    threads = {Hand.followed.get(timeout=WAIT_SECONDS)}
    for chunk in range(2):
        bridge.play(chunk)
        threads.add(Hand.followed.get(timeout=WAIT_SECONDS))
    bridge.play(2, last=True)
    bridge.until(Done)
    assert threads == {Hand.performer}
    assert Hand.followed.empty()


def test_a_job_that_is_late_says_that_it_gives_less_and_later_that_it_gives_all(
    bridge: Bridge,
) -> None:
    bridge.play(0)
    assert Hand.playing.wait(WAIT_SECONDS)
    for chunk in range(1, 6):
        bridge.play(chunk)
    Hand.gate.set()
    assert bridge.until(Effort).effort == "hold"
    while not bridge.heard() or bridge.heard()[-1][0] < 5:
        bridge.until(Chunk)
    for chunk in range(6, 7 + IN_TIME_CHUNKS):
        bridge.play(chunk)
        bridge.until(Chunk)
    assert bridge.heard()[-1][2] == 0
    efforts = [message.effort for message, _ in bridge.taken if isinstance(message, Effort)]
    assert efforts[-2:] == ["some", "full"]


def test_a_short_chunk_may_wait_while_another_is_made_up_for(
    short_chunks: None, bridge: Bridge
) -> None:
    bridge.play(0)
    bridge.play(1)
    Hand.gate.set()
    while len(bridge.heard()) < 2:
        bridge.until(Chunk)
    assert [effort for _, _, effort in bridge.heard()] == [0, 0]
    assert not [m for m, _ in bridge.taken if isinstance(m, Effort)]


@pytest.fixture
def long_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chunks be windows."""
    monkeypatch.setattr(Echo, "chunk_frames", 24_000)


@pytest.mark.skipif(sys.platform != "linux", reason="threads are told apart on Linux alone")
def test_windows_do_not_go_before_all_else(long_chunks: None, bridge: Bridge) -> None:
    Hand.gate.set()
    bridge.play(0)
    bridge.until(Chunk)
    assert Echo.scheduling == os.SCHED_OTHER


def test_a_chunk_is_played_while_a_window_is_rendered(bridge: Bridge) -> None:
    bridge.submit("b", "generate")
    assert Hand.rendering.wait(WAIT_SECONDS)
    Hand.gate.set()
    bridge.play(0)
    assert bridge.until(Chunk).job == "a"
    assert not Hand.rendered.is_set()


def test_who_renders_waits_while_a_chunk_is_played(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.precedence.WAIT_SECONDS", WAIT_SECONDS)
    bridge.play(0)
    assert Hand.playing.wait(WAIT_SECONDS)
    bridge.submit("b", "generate")
    assert Hand.rendering.wait(WAIT_SECONDS)
    assert not Hand.gave_way.wait(0.1)
    Hand.gate.set()
    assert Hand.gave_way.wait(WAIT_SECONDS)


@pytest.mark.parametrize("is_playing", [True, False])
def test_a_cancelled_job_ends_in_the_middle_of_a_chunk_or_between_two(
    bridge: Bridge, is_playing: bool
) -> None:
    """A chunk that is past its last look at whether it is wanted does not come either."""
    bridge.play(0)
    if is_playing:
        assert Hand.playing.wait(WAIT_SECONDS)
    bridge.session.post(Cancel("a"))
    assert bridge.until(Cancelled).job == "a"
    Hand.gate.set()
    bridge.play(1)
    if is_playing:
        assert Hand.performer is not None
        Hand.performer.join(WAIT_SECONDS)
    bridge.submit("b", "generate")
    Hand.rendered.set()
    assert bridge.until(Done).job == "b"
    assert not [m for m, _ in bridge.taken if isinstance(m, Chunk) and m.job == "a"]


def test_a_model_that_breaks_fails_its_job_alone(bridge: Bridge) -> None:
    Hand.gate.set()
    bridge.play(0, MidiEvent(0, 0xFF, 0, 0))
    failed = bridge.until(Failed)
    assert (failed.job, failed.code) == ("a", "model_failed")
    bridge.submit("b", "generate")
    Hand.rendered.set()
    assert bridge.until(Done).job == "b"


def test_a_model_that_breaks_as_it_gets_ready_fails_its_job_alone(bridge: Bridge) -> None:
    Hand.followed.get(timeout=WAIT_SECONDS)
    Hand.breaks.append(RuntimeError("a string that is missing"))
    bridge.submit("b")
    assert bridge.until(Failed).job == "b"
    Hand.gate.set()
    bridge.play(0, last=True)
    assert bridge.until(Done).job == "a"


def test_a_chunk_asked_of_a_render_fails_it(bridge: Bridge) -> None:
    bridge.submit("b", "generate")
    bridge.session.post(Play("b", 0))
    failed = bridge.until(Failed)
    assert (failed.job, failed.code) == ("b", "unsupported")


def test_a_model_under_a_live_job_is_not_unloaded(bridge: Bridge) -> None:
    bridge.session.post(Unload("hand"))
    assert bridge.until(Failed).job == ""
