"""Stems: jobs that sound at once, each on channels of its own instead of in the mix."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bridge.conversion import Audio


class Stems:
    """Gives every voice a place among so many, for as long as it lasts.

    A voice takes the first place that is free; where none is, it shares the last one.
    """

    def __init__(self, count: int, channels: int) -> None:
        self.count = count
        self.shared = 0
        self._channels = channels
        self._places: dict[str, int] = {}

    def spread(self, frames: int, parts: Mapping[str, Audio]) -> Audio:
        """Return `[frames, count * channels] float32` of the voices' parts of one block."""
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
        return self._places[key]
