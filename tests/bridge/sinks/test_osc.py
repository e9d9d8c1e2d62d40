from __future__ import annotations

import socket
from collections.abc import Iterator

import numpy as np
import pytest
from pythonosc.osc_message import OscMessage

from bridge.sinks.base import check_options
from bridge.sinks.osc import Sink
from engine.wire import OutOfRange, Value

RATE = 48_000


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(60)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        yield receiver


def opened(receiver: socket.socket, channels: int = 2, **options: Value) -> Sink:
    sink = Sink()
    port = receiver.getsockname()[1]
    sink.open("main", check_options("osc", {"port": port, **options}), RATE, channels)
    return sink


def received(receiver: socket.socket) -> tuple[list[OscMessage], list[int]]:
    """Return the messages up to the end message, as python-osc reads them, and their sizes."""
    messages, sizes = [], []
    while not messages or not messages[-1].address.endswith("/end"):
        packet = receiver.recv(65_536)
        messages.append(OscMessage(packet))
        sizes.append(len(packet))
    return messages, sizes


def noise(frames: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (frames, channels)).astype(np.float32)


def samples(message: OscMessage) -> np.ndarray:
    return np.array(message.params[5:], np.float32).reshape(-1, message.params[4])


def blob(message: OscMessage, order: str) -> np.ndarray:
    return np.frombuffer(message.params[5], order).reshape(-1, message.params[4])


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("packet_bytes", [256, 1_400, 8_192])
@pytest.mark.parametrize(
    "options",
    [{"format": "floats"}, {"format": "blob"}, {"format": "blob", "byte_order": "big"}],
)
def test_arrives_bit_exactly_in_order_and_in_small_packets(
    receiver: socket.socket, channels: int, packet_bytes: int, options: dict[str, Value]
) -> None:
    sink = opened(receiver, channels, packet_bytes=packet_bytes, **options)
    audio = noise(1_001, channels)
    for start in range(0, len(audio), 480):
        sink.write(start, audio[start : start + 480])
    sink.close()
    (*chunks, end), sizes = received(receiver)
    order = ">f4" if "byte_order" in options else "<f4"
    parts = [blob(m, order) if options["format"] == "blob" else samples(m) for m in chunks]
    assert np.array_equal(np.concatenate(parts), audio)
    assert max(sizes) <= packet_bytes
    starts = np.cumsum([0, *map(len, parts)])
    for sequence, message in enumerate(chunks):
        assert message.address == "/legato/audio"
        assert message.params[:5] == ["main", sequence, starts[sequence], RATE, channels]
    assert (end.address, end.params) == ("/legato/audio/end", ["main", len(chunks), 1_001])
    assert (sink.stats.frames, sink.stats.lost_frames) == (1_001, 0)


def test_is_quiet_in_silence_and_starts_again_at_frame_zero(receiver: socket.socket) -> None:
    sink, silence = opened(receiver), np.zeros((480, 2), np.float32)
    for _ in range(2):
        for _ in range(100):
            sink.write(0, silence)
        sink.write(0, noise(480))
        sink.write(0, silence)
        sink.write(0, noise(480))
    for _ in range(100):
        sink.write(0, silence)
    pieces = [received(receiver)[0] for _ in range(2)]
    sequence = [message.params[1] for piece in pieces for message in piece]
    assert sequence == list(range(len(sequence)))
    for *chunks, end in pieces:
        sound = np.concatenate([samples(message) for message in chunks])
        assert np.array_equal(sound[:480], noise(480))
        assert not sound[480:960].any()
        assert np.array_equal(sound[960:1440], noise(480))
        assert len(sound) == end.params[2] == 3 * 480 + RATE // 2
        assert chunks[0].params[2] == 0
    sink.close()


def test_types_are_those_that_every_client_reads(receiver: socket.socket) -> None:
    for options, tags in (({}, b",siiiiffff\0\0"), ({"format": "blob"}, b",siiiib\0")):
        sink = opened(receiver, **options)
        sink.write(0, noise(2))
        assert tags in receiver.recv(65_536)
        sink.close()
        assert b",sii\0" in receiver.recv(65_536)


def test_a_receiver_may_come_and_go(receiver: socket.socket) -> None:
    sink = opened(receiver)
    address = receiver.getsockname()
    receiver.close()
    for start in range(0, 4_800, 480):
        sink.write(start, noise(480))
    assert sink.stats.lost_frames >= 9 * 480
    assert sink.stats.frames + sink.stats.lost_frames == 4_800
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(address)
        again.settimeout(60)
        sink.write(4_800, noise(480))
        assert np.array_equal(samples(OscMessage(again.recv(65_536))), noise(480))
    sink.close()


@pytest.mark.parametrize(
    "host", ["192.168.0.7", "8.8.8.8", "0.0.0.0", "example.org", "", "::", "1"]
)
def test_audio_leaves_this_machine_for_nobody(host: str) -> None:
    with pytest.raises(OutOfRange, match="goes to this machine"):
        Sink().open("main", check_options("osc", {"host": host, "port": 9_000}), RATE, 2)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.9.9.9"])
def test_loopback_is_taken(host: str) -> None:
    sink = Sink()
    sink.open("main", check_options("osc", {"host": host, "port": 9_000}), RATE, 2)
    sink.close()


def test_a_port_is_needed() -> None:
    with pytest.raises(OutOfRange, match="has no port"):
        Sink().open("main", check_options("osc", {}), RATE, 2)


def test_a_packet_must_hold_a_frame(receiver: socket.socket) -> None:
    with pytest.raises(OutOfRange, match="needs 5"):
        opened(receiver, channels=100, packet_bytes=256)
