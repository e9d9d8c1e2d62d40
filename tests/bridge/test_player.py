from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np
import pytest

from bridge.live_out import LiveOut
from bridge.player import Player, SinkFailed
from bridge.sinks.base import Audio, Stats
from bridge.stream import Event, Stream, Underrun, Voice, VoiceEnded, WindowAudible
from engine.wire import LegatoError, Parameter, Value

RATE = 48_000
LOOKAHEAD = 1_920


class FakeClock:
    """Time that goes on only by sleeping, or by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)

    async def reach(self, seconds: float) -> None:
        while self.seconds < seconds:  # noqa: ASYNC110 - whoever sleeps on it moves it on.
            await asyncio.sleep(0)


class Recorder:
    """A sink that keeps what it got; it can fail, and can have a clock of its own."""

    text: ClassVar[str] = "keeps"
    options: ClassVar[tuple[Parameter, ...]] = ()

    def __init__(self, rate_hz: int = RATE, channels: int = 2, fail_at: int | None = None) -> None:
        self.rate_hz, self.channels = rate_hz, channels
        self.stats = Stats()
        self.blocks: list[Audio] = []
        self.closed = 0
        self.surplus: Callable[[], int | None] = lambda: None
        self._fail_at = fail_at

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        raise NotImplementedError

    def write(self, first_frame: int, block: Audio) -> None:
        assert first_frame == sum(map(len, self.blocks))
        if self._fail_at is not None and first_frame >= self._fail_at:
            raise LegatoError("the cable was pulled: plug it in")
        self.blocks.append(block.copy())

    def surplus_frames(self) -> int | None:
        return self.surplus()

    def close(self) -> None:
        self.closed += 1

    @property
    def audio(self) -> Audio:
        return np.concatenate([np.zeros((0, self.channels), np.float32), *self.blocks])


def noise(frames: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (frames, 2)).astype(np.float32)


def told(player: Player) -> list[Event]:
    return [player.events.get_nowait() for _ in range(player.events.qsize())]


def pump_for(player: Player, clock: FakeClock, seconds: float, step: float = 0.010) -> None:
    for _ in range(round(seconds / step)):
        clock.seconds += step
        player.pump()


def test_the_stream_is_a_lookahead_before_the_clock() -> None:
    clock, sink = FakeClock(), Recorder()
    player = Player(Stream(), clock)
    player.attach("a", sink)
    pump_for(player, clock, 1.0)
    assert player.stream.frame == RATE + LOOKAHEAD == len(sink.audio)
    assert player.frame_now == RATE
    assert not sink.audio.any()


class Distant(Recorder):
    """A device behind half a second of buffers."""

    def delay_seconds(self) -> float:
        return 0.5


def test_what_sounds_now_is_what_comes_out_of_the_device() -> None:
    clock, sink = FakeClock(), Distant()
    player = Player(Stream(), clock)
    player.attach("file", Recorder())
    player.attach("speakers", sink)
    pump_for(player, clock, 1.0)
    assert player.stream.frame == RATE + LOOKAHEAD == len(sink.audio)
    assert player.frame_now == player.frame_at(clock.seconds) == len(sink.audio) - RATE // 2
    asyncio.run(player.detach("speakers"))
    assert player.frame_now == RATE


async def render(voice: Voice, clock: FakeClock, audio: Audio, window: int, speed: float) -> None:
    """Write windows at `speed` times real time, as an engine would."""
    for index, start in enumerate(range(0, len(audio), window)):
        await clock.reach(clock.seconds + window / RATE / speed)
        voice.write(audio[start : start + window], index)
    voice.end()


async def play(speed: float, window: int) -> tuple[list[Event], Audio, Audio]:
    clock, sink, audio = FakeClock(), Recorder(), noise(5 * RATE)
    player = Player(Stream(), clock)
    player.attach("a", sink)
    voice = player.stream.open_voice("job", RATE, 2)
    pump = asyncio.create_task(player.run())
    engine = asyncio.create_task(render(voice, clock, audio, window, speed))
    events: list[Event] = []
    while not any(isinstance(event, VoiceEnded) for event in events):
        events.append(await player.events.get())
    await engine
    pump.cancel()
    return events, audio, sink.audio


# A window is heard while the next one renders: at any speed above real time, with a period and
# the fade kept in hand, nothing runs dry.
@pytest.mark.parametrize("window", [4_800, 24_000, 100_000])
@pytest.mark.parametrize("speed", [1.5, 3.0, 50.0])
def test_no_underrun_while_the_engine_is_faster_than_real_time(speed: float, window: int) -> None:
    events, audio, heard = asyncio.run(play(speed, window))
    assert not [event for event in events if isinstance(event, Underrun)]
    windows = [event for event in events if isinstance(event, WindowAudible)]
    assert [event.window for event in windows] == list(range(-(-len(audio) // window)))
    start = windows[0].frame
    assert np.array_equal(heard[start : start + len(audio)], audio)


def test_underruns_are_faded_and_counted_when_the_engine_is_slower() -> None:
    events, audio, heard = asyncio.run(play(0.5, 24_000))
    underruns = [event for event in events if isinstance(event, Underrun)]
    assert len(underruns) == len(audio) // 24_000 - 1
    starts = [event.frame for event in events if isinstance(event, WindowAudible)]
    for index, start in enumerate(starts):
        inner = slice(start + 480, start + 24_000 - 480)
        piece = audio[index * 24_000 : (index + 1) * 24_000]
        assert np.array_equal(heard[inner], piece[480:-480])


def test_events_are_told_when_they_are_heard_not_when_they_are_mixed() -> None:
    clock = FakeClock()
    player = Player(Stream(), clock)
    pump_for(player, clock, 0.1)
    voice = player.stream.open_voice("job", RATE, 2)
    voice.write(noise(960), 3)
    voice.end()
    start = player.stream.frame
    while not (events := told(player)):
        assert player.frame_now < start
        pump_for(player, clock, 0.010)
    assert events == [WindowAudible(start, "job", 3, start + 960)]
    assert start <= player.frame_now < start + 480
    pump_for(player, clock, 0.020)
    assert told(player) == [VoiceEnded(start + 960, "job", False)]


def test_a_pump_held_up_200_ms_catches_up_without_a_gap() -> None:
    clock, sink, audio = FakeClock(), Recorder(), noise(2 * RATE)
    player = Player(Stream(), clock)
    player.attach("a", sink)
    voice = player.stream.open_voice("job", RATE, 2)
    voice.write(audio, 0)
    voice.end()
    for _ in range(7):
        pump_for(player, clock, 0.1)
        pump_for(player, clock, 0.2, step=0.2)
    assert player.stream.frame == round(7 * 0.3 * RATE) + LOOKAHEAD
    assert np.array_equal(sink.audio[: len(audio)], audio)
    assert player.stalls == 0


@pytest.mark.parametrize("step_seconds", [0.6, 3600.0, -3600.0, -5.0])
def test_a_long_stall_or_a_clock_that_is_set_shifts_the_rest_and_is_counted(
    step_seconds: float,
) -> None:
    clock, sink, audio = FakeClock(), Recorder(), noise(RATE)
    player = Player(Stream(), clock)
    player.attach("a", sink)
    voice = player.stream.open_voice("job", RATE, 2)
    voice.write(audio, 0)
    voice.end()
    pump_for(player, clock, 0.5)
    clock.seconds += step_seconds
    pump_for(player, clock, 1.0)
    assert np.array_equal(sink.audio[: len(audio)], audio)
    assert max(map(len, sink.blocks)) <= LOOKAHEAD + 480
    assert player.stalls == 1
    assert player.lost_seconds == pytest.approx(abs(step_seconds), abs=0.02)
    assert player.stream.frame == pytest.approx(1.5 * RATE + LOOKAHEAD, abs=500)


def test_what_was_played_live_while_the_player_stood_still_is_not_played_later() -> None:
    clock = FakeClock()
    player = Player(Stream(), clock)
    pump_for(player, clock, 0.1)
    out = LiveOut(player, "job", RATE, 2)
    for chunk in range(10):
        out.write(noise(480), chunk)
        pump_for(player, clock, 0.010)
    (voice,) = player.stream.voices
    assert voice.ahead_frames > 0
    clock.seconds += 1.0
    pump_for(player, clock, 0.010)
    for chunk in range(10, 110):
        out.write(noise(480), chunk)
    assert player.stalls == 1
    assert 0 < voice.ahead_frames <= 3 * 480


def test_every_sink_gets_the_stream_at_its_own_rate_and_width() -> None:
    clock, same, other = FakeClock(), Recorder(), Recorder(44_100, 1)
    player = Player(Stream(), clock)
    player.attach("same", same)
    player.attach("other", other)
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE).astype(np.float32)
    voice = player.stream.open_voice("job", RATE, 1)
    voice.write(wave[:, None], 0)
    voice.end()
    pump_for(player, clock, 3.0)
    assert np.array_equal(same.audio[: 2 * RATE], np.stack([wave, wave], axis=1))
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * 44_100) / 44_100)
    assert np.abs(other.audio[: len(expected), 0] - expected)[2_000:-2_000].max() < 1e-3
    assert len(other.audio) == pytest.approx(player.stream.frame * 44_100 / RATE, abs=1_000)


def test_gain_is_the_sinks_own_and_changes_without_a_step() -> None:
    clock, loud, soft = FakeClock(), Recorder(), Recorder()
    player = Player(Stream(), clock)
    player.attach("loud", loud)
    outlet = player.attach("soft", soft, gain=0.5)
    voice = player.stream.open_voice("job", RATE, 2)
    voice.write(np.ones((RATE, 2), np.float32), 0)
    pump_for(player, clock, 0.2)
    outlet.gain = 0.0
    pump_for(player, clock, 0.2)
    assert (loud.audio == 1).all()
    assert (soft.audio[: round(0.2 * RATE) + LOOKAHEAD] == 0.5).all()
    assert not soft.audio[-480:].any()
    assert np.abs(np.diff(soft.audio[:, 0])).max() < 0.5 / 400


def test_a_sink_that_fails_is_let_go_of_alone() -> None:
    async def scene() -> None:
        clock, good, bad = FakeClock(), Recorder(), Recorder(fail_at=4_800)
        player = Player(Stream(), clock)
        player.attach("bad", bad)
        player.attach("good", good)
        pump_for(player, clock, 1.0)
        failed = [event for event in told(player) if isinstance(event, SinkFailed)]
        assert [(e.name, e.text) for e in failed] == [("bad", "the cable was pulled: plug it in")]
        assert [outlet.name for outlet in player.outlets] == ["good"]
        await player.close()
        assert (good.closed, bad.closed) == (1, 1)
        assert len(good.audio) == RATE + LOOKAHEAD

    asyncio.run(scene())


def test_a_sink_that_hangs_holds_up_no_other_that_is_closed() -> None:
    together = threading.Barrier(2, timeout=60)

    async def scene() -> None:
        player, slow = Player(Stream(), FakeClock()), [Recorder(), Recorder()]
        for number, sink in enumerate(slow):
            sink.close = together.wait
            player.attach(str(number), sink)
        await player.close()

    asyncio.run(scene())
    assert not together.broken


def test_closing_waits_for_sinks_that_somebody_gave_up_to_wait_for() -> None:
    gate = threading.Event()

    async def scene() -> None:
        player, sink = Player(Stream(), FakeClock()), Recorder()
        sink.close = lambda: gate.wait(60) and Recorder.close(sink)
        player.attach("tape", sink)
        detaching = asyncio.create_task(player.detach("tape"))
        await asyncio.sleep(0)
        detaching.cancel()
        asyncio.get_running_loop().call_soon(gate.set)
        await player.close()
        assert sink.closed == 1

    asyncio.run(scene())


def test_any_other_error_of_a_sink_does_not_stop_the_stream_either() -> None:
    async def scene() -> None:
        clock, bad, good = FakeClock(), Recorder(), Recorder()
        player = Player(Stream(), clock)
        player.attach("bad", bad)
        player.attach("good", good)
        bad.blocks = [np.zeros((1, 2), np.float32)]  # Its own count is wrong now.
        pump_for(player, clock, 0.1)
        assert [e.text for e in told(player) if isinstance(e, SinkFailed)] == ["AssertionError"]
        assert len(good.audio) == player.stream.frame
        await player.close()

    asyncio.run(scene())


def test_a_sink_attached_later_starts_with_the_next_block() -> None:
    clock, sink = FakeClock(), Recorder()
    player = Player(Stream(), clock)
    voice = player.stream.open_voice("job", RATE, 2)
    audio = noise(RATE)
    voice.write(audio, 0)
    pump_for(player, clock, 0.3)
    start = player.stream.frame
    player.attach("late", sink)
    pump_for(player, clock, 0.3)
    assert np.array_equal(sink.audio, audio[start : start + len(sink.audio)])


def test_wait_room_holds_back_whoever_is_far_ahead() -> None:
    async def scene() -> None:
        clock = FakeClock()
        player = Player(Stream(), clock, max_ahead_seconds=1.0)
        voice = player.stream.open_voice("job", RATE, 2)
        pump = asyncio.create_task(player.run())
        most = 0
        for window in range(40):
            await player.wait_room(voice)
            voice.write(noise(12_000, window), window)
            most = max(most, voice.ahead_frames)
        voice.end()
        assert RATE <= most < RATE + 12_000
        voice.cancel()
        await asyncio.wait_for(player.wait_room(voice), 10)
        assert voice.over
        assert voice.underruns == 0
        pump.cancel()

    asyncio.run(scene())


def test_buffered_seconds_are_those_of_the_voice_that_has_least() -> None:
    player = Player(Stream(), FakeClock())
    assert player.buffered_seconds == 0.0
    for key, seconds in (("a", 3), ("b", 2)):
        player.stream.open_voice(key, RATE, 2).write(noise(seconds * RATE), 0)
    assert player.buffered_seconds == 2.0


class Quartz:
    """A sink whose clock is off by some parts in a million and reads blocks of 256 frames."""

    text: ClassVar[str] = "counts"
    options: ClassVar[tuple[Parameter, ...]] = ()

    def __init__(self, clock: FakeClock, parts_per_million: float) -> None:
        self.rate_hz, self.channels = RATE, 2
        self.stats = Stats()
        self.lowest = self.highest = 0
        self._clock, self._start = clock, clock.seconds
        self._true_hz = RATE * (1 + parts_per_million / 1e6)

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        raise NotImplementedError

    def write(self, first_frame: int, block: Audio) -> None:
        self.stats.frames += len(block)

    def surplus_frames(self) -> int:
        consumed = int((self._clock.seconds - self._start) * self._true_hz) // 256 * 256
        surplus = self.stats.frames - consumed - LOOKAHEAD
        self.lowest, self.highest = min(self.lowest, surplus), max(self.highest, surplus)
        return surplus

    def close(self) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("seconds", [600, pytest.param(3_600, marks=pytest.mark.long)])
@pytest.mark.parametrize("parts_per_million", [-200, 200])
def test_a_clock_off_by_200_ppm_neither_drains_nor_fills_a_device(
    parts_per_million: float, seconds: int
) -> None:
    clock = FakeClock()
    player = Player(Stream(), clock)
    player.pump()
    quartz = Quartz(clock, parts_per_million)
    player.attach("device", quartz)
    quartz.stats.frames = LOOKAHEAD
    pump_for(player, clock, seconds)
    assert -LOOKAHEAD // 2 < quartz.lowest <= quartz.highest < LOOKAHEAD // 2
    assert player.stalls == 0


def test_without_a_sink_and_a_voice_it_rests_and_what_comes_finds_the_stream_in_time() -> None:
    async def scene() -> None:
        clock, stream = FakeClock(), Stream()
        player = Player(stream, clock)
        pumps, pump = [], player.pump
        player.pump = lambda: (pumps.append(clock.seconds), pump())[1]  # type: ignore[method-assign]
        running = asyncio.create_task(player.run())
        await clock.reach(1005.0)
        assert len(pumps) < 60
        clock.seconds += 0.05  # In the middle of a rest.
        player.stream.open_voice("a", 48_000, 2)
        assert stream.frame == player.frame_now + 48 * 40
        pumps.clear()
        await clock.reach(1007.0)
        assert len(pumps) > 150
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scene())
