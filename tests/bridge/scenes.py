"""A bridge with a real engine loop, and an OSC client of it, for the tests that need both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.app import Bridge
from bridge.client import InProcessClient
from bridge.config import Config
from bridge.midi.write import write_score
from bridge.wav import WavReader
from engine.jobs import Window
from engine.loop import Loop
from engine.models.base import Audio, Context, Tick
from engine.wire import Control, Note, Request, Score

WAIT_SECONDS = 120


class OnlyPlayed:
    """What a model has that is played and renders nothing."""

    def load(self, device: str, dtype: str) -> None:
        """Nothing to load."""

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        raise NotImplementedError

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        raise NotImplementedError


class Client(asyncio.DatagramProtocol):
    """An OSC client over UDP that keeps everything it hears."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._heard: list[tuple[str, list[Any]]] = []
        self._more = asyncio.Event()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, remote_addr=("127.0.0.1", self._port)
        )

    def close(self) -> None:
        self._transport.close()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        message = OscMessage(data)
        self._heard.append((message.address, list(message.params)))
        self._more.set()

    def send(self, address: str, *arguments: Any) -> None:
        builder = OscMessageBuilder(address)
        for argument in arguments:
            builder.add_arg(argument)
        self._transport.sendto(builder.build().dgram)

    def heard(self, address: str, id: int | None = None) -> list[list[Any]]:
        return [a for name, a in self._heard if name == address and (id is None or a[0] == id)]

    def addresses(self, id: int) -> list[str]:
        """Return the addresses of all that came about a call, in order."""
        return [address for address, arguments in self._heard if arguments[:1] == [id]]

    async def wait(self, address: str, id: int | None = None) -> list[Any]:
        """Return the first message of an address (and id), once it has come."""
        return await self.until(address, id, lambda _: True)

    async def until(
        self, address: str, id: int | None, wanted: Callable[[list[Any]], bool]
    ) -> list[Any]:
        """Return the first message of an address (and id) that is wanted, once it has come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not (found := [a for a in self.heard(address, id) if wanted(a)]):
                self._more.clear()
                await self._more.wait()
        return found[0]


def score(seconds: float = 3.0) -> Score:
    notes = [Note(t / 4, t / 4 + 0.2, 60 + t % 12, 90) for t in range(int(seconds * 4))]
    controls = (Control(0.0, 0, 7, 110),)
    return Score(notes=tuple(notes), controls=controls, duration_seconds=seconds, title="Steps")


@asynccontextmanager
async def serving(
    tmp_path: Path, loop: Loop | None = None, **settings: Any
) -> AsyncIterator[tuple[Bridge, Client]]:
    media = tmp_path / "media"
    media.mkdir(exist_ok=True)
    (media / "song.mid").write_bytes(write_score(score()))
    flags = {
        "takes_folder": tmp_path / "takes",
        "media_folders": (media,),
        "port": 0,
        "model": "tone",
        **settings,
    }
    bridge = Bridge(Config.load(flags, {}, tmp_path), InProcessClient(loop or Loop()))
    await bridge.start()
    client = Client(bridge.port)
    await client.open()
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await bridge.requests.ready.wait()
        yield bridge, client
    finally:
        client.close()
        await bridge.stop()


def run(tmp_path: Path, scene: Callable[[Bridge, Client], Any], **settings: Any) -> None:
    async def play() -> None:
        async with serving(tmp_path, **settings) as (bridge, client):
            await scene(bridge, client)

    asyncio.run(play())


def samples_of(path: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    with WavReader(Path(path)) as reader:
        return reader.read(0, reader.frames)
