"""A ring of samples between the event loop and an audio callback, without a lock.

One side writes and one reads; each of the two counters is changed by one side alone.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.going_on import Memory

Audio: TypeAlias = NDArray[np.float32]


class Ring:
    """Holds up to `capacity_frames` of `[frames, channels] float32`."""

    def __init__(self, capacity_frames: int, channels: int) -> None:
        self.written = 0  # The writer's.
        self.consumed = 0  # The reader's.
        self._samples = np.zeros((capacity_frames, channels), np.float32)

    @property
    def level(self) -> int:
        """The frames that wait to be read."""
        return self.written - self.consumed

    @property
    def room(self) -> int:
        """The frames that may still be written."""
        return len(self._samples) - self.level

    def write(self, samples: Audio) -> int:
        """Append as many of `[frames, channels] float32` as fit, and return how many did."""
        capacity = len(self._samples)
        frames = min(len(samples), self.room)
        start = self.written % capacity
        first = min(frames, capacity - start)
        self._samples[start : start + first] = samples[:first]
        self._samples[: frames - first] = samples[first:frames]
        self.written += frames
        return frames

    def read_into(self, out: Audio) -> int:
        """Fill the beginning of `[frames, channels] float32`, and return how many frames."""
        capacity = len(self._samples)
        frames = max(0, min(len(out), self.level))
        start = self.consumed % capacity
        first = min(frames, capacity - start)
        out[:first] = self._samples[start : start + first]
        out[first:frames] = self._samples[: frames - first]
        self.consumed += frames
        return frames


class Tap:
    """Reads a ring for an audio callback: never waits, and never clicks when it runs dry.

    When samples are missing, the sound goes on by itself for some hundredths of a second, ever
    softer (going_on.py); what comes is faded in once `target_frames` wait again.
    """

    def __init__(
        self, ring: Ring, channels: int, target_frames: int, fade_frames: int, rate_hz: int
    ) -> None:
        self.underruns = 0
        self.missing_frames = 0
        self._ring = ring
        self._target_frames = target_frames
        self._memory = Memory(rate_hz, channels)
        steps = np.arange(1, fade_frames + 1, dtype=np.float32)
        self._ramp = (steps / np.float32(fade_frames))[:, None]
        self._risen_frames = fade_frames  # How far up the ramp what is read has come.
        self._instead = np.zeros((0, channels), np.float32)  # What is played where it is missing.
        self.is_dry = False  # Nothing is left to play.
        self._draining = False

    def fill(self, out: Audio) -> None:
        """Fill all of `[frames, channels] float32`: for the audio thread alone."""
        if self.is_dry:
            enough = 1 if self._draining else max(self._target_frames, len(out))
            self.is_dry = self._ring.level < enough
        got = 0 if self.is_dry else self._ring.read_into(out)
        self._rise(out[:got])
        self._memory.keep(out[:got])
        if got < len(out):
            self._run_dry(out[got:])
            self._memory.keep(out[got:])

    def correct(self, out: Audio) -> None:
        """Take note that what was filled last was changed before it was played."""
        self._memory.correct(out)

    def drain(self) -> None:
        """Read what waits, however little it is: no more is coming, and nothing is missing."""
        self._draining = True

    def _rise(self, out: Audio) -> None:
        """Fade in what was read, out of what was played instead."""
        gain = self._ramp[self._risen_frames : self._risen_frames + len(out)]
        if len(gain):
            instead = self._played_instead(len(gain))
            out[: len(gain)] *= gain
            out[: len(instead)] += (1.0 - gain[: len(instead)]) * instead
            self._risen_frames += len(gain)

    def _run_dry(self, out: Audio) -> None:
        if not self.is_dry:
            self.is_dry = True
            self.underruns += not self._draining
            ends = self._draining
            self._instead = (
                self._memory.last * (1.0 - self._ramp) if ends else self._memory.going_on()
            )
            self._risen_frames = 0
        instead = self._played_instead(len(out))
        out[: len(instead)] = instead
        out[len(instead) :] = 0.0
        if not self._draining:
            self.missing_frames += len(out)

    def _played_instead(self, frames: int) -> Audio:
        """Take up to so many frames of what is played instead."""
        taken, self._instead = self._instead[:frames], self._instead[frames:]
        return taken
