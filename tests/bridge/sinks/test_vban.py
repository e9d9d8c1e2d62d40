"""VBAN by a decoder written from the layout: headers, names, rates, and what gets lost."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator

import numpy as np
import pytest

from bridge.sinks.base import check_options
from bridge.sinks.vban import Sink
from engine.wire import OutOfRange, Value

RATES = {48_000: 3, 44_100: 16, 96_000: 4, 8_000: 7, 22_050: 15}


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(60)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        yield receiver


def opened(port: int, rate_hz: int = 48_000, channels: int = 2, **options: Value) -> Sink:
    sink = Sink()
    given = {"port": port, "buffer_seconds": 0.0, **options}
    sink.open("desk", check_options("vban", given), rate_hz, channels)
    return sink


@pytest.mark.parametrize(("rate_hz", "index"), RATES.items())
def test_golden_packet(receiver: socket.socket, rate_hz: int, index: int) -> None:
    sink = opened(receiver.getsockname()[1], rate_hz, stream="Legato1")
    sink.write(0, np.array([[1.0, -0.5], [0.25, 2.0]], np.float32))
    sink.close()
    head = b"VBAN" + bytes([index, 1, 1, 4]) + b"Legato1".ljust(16, b"\0") + b"\0\0\0\0"
    assert receiver.recv(2_000) == head + struct.pack("<4f", 1.0, -0.5, 0.25, 2.0)


@pytest.mark.parametrize(
    ("channels", "pcm_format", "most"),
    [(2, "f32", 128), (2, "s16", 128), (16, "f32", 22), (64, "f32", 5), (1, "s24", 128)],
)
def test_packets_hold_what_fits_and_are_numbered(
    receiver: socket.socket, channels: int, pcm_format: str, most: int
) -> None:
    sink = opened(receiver.getsockname()[1], channels=channels, format=pcm_format)
    sink.write(0, np.zeros((300, channels), np.float32))
    sink.close()
    packets, frames = [], 0
    while frames < 300:
        packets.append(receiver.recv(2_000))
        frames += packets[-1][5] + 1
        assert len(packets[-1]) <= 1_464
        assert packets[-1][6] == channels - 1
    assert {packet[5] + 1 for packet in packets[:-1]} == {most}
    numbers = [int.from_bytes(packet[24:28], "little") for packet in packets]
    assert numbers == list(range(len(packets)))


def test_a_rate_that_vban_has_not_becomes_48_000(receiver: socket.socket) -> None:
    sink = opened(receiver.getsockname()[1], rate_hz=50_000)
    assert sink.rate_hz == 48_000
    sink.close()
    with pytest.raises(OutOfRange, match="VBAN has 6000"):
        opened(receiver.getsockname()[1], rate=50_000)


def test_a_receiver_that_dies_and_comes_back_hears_on(receiver: socket.socket) -> None:
    address = receiver.getsockname()
    sink = opened(address[1])
    receiver.close()
    sink.write(0, np.ones((12_800, 2), np.float32))
    deadline = time.monotonic() + 60
    while sink.stats.lost_frames < 256:
        assert time.monotonic() < deadline
        time.sleep(0.001)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(address)
        again.settimeout(60)
        sink.write(12_800, np.ones((12_800, 2), np.float32))
        sink.close()
        first = int.from_bytes(again.recv(2_000)[24:28], "little")
    assert first > 0
    assert sink.stats.frames + sink.stats.lost_frames == 25_600


@pytest.mark.parametrize("options", [{"packet_frames": 256}, {"stream": "x" * 17}])
def test_what_does_not_fit_is_refused(options: dict[str, Value]) -> None:
    with pytest.raises(OutOfRange, match="at most"):
        opened(6_980, **options)
