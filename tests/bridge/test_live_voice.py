"""A live job's voice on the stream: each chunk at its time, and nothing clicks."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.live_clock import ChunkClock
from bridge.live_out import LiveOut
from bridge.live_voice import LEAST_SECONDS, MOST_SECONDS, LiveVoice
from bridge.player import Player
from bridge.stream import Event, Resumed, Stream, Underrun, VoiceEnded, WindowAudible

RATE, CHUNK, BLOCK = 48_000, 512, 480
LEAST = round(LEAST_SECONDS * RATE)


def wave(first: int, frames: int = CHUNK) -> np.ndarray:
    """Return a slow sine from a frame on, so that a click stands out."""
    sine = 0.5 * np.sin(2 * np.pi * np.arange(first, first + frames) / 480)
    return sine.astype(np.float32)[:, None]


class Stage:
    """A job and the stream that it is heard on, in no time; the stream may run fast or slow."""

    def __init__(self, drift: float = 0.0) -> None:
        self.stream = Stream(RATE, 1)
        self.out = LiveOut(Player(self.stream), "job", RATE, 1)
        self.clock = ChunkClock(CHUNK / RATE, 0.0)
        self.ahead: list[int] = []
        self.heard: list[np.ndarray] = []
        self._block_seconds = BLOCK / RATE / (1.0 + drift)
        self._now_seconds = 0.0

    @property
    def live(self) -> LiveVoice:
        (voice,) = self.stream.voices
        assert isinstance(voice, LiveVoice)
        return voice

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
        self.ahead.append(self.live.ahead_frames)
        self.heard.append(self.stream.read(BLOCK)[:, 0])
        self._now_seconds += self._block_seconds

    def _write_due(self) -> None:
        while self.clock.end_seconds <= self._now_seconds:
            self._write(self.clock.chunk)

    def _write(self, chunk: int) -> None:
        self.out.write(wave(CHUNK * chunk), chunk)
        self.clock.move_on(self.out.surplus_seconds, self.out.take_sooner())

    def steepest(self) -> float:
        return float(np.abs(np.diff(np.concatenate(self.heard))).max(initial=0.0))


class BesideADevice(Stage):
    """The device leads the job's clock, and its reserve has risen by so much."""

    risen_seconds = 0.0

    def _write(self, chunk: int) -> None:
        self.live.keep_more(self.risen_seconds)
        self.live.write(wave(CHUNK * chunk), chunk, leads=False)
        self.clock.move_on()


def test_what_comes_in_time_is_heard_bit_for_bit() -> None:
    stage = Stage()
    stage.play(10.0)
    sound = np.concatenate(stage.heard)
    first = int(np.flatnonzero(sound)[0])
    assert first <= CHUNK + LEAST + BLOCK
    assert np.array_equal(sound[first : first + 470_000], wave(1, 470_000)[:, 0])
    assert (stage.live.underruns, stage.live.resyncs) == (0, 0)


@pytest.mark.parametrize("stop_seconds", [0.06, 0.2, 0.34])
def test_after_stops_no_more_waits_than_is_playable(stop_seconds: float) -> None:
    stage = Stage()
    stage.play(3.0)
    for _ in range(4):
        stage.play(3.0, stop_seconds)
    stage.play(2.0)
    most_frames = round(MOST_SECONDS * RATE)
    assert max(stage.ahead[-150:]) <= 1.25 * most_frames + BLOCK + CHUNK
    assert stage.live.underruns <= 4
    assert stage.steepest() < 0.02


def test_short_stops_run_dry_only_at_first() -> None:
    stage = Stage()
    stage.play(3.0)
    for _ in range(8):
        stage.play(3.0, 0.05)
    assert 1 <= stage.live.underruns <= 3


def test_a_short_stop_is_bridged_by_the_sound_itself() -> None:
    stage = Stage()
    stage.play(3.0)
    stage.play(3.0, 0.04)
    sound = np.concatenate(stage.heard)
    first = int(np.flatnonzero(sound)[0])
    assert stage.live.underruns == 1
    assert np.allclose(sound[first:], wave(1, len(sound) - first)[:, 0], atol=0.02)


@pytest.mark.parametrize("drift", [-0.0002, 0.0002])
def test_the_jobs_clock_follows_a_stream_that_follows_a_device(drift: float) -> None:
    stage = Stage(drift)
    stage.play(300.0)  # 60 ms apart, if it did not
    assert (stage.live.underruns, stage.live.resyncs) == (0, 0)
    assert stage.clock.chunk * CHUNK == pytest.approx(stage.stream.frame, abs=RATE // 20)


def test_what_waits_too_long_is_left_out_in_a_fade() -> None:
    stage = Stage()
    stage.play(3.0)
    stage.clock.end_seconds -= 0.2  # As if the job had been ahead of its time.
    stage.play(2.0)
    assert stage.live.resyncs >= 1
    assert stage.live.underruns == 0
    assert max(stage.ahead[-50:]) < 5 * CHUNK
    assert stage.steepest() < 0.05


def test_it_lets_as_much_more_wait_as_a_device_made_chunks_come_sooner_and_back() -> None:
    """Nothing is left out as a device's reserve rises, and nothing runs dry as it falls."""
    stage, rise_seconds = BesideADevice(), 0.05
    stage.play(3.0)
    before = np.mean(stage.ahead[-100:])
    while stage.risen_seconds < rise_seconds:
        stage.clock.end_seconds -= 0.001
        stage.risen_seconds += 0.001
        stage.play(0.0107)
    stage.play(5.0)
    assert np.mean(stage.ahead[-100:]) - before == pytest.approx(rise_seconds * RATE, abs=BLOCK)
    assert (stage.live.underruns, stage.live.resyncs) == (0, 0)
    while stage.risen_seconds > 0.0:
        stage.risen_seconds = max(0.0, 0.95 * stage.risen_seconds - 0.0005)
        stage.play(10.0)
    stage.play(60.0)
    assert np.mean(stage.ahead[-100:]) == pytest.approx(before, abs=BLOCK)
    assert stage.live.underruns == 0
    assert stage.steepest() < 0.05


def test_beside_a_device_what_ran_dry_again_waits_longer_from_then_on() -> None:
    stage = BesideADevice()
    stage.play(3.0)
    for _ in range(8):
        stage.play(3.0, 0.05)
    assert 1 <= stage.live.underruns <= 3
    assert np.mean(stage.ahead[-100:]) >= 1.5 * LEAST


def heard_events(stage: Stage, kind: type[Event]) -> list[Event]:
    return [event for event in stage.stream.events if isinstance(event, kind)]


def test_every_chunk_is_told_at_the_frame_at_which_it_is_heard() -> None:
    stage = Stage()
    stage.play(1.0)
    sound = np.concatenate(stage.heard)
    first = int(np.flatnonzero(sound)[0]) - 1
    told = heard_events(stage, WindowAudible)
    assert len(told) > 80
    for chunk, event in enumerate(told):
        frame = first + CHUNK * chunk
        assert event == WindowAudible(frame, "job", chunk, frame + CHUNK)


def test_running_dry_and_going_on_are_told_with_what_was_missing() -> None:
    stage = Stage()
    stage.play(1.0)
    stage.play(1.0, 0.2)
    stage.play(1.0)
    (dry,), (resumed,) = heard_events(stage, Underrun), heard_events(stage, Resumed)
    assert isinstance(resumed, Resumed)
    assert resumed.frame - dry.frame == resumed.missing_frames
    assert 0.1 * RATE < resumed.missing_frames < 0.2 * RATE


def test_a_job_that_ends_is_heard_to_its_end_and_fades() -> None:
    stage = Stage()
    stage.play(1.0)
    last, left = stage.clock.chunk, stage.live.ahead_frames
    stage.out.close()
    sound = np.concatenate([stage.stream.read(BLOCK)[:, 0] for _ in range(10)])
    assert np.array_equal(sound[:left], wave(CHUNK * last - left, left)[:, 0])
    assert np.abs(np.diff(sound)).max() < 0.02
    assert not sound[left + BLOCK :].any()
    assert stage.stream.voices == ()
    assert len(heard_events(stage, VoiceEnded)) == 1
    assert not heard_events(stage, Underrun)


def test_a_job_that_ends_before_its_first_chunk_leaves_the_stream() -> None:
    stage = Stage()
    stage.out.close()
    assert not stage.stream.read(BLOCK).any()
    assert stage.stream.voices == ()


def test_time_that_the_stream_lost_is_no_latency_later() -> None:
    stage = Stage()
    stage.play(3.0)
    before = np.mean(stage.ahead[-100:])
    stage.stream.lose(RATE)  # A loop that was held up for a second: the chunks went by, too.
    stage._now_seconds += 1.0
    stage.clock.skip_to(stage._now_seconds)
    stage.play(0.2)
    assert np.mean(stage.ahead[-10:]) <= before + BLOCK
    assert stage.live.resyncs == 0
