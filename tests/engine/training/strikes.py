"""Rows of strikes of which everything is known."""

from pathlib import Path

import numpy as np

from engine.models.house.notes import LOG_FLOOR, MELS
from engine.training import atlas
from engine.training.kinds import FIRST_HOP, LONG, SHORT, Kind


def row_of(kind: Kind, keys: int, nats_a_hop: float) -> np.ndarray:
    """Lay out strikes that begin at 2 nats, and fade once let go."""
    mel = np.full((FIRST_HOP + keys * kind.stride_hops, MELS), LOG_FLOOR)
    for key in range(keys):
        first = FIRST_HOP + key * kind.stride_hops
        since = np.arange(kind.stride_hops - 4)
        level = 2.0 - 0.001 * since - nats_a_hop * np.maximum(since - kind.hold_hops, 0)
        mel[first : first + len(level)] = np.maximum(level, LOG_FLOOR)[:, None]
    return mel.astype(np.float16)


def kept(folder: Path, instrument: int, nats_a_hop: float) -> None:
    for kind in (LONG, SHORT):
        path = atlas.path_of(folder, kind, instrument)
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, row_of(kind, len(atlas.keys_of(instrument)), nats_a_hop))
