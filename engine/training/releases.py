"""Measuring what keys do once they are let go: how fast they fade, and what ends with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
import torch

from engine.models.house import falling
from engine.models.house.falling import MOST_FADING
from engine.models.house.notes import HOP, HOPS_PER_SECOND, Floats
from engine.models.house.stage import heard_frames
from engine.models.house.templates import (
    LAYERING,
    LAYERS,
    NODES_HOPS,
    STRUCK_LAYERS,
    halts,
    releases,
)
from engine.training.kinds import FIRST_HOP, HEARD, LET_GO, LOUD, SHORT, SOFT, USUAL, Kind

# Where a held key's decay is quicker than its release, letting it go makes it ring on.
LEAST_FADING = -0.03
MOST_DECAY = 0.05  # nats a hop, of a key that is held
LEAST_LINGERING = 0.008  # nats a hop: less cannot be told from what else a sound does
MOST_FOREIGN = 0.03  # nats a hop that are not the release's
# Among which how fast keys fade is looked for, in nats a hop.
FADINGS = np.concatenate((np.arange(LEAST_FADING, 0.2, 0.002), np.geomspace(0.2, MOST_FADING, 150)))
# How releases may change by the layer, and how near to most instruments' is theirs.
LAYERINGS, ALIKE = (-0.1, 0.4), 0.06
# How long envelopes may rise, in hops; and how much nearer that must come, in nats and over what
# is missed without: other things end with a key, too. What tells it.
RISINGS = (0.0, *np.geomspace(12.0, 80.0, 14).tolist())
LEAST_GAIN, MOST_MISSED = 0.1, 0.7
TOLD_HOPS, CLEAR_NATS, DEEP_NATS = 60, 0.5, 5.0
FIRST_AFTER = 1  # hops after a release, from which it is looked at

Strikes: TypeAlias = Mapping[Kind, Floats]


class Release(NamedTuple):
    """What an instrument's keys do once let go: `fading` and `lingering` `[keys]`, see `Templates`.

    `layering` and `rising` are the instrument's.
    """

    fading: Floats
    lingering: Floats
    layering: float
    rising: float


def measured(long: Floats, strikes: Strikes) -> Release:
    """Measure an instrument's: long strikes, `[keys, hops, MELS]`, beside those of LET_GO."""
    rising = find_rising(long, strikes)
    usual, soft, loud = let_go(long, strikes, rising)
    layered = layering(usual, soft, loud)
    return Release(usual, lingerings(usual, soft, loud, layered), layered, rising)


def let_go(
    long: Floats, strikes: Strikes, rising_hops: float = 0.0
) -> tuple[Floats, Floats, Floats]:
    """Measure how fast an instrument's keys fade: struck as usual, softly and hard, `[keys]` each.

    Given its long strikes, `[keys, hops, MELS]`, and the others.
    """
    usual = usually(long, strikes, rising_hops)
    soft, loud = (fadings(long, strikes[kind], kind, rising_hops) for kind in (SOFT, LOUD))
    return usual, np.where(np.isnan(soft), usual, soft), np.where(np.isnan(loud), usual, loud)


def usually(long: Floats, strikes: Strikes, rising_hops: float) -> Floats:
    """Measure how fast an instrument's keys fade when struck as usual, `[keys]`."""
    short, usual = (fadings(long, strikes[kind], kind, rising_hops) for kind in (SHORT, USUAL))
    # What has ended by itself when it is let go is told by what was let go before.
    return np.where(np.isnan(usual), np.nan_to_num(short), usual)


def fadings(long: Floats, struck: Floats, kind: Kind, rising_hops: float = 0.0) -> Floats:
    """Measure how fast keys fade once let go, `[keys]` nats a hop: strikes beside long ones.

    It is not a number where a key had ended by itself before.
    """
    held, after, _ = fallen(long, struck, kind, rising_hops)
    told = (held > HEARD) & (after > HEARD)
    # What ends at once splatters into mels that were quiet.
    under = held - held.max(axis=(1, 2), keepdims=True)
    counts = np.where(told, np.exp(np.maximum(under, -DEEP_NATS)), 0.0)
    count, less = counts.sum(axis=2), (counts * (held - after)).sum(axis=2)
    heard_less = _heard_at_all(kind, len(struck))
    off = (count * np.square(heard_less) - 2.0 * less * heard_less).sum(axis=2)
    # Gone before anything could be compared: it fades as fast as can be.
    found = np.where(count.any(axis=1), _lowest(off), MOST_FADING)
    found = np.where((held[:, 0] > HEARD).any(axis=1), found, np.nan)
    return np.asarray(np.clip(found, LEAST_FADING, MOST_FADING), np.float32)


def _heard(rate: float | Floats, since: Floats) -> Floats:
    """Return by how many nats frames hear less of what fades at a rate, of the shape of `since`."""
    rates = np.broadcast_to(np.asarray(rate, np.float32), since.shape)
    less: Floats = falling.heard(torch.tensor(rates), torch.from_numpy(since)).numpy()
    return less


def _lowest(off: Floats) -> Floats:
    """Return where between FADINGS `[fadings, keys]` is least, by a parabola through three."""
    middle = np.clip(off.argmin(axis=0), 1, len(FADINGS) - 2)
    before, at, after = (off[middle + step, np.arange(off.shape[1])] for step in (-1, 0, 1))
    bend = np.maximum(before + after - 2.0 * at, 1e-9)
    place = middle + np.clip(0.5 * (before - after) / bend, -1.0, 1.0)
    return np.asarray(np.interp(place, np.arange(len(FADINGS)), FADINGS), np.float32)


def fallen(
    long: Floats, struck: Floats, kind: Kind, rising_hops: float
) -> tuple[Floats, Floats, Floats]:
    """Return what strikes would be had they been held, what they are, and hops since the release.

    The first two are `[keys, hops, MELS]`, the third `[keys, hops]`, as it is heard; neither rises
    on, where keys take `rising_hops`.
    """
    release, since = kind.hold_hops - NODES_HOPS[0], released(kind, len(struck))
    first, last = release + FIRST_AFTER, release + FIRST_AFTER + since.shape[1]
    before = slice(release - 8, release - 2)
    softer = np.median(long[:, before] - struck[:, before], axis=1, keepdims=True)
    rising, hops, gone = (
        torch.tensor(each) for each in (rising_hops, kind.hold_hops + since, since)
    )
    on = halts(rising, hops, gone).numpy()[..., None]
    return long[:, first:last] - softer - on, struck[:, first:last], since


def released(kind: Kind, keys: int) -> Floats:
    """Return hops since strikes were let go, as it is heard, `[keys, hops]`."""
    last = min(kind.stride_hops, SHORT.stride_hops) - kind.hold_hops + 2 * NODES_HOPS[0] - 2
    release_hop = FIRST_HOP + kind.hold_hops + kind.stride_hops * np.arange(keys)
    late = heard_frames(release_hop / HOPS_PER_SECOND) / HOP - release_hop
    return np.asarray(np.arange(FIRST_AFTER, last) - late[:, None], np.float32)


@lru_cache(maxsize=2 * len(LET_GO))
def _heard_at_all(kind: Kind, keys: int) -> Floats:
    """Return by how many nats frames hear less at each of FADINGS, `[fadings, keys, hops]`."""
    since = released(kind, keys)
    return np.stack([_heard(rate, since) for rate in FADINGS])


def find_rising(long: Floats, strikes: Strikes) -> float:
    """Find for how many hops an instrument's own envelope rises; 0 where that tells nothing."""
    misses = {hops: _missed(long, strikes, hops) for hops in RISINGS}
    best = min(RISINGS, key=lambda hops: misses[hops])
    most = min(misses[0.0] - LEAST_GAIN, MOST_MISSED * misses[0.0])
    return best if misses[best] < most else 0.0


def _missed(long: Floats, strikes: Strikes, rising_hops: float) -> float:
    """Return how far off, in nats, a fading and so long a rise tell what keys do once let go."""
    fading = usually(long, strikes, rising_hops)[:, None]
    missed = 0.0
    for kind in (SHORT, USUAL):
        held, after, since = fallen(long, strikes[kind], kind, rising_hops)
        level = after.max(axis=(1, 2), keepdims=True)
        is_told = (np.minimum(held, after) > HEARD + CLEAR_NATS) & (since < TOLD_HOPS)[..., None]
        counts = np.where(is_told, np.exp(np.maximum(after - level, -DEEP_NATS)), 0.0)
        off = np.abs(held - after - _heard(fading, since)[..., None])
        missed += float((counts * off).sum() / max(counts.sum(), 1.0))
    return missed


def layering(usual: Floats, soft: Floats, loud: Floats) -> float:
    """Return by how much of the softest's an instrument's releases get longer with each layer.

    Given how strikes at STRUCK_AT, soft ones and loud ones fade, `[keys]` each.
    """
    more, less = float(np.median(soft - usual)), float(np.median(usual - loud))
    if more * less <= 0.0:
        return LAYERING
    found = ((LAYERS / STRUCK_LAYERS - 1.0) * more / less - 1.0) / LAYERS
    return LAYERING if abs(found - LAYERING) < ALIKE else float(np.clip(found, *LAYERINGS))


def lingerings(usual: Floats, soft: Floats, loud: Floats, layered: float = LAYERING) -> Floats:
    """Return the part of keys' fading that depends on the velocity, `[keys]` nats a hop.

    Given how strikes at STRUCK_AT, soft ones and loud ones fade, `[keys]` each, and their
    `layering`. An instrument has it or has not: the rest of a fading is the held key's own decay,
    which differs.
    """
    velocities = torch.tensor([kind.velocity for kind in (SOFT, LOUD)], dtype=torch.float32)
    short, long = releases(velocities, torch.tensor(layered)).tolist()
    found = (soft - loud) / (short - long)
    middle = float(np.median(found))
    if middle < max(LEAST_LINGERING, 0.5 * float(np.median(usual))):
        return np.zeros_like(found)
    found = np.where(found > 0.0, found, middle)
    most = np.maximum(usual, 0.0) + MOST_FOREIGN
    return np.asarray(np.clip(found, np.maximum(usual - MOST_DECAY, 0.0), most), np.float32)
