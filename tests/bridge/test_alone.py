"""A request carried out without a server, silent and heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bridge.alone import open_device, render_alone
from bridge.client import Event as EngineEvent
from bridge.client import InProcessClient, State
from bridge.config import Config
from bridge.events import Event, Finished, Heard, Queued
from bridge.player import Player
from bridge.sinks.base import Audio, Stats
from bridge.stream import Stream
from bridge.ticket import Ask
from engine.loop import Loop
from engine.wire import (
    AnyToEngine,
    Bytes,
    EngineLost,
    Note,
    NotFound,
    Request,
    Score,
    StartFailed,
    UnknownModel,
    Value,
)

SCORE = Score(notes=(Note(0.0, 1.5, 60, 90), Note(1.5, 2.5, 64, 90)), duration_seconds=2.5)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config.load({"takes_folder": str(tmp_path / "takes")}, {}, tmp_path)


def ask(model: str = "tone") -> Ask:
    return Ask(Request("render", model, score=SCORE), title="a song")


class QuickClock:
    """Time that passes only while it is slept, and then at once."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


class Listener:
    """A sink that keeps what it is given."""

    def __init__(self, breaks: bool = False) -> None:
        self.rate_hz, self.channels = 48_000, 2
        self.stats = Stats()
        self.blocks: list[Audio] = []
        self.closed = False
        self._breaks = breaks

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """It is open."""

    def write(self, first_frame: int, block: Audio) -> None:
        if self._breaks and block.any():
            raise OSError("pulled out")
        self.blocks.append(block)

    def surplus_frames(self) -> int | None:
        return None

    def close(self) -> None:
        self.closed = True


async def collect(config: Config, player: Player | None = None) -> list[Event]:
    engine = InProcessClient(Loop())
    return [event async for event in render_alone(config, engine, ask(), player)]


def test_yields_what_happens_up_to_the_ending(config: Config) -> None:
    events = asyncio.run(collect(config))
    assert isinstance(events[0], Queued)
    windows = [event for event in events if isinstance(event, Heard)]
    assert [event.window for event in windows] == list(range(windows[0].windows))
    ending = events[-1]
    assert isinstance(ending, Finished)
    assert ending.seconds >= 2.5
    assert ending.path.is_file()
    assert (ending.path.parent / "spectrogram.png").is_file(), "drawn though all was over"


def listen(config: Config, sink: Listener) -> list[Event]:
    async def run() -> list[Event]:
        player = Player(Stream(48_000, 2), QuickClock())
        player.attach("ear", sink)
        return await collect(config, player)

    return asyncio.run(run())


def test_all_of_it_is_heard(config: Config) -> None:
    sink = Listener()
    ending = listen(config, sink)[-1]
    assert isinstance(ending, Finished)
    heard = sum(int(block.any(axis=1).sum()) for block in sink.blocks)
    assert heard > 0.9 * 2.5 * 48_000
    assert sink.closed


def test_a_device_that_fails_ends_only_the_hearing(config: Config) -> None:
    sink = Listener(breaks=True)
    assert isinstance(listen(config, sink)[-1], Finished)
    assert sink.closed


def test_what_cannot_be_done_is_raised(config: Config) -> None:
    async def run() -> None:
        engine = InProcessClient(Loop())
        async for _ in render_alone(config, engine, ask("nobody")):
            pass

    with pytest.raises(UnknownModel):
        asyncio.run(run())


class Stillborn:
    """An engine that ends before it is ready."""

    state: State = "lost"
    closed = False

    async def send(self, message: AnyToEngine, payload: Bytes = b"") -> None:
        raise EngineLost("nobody there")

    async def events(self) -> AsyncIterator[EngineEvent]:
        for _ in ():
            yield _

    async def close(self) -> None:
        self.closed = True


def test_an_engine_that_never_is_ready(config: Config) -> None:
    engine = Stillborn()

    async def run() -> None:
        async for _ in render_alone(config, engine, ask()):
            pass

    with pytest.raises(EngineLost, match="before it was ready"):
        asyncio.run(run())
    assert engine.closed


def test_the_device_opens_or_says_why(config: Config) -> None:
    """Where no sound card is this must be a clear error; where one is, a player."""

    async def run() -> None:
        player = await open_device(config)
        assert len(player.outlets) == 1
        await player.close()

    refusals: list[str] = []
    try:
        asyncio.run(run())
    except (NotFound, StartFailed) as error:
        refusals.append(str(error))
    assert all("device" in text for text in refusals)
