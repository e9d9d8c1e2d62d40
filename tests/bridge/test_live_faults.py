"""A live job through faults: its engine killed, and hours of playing in a soak."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import mido
import numpy as np
import psutil
import pytest

from tests.bridge.scenes import Client, samples_of

if TYPE_CHECKING:
    from tests.conftest import Server

SOAK_SECONDS = 300.0
MOST_GROWTH_BYTES = 16 << 20


def engines_of(server: Server) -> list[psutil.Process]:
    return [p for p in server.family()[1:] if "engine.server" in " ".join(p.cmdline())]


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
        engines_of(server)[0].kill()
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
