"""The notes that sound in a live performance, side by side as columns, so that all go at once.

The columns have room for a fixed number of voices, the first `count` of which are in use.
"""

from __future__ import annotations

import numpy as np
import torch

from engine.live_keys import MOST_NOTES, Strike
from engine.models.house.live_envelopes import Envelopes, unknown_release
from engine.models.house.notes import (
    CHOKE_GROUPS,
    EARLY_HOPS,
    FIRST_KIT,
    FLOOR,
    HOP,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    Integers,
    instrument_of,
)
from engine.models.house.partials import Bank, Flags
from engine.models.house.prior import BEND_STEPS_PER_SEMITONE
from engine.models.house.synthesis import MASKED
from engine.models.house.timbre import MAX_PARTIALS

ROOM = MOST_NOTES + 16  # some more are fading


class Voices:
    """Columns `[ROOM]` of what does not change while a note sounds, and of where it is."""

    def __init__(self, envelopes: Envelopes, bank: Bank) -> None:
        self.count = 0
        self._envelopes, self._bank = envelopes, bank
        self.key, self.channel, self.instrument, self.pitch, self.bend_step = (
            np.zeros(ROOM, np.int64) for _ in range(5)
        )
        self.velocity, self.onset, self.release, self.choke, self.played = (
            np.zeros(ROOM) for _ in range(5)
        )
        self.fading, self._is_stale = np.zeros(ROOM, np.bool_), np.zeros(ROOM, np.bool_)
        self.sides = np.ones((ROOM, 2), np.float32)
        self._peak_mel = np.zeros((ROOM, MAX_PARTIALS), np.int64)
        self.power = np.zeros((ROOM, MELS), np.float32)
        self.breath = np.zeros((ROOM, MELS), np.float32)
        self.level = np.zeros((ROOM, MAX_PARTIALS), np.float32)
        self.cycles = np.zeros((ROOM, MAX_PARTIALS))
        self.start = np.zeros((ROOM, MAX_PARTIALS))
        self.response = torch.zeros(ROOM, MAX_PARTIALS, MELS)
        self.reading = torch.zeros(ROOM, MAX_PARTIALS, MELS)
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
        self.fading[row], self.played[row] = False, 0.0
        self.power[row], self.level[row] = 0.0, 0.0
        self.bend_step[row] = round(bend_semitones * BEND_STEPS_PER_SEMITONE)
        self._tune(row)
        return True

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

    def _tune(self, row: int) -> None:
        """Set a voice's partials and how its envelope is read off them, as it is bent now."""
        self._is_stale[row] = True
        instrument = int(self.instrument[row])
        self.cycles[row], self.start[row] = 0.0, 0.0
        self.response[row], self.reading[row] = 0.0, 0.0
        self.breath[row] = 0.0
        partials = self._bank.partials(int(self.pitch[row]), instrument)
        if partials is None:
            return
        cycles, start, response = partials.shape(self.bend_step[row] / BEND_STEPS_PER_SEMITONE)
        number = len(cycles)
        self.breath[row] = partials.breath
        self.cycles[row, :number], self.start[row, :number] = cycles, start
        reading = response / (response @ response.sum(axis=0))[:, None]
        self._peak_mel[row, :number] = response.argmax(axis=1)
        self.response[row, :number] = torch.from_numpy(response)
        self.reading[row, :number] = torch.from_numpy(reading)

    def bend(self, semitones: Doubles) -> None:
        """Follow the bends, `[count]`, by quarter semitones; frequencies follow exactly."""
        steps = np.rint(semitones * BEND_STEPS_PER_SEMITONE).astype(np.int64)
        for row in np.flatnonzero(steps != self.bend_step[: self.count]).tolist():
            self.bend_step[row] = steps[row]
            self._tune(row)

    def refresh(self) -> None:
        """Ask the network what the voices are like that are new or bent."""
        rows = np.flatnonzero(self._is_stale[: self.count])
        if not len(rows):
            return
        self._is_stale[rows] = False
        sounding = self.pitch[rows] + self.bend_step[rows] / BEND_STEPS_PER_SEMITONE
        codes = self._envelopes.codes(
            self.instrument[rows], self.pitch[rows], sounding, self.velocity[rows]
        )
        if not self.codes.shape[1]:
            self.codes = codes.new_zeros(ROOM, codes.shape[1])
        self.codes[torch.from_numpy(rows)] = codes

    def power_at(self, frame: float, rows: slice, log_gain: Floats) -> Floats:
        """Return some voices' own mel power at a hop's centre, `[rows, MELS] float32`."""
        clocks: Doubles = np.stack(
            [(frame - event[rows]) / RATE_HZ for event in (self.onset, self.release, self.choke)]
        )
        unknown = np.isneginf(clocks[1])
        clocks[1, unknown] = unknown_release(clocks[0, unknown])
        return self._envelopes.power(self.codes[rows], clocks, log_gain)

    def levels_of(self, power: Floats, rows: slice) -> Floats:
        """Read partials' amplitudes, `[rows, MAX_PARTIALS]`, off `[rows, MELS]` mel power.

        As `Partials.amplitudes` does, for many notes at once.
        """
        response, wanted = self.response[rows], torch.from_numpy(power)[..., None]
        found = self.reading[rows] @ wanted
        missing = wanted / (response.mT @ found).clamp(min=1e-12)
        found *= (response @ missing) / response.sum(-1, keepdim=True).clamp(min=1e-18)
        levels: Floats = found[..., 0].sqrt().numpy()
        return levels

    def tonal_power(self, levels: Floats, rows: slice) -> Floats:
        """Return the mel power that partials of these amplitudes have, `[rows, MELS] float32`."""
        squares = torch.from_numpy(levels).square()[:, None]
        power: Floats = (squares @ self.response[rows])[:, 0].numpy()
        return power

    def at_peaks(self, gains: Floats) -> Floats:
        """Read `[MELS]` off at where partials lie, `[count, MAX_PARTIALS]`."""
        found: Floats = gains[self._peak_mel[: self.count]]
        return found

    def audible(self, power: Floats) -> Flags:
        """Say which partials can be heard, `[count, MAX_PARTIALS]`, of `[count, MELS]` power.

        Those above the highest that the others do not mask are left to the noise.
        """
        masking = MASKED * power.sum(axis=0) + 4.0 * FLOOR**2
        peaks = np.take_along_axis(power > masking, self._peak_mel[: self.count], axis=1)
        return np.maximum.accumulate(peaks[:, ::-1], axis=1)[:, ::-1]

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
                for column in (
                    *(self.key, self.channel, self.instrument, self.pitch, self.bend_step),
                    *(self.velocity, self.onset, self.release, self.choke, self.played),
                    *(self.fading, self.power, self.level, self.cycles, self.start),
                    *(self._is_stale, self.sides, self._peak_mel, self.breath),
                ):
                    column[row] = column[last]
                for tensor in (self.response, self.reading, self.codes):
                    tensor[row] = tensor[last]
