"""Adding up notes' partials, between the edges of blocks.

A note that keeps its frequencies sounds once an edge: its waves fade out over the block after it,
and over the block before it the same waves do so backwards, where only sines change their sign.
So the waves of all such notes are added up edge by edge, and laid over each other at the end.
Imports torch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from engine.models.house.notes import HOP, Doubles, Floats
from engine.models.house.partials import Flags, Partials


class Tone(NamedTuple):
    """A note's partials between edges, as in `Partials.gliding`.

    Where it begins, its first block is multiplied by `opening` `[HOP] float32`.
    """

    partials: Partials
    power: Floats
    audible: Flags
    played: Doubles
    ratio: Doubles
    sides: Floats
    opening: Floats | None


class Tones:
    """The sum of notes, on one side or on two."""

    def __init__(self, sides: int, blocks: int) -> None:
        self._edges = torch.zeros(2, sides, blocks + 1, HOP)  # cosines and sines
        self._blocks = np.zeros((sides, blocks, HOP), np.float32)

    def add(self, row: int, tone: Tone) -> None:
        """Add a note from block `row` on; at its last edge it is silent, or the sum ends there."""
        if (tone.ratio == tone.ratio[0]).all():
            self._add_steady(row, tone)
            return
        partials, power, audible, played, ratio, sides, opening = tone
        sound = partials.gliding(power, audible, played, ratio, sides)
        if opening is not None:
            sound[:, 0] *= opening
        self._blocks[:, row : row + len(ratio)] += sound

    def sum(self) -> Floats:
        """Return the sound of all, `[sides, blocks, HOP] float32`."""
        even, odd = self._edges.numpy()
        self._blocks += even[:, :-1]
        self._blocks -= odd[:, :-1]
        self._blocks[..., 1:] += (even + odd)[:, 1:, :0:-1]
        return self._blocks

    def _add_steady(self, row: int, tone: Tone) -> None:
        ratio = float(tone.ratio[0])
        played = np.append(tone.played, tone.played[-1] + ratio * HOP)
        levels, waves = tone.partials.steady(tone.power, tone.audible, played, ratio, tone.sides)
        if row > 0 or tone.opening is not None:
            self._begin(row, levels[:, :, :2], waves, tone.opening)
            row, levels = row + 1, levels[:, :, 1:]
        edges = slice(row, row + levels.shape[2])
        for side, both in enumerate(levels):
            self._edges[:, side, edges].baddbmm_(torch.from_numpy(both), torch.from_numpy(waves))

    def _begin(self, row: int, levels: Floats, waves: Floats, opening: Floats | None) -> None:
        """Sound the first block, but for what its second edge adds as all edges do."""
        even, odd = (torch.from_numpy(levels) @ torch.from_numpy(waves)).numpy().swapaxes(0, 1)
        onward = even[:, 0] - odd[:, 0]
        if opening is None:
            self._blocks[:, row] += onward
            return
        self._blocks[:, row] += onward * opening
        self._blocks[:, row, 1:] += (even + odd)[:, 1, :0:-1] * (opening[1:] - 1.0)
