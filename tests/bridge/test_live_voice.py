"""A live job's voice on the stream: lateness does not stay, and nothing clicks."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.live_clock import ChunkClock
from bridge.live_voice import MOST_SECONDS, LiveVoice
from bridge.stream import Stream

RATE, CHUNK, BLOCK, FADE = 48_000, 512, 480, 480


class Stage:
    """A job and the stream that it is heard on, in no time; the stream may run fast or slow."""

    def __init__(self, drift: float = 0.0) -> None:
        self.stream = Stream(RATE, 1)
        self.live = LiveVoice(self.stream, "job", RATE, 1)
        self.clock = ChunkClock(CHUNK / RATE, 0.0)
        self.ahead: list[int] = []
        self.heard: list[np.ndarray] = []
        self._block_seconds = BLOCK / RATE / (1.0 + drift)
        self._now_seconds = 0.0

    def play(self, seconds: float, held_up_seconds: float = 0.0) -> None:
        """Play so long; then nothing is written for so long, and all of it at once."""
        end_seconds = self._now_seconds + seconds
        while self._now_seconds < end_seconds:
            self._read()
            self._write_due()
        end_seconds += held_up_seconds
        while self._now_seconds < end_seconds:
            self._read()
        self._write_due()

    def _read(self) -> None:
        self.ahead.append(self.live.voice.ahead_frames)
        self.heard.append(self.stream.read(BLOCK)[:, 0])
        self._now_seconds += self._block_seconds

    def _write_due(self) -> None:
        while self.clock.end_seconds <= self._now_seconds:
            chunk = self.clock.chunk
            frames = np.arange(CHUNK * chunk, CHUNK * (chunk + 1))
            wave = 0.5 * np.sin(2 * np.pi * frames / 480).astype(np.float32)
            self.clock.move_on(self.live.write(wave[:, None], chunk, is_next=True))

    def steepest(self) -> float:
        return float(np.abs(np.diff(np.concatenate(self.heard))).max(initial=0.0))


def test_what_comes_in_time_is_heard_bit_for_bit() -> None:
    stage = Stage()
    stage.play(10.0)
    sound = np.concatenate(stage.heard)
    first = int(np.flatnonzero(sound)[0])
    wave = 0.5 * np.sin(2 * np.pi * np.arange(1, len(sound)) / 480).astype(np.float32)
    assert np.array_equal(sound[first : first + 470_000], wave[:470_000])
    assert (stage.live.voice.underruns, stage.live.resyncs) == (0, 0)


@pytest.mark.parametrize("stop_seconds", [0.06, 0.2, 0.34])
def test_after_stops_no_more_waits_than_is_playable(stop_seconds: float) -> None:
    stage = Stage()
    stage.play(3.0)
    for _ in range(4):
        stage.play(3.0, stop_seconds)
    stage.play(2.0)
    most_frames = round(MOST_SECONDS * RATE) + FADE
    assert max(stage.ahead[-150:]) <= 1.25 * most_frames + BLOCK + CHUNK
    assert stage.live.voice.underruns <= 4
    assert stage.steepest() < 0.02


def test_short_stops_run_dry_only_at_first() -> None:
    stage = Stage()
    stage.play(3.0)
    for _ in range(8):
        stage.play(3.0, 0.05)
    assert 1 <= stage.live.voice.underruns <= 3


@pytest.mark.parametrize("drift", [-0.0002, 0.0002])
def test_the_jobs_clock_follows_a_stream_that_follows_a_device(drift: float) -> None:
    stage = Stage(drift)
    stage.play(300.0)  # 60 ms apart, if it did not
    assert (stage.live.voice.underruns, stage.live.resyncs) == (0, 0)
    assert stage.clock.chunk * CHUNK == pytest.approx(stage.stream.frame, abs=RATE // 20)


def test_what_waits_too_long_is_left_out_in_a_fade() -> None:
    stage = Stage()
    stage.play(3.0)
    for _ in range(20):  # As if the job had been ahead of its time.
        stage.live.voice.write(np.full((CHUNK, 1), 0.1, np.float32), 0)
    stage.play(2.0)
    assert stage.live.resyncs >= 1
    assert stage.live.voice.underruns == 0
    assert max(stage.ahead[-50:]) < 5 * CHUNK


def test_it_lets_as_much_more_wait_as_a_device_made_chunks_come_sooner_and_back() -> None:
    """Nothing is left out as a device's reserve rises, and nothing runs dry as it falls."""
    stage, rise_seconds = Stage(), 0.05
    stage.play(3.0)
    before = np.mean(stage.ahead[-100:])
    risen = 0.0
    while risen < rise_seconds:
        stage.clock.end_seconds -= 0.001
        risen += 0.001
        stage.live.keep_more(risen)
        stage.play(0.0107)
    stage.play(5.0)
    assert np.mean(stage.ahead[-100:]) - before == pytest.approx(rise_seconds * RATE, abs=BLOCK)
    while risen > 0.0:
        risen = max(0.0, 0.95 * risen - 0.0005)
        stage.live.keep_more(risen)
        stage.play(10.0)
    stage.play(60.0)
    assert np.mean(stage.ahead[-100:]) == pytest.approx(before, abs=BLOCK)
    assert (stage.live.voice.underruns, stage.live.resyncs) == (0, 0)
