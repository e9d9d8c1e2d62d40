"""The player: keeps a stream in time with a clock and hands it to every sink.

It runs on the event loop. About every 10 ms it mixes what is due, a lookahead before it
should sound, and gives the same block to all sinks; one that fails is let go of alone. Where there
is neither a sink nor a voice it rests, and looks after its events only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from bridge.conversion import Audio, Converter
from bridge.patience import apart
from bridge.sinks.base import Delayed, Listener, LiveTaker, MidiTaker, Sink
from bridge.stems import Stems
from bridge.stream import Event, Stream, Voice, VoiceEnded, WindowAudible
from engine.wire import LegatoError

_MAX_STEER = 0.001  # Of the clock's rate: a quartz is off by a fifth of that at most.
_REST_SECONDS = 0.1
_STEER_PER_SECOND = 0.05  # How much of a sink's surplus is worked off in a second.


class Clock(Protocol):
    """Time that goes on."""

    def now(self) -> float:
        """Return seconds since some moment."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class MonotonicClock:
    """The system's steady clock."""

    def now(self) -> float:
        """Return seconds since some moment; never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait without holding up the event loop."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True)
class SinkFailed(Event):
    """A sink can do no more and was let go of."""

    name: str
    text: str


@dataclass(frozen=True)
class StemPlaced(Event):
    """A stem, or a job without any, begins on the stems `place` of a sink, counted from 0.

    `key` is the job's, and its stem's name after a slash; where no place was free it is
    `shared` with others.
    """

    sink: str
    place: int
    key: str
    shared: bool


class Outlet:
    """A sink as the player holds it: gain, conversion to its rate, and its own frame count.

    With `stems` it gets so many stems, or jobs without any, side by side instead of the mix.
    It `plays_live` where what is played live reaches the sink sooner than by the stream.
    """

    def __init__(
        self, name: str, sink: Sink, stream: Stream, gain: float = 1.0, stems: int = 0
    ) -> None:
        self.name = name
        self.sink = sink
        self.gain = gain
        self.stems = Stems(stems, stream.channels) if stems else None
        self._applied_gain = gain
        width = stream.channels * (stems or 1)
        self._converter = Converter(stream.rate_hz, width, sink.rate_hz, sink.channels)
        self._frame = 0
        self._first_stream_frame = stream.frame
        self._sounding: set[str] = set()
        # Found out once: looking for a protocol's methods takes longer than calling them.
        self._listener = sink if isinstance(sink, Listener) else None
        self.delayed = sink if isinstance(sink, Delayed) else None
        self.plays_live = isinstance(sink, LiveTaker) and self.stems is None

    def hear(self, event: Event) -> None:
        """Tell the sink, where it wants to know, which voices begin and end in the next block."""
        if self._listener is None:
            return
        frame = round((event.frame - self._first_stream_frame) * self._converter.ratio)
        match event:
            case WindowAudible() if event.key not in self._sounding:
                self._sounding.add(event.key)
                self._listener.voice_began(frame, event.key)
            case VoiceEnded() if event.key in self._sounding:
                self._sounding.discard(event.key)
                self._listener.voice_ended(frame, event.key)
            case _:
                pass

    def write(self, block: Audio, stems: Mapping[str, Audio]) -> None:
        """Hand on `[frames, channels] float32` of the stream, or its stems side by side.

        Raises: LegatoError.
        """
        if self.stems:
            block = self.stems.spread(len(block), stems)
        before, self._applied_gain = self._applied_gain, self.gain
        converted = self._converter.convert(with_gain(block, before, self.gain))
        self.sink.write(self._frame, converted)
        self._frame += len(converted)

    def surplus_seconds(self) -> float | None:
        """Return how much too much waits for the sink's own clock, or None without one."""
        surplus = self.sink.surplus_frames()
        return None if surplus is None else surplus / self.sink.rate_hz


class Player:
    """Owns a stream, a clock and the sinks; `events` tells the app what is heard, when it is."""

    def __init__(
        self,
        stream: Stream,
        clock: Clock | None = None,
        lookahead_seconds: float = 0.040,
        period_seconds: float = 0.010,
        max_catch_up_seconds: float = 0.5,
        max_ahead_seconds: float = 60.0,
    ) -> None:
        self.stream = stream
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.stalls = 0
        self.lost_seconds = 0.0
        self._clock = clock or MonotonicClock()
        self._lookahead_seconds = lookahead_seconds
        self._period_seconds = period_seconds
        self._max_catch_up_seconds = max_catch_up_seconds
        self._max_ahead_frames = round(max_ahead_seconds * stream.rate_hz)
        self._zero_seconds = self._clock.now()
        self._last_seconds = self._zero_seconds
        self._outlets: dict[str, Outlet] = {}
        self._pending: list[Event] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._pumped = asyncio.Event()
        self._stirred = asyncio.Event()
        self._is_resting = False
        stream.before_voice = self._stir

    @property
    def frame_now(self) -> int:
        """The stream's frame that sounds at this moment."""
        return self.frame_at(self._clock.now())

    def frame_at(self, at_seconds: float) -> int:
        """Return the stream's frame that sounds at a moment of the clock.

        The first device that is open says how much later than planned it sounds.
        """
        return self._planned_frame(at_seconds - self._device_lag_seconds())

    def _planned_frame(self, at_seconds: float) -> int:
        return round((at_seconds - self._zero_seconds) * self.stream.rate_hz)

    def _device_lag_seconds(self) -> float:
        for outlet in self._outlets.values():
            if outlet.delayed is not None:
                return outlet.delayed.delay_seconds() - self._lookahead_seconds
        return 0.0

    @property
    def outlets(self) -> tuple[Outlet, ...]:
        """The sinks attached, in order."""
        return tuple(self._outlets.values())

    @property
    def buffered_seconds(self) -> float:
        """The seconds of audio that wait on the stream, of the voice that has least."""
        ahead = [voice.ahead_frames for voice in self.stream.voices]
        return min(ahead, default=0) / self.stream.rate_hz

    def attach(self, name: str, sink: Sink, gain: float = 1.0, stems: int = 0) -> Outlet:
        """Give an opened sink the stream from its next block on; set `gain` to change it.

        With `stems` the sink was opened for so many times the stream's channels.
        """
        self._stir()
        self._outlets[name] = Outlet(name, sink, self.stream, gain, stems)
        return self._outlets[name]

    async def detach(self, name: str) -> None:
        """Let go of a sink and close it. Raises: KeyError."""
        await asyncio.shield(self._let_go(self._outlets.pop(name)))

    def _let_go(self, outlet: Outlet) -> asyncio.Task[None]:
        """Close a sink, which `close` waits for, whoever else does."""
        task = asyncio.get_running_loop().create_task(apart(outlet.sink.close))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    async def run(self) -> None:
        """Pump until cancelled."""
        self._anchor()
        while True:
            self.pump()
            if self._is_at_rest:
                await self._rest()
            else:
                await self._clock.sleep(self._period_seconds)

    @property
    def _is_at_rest(self) -> bool:
        return not (self._outlets or self.stream.voices or self._pending)

    async def _rest(self) -> None:
        """Wait until something is to be heard, or for a while."""
        self._stirred.clear()
        self._is_resting = True
        waits = (self._clock.sleep(_REST_SECONDS), self._stirred.wait())
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._is_resting = False
            for task in tasks:
                task.cancel()

    def _stir(self) -> None:
        """End a rest: what comes finds the stream at its time."""
        if self._is_resting:
            self._is_resting = False
            self.pump()
            self._stirred.set()

    async def close(self) -> None:
        """Close all sinks, side by side: one that hangs holds up no other."""
        for name in tuple(self._outlets):
            self._let_go(self._outlets.pop(name))
        await asyncio.gather(*self._closing)

    async def wait_room(self, voice: Voice) -> None:
        """Return once the voice holds less than the bound ahead, or has ended."""
        while voice.ahead_frames >= self._max_ahead_frames and not voice.over:
            await self._pumped.wait()

    def pump(self) -> None:
        """Mix what is due, hand it on, and tell what has become audible."""
        self._steer()
        due = self._due_frames()
        if due > 0:
            self._hand_on(due)
        self._tell()
        self._pumped.set()
        self._pumped = asyncio.Event()

    def midi(self, status: int, data1: int, data2: int) -> None:
        """Pass a MIDI channel message on to the sinks that take any."""
        for outlet in self.outlets:
            if isinstance(outlet.sink, MidiTaker):
                self._guarded(outlet, partial(outlet.sink.midi, status, data1, data2))

    def _hand_on(self, frames: int) -> None:
        """Mix the next frames and give them to every sink."""
        parts: dict[str, Audio] = {}
        stems: dict[str, Audio] = {}
        live = {voice.key for voice in self.stream.voices if voice.is_live}
        by_voice = any(live and outlet.plays_live for outlet in self.outlets)
        by_stem = any(outlet.stems for outlet in self.outlets)
        frame = self.stream.frame
        block = self.stream.read(frames, parts if by_voice else None, stems if by_stem else None)
        for outlet in self.outlets:
            for event in self.stream.events:
                self._guarded(outlet, partial(outlet.hear, event))
            mix = _without(live, block, parts) if live and outlet.plays_live else block
            self._guarded(outlet, partial(outlet.write, mix, stems))
            for placed in outlet.stems.placed if outlet.stems else ():
                self._pending.append(StemPlaced(frame, outlet.name, *placed))

    def _due_frames(self) -> int:
        rate_hz = self.stream.rate_hz
        planned = self._planned_frame(self._clock.now())
        due = planned + round(self._lookahead_seconds * rate_hz) - self.stream.frame
        most = round((self._lookahead_seconds + self._max_catch_up_seconds) * rate_hz)
        if abs(due) <= most:
            return due
        # The loop was held up for long, or the clock was set: go on from here, later.
        self.stalls += 1
        self.lost_seconds += abs(due) / rate_hz
        self.stream.lose(max(0, due))
        self._anchor()
        return 0

    def _anchor(self) -> None:
        """Let the stream's next frame be due a lookahead from now."""
        played = self.stream.frame / self.stream.rate_hz
        now = self._clock.now()
        self._zero_seconds = now - played + self._lookahead_seconds
        self._last_seconds = now

    def _steer(self) -> None:
        """Follow the first sink with a clock of its own, slower than anyone hears."""
        now = self._clock.now()
        passed, self._last_seconds = now - self._last_seconds, now
        if not 0 < passed < 1:
            return
        surpluses = (outlet.surplus_seconds() for outlet in self.outlets)
        surplus = next((value for value in surpluses if value is not None), 0.0)
        slope = min(max(surplus * _STEER_PER_SECOND, -_MAX_STEER), _MAX_STEER)
        self._zero_seconds += slope * passed

    def _guarded(self, outlet: Outlet, work: Callable[[], None]) -> None:
        if self._outlets.get(outlet.name) is not outlet:  # It failed a moment ago.
            return
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever a sink raises, the stream goes on.
            del self._outlets[outlet.name]
            text = str(error) if isinstance(error, LegatoError) else type(error).__name__
            self._pending.append(SinkFailed(self.stream.frame, outlet.name, text))
            self._let_go(outlet)

    def _tell(self) -> None:
        self._pending.extend(self.stream.events)
        self.stream.events.clear()
        now = self.frame_now
        due = [event for event in self._pending if event.frame <= now]
        self._pending = [event for event in self._pending if event.frame > now]
        for event in sorted(due, key=lambda event: event.frame):
            self.events.put_nowait(event)


def with_gain(block: Audio, before: float, gain: float) -> Audio:
    """Return `[frames, channels] float32` with a gain, which a change reaches by the end of it."""
    if before == gain:
        return block if gain == 1.0 else block * np.float32(gain)
    return block * np.linspace(before, gain, len(block), dtype=np.float32)[:, None]


def _without(live: Collection[str], block: Audio, parts: Mapping[str, Audio]) -> Audio:
    """Return a block without the voices that reach a sink by a quicker way."""
    mix = np.zeros_like(block)
    for key, part in parts.items():
        if key not in live:
            mix += part
    return mix
