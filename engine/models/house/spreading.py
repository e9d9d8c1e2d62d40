"""Spreading mels over bins: the tables, and the deconvolution of a single hop. Imports torch."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from engine.models.house.notes import FLOOR, MELS, Floats, mel_filters

DECONVOLUTIONS = 8


class Spreading(NamedTuple):
    """The mel filters: their `size` `[MELS]`, `onto_mel` `[BINS, MELS]` from bins to mels.

    A bin lies under two filters at most: `lower` and `upper` `[BINS]`, of each of which it has a
    share, `[BINS]`.
    """

    size: Tensor
    onto_mel: Tensor
    lower: Tensor
    upper: Tensor
    lower_share: Tensor
    upper_share: Tensor

    def over(self, values: Tensor) -> Tensor:
        """Spread `[..., MELS]` over the bins, `[..., BINS]`."""
        below = values.index_select(-1, self.lower) * self.lower_share
        return below.addcmul_(values.index_select(-1, self.upper), self.upper_share)


@lru_cache(maxsize=2)
def spreading(device: torch.device) -> Spreading:
    """Return the tables on a device."""
    filters = torch.from_numpy(mel_filters())
    shares = filters / filters.sum(0).clamp(min=1e-9)
    lower = (filters > 0).int().argmax(0).clamp(max=MELS - 2)
    upper = lower + 1
    both = (shares.gather(0, each[None])[0] for each in (lower, upper))
    found = (filters.sum(1), filters.T.contiguous(), lower, upper, *both)
    return Spreading(*(table.to(device) for table in found))


def bin_power(mel: Floats) -> Floats:
    """Return what `vocoder.bin_powers` does of one `[MELS]`, `[BINS]`, in half the time."""
    spread = spreading(torch.device("cpu"))
    lower, upper, lower_share, upper_share = (table.numpy() for table in spread[2:])

    def over(values: Floats) -> Floats:
        both = values[lower] * lower_share + values[upper] * upper_share
        return np.asarray(both, np.float32)

    power = np.maximum(np.exp(2.0 * mel) - np.float32(FLOOR**2), 0.0)
    bins = over(power / spread.size.numpy())
    heard = np.empty((1, MELS), np.float32)
    for _ in range(DECONVOLUTIONS):
        torch.mm(torch.from_numpy(bins[None]), spread.onto_mel, out=torch.from_numpy(heard))
        bins *= over(power / (heard[0] + np.float32(1e-12)))
    return bins
