"""How what was made goes over into its source at an edge: the source stays as it is, to the sample.

What lies beyond the edge was made as well. As far as that is like the source, what is made goes on
in phase, and only what it misses the source by is led up to; what is unlike it gives way. Either is
led up to by its own mirror image, but where an attack would be heard backwards. Numpy only.
"""

from __future__ import annotations

import numpy as np

from engine.models.base import Audio

BLOCK_FRAMES = 480
LOUDER = 3.0  # how much more power than what is made a mirror image may have: an attack has more
SILENCE = 1e-9


def joined(source: Audio, made: Audio, first: int, last: int, most_frames: int) -> Audio:
    """Return `made` between two frames, `[last - first, channels] float32`, led to its source.

    Both are `[frames, channels]` and reach beyond the span where there is a source; what the
    source has in the span does not matter. An edge takes `most_frames` at most, or a third.
    """
    result = made[first:last].copy()
    most = min(most_frames, (last - first) // 3)
    into = slice(max(first - most, 0), first)
    result[:most] = _led_up(source[into][::-1], made[into][::-1], result[:most])
    beyond = slice(last, min(last + most, len(source)))
    end = result[::-1][:most]
    end[:] = _led_up(source[beyond], made[beyond], end)
    return result


def _led_up(source: Audio, made: Audio, inside: Audio) -> Audio:
    """Return what is made inside of an edge, going over into the source.

    Frames are counted from the edge, `source` and `made` away from it, `inside` into the span.
    """
    if not len(source) or not len(inside):
        return inside
    # The less alike they are the more their powers add up to one, rather than their sounds. What
    # only begins at the edge has no power beyond it to give way with: its attack stays.
    begun = min(_power(made) / max(_power(inside), SILENCE), 1.0)
    alike = 1.0 - (1.0 - _likeness(source, made)) * begun
    missed = source - alike * made
    frames = min(_frames_covered(missed, inside), len(inside))
    along = (np.arange(frames, dtype=np.float64) + 0.5) / frames
    falls = np.cos(0.5 * np.pi * along)[:, None]
    stays = 1.0 - (1.0 - alike) * (1.0 - np.sqrt(1.0 - np.square(falls)))
    led = inside.copy()
    led[:frames] = inside[:frames] * stays + missed[:frames] * falls ** (1.0 + alike)
    return led


def _likeness(source: Audio, made: Audio) -> float:
    """Return the share of what was made that the source has in it, 0 to 1."""
    both = float(np.vdot(source.astype(np.float64), made))
    power = float(np.square(made, dtype=np.float64).sum())
    return min(max(both / max(power, SILENCE), 0.0), 1.0)


def _frames_covered(missed: Audio, inside: Audio) -> int:
    """Return for how many frames from the edge it is not much louder than what is made there.

    A block at least: that is too short for an attack to be heard backwards.
    """
    blocks = np.array_split(
        np.square(missed, dtype=np.float64), max(len(missed) // BLOCK_FRAMES, 1)
    )
    most = LOUDER * _power(inside)
    louder = (place for place, block in enumerate(blocks) if block.mean() > most)
    count = next(louder, len(blocks))
    return sum(map(len, blocks[: max(count, 1)]))


def _power(audio: Audio) -> float:
    return float(np.square(audio, dtype=np.float64).mean())
