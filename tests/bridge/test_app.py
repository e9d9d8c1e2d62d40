"""The bridge as a whole: real sockets, a real engine loop, the model `tone`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.app import Bridge
from bridge.client import InProcessClient
from bridge.commands.table import Commands
from bridge.config import Config
from bridge.midi.write import write_score
from bridge.osc.spec import COMMANDS
from bridge.wav import WavReader
from engine.loop import Loop
from engine.wire import Control, Note, Score

WAIT_SECONDS = 30
OWN_OF_THE_FRONT_DOOR = {"/schema", "/hello", "/notify", "/sync"}


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

    async def wait(self, address: str, id: int | None = None) -> list[Any]:
        """Return the first message of an address (and id), once it has come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while not (found := self.heard(address, id)):
                self._more.clear()
                await self._more.wait()
        return found[0]


def score(seconds: float = 3.0) -> Score:
    notes = [Note(t / 4, t / 4 + 0.2, 60 + t % 12, 90) for t in range(int(seconds * 4))]
    controls = (Control(0.0, 0, 7, 110),)
    return Score(notes=tuple(notes), controls=controls, duration_seconds=seconds, title="Steps")


@asynccontextmanager
async def serving(tmp_path: Path, **settings: Any) -> AsyncIterator[tuple[Bridge, Client]]:
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
    bridge = Bridge(Config.load(flags, {}, tmp_path), InProcessClient(Loop()))
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


def test_every_command_of_the_table_is_carried_out(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        commands = Commands(bridge)
        carried_out = set(commands.answers) | set(commands.works) | OWN_OF_THE_FRONT_DOOR
        assert carried_out == {command.address for command in COMMANDS}

    run(tmp_path, scene)


def test_a_render_is_accepted_heard_window_by_window_and_done_once(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 7, "song.mid")
        _, seconds, rate_hz, path = await client.wait("/legato/done", 7)
        assert client.heard("/legato/accepted", 7) == [[7, 0, 0.0]]
        windows = client.heard("/legato/window", 7)
        assert [window[1] for window in windows] == list(range(windows[0][2]))
        assert windows[-1][4] == pytest.approx(seconds, abs=1e-3)
        audio = samples_of(path)
        assert len(audio) == round(seconds * rate_hz)
        assert np.abs(audio).max() > 0.01
        assert len(client.heard("/legato/done", 7)) == 1
        assert not client.heard("/legato/fail")
        assert not client.heard("/legato/cancelled")

    run(tmp_path, scene)


def test_rendering_again_from_a_window_gives_the_same_samples(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid", "seed", 5)
        first = await client.wait("/legato/done", 1)
        client.send("/legato/render", 2, "song.mid", "from_window", 2)
        second = await client.wait("/legato/done", 2)
        assert first[3] != second[3]
        assert np.array_equal(samples_of(first[3]), samples_of(second[3]))
        assert min(window[1] for window in client.heard("/legato/window", 2)) == 2

    run(tmp_path, scene)


def test_from_window_without_a_take_to_go_on_from_fails(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid", "from_window", 2)
        assert (await client.wait("/legato/fail", 1))[1] == "not_found"

    run(tmp_path, scene)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("/legato/render", 3, "../secret.mid"), "forbidden_path"),
        (("/legato/render", 3, "missing.mid"), "not_found"),
        (("/legato/render", 3, b"no MIDI at all"), "bad_score"),
        (("/legato/render", 3, "song.mid", "model", "nobody"), "unknown_model"),
        (("/legato/render", 3, "song.mid", "colour", 1), "unknown_parameter"),
        (("/legato/generate", 3, "seconds", 4.0, "prompt", "warm", "pad"), "unsupported"),
        (("/legato/vary", 3, "some-take", 0.5), "unsupported"),
        (("/legato/sink/open", 3, "smoke", "signals"), "unknown_sink"),
        (("/legato/sink/close", 3, "nobody"), "unknown_sink"),
        (("/legato/take/info", 3, "../../etc"), "not_found"),
        (("/legato/model/load", 3, "nobody"), "unknown_model"),
    ],
)
def test_what_cannot_be_done_fails_once_with_a_stable_code(
    tmp_path: Path, arguments: tuple[Any, ...], code: str
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send(*arguments)
        await client.wait("/legato/fail")
        client.send("/legato/ping", 99)
        await client.wait("/legato/pong", 99)
        assert [fail[:2] for fail in client.heard("/legato/fail")] == [[3, code]]
        assert not client.heard("/legato/done")

    run(tmp_path, scene)


def test_a_job_is_cancelled_by_its_id(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        (bridge.media.folders[0] / "long.mid").write_bytes(write_score(score(600)))
        client.send("/legato/render", 4, "long.mid")
        await client.wait("/legato/window", 4)
        client.send("/legato/cancel", 4)
        await client.wait("/legato/cancelled", 4)
        assert not client.heard("/legato/done")
        assert bridge.takes.all()[0].state == "cancelled"

    run(tmp_path, scene)


def test_a_job_is_cancelled_before_its_score_was_read(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        (bridge.media.folders[0] / "long.mid").write_bytes(write_score(score(600)))
        client.send("/legato/render", 4, "long.mid")
        client.send("/legato/cancel", 4)
        await client.wait("/legato/cancelled", 4)
        assert not client.heard("/legato/done")
        assert not client.heard("/legato/fail")

    run(tmp_path, scene)


def test_models_sinks_status_and_takes_are_told(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/sink/open", 1, "null", "count")
        assert await client.wait("/legato/done", 1) == [1, "count"]
        client.send("/legato/render", 2, "song.mid")
        await client.wait("/legato/done", 2)
        client.send("/legato/models", 3)
        client.send("/legato/sinks", 4)
        client.send("/legato/take/list", 5)
        client.send("/legato/status", 6)
        status = await client.wait("/legato/status", 6)
        assert status[1] == "ready"
        assert status[6] == 48_000
        listed = await client.wait("/legato/take/list", 5)
        assert listed[4] == "done"
        assert listed[8] == "Steps"
        assert "tone" in [row[3] for row in client.heard("/legato/models", 3)]
        assert client.heard("/legato/sinks", 4)[0][3:5] == ["count", "null"]

    run(tmp_path, scene)


def test_a_sink_is_opened_again_under_its_name(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        for id, arguments in ((1, ("null", "out")), (2, ("null", "out", "gain", 0.5))):
            client.send("/legato/sink/open", id, *arguments)
            await client.wait("/legato/done", id)
        assert [outlet.gain for outlet in bridge.player.outlets] == [0.5]
        client.send("/legato/sink/open", 3, "osc", "out", "port", 9)
        assert (await client.wait("/legato/fail", 3))[1] == "out_of_range"
        client.send("/legato/sink/set", 4, "out", "gain", 2.0)
        await client.wait("/legato/done", 4)
        assert [outlet.gain for outlet in bridge.player.outlets] == [2.0]

    run(tmp_path, scene)


def test_a_take_is_branched_exported_and_pinned(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid")
        path = (await client.wait("/legato/done", 1))[3]
        take = bridge.takes.all()[0]
        client.send("/legato/take/export", 2, take.id, "kept.wav")
        exported = (await client.wait("/legato/done", 2))[1]
        assert np.array_equal(samples_of(exported), samples_of(path))
        client.send("/legato/take/branch", 3, take.id, 2)
        branch = bridge.takes.open((await client.wait("/legato/done", 3))[1])
        assert branch.next_window == 2
        assert branch.record.parent == take.id
        client.send("/legato/take/pin", 4, take.id)
        await client.wait("/legato/done", 4)
        assert bridge.takes.open(take.id).pinned

    run(tmp_path, scene)


def test_sync_answers_when_everything_before_has_ended(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/render", 1, "song.mid")
        client.send("/legato/sync", 2)
        await client.wait("/legato/synced", 2)
        assert client.heard("/legato/done", 1)

    run(tmp_path, scene)


def test_the_queue_is_bounded(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        (bridge.media.folders[0] / "long.mid").write_bytes(write_score(score(600)))
        for id in (1, 2):
            client.send("/legato/render", id, "long.mid")
            await client.wait("/legato/accepted", id)
        client.send("/legato/render", 3, "long.mid")
        assert (await client.wait("/legato/fail", 3))[1] == "queue_full"

    run(tmp_path, scene, queue_limit=2)
