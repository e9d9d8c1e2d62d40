"""The engine's clients: the same events over a socket and in this process, and no way to hang."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import selectors
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from bridge.client import EngineClient, InProcessClient, Lost, SocketClient
from bridge.link import Patience, Retries
from engine import wire
from engine.discovery import Models
from engine.loop import Loop
from engine.wire import (
    Accepted,
    AnyToBridge,
    Cancel,
    Cancelled,
    Chunk,
    Done,
    EngineLost,
    Failed,
    Ping,
    Pong,
    Progress,
    Request,
    Submit,
    Value,
    Welcome,
)

WAIT_SECONDS = 120.0
TOKEN = "a token of this test"
PROMPT = Patience(ready_seconds=WAIT_SECONDS, retry_seconds=0.01)
QUICK = replace(PROMPT, ping_seconds=0.02)  # For stand-ins alone: a busy engine may take longer.
T = TypeVar("T")


def run(test: Coroutine[Any, Any, T]) -> T:
    async def within_time() -> T:
        async with asyncio.timeout(WAIT_SECONDS):
            return await test

    return asyncio.run(within_time())


class Ear:
    """Hears a client's events one by one."""

    def __init__(self, client: EngineClient) -> None:
        self.client = client
        self._events = client.events()
        self.heard: list[tuple[AnyToBridge | Lost, bytes]] = []

    async def next(self) -> AnyToBridge | Lost:
        message, payload = await anext(self._events)
        self.heard.append((message, bytes(payload)))
        return message

    async def until(self, *kinds: type) -> Any:
        while True:
            if isinstance(message := await self.next(), kinds):
                return message

    async def submit(self, job: str, seed: int = 1, **parameters: Value) -> None:
        await self.client.send(Submit(job, Request("generate", "probe", seed, parameters)))

    def chunks(self) -> list[tuple[int, bytes]]:
        return [(m.window, payload) for m, payload in self.heard if isinstance(m, Chunk)]

    async def rest(self) -> list[AnyToBridge | Lost]:
        return [message async for message, _ in self._events]


@asynccontextmanager
async def hearing(client: EngineClient) -> AsyncIterator[Ear]:
    try:
        yield Ear(client)
    finally:
        await client.close()


def free_port() -> int:
    """Return a TCP port so low that no system gives it to a socket that asks for any."""
    while True:
        with (
            contextlib.suppress(OSError),
            socket.create_server(("127.0.0.1", random.randrange(10_000, 20_000))) as server,
        ):
            return int(server.getsockname()[1])


@pytest.fixture
def remote(probe_command: list[str]) -> Iterator[Callable[[int], subprocess.Popen[bytes]]]:
    """Starts a long-running engine on a port; it can be reached once it has said its line."""
    engines: list[subprocess.Popen[bytes]] = []

    def start(port: int) -> subprocess.Popen[bytes]:
        engine = subprocess.Popen(
            [*probe_command, "--port", str(port), "--device", "cpu"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LEGATO_ENGINE_TOKEN": TOKEN},
        )
        engines.append(engine)
        assert engine.stdout is not None
        assert engine.stdout.readline()
        return engine

    yield start
    for engine in engines:
        engine.kill()
        engine.communicate()


Remote = Callable[[int], "subprocess.Popen[bytes]"]


async def render(client: EngineClient) -> list[tuple[int, bytes]]:
    async with hearing(client) as ear:
        assert isinstance(await ear.next(), Welcome)
        await ear.submit("a", windows=5)
        assert await ear.until(Done, Failed) == Done("a", 20_000)
        return ear.chunks()


def test_in_process_and_over_a_socket_the_same_bytes_come(
    probe_models: Models, remote: Remote
) -> None:
    port = free_port()
    remote(port)
    here = run(render(InProcessClient(Loop(probe_models))))
    there = run(render(SocketClient("127.0.0.1", port, TOKEN)))
    assert len(here) == 5
    assert here == there


# In process


def test_in_process_cancel_in_the_middle_of_a_window(probe_models: Models) -> None:
    async def test() -> None:
        async with hearing(InProcessClient(Loop(probe_models))) as ear:
            await ear.until(Welcome)
            await ear.submit("a", steps=1_000_000_000)
            await ear.until(Accepted)
            await ear.client.send(Cancel("a"))
            assert await ear.until(Cancelled) == Cancelled("a")
            await ear.client.send(Ping(4))
            assert (await ear.until(Pong)).sequence == 4

    run(test())


def test_in_process_a_slow_bridge_slows_the_engine(probe_models: Models) -> None:
    async def test() -> None:
        async with hearing(InProcessClient(Loop(probe_models))) as ear:
            await ear.until(Welcome)
            await ear.submit("a", windows=10_000, frames=10)
            await ear.until(Chunk)
            while True:
                await ear.client.send(Ping(1))
                if isinstance(await ear.next(), Pong):
                    break
            await ear.client.send(Cancel("a"))
            await ear.until(Cancelled)
            assert len(ear.chunks()) < 50

    run(test())


class Dawdler(Loop):
    """A loop that is hindered between its sessions' end and its own."""

    def __init__(self, models: Models) -> None:
        super().__init__(models)
        self._here = asyncio.get_running_loop()

    def run(self) -> None:
        try:
            super().run()
        finally:
            for _ in range(10):  # Who listens gets so many turns.
                turn = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._here)
                turn.result(WAIT_SECONDS)


@pytest.mark.parametrize("kind", [Loop, Dawdler])
def test_in_process_a_broken_device_is_lost_for_good(
    probe_models: Models, kind: type[Loop]
) -> None:
    async def test() -> None:
        async with hearing(InProcessClient(kind(probe_models))) as ear:
            await ear.until(Welcome)
            await ear.submit("a", fault="device")
            assert isinstance(await ear.until(Lost), Lost)
            assert ear.client.state == "lost"
            assert await ear.rest() == []
            with pytest.raises(EngineLost):
                await ear.submit("b")

    run(test())


def test_in_process_close_ends_what_runs(probe_models: Models) -> None:
    async def test() -> None:
        ear = Ear(InProcessClient(Loop(probe_models)))
        await ear.until(Welcome)
        await ear.submit("a", steps=1_000_000_000)
        await ear.until(Accepted)
        await ear.client.close()
        assert ear.client.state == "closed"
        assert Cancelled("a") in await ear.rest()

    run(test())


def test_a_client_never_heard_can_be_closed(probe_models: Models) -> None:
    async def test() -> None:
        for client in (InProcessClient(Loop(probe_models)), SocketClient("127.0.0.1", 1, TOKEN)):
            with pytest.raises(EngineLost):
                await client.send(Ping(1))
            await client.close()
            assert client.state == "closed"

    run(test())


# Over a socket


def test_an_engine_that_dies_is_found_again(remote: Remote) -> None:
    port = free_port()

    async def test() -> None:
        first = remote(port)
        async with hearing(SocketClient("127.0.0.1", port, TOKEN, patience=PROMPT)) as ear:
            assert (await ear.until(Welcome)).pid == first.pid
            assert ear.client.state == "ready"
            await ear.submit("a", steps=1_000_000_000)
            await ear.until(Accepted)
            first.kill()
            await ear.until(Lost)
            assert ear.client.state == "lost"
            with pytest.raises(EngineLost):
                await ear.submit("b")
            second = remote(port)
            assert (await ear.until(Welcome)).pid == second.pid
            await ear.submit("b")
            assert await ear.until(Done) == Done("b", 16_000)

    run(test())


def test_a_remote_engine_stays_when_a_bridge_leaves(remote: Remote) -> None:
    port = free_port()
    remote(port)
    assert run(render(SocketClient("127.0.0.1", port, TOKEN, patience=PROMPT)))
    assert run(render(SocketClient("127.0.0.1", port, TOKEN, patience=PROMPT)))


def test_a_wrong_token_is_told(remote: Remote) -> None:
    port = free_port()
    remote(port)

    async def test() -> None:
        async with hearing(SocketClient("127.0.0.1", port, "guess", patience=PROMPT)) as ear:
            assert "token is wrong" in (await ear.until(Lost)).text

    run(test())


def test_nobody_there_is_told_and_tried_again_ever_more_rarely() -> None:
    async def test() -> None:
        async with hearing(SocketClient("127.0.0.1", free_port(), TOKEN, patience=QUICK)) as ear:
            for _ in range(QUICK.budget_restarts + 1):
                assert "running" in (await ear.until(Lost)).text
            waiting = asyncio.ensure_future(ear.next())
            await asyncio.sleep(0)
            assert ear.client.state == "degraded"
            await ear.client.close()
            with pytest.raises(StopAsyncIteration):
                await waiting

    run(test())


def test_retries_wait_ever_longer_and_the_budget_is_given_back() -> None:
    retries = Retries(Patience(budget_restarts=3, budget_period_seconds=60, retry_seconds=0.5))
    assert [retries.next_delay(now) for now in (0.0, 1.0, 2.0)] == [
        (0.0, False),
        (0.5, False),
        (1.0, False),
    ]
    assert retries.next_delay(3.0) == (15.0, True)
    assert retries.next_delay(100.0) == (0.0, False)


@asynccontextmanager
async def engine_that(
    behaves: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]],
) -> AsyncIterator[Ear]:
    """A client of an engine that is not one of ours."""
    writers: list[asyncio.StreamWriter] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await behaves(reader, writer)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, hearing(SocketClient("127.0.0.1", port, TOKEN, patience=QUICK)) as ear:
        yield ear
        await ear.client.close()
        for writer in writers:
            writer.close()


def say(writer: asyncio.StreamWriter, message: AnyToBridge, payload: bytes = b"") -> None:
    for part in wire.frame(message, payload):
        writer.write(part)


@pytest.mark.parametrize(
    "words",
    [
        struct.pack("<II", 2**32 - 1, 2**32 - 1),
        struct.pack("<II", 5, 0) + b"abcde",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        wire.frame(Done("a", 1))[0],
        wire.frame(Welcome("cpu", 1, (), version=9))[0],
        b"",
    ],
)
def test_whoever_answers_something_else_is_no_engine(words: bytes) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        writer.close()

    async def test() -> None:
        async with engine_that(behave) as ear:
            assert isinstance(await ear.next(), Lost)

    run(test())


def test_an_engine_that_falls_silent_is_no_longer_ready_and_then_lost() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say(writer, Welcome("cpu", 1, ()))

    async def test() -> None:
        async with engine_that(behave) as ear:
            await ear.until(Welcome)
            lost = asyncio.ensure_future(ear.until(Lost))
            states = {ear.client.state}
            while not lost.done():
                await asyncio.sleep(0.001)
                states.add(ear.client.state)
            assert "unanswered" in (await lost).text
            assert states == {"ready", "lost"}

    run(test())


def test_an_engine_that_loads_may_be_silent_for_longer() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say(writer, Welcome("cpu", 1, ()))
        say(writer, Progress("a", 0, 0.0, "load"))
        for _ in range(4 * QUICK.dead_pings):
            lengths = wire.LENGTHS.unpack(await reader.readexactly(8))
            await reader.readexactly(lengths[0])
        say(writer, Done("a", 7))

    async def test() -> None:
        async with engine_that(behave) as ear:
            await ear.until(Progress)
            done = asyncio.ensure_future(ear.until(Done, Lost))
            states = set()
            while not done.done():
                states.add(ear.client.state)
                await asyncio.sleep(0.001)
            assert await done == Done("a", 7)
            assert states == {"ready"}
            assert isinstance(await ear.next(), Lost), "once it has loaded, silence counts again"

    run(test())


def test_silence_that_nobody_listens_to_is_not_held_against_the_engine() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say(writer, Welcome("cpu", 1, ()))
        pings = 0
        while pings < 2 * QUICK.dead_pings:
            lengths = wire.LENGTHS.unpack(await reader.readexactly(8))
            pings += isinstance(wire.decode_to_engine(await reader.readexactly(lengths[0])), Ping)
        say(writer, Done("a", 7))
        heard.set()

    async def test() -> None:
        async with engine_that(behave) as ear:
            await ear.until(Welcome)
            await heard.wait()
            assert await ear.next() == Done("a", 7)

    heard = asyncio.Event()
    run(test())


def test_an_engine_that_makes_no_progress_for_too_long_is_lost() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say(writer, Welcome("cpu", 1, ()))
        say(writer, Pong(1, 1, QUICK.stall_seconds + 1.0))

    async def test() -> None:
        async with engine_that(behave) as ear:
            assert "no progress" in (await ear.until(Lost)).text

    run(test())


class Turns(selectors.DefaultSelector):
    """Counts how often an event loop turns."""

    count = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.count += 1
        return super().select(timeout)


def test_between_pings_the_bridge_sleeps() -> None:
    """Python 3.12 takes all of its time to write what is empty, where it is written in parts."""
    pings = 20

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say(writer, Welcome("cpu", 1, ()))
        for sequence in range(pings):
            lengths = wire.LENGTHS.unpack(await reader.readexactly(8))
            await reader.readexactly(lengths[0])
            say(writer, Pong(sequence, 1, 0.0))
        say(writer, Done("a", 7))

    async def test() -> None:
        async with engine_that(behave) as ear:
            await ear.until(Welcome)
            turns.count = 0
            await ear.until(Done)

    turns = Turns()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(turns)) as runner:
        runner.run(asyncio.wait_for(test(), WAIT_SECONDS))
    assert turns.count < 20 * pings


def test_close_does_not_wait_for_an_engine_that_never_answers() -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()

    async def test() -> None:
        async with engine_that(behave) as ear:
            waiting = asyncio.ensure_future(ear.next())
            await called.wait()
            await ear.client.close()
            with pytest.raises(StopAsyncIteration):
                await waiting

    called = asyncio.Event()
    run(test())


def test_a_large_payload_comes_whole() -> None:
    payload = os.urandom(9_000_001)
    chunk = Chunk("a", 0, 1, 0, 1, 1, 48_000, 0, 0.0)

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say(writer, Welcome("cpu", 1, ()))
        say(writer, chunk, payload)

    async def test() -> None:
        async with engine_that(behave) as ear:
            assert await ear.until(Chunk) == chunk
            assert ear.heard[-1][1] == payload

    run(test())
