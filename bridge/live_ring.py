"""What is played live on its way to an audio callback: each chunk in its own place in time.

The time from key to sound stays the same: what comes too late is lost and never delays what
comes after it. Only what is too late again and again, or waits too long again and again, moves
the whole; and where the ring ran dry its reserve may rise, by chunks that come a little sooner than
before, so that nothing is heard of it. The ring's writer is the event loop, its reader the audio
thread.
"""

from __future__ import annotations

import numpy as np

from bridge.live_clock import MOST_SOONER
from bridge.live_reserve import Reserve
from bridge.ring import Audio, Ring, Tap

_SPARE_FRAMES = 1 << 15
_SPARE_CHUNKS = 4
_SETTLED_FRAMES = 1 << 13  # so long says how much really waits
_LEAST_WRITES = 2


class LiveTap:
    """A ring of chunks of one live job, as many of which wait as a reserve says.

    It is the job's clock that follows the reserve: at once where it falls, and up to a tenth
    faster than time where it rises.
    """

    def __init__(
        self, channels: int, reserve: Reserve, fade_frames: int, chunk_frames: int, rate_hz: int
    ) -> None:
        self.resyncs = 0
        self.postponed = 0
        self._reserve, self.target_frames = reserve, reserve.frames
        spare_frames = max(_SPARE_FRAMES, _SPARE_CHUNKS * chunk_frames)
        self._ring = Ring(reserve.capacity_frames + spare_frames, channels)
        self._ring.write(np.zeros((self.target_frames, channels), np.float32))
        self._tap = Tap(self._ring, channels, 1, fade_frames, rate_hz)
        steps = np.arange(1, fade_frames + 1, dtype=np.float32)
        self._ramp = (steps / np.float32(fade_frames))[:, None]
        self._last = np.zeros((1, channels), np.float32)  # The writer's last frame.
        self._rises = False  # What comes next does, out of silence that was put before it.
        self._seen_underruns = 0
        self._settled_writes = max(_LEAST_WRITES, _SETTLED_FRAMES // chunk_frames)
        self._waited: list[int] = []
        self._skip_frames = 0  # Set by the writer, cleared by the reader.
        self._own = np.zeros((0, channels), np.float32)
        self._later = self._own
        self.ended = False

    @property
    def underruns(self) -> int:
        """How often nothing was left to play."""
        return self._tap.underruns

    @property
    def missing_frames(self) -> int:
        """For how many frames nothing was left to play."""
        return self._tap.missing_frames

    @property
    def over(self) -> bool:
        """Whether the job has ended and has been played to its end."""
        return self.ended and self._ring.level <= 0

    def write(self, chunk: Audio, left_out_frames: int = 0) -> int:
        """Append `[frames, channels] float32`; returns how many frames more waited than should.

        `left_out_frames` were never rendered before it: their time goes by in silence.
        """
        self._pass_over(left_out_frames)
        surplus = self._ring.level - self.target_frames
        self._learn(-surplus, is_reason=not left_out_frames)
        sooner_frames = max(1, int(MOST_SOONER * len(chunk)))
        self.target_frames = min(self.target_frames + sooner_frames, self._reserve.frames)
        self._waited.append(self._ring.level)
        if len(self._waited) == self._settled_writes:
            self._settle()
        self._ring.write(self._risen(chunk) if self._rises else chunk)
        self._last, self._rises = chunk[-1:], False
        return surplus

    def _learn(self, needed_frames: int, is_reason: bool) -> None:
        """Let the reserve learn by how much a chunk is late."""
        ran_dry = self._tap.underruns != self._seen_underruns
        self._seen_underruns = self._tap.underruns
        if is_reason:
            self._reserve.needed(needed_frames, ran_dry)

    def _settle(self) -> None:
        """Bring what waits back to what should, where it was off for long."""
        least, most = min(self._waited), max(self._waited)
        much = max(self.target_frames // 4, len(self._own))  # A device takes a block at once.
        if most < 0:
            self.postponed += 1
            self._pass_over(self.target_frames - most)
        elif least > self.target_frames + much and not self._skip_frames:
            self._skip_frames = least - self.target_frames
        self._waited.clear()

    def _pass_over(self, frames: int) -> None:
        """Let time go by in silence: first what is over already, where nobody reads any more."""
        was_dry = self._ring.level < 0
        late_frames = min(frames, max(0, -self._ring.level))
        self._ring.written += late_frames
        frames = min(frames - late_frames, self._ring.room)
        if frames <= 0:
            return
        silence = np.zeros((frames, self._last.shape[1]), np.float32)
        if not was_dry:  # Else the reader has faded out by itself.
            silence[: len(self._ramp)] = (self._last * (1.0 - self._ramp))[:frames]
        self._ring.write(silence)
        self._last, self._rises = silence[-1:], True

    def _risen(self, chunk: Audio) -> Audio:
        risen = chunk.copy()
        risen[: len(self._ramp)] *= self._ramp[: len(chunk)]
        return risen

    def end(self) -> None:
        """Play what waits; no more is coming."""
        self.ended = True
        self._tap.drain()

    def mix_into(self, out: Audio) -> None:
        """Add the next frames to `[frames, channels] float32`: for the audio thread alone."""
        if len(self._own) != len(out):
            self._own, self._later = np.zeros_like(out), np.zeros_like(out)
        due_frame = self._ring.consumed + len(out)
        self._tap.fill(self._own)
        self._ring.consumed = due_frame  # The time of what was missing is over.
        if self._skip_frames and self._ring.level >= self._skip_frames + 2 * len(out):
            self._skip(out)
        out += self._own

    def _skip(self, out: Audio) -> None:
        """Fade from what is due to what comes `_skip_frames` later."""
        self.resyncs += 1
        self._ring.consumed += self._skip_frames - len(out)
        self._ring.read_into(self._later)
        ramp = np.linspace(0.0, 1.0, len(out), dtype=np.float32)[:, None]
        self._own += ramp * (self._later - self._own)
        self._skip_frames = 0
