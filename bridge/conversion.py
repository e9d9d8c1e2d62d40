"""Audio from one rate and channel count to another, chunk by chunk without a seam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import soxr
from numpy.typing import NDArray

from engine.wire import Score

Audio: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Sound:
    """`[frames, channels] float32` samples at their own rate, and what they are called.

    `score` is what they follow, where that is known.
    """

    samples: Audio
    rate_hz: int
    title: str = ""
    score: Score | None = None


class Converter:
    """Converts a stream's chunks; where rate and channels are equal they pass bit-exactly."""

    def __init__(self, from_hz: int, from_channels: int, to_hz: int, to_channels: int) -> None:
        self.ratio = to_hz / from_hz
        self._channels = to_channels
        # Resample where there are fewer channels, but always the same ones.
        self._before = to_channels < from_channels
        width = min(from_channels, to_channels)
        self._stream = None
        if from_hz != to_hz:
            self._stream = soxr.ResampleStream(from_hz, to_hz, width, dtype="float32")

    def convert(self, samples: Audio, last: bool = False) -> Audio:
        """Return what is ready of `[frames, channels] float32`; `last` flushes the rest.

        The frames returned so far and those to come stay aligned in time with the input.
        """
        if self._before:
            samples = to_channels(samples, self._channels)
        if self._stream is not None:
            chunk = np.ascontiguousarray(samples, np.float32)
            samples = self._stream.resample_chunk(chunk, last=last)
        return to_channels(samples, self._channels)


def to_channels(samples: Audio, channels: int) -> Audio:
    """Return `[frames, channels]`: mono goes to every channel, more fold down to their mean.

    Channel i of a wider signal goes to channel i modulo `channels`; from two channels on, the
    ones that are missing are silent.
    """
    came = samples.shape[1]
    if came == channels:
        return samples
    if came == 1:
        return np.repeat(samples, channels, axis=1)
    result = np.zeros((len(samples), channels), np.float32)
    if came < channels:
        result[:, :came] = samples
        return result
    for channel in range(channels):
        result[:, channel] = samples[:, channel::channels].mean(axis=1)
    return result
