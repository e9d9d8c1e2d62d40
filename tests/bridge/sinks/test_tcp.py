from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace

import numpy as np
import pytest

from bridge.sinks.base import check_options
from bridge.sinks.tcp import MAX_CLIENTS, Sink
from engine.wire import OutOfRange, StartFailed, Value

RATE = 48_000


@pytest.fixture
def open_sink() -> Iterator[Callable[..., Sink]]:
    sinks: list[Sink] = []

    def begin(channels: int = 2, **options: Value) -> Sink:
        sinks.append(Sink())
        sinks[-1].open("pcm", check_options("tcp", {"port": 0, **options}), RATE, channels)
        return sinks[-1]

    yield begin
    for sink in sinks:
        sink.close()


def noise(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)


def wait_until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def clients(sink: Sink) -> int:
    return int(sink.stats.state.split(", ")[1].split()[0])


def connect(sink: Sink) -> socket.socket:
    before = clients(sink)
    client = socket.create_connection(("127.0.0.1", sink.port), 30)
    wait_until(lambda: clients(sink) > before)
    return client


def read_all(client: socket.socket) -> bytes:
    data = b""
    while piece := client.recv(1 << 16):
        data += piece
    return data


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_every_client_gets_the_samples_from_when_it_came(
    open_sink: Callable[..., Sink], channels: int
) -> None:
    sink, audio = open_sink(channels), noise(4_800, channels)
    with connect(sink) as first:
        for start in range(0, len(audio), 480):
            if start == 2_400:
                wait_until(lambda: sink.stats.frames == 2_400)
                second = connect(sink)
            sink.write(start, audio[start : start + 480])
        sink.close()
        with second:
            heard = [
                np.frombuffer(read_all(c), "<f4").reshape(-1, channels) for c in (first, second)
            ]
    assert np.array_equal(heard[0], audio)
    assert np.array_equal(heard[1], audio[2_400:])
    assert (sink.stats.frames, sink.stats.lost_frames) == (4_800, 0)


@pytest.mark.parametrize(("form", "name"), [("f32", "f32le"), ("s16", "s16le"), ("s24", "s24le")])
def test_a_line_says_what_follows_where_asked(
    open_sink: Callable[..., Sink], form: str, name: str
) -> None:
    sink = open_sink(format=form, header=True)
    with connect(sink) as client:
        sink.write(0, np.full((10, 2), -1.0, np.float32))
        sink.close()
        line, _, data = read_all(client).partition(b"\n")
    assert line.decode() == f"LEGATO {name} 48000 2"
    assert data == {"f32": b"\0\0\x80\xbf", "s16": b"\0\x80", "s24": b"\0\0\x80"}[form] * 20


def test_without_clients_nothing_is_delivered_or_lost(open_sink: Callable[..., Sink]) -> None:
    sink = open_sink()
    sink.write(0, noise(480))
    sink.close()
    assert (sink.stats.frames, sink.stats.lost_frames) == (0, 0)


def test_a_client_too_slow_loses_whole_blocks_and_the_others_none(
    open_sink: Callable[..., Sink],
) -> None:
    sink, audio = open_sink(), noise(4_800)
    audio[:, 1] = np.arange(4_800)
    with connect(sink) as slow, connect(sink) as fast:
        heard = b""
        for number in range(300):
            sink.write(0, audio)
            while len(heard) < audio.nbytes * (number + 1):
                heard += fast.recv(1 << 20)
        assert sink.stats.lost_frames > 0
        sink.close()
        late = np.frombuffer(read_all(slow), "<f4").reshape(-1, 2)
    assert heard == audio.tobytes() * 300
    whole = late[: len(late) // 4_800 * 4_800].reshape(-1, 4_800, 2)
    assert 2 < len(whole) < 300
    assert all(np.array_equal(block, audio) for block in whole)


def test_a_client_that_leaves_makes_room(open_sink: Callable[..., Sink]) -> None:
    sink = open_sink()
    for _ in range(3):
        with connect(sink):
            sink.write(0, noise(480))
        wait_until(lambda: clients(sink) == 0)
    sink.write(0, noise(480))
    assert sink.port


def test_thirty_two_clients_and_no_more(open_sink: Callable[..., Sink]) -> None:
    sink, audio = open_sink(), noise(480)
    with ExitStack() as stack:
        sockets = [stack.enter_context(connect(sink)) for _ in range(MAX_CLIENTS)]
        with socket.create_connection(("127.0.0.1", sink.port), 30) as one_more:
            assert one_more.recv(10) == b""
        sink.write(0, audio)
        sink.close()
        assert all(read_all(client) == audio.tobytes() for client in sockets)


def test_where_too_many_files_are_open_it_rests_and_takes_the_client_later(
    open_sink: Callable[..., Sink], monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    accept = socket.socket.accept

    def full(listener: socket.socket) -> tuple[socket.socket, object]:
        if len(rests) < 3:
            raise OSError(errno.EMFILE, "too many open files")
        return accept(listener)

    monkeypatch.setattr(socket.socket, "accept", full)
    clock = SimpleNamespace(sleep=rests.append, monotonic=time.monotonic)
    monkeypatch.setattr("bridge.sinks.tcp.time", clock)
    connect(open_sink()).close()
    assert len(rests) == 3


def test_a_taken_port_says_so(open_sink: Callable[..., Sink]) -> None:
    taken = open_sink()
    sink = Sink()
    with pytest.raises(StartFailed, match="choose another"):
        sink.open("b", check_options("tcp", {"port": taken.port}), RATE, 2)
    sink.close()


def test_an_address_that_is_none_is_refused() -> None:
    sink = Sink()
    with pytest.raises(OutOfRange, match="numeric"):
        sink.open("b", check_options("tcp", {"port": 0, "host": "no such host"}), RATE, 2)
    sink.close()
