"""JACK MIDI as a player: a real sender, in a process of its own, played over real ports."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from bridge.midi import ports
from bridge.midi.instrument import Instrument, is_channel_message
from bridge.midi.ports import Ports
from bridge.midi.systems import Backends, list_inputs
from bridge.midi.watching import Looked, News
from tests.peers.listener import Listener

pytestmark = pytest.mark.peer("jackd", "jack_wait")

WAIT_SECONDS = 60.0
END_SECONDS = 10.0
LOOKS = 3000
LATE_LOOKS = 5  # A port is tried at the second one.

# Does what it is told, a line each, and says when it is done.
PLAYER = """
import select, sys, time, rtmidi

def opened():
    out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "player")
    out.open_virtual_port("out")
    return out

def closed(out):
    out.close_port()
    out.delete()

def storm(out, seconds, rate):
    began, sent, held, total = time.monotonic(), 0, [], int(seconds * rate)
    while sent < total:
        due = min(total, int((time.monotonic() - began) * rate))
        while sent < due:
            if sent % 2:
                key = held.pop(0)
                out.send_message([0x80 | key & 15, key >> 4, 0])
            else:
                key = sent // 2 % 2048
                held.append(key)
                out.send_message([0x90 | key & 15, key >> 4, 100])
            sent += 1
        time.sleep(0.001)

def clock(out, bpm):
    out.send_message([0xFA])
    period, due = 60 / bpm / 24, time.monotonic()
    while not select.select([sys.stdin], [], [], 0)[0]:  # Until it is told something else.
        out.send_message([0xF8])
        due = max(due + period, time.monotonic())  # What a busy machine held up is not made up for.
        time.sleep(max(0.0, due - time.monotonic()))

out = opened()
print("ready", flush=True)
for line in sys.stdin:
    word, *numbers = line.split()
    numbers = [float(number) for number in numbers]
    if word == "send":
        out.send_message([int(number) for number in numbers])
    elif word == "dump":
        out.send_message([0xF0, *[1] * int(numbers[0]), 0xF7])
    elif word == "storm":
        storm(out, *numbers)
    elif word == "clock":
        clock(out, *numbers)
    elif word == "away":
        closed(out)
    elif word == "back":
        out = opened()
    elif word == "end":
        break
    print("done", flush=True)
closed(out)
"""


class Player:
    """The sending process."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", PLAYER]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self._line() == "ready"

    def tell(self, text: str) -> None:
        """Give an order, and return once it is done."""
        self.begin(text)
        assert self._line() == "done"

    def begin(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def end(self) -> None:
        """Let it close its port: a server that waits for its clients waits for a dead one, too.

        Where the server went first, the library waits for it for ever, and is not waited for.
        """
        self.begin("end")
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(WAIT_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@contextmanager
def playing(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    pytest.importorskip("rtmidi", reason="needs python-rtmidi")
    monkeypatch.setenv("JACK_DEFAULT_SERVER", server)
    found = Player()
    yield found
    found.end()


@pytest.fixture
def player(jack_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    with playing(jack_server, monkeypatch) as found:
        yield found


@pytest.fixture
def steady_player(steady_jack_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    """A player at a server that does not wait for a client that hangs."""
    with playing(steady_jack_server, monkeypatch) as found:
        yield found


def watches() -> list[psutil.Process]:
    """Return the processes that listen to ports for this one."""
    mine = psutil.Process().children()
    return [process for process in mine if "bridge.midi.watching" in " ".join(process.cmdline())]


def watch_process() -> psutil.Process:
    """Return the one process that listens to ports."""
    [process] = watches()
    return process


class Desk:
    """Ports that play an instrument, and everything that happened."""

    def __init__(self, *wanted: str) -> None:
        self.played: list[tuple[int, int, int]] = []
        self.arrivals: list[float] = []
        self.others: list[bytes] = []
        self.changes: list[tuple[str, bool]] = []
        self.instrument = Instrument(lambda *message: self.played.append(message[:3]))
        self.ports = Ports(wanted, self._receive, self._changed, self._lost, "jack")
        self.looks = 0
        self._take, self.ports._take = self.ports._take, self._hear  # type: ignore[method-assign]
        self._more = asyncio.Event()

    def _hear(self, news: News) -> None:
        self._take(news)
        self.looks += isinstance(news, Looked)
        self._more.set()

    def _receive(self, port: str, data: bytes, arrival_seconds: float) -> None:
        self.arrivals.append(arrival_seconds)
        if is_channel_message(data):
            self.instrument.message(port, data, arrival_seconds)
        else:
            self.others.append(data)
        self._more.set()

    def _changed(self, port: str, is_open: bool) -> None:
        self.changes.append((port, is_open))
        self._more.set()

    def _lost(self, port: str) -> None:
        self.instrument.release(port, time.monotonic())

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                self._more.clear()
                await self._more.wait()

    async def __aenter__(self) -> Desk:
        self._task = asyncio.create_task(self.ports.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.ports.close()


async def storm(player: Player, seconds: float) -> None:
    """Play 10,000 messages a second, and never more ahead than the sending library holds."""
    async with Desk("player") as desk:
        await desk.until(lambda: desk.changes == [("player:out", True)])
        for messages in range(1_000, int(seconds * 10_000) + 1, 1_000):
            await asyncio.to_thread(player.tell, "storm 0.1 10000")
            await desk.until(lambda due=messages: desk.ports.messages >= due)
        assert desk.ports.messages == int(seconds * 10_000)
        assert desk.ports.left_messages == 0
        assert desk.instrument.held == 0
        assert desk.arrivals == sorted(desk.arrivals)


def test_ten_thousand_messages_a_second_leave_no_note_hanging(player: Player) -> None:
    asyncio.run(storm(player, 2.0))


@pytest.mark.long
def test_ten_thousand_messages_a_second_for_ten_minutes(player: Player) -> None:
    asyncio.run(storm(player, 600.0))


def test_a_port_that_goes_and_comes_is_opened_again(player: Player) -> None:
    async def scene() -> None:
        async with Desk("PLAYER", "no such port") as desk:
            await desk.until(lambda: desk.changes == [("player:out", True)])
            player.tell("send 144 60 100")
            await desk.until(lambda: desk.instrument.held == 1)
            player.tell("away")
            await desk.until(lambda: desk.changes[1:] == [("player:out", False)])
            assert desk.played == [(0x90, 60, 100), (0x80, 60, 0)]
            player.tell("back")
            await desk.until(lambda: desk.changes[2:] == [("player:out", True)])
            player.tell("send 144 62 90")
            await desk.until(lambda: desk.played[-1] == (0x90, 62, 90))

    asyncio.run(scene())


def test_a_watch_that_hangs_is_begun_again(
    steady_player: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "STUCK_SECONDS", 5.0)

    async def scene() -> None:
        async with Desk("player") as desk:
            await desk.until(lambda: desk.changes == [("player:out", True)])
            steady_player.tell("send 144 60 100")
            await desk.until(lambda: desk.instrument.held == 1)
            watch_process().suspend()
            await desk.until(lambda: len(desk.changes) == 3)
            assert desk.changes[1:] == [("player:out", False), ("player:out", True)]
            assert desk.instrument.held == 0
            steady_player.tell("send 144 62 90")
            await desk.until(lambda: desk.played[-1] == (0x90, 62, 90))

    asyncio.run(scene())


def test_a_watch_that_hangs_does_not_keep_the_ports_from_being_closed(
    steady_player: Player,
) -> None:
    async def scene() -> None:
        async with Desk("player") as desk:
            await desk.until(lambda: desk.changes == [("player:out", True)])
            watch_process().suspend()
        assert desk.changes[1:] == [("player:out", False)]
        assert not watches()

    asyncio.run(scene())


def test_ports_are_named_while_others_come_and_go(player: Player, jack_server: str) -> None:
    jack = pytest.importorskip("jack", reason="needs JACK-Client")
    client = jack.Client("restless", servername=jack_server, no_start_server=True)
    ended = threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            client.midi_outports.register("here").unregister()

    backends = Backends("jack")
    looker = backends.client("looker")
    with client:
        restless = threading.Thread(target=come_and_go)
        restless.start()
        try:
            names = [backends.ports(looker) for _ in range(LOOKS)]
        finally:
            ended.set()
            restless.join()
    looker.delete()
    assert all("player:out" in found for found in names)
    assert any("restless:here" in found for found in names)


def test_a_port_whose_client_is_activated_late_is_heard_from_then_on(
    player: Player, jack_server: str
) -> None:
    jack = pytest.importorskip("jack", reason="needs JACK-Client")
    client = jack.Client("latecomer", servername=jack_server, no_start_server=True)
    keys = client.midi_outports.register("keys")
    notes = [bytes([0x90, 60, 100])]

    def process(frames: int) -> None:
        keys.clear_buffer()
        if desk.changes and notes:
            keys.write_midi_event(0, notes.pop())

    async def scene() -> None:
        async with desk:
            await desk.until(lambda: desk.looks == LATE_LOOKS)
            assert desk.changes == []
            client.set_process_callback(process)
            client.activate()
            await desk.until(lambda: desk.instrument.held == 1)
            assert desk.changes == [("latecomer:keys", True)]
            await asyncio.to_thread(client.close)
            await desk.until(lambda: desk.changes[1:] == [("latecomer:keys", False)])
            assert desk.instrument.held == 0

    desk = Desk("latecomer")
    asyncio.run(scene())


def test_several_ports_and_one_of_our_own(player: Player) -> None:
    async def scene() -> None:
        async with Desk("virtual:Notes", "player") as desk:
            await desk.until(lambda: len(desk.changes) == 2)
            assert {name for name, _ in desk.changes} == {"virtual:Notes", "player:out"}
            assert list_inputs("jack") == ("jack", ("player:out",))

    asyncio.run(scene())


def test_dumps_and_system_messages_do_no_harm(player: Player) -> None:
    async def scene() -> None:
        async with Desk("player") as desk:
            await desk.until(lambda: bool(desk.changes))
            for order in ("dump 4000", "dump 8", "send 248", "send 242 5 1", "send 144 60 100"):
                player.tell(order)
            await desk.until(lambda: desk.instrument.held == 1)
            assert desk.others == [bytes([0xF0, *[1] * 8, 0xF7]), b"\xf8", b"\xf2\x05\x01"]
            for order in ("send 240 1 2 248 3 247", "send 128 60 0"):
                player.tell(order)
            await desk.until(lambda: desk.instrument.held == 0)
            assert desk.others[3:] == [b"\xf8", bytes([0xF0, 1, 2, 3, 0xF7])]

    asyncio.run(scene())


def test_a_server_follows_a_clock_and_gives_what_is_mapped(
    player: Player, tmp_path: Path, serve: Callable, environ: dict[str, str]
) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "maps.toml").write_text(
        '[maps.go]\nnote = 36\nto = "/render"\narguments = ["song.mid"]\n'
    )
    environ |= {
        "JACK_DEFAULT_SERVER": os.environ["JACK_DEFAULT_SERVER"],
        "LEGATO_MIDI_INPUTS": "player",
        "LEGATO_MIDI_BACKEND": "jack",
        "LEGATO_TRANSPORT_SOURCE": "clock",
        "LEGATO_SETTINGS_FOLDER": str(settings),
    }
    server = serve()
    with Listener(server.port) as remote:
        remote.ask("/notify", 1, "midi", "transport", "jobs")
        server.wait_line("MIDI port open")
        remote.ask("/midi/ports", 1)
        assert remote.wait("/midi/ports") == [1, 0, 1, "player:out"]
        player.begin("clock 120")
        # On a busy machine its pulses come unevenly, for a while.
        state = remote.wait(
            "/transport",
            lambda fields: (
                fields[0] == "playing"
                and fields[2] >= 4
                and fields[3] == pytest.approx(120, rel=0.05)
            ),
        )
        assert state[6:] == ["clock", "player:out"]
        player.begin("silence")
        remote.wait("/transport", lambda fields: fields[0] == "stopped")
        player.begin("send 144 36 100")
        assert remote.wait("/job")[1] == "queued"
    server.end()


def test_a_parameter_of_14_bits_turns_what_it_is_mapped_to(
    player: Player, tmp_path: Path, serve: Callable, environ: dict[str, str]
) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "maps.toml").write_text(
        '[maps.speed]\nnrpn = 1234\nto = "/transport"\narguments = ["tempo", "{100..200}"]\n'
    )
    environ |= {
        "JACK_DEFAULT_SERVER": os.environ["JACK_DEFAULT_SERVER"],
        "LEGATO_MIDI_INPUTS": "player",
        "LEGATO_MIDI_BACKEND": "jack",
        "LEGATO_SETTINGS_FOLDER": str(settings),
    }
    server = serve()
    with Listener(server.port) as remote:
        remote.ask("/notify", 1, "transport")
        server.wait_line("MIDI port open")
        for number, value in ((99, 1234 >> 7), (98, 1234 & 0x7F)):
            player.tell(f"send 176 {number} {value}")
        for coarse, fine in ((100, 77), (20, 3)):
            player.tell(f"send 176 6 {coarse}")
            player.tell(f"send 176 38 {fine}")
            exact = pytest.approx(100 + 100 * (coarse << 7 | fine) / 0x3FFF, abs=0.001)
            remote.wait("/transport", lambda fields, exact=exact: fields[3] == exact)
    server.end()
