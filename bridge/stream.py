"""The stream: a gapless timeline of samples that mixes the voices placed on it.

Pure: no clock, no event loop. A voice is written by one thread and read by another without
a lock, because each of its counters is changed by one side alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.conversion import Converter, to_channels
from engine.wire import LegatoError

Audio: TypeAlias = NDArray[np.float32]

FADE_SECONDS = 0.010


@dataclass(frozen=True)
class Event:
    """Something that happens at a frame of the stream."""

    frame: int


@dataclass(frozen=True)
class WindowAudible(Event):
    """A window of a voice starts at `frame` and, unless data runs dry, ends at `end_frame`."""

    key: str
    window: int
    end_frame: int


@dataclass(frozen=True)
class Underrun(Event):
    """A voice has run out of samples and is faded out from `frame` on."""

    key: str


@dataclass(frozen=True)
class Resumed(Event):
    """A voice fades in again at `frame` after `missing_frames` of silence."""

    key: str
    missing_frames: int


@dataclass(frozen=True)
class VoiceEnded(Event):
    """The last sample of a voice lies before `frame`."""

    key: str
    cancelled: bool


class Mixed(Protocol):
    """What a stream mixes; some sinks have a quicker way to what `is_live`."""

    key: str
    stems: tuple[str, ...]
    width: int
    over: bool
    is_live: bool

    @property
    def underruns(self) -> int:
        """How often nothing was left to play."""

    @property
    def ahead_frames(self) -> int:
        """The stream's frames that wait."""

    def mix_into(self, block: Audio, frame: int, events: deque[Event]) -> None:
        """Add to a `[frames, width] float32` block that starts at a stream frame."""

    def lose(self, frames: int) -> None:
        """Learn that so much time went by in which the stream stood still."""


class Voice:
    """One job's audio on a stream; `write` and `end` belong to one thread, any one."""

    is_live = False

    def __init__(
        self,
        key: str,
        from_hz: int,
        from_channels: int,
        stream_hz: int,
        stream_channels: int,
        at_frame: int = 0,
        stems: Sequence[str] = (),
    ) -> None:
        self.key = key
        self.stems = tuple(stems)
        # The mix, and beside it stem after stem.
        self.width = stream_channels * (1 + len(self.stems))
        self.at_frame = at_frame
        self.underruns = 0
        self.missing_frames = 0
        self.broken_samples = 0
        self.over = False
        self._from_channels = from_channels
        self._stream_channels = stream_channels
        self._converter = Converter(from_hz, self._came_channels, stream_hz, self.width)
        self._fade_frames = max(1, round(stream_hz * FADE_SECONDS))
        self._chunks: deque[Audio] = deque()
        self._marks: deque[tuple[int, int, int]] = deque()
        self._came_frames = 0  # In the voice's own rate; the writer's.
        self._written = 0  # The writer's.
        self._broken = False  # The writer's.
        self._ended = False  # The writer's.
        self._played = 0  # The reader's, as all below.
        self._used_of_first = 0
        self._cancelled = False
        self._sounding = False
        self._falling = False
        self._level = self._fade_frames  # The gain in steps of 1 / fade_frames.
        self._gap_frame: int | None = None

    @property
    def ahead_frames(self) -> int:
        """The stream frames written and not yet played."""
        return self._written - self._played

    def write(self, samples: Audio, window: int, stems: Audio | None = None) -> None:
        """Append a window's `[frames, channels] float32` in the voice's own rate.

        A voice with stems gets them, too, `[stems, frames, channels]`. Joined to the window before
        it sample by sample. What is not finite becomes silence and is counted in
        `broken_samples`. Raises: LegatoError for other channels or after `end`.
        """
        if self._ended or samples.ndim != 2 or samples.shape[1] != self._from_channels:
            raise LegatoError(
                f"samples of shape {samples.shape} came for voice {self.key}, which "
                f"{'has ended' if self._ended else f'has {self._from_channels} channels'}"
            )
        start = round(self._came_frames * self._converter.ratio)
        self._came_frames += len(samples)
        end = round(self._came_frames * self._converter.ratio)
        self._marks.append((window, start, end))
        self._push(self._converter.convert(self._finite(self._beside(samples, stems))))

    def _beside(self, samples: Audio, stems: Audio | None) -> Audio:
        """Put a window's stems beside its mix, `[frames, width]`. Raises: LegatoError."""
        if not self.stems:
            return samples
        if stems is None or stems.shape != (len(self.stems), *samples.shape):
            came = "no stems" if stems is None else f"stems of shape {stems.shape}"
            raise LegatoError(
                f"{came} came for voice {self.key}, which has "
                f"{len(self.stems)} beside its {samples.shape}"
            )
        all_parts = (samples, *stems)
        return np.hstack([to_channels(part, self._stream_channels) for part in all_parts])

    def end(self) -> None:
        """Say that no more comes: call it together with the last window, not later.

        A voice that is still open when its data runs out fades, and that counts as an underrun.
        """
        if not self._ended:
            self._push(
                self._converter.convert(np.zeros((0, self._came_channels), np.float32), last=True)
            )
            self._ended = True

    def break_off(self) -> None:
        """Say that what was still due will not come: instead of `end`, fades the last 10 ms."""
        if not self._ended:
            self._broken = True
            self.end()

    def cancel(self) -> None:
        """Fade out within 10 ms and end; belongs to the reader's thread."""
        self._cancelled = True

    @property
    def _came_channels(self) -> int:
        return self.width if self.stems else self._from_channels

    def _finite(self, samples: Audio) -> Audio:
        broken = samples.size - int(np.count_nonzero(np.isfinite(samples)))
        if not broken:
            return samples
        self.broken_samples += broken
        return np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)

    def _push(self, samples: Audio) -> None:
        if len(samples):
            self._chunks.append(samples)
            self._written += len(samples)

    def mix_into(self, block: Audio, frame: int, events: deque[Event]) -> None:
        """Add the voice to a `[frames, width] float32` block that starts at a stream frame."""
        if self._cancelled and not self._sounding:
            self._finish(frame, events)
        place = min(max(0, self.at_frame - frame), len(block))
        while place < len(block) and (self._sounding or self._begin(frame + place, events)):
            place += self._stretch(block[place:], frame + place, events)

    def lose(self, frames: int) -> None:
        """Do nothing: what was to be heard is heard later."""

    def _begin(self, frame: int, events: deque[Event]) -> bool:
        # `_ended` is read first: whatever was written before it is then counted below.
        ended = self._ended
        enough = 1 if ended and not self._broken else 2 * self._fade_frames
        if self.over or (not ended and self.ahead_frames < enough):
            return False
        if self.ahead_frames < enough:
            self._finish(frame, events)
            return False
        self._sounding = True
        if self._gap_frame is not None:
            events.append(Resumed(frame, self.key, frame - self._gap_frame))
            self.missing_frames += frame - self._gap_frame
            self._gap_frame = None
        return True

    def _stretch(self, room: Audio, frame: int, events: deque[Event]) -> int:
        """Mix in frames up to where the gain's slope changes, and return how many."""
        frames, slope = self._ahead_at_one_slope(frame, events)
        frames = min(frames, len(room))
        if frames:
            self._announce_windows(frames, frame, events)
            self._play(room[:frames], slope)
        elif self._cancelled or self._ended:
            self._finish(frame, events)
        else:
            self._sounding = self._falling = False
            self._gap_frame = frame
        return frames

    def _ahead_at_one_slope(self, frame: int, events: deque[Event]) -> tuple[int, int]:
        # Every sample is to be heard to its end, or the last ones are kept for a fade.
        whole = self._ended and not self._broken
        ahead, level, full = self.ahead_frames, self._level, self._fade_frames
        # A fade that has begun turns back only for enough samples to be worth it.
        enough = whole or (ahead >= 3 * full and not self._broken)
        if self._cancelled or (self._falling and not enough):
            return min(ahead, level), -1
        self._falling = False
        if level < full and (whole or ahead + level >= 2 * full):
            return min(ahead, full - level), 1
        if whole or ahead > full:
            return (ahead if whole else ahead - full), 0
        self._falling = True
        if not self._broken:
            self.underruns += 1
            events.append(Underrun(frame, self.key))
        return min(ahead, level), -1

    def _announce_windows(self, frames: int, frame: int, events: deque[Event]) -> None:
        while self._marks and self._marks[0][1] < self._played + frames:
            window, start, end = self._marks.popleft()
            start_frame = frame + start - self._played
            events.append(WindowAudible(start_frame, self.key, window, start_frame + end - start))

    def _play(self, room: Audio, slope: int) -> None:
        levels = self._level + slope * np.arange(1, len(room) + 1, dtype=np.float32)
        gain = (levels / np.float32(self._fade_frames))[:, None]
        flat = not slope and self._level == self._fade_frames
        done = 0
        while done < len(room):
            chunk = self._chunks[0]
            part = chunk[self._used_of_first : self._used_of_first + len(room) - done]
            stop = done + len(part)
            room[done:stop] += part if flat else part * gain[done:stop]
            done = stop
            self._used_of_first += len(part)
            if self._used_of_first == len(chunk):
                self._chunks.popleft()
                self._used_of_first = 0
        self._level += slope * len(room)
        self._played += len(room)

    def _finish(self, frame: int, events: deque[Event]) -> None:
        if not self.over:
            self.over = True
            self._sounding = False
            self._chunks.clear()
            events.append(VoiceEnded(frame, self.key, self._cancelled))


class Stream:
    """Mixes voices into consecutive blocks on an absolute sample clock.

    `frame` is the first sample frame of the next block; `events` collects what the blocks
    read so far hold, in no strict order. `before_voice` is called before each voice is placed.
    """

    def __init__(self, rate_hz: int = 48_000, channels: int = 2) -> None:
        self.rate_hz = rate_hz
        self.channels = channels
        self.frame = 0
        self.underruns = 0
        self.events: deque[Event] = deque()
        self.before_voice: Callable[[], None] = lambda: None
        self._voices: list[Mixed] = []

    @property
    def voices(self) -> tuple[Mixed, ...]:
        """The voices that have not ended."""
        return tuple(self._voices)

    def open_voice(
        self,
        key: str,
        rate_hz: int,
        channels: int,
        at_frame: int = 0,
        stems: Sequence[str] = (),
    ) -> Voice:
        """Place a voice of its own rate and channels; it starts at `at_frame` or once it can."""
        voice = Voice(key, rate_hz, channels, self.rate_hz, self.channels, at_frame, stems)
        self.add(voice)
        return voice

    def add(self, voice: Mixed) -> None:
        """Mix a voice in from the next block on, until it is over."""
        self.before_voice()
        self._voices.append(voice)

    def lose(self, frames: int) -> None:
        """Stand still for so long: what is played live then is over, all else is heard later."""
        for voice in self._voices:
            voice.lose(frames)

    def read(
        self,
        frames: int,
        parts: dict[str, Audio] | None = None,
        stems: dict[str, Audio] | None = None,
    ) -> Audio:
        """Return the next `[frames, channels] float32` and move the clock on.

        Where `parts` is given, it gets each voice's own share of the mix, by its key; `stems`
        gets each voice's stems, by `KEY/STEM`, and the share of a voice that has none.
        """
        block = np.zeros((frames, self.channels), np.float32)
        for voice in self._voices:
            before = voice.underruns
            if parts is None and stems is None and not voice.stems:
                voice.mix_into(block, self.frame, self.events)
            else:
                self._read_apart(voice, block, parts, stems)
            self.underruns += voice.underruns - before
        self._voices = [voice for voice in self._voices if not voice.over]
        self.frame += frames
        return block

    def _read_apart(
        self,
        voice: Mixed,
        block: Audio,
        parts: dict[str, Audio] | None,
        stems: dict[str, Audio] | None,
    ) -> None:
        """Add a voice to a block, and its share and its stems to what is wanted of them."""
        wide = np.zeros((len(block), voice.width), np.float32)
        voice.mix_into(wide, self.frame, self.events)
        width = self.channels
        part = wide[:, :width]
        block += part
        names = [f"{voice.key}/{name}" for name in voice.stems] or [voice.key]
        first = width if voice.stems else 0
        if parts is not None:
            _add(parts, voice.key, part)
        if stems is not None:
            for index, name in enumerate(names):
                at = first + index * width
                _add(stems, name, wide[:, at : at + width])


def _add(parts: dict[str, Audio], key: str, part: Audio) -> None:
    parts[key] = parts[key] + part if key in parts else part
