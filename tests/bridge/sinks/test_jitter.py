"""Jitter's matrices by a decoder written from the layout, over real sockets."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from bridge.net.targets import Targets
from bridge.sinks.base import Surroundings, check_options
from bridge.sinks.jitter import Sink, matrix
from engine.wire import OutOfRange, Value

RATE = 48_000


class Max:
    """What `jit.net.recv` does: listens, takes matrices, and answers each with its times."""

    def __init__(self, port: int = 0, answers: bool = True) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(60)
        self.port = int(self._listener.getsockname()[1])
        self.answers = answers
        self._connection: socket.socket | None = None

    def __enter__(self) -> Max:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()
        self._listener.close()

    def accept(self) -> None:
        self._connection, _ = self._listener.accept()
        self._connection.settimeout(60)

    def leave(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _read(self, count: int) -> bytes:
        assert self._connection is not None
        data = b""
        while len(data) < count:
            piece = self._connection.recv(count - len(data))
            assert piece, "the connection ended in the midst of a matrix"
            data += piece
        return data

    def matrix(self, order: str = ">") -> tuple[np.ndarray, float]:
        """Return the next matrix as `[frames, planes]`, and its time in ms."""
        assert self._read(4) == b"JMTX"
        assert int.from_bytes(self._read(4), "little") == 288
        assert self._read(4) == b"XTMJ"

        def number() -> int:
            return int.from_bytes(self._read(4), "big", signed=True)

        assert number() == 288
        planes, kind, dimensions = number(), number(), number()
        assert (kind, dimensions) == (2, 1)
        sizes = [number() for _ in range(32)]
        strides = [number() for _ in range(32)]
        assert sizes[1:] == strides[1:] == [0] * 31
        assert strides[0] == 4 * planes
        size = number()
        assert size == sizes[0] * strides[0]
        (milliseconds,) = struct.unpack(">d", self._read(8))
        data = np.frombuffer(self._read(size), f"{order}f4").reshape(sizes[0], planes)
        if self.answers:
            assert self._connection is not None
            self._connection.sendall(b"JMLP" + struct.pack(">ddd", milliseconds, 1.0, 2.0))
        return data.astype(np.float32), milliseconds


@pytest.fixture
def maximum() -> Iterator[Max]:
    with Max() as maximum:
        yield maximum


@pytest.fixture
def open_sink() -> Iterator[Callable[..., Sink]]:
    sinks: list[Sink] = []

    def begin(port: int, channels: int = 2, **options: Value) -> Sink:
        sinks.append(Sink())
        sinks[-1].open("max", check_options("jitter", {"port": port, **options}), RATE, channels)
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


def connect(sink: Sink, maximum: Max) -> None:
    maximum.accept()
    wait_until(lambda: sink.stats.state == "open")


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize(("options", "order"), [({}, ">"), ({"data_order": "little"}, "<")])
def test_matrices_arrive_bit_exactly(
    maximum: Max,
    open_sink: Callable[..., Sink],
    channels: int,
    options: dict[str, Value],
    order: str,
) -> None:
    sink, audio = open_sink(maximum.port, channels, frames=512, **options), noise(2_000, channels)
    connect(sink, maximum)
    for start in range(0, len(audio), 480):
        sink.write(start, audio[start : start + 480])
    sink.close()
    maximum.answers = False
    matrices = [maximum.matrix(order) for _ in range(4)]
    assert [len(data) for data, _ in matrices] == [512, 512, 512, 464]
    assert [ms for _, ms in matrices] == pytest.approx([0, 512 / 48, 1_024 / 48, 1_536 / 48])
    assert np.array_equal(np.concatenate([data for data, _ in matrices]), audio)
    assert (sink.stats.frames, sink.stats.lost_frames) == (2_000, 0)


def test_golden_bytes() -> None:
    message = matrix(np.array([[1.0, -0.5], [0.25, 2.0], [0.0, -1.0]], np.float32), 0.5, "big")
    numbers = "00000120 00000002 00000002 00000001"
    sizes = "00000003" + "00000000" * 31
    strides = "00000008" + "00000000" * 31
    data = "3f800000 bf000000 3e800000 40000000 00000000 bf800000"
    expected = b"JMTX" + bytes.fromhex("20010000") + b"XTMJ"
    expected += bytes.fromhex(numbers + sizes + strides + "00000018" + "3fe0000000000000" + data)
    assert message == expected
    assert len(message) == 296 + 24


def test_nobody_listens_at_first(open_sink: Callable[..., Sink]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    sink = open_sink(port, frames=480)
    for _ in range(10):
        sink.write(0, noise(480))
    wait_until(lambda: sink.stats.lost_frames == 4_800)
    assert sink.stats.state == f"waits for 127.0.0.1 port {port}"
    with Max(port) as late:
        connect(sink, late)
        sink.write(0, noise(480))
        assert np.array_equal(late.matrix()[0], noise(480))


def test_a_max_that_is_started_anew_hears_again(open_sink: Callable[..., Sink]) -> None:
    with Max() as first:
        port = first.port
        sink = open_sink(port, frames=480)
        connect(sink, first)
        sink.write(0, noise(480))
        first.matrix()
    wait_until(lambda: sink.stats.state.startswith("waits"))
    with Max(port) as second:
        connect(sink, second)
        sink.write(480, noise(480))
        assert np.array_equal(second.matrix()[0], noise(480))


def test_a_max_that_does_not_read_loses_whole_matrices_and_holds_up_nothing(
    maximum: Max, open_sink: Callable[..., Sink]
) -> None:
    sink, audio = open_sink(maximum.port, frames=4_800), noise(4_800)
    connect(sink, maximum)
    for number in range(400):
        sink.write(0, audio)
        wait_until(lambda number=number: _seen(sink) == 4_800 * (number + 1))
    assert sink.stats.lost_frames > 0
    assert sink.stats.frames > 0
    for _ in range(sink.stats.frames // 4_800):
        assert np.array_equal(maximum.matrix()[0], audio)


def _seen(sink: Sink) -> int:
    return sink.stats.frames + sink.stats.lost_frames


def test_a_thousand_answers_do_not_fill_the_socket(
    maximum: Max, open_sink: Callable[..., Sink]
) -> None:
    sink = open_sink(maximum.port, frames=64)
    connect(sink, maximum)
    audio = noise(64)
    for _ in range(3_000):
        sink.write(0, audio)
        assert len(maximum.matrix()[0]) == 64
    assert sink.stats.lost_frames == 0


def test_legato_connects_only_where_audio_may_go() -> None:
    sink = Sink(Surroundings(Targets(["192.168.0.0/24"])))
    with pytest.raises(OutOfRange, match="audio_hosts"):
        sink.open("max", check_options("jitter", {"host": "10.0.0.1"}), RATE, 2)
    sink.close()
