"""Where else in a sound a hole's surroundings are heard: what lies between them there may fill it.

Numpy only. Source of the idea: Perraudin, Holighaus, Majdak and Balazs, "Inpainting of long audio
segments with similarity graphs" (2018), here on log-mels and for one hole.
"""

from __future__ import annotations

import numpy as np

from engine.audio import gain_to, level_of
from engine.models.base import Audio
from engine.models.house.notes import EARLY_HOPS, HOP, RATE_HZ, Floats, log_mel

SEARCH_SECONDS = 60.0
AROUND_HOPS, LEAST_HOPS = 40, 12  # of each side that have to be alike
LIKE = 0.55  # nats between log-mels, on average, that still count as alike
ALIGNED_FRAMES = 2048
MOST_DECIBELS = 6.0


def twin_of(source: Audio, start: int, end: int) -> Audio | None:
    """Return `[end - start, 2] float32` from elsewhere in a sound, as loud as what is around here.

    None where nothing has both of the hole's sides.
    """
    first = max(0, start - round(SEARCH_SECONDS * RATE_HZ))
    near = source[first : end + round(SEARCH_SECONDS * RATE_HZ)]
    start, end = start - first, end - first
    shift = _likest(log_mel(near.mean(axis=1)), start, end)
    if shift is None:
        return None
    shift = _aligned(near.mean(axis=1), start, end, shift)
    begin, stop = start + shift, end + shift
    if not 0 <= begin < stop <= len(near):
        return None
    reach = AROUND_HOPS * HOP
    here, there = (
        level_of(np.concatenate((near[max(0, a - reach) : a], near[b : b + reach])))
        for a, b in ((start, end), (begin, stop))
    )
    most = 10.0 ** (MOST_DECIBELS / 20.0)
    gain = min(max(gain_to(there, here), 1.0 / most), most)
    return np.asarray(near[begin:stop] * gain, np.float32)


def _likest(mel: Floats, start: int, end: int) -> int | None:
    """Return by how many frames to move to where both sides are most alike; None where nowhere."""
    before, after = start // HOP - EARLY_HOPS, -(-end // HOP) + EARLY_HOPS
    reach = min(AROUND_HOPS, before, len(mel) - after)
    if reach < LEAST_HOPS:
        return None
    moves = np.arange(reach - before, len(mel) - after - reach + 1)
    moves = moves[np.abs(moves) >= after - before + reach]
    if not len(moves):
        return None
    apart = np.zeros(len(moves))
    for hop in (*range(before - reach, before), *range(after, after + reach)):
        apart += np.abs(mel[moves + hop] - mel[hop]).mean(axis=1)
    best = int(apart.argmin())
    return int(moves[best]) * HOP if apart[best] < LIKE * 2 * reach else None


def _aligned(mono: Floats, start: int, end: int, shift: int) -> int:
    """Return a shift, to the sample, at which both sides lie in phase."""
    found = np.zeros(2 * HOP + 1)
    for low in (start - ALIGNED_FRAMES, end):
        here = mono[max(low, 0) : low + ALIGNED_FRAMES].astype(np.float64)
        begin = max(low, 0) + shift - HOP
        there = mono[max(begin, 0) : begin + len(here) + 2 * HOP].astype(np.float64)
        if len(here) and len(there) == len(here) + 2 * HOP:
            found += np.correlate(there, here, "valid")
    return shift + int(found.argmax()) - HOP
