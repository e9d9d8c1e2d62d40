"""Stems: what sounds at once, each on channels of its own instead of in the mix.

A job that was asked for stems has each of them on channels of its own; any other job is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from bridge.conversion import Audio


class Placed(NamedTuple):
    """A voice or a stem has a place, counted from 0, shared with others where none was free."""

    place: int
    key: str
    is_shared: bool


class Stems:
    """Gives every voice and stem a place among so many, for as long as it lasts.

    It takes the first place that is free; where none is, it shares the last one. `placed` are
    those that took one in the latest block.
    """

    def __init__(self, count: int, channels: int) -> None:
        self.count = count
        self.shared = 0
        self.placed: list[Placed] = []
        self._channels = channels
        self._places: dict[str, int] = {}

    def spread(self, frames: int, parts: Mapping[str, Audio]) -> Audio:
        """Return `[frames, count * channels] float32` of the voices' parts of one block."""
        self.placed = []
        self._places = {key: place for key, place in self._places.items() if key in parts}
        block = np.zeros((frames, self.count * self._channels), np.float32)
        for key, part in parts.items():
            first = self._place(key) * self._channels
            block[:, first : first + self._channels] += part
        return block

    def _place(self, key: str) -> int:
        if key not in self._places:
            free = set(range(self.count)) - set(self._places.values())
            self.shared += not free
            self._places[key] = min(free, default=self.count - 1)
            self.placed.append(Placed(self._places[key], key, not free))
        return self._places[key]
