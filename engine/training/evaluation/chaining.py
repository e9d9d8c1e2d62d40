"""What windows do to sound: clicks at their joins, and level that creeps while they chain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import msgspec
import numpy as np

from engine.models.house.notes import HOP, RATE_HZ, Doubles, Floats
from engine.training.evaluation.distances import level_decibels
from engine.wire import Score

# How far around a join counts as the join, and how far around that as its surroundings.
JOIN_FRAMES, AROUND_FRAMES = 32, 4800
JOIN_HOPS, AROUND_HOPS = 2, 32
# Energy of differences under which there is nothing to hear a click against.
QUIET_FRAMES, QUIET_HOPS = 1e-14, 1e-5
# Places between two joins that a join is held against.
PLACES = 8


class Seams(msgspec.Struct, frozen=True):
    """Log energies of differences, over their surroundings', at joins and in between.

    Sums and counts, so that those of many sounds can be put together. Where music happens to
    begin at joins, the ratio of a sound without joins says by how much.
    """

    joins: int = 0
    at_joins: float = 0.0
    places: int = 0
    in_between: float = 0.0

    def __add__(self, other: Seams) -> Seams:
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Seams(*(one + another for one, another in pairs))

    @property
    def ratio(self) -> float | None:
        """The geometric mean of energies at joins over that in between; None without either."""
        if not self.joins or not self.places:
            return None
        return math.exp(self.at_joins / self.joins - self.in_between / self.places)


def sound_seams(sound: Floats, joins: Sequence[int]) -> Seams:
    """Measure the sample differences of `[frames] float32` around the frames of its joins."""
    energy = np.square(np.diff(sound.astype(np.float64), prepend=sound[:1]))
    return _seams(energy, joins, JOIN_FRAMES, AROUND_FRAMES, QUIET_FRAMES)


def mel_seams(mel: Floats, joins: Sequence[int]) -> Seams:
    """Measure the spectral frame differences of `[hops, MELS]` around joins (sample frames)."""
    energy = np.square(np.diff(mel.astype(np.float64), axis=0, prepend=mel[:1])).mean(axis=1)
    hops = [join // HOP for join in joins]
    return _seams(energy, hops, JOIN_HOPS, AROUND_HOPS, QUIET_HOPS)


def _seams(energy: Doubles, joins: Sequence[int], reach: int, around: int, quiet: float) -> Seams:
    places = [
        begin + (end - begin) * part // (PLACES + 1)
        for begin, end in pairwise(joins)
        for part in range(1, PLACES + 1)
    ]
    at_joins = _log_ratios(energy, joins, reach, around, quiet)
    in_between = _log_ratios(energy, places, reach, around, quiet)
    return Seams(len(at_joins), sum(at_joins), len(in_between), sum(in_between))


def _log_ratios(
    energy: Doubles, centres: Sequence[int], reach: int, around: int, quiet: float
) -> list[float]:
    """Return the log of each centre's mean energy over that of its surroundings, if they sound."""
    found = []
    for centre in centres:
        if centre - reach < 1 or centre + reach >= len(energy):
            continue
        near = energy[centre - reach : centre + reach + 1]
        wide = energy[max(1, centre - around) : centre + around + 1]
        surroundings = (wide.sum() - near.sum()) / max(1, len(wide) - len(near))
        if surroundings > quiet:
            found.append(math.log((near.mean() + quiet) / surroundings))
    return found


def repeated(phrase: Score, seconds: float) -> Score:
    """Repeat a phrase until `seconds` are full; its controllers are left out."""
    period = phrase.duration_seconds
    notes = [
        msgspec.structs.replace(
            note,
            start_seconds=note.start_seconds + period * turn,
            end_seconds=note.end_seconds + period * turn,
        )
        for turn in range(max(1, int(seconds / period)))
        for note in phrase.notes
    ]
    length = period * max(1, int(seconds / period))
    return Score(notes=tuple(notes), duration_seconds=length)


def drift_decibels(sound: Floats, reference: Floats, period_seconds: float) -> float:
    """Return by how many decibels a sound rises against its reference from begin to end.

    Both are `[frames] float32` of a repeated phrase; each repeat's level against the
    reference's own is a point, and a straight line through them says the drift.
    """
    frames = round(period_seconds * RATE_HZ)
    turns = min(len(sound), len(reference)) // frames
    spans = [slice(turn * frames, (turn + 1) * frames) for turn in range(turns)]
    over = [level_decibels(sound[span]) - level_decibels(reference[span]) for span in spans]
    if turns < 2:
        return 0.0
    slope = np.polyfit(np.arange(turns), over, 1)[0]
    return float(slope * (turns - 1))
