"""What leaves over UDP can be put in its place, whatever a network loses, doubles or reorders."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest

from benchmarks.ears import Ear, Packet, Samples
from bridge.sinks.base import Sink, check_options, find_sink
from tests.relay import Mischief, Relay

RATE_HZ = 48_000
BLOCK_FRAMES = 480
BLOCKS = 100
WAIT_SECONDS = 60.0
WRAPS = {"rtp": 1 << 16, "vban": 1 << 32, "osc": 1 << 31}


def noise() -> Samples:
    """Return sound whose samples 24 bits hold exactly, and none of which comes twice in a row."""
    steps = np.random.default_rng(5).integers(-(1 << 22), 1 << 22, (BLOCKS * BLOCK_FRAMES, 2))
    return (steps / (1 << 23)).astype(np.float32)


def play(sink: Sink, audio: Samples) -> None:
    """Give a sink its blocks at the pace of a stream."""
    begun, pause = time.monotonic(), threading.Event()
    for number in range(BLOCKS):
        first = number * BLOCK_FRAMES
        sink.write(first, audio[first : first + BLOCK_FRAMES])
        pause.wait(max(0.0, begun + (first + BLOCK_FRAMES) / RATE_HZ - time.monotonic()))


def sent_through(kind: str, mischief: Mischief, audio: Samples, **options: str) -> list[Packet]:
    """Return the packets of a sink that came through a relay, in the order they came."""
    ear = Ear(kind, **options)
    with Relay(ear.port, mischief) as relay:
        ear.start()
        sink = find_sink(kind)()
        given = check_options(kind, {"port": relay.port, **options})
        sink.open("out", given, RATE_HZ, 2)
        play(sink, audio)
        sink.close()
    deadline, pause = time.monotonic() + WAIT_SECONDS, threading.Event()
    due = mischief.passed + mischief.reordered + mischief.doubled
    while len(ear.packets) < due and time.monotonic() < deadline:
        pause.wait(0.01)
    ear.close()
    return ear.packets


def placed(kind: str, packets: Sequence[Packet], frames: int) -> tuple[Samples, np.ndarray]:
    """Return what a receiver puts together, and which of its frames it has.

    By RTP's timestamp, by OSC's first frame, or by VBAN's number: all its packets are as long.
    """
    base = min(packets, key=lambda packet: _since(kind, packets[0], packet))
    sound, there = np.zeros((frames, 2), np.float32), np.zeros(frames, bool)
    for packet in packets:
        if packet.first_frame is not None and base.first_frame is not None:
            first = (packet.first_frame - base.first_frame) % (1 << 32)
        else:
            first = _since(kind, base, packet) * len(packets[0].samples)
        span = slice(first, first + len(packet.samples))
        assert not there[span].any() or np.array_equal(sound[span], packet.samples)
        sound[span], there[span] = packet.samples, True
    return sound, there


def _since(kind: str, base: Packet, packet: Packet) -> int:
    """Return how many packets after another one was sent; negative where it was before."""
    assert packet.number is not None
    assert base.number is not None
    half = WRAPS[kind] // 2
    return (packet.number - base.number + half) % WRAPS[kind] - half


@pytest.mark.parametrize(
    ("kind", "options"),
    [("rtp", {"format": "L24"}), ("vban", {"format": "f32"}), ("osc", {"format": "blob"})],
)
def test_every_packet_that_came_has_its_place(kind: str, options: dict[str, str]) -> None:
    audio = noise()
    mischief = Mischief(7, lose=0.1, double=0.05, reorder=0.1)
    packets = sent_through(kind, mischief, audio, **options)
    assert min(mischief.lost, mischief.doubled, mischief.reordered) > 0
    numbers = {packet.number for packet in packets}
    assert len(numbers) == len(packets) - mischief.doubled
    sound, there = placed(kind, packets, len(audio))
    # The first packets may be among the lost: then all lies so much later.
    found = np.flatnonzero((audio == sound[np.flatnonzero(there)[0]]).all(axis=1))
    moved = int(found[0]) - int(np.flatnonzero(there)[0])
    here = np.flatnonzero(there[: len(audio) - moved])
    assert np.array_equal(sound[here], audio[here + moved])
    lost_frames = len(audio) - moved - len(here)
    assert lost_frames <= mischief.lost * max(len(packet.samples) for packet in packets)


def test_reastream_packets_stand_alone(free_port: int) -> None:
    """Its format has no number: what comes is whole, and nothing tells what is missing."""
    audio = noise()
    packets = sent_through("reastream", Mischief(9, lose=0.1, double=0.05, reorder=0.1), audio)
    first_of = {sample.tobytes(): frame for frame, sample in enumerate(audio)}
    for packet in packets:
        first = first_of[packet.samples[0].tobytes()]
        assert np.array_equal(packet.samples, audio[first : first + len(packet.samples)])


def test_without_mischief_nothing_is_missing() -> None:
    audio = noise()
    packets = sent_through("rtp", Mischief(1), audio, format="L24")
    sound, there = placed("rtp", packets, len(audio))
    assert there.all()
    assert np.array_equal(sound, audio)
