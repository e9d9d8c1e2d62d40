"""What spectral frames hear of a sound that is let go: half a window long also what was before.

A frame centred on a release hears half of a held note, and one two hops later still its end: what
fades within a few hops is heard to fade later and softer than it does. So what is measured and
predicted is what frames hear (`heard`), and what sounds is what the note does: `sharper` says by
how much that is less.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from engine.models.house.notes import FFT, HOP, hann_window

REACH_HOPS = FFT / 2 / HOP  # of a frame, to each side of its centre
MOST_FADING = 12.0  # nats a hop: at once
BEFORE = -3.0  # hops since a release that no frame hears yet
# Between which it goes straight: rates in nats a hop, the wider apart the faster, and hops.
LEAST_RATE, RATE_SCALE, RATE_STEP, HOP_STEP = -0.05, 0.2, 0.05, 0.125


def heard(fading: Tensor, hops: Tensor) -> Tensor:
    """Return by how many nats frames hear less of notes that fade, `hops` after their release.

    `fading` is nats a hop; both of one shape, and so is what is returned, 0 or more but where
    what is let go gets louder.
    """
    table = _table().to(fading.device)
    above_least = (fading - LEAST_RATE).clamp(min=0.0)
    rate = ((above_least / RATE_SCALE).log1p() / RATE_STEP).clamp(0.0, len(table) - 1.001)
    place = ((hops + REACH_HOPS) / HOP_STEP).clamp(0.0, table.shape[1] - 1.001)
    row, column = rate.floor().long(), place.floor().long()
    above, beside = rate - row, place - column
    lower, upper = (
        torch.lerp(table[row + step, column], table[row + step, column + 1], beside)
        for step in (0, 1)
    )
    return torch.lerp(lower, upper, above) + fading * (hops - REACH_HOPS).clamp(min=0.0)


def sharper(fading: Tensor, hops: Tensor) -> Tensor:
    """Return by how many nats notes are louder than frames hear them, less than 0 where softer."""
    return heard(fading, hops) - fading * hops.clamp(min=0.0)


@lru_cache(maxsize=1)
def _table() -> Tensor:
    """Return what is heard less within a frame's reach, `[rates, hops]` nats."""
    weight = np.square(hann_window().astype(np.float64))
    weight /= weight.sum()
    around = np.arange(FFT) / HOP - REACH_HOPS
    hops = np.arange(-REACH_HOPS, REACH_HOPS + HOP_STEP / 2, HOP_STEP)
    last = np.log1p((MOST_FADING - LEAST_RATE) / RATE_SCALE) + RATE_STEP
    rates = LEAST_RATE + RATE_SCALE * np.expm1(np.arange(0.0, last, RATE_STEP))
    since = np.maximum(hops[:, None] + around, 0.0)
    power = np.stack([np.exp(-2.0 * rate * since) @ weight for rate in rates])
    return torch.from_numpy((-0.5 * np.log(power)).astype(np.float32))
