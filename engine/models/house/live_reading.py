"""The waves of notes that sound, read some blocks ahead while their pace stays.

Reading eight blocks takes little longer than reading one: most of either is calls, after each of
which a thread that renders may hold the interpreter up.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.models.house.notes import HOP, MELS, Doubles, Floats, Integers
from engine.models.house.tones import FRAMES, raised
from engine.models.house.waves import NO_FLOOR, Wave

MOST_BLOCKS = 8
NEAR = 1e-3  # frames by which a block may begin beside where it was read


class Heard(NamedTuple):
    """What is heard of waves, `[rows, MELS]` mel power; under `floor` `[rows]` nothing is told."""

    power: Floats
    floor: Floats


class Reading:
    """Columns `[room]`: of each note's wave some blocks, and which of them is due.

    `sound` `[room, MOST_BLOCKS, HOP] float32`, and as each block ends `power`
    `[room, MOST_BLOCKS, MELS]` and `floor` `[room, MOST_BLOCKS]`; they begin at frame `begin`
    since the onset, at a pace of `ratio`, and `blocks` of them are read.
    """

    def __init__(self, room: int) -> None:
        self.waves: list[Wave | None] = [None] * room
        self._sound = np.zeros((room, MOST_BLOCKS, HOP), np.float32)
        self._power = np.zeros((room, MOST_BLOCKS, MELS), np.float32)
        self._floor = np.full((room, MOST_BLOCKS), NO_FLOOR, np.float32)
        self._begin, self._ratio = np.zeros((2, room))
        self._blocks, self._place = np.zeros((2, room), np.int64)

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All that is known of each note but its wave."""
        read = self._sound, self._power, self._floor
        return *read, self._begin, self._ratio, self._blocks, self._place

    def begin(self, row: int, wave: Wave | None) -> None:
        """Have a note's wave in a row from now on."""
        self.waves[row] = wave
        self._blocks[row], self._ratio[row] = 0, 0.0
        if wave is None:
            self._sound[row], self._power[row], self._floor[row] = 0.0, 0.0, NO_FLOOR

    def go_to(self, begin: Doubles, ratio: Doubles) -> None:
        """Have the block ready that begins at `begin` `[notes]` frames, at a pace of `ratio`."""
        notes = slice(0, len(begin))
        gone = begin - self._begin[notes]
        place = np.rint(gone / (HOP * ratio)).astype(np.int64)
        is_near = np.abs(gone - place * (HOP * ratio)) < NEAR
        is_near &= (ratio == self._ratio[notes]) & (place >= 0) & (place < self._blocks[notes])
        self._place[notes] = place
        for row in np.flatnonzero(~is_near).tolist():
            self._read(row, float(begin[row]), float(ratio[row]))

    def block(self, notes: int) -> Floats:
        """Return what sounds in the block of the first notes, `[notes, HOP] float32`."""
        return self._sound[np.arange(notes), self._place[:notes]]

    def heard_at_end(self, rows: Integers) -> Heard:
        """Return what is heard of some notes' waves as the block ends."""
        place = self._place[rows]
        return Heard(self._power[rows, place], self._floor[rows, place])

    def heard_at(self, row: int, frames: Doubles, ratio: float) -> Heard:
        """Return what is heard of a note's wave at frames since its onset."""
        wave = self.waves[row]
        if wave is None:
            silence = np.zeros((len(frames), MELS), np.float32)
            return Heard(silence, np.full(len(frames), NO_FLOOR, np.float32))
        power = wave.powers(frames)
        if ratio != 1.0:
            power = raised(power, np.full(len(frames), ratio))
        return Heard(power, wave.floors(frames))

    def _read(self, row: int, begin: float, ratio: float) -> None:
        """Read a block where the pace moves or the note begins, and else some."""
        is_steady = ratio == self._ratio[row] and begin > 0.0
        # Notes that are struck together read ahead in other blocks.
        ahead = MOST_BLOCKS if self._blocks[row] > 1 else 2 + row % (MOST_BLOCKS - 1)
        blocks = ahead if is_steady else 1
        self._begin[row], self._ratio[row], self._blocks[row] = begin, ratio, blocks
        self._place[row] = 0
        if (wave := self.waves[row]) is not None:
            edges: Doubles = begin + HOP * ratio * np.arange(blocks + 1.0)
            self._sound[row, :blocks] = _sound(wave, edges, ratio)
            found = self.heard_at(row, edges[1:], ratio)
            self._power[row, :blocks], self._floor[row, :blocks] = found


def _sound(wave: Wave, edges: Doubles, ratio: float) -> Floats:
    """Return a wave between the edges of blocks, `[blocks, HOP] float32`."""
    first, last = float(edges[0]), float(edges[-1])
    if ratio == 1.0 and first == int(first):
        return wave.from_to(int(first), int(last)).reshape(-1, HOP)
    return wave.at(edges[:-1, None] + ratio * FRAMES)
