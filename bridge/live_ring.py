"""What is played live on its way to an audio callback: little waits, and lateness does not stay.

The ring's writer is the event loop, its reader the audio thread.
"""

from __future__ import annotations

import numpy as np

from bridge.ring import Audio, Ring, Tap

_SPARE_FRAMES = 1 << 15
_SETTLED_WRITES = 200  # so many in a row say how much really waits


class LiveTap:
    """A ring of chunks of one live job, kept at `target_frames` before each chunk comes."""

    def __init__(self, channels: int, target_frames: int, fade_frames: int) -> None:
        self.resyncs = 0
        self._ring = Ring(target_frames + _SPARE_FRAMES, channels)
        self._ring.write(np.zeros((target_frames, channels), np.float32))
        self._tap = Tap(self._ring, channels, target_frames, fade_frames)
        self._channels, self._target_frames = channels, target_frames
        self._chunk_frames = 0
        self._least_frames, self._writes = target_frames, 0
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
        return self.ended and not self._ring.level

    def write(self, chunk: Audio) -> int:
        """Append `[frames, channels] float32`; returns how many frames more waited than should."""
        waiting = self._ring.level
        self._chunk_frames = len(chunk)
        self._least_frames = min(self._least_frames, waiting)
        self._writes += 1
        if self._writes >= _SETTLED_WRITES:
            if not self._skip_frames and self._least_frames > self._target_frames + len(chunk):
                self._skip_frames = self._least_frames - self._target_frames
            self._least_frames, self._writes = waiting, 0
        self._ring.write(chunk)
        return waiting - self._target_frames

    def end(self) -> None:
        """Play what waits; no more is coming."""
        self.ended = True
        self._tap.drain()

    def mix_into(self, out: Audio) -> None:
        """Add the next frames to `[frames, channels] float32`: for the audio thread alone."""
        if len(self._own) != len(out):
            self._own, self._later = np.zeros_like(out), np.zeros_like(out)
        surplus = self._ring.level - self._target_frames - self._chunk_frames
        if self._tap.is_silent and surplus > 0:
            self._ring.consumed += surplus  # What came too late is not to delay what comes now.
        self._tap.fill(self._own)
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
