"""The engine as a process: how it starts, whom it serves, and that it never outlives its bridge."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import psutil
import pytest

from engine import wire
from engine.wire import (
    Accepted,
    AnyToBridge,
    AnyToEngine,
    Cancel,
    Cancelled,
    Chunk,
    Done,
    Failed,
    Hello,
    Ping,
    Pong,
    Progress,
    Request,
    Shutdown,
    Submit,
    Value,
    Welcome,
)

WAIT_SECONDS = 120.0
TOKEN = "0123456789abcdef"
M = TypeVar("M", bound=AnyToBridge)
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


class Engine:
    """An engine process and its first line."""

    def __init__(self, command: Sequence[str], *, token: str = TOKEN, remote: bool = False) -> None:
        environment = {k: v for k, v in os.environ.items() if k != "LEGATO_ENGINE_TOKEN"}
        if remote:
            environment["LEGATO_ENGINE_TOKEN"] = token
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        assert self.process.stdin is not None
        if not remote:
            self.process.stdin.write(token.encode() + b"\n")
            self.process.stdin.flush()

    def port(self) -> int:
        assert self.process.stdout is not None
        ready = json.loads(self.process.stdout.readline())
        assert ready["pid"] == self.process.pid
        return int(ready["port"])

    def status(self) -> int:
        """Its exit status, once it has left of itself."""
        return self.process.wait(WAIT_SECONDS)

    def log(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


class Bridge:
    """A bridge's end of the socket."""

    def __init__(self, port: int, token: str | None = TOKEN) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        self.taken: list[AnyToBridge] = []
        if token is not None:
            self.send(Hello(token))

    def send(self, message: AnyToEngine, payload: bytes = b"") -> None:
        for part in wire.frame(message, payload):
            self.socket.sendall(part)

    def submit(self, job: str, **parameters: Value) -> None:
        self.send(Submit(job, Request("generate", "probe", 1, parameters)))

    def take(self) -> AnyToBridge:
        header_bytes, payload_bytes = wire.LENGTHS.unpack(self._read(8))
        message = wire.decode_to_bridge(self._read(header_bytes))
        self._read(payload_bytes)
        self.taken.append(message)
        return message

    def until(self, kind: type[M]) -> M:
        while True:
            if isinstance(message := self.take(), kind):
                return message

    def is_shut(self) -> bool:
        """Whether the engine closes, after whatever it has still to say."""
        try:
            while self.socket.recv(1 << 20):
                pass
        except ConnectionResetError:
            pass
        return True

    def close(self) -> None:
        self.socket.close()

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data


@pytest.fixture
def start(probe_command: list[str]) -> Iterator[Callable[..., Engine]]:
    engines: list[Engine] = []

    def begin(*arguments: str, **settings: Any) -> Engine:
        engines.append(Engine([*probe_command, "--device", "cpu", *arguments], **settings))
        return engines[-1]

    yield begin
    for engine in engines:
        engine.close()


@pytest.fixture
def connect() -> Iterator[Callable[..., Bridge]]:
    bridges: list[Bridge] = []

    def begin(port: int, token: str | None = TOKEN) -> Bridge:
        bridges.append(Bridge(port, token))
        return bridges[-1]

    yield begin
    for bridge in bridges:
        bridge.close()


Start = Callable[..., Engine]
Connect = Callable[..., Bridge]


def test_a_job_over_a_real_socket(start: Start, connect: Connect) -> None:
    engine = start()
    bridge = connect(engine.port())
    welcome = bridge.take()
    assert isinstance(welcome, Welcome)
    assert (welcome.pid, welcome.device) == (engine.process.pid, "cpu")
    assert "probe" in [model.name for model in welcome.models]
    bridge.submit("a", windows=3)
    assert bridge.until(Done) == Done("a", 12_000)
    chunks = [m for m in bridge.taken if isinstance(m, Chunk)]
    assert [c.first_frame for c in chunks] == [0, 4_000, 8_000]
    bridge.send(Shutdown())
    assert engine.status() == 0


def test_ping_and_cancel_in_the_middle_of_a_window(start: Start, connect: Connect) -> None:
    bridge = connect(start().port())
    bridge.submit("a", steps=1_000_000_000)
    bridge.until(Progress)
    bridge.send(Ping(7))
    pong = bridge.until(Pong)
    assert (pong.sequence, pong.jobs) == (7, 1)
    bridge.send(Cancel("a"))
    assert bridge.until(Cancelled) == Cancelled("a")
    bridge.submit("b", windows=1)
    assert bridge.until(Done).job == "b"


def test_ping_is_answered_while_a_window_hangs(start: Start, connect: Connect) -> None:
    bridge = connect(start().port())
    bridge.submit("a", fault="hang")
    bridge.until(Accepted)
    stalled = [0.0]
    while stalled[-1] < 0.2:
        bridge.send(Ping(1))
        stalled.append(bridge.until(Pong).stalled_seconds)


def test_a_wrong_token(start: Start, connect: Connect) -> None:
    port = start().port()
    stranger = connect(port, "guessed")
    assert stranger.until(Failed).code == "unauthorized"
    assert stranger.is_shut()
    assert isinstance(connect(port).take(), Welcome)


def test_four_gigabytes_announced_by_a_bridge_are_not_waited_for(
    start: Start, connect: Connect
) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.until(Welcome)
    bridge.socket.sendall(b"\xff" * 8)
    assert bridge.is_shut()
    assert engine.status() == 0
    assert "4294967295" in engine.log()


def test_nothing_but_loopback_without_a_token(start: Start) -> None:
    engine = start("--host", "0.0.0.0")
    assert engine.status() == 2
    assert "LEGATO_ENGINE_TOKEN" in engine.log()


def test_no_token_no_engine(start: Start) -> None:
    engine = start(token="")
    assert engine.status() == 2
    assert "no token came" in engine.log()


def test_a_device_that_is_not_there(start: Start) -> None:
    engine = start("--device", "toaster")
    assert engine.status() == 2
    assert "toaster" in engine.log()


def test_a_taken_port(start: Start) -> None:
    port = start().port()
    engine = start("--port", str(port))
    assert engine.status() == 2
    assert str(port) in engine.log()


@pytest.mark.parametrize("fault", ["none", "hang"])
def test_end_of_stdin_ends_a_child(start: Start, connect: Connect, fault: str) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.submit("a", fault=fault, steps=1_000_000 if fault == "none" else 1)
    bridge.until(Accepted)
    assert engine.process.stdin is not None
    engine.process.stdin.close()
    assert engine.status() == 0
    assert bridge.is_shut()


def test_end_of_stdin_ends_a_child_that_nobody_called(start: Start) -> None:
    engine = start()
    engine.port()
    assert engine.process.stdin is not None
    engine.process.stdin.close()
    assert engine.status() == 0


@pytest.mark.parametrize("fault", ["none", "hang"])
def test_end_of_the_socket_ends_a_child(start: Start, connect: Connect, fault: str) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.submit("a", fault=fault, steps=1_000_000 if fault == "none" else 1)
    bridge.until(Accepted)
    bridge.close()
    assert engine.status() == 0


@posix
def test_sigterm_leaves_and_sigint_does_not(start: Start, connect: Connect) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.submit("a", steps=1_000_000_000)
    bridge.until(Accepted)
    engine.process.send_signal(signal.SIGINT)
    bridge.send(Ping(1))
    assert bridge.until(Pong).jobs == 1
    engine.process.terminate()
    assert bridge.until(Cancelled) == Cancelled("a")
    assert engine.status() == 0


def test_shutdown_from_the_middle_of_a_window_that_hangs(start: Start, connect: Connect) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.submit("a", fault="hang")
    bridge.until(Accepted)
    bridge.send(Shutdown())
    assert bridge.until(Cancelled) == Cancelled("a")
    assert engine.status() == 0


def test_a_broken_device_ends_the_process_after_what_was_finished(
    start: Start, connect: Connect
) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.submit("a", fault="device", at=2)
    with pytest.raises(EOFError):
        bridge.until(Done)
    assert [m.window for m in bridge.taken if isinstance(m, Chunk)] == [0, 1]
    assert not any(isinstance(m, Failed) for m in bridge.taken)
    assert engine.status() == 3


def test_a_bridge_that_does_not_read_stops_the_rendering(start: Start, connect: Connect) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.submit("a", windows=100_000, frames=100_000)
    bridge.until(Chunk)
    process = psutil.Process(engine.process.pid)
    wait_until_at_rest(process)
    assert process.memory_info().rss < 512 << 20
    for _ in range(50):
        bridge.until(Chunk)
    chunks = [m.window for m in bridge.taken if isinstance(m, Chunk)]
    assert chunks == list(range(51))
    wait_until_at_rest(process)
    bridge.send(Cancel("a"))
    bridge.until(Cancelled)


def wait_until_at_rest(process: psutil.Process) -> None:
    """Wait until a process has used no time for a while."""
    deadline = time.monotonic() + WAIT_SECONDS
    used, quiet = -1.0, 0
    while quiet < 10:
        assert time.monotonic() < deadline, "it goes on and on"
        before, used = used, sum(process.cpu_times()[:2])
        quiet = quiet + 1 if used == before else 0
        time.sleep(0.02)


def test_a_bridge_that_writes_and_never_reads_is_not_read_either(
    start: Start, connect: Connect
) -> None:
    engine = start()
    bridge = connect(engine.port())
    bridge.until(Welcome)
    bridge.socket.settimeout(1.0)
    nobody = Request("generate", "nobody")
    flood = b"".join(wire.frame(Submit(f"{i:0200}", nobody))[0] for i in range(200_000))
    with pytest.raises(TimeoutError):
        bridge.socket.sendall(flood)
    assert psutil.Process(engine.process.pid).memory_info().rss < 512 << 20


def test_a_remote_engine_serves_one_bridge_after_another(start: Start, connect: Connect) -> None:
    engine = start(remote=True)
    assert engine.process.stdin is not None
    engine.process.stdin.close()
    port = engine.port()
    first = connect(port)
    first.submit("a", steps=1_000_000_000)
    first.until(Accepted)
    second = connect(port)
    assert second.until(Failed).code == "queue_full"
    assert second.is_shut()
    first.close()
    third = wait_for_welcome(connect, port)
    third.submit("a", windows=1)
    assert third.until(Done) == Done("a", 4_000)
    third.send(Ping(1))
    assert third.until(Pong).jobs == 0


def wait_for_welcome(connect: Connect, port: int) -> Bridge:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        bridge = connect(port)
        if isinstance(bridge.take(), Welcome):
            return bridge
    raise AssertionError("nobody is let in any more")


def test_a_remote_engine_wants_the_configured_token(start: Start, connect: Connect) -> None:
    port = start(remote=True, token="configured").port()
    assert connect(port, TOKEN).until(Failed).code == "unauthorized"
    assert isinstance(connect(port, "configured").take(), Welcome)


@posix
def test_the_engine_gives_way_to_the_bridge(start: Start) -> None:
    engine = start()
    engine.port()
    assert psutil.Process(engine.process.pid).nice() > psutil.Process().nice()
