"""Waves as training hears them: their mel power alone, of every key, kept for good."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.models.house.waves import FILE, Wave, Waves


class HeardWave(Wave):
    """A wave of which only the mel power is kept: a quarter of the memory."""

    def _until(self, frames: int) -> int:
        """Work out all that is ever kept, the first time, and let go of the sound."""
        if not self._known[1]:
            super()._until(self.frames)
            self._sound = np.empty(0, np.float32)
        return self._known[1]


def waves_of(data: Path) -> Waves:
    """Read the waves that were measured into a data folder. Raises: ModelFailed."""
    return Waves(data / FILE.name, most_keys=None, kind=HeardWave)
