"""A live job's way out: to every device at once, each with its own rate and gain."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.live_out import LiveOut
from bridge.player import Player
from bridge.sinks.base import Kept
from bridge.sinks.null import Sink as NullSink
from bridge.stream import Stream

RATE, CHUNK = 48_000, 512


class Device(NullSink):
    """Takes what is played live, of which so much more waits in it than should."""

    def __init__(self, surplus_frames: int = 0, rate_hz: int = RATE) -> None:
        super().__init__()
        self.rate_hz, self.channels = rate_hz, 2
        self.live: list[np.ndarray] = []
        self.left_out_frames = 0
        self.ended = False
        self.kept_frames = 768
        self._surplus_frames = surplus_frames

    def write_live(self, key: str, block: np.ndarray, left_out_frames: int = 0) -> Kept:
        self.live.append(block)
        self.left_out_frames += left_out_frames
        return Kept(self.kept_frames, self._surplus_frames, self.kept_frames + len(block))

    def end_live(self, key: str) -> None:
        self.ended = True


def played(*devices: Device) -> tuple[Player, LiveOut]:
    player = Player(Stream(RATE, 2))
    for number, device in enumerate(devices):
        player.attach(f"device {number}", device)
    return player, LiveOut(player, "job", RATE, 2)


def ones(frames: int = CHUNK) -> np.ndarray:
    return np.ones((frames, 2), np.float32)


def test_the_device_that_has_least_leads_the_jobs_clock() -> None:
    _, out = played(Device(480), Device(-96), Device(0))
    out.write(ones(), 0)
    assert out.surplus_seconds == -96 / RATE


def test_chunks_come_sooner_once_by_as_much_as_more_is_to_wait() -> None:
    rises, stays = Device(), Device()
    _, out = played(rises, stays)
    out.write(ones(), 0)
    assert out.take_sooner() == 0.0
    for chunk, kept in enumerate((816, 864, 864, 800), start=1):
        rises.kept_frames = kept
        out.write(ones(), chunk)
    assert out.take_sooner() == pytest.approx(96 / RATE)
    assert out.take_sooner() == 0.0


def test_a_gain_is_changed_without_a_click() -> None:
    device = Device()
    player, out = played(device)
    out.write(ones(), 0)
    player.outlets[0].gain = 0.25
    for chunk in (1, 2):
        out.write(ones(), chunk)
    sound = np.concatenate(device.live)
    assert np.abs(np.diff(sound, axis=0)).max() < 0.01
    assert (sound[0] == 1.0).all()
    assert (sound[-1] == 0.25).all()


def test_chunks_that_never_came_are_told_in_the_devices_own_frames() -> None:
    device = Device(rate_hz=24_000)
    _, out = played(device)
    out.write(ones(), 0)
    out.write(ones(), 4)
    assert device.left_out_frames == 3 * CHUNK // 2
    out.close()
    assert device.ended


def test_without_a_device_the_stream_leads_the_jobs_clock() -> None:
    player, out = played()
    for chunk in range(200):
        out.write(ones(), chunk)
        player.stream.read(480)  # Less than is written: more and more waits.
    assert out.surplus_seconds is not None
    assert out.surplus_seconds > 0.0
