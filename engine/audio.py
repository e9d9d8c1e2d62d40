"""What every model does to samples: joins, levels and peaks, in numpy alone.

Audio is `[frames, channels] float32` throughout; levels are root mean squares over all channels.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Audio: TypeAlias = NDArray[np.float32]
Curve: TypeAlias = NDArray[np.float64]

KNEE = 0.891  # -1 dB: what stays below is never touched.
SILENCE = 1e-6  # -120 dB: nothing quieter has a level to match.
MAX_GAIN_DECIBELS = 40.0


def level_of(audio: Audio) -> float:
    """Return the root mean square of `[frames, channels]` samples, 0 where there are none."""
    if not audio.size:
        return 0.0
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))


def match_level(audio: Audio, level: float, within_decibels: float = 0.0) -> Audio:
    """Return audio at a level, or no further from it than `within_decibels`.

    Silence stays as it is, and nothing is raised by more than MAX_GAIN_DECIBELS. A level of
    0 makes silence.
    """
    return audio * np.float32(gain_to(level_of(audio), level, within_decibels))


def gain_to(found: float, wanted: float, within_decibels: float = 0.0) -> float:
    """Return the gain that brings a level as near to another as `match_level` says."""
    if wanted < SILENCE:
        return 0.0
    if found < SILENCE:
        return 1.0
    decibels = 20.0 * float(np.log10(wanted / found))
    excess = max(abs(decibels) - within_decibels, 0.0)
    bounded = min(float(np.copysign(excess, decibels)), MAX_GAIN_DECIBELS)
    return float(10.0 ** (bounded / 20.0))


def limit_peaks(audio: Audio) -> Audio:
    """Return audio that never passes +-1: what is above KNEE is bent smoothly towards it.

    It works sample by sample, so that windows limited one by one join as they did before;
    samples up to KNEE stay bit for bit.
    """
    size = np.abs(audio, dtype=np.float64)
    room = 1.0 - KNEE
    over = np.maximum(size - KNEE, 0.0) / room
    bent = np.copysign(KNEE + room * over / (1.0 + over), audio).astype(np.float32)
    return np.where(size > KNEE, bent, audio)


def crossfade(before: Audio, after: Audio) -> Audio:
    """Return `before` going over into `after`, both of the same `[frames, channels]`.

    The power stays even whether the two are alike or not: the curves follow their measured
    correlation (Fink, Holters and Zoelzer, "Signal-matched power-complementary cross-fading
    and dry-wet mixing", DAFx 2016).
    """
    if before.shape != after.shape:
        raise ValueError(f"{before.shape} and {after.shape} samples came; fade equal shapes")
    falls, rises = fades(len(before), correlation(before, after))
    return (before * falls[:, None] + after * rises[:, None]).astype(np.float32)


def fades(frames: int, alike: float) -> tuple[Curve, Curve]:
    """Return how one signal falls and another rises, `[frames]` each, strictly inside 0 to 1.

    `alike` is their correlation, from 0 (the powers add up to 1) to 1 (the gains do).
    """
    along = (np.arange(frames, dtype=np.float64) + 1.0) / (frames + 1.0)
    rises, falls = np.sin(0.5 * np.pi * along), np.cos(0.5 * np.pi * along)
    even = np.sqrt(1.0 + 2.0 * min(max(alike, 0.0), 1.0) * falls * rises)
    return falls / even, rises / even


def correlation(one: Audio, other: Audio) -> float:
    """Return the correlation of two signals of one shape, -1 to 1; 0 where either is silent."""
    first, second = one.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    power = float(np.sqrt(np.dot(first, first) * np.dot(second, second)))
    return float(np.dot(first, second)) / power if power > SILENCE**2 * len(first) else 0.0


def paste(source: Audio, made: Audio, first: int, last: int, fade_frames: int) -> Audio:
    """Return `source` with the frames `first` to `last` taken from `made`, of the same shape.

    Every sample outside the span is the source's own, bit for bit; the crossfades lie inside
    it, `fade_frames` long or a third of the span. There is none where the span reaches an end.
    """
    if source.shape != made.shape:
        raise ValueError(f"{source.shape} and {made.shape} samples came; paste equal shapes")
    result = np.array(source, np.float32)
    result[first:last] = made[first:last]
    fade = min(fade_frames, (last - first) // 3)
    if fade > 0 and first > 0:
        into = slice(first, first + fade)
        result[into] = crossfade(source[into], made[into])
    if fade > 0 and last < len(source):
        out = slice(last - fade, last)
        result[out] = crossfade(made[out], source[out])
    return result


def graft(source: Audio, made: Audio, first: int, last: int, fade_frames: int) -> Audio:
    """Return `source` with the frames `first` to `last` taken from `made`, which knows it.

    For sound that was made to go on from the source, in phase: what it still misses the source
    by at an edge is mirrored into the span and fades out there, so that nothing jumps and
    nothing but the span changes. The source's samples in the span do not matter.
    """
    if source.shape != made.shape:
        raise ValueError(f"{source.shape} and {made.shape} samples came; graft equal shapes")
    result = np.array(source, np.float32)
    result[first:last] = made[first:last]
    most = min(fade_frames, (last - first) // 3)
    if (into := min(most, first)) > 0:
        missed = (source - made)[first - into : first][::-1]
        result[first : first + into] += missed * _falling(into)
    if (out := min(most, len(source) - last)) > 0:
        missed = (source - made)[last : last + out][::-1]
        result[last - out : last] += missed * _falling(out)[::-1]
    return result


def _falling(frames: int) -> Audio:
    along = (np.arange(frames, dtype=np.float64) + 0.5) / frames
    return np.square(np.cos(0.5 * np.pi * along)).astype(np.float32)[:, None]
