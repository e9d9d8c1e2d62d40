"""JACK as a way in: what a program plays is what `live` holds, bit for bit."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import numpy as np
import psutil
import pytest

from bridge.listening import Inputs
from engine.wire import NotFound, StartFailed, Value
from tests.conftest import Server
from tests.peers.listener import Listener

pytestmark = pytest.mark.peer("jackd", "jack_wait")

RATE = 48_000
WAIT_SECONDS = 60.0


class Player:
    """A program that plays samples at its two JACK ports, once it is told to."""

    def __init__(self, server: str, audio: np.ndarray) -> None:
        jack = pytest.importorskip("jack", reason="needs JACK-Client")
        self.client = jack.Client("other", servername=server, no_start_server=True)
        self.go = threading.Event()
        self.rang_out = threading.Event()  # Two blocks after the last of it.
        self._audio = audio
        self._at = 0
        self._blocks_since = 0
        self.ports = [self.client.outports.register(f"out_{side}") for side in (1, 2)]
        self.client.set_process_callback(self._process)

    def _process(self, frames: int) -> None:
        part = self._audio[self._at : self._at + frames] if self.go.is_set() else self._audio[:0]
        for channel, port in enumerate(self.ports):
            out = port.get_array()
            out[: len(part)] = part[:, channel]
            out[len(part) :] = 0
        self._at += len(part)
        self._blocks_since += self._at == len(self._audio)
        if self._blocks_since > 3:
            self.rang_out.set()

    def wait_joined(self) -> list[str]:
        """Return what the ports are joined to, once the graph shows it for each of them."""
        names: list[str] = []
        deadline = time.monotonic() + WAIT_SECONDS
        while len(names) < 2 and time.monotonic() < deadline:
            self.rang_out.wait(0.02)
            names = [p.name for own in self.ports for p in self.client.get_all_connections(own)]
        return names


@asynccontextmanager
async def opened(options: dict[str, Value]) -> AsyncIterator[Inputs]:
    inputs = Inputs()
    await inputs.open("jack", "daw", options)
    try:
        yield inputs
    finally:
        await inputs.close_all()


@contextmanager
def playing(server: str, audio: np.ndarray) -> Iterator[Player]:
    player = Player(server, audio)
    with player.client:
        yield player


def test_what_a_program_plays_is_live(jack_server: str) -> None:
    audio = np.random.default_rng(2).uniform(-1, 1, (2 * RATE, 2)).astype(np.float32)

    async def scene(player: Player) -> Any:
        options = {"server": jack_server, "ports": "other:out_1 other:out_2"}
        async with opened(options) as inputs:
            assert await asyncio.to_thread(player.wait_joined) == [
                "legato-daw:in_1",
                "legato-daw:in_2",
            ]
            player.go.set()
            assert await asyncio.to_thread(player.rang_out.wait, WAIT_SECONDS)
            return inputs.recent("")

    with playing(jack_server, audio) as player:
        sound = asyncio.run(scene(player))
    assert sound.rate_hz == RATE
    sounding = np.flatnonzero(sound.samples.any(axis=1))
    assert np.array_equal(sound.samples[sounding[0] : sounding[-1] + 1], audio)


def test_a_client_named_whole_is_joined_port_by_port(jack_server: str) -> None:
    with playing(jack_server, np.ones((RATE, 2), np.float32)) as player:

        async def scene() -> None:
            async with opened({"server": jack_server, "ports": "other"}) as inputs:
                assert inputs.rows()[0][:4] == ("daw", "jack", RATE, 2)
                names = await asyncio.to_thread(player.wait_joined)
                assert names == ["legato-daw:in_1", "legato-daw:in_2"]
            with pytest.raises(NotFound, match="other:out_1"):
                await Inputs().open("jack", "daw", {"server": jack_server, "ports": "another"})

        asyncio.run(scene())


def test_a_server_that_hangs_does_not_keep_the_bridge(
    steady_jack_server: str, serve: Callable[..., Server]
) -> None:
    [jackd] = [p for p in psutil.Process().children() if steady_jack_server in p.cmdline()]
    server = serve()
    with Listener(server.port) as listener:
        listener.ask("/input/open", 1, "jack", "desk", "server", steady_jack_server)
        assert listener.wait("/done")[1:] == ["desk", RATE, 2]
        jackd.suspend()
        try:
            listener.ask("/input/open", 2, "jack", "other", "server", steady_jack_server)
            assert server.end() == 0
        finally:
            jackd.resume()
    assert "input hangs, and is left" in server.output


def test_without_a_server_there_is_advice() -> None:
    pytest.importorskip("jack", reason="needs JACK-Client")
    with pytest.raises(StartFailed, match="start one"):
        asyncio.run(Inputs().open("jack", "daw", {"server": "legato-no-such-server"}))
