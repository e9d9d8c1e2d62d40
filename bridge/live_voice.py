"""A live job's voice on the stream, for sinks without a quicker way, played as at a device.

Each chunk has its own place in time, and where it comes too late the sound goes on by its last
moment (live_ring.py). As much waits as a reserve of its own says, and where a device leads the
job's clock, as much more as that device made chunks come sooner.
"""

from __future__ import annotations

from collections import deque

from bridge.conversion import Audio, Converter
from bridge.live_reserve import Reserve
from bridge.live_ring import LIVE_FADE_SECONDS, LiveTap
from bridge.sinks.base import Kept
from bridge.stream import Event, Resumed, Stream, Underrun, VoiceEnded, WindowAudible

LEAST_SECONDS = 0.016
MOST_SECONDS = 0.1


class LiveVoice:
    """Takes chunks and mixes them into the stream; both on the event loop."""

    stems: tuple[str, ...] = ()
    is_live = True

    def __init__(self, stream: Stream, key: str, rate_hz: int, channels: int) -> None:
        """Take a place on the stream; what comes first says when it begins."""
        self.key, self.width, self.over = key, stream.channels, False
        self._stream_hz = stream.rate_hz
        self._converter = Converter(rate_hz, channels, stream.rate_hz, stream.channels)
        least, most = (round(s * stream.rate_hz) for s in (LEAST_SECONDS, MOST_SECONDS))
        self._reserve = Reserve(least, most, stream.rate_hz)
        self._more_frames = 0
        self._tap: LiveTap | None = None
        self._marks: deque[tuple[int, int, int]] = deque()  # Chunks, by their frames in the ring.
        self._dry_since = 0  # How much had been missing before.
        self._ended = False
        self._fading_frames = max(1, round(LIVE_FADE_SECONDS * stream.rate_hz))
        stream.add(self)

    @property
    def underruns(self) -> int:
        """How often nothing was left to play."""
        return self._tap.underruns if self._tap else 0

    @property
    def ahead_frames(self) -> int:
        """The stream's frames that wait."""
        return max(0, self._tap.level) if self._tap else 0

    @property
    def resyncs(self) -> int:
        """How often what had waited for too long was left out."""
        return self._tap.resyncs if self._tap else 0

    def keep_more(self, seconds: float) -> None:
        """Let so much more wait: a device's reserve has risen, and chunks come sooner by it."""
        self._more_frames = max(0, round(seconds * self._stream_hz))

    def write(
        self, samples: Audio, chunk: int, left_out_frames: int = 0, leads: bool = True
    ) -> Kept:
        """Append a chunk, `[frames, channels] float32` of the job's own rate.

        `left_out_frames` of it were never rendered before. The stream `leads` where the job's
        clock follows what is returned, in the stream's frames.
        """
        ready = self._converter.convert(samples)
        tap = self._tap = self._tap or self._begun(max(1, len(ready)))
        tap.more_frames = self._more_frames
        left_out = round(left_out_frames * self._converter.ratio)
        surplus_frames = tap.write(ready, left_out, leads)
        self._marks.append((chunk, tap.written - len(ready), tap.written))
        return Kept(tap.target_frames, surplus_frames, tap.level)

    def _begun(self, chunk_frames: int) -> LiveTap:
        return LiveTap(
            self.width, self._reserve, self._fading_frames, chunk_frames, self._stream_hz
        )

    def end(self) -> None:
        """Play what waits, and fade; no more is coming."""
        self._ended = True
        if self._tap:
            self._tap.end()

    def lose(self, frames: int) -> None:
        """Let time be over in which nothing was mixed: what waited for it is not heard."""
        if self._tap:
            self._tap.lose(frames)

    def mix_into(self, block: Audio, frame: int, events: deque[Event]) -> None:
        """Add the voice to a `[frames, width] float32` block that starts at a stream frame."""
        if self._tap:
            self._fading_frames -= len(block) if self._tap.over else 0
            self._play(self._tap, block, frame, events)
        if self._ended and (self._tap is None or self._fading_frames <= 0):
            self.over = True
            events.append(VoiceEnded(frame + len(block), self.key, cancelled=False))

    def _play(self, tap: LiveTap, block: Audio, frame: int, events: deque[Event]) -> None:
        was_dry, underruns, missing = tap.is_dry, tap.underruns, tap.missing_frames
        self._announce(tap.consumed, len(block), frame, events)
        tap.mix_into(block)
        self._reserve.now_frame += len(block)
        ran_dry = tap.underruns > underruns
        if was_dry and (ran_dry or not tap.is_dry):
            events.append(Resumed(frame, self.key, missing - self._dry_since))
        if ran_dry:
            self._dry_since = missing
            dry_frame = frame + len(block) - (tap.missing_frames - missing)
            events.append(Underrun(dry_frame, self.key))

    def _announce(self, consumed: int, frames: int, frame: int, events: deque[Event]) -> None:
        """Tell which chunks begin; one whose time is over is not heard."""
        offset = frame - consumed
        while self._marks and self._marks[0][1] < consumed + frames:
            chunk, start, end = self._marks.popleft()
            if end > consumed:
                begins = max(frame, start + offset)
                events.append(WindowAudible(begins, self.key, chunk, end + offset))
