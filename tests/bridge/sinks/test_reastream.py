"""ReaStream by a decoder written from the published layout, and by golden bytes."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import numpy as np
import pytest

from bridge.sinks.base import check_options
from bridge.sinks.reastream import Sink, midi_packet
from engine.wire import OutOfRange, Value

RATE = 48_000
HEAD = 47


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(60)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        yield receiver


def opened(receiver: socket.socket, channels: int = 2, **options: Value) -> Sink:
    sink = Sink()
    given = {"port": receiver.getsockname()[1], "buffer_seconds": 0.0, **options}
    sink.open("desk", check_options("reastream", given), RATE, channels)
    return sink


def read_audio(packet: bytes) -> tuple[str, int, np.ndarray]:
    """Return identifier, rate and `[frames, channels]` of an audio packet, checked all over."""
    assert packet[0:4] == b"MRSR"
    assert int.from_bytes(packet[4:8], "little") == len(packet)
    identifier = packet[8:40]
    assert identifier[-1] == 0
    channels = packet[40]
    rate = int.from_bytes(packet[41:45], "little")
    size = int.from_bytes(packet[45:47], "little", signed=True)
    assert size == len(packet) - HEAD <= 1200
    frames = size // 4 // channels
    assert size == 4 * frames * channels
    samples = np.zeros((frames, channels), np.float32)
    for channel in range(channels):
        for frame in range(frames):
            at = HEAD + 4 * (channel * frames + frame)
            samples[frame, channel] = struct.unpack("<f", packet[at : at + 4])[0]
    return identifier.rstrip(b"\0").decode(), rate, samples


@pytest.mark.parametrize(("channels", "most"), [(1, 300), (2, 150), (3, 100), (64, 4)])
def test_audio_arrives_bit_exactly(receiver: socket.socket, channels: int, most: int) -> None:
    sink = opened(receiver, channels, identifier="master")
    audio = np.random.default_rng(0).uniform(-1, 1, (1_001, channels)).astype(np.float32)
    for start in range(0, len(audio), 480):
        sink.write(start, audio[start : start + 480])
    sink.close()
    parts = []
    while sum(map(len, parts)) < len(audio):
        identifier, rate, samples = read_audio(receiver.recv(2_000))
        assert (identifier, rate) == ("master", RATE)
        parts.append(samples)
    assert {len(part) for part in parts[:-1]} == {most}
    assert np.array_equal(np.concatenate(parts), audio)
    assert (sink.stats.frames, sink.stats.lost_frames) == (1_001, 0)


def test_golden_audio_packet(receiver: socket.socket) -> None:
    sink = opened(receiver, 2)
    sink.write(0, np.array([[1.0, -0.5], [0.25, 2.0]], np.float32))
    sink.close()
    assert receiver.recv(2_000) == (
        b"MRSR"
        + b"\x3f\x00\x00\x00"
        + b"default"
        + b"\x00" * 25
        + b"\x02"
        + b"\x80\xbb\x00\x00"
        + b"\x10\x00"
        + b"\x00\x00\x80\x3f\x00\x00\x80\x3e"
        + b"\x00\x00\x00\xbf\x00\x00\x00\x40"
    )


def test_golden_midi_packet() -> None:
    packet = midi_packet(b"default", [(0, 0x90, 60, 100), (480, 0x80, 60, 0)])
    note_on = "01000000 18000000 00000000 00000000 00000000 00000000 903c64 00 00 00 0000"
    note_off = "01000000 18000000 e0010000 00000000 00000000 00000000 803c00 00 00 00 0000"
    assert packet[:40] == b"mRSR" + b"\x68\x00\x00\x00" + b"default".ljust(32, b"\0")
    assert packet[40:] == bytes.fromhex(note_on + note_off)


def test_midi_leaves_at_once(receiver: socket.socket) -> None:
    sink = opened(receiver, identifier="keys")
    sink.midi(0xB3, 64, 127)
    packet = receiver.recv(2_000)
    assert packet == midi_packet(b"keys", [(0, 0xB3, 64, 127)])
    assert int.from_bytes(packet[4:8], "little") == len(packet) == 72
    sink.close()
    sink.midi(0xB3, 64, 0)  # After the end there is nobody to tell, and that is no error.


@pytest.mark.parametrize("identifier", ["x" * 32, "ü" * 16, ""])
def test_an_identifier_must_fit(receiver: socket.socket, identifier: str) -> None:
    with pytest.raises(OutOfRange, match="1 to 31"):
        opened(receiver, identifier=identifier)


def test_more_channels_than_there_are_are_refused(receiver: socket.socket) -> None:
    with pytest.raises(OutOfRange, match="at most 64"):
        opened(receiver, 65)
