"""RTP by a decoder written from RFC 3550, and the session description by its lines."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bridge.net.targets import Targets
from bridge.sinks.base import Surroundings, check_options
from bridge.sinks.rtp import Sink
from engine.wire import ForbiddenPath, OutOfRange, Value

RATE = 48_000


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.settimeout(60)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        receiver.bind(("127.0.0.1", 0))
        while receiver.getsockname()[1] % 2:  # RTP's ports are even.
            receiver.close()
            receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            receiver.settimeout(60)
            receiver.bind(("127.0.0.1", 0))
        yield receiver
        receiver.close()


def opened(channels: int = 2, targets: Targets | None = None, **options: Value) -> tuple[Sink, str]:
    told: list[str] = []
    around = Surroundings(targets or Targets(), told=lambda name, path, text: told.append(text))
    sink = Sink(around)
    given = {"buffer_seconds": 0.0, **options}
    sink.open("desk", check_options("rtp", given), RATE, channels)
    return sink, told[0]


@pytest.mark.parametrize(("rtp_format", "size"), [("L16", 2), ("L24", 3)])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_packets_are_whole_in_order_and_in_time(
    receiver: socket.socket, rtp_format: str, size: int, channels: int
) -> None:
    sink, _ = opened(channels, port=receiver.getsockname()[1], format=rtp_format)
    whole = np.random.default_rng(0).integers(-(1 << 15), 1 << 15, (1_001, channels))
    sink.write(0, (whole / (1 << 15)).astype(np.float32))
    sink.close()
    heard: list[int] = []
    expected = None
    sources = set()
    while len(heard) < whole.size:
        packet = receiver.recv(2_000)
        assert packet[:2] == b"\x80\x60"
        assert len(packet) <= 1_400
        place = (int.from_bytes(packet[2:4], "big"), int.from_bytes(packet[4:8], "big"))
        assert expected in (None, place)
        sources.add(packet[8:12])
        data = packet[12:]
        numbers = [
            int.from_bytes(data[at : at + size], "big", signed=True)
            for at in range(0, len(data), size)
        ]
        heard += [number >> 8 * (size - 2) for number in numbers]
        expected = (
            (place[0] + 1) % (1 << 16),
            (place[1] + len(numbers) // channels) % (1 << 32),
        )
    assert len(sources) == 1
    assert heard == whole.ravel().tolist()


def test_the_session_description_is_written_and_told(
    receiver: socket.socket, tmp_path: Path
) -> None:
    port, path = receiver.getsockname()[1], tmp_path / "desk.sdp"
    sink, told = opened(port=port, format="L24", path=str(path))
    sink.close()
    assert path.read_bytes().decode() == told
    lines = told.split("\r\n")
    assert lines[0] == "v=0"
    assert lines[2:] == [
        "s=desk",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        f"m=audio {port} RTP/AVP 96",
        "a=rtpmap:96 L24/48000/2",
        "a=ptime:4.8125",
        "",
    ]
    again = Sink()
    with pytest.raises(ForbiddenPath, match="another name"):
        again.open("b", check_options("rtp", {"port": port, "path": str(path)}), RATE, 2)
    again.close()
    opened(port=port, path=str(path), overwrite=True)[0].close()


def test_a_group_has_its_hops_in_the_description() -> None:
    for targets, hops in ((Targets(), 0), (Targets(["239.192.77.1"]), 1)):
        sink, told = opened(targets=targets, host="239.192.77.1")
        sink.close()
        assert f"c=IN IP4 239.192.77.1/{hops}\r\n" in told


def test_more_channels_than_a_packet_holds_are_refused() -> None:
    sink = Sink()
    with pytest.raises(OutOfRange, match="at most 0 frames of 512 channels"):
        sink.open("desk", check_options("rtp", {"format": "L24"}), RATE, 512)
    sink.close()


def test_an_odd_port_is_refused() -> None:
    with pytest.raises(OutOfRange, match="even"):
        opened(port=5_005)
