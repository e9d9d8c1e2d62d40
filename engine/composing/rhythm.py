"""Rhythms of melodies: cells that fill a group of beats, and bars made of them."""

from __future__ import annotations

from typing import TypeAlias

from numpy.random import Generator

from engine.composing.theory import Bar

# Where each note of a bar begins and how long it is, in quarters.
Rhythm: TypeAlias = tuple[tuple[float, float], ...]

# By the length of a group, then by density.
_CELLS: dict[float, tuple[tuple[tuple[float, ...], ...], ...]] = {
    1.0: (((1,),), ((1,), (0.5, 0.5), (0.5, 0.5)), ((0.5, 0.5), (0.5, 0.25, 0.25), (0.25,) * 4)),
    1.5: (
        ((1.5,),),
        ((1, 0.5), (0.5, 0.5, 0.5), (1.5,), (1, 0.5), (0.5, 1)),
        ((0.5, 0.5, 0.5), (0.5, 0.25, 0.25, 0.5), (0.75, 0.25, 0.5), (1, 0.25, 0.25)),
    ),
    2.0: (
        ((2,), (1, 1), (1.5, 0.5), (2,)),
        ((1, 1), (1, 0.5, 0.5), (0.5, 0.5, 1), (1.5, 0.5), (0.5, 1, 0.5), (2,), (0.5,) * 4),
        ((0.5,) * 4, (1, 0.5, 0.5), (0.5, 0.5, 0.5, 0.25, 0.25), (0.25, 0.25, 0.5, 0.5, 0.5),
         (0.75, 0.25, 0.5, 0.5), (0.5, 0.25, 0.25, 1), (0.25,) * 8, (0.5, 1, 0.5)),
    ),
    3.0: (
        ((3,), (2, 1), (2, 1), (1, 2)),
        ((1, 1, 1), (2, 1), (1.5, 0.5, 1), (1, 0.5, 0.5, 1), (2, 0.5, 0.5), (1, 2)),
        ((0.5,) * 6, (1, 0.5, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 0.5, 1), (1.5, 0.5, 0.5, 0.5),
         (1, 0.5, 0.25, 0.25, 1)),
    ),
}  # fmt: skip


def bar_rhythm(bar: Bar, density: int, random: Generator) -> Rhythm:
    """Fill a bar with cells, group by group."""
    if density == 0 and bar.quarters in (2, 3, 4) and random.random() < 0.3:
        return ((0.0, bar.quarters),)
    found: list[tuple[float, float]] = []
    for start, length in zip(bar.starts, bar.groups, strict=True):
        cells = _CELLS[length][density]
        at = start
        for part in cells[int(random.integers(len(cells)))]:
            found.append((at, float(part)))
            at += part
    if density < 2 and len(found) > 2 and random.random() < 0.25:
        found = _tied(found, int(random.integers(1, len(found))))
    return tuple(found)


def _tied(found: list[tuple[float, float]], index: int) -> list[tuple[float, float]]:
    """Tie a note to the one before it: a syncopation, where a bar has it across its beats."""
    at, length = found[index - 1]
    return [*found[: index - 1], (at, length + found[index][1]), *found[index + 1 :]]


def closing_rhythm(bar: Bar, random: Generator, is_final: bool) -> Rhythm:
    """Return a bar that comes to rest on its last note, with a breath where more follows."""
    if is_final:
        return ((0.0, bar.quarters),)
    if len(bar.groups) > 1:
        rest = bar.starts[-1]
        long = (rest, max(0.5, bar.groups[-1] - 0.5))
        if random.random() < 0.5:
            return ((0.0, rest + 0.5 * bar.groups[-1]),)
        return (*_halves(bar), long)
    return ((0.0, max(bar.quarters - 1.0, 0.75 * bar.quarters)),)


def _halves(bar: Bar) -> Rhythm:
    return tuple(zip(bar.starts[:-1], bar.groups[:-1], strict=True))
