"""A live job through faults: its engine killed, its model failing; and played for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import mido
import numpy as np
import pytest

from engine.discovery import Models
from engine.loop import Loop
from engine.models.base import Audio, Tick
from engine.wire import MidiEvent, ModelSpec, Request
from tests.bridge.scenes import Client, OnlyPlayed, samples_of, serving

if TYPE_CHECKING:
    from bridge.app import Bridge
    from tests.conftest import Server

SOAK_SECONDS = 300.0
MOST_GROWTH_BYTES = 16 << 20
NOTE_ON, PROGRAM = 0x90, 0xC0
NO_NUMBER, TOO_BIG, BROKEN = 1, 2, 3  # The notes that a brittle model cannot play.


class Brittle:
    """Plays as loud as its program says, and for good what is no number after a certain note."""

    chunk_frames = 1_024
    efforts = ("full", "hold")

    def __init__(self) -> None:
        self._level = 0.0

    def play(self, events: Sequence[MidiEvent], effort: int, tick: Tick) -> Audio:
        for event in events:
            if event.status == PROGRAM:
                self._level = event.data1 / 128
            elif event.status == NOTE_ON:
                self._break(event.data1)
        return np.full((self.chunk_frames, 2), self._level, np.float32)

    def _break(self, pitch: int) -> None:
        if pitch == TOO_BIG:
            raise MemoryError
        if pitch == BROKEN:
            raise RuntimeError("a note that breaks it")
        self._level = float("nan") if pitch == NO_NUMBER else self._level

    def follow(self, tick: Tick) -> None:
        """Nothing follows."""


class BrittleModel(OnlyPlayed):
    """A model that is only played."""

    spec: ClassVar[ModelSpec] = ModelSpec("brittle", 48_000, 2, 1_024, 0, ("live", "generate"))

    def live(self, request: Request) -> Brittle:
        return Brittle()


async def begin(client: Client, id: int) -> None:
    client.send("/legato/notify", 1, "live", "jobs", "underruns")
    client.send("/legato/live/start", id, "model", "house")
    await client.until("/legato/progress", id, lambda told: told[2] == "live")


async def windows_after(client: Client, id: int, seconds: float) -> None:
    """Wait until so much more has been played."""
    heard = client.heard("/legato/window", id)
    last = heard[-1][4] if heard else 0.0
    await client.until("/legato/window", id, lambda told: told[4] >= last + seconds)


def test_a_job_whose_engine_is_killed_goes_on_with_the_same_programs(
    serve: Callable[..., Server],
) -> None:
    server = serve()

    async def scene() -> str:
        client = Client(server.port)
        await client.open()
        await begin(client, 7)
        client.send("/legato/live/program", 1, 19)
        client.send("/legato/live/note", 1, 60, 100)
        await windows_after(client, 7, 1.0)
        server.engines()[0].kill()
        await client.until("/legato/live/late", None, lambda told: told[1] == "lost")
        await client.until(
            "/legato/progress", 7, lambda told: len(client.heard("/legato/progress", 7)) > 1
        )
        client.send("/legato/live/note", 1, 64, 100)
        await windows_after(client, 7, 2.0)
        client.send("/legato/live/stop", 7)
        path = (await client.wait("/legato/done", 7))[3]
        assert not client.heard("/legato/fail")
        client.close()
        return str(path)

    path = asyncio.run(scene())
    audio = samples_of(path)
    assert np.abs(audio[-24_000:]).max() > 1e-3
    kinds = [m.type for m in mido.MidiFile(Path(path).parent / "source.mid") if not m.is_meta]
    assert kinds == ["program_change", "note_on", "program_change", "note_on"]


@asynccontextmanager
async def broken_once(tmp_path: Path, pitch: int) -> AsyncIterator[tuple[Bridge, Client]]:
    """A job that is played on after a note that its model cannot play."""
    loop = Loop(Models({"brittle": BrittleModel}))
    async with serving(tmp_path, loop, model="brittle") as (bridge, client):
        client.send("/legato/notify", 1, "live", "jobs")
        client.send("/legato/live/start", 7, "model", "brittle")
        await client.until("/legato/progress", 7, lambda told: told[2] == "live")
        client.send("/legato/live/program", 1, 64)
        await windows_after(client, 7, 1.0)
        client.send("/legato/live/note", 1, pitch, 100)
        await client.until("/legato/live/late", None, lambda told: told[1] == "lost")
        await windows_after(client, 7, 2.0)
        yield bridge, client


@pytest.mark.parametrize("pitch", [NO_NUMBER, TOO_BIG, BROKEN])
def test_a_model_that_fails_once_is_played_on_with_the_same_programs(
    tmp_path: Path, pitch: int
) -> None:
    async def scene() -> str:
        async with broken_once(tmp_path, pitch) as (_, client):
            client.send("/legato/live/stop", 7)
            path = (await client.wait("/legato/done", 7))[3]
            assert not client.heard("/legato/fail")
            return str(path)

    audio = samples_of(asyncio.run(scene()))
    assert np.isfinite(audio).all()
    assert (audio[-24_000:] == 0.5).all()


def test_a_model_that_fails_again_and_again_ends_the_job_and_says_why(tmp_path: Path) -> None:
    async def scene() -> None:
        async with broken_once(tmp_path, NO_NUMBER) as (bridge, client):
            client.send("/legato/live/note", 1, NO_NUMBER, 100)
            _, code, text = await client.wait("/legato/fail", 7)
            assert code == "model_failed"
            assert text.startswith("it broke 2 times in a minute: brittle played")
            assert bridge.takes.all()[0].state == "failed"

    asyncio.run(scene())


@pytest.mark.long
def test_playing_on_and_on_grows_nothing_and_stops_at_nothing(serve: Callable[..., Server]) -> None:
    server = serve()

    async def scene() -> None:
        client = Client(server.port)
        await client.open()
        await begin(client, 7)
        loop = asyncio.get_running_loop()
        sizes: list[int] = []
        end, step = loop.time() + SOAK_SECONDS, 0
        while loop.time() < end:
            pitch, channel = 40 + step * 7 % 40, 1 + step % 16
            client.send("/legato/live/program", channel, step % 128)
            client.send("/legato/live/note", channel, pitch, 1 + step % 127)
            await asyncio.sleep(0.05)
            client.send("/legato/live/note", channel, pitch, 0)
            step += 1
            if step % 200 == 0:
                sizes.append(sum(p.memory_info().rss for p in server.family()))
                client.send("/legato/notify", 1, "live", "jobs", "underruns")
        client.send("/legato/live/stop", 7)
        _, seconds, _, _ = await client.wait("/legato/done", 7)
        settled = sizes[len(sizes) // 3 :]
        assert max(settled) - settled[0] < MOST_GROWTH_BYTES
        assert seconds > 0.95 * SOAK_SECONDS
        assert not client.heard("/legato/fail")
        client.close()

    asyncio.run(scene())
