"""A live job's voice on the stream, for sinks without a quicker way, kept near its time.

What comes too late must not make all that follows late: as at a device (live_ring.py), so much
waits as a reserve says, and what waits for longer is left out, in silence where there is some.
"""

from __future__ import annotations

from bridge.conversion import Audio
from bridge.live_reserve import Reserve
from bridge.stream import FADE_SECONDS, Stream

LEAST_SECONDS = 0.016
MOST_SECONDS = 0.1
SETTLED_FRAMES = 1 << 13  # so long says how much really waits


class LiveVoice:
    """Writes chunks to a voice of its own; lives on the event loop, as the stream's reader does."""

    def __init__(self, stream: Stream, key: str, rate_hz: int, channels: int) -> None:
        self.resyncs = 0
        self.voice = stream.open_voice(key, rate_hz, channels)
        self.voice.is_live = True
        self._stream = stream
        least, most = (round(s * stream.rate_hz) for s in (LEAST_SECONDS, MOST_SECONDS))
        self._reserve = Reserve(least, most, stream.rate_hz)
        self._fade_frames = round(FADE_SECONDS * stream.rate_hz)
        self._more_frames = 0
        self._is_first = True
        self._seen_underruns = 0
        self._surpluses: list[int] = []
        self._settled_frame = stream.frame + SETTLED_FRAMES

    @property
    def _kept_frames(self) -> int:
        return self._reserve.frames + self._more_frames

    def keep_more(self, seconds: float) -> None:
        """Let so much more wait: a device's reserve has risen, and chunks come sooner by it."""
        self._more_frames = max(0, round(seconds * self._stream.rate_hz))

    def write(self, samples: Audio, chunk: int, is_next: bool) -> float:
        """Append a chunk; returns how many seconds more waited before it than should.

        One that is not next, after others were never rendered, says nothing of the reserve.
        """
        voice, reserve = self.voice, self._reserve
        reserve.now_frame = self._stream.frame
        # What a fade needs is not there to be waited on.
        ahead, silent = voice.ahead_frames, voice.silent_frames(self._stream.frame)
        surplus = ahead - silent - self._fade_frames - self._kept_frames
        if is_next and not self._is_first:
            reserve.needed(-surplus, voice.underruns != self._seen_underruns)
        self._seen_underruns = voice.underruns
        voice.write(samples, chunk)
        if self._is_first or silent:
            self._place(ahead)
            return 0.0
        self._settle(surplus)
        return surplus / self._stream.rate_hz

    def _place(self, ahead: int) -> None:
        """Let it sound when as much waits as should, and leave out what waits beyond that."""
        missing_frames = self._kept_frames + self._fade_frames - ahead
        self.voice.leave_out(-missing_frames)
        self.voice.at_frame = self._stream.frame + max(0, missing_frames)
        self._is_first = False
        self._surpluses.clear()

    def _settle(self, surplus: int) -> None:
        """Leave out what has waited for too long."""
        self._surpluses.append(surplus)
        if self._stream.frame < self._settled_frame:
            return
        self._settled_frame = self._stream.frame + SETTLED_FRAMES
        least = min(self._surpluses)
        if least > self._kept_frames // 4:
            self.resyncs += 1
            self.voice.leave_out(least)
        self._surpluses.clear()
