"""How loud each played note is, hop by hop, told by the envelope network as the note goes on.

Unlike a score's, a played note's end is not known while its key is down. Hop h is the
spectral frame centred at sample h * HOP. Imports torch.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.house import falling
from engine.models.house.notes import (
    EARLY_HOPS,
    HOPS_PER_SECOND,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    Integers,
)
from engine.models.house.prior import (
    DECAY_SECONDS,
    EDGE_HOPS,
    FAR_SECONDS,
    WAVER_HZ,
    Codes,
    EnvelopeNet,
    Moments,
)
from engine.models.house.stage import window_share
from engine.models.house.templates import NODES, Voices, places_of

# What the network is told of a note's length while its key is down: the longer of these.
LIKELY_SECONDS = 0.5
LEAST_AHEAD_SECONDS = (EARLY_HOPS + 1) / HOPS_PER_SECOND

_SCALES = np.array(DECAY_SECONDS, np.float32)
_EDGES = np.array(EDGE_HOPS, np.float32)
_TURNS = np.array(WAVER_HZ, np.float32) * np.float32(2.0 * np.pi)


class Envelopes:
    """The envelope network, asked for a few notes and one hop at a time."""

    def __init__(self, net: EnvelopeNet) -> None:
        self._net = net
        self._device = net.tail_hops.device
        self.tail_hops = net.tails()

    def codes(
        self,
        instrument: Integers,
        pitch: Integers,
        sounding: Doubles,
        velocity: Doubles,
        body: Floats,
    ) -> Tensor:
        """Return what notes at (bent) pitches, `[notes]` each, are: a row of numbers a note.

        `body` `[notes, MELS]` is the log-mel of their waves, see `templates.Voices`.
        """
        columns = (sounding, velocity, body)
        with torch.inference_mode():
            whole = (torch.from_numpy(column) for column in (instrument, pitch))
            real = (torch.from_numpy(column.astype(np.float32)) for column in columns)
            found = (column.to(self._device) for column in (*whole, *real))
            return _packed(self._net.codes(Voices(*found)))

    def power(
        self, codes: Tensor, rows: Integers, clocks: Doubles, wave: Floats, log_gain: Floats
    ) -> Floats:
        """Return notes' own mel power at hops, `[pairs, MELS] float32`.

        `rows` `[pairs]` are theirs in `codes` `[notes, ...]`; `clocks` `[3, pairs]` are the seconds
        from onset, release and choke to the hop, `wave` `[pairs, MELS]` the log-mel of their waves
        there. A frame that reaches back over the onset saw only a share of the note; dividing by
        it makes the attack sharp, as `falling.sharper` does a release.
        """
        since = np.asarray(clocks, np.float32)
        released = np.maximum(since[1] * np.float32(HOPS_PER_SECOND), np.float32(falling.BEFORE))
        hops = since[0] * np.float32(HOPS_PER_SECOND)
        columns = (time_features(since), places_of(hops), wave, hops, released, log_gain)
        told = Moments(*(torch.from_numpy(c).to(self._device) for c in columns))
        known, voice = _unpacked(codes), torch.from_numpy(rows).to(self._device)
        with torch.inference_mode():
            sharper = falling.sharper(known.fading[voice], told.released)[:, None]
            level = (self._net.levels(known, voice, told) + sharper).cpu().numpy()
        share = window_share(clocks[0] * RATE_HZ)
        return np.asarray(np.exp(2.0 * level) / np.square(share)[:, None], np.float32)


def _packed(codes: Codes) -> Tensor:
    """Put everything about a note in one row."""
    return torch.cat([column.reshape(len(codes.fading), -1) for column in codes], dim=1)


def _unpacked(rows: Tensor) -> Codes:
    width = (rows.shape[1] - (1 + NODES) * MELS - 2) // 3
    sizes = [width, width, width, MELS, NODES * MELS, 2]
    code, gate, shift, base, lacking, ends = torch.split(rows, sizes, dim=1)
    return Codes(code, gate, shift, base, lacking.view(len(rows), -1, MELS), *ends.T)


def time_features(clocks: Floats) -> Floats:
    """Return what `prior.time_features` does, `[notes, FEATURES] float32`, for few notes at once.

    Measured for 16 notes: 0.1 ms instead of 1 ms, most of it calls.
    """
    onset, release, choke = clocks
    columns = [*_clock(onset), *_clock(release)]
    turn = onset[:, None] * _TURNS
    waver = np.stack((np.sin(turn), np.cos(turn)), axis=-1).reshape(len(onset), -1)
    gone = np.clip(choke * np.float32(HOPS_PER_SECOND) + 2.0, 0.0, 4.0) / 4.0
    length = np.clip(onset - release, 0.0, 8.0)
    ends = (gone, np.clip(choke, 0.0, 1.0), np.log1p(length * 20.0) / 3.0)
    rest = (waver, *(column[:, None] for column in ends))
    return np.concatenate((*columns, *rest), axis=1, dtype=np.float32)


def _clock(seconds: Floats) -> tuple[NDArray[np.floating], ...]:
    since = np.maximum(seconds, 0.0)[:, None]
    hops = seconds[:, None] * np.float32(HOPS_PER_SECOND)
    begun = np.clip(hops + 2.0, 0.0, 1.0)
    hats = np.maximum(1.0 - np.abs(hops - _EDGES), 0.0)
    grown = np.log1p(np.minimum(since, FAR_SECONDS) * 20.0) / 3.0
    return begun * np.exp(-since / _SCALES), hats, begun, grown


def unknown_release(onset_clock: Doubles) -> Doubles:
    """Return the release clocks that stand for a key still down, of `[notes]` onset clocks."""
    length = np.maximum(LIKELY_SECONDS, onset_clock + LEAST_AHEAD_SECONDS)
    return onset_clock - length
