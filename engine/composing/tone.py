"""A note as the composer thinks of it: times in quarters, loudness beside its surroundings."""

from __future__ import annotations

from typing import NamedTuple


class Tone(NamedTuple):
    """A note from quarter `at` on, `length` quarters long; `weight` 0 to 1 is its accent."""

    at: float
    length: float
    pitch: int
    weight: float = 0.5
