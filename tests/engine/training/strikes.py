"""Rows of strikes of which everything is known."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.house.falling import MOST_FADING, heard
from engine.models.house.notes import HOP, HOPS_PER_SECOND, LOG_FLOOR, MELS, Doubles
from engine.models.house.stage import heard_frames
from engine.training import atlas
from engine.training.kinds import FIRST_HOP, LONG, SHORT, Kind


def heard_less(release_hop: int, hops: NDArray[np.int64], nats_a_hop: float) -> Doubles:
    """What frames hear less at hops of a note that fades once let go, at once where it is fast."""
    since = hops - heard_frames(np.array([release_hop / HOPS_PER_SECOND]))[0] / HOP
    if nats_a_hop > MOST_FADING:
        return np.where(since > 0.0, 99.0, 0.0)
    rates = torch.full((len(since),), nats_a_hop)
    return heard(rates, torch.from_numpy(since.astype(np.float32))).numpy().astype(np.float64)


def row_of(kind: Kind, keys: int, nats_a_hop: float) -> np.ndarray:
    """Lay out strikes that begin at 2 nats, and fade once let go."""
    mel = np.full((FIRST_HOP + keys * kind.stride_hops, MELS), LOG_FLOOR)
    since = np.arange(kind.stride_hops - 4)
    for key in range(keys):
        first = FIRST_HOP + key * kind.stride_hops
        level = 2.0 - 0.001 * since - heard_less(first + kind.hold_hops, first + since, nats_a_hop)
        mel[first : first + len(level)] = np.maximum(level, LOG_FLOOR)[:, None]
    return mel.astype(np.float16)


def kept(folder: Path, instrument: int, nats_a_hop: float) -> None:
    for kind in (LONG, SHORT):
        path = atlas.path_of(folder, kind, instrument)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, row_of(kind, len(atlas.keys_of(instrument)), nats_a_hop))
