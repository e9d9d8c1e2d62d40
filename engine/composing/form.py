"""How a piece is cut into phrases, and which of them are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Cadence: TypeAlias = Literal["half", "full", "final"]
_ORDERS = {1: "A", 2: "AA", 3: "ABA", 4: "AABA", 5: "AABBA", 6: "AABBCA", 7: "AABACBA"}
_LONG = "AABBAACCDDAA"


@dataclass(frozen=True)
class Phrase:
    """Some bars that belong together: `letter` tells which are alike, `turn` which time it is."""

    first_bar: int
    bars: int
    letter: str
    turn: int
    cadence: Cadence
    number: int
    count: int

    @property
    def last_bar(self) -> int:
        """The bar after its last one."""
        return self.first_bar + self.bars


def phrases(bars: int, length: int = 4) -> tuple[Phrase, ...]:
    """Cut bars into phrases of about `length`; every other one comes to rest, the last ends."""
    count = max(1, round(bars / length))
    edges = [round(k * bars / count) for k in range(count + 1)]
    if bars >= length * 2:  # Whole phrases first; what is left over goes into the last.
        edges = [length * k for k in range(bars // length)] + [bars]
        count = len(edges) - 1
    letters = _ORDERS.get(count) or (_LONG * (count // len(_LONG) + 1))[: count - 1] + "A"
    turns: dict[str, int] = {}
    found = []
    for number in range(count):
        letter = letters[number]
        turn = turns.get(letter, 0)
        turns[letter] = turn + 1
        is_last = number == count - 1
        cadence: Cadence = "final" if is_last else ("half" if number % 2 == 0 else "full")
        first, last = edges[number], edges[number + 1]
        found.append(Phrase(first, last - first, letter, turn, cadence, number, count))
    return tuple(found)
