"""How the keys of an instrument are struck, row by row, to be measured and learnt from."""

from __future__ import annotations

from dataclasses import dataclass

from engine.models.house.notes import LOG_FLOOR
from engine.models.house.templates import LAYERS, STRUCK_AT

FIRST_HOP = 16
HEARD = LOG_FLOOR + 1.0


@dataclass(frozen=True)
class Kind:
    """How keys are struck, one every `stride_hops`; alone, or while others may ring on.

    Of an instrument's keys, one out of `every` is.
    """

    name: str
    hold_hops: int
    stride_hops: int
    velocity: int
    is_alone: bool = False
    every: int = 1


LONG = Kind("long", 224, 336, STRUCK_AT, is_alone=True)
SHORT = Kind("short", 12, 128, STRUCK_AT)
USUAL = Kind("usual", 40, 96, STRUCK_AT)
SOFT = Kind("soft", 40, 96, 45)
LOUD = Kind("loud", 40, 96, 127)
HELD = Kind("held", 480, 560, STRUCK_AT, is_alone=True, every=16)
KINDS = (LONG, SHORT, USUAL, SOFT, LOUD, HELD)
LET_GO = (SHORT, USUAL, SOFT, LOUD)
# In each layer of velocity.
LAYERED = tuple(Kind(f"layer-{n}", 24, 48, 60 + 8 * n, True, 8) for n in range(LAYERS + 1))
