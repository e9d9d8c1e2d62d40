"""The notes that sound in a live performance, side by side as columns, so that all go at once.

The columns have room for a fixed number of voices, the first `count` of which are in use.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.live_keys import MOST_NOTES, Strike
from engine.models.house.live_colour import BINS, Match, Spectra
from engine.models.house.live_envelopes import Envelopes, unknown_release
from engine.models.house.live_reading import Heard, Reading
from engine.models.house.notes import (
    CHOKE_GROUPS,
    EARLY_HOPS,
    FIRST_KIT,
    HOP,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    Integers,
    instrument_of,
)
from engine.models.house.prior import BEND_STEPS_PER_SEMITONE
from engine.models.house.stage import PARTIAL_HOPS, window_share
from engine.models.house.tones import LEAST_SHARE
from engine.models.house.wave_levels import bodies
from engine.models.house.waves import Waves, levels

ROOM = MOST_NOTES + 16  # some more are fading
YOUNG_HOPS = 16

Flags: TypeAlias = NDArray[np.bool_]


class Now(NamedTuple):
    """How the voices are moved while a block passes, `[voices]` each; `sides` `[2, voices]`."""

    ratio: Doubles
    log_gain: Floats
    sides: Floats


class Voices:
    """Columns `[ROOM]` of what does not change while a note sounds, and of where it is.

    `level`, `colour` `[MELS]` and `breath` `[MELS]` are a note's `Match` as the last block ended,
    at a channel's `log_gain`, `response` `[BINS]` how it was filtered then, `heard` `[HOP]` what
    its wave was; `attack`, `tint` and `puff` are its match as it begins, at a usual gain.
    """

    def __init__(self, envelopes: Envelopes, waves: Waves) -> None:
        self.count = 0
        self._envelopes, self._waves = envelopes, waves
        self.key, self.channel, self.instrument, self.pitch, self.bend_step = (
            np.zeros(ROOM, np.int64) for _ in range(5)
        )
        self.velocity, self.onset, self.release, self.choke, self.played = (
            np.zeros(ROOM) for _ in range(5)
        )
        self.fading, self.is_new, self._is_stale = (np.zeros(ROOM, np.bool_) for _ in range(3))
        self.sides = np.ones((ROOM, 2), np.float32)
        self.level, self.attack, self.log_gain = np.zeros((3, ROOM), np.float32)
        self.colour, self.breath, self.tint, self.puff = np.zeros((4, ROOM, MELS), np.float32)
        self.response = np.zeros((ROOM, BINS), np.complex64)
        self.heard = np.zeros((ROOM, HOP), np.float32)
        self.reading = Reading(ROOM)
        self.codes = torch.zeros(ROOM, 0)

    def row(self, key: int) -> Integers:
        """Return the row of a note, or none when it has rung out."""
        return np.flatnonzero(self.key[: self.count] == key)

    def add(self, strike: Strike, onset_frame: float, bend_semitones: float) -> bool:
        """Add a note; what it is like comes with `refresh`. Returns False where no room is left."""
        if self.count == ROOM:  # Only a flood of notes within one block comes here.
            return False
        row, instrument = self.count, instrument_of(strike.program, strike.is_drum)
        self.count += 1
        self._choke(instrument, strike.pitch, onset_frame)
        self.key[row], self.channel[row], self.instrument[row] = (
            strike.key,
            strike.channel,
            instrument,
        )
        self.pitch[row], self.velocity[row] = strike.pitch, strike.velocity
        self.onset[row], self.release[row], self.choke[row] = onset_frame, np.inf, np.inf
        self.bend_step[row] = round(bend_semitones * BEND_STEPS_PER_SEMITONE)
        self.fading[row], self.is_new[row], self._is_stale[row] = False, True, True
        self.played[row] = -(onset_frame % HOP)
        self.level[row], self.heard[row] = 0.0, 0.0
        self.reading.begin(row, self._waves.of(strike.pitch, instrument))
        return True

    def unread(self) -> list[tuple[int, int]]:
        """Return keys and instruments of voices of whose waves only the beginning was read."""
        waves = enumerate(self.reading.waves[: self.count])
        rows = [row for row, wave in waves if wave is not None and not wave.is_read]
        return [(int(self.pitch[row]), int(self.instrument[row])) for row in rows]

    def _choke(self, instrument: int, pitch: int, onset_frame: float) -> None:
        """Let a drum silence the others of its group, and itself."""
        for group in CHOKE_GROUPS:
            if instrument >= FIRST_KIT and pitch in group:
                mine = self.instrument[: self.count] == instrument
                hit = mine & np.isin(self.pitch[: self.count], group)
                hit &= self.onset[: self.count] < onset_frame
                self.choke[: self.count][hit] = np.minimum(
                    self.choke[: self.count][hit], onset_frame
                )

    def bend(self, semitones: Doubles) -> None:
        """Follow the bends, `[count]`, by quarter semitones; frequencies follow exactly."""
        here = slice(0, self.count)
        steps = np.rint(semitones * BEND_STEPS_PER_SEMITONE).astype(np.int64)
        self._is_stale[here] |= steps != self.bend_step[here]
        self.bend_step[here] = steps

    def refresh(self) -> None:
        """Ask the network what the voices are like that are new or bent."""
        rows = np.flatnonzero(self._is_stale[: self.count])
        if not len(rows):
            return
        self._is_stale[rows] = False
        sounding = self.pitch[rows] + self.bend_step[rows] / BEND_STEPS_PER_SEMITONE
        own = self.instrument[rows], self.pitch[rows]
        body = bodies(self._waves, *own)
        codes = self._envelopes.codes(*own, sounding, self.velocity[rows], body)
        if not self.codes.shape[1]:
            self.codes = codes.new_zeros(ROOM, codes.shape[1])
        self.codes[rows] = codes

    def power_at(
        self, frame: Doubles | float, rows: Integers, heard: Heard, log_gain: Floats
    ) -> Floats:
        """Return voices' own mel power, all or each at a frame, `[rows, MELS] float32`.

        `heard` is what is heard of their waves then.
        """
        clocks: Doubles = np.stack(
            [(frame - event[rows]) / RATE_HZ for event in (self.onset, self.release, self.choke)]
        )
        unknown = np.isneginf(clocks[1])
        clocks[1, unknown] = unknown_release(clocks[0, unknown])
        wave = levels(heard.power, heard.floor[:, None])
        return self._envelopes.power(self.codes[: self.count], rows, clocks, wave, log_gain)

    def heard_at(self, frames: Doubles, rows: Integers, ratio: Doubles) -> Heard:
        """Return what is heard of voices' waves at `[rows, times]` frames, one after the other."""
        each = zip(rows.tolist(), frames, ratio[rows].tolist(), strict=True)
        heard = [self.reading.heard_at(row, at, pace) for row, at, pace in each]
        return Heard(*(np.concatenate(column) for column in zip(*heard, strict=True)))

    def go_to_next(self, ratio: Doubles) -> Doubles:
        """Go to the next block, and return how far into their waves voices are as it begins.

        Less than 0 where they begin in it.
        """
        played = self.played[: self.count]
        played = np.where(played < 0.0, played * ratio, played)
        self.reading.go_to(played, ratio)
        return played

    def as_before(self, log_gain: Floats) -> Match:
        """Return how voices were at the last block's end, at the gains of now, `[count]`."""
        here = slice(0, self.count)
        gain = np.exp(log_gain - self.log_gain[here])
        breath = self.breath[here] * np.square(gain)[:, None]
        return Match(self.level[here] * gain, self.colour[here].copy(), breath)

    def go_on(
        self, played: Doubles, now: Now, found: Match, response: Spectra, sound: Floats
    ) -> None:
        """Remember where and how every voice is at a block's end."""
        here = slice(0, self.count)
        self.played[here], self.sides[here], self.log_gain[here] = played, now.sides.T, now.log_gain
        self.level[here], self.colour[here], self.breath[here] = found
        self.response[here], self.heard[here] = response, sound

    def is_beginning(self, frame: float) -> Flags:
        """Say which voices are in their first blocks, not let go nor silenced, `[count]`."""
        is_early: Flags = self._age(frame) <= PARTIAL_HOPS + 1
        return is_early & ~self.is_ending()

    def is_due(self, frame: float, block: int) -> Flags:
        """Say of which voices to ask how they are, `[count]`.

        Of those that are long held every other time: they hardly change in a block.
        """
        is_young = self._age(frame) <= YOUNG_HOPS
        # All at once: most of what asking takes is calls.
        found: Flags = is_young | (block % 2 == 0) | self.is_ending()
        return found

    def _age(self, frame: float) -> Doubles:
        hops: Doubles = (frame - self.onset[: self.count]) / HOP
        return hops

    def is_ending(self) -> Flags:
        """Say which voices are let go or silenced, `[count]`."""
        here = slice(0, self.count)
        found: Flags = np.isfinite(np.minimum(self.release, self.choke)[here]) | self.fading[here]
        return found

    def is_central(self, sides: Floats) -> bool:
        """Say whether no voice was or is out of the centre; `sides` `[2, count]` are its gains."""
        was = self.sides[: self.count]
        return bool(
            np.abs(sides - 1.0).max(initial=0.0) < 1e-6 > np.abs(was - 1.0).max(initial=0.0)
        )

    def rung_out(self, frame: float) -> Integers:
        """Return the rows of the voices whose tails are over at a frame."""
        here = slice(0, self.count)
        tails = self._envelopes.tail_hops[self.instrument[here], self.pitch[here]]
        last = np.minimum(self.release[here], self.choke[here]) + (tails + EARLY_HOPS) * HOP
        return np.flatnonzero((last <= frame) | self.fading[here])

    def remove(self, rows: Integers) -> None:
        """Take voices out; the last ones take their rows."""
        for row in sorted(rows.tolist(), reverse=True):
            self.count -= 1
            last = self.count
            if row != last:
                for column in self._columns():
                    column[row] = column[last]
                self.reading.waves[row] = self.reading.waves[last]

    def _columns(self) -> tuple[NDArray[Any] | Tensor, ...]:
        return (
            *(self.key, self.channel, self.instrument, self.pitch, self.bend_step),
            *(self.velocity, self.onset, self.release, self.choke, self.played),
            *(self.fading, self.is_new, self._is_stale, self.sides, self.level, self.attack),
            *(self.log_gain, self.colour, self.breath, self.tint, self.puff, self.response),
            *(self.heard, self.codes),
            *self.reading.columns,
        )


def heard_whole(heard: Floats, played: Doubles) -> Floats:
    """Return the mel power of waves as if frames that reach back over the onset heard it whole.

    `heard` is `[waves, MELS] float32`, `played` `[waves]` frames since their onsets.
    """
    share = np.square(np.maximum(window_share(played), LEAST_SHARE))[:, None]
    return np.asarray(heard / share, np.float32)
