"""Controllers as they are meant: pairs of 14 bits, and numbered parameters, NRPN and RPN.

Pure: it is fed the control changes of one port. Sources: MIDI 1.0 detailed specification; data
increment and decrement, recommended practice RP-018.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

PairKind: TypeAlias = Literal["cc14", "nrpn", "rpn"]
SourceKind: TypeAlias = Literal["note", "cc", "cc14", "nrpn", "rpn", "program"]
Place: TypeAlias = tuple[int, PairKind, int]  # Channel from 0, kind, number.

FINE = 32  # The fine half (LSB) of a controller is so many numbers above its coarse one (MSB).
DATA_COARSE, DATA_FINE, INCREMENT, DECREMENT = 6, 38, 96, 97
NRPN_FINE, NRPN_COARSE, RPN_FINE, RPN_COARSE = 98, 99, 100, 101
CHOOSERS: dict[int, PairKind] = {
    NRPN_FINE: "nrpn",
    NRPN_COARSE: "nrpn",
    RPN_FINE: "rpn",
    RPN_COARSE: "rpn",
}
NO_PARAMETER = 0x3FFF
HIGHEST, HIGHEST_COARSE = 0x3FFF, 0x7F
MIDDLE = 64
MAX_KEPT = 1_024


@dataclass
class Pair:
    """A value of two halves; `fine` is None before any fine half came: it then has 7 bits."""

    coarse: int = 0
    fine: int | None = None

    @property
    def fraction(self) -> float:
        """The value, 0 to 1."""
        if self.fine is None:
            return self.coarse / HIGHEST_COARSE
        return (self.coarse << 7 | self.fine) / HIGHEST

    def step(self, by: int) -> None:
        """Move by a step of the finest half there is."""
        if self.fine is None:
            self.coarse = min(max(self.coarse + by, 0), HIGHEST_COARSE)
        else:
            moved = min(max((self.coarse << 7 | self.fine) + by, 0), HIGHEST)
            self.coarse, self.fine = moved >> 7, moved & 0x7F


@dataclass(frozen=True)
class Turned:
    """What can be mapped, at a fraction of its range, 0 to 1, and past its middle or not.

    `awaits_fine` says that only its coarse half has come so far.
    """

    kind: SourceKind
    number: int
    fraction: float
    is_pressed: bool
    awaits_fine: bool = False


class Controllers:
    """What the control changes of one port set; the most recent MAX_KEPT values are kept."""

    def __init__(self) -> None:
        self._chosen: dict[int, tuple[PairKind, int]] = {}
        self._values: dict[Place, Pair] = {}

    def hear(self, channel: int, number: int, value: int) -> Turned | None:
        """Take a control change, and return the pair or parameter that it moves, if it is one's."""
        if number in CHOOSERS:
            self._choose(channel, CHOOSERS[number], number in (NRPN_COARSE, RPN_COARSE), value)
            return None
        if number in (DATA_COARSE, DATA_FINE, INCREMENT, DECREMENT):
            kind, of = self._chosen.get(channel, ("rpn", NO_PARAMETER))
            return None if of == NO_PARAMETER else self._enter((channel, kind, of), number, value)
        if number < 2 * FINE:
            entry = DATA_COARSE if number < FINE else DATA_FINE
            return self._enter((channel, "cc14", number % FINE), entry, value)
        return None

    def _choose(self, channel: int, kind: PairKind, is_coarse: bool, value: int) -> None:
        before = self._chosen.get(channel)
        number = before[1] if before and before[0] == kind else NO_PARAMETER
        number = value << 7 | number & 0x7F if is_coarse else number & ~0x7F | value
        self._chosen[channel] = kind, number

    def _enter(self, place: Place, entry: int, value: int) -> Turned:
        pair = self._values.pop(place, None) or Pair()
        self._values[place] = pair
        if len(self._values) > MAX_KEPT:
            del self._values[next(iter(self._values))]
        if entry == DATA_COARSE:
            pair.coarse, pair.fine = value, None if pair.fine is None else 0
        elif entry == DATA_FINE:
            pair.fine = value
        else:
            pair.step(1 if entry == INCREMENT else -1)
        _, kind, number = place
        is_pressed = pair.coarse >= MIDDLE
        return Turned(kind, number, pair.fraction, is_pressed, entry == DATA_COARSE)
