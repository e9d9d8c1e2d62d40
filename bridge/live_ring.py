"""What is played live on its way to an audio callback: each chunk in its own place in time.

The time from key to sound stays the same: what comes too late is lost and never delays what
comes after it. Only what is too late again and again, or waits too long again and again, moves
the whole. The ring's writer is the event loop, its reader the audio thread.
"""

from __future__ import annotations

import numpy as np

from bridge.ring import Audio, Ring, Tap

_SPARE_FRAMES = 1 << 15
_SPARE_CHUNKS = 4
_SETTLED_FRAMES = 1 << 13  # so long says how much really waits
_LEAST_WRITES = 2


class LiveTap:
    """A ring of chunks of one live job, `target_frames` of which wait before each chunk comes."""

    def __init__(
        self, channels: int, target_frames: int, fade_frames: int, chunk_frames: int
    ) -> None:
        self.resyncs = 0
        self.postponed = 0
        spare_frames = max(_SPARE_FRAMES, _SPARE_CHUNKS * chunk_frames)
        self._ring = Ring(target_frames + spare_frames, channels)
        self._ring.write(np.zeros((target_frames, channels), np.float32))
        self._tap = Tap(self._ring, channels, 1, fade_frames)
        self._channels, self._target_frames = channels, target_frames
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
        waiting = self._ring.level
        self._waited.append(waiting)
        if len(self._waited) == self._settled_writes:
            self._settle()
        self._ring.write(chunk)
        return waiting - self._target_frames

    def _settle(self) -> None:
        """Bring what waits back to what should, where it was off for long."""
        least, most = min(self._waited), max(self._waited)
        if most < 0:
            self.postponed += 1
            self._pass_over(self._target_frames - most)
        elif least > self._target_frames + self._target_frames // 4 and not self._skip_frames:
            self._skip_frames = least - self._target_frames
        self._waited.clear()

    def _pass_over(self, frames: int) -> None:
        silence = np.zeros((1 << 12, self._channels), np.float32)
        late_frames = min(frames, max(0, -self._ring.level))
        self._ring.written += late_frames  # Nobody reads there any more.
        frames -= late_frames
        while frames > 0 and (written := self._ring.write(silence[:frames])):
            frames -= written

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
