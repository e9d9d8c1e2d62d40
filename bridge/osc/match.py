"""OSC address patterns against all our addresses at once, in time linear in the pattern.

The addresses stand one after another in one text; the pattern is read once, and a bit set of
the text's positions says where a match of what was read so far may stand. No step goes back, so
no number of wildcards costs more than its length. The star is the carry of one addition, as in
R. D. Cameron et al., "Bitwise Data Parallelism in Regular Expression Matching" (PACT 2014).

Semantics are those of OSC 1.0 with 1.1's `//`: `?`, `*` and `[...]` stay within one part of an
address, `//` crosses any number of parts, `[3-1]` holds 3, 1 and nothing between, and an
unclosed bracket or brace matches nothing.
"""

from __future__ import annotations

import bisect
import itertools
import operator
from collections.abc import Sequence

_END = "\0"
_SPECIAL = frozenset("?*[{")


def is_pattern(address: str) -> bool:
    """Say whether an address holds a wildcard."""
    return "//" in address or not _SPECIAL.isdisjoint(address)


def matches(pattern: str, address: str) -> bool:
    """Say whether a pattern matches one address."""
    return bool(AddressSpace((address,)).match(pattern))


class AddressSpace:
    """Addresses to be matched together; they hold no zero character."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses = tuple(addresses)
        text = "".join(address + _END for address in self.addresses)
        self._where: dict[str, int] = {}
        for index, character in enumerate(text):
            self._where[character] = self._where.get(character, 0) | 1 << index
        # Left out of `_where`, so that no pattern reads on from one address into the next.
        ends = self._where.pop(_END, 0)
        self._starts = (ends << 1 | 1) & ((1 << len(text)) - 1)
        self._ends = [index for index, character in enumerate(text) if character == _END]
        self._alphabet = sorted(self._where)
        masks = (self._where[character] for character in self._alphabet)
        self._upto = list(itertools.accumulate(masks, operator.or_, initial=0))
        self._slashes = self._where.get("/", 0)
        self._any = ((1 << len(text)) - 1) & ~ends
        self._inner = self._any & ~self._slashes

    def match(self, pattern: str) -> tuple[str, ...]:
        """Return the addresses that a pattern matches, in the order they were given."""
        reached = self._starts
        index = 0
        while reached and index < len(pattern):
            reached, index = self._step(pattern, index, reached)
        return tuple(
            address
            for address, end in zip(self.addresses, self._ends, strict=True)
            if reached >> end & 1
        )

    def _step(self, pattern: str, index: int, reached: int) -> tuple[int, int]:
        """Consume one element of the pattern; return where that leads and what comes next."""
        character = pattern[index]
        if character == "*":
            return _star(reached, self._inner), index + 1
        if character == "?":
            return (reached & self._inner) << 1, index + 1
        if pattern.startswith("//", index):
            crossed = _star((reached & self._slashes) << 1, self._any) & self._slashes << 1
            return crossed, _end_of_slashes(pattern, index)
        if character in "[{":
            close = pattern.find("]" if character == "[" else "}", index + 1)
            inside = pattern[index + 1 : close]
            if close < 0:
                return 0, len(pattern)
            next_reached = self._set if character == "[" else self._alternatives
            return next_reached(inside, reached), close + 1
        return (reached & self._where.get(character, 0)) << 1, index + 1

    def _set(self, inside: str, reached: int) -> int:
        negated = inside.startswith("!")
        inside = inside.removeprefix("!")
        held = 0
        for index, character in enumerate(inside):
            if character == "-" and 0 < index < len(inside) - 1:
                held |= self._range(inside[index - 1], inside[index + 1])
            else:
                held |= self._where.get(character, 0)
        return (reached & self._inner & (~held if negated else held)) << 1

    def _range(self, low: str, high: str) -> int:
        """Where any character from `low` to `high` stands; a falling range holds nothing."""
        below = bisect.bisect_left(self._alphabet, low)
        upto = bisect.bisect_right(self._alphabet, high)
        return self._upto[upto] & ~self._upto[below]

    def _alternatives(self, inside: str, reached: int) -> int:
        result = 0
        for word in inside.split(","):
            branch = reached
            for character in word:
                branch = (branch & self._where.get(character, 0)) << 1
            result |= branch
        return result


def _star(reached: int, allowed: int) -> int:
    """Return the positions from which `reached` is left over any run of allowed ones."""
    return (((reached & allowed) + allowed) ^ allowed) | reached


def _end_of_slashes(pattern: str, index: int) -> int:
    while index < len(pattern) and pattern[index] == "/":
        index += 1
    return index
