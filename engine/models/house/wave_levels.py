"""What the waves of sounding notes say, mel by mel: the prior adds what they lack to it.

A bent note plays on in the sample it was struck in: faster, and so higher. Imports torch.
"""

from __future__ import annotations

import numpy as np

from engine.models.base import Tick, patient
from engine.models.house.notes import HOP, MELS, Doubles, Floats, Integers, NoteTable
from engine.models.house.stage import heard_frames
from engine.models.house.templates import BODY_HOPS
from engine.models.house.tones import raised
from engine.models.house.waves import Waves, levels


def played_frames(table: NoteTable, note: Integers, hop: Integers) -> Doubles:
    """Return how many frames of their waves notes have played at (absolute) hops, `[pairs]`.

    Faster while they are bent up; they begin when they are heard.
    """
    begun = heard_frames(table.onset_seconds)[note] / HOP
    played: Doubles = (hop - begun) * float(HOP)
    bent = np.flatnonzero(np.abs(table.bend_semitones).max(axis=1, initial=0.0) > 0.0)
    for number in bent.tolist():
        mine = table.channel[note] == number
        played[mine] = np.subtract(*_unbent(table.bend_semitones[number], hop[mine], begun[mine]))
    return played


def _unbent(bend: Floats, *hops: Doubles | Integers) -> list[Doubles]:
    """Return the frames of unbent sound before some hops of a channel bent by `[hops]`."""
    ratio = 2.0 ** (np.asarray(bend, np.float64) / 12.0)
    gone = np.concatenate(([0.0], np.cumsum(0.5 * (ratio[1:] + ratio[:-1]))))
    last = len(bend) - 1
    beyond = (np.maximum(each - last, 0.0) * ratio[-1] for each in hops)
    inside = (np.interp(each, np.arange(last + 1), gone) for each in hops)
    return [HOP * (known + more) for known, more in zip(inside, beyond, strict=True)]


def wave_levels(
    waves: Waves,
    keys: tuple[Integers, Integers],
    voice: Integers,
    played: Doubles,
    ratio: Doubles,
    tick: Tick = patient,
) -> Floats:
    """Return the log-mel of voices' waves, each so many frames `played`, `[pairs, MELS] float32`.

    `keys` are the voices' instruments and pitches, `voice` and `ratio`, how much faster than its
    key each plays, are `[pairs]`. Where there is no wave it is level: 0.
    """
    found = np.zeros((len(voice), MELS), np.float32)
    order = np.argsort(voice, kind="stable")
    ends = np.searchsorted(voice[order], np.arange(len(keys[0]) + 1))
    for place, (instrument, pitch) in enumerate(zip(*(k.tolist() for k in keys), strict=True)):
        rows, wave = order[ends[place] : ends[place + 1]], waves.of(pitch, instrument)
        if wave is None or not len(rows):
            continue
        tick(0.0)
        power = wave.powers(played[rows])
        if (ratio[rows] != 1.0).any():
            power = raised(power, ratio[rows])
        found[rows] = levels(power, wave.floors(played[rows])[:, None])
    return found


def bodies(waves: Waves, instrument: Integers, pitch: Integers, tick: Tick = patient) -> Floats:
    """Return the log-mel of voices' waves BODY_HOPS after the onset, `[voices, MELS] float32`."""
    voice, played = np.arange(len(pitch)), np.full(len(pitch), float(BODY_HOPS * HOP))
    return wave_levels(waves, (instrument, pitch), voice, played, np.ones(len(pitch)), tick)
