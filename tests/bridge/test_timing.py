"""The transport through the front door: what is asked for a place sounds there, to the sample."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.app import Bridge
from bridge.client import InProcessClient
from bridge.config import Config
from bridge.midi.write import write_score
from bridge.osc.schedule import NTP_TO_UNIX_SECONDS
from bridge.wav import WavReader
from engine.loop import Loop
from engine.wire import Note, Score

WAIT_SECONDS = 120
RATE_HZ = 48_000


class Client(asyncio.DatagramProtocol):
    """An OSC client over UDP that keeps everything it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, list[Any]]] = []
        self._more = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        message = OscMessage(data)
        self.heard.append((message.address.removeprefix("/legato"), list(message.params)))
        self._more.set()

    def close(self) -> None:
        self._transport.close()

    def send(self, address: str, *arguments: Any, due_unix: float | None = None) -> None:
        builder = OscMessageBuilder("/legato" + address)
        for argument in arguments:
            builder.add_arg(argument)
        packet = builder.build().dgram
        if due_unix is not None:
            timetag = round((due_unix + NTP_TO_UNIX_SECONDS) * (1 << 32))
            packet = b"#bundle\0" + struct.pack(">QI", timetag, len(packet)) + packet
        self._transport.sendto(packet)

    async def wait(self, address: str, where: Callable[[list[Any]], bool]) -> list[Any]:
        """Return the first message of an address that fits, once it has come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                for name, arguments in self.heard:
                    if name == address and where(arguments):
                        return arguments
                self._more.clear()
                await self._more.wait()

    async def ask(self, address: str, *arguments: Any) -> list[Any]:
        """Send a message and return its answer."""
        self.heard.clear()
        self.send(address, *arguments)
        return await self.wait(address, lambda _: True)


@asynccontextmanager
async def serving(tmp_path: Path, **settings: Any) -> Any:
    media = tmp_path / "media"
    media.mkdir()
    for name, seconds in (("short", 0.2), ("long", 60.0)):
        notes = tuple(Note(t / 5, t / 5 + 0.15, 60 + t % 12, 90) for t in range(int(seconds * 5)))
        data = write_score(Score(notes=notes, duration_seconds=seconds))
        (media / f"{name}.mid").write_bytes(data)
    flags = {
        "takes_folder": tmp_path / "takes",
        "media_folders": (media,),
        "port": 0,
        "model": "tone",
        **settings,
    }
    bridge = Bridge(Config.load(flags, {}, tmp_path), InProcessClient(Loop()))
    await bridge.start()
    loop = asyncio.get_running_loop()
    _, client = await loop.create_datagram_endpoint(Client, remote_addr=("127.0.0.1", bridge.port))
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await bridge.requests.ready.wait()
        yield bridge, client
    finally:
        client.close()
        await bridge.stop()


def run(tmp_path: Path, scene: Callable[[Bridge, Client], Coroutine[Any, Any, None]]) -> None:
    async def play() -> None:
        async with serving(tmp_path) as (bridge, client):
            await scene(bridge, client)

    asyncio.run(play())


def places_of(part: np.ndarray, recording: np.ndarray) -> list[int]:
    """Return every frame of a recording at which a part lies, sample for sample."""
    first = np.flatnonzero(part.any(axis=1))[0]
    found = np.flatnonzero((recording == part[first]).all(axis=1)) - first
    inside = [place for place in found if 0 <= place <= len(recording) - len(part)]
    return [place for place in inside if np.array_equal(recording[place:][: len(part)], part)]


def samples(path: Path) -> np.ndarray:
    with WavReader(path) as reader:
        return reader.read(0, reader.frames)


async def record(client: Client, bridge: Bridge) -> Path:
    path = bridge.media.folders[0] / "stream.wav"
    client.send("/sink/open", 90, "wav", "tape", "path", "stream.wav")
    await client.wait("/done", lambda a: a[0] == 90)
    return path


async def stop_at(client: Client, takes: int) -> None:
    """End the recording once that many takes have begun to sound."""
    async with asyncio.timeout(WAIT_SECONDS):
        while len(last := [a for name, a in client.heard if name == "/audible"]) < takes:
            await client.wait("/audible", lambda a: a not in last)
    client.send("/sink/close", 91, "tape")
    await client.wait("/done", lambda a: a[0] == 91)


def test_what_is_asked_for_beats_lies_on_them_to_the_sample(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        path = await record(client, bridge)
        client.send("/notify", 1, "jobs")
        await client.ask("/transport", "tempo", 131.7)
        client.send("/render", 1, "short.mid", "at", "beat", 1.25)
        client.send("/render", 2, "short.mid", "at", "bar", 2)
        client.send("/render", 3, "short.mid", "at", "bar 2.5")
        done = [await client.wait("/done", lambda a, i=i: a[0] == i) for i in (1, 2, 3)]
        assert (await client.ask("/transport", "play"))[0] == "playing"
        # Far enough ahead for a busy machine to render them in time.
        client.send("/render", 4, "short.mid", "at", "beat", 16)
        client.send("/render", 5, "short.mid", "at", "beat", 18)
        await stop_at(client, 5)
        part, recording = samples(Path(done[0][3])), samples(path)
        places = places_of(part, recording)
        beat_frames = 60 * RATE_HZ / 131.7
        assert [place - places[0] for place in places] == [
            round(beat * beat_frames) - round(1.25 * beat_frames) for beat in (1.25, 4, 6, 16)
        ]
        assert not [a for name, a in client.heard if name == "/late"]

    run(tmp_path, scene)


def test_timetags_set_the_sample_that_audio_starts_at(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        path = await record(client, bridge)
        client.send("/notify", 1, "jobs")
        due_unix = time.time() + 5.0  # Far enough ahead for a busy machine to render them in time.
        for call, ahead in ((1, 0.0), (2, 0.75), (3, 1.5)):
            client.send("/render", call, "short.mid", due_unix=due_unix + ahead)
        done = await client.wait("/done", lambda a: a[0] == 1)
        await stop_at(client, 3)
        places = places_of(samples(Path(done[3])), samples(path))
        # Wall clock and monotonic clock are read together, but for each packet anew.
        assert places[1] - places[0] == pytest.approx(0.75 * RATE_HZ, abs=0.002 * RATE_HZ)
        assert not [a for name, a in client.heard if name == "/late"]

    run(tmp_path, scene)


def test_a_place_that_cannot_be_met_is_said_to_be_late(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/transport", "locate", "bar", 3)
        await client.ask("/transport", "play")
        client.send("/render", 1, "short.mid", "at", "bar", 1)
        _, scheduled, actual = await client.wait("/late", lambda a: a[0] == 1)
        assert scheduled <= -3.9
        assert actual >= 0.0

    run(tmp_path, scene)


def test_what_waits_while_the_transport_stands_can_be_cancelled(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/render", 1, "long.mid", "at", "bar", 17)
        await client.wait("/window", lambda a: a[0] == 1)
        client.send("/cancel", 1)
        await client.wait("/cancelled", lambda a: a == [1])
        async with asyncio.timeout(WAIT_SECONDS):
            while (await client.ask("/status"))[4]:  # What is buffered, in seconds.
                pass

    run(tmp_path, scene)


def test_the_transport_answers_and_tells_its_beats(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        state = ["stopped", 1, 0.0, 120.0, 4, 4, "internal", ""]
        assert await client.ask("/transport") == state
        assert (await client.ask("/transport", "signature", 3, 8))[4:6] == [3, 8]
        assert (await client.ask("/transport", "locate", "bar", 3))[1:3] == [3, 3.0]
        client.send("/notify", 1, "transport")
        await client.ask("/transport", "tempo", 60)  # A bridge held up for a beat leaves it out.
        client.send("/transport", "play")
        for beat in (4, 5, 6):
            await client.wait("/transport", lambda a, beat=beat: int(a[2]) == beat)
        assert (await client.ask("/transport", "stop"))[0] == "stopped"

    run(tmp_path, scene)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("tempo",), "wrong_types"),
        (("tempo", 1), "out_of_range"),
        (("tempo", "fast"), "wrong_types"),
        (("play", 1), "wrong_types"),
        (("signature", 4), "wrong_types"),
        (("signature", 4, 5), "out_of_range"),
        (("locate", 17), "wrong_types"),
        (("locate", "bar", 0), "out_of_range"),
        (("source", "cassette"), "wrong_types"),
        (("rewind",), "out_of_range"),
    ],
)
def test_what_the_transport_cannot_do_is_refused(
    tmp_path: Path, arguments: tuple[Any, ...], code: str
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/transport", *arguments)
        assert (await client.wait("/fail", lambda _: True))[:2] == [0, code]

    run(tmp_path, scene)


def test_who_follows_a_clock_that_is_not_there_stands(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        assert (await client.ask("/transport", "source", "clock"))[6] == "clock"
        client.send("/transport", "play")
        assert (await client.wait("/fail", lambda _: True))[1] == "unsupported"
        assert (await client.ask("/transport"))[0] == "stopped"

    run(tmp_path, scene)
