"""Live input: the last minute of every open input, to be continued or varied.

`live` as a source is the last seconds heard, `live:4s` the last four, `live:8bars` the last
eight whole bars of the transport; `live:desk:8bars` names one input of several.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec
import numpy as np
import structlog

from bridge.conversion import Audio, Sound
from bridge.inputs.base import Input, check_options, find_input
from bridge.patience import apart, patiently
from bridge.transport import Transport
from engine.wire import NotFound, OutOfRange, Parameter, Value

KEEP = Parameter("keep", "float", 60.0, 1.0, 600.0, unit="seconds", text="how much is kept")
DEFAULT_SECONDS = 10.0
MAX_BARS = 1_024
OPEN_SECONDS, CLOSE_SECONDS = 10.0, 2.0
_SLACK_SECONDS = 1.0
_MAX_BYTES = 1 << 30
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(s|bars?)", re.ASCII)

Row: TypeAlias = tuple[str | int | float, ...]


class Span(msgspec.Struct, frozen=True):
    """How long some bars before the last bar line last, and how long ago it was."""

    seconds: float
    ago_seconds: float = 0.0


class Recent:
    """The last seconds of a sound, written by an audio thread and read by any other.

    There is room for a second more than is kept, so that what is read is not overwritten.
    """

    def __init__(self, rate_hz: int, channels: int, seconds: float) -> None:
        self.rate_hz = rate_hz
        self.kept_frames = round(seconds * rate_hz)
        self.heard = 0
        self.peak = 0.0
        self._begun = 0  # Frames written or being written: those `heard` are done.
        self._samples = np.zeros(
            (self.kept_frames + round(_SLACK_SECONDS * rate_hz), channels), np.float32
        )
        # For each block of the last second: the frame after it, and when frame 0 was by it.
        self._begins: deque[tuple[int, float]] = deque()

    def hear(self, block: Audio, end_seconds: float) -> None:
        """Take `[frames, channels] float32` that ended at a second of the steady clock."""
        came = len(block)
        block = block[-len(self._samples) :]
        start = (self.heard + came - len(block)) % len(self._samples)
        first = min(len(block), len(self._samples) - start)
        self._begun = self.heard + came
        self._samples[start : start + first] = block[:first]
        self._samples[: len(block) - first] = block[first:]
        self.heard += came
        self.peak = float(np.abs(block).max(initial=0.0))
        self._begins.append((self.heard, end_seconds - self.heard / self.rate_hz))
        while self._begins[0][0] < self.heard - self.rate_hz:
            self._begins.popleft()

    def frame_at(self, at_seconds: float) -> int:
        """Return the frame that sounded at a second of the steady clock.

        A busy machine tells of a block late, and never early: the earliest of a second counts.
        """
        begin_seconds = min((begin for _, begin in tuple(self._begins)), default=at_seconds)
        return round((at_seconds - begin_seconds) * self.rate_hz)

    def read(self, end_frame: int, frames: int) -> Audio:
        """Return up to `frames` frames before one, fewer where they were not heard or not kept."""
        end_frame = min(end_frame, self.heard)
        first = max(end_frame - frames, self.heard - self.kept_frames, 0)
        places = np.arange(first, max(first, end_frame)) % len(self._samples)
        copy: Audio = self._samples[places]
        # What was overwritten meanwhile, if we were held up for long, is no longer what it was.
        return copy[max(0, self._begun - len(self._samples) - first) :]


class _Open(msgspec.Struct):
    kind: str
    input: Input
    recent: Recent


class Inputs:
    """The open inputs, the newest of which is `live`; `recent` may be called by any thread."""

    def __init__(
        self,
        span_of: Callable[[float], Span] = lambda bars: Span(2.0 * bars),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._span_of = span_of
        self._clock = clock
        self._open: dict[str, _Open] = {}
        self._changing = asyncio.Lock()
        self._log = structlog.get_logger("legato.inputs")

    async def open(self, kind: str, name: str, given: Mapping[str, Value]) -> tuple[int, int]:
        """Open an input, in place of one of its name; return its rate and channels.

        Raises: LegatoError.
        """
        own = {key: value for key, value in given.items() if key != KEEP.name}
        keep_seconds = float(KEEP.checked(given.get(KEEP.name, KEEP.default)))
        options = check_options(kind, own)
        async with self._changing:
            if former := self._open.pop(name, None):
                await self._let_go(name, former.input)
            opened = await apart(
                lambda: patiently(
                    lambda: self._begin(kind, name, options, keep_seconds),
                    OPEN_SECONDS,
                    f"opening the input {name}",
                    lambda late: late.input.close(),
                )
            )
            self._open[name] = opened
        return opened.input.rate_hz, opened.input.channels

    def _begin(
        self, kind: str, name: str, options: Mapping[str, Value], keep_seconds: float
    ) -> _Open:
        way_in = find_input(kind)()
        try:
            way_in.open(name, options)
            size = 4.0 * way_in.rate_hz * way_in.channels * (keep_seconds + _SLACK_SECONDS)
            if size > _MAX_BYTES:
                raise OutOfRange(
                    f"{keep_seconds:g} s of {way_in.channels} channels take {size / 1e6:.0f} MB; "
                    "keep fewer seconds or channels"
                )
            recent = Recent(way_in.rate_hz, way_in.channels, keep_seconds)
            way_in.start(recent.hear)
        except BaseException:
            way_in.close()
            raise
        return _Open(kind, way_in, recent)

    async def close(self, name: str) -> None:
        """Close an input; what it heard is forgotten. Raises: NotFound."""
        async with self._changing:
            if name not in self._open:
                raise NotFound(f"no input {name[:40]!r} is open; /legato/inputs lists those")
            way_in = self._open.pop(name).input
        await self._let_go(name, way_in)

    async def _let_go(self, name: str, way_in: Input) -> None:
        """Close an input; what hangs in an audio system whose server does not answer is left."""
        try:
            await asyncio.wait_for(apart(way_in.close), CLOSE_SECONDS)
        except TimeoutError:
            self._log.warning("input hangs, and is left", input=name, seconds=CLOSE_SECONDS)

    async def close_all(self) -> None:
        """Close every input; one that is being opened, and hangs, is not waited for."""
        opened, self._open = self._open, {}
        await asyncio.gather(*(self._let_go(name, each.input) for name, each in opened.items()))

    def rows(self) -> list[Row]:
        """Return what `/legato/inputs` tells: name, kind, rate, channels, seconds, peak, lost."""
        return [
            (
                name,
                opened.kind,
                opened.input.rate_hz,
                opened.input.channels,
                min(opened.recent.heard, opened.recent.kept_frames) / opened.input.rate_hz,
                opened.recent.peak,
                opened.input.lost_blocks,
            )
            for name, opened in self._open.items()
        ]

    def recent(self, text: str) -> Sound:
        """Return what a source `live:TEXT` means: `4s`, `8bars`, `desk:4s`, or nothing.

        Raises: NotFound where no such input is open or it has not heard enough, OutOfRange.
        """
        name, length = _split(text)
        opened = self._opened(name)
        ring = opened.recent
        if not length:
            samples = ring.read(ring.heard, round(DEFAULT_SECONDS * ring.rate_hz))
            wanted = 1
        else:
            end_seconds, seconds = self._span(length)
            wanted = round(seconds * ring.rate_hz)
            samples = ring.read(ring.frame_at(end_seconds), wanted)
        if len(samples) < wanted:
            raise NotFound(
                f"live:{text[:32]} asks for {wanted / ring.rate_hz:.2f} s, and "
                f"{len(samples) / ring.rate_hz:.2f} s are there: wait, ask for less, or open the "
                "input with a longer keep"
            )
        return Sound(samples, ring.rate_hz, "live")

    def _opened(self, name: str) -> _Open:
        """Return an open input, the newest where no name is given. Raises: NotFound."""
        if name and name in self._open:
            return self._open[name]
        if name or not self._open:
            raise NotFound(
                f"no input {name[:40]!r} is open to be the source live; /legato/input/open opens "
                f"one, and {', '.join(self._open) or 'none'} is open"
            )
        return next(reversed(self._open.values()))

    def _span(self, length: str) -> tuple[float, float]:
        """Return the second at which a span ends, and its seconds. Raises: OutOfRange."""
        match = _LENGTH.fullmatch(length)
        if match is None or not float(match[1]):
            raise OutOfRange(f"live:{length[:32]} came; live:4s or live:8bars is expected")
        amount, now = float(match[1]), self._clock()
        if match[2] == "s":
            return now, amount
        if amount > MAX_BARS:
            raise OutOfRange(f"{amount:g} bars came; at most {MAX_BARS} are taken")
        span = self._span_of(amount)
        return now - span.ago_seconds, span.seconds


def _split(text: str) -> tuple[str, str]:
    """Return the name and the length in `name:length`, either of which may be left out."""
    name, _, length = text.rpartition(":")
    if name or not length or _LENGTH.fullmatch(length):
        return name, length
    return ("", length) if length[:1].isdigit() else (length, "")


def span_of_bars(transport: Transport, frame_now: int, bars: float) -> Span:
    """Return the last bars of a transport, while a frame of its stream sounds.

    Each bar has the signature that it was played in. A transport that stands still plays none:
    the bars before it end now.
    """
    beat_seconds = 60 / transport.tempo_bpm
    beat = transport.beat_at(frame_now)
    bar = transport.bar_at(beat)
    line = transport.beat_of_bar(bar)
    seconds = (line - transport.beat_of_bar(bar - bars)) * beat_seconds
    ago_seconds = max(0.0, beat - line) * beat_seconds if transport.running else 0.0
    return Span(seconds, ago_seconds)
