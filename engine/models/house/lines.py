"""Sounds that are played between their frames, and go round: read as far as they are asked for.

Reading one in full takes as long as a block or two, and its beginning a tenth of that: a key that
is struck sounds at once, and the rest is read until it is due, by whoever comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.models.house.notes import Doubles, Floats, Integers

AROUND = 2  # frames before and after a sound that stand for what goes on there
JUST = 1e-6  # of a frame before an end
HEAD_FRAMES = 16_384  # that are read at first, where there are many more


class Loop(NamedTuple):
    """How a sound goes on: its last `frames` again and again, each time `fall` nats softer.

    Not at all if there are none. `is_exact` where the sample does the same.
    """

    frames: float = 0.0
    fall: float = 0.0
    is_exact: bool = True


ENDS = Loop()


class Line:
    """A sound of so many frames, with what is around it: silence, or how it goes on."""

    def __init__(self, read: Callable[[int], Floats], frames: int, goes_on: bool) -> None:
        """Read its first frames by `read`; where it goes on, AROUND of that are at its end."""
        self.end = frames - AROUND if goes_on else frames
        self._read, self._frames, self._goes_on = read, frames, goes_on
        self._head: Floats | None = None
        self._whole: Floats | None = None
        if frames > 2 * HEAD_FRAMES:
            self._head = _lined(read(HEAD_FRAMES), True)
        else:
            self.read()

    @classmethod
    def of(cls, sound: Floats, goes_on: bool) -> Line:
        """Return the line of a sound that is at hand, `[frames] float32`."""
        return cls(lambda frames: sound[:frames], len(sound), goes_on)

    @property
    def is_read(self) -> bool:
        """Whether all of it was read."""
        return self._whole is not None

    def read(self) -> Floats:
        """Have all of it read; return it, `[AROUND + frames]` and AROUND of silence at its end."""
        if self._whole is None:
            self._whole = _lined(self._read(self._frames), self._goes_on)
            self._head = None
        return self._whole

    def played(self, loop: Loop, places: Doubles, louder_nats: Doubles | float = 0.0) -> Floats:
        """Return it at rising places between its frames, of the shape of `places`, float32.

        Before its beginning it is silent, and after its end, unless it goes on. It is so much
        louder, at all places or at each.
        """
        lowest, highest = (float(places.flat[at]) for at in (0, -1)) if places.size else (0.0, 0.0)
        head = self._head
        line = head if head is not None and highest < HEAD_FRAMES - AROUND else self.read()
        rounds = None
        if loop.frames and highest >= self.end:
            rounds = np.maximum(np.floor((places - self.end) / loop.frames) + 1.0, 0.0)
            highest = self.end - JUST
            places = np.minimum(places - rounds * loop.frames, highest)
        floor = np.floor(places)
        here = floor.astype(np.int64)
        # Far into a sound, single precision knows places by a thirtieth of a frame only.
        share = (places - floor).astype(np.float32)
        if lowest >= -1.0 and highest < self.end:
            found = _between(share, line, here)
        else:
            inside = (here >= -1) & (here < self.end)
            here = here.clip(-1, self.end - 1)
            found = np.where(inside, _between(share, line, here), np.float32(0.0))
        # In one exponent: for hours its rounds may fall as much as it is made louder.
        if rounds is not None and loop.fall:
            louder_nats = louder_nats - loop.fall * rounds
        if np.any(louder_nats):
            found = found * np.exp(louder_nats).astype(np.float32)
        return found


def played(sound: Floats, loop: Loop, places: Doubles) -> Floats:
    """Return a sound at rising places between its frames, of the shape of `places`, float32.

    A sound that goes on has AROUND frames of that at its end. One that does not ends; before its
    beginning it is silent.
    """
    return Line.of(sound, bool(loop.frames)).played(loop, places)


def _lined(sound: Floats, goes_on: bool) -> Floats:
    silence = np.zeros(AROUND)
    around = (silence, sound) if goes_on else (silence, sound, silence)
    return np.concatenate(around, dtype=np.float32)


def _between(share: Floats, line: Floats, here: Integers) -> Floats:
    """Interpolate a line between places and the next ones, counted from AROUND on.

    Source: Catmull and Rom, A class of local interpolating splines (1974).
    """
    before, own, after, beyond = (line.take(here + step) for step in range(1, 5))
    slope, across = 0.5 * (after - before), own - after
    curve = across + slope
    other = curve + across + 0.5 * (beyond - own)
    found: Floats = own + share * (slope + share * (share * other - (curve + other)))
    return found
