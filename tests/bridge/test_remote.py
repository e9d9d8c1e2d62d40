"""The command line's way to a running server, against the real front door and broken ones."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge import remote
from bridge.osc.calls import Call
from bridge.osc.front import FrontDoor
from bridge.osc.server import serve
from bridge.remote import RemoteServer, Reply, error_of, reachable
from engine.wire import BadFrame, EngineLost, ForbiddenPath, LegatoError, NotFound, Unauthorized

STATUS = ("ready", 2, 12.5, 0.5, 3, 48_000, 7.0, 1)
HOST = "127.0.0.1"


class House:
    """A handler behind a real front door that answers as a server does."""

    def __init__(self) -> None:
        self.rendered: list[Call] = []
        self.cancelled: list[int | str] = []
        self.cancel_came = threading.Event()
        self.endless = False
        self.takes = [("20260101-000000-abcd", "done", "render", "tone", 1.5, "a song")] * 3

    def __call__(self, call: Call) -> None:
        getattr(self, call.command.address.replace("/", "_"))(call)

    def _ping(self, call: Call) -> None:
        call.answer("1.2.3")

    def _status(self, call: Call) -> None:
        call.answer(*STATUS)

    def _models(self, call: Call) -> None:
        call.answer_rows([("tone", 48_000, 2, "render", "gain=1.0", "Apache-2.0", "sines")])

    def _take_list(self, call: Call) -> None:
        call.answer_rows(self.takes[: call.parameters["limit"]])

    def _cancel(self, call: Call) -> None:
        target = call.arguments["target"]
        self.cancelled.append(target)
        self.cancel_came.set()
        if target == "absent":
            raise NotFound("no such request")
        call.answer(target)

    def _render(self, call: Call) -> None:
        self.rendered.append(call)
        if call.arguments["score"] == "/etc/passwd":
            raise ForbiddenPath("outside")
        call.accepted(0, 1.5)
        call.progress(0.5, "render")
        call.window(0, 1, 0.0, 2.0)
        if not self.endless:
            call.done(2.0, 48_000, "/takes/x/audio.wav")


@contextlib.contextmanager
def serving(handler: Callable[[Call], None], token: str = "") -> Iterator[int]:
    """Run a front door in a thread of its own; yields its port."""
    ready, ports = threading.Event(), []
    stop: list[Callable[[], object]] = []

    async def run() -> None:
        server = await serve(HOST, 0, FrontDoor(handler, token=token))
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        stop.append(lambda: loop.call_soon_threadsafe(ended.set))
        ports.append(server.port)
        ready.set()
        await ended.wait()
        await server.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert ready.wait(60)
    try:
        yield ports[0]
    finally:
        stop[0]()
        thread.join(60)


@contextlib.contextmanager
def listening(*answers: bytes) -> Iterator[int]:
    """A program that takes one connection, says `answers`, and keeps it open."""
    done = threading.Event()
    with socket.create_server((HOST, 0)) as listener:

        def run() -> None:
            connection, _ = listener.accept()
            with connection:
                for answer in answers:
                    connection.sendall(answer)
                done.wait(60)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            done.set()
            thread.join(60)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def server(house: House) -> Iterator[RemoteServer]:
    with serving(house) as port, RemoteServer(HOST, port) as server:
        yield server


def test_asks_and_is_answered(server: RemoteServer) -> None:
    assert server.version == server.ping() == "1.2.3"
    status = server.status()
    assert (status.state, status.queue, status.rate_hz) == ("ready", 2, 48_000)
    assert status.real_time_factor == 12.5
    (model,) = server.models()
    assert (model.name, model.licence) == ("tone", "Apache-2.0")


def test_lists_as_many_takes_as_asked(server: RemoteServer, house: House) -> None:
    assert [take.title for take in server.takes()] == ["a song"] * 3
    assert len(server.takes(limit=1)) == 1
    house.takes = []
    assert server.takes() == []


def test_render_yields_the_replies_up_to_the_ending(server: RemoteServer, house: House) -> None:
    replies = list(server.render(Path("/a/song.mid"), {"model": "tone", "seed": 3, "gain": 0.5}))
    assert replies == [
        Reply("/accepted", (0, 1.5)),
        Reply("/progress", (0.5, "render")),
        Reply("/window", (0, 1, 0.0, 2.0)),
        Reply("/done", (2.0, 48_000, "/takes/x/audio.wav")),
    ]
    (call,) = house.rendered
    assert call.arguments["score"] == "/a/song.mid"
    assert call.parameters == {"model": "tone", "seed": 3, "gain": 0.5}
    assert house.cancelled == []


def test_render_sends_bytes_as_a_blob(server: RemoteServer, house: House) -> None:
    list(server.render(b"MThd...", {}))
    assert house.rendered[0].arguments["score"] == b"MThd..."


def test_a_refusal_raises_its_error(server: RemoteServer, house: House) -> None:
    with pytest.raises(ForbiddenPath, match="outside"):
        list(server.render(Path("/etc/passwd"), {}))
    with pytest.raises(NotFound, match="no such request"):
        server.cancel("absent")
    server.cancel("20260101-000000-abcd")
    assert house.cancelled == ["absent", "20260101-000000-abcd"]
    assert server.ping() == "1.2.3"


def test_a_caller_that_stops_early_cancels(server: RemoteServer, house: House) -> None:
    house.endless = True
    replies = server.render(b"MThd", {})
    assert isinstance(replies, Iterator)
    next(replies)
    replies.close()  # type: ignore[attr-defined]  # a generator
    assert house.cancel_came.wait(60)
    assert house.cancelled == [house.rendered[0].id]


def test_a_silent_job_is_waited_for_while_the_server_lives(
    server: RemoteServer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(remote, "ANSWER_SECONDS", 60.0)
    pings = threading.Event()
    house.endless = True

    def ping(call: Call) -> None:
        call.answer("1.2.3")
        if pings.is_set():
            house.rendered[0].done(2.0, 48_000, "late")
        pings.set()

    house._ping = ping  # type: ignore[method-assign]
    assert list(server.render(b"MThd", {}))[-1] == Reply("/done", (2.0, 48_000, "late"))


def test_nobody_listens() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EngineLost, match=rf"no Legato answers on .* {port}; start one"):
        RemoteServer(HOST, port)


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00\x00\x08garbage!", b"SSH-2.0-x\r\n"]
)
def test_something_else_listens(answer: bytes) -> None:
    with listening(answer) as port, pytest.raises(BadFrame, match="is no Legato"):
        RemoteServer(HOST, port)


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "ANSWER_SECONDS", 0.05)
    with listening() as port, pytest.raises(EngineLost, match="does not answer"):
        RemoteServer(HOST, port)


def test_a_server_that_dies_is_noticed(house: House) -> None:
    house.endless = True
    with serving(house) as port:
        server = RemoteServer(HOST, port)
        replies = server.render(b"MThd", {})
        next(replies)
    with server, pytest.raises(EngineLost, match="does not answer"):
        list(replies)


def test_an_answer_of_another_shape_is_named(house: House) -> None:
    house._status = lambda call: call.answer("ready")  # type: ignore[method-assign]
    with (
        serving(house) as port,
        RemoteServer(HOST, port) as server,
        pytest.raises(BadFrame, match="another version"),
    ):
        server.status()


def test_the_token_is_shown(house: House) -> None:
    with serving(house, token="sesame") as port:
        with RemoteServer(HOST, port, token="sesame") as server:
            assert server.status().state == "ready"
        with pytest.raises(Unauthorized):
            RemoteServer(HOST, port, token="wrong")


def test_errors_have_the_class_of_their_code() -> None:
    assert type(error_of(("not_found", "x"))) is NotFound
    assert type(error_of(("of_the_future", "x"))) is LegatoError
    assert str(error_of(("of_the_future",))) == "of_the_future"
    assert reachable("0.0.0.0") == "127.0.0.1"
    assert reachable("10.0.0.5") == "10.0.0.5"
