"""Maps and presets through the whole bridge: messages in, commands and parameters out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.app import Bridge
from bridge.client import InProcessClient
from bridge.config import Config
from bridge.following import Following
from bridge.maps import Maps, lasting_name
from bridge.midi.inputs import MidiInputs
from bridge.midi.write import write_score
from bridge.osc.codec import Message, decode, encode
from bridge.osc.peer import Peer
from bridge.transport import Transport
from engine.loop import Loop
from engine.wire import LegatoError, Note, Score

WAIT_SECONDS = 120


class Client:
    """A client at the front door that keeps everything it hears."""

    host, limit_bytes, page_bytes, verified = "127.0.0.1", 1 << 16, 1 << 16, True

    def __init__(self, bridge: Bridge) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self._bridge = bridge
        self._peer = Peer(self, "127.0.0.1", self, time.monotonic)
        self._more = asyncio.Event()

    def send(self, packet: bytes) -> None:
        for part in decode(packet):
            assert isinstance(part, Message)
            self.heard.append((part.address.removeprefix("/legato"), *part.arguments))
        self._more.set()

    def say(self, address: str, *arguments: Any) -> None:
        self._bridge.front.receive(encode("/legato" + address, *arguments), self._peer)

    async def wait(self, *beginning: Any) -> tuple[Any, ...]:
        """Return the first message that begins so, once it has come."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                for message in self.heard:
                    if message[: len(beginning)] == beginning:
                        return message
                self._more.clear()
                await self._more.wait()


def run(tmp_path: Path, scene: Callable[[Bridge, Client], Coroutine[Any, Any, None]]) -> None:
    async def play() -> None:
        media = tmp_path / "media"
        media.mkdir()
        score = Score(notes=(Note(0.0, 0.2, 60, 90),), duration_seconds=0.3)
        (media / "song.mid").write_bytes(write_score(score))
        flags = {
            "takes_folder": tmp_path / "takes",
            "media_folders": (media,),
            "settings_folder": tmp_path / "settings",
            "port": 0,
            "model": "house",
        }
        bridge = Bridge(Config.load(flags, {}, tmp_path), InProcessClient(Loop()))
        await bridge.start()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await bridge.requests.ready.wait()
            await scene(bridge, Client(bridge))
        finally:
            await bridge.stop()

    asyncio.run(play())


def midi(bridge: Bridge, *data: int, port: str = "keys") -> None:
    bridge.control.inputs.receive(port, bytes(data), time.monotonic())


def write_maps(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings").mkdir(exist_ok=True)
    (tmp_path / "settings" / "maps.toml").write_text(text)


async def load_maps(client: Client) -> int:
    client.say("/map/load", 70)
    return int((await client.wait("/done", 70))[2])


def test_a_note_sets_off_what_it_is_mapped_to(tmp_path: Path) -> None:
    write_maps(
        tmp_path, '[maps.go]\nnote = 36\nto = "/render"\narguments = ["song.mid", "seed", 5]'
    )

    async def scene(bridge: Bridge, client: Client) -> None:
        played: list[int] = []
        bridge.control.hearers.append(lambda status, *_: played.append(status))
        client.say("/notify", 1, "jobs")
        assert await load_maps(client) == 1
        midi(bridge, 0x90, 36, 100)
        midi(bridge, 0x80, 36, 0)
        await client.wait("/job")
        assert [take.record.request.seed for take in bridge.takes.all()] == [5]
        assert played == []
        midi(bridge, 0x90, 37, 100)
        assert played == [0x90]

    run(tmp_path, scene)


def test_a_controller_turns_a_commands_argument_and_its_last_value_counts(tmp_path: Path) -> None:
    write_maps(
        tmp_path, '[maps.speed]\ncc = 20\nto = "/transport"\narguments = ["tempo", "{60..187}"]'
    )

    async def scene(bridge: Bridge, client: Client) -> None:
        await load_maps(client)
        client.say("/notify", 1, "transport")
        for value in range(128):
            midi(bridge, 0xB0, 20, value)
        async with asyncio.timeout(WAIT_SECONDS):
            while bridge.timing.transport.tempo_bpm != 187:
                await client.wait("/transport")
                client.heard.clear()

    run(tmp_path, scene)


def test_a_button_gives_its_command_once_a_press(tmp_path: Path) -> None:
    write_maps(
        tmp_path, '[maps.play]\ncc = 21\nto = "/transport"\narguments = ["play"]\npass_on = true'
    )

    async def scene(bridge: Bridge, client: Client) -> None:
        given: list[str] = []
        bridge.control.maps._give = lambda address, arguments: given.append(address)
        played: list[int] = []
        bridge.control.hearers.append(lambda status, one, two, at: played.append(two))
        await load_maps(client)
        for value in (0, 30, 64, 100, 127, 10, 90):
            midi(bridge, 0xB0, 21, value)
        assert given == ["/transport", "/transport"]
        assert played == [0, 30, 64, 100, 127, 10, 90]

    run(tmp_path, scene)


def test_what_is_learnt_is_kept_listed_and_removed(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        parameter = next(p for p in bridge.requests.models["house"].parameters if p.kind == "int")
        client.say("/notify", 1, "midi")
        client.say("/map/learn", 1, "knob", parameter.name)
        await client.wait("/accepted", 1)
        midi(bridge, 0xB2, 6, 3, port="Knobs 24:0")  # A data entry is not what is meant.
        midi(bridge, 0xB2, 74, 100, port="Knobs 24:0")
        assert await client.wait("/done", 1) == ("/done", 1, "knob", "cc 74 channel 3 port Knobs")
        client.say("/map/list", 2)
        assert await client.wait("/map/list", 2) == (
            *("/map/list", 2, 0, 1, "knob"),
            *("cc 74 channel 3 port Knobs", parameter.name, "", 0),
        )
        midi(bridge, 0xB2, 74, 127, port="Knobs 28:0")
        assert (await client.wait("/map/set"))[1:] == (parameter.name, parameter.maximum)
        assert bridge.control.presets.in_force == {parameter.name: parameter.maximum}
        client.say("/map/remove", 3, "knob")
        await client.wait("/done", 3)
        client.say("/map/list", 4)
        assert await client.wait("/map/list", 4) == ("/map/list", 4, 0, 0)

    run(tmp_path, scene)


def test_learning_something_else_ends_the_lesson_before(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.say("/map/learn", 1, "one", "/transport", "play")
        await client.wait("/accepted", 1)
        client.say("/map/learn", 2, "two", "/transport", "stop")
        assert (await client.wait("/fail", 1))[2] == "job_cancelled"
        midi(bridge, 0xC0, 5)
        assert await client.wait("/done", 2) == ("/done", 2, "two", "program 5 channel 1 port keys")

    run(tmp_path, scene)


def test_a_mapped_command_that_fails_is_told(tmp_path: Path) -> None:
    write_maps(tmp_path, '[maps.go]\nnote = 36\nto = "/render"\narguments = ["missing.mid"]')

    async def scene(bridge: Bridge, client: Client) -> None:
        client.say("/notify", 1, "midi")
        await load_maps(client)
        midi(bridge, 0x90, 36, 100)
        assert (await client.wait("/map/failed"))[1] == "not_found"

    run(tmp_path, scene)


def test_maps_edited_wrongly_leave_those_in_force(tmp_path: Path) -> None:
    write_maps(tmp_path, '[maps.go]\nnote = 36\nto = "/transport"\narguments = ["play"]')

    async def scene(bridge: Bridge, client: Client) -> None:
        assert await load_maps(client) == 1
        write_maps(tmp_path, '[maps.go]\nnot = 36\nto = "/transport"')
        client.say("/map/load", 2)
        code, text = (await client.wait("/fail", 2))[2:]
        assert code == "start_failed"
        assert 'did you mean "note"' in text
        assert list(bridge.control.maps.all) == ["go"]

    run(tmp_path, scene)


def test_presets_are_saved_put_in_force_and_go_behind_what_is_asked(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.say("/preset/save", 1, "draft", "steps", 0, "seed", 11)
        await client.wait("/done", 1)
        client.say("/preset/list", 2)
        assert await client.wait("/preset/list", 2, 0) == (
            *("/preset/list", 2, 0, 1),
            "draft",
            "steps=0 seed=11",
        )
        client.say("/preset/load", 3, "draft")
        assert await client.wait("/done", 3) == ("/done", 3, "draft", "steps=0 seed=11")
        client.say("/render", 4, "song.mid", "seed", 12)
        await client.wait("/accepted", 4)
        request = bridge.takes.all()[0].record.request
        assert (request.seed, request.parameters["steps"]) == (12, 0)
        client.say("/preset/load", 5)
        assert await client.wait("/done", 5) == ("/done", 5, "", "")
        assert bridge.control.presets.in_force == {}
        client.say("/preset/save", 6, "bad", "stepz", 1)
        assert (await client.wait("/fail", 6))[2] == "unknown_parameter"
        client.say("/preset/remove", 7, "draft")
        await client.wait("/done", 7)
        client.say("/preset/load", 8, "draft")
        assert (await client.wait("/fail", 8))[2] == "not_found"

    run(tmp_path, scene)


def test_a_key_that_is_mapped_while_it_is_held_can_still_be_let_go(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        midi(bridge, 0x90, 36, 100)
        write_maps(tmp_path, '[maps.go]\nnote = 36\nto = "/transport"\narguments = ["stop"]')
        await load_maps(client)
        midi(bridge, 0x80, 36, 0)
        assert bridge.control.inputs.instrument.held == 0

    run(tmp_path, scene)


def test_ports_names_that_last() -> None:
    assert lasting_name("Launchkey:Launchkey MIDI 1 24:0") == "Launchkey:Launchkey MIDI 1"
    assert lasting_name("a2j:capture") == "a2j:capture"
    assert lasting_name("24:0") == "24:0"


@settings(max_examples=50)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=12),
            st.tuples(st.integers(128, 255), st.integers(0, 127), st.integers(0, 127)).map(bytes),
        ),
        max_size=80,
    )
)
def test_any_bytes_may_come_in(tmp_path_factory: pytest.TempPathFactory, sent: list[bytes]) -> None:
    async def scene() -> None:
        transport = Transport(48_000, lambda: 0)
        transport.choose("clock")
        following = Following(transport, lambda seconds: seconds * 48_000)
        maps = Maps(tmp_path_factory.getbasetemp(), lambda *_: None, lambda *_: None)
        changed: Callable[[str, bool], None] = lambda port, is_open: None  # noqa: E731
        inputs = MidiInputs((), "auto", following, maps, lambda *_: None, changed)
        for number, data in enumerate(sent):
            inputs.receive("keys", data, number * 0.02)
        inputs.lost("keys")
        assert inputs.instrument.held == 0
        assert not transport.running
        await inputs.close()

    asyncio.run(scene())


def test_a_lesson_for_what_cannot_be_mapped_is_refused_at_once(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        client.say("/map/learn", 1, "one", "/generat")
        assert 'did you mean "/generate"' in (await client.wait("/fail", 1))[3]
        with pytest.raises(LegatoError):
            await bridge.control.maps.learn("", "/transport", ("play",))

    run(tmp_path, scene)


def test_what_is_played_reaches_the_sinks_that_take_midi(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        heard: list[tuple[int, int, int]] = []
        bridge.player.midi = lambda *message: heard.append(message)  # type: ignore[method-assign]
        midi(bridge, 0x95, 60, 99)
        assert heard == [(0x95, 60, 99)]

    run(tmp_path, scene)


def test_what_is_in_force_holds_for_live_jobs_too(tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        bridge.control.presets.set("gain_decibels", -6.0)
        client.say("/live/start", 1, "keep_minutes", 0)
        await client.wait("/accepted", 1)
        assert bridge.takes.all()[0].record.request.parameters["gain_decibels"] == -6.0

    run(tmp_path, scene)
