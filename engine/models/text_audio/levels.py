"""The level that sound made anew is brought to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio import SILENCE, level_of


def reference_level(audio: NDArray[np.float32], source: NDArray[np.float32]) -> float:
    """Return the level to match: of the part of a source nearby, or of all where that is silent.

    It is that of the sound alone, without an offset; where all is silent it is 0.
    """
    for part in (audio, source):
        level = level_of(part - part.mean()) if len(part) else 0.0
        if level > SILENCE:
            return level
    return 0.0
