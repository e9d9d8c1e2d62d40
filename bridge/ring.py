"""A ring of samples between the event loop and an audio callback, without a lock.

One side writes and one reads; each of the two counters is changed by one side alone.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

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

    When samples are missing, the last one fades to zero; reading goes on with a fade-in once
    `target_frames` wait again.
    """

    def __init__(self, ring: Ring, channels: int, target_frames: int, fade_frames: int) -> None:
        self.underruns = 0
        self.missing_frames = 0
        self._ring = ring
        self._target_frames = target_frames
        self._fade_frames = fade_frames
        self._last = np.zeros(channels, np.float32)
        self._level = fade_frames  # The gain in steps of 1 / fade_frames.
        self._dry = False
        self._draining = False

    @property
    def is_silent(self) -> bool:
        """Whether it has run dry and faded out, so that samples may be left out unheard."""
        return self._dry and not self._level

    def fill(self, out: Audio) -> None:
        """Fill all of `[frames, channels] float32`: for the audio thread alone."""
        got = 0
        if self.is_silent:  # So it can fade in.
            enough = 1 if self._draining else max(self._target_frames, len(out))
            self._dry = self._ring.level < enough
        if not self._dry:
            got = self._ring.read_into(out)
            self._rise(out[:got])
        if got:
            self._last[:] = out[got - 1]
        if got < len(out):
            self._run_dry(out, got)

    def drain(self) -> None:
        """Read what waits, however little it is: no more is coming, and nothing is missing."""
        self._draining = True

    def _rise(self, out: Audio) -> None:
        frames = min(len(out), self._fade_frames - self._level)
        if frames:
            out[:frames] *= self._gain(np.arange(1, frames + 1))
            self._level += frames

    def _run_dry(self, out: Audio, got: int) -> None:
        if not self._dry:
            self._dry = True
            self.underruns += not self._draining
            self._level = self._fade_frames
        frames = min(len(out) - got, self._level)
        out[got : got + frames] = self._last * self._gain(-np.arange(1, frames + 1))
        out[got + frames :] = 0.0
        self._level -= frames
        if not self._draining:
            self.missing_frames += len(out) - got

    def _gain(self, steps: NDArray[np.int_]) -> Audio:
        gain: Audio = ((self._level + steps) / self._fade_frames).astype(np.float32)[:, None]
        return gain
