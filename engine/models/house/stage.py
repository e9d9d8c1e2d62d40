"""What synthesis needs to know of a score: how its parts move, how loud each note is when.

Numpy only. Hop h is the spectral frame centred at sample h * HOP; block b is the samples from
b * HOP up to the next block. A value at a block's edge b is the value at hop b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.models.house.notes import (
    FFT,
    HOP,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    Integers,
    NoteTable,
)
from engine.performance import Performance

VIBRATO_HZ, VIBRATO_SEMITONES = 8.176, 0.5  # SoundFont 2's modulation wheel


@dataclass(frozen=True)
class Part:
    """How one MIDI channel's notes are bent and placed, block by block.

    `ratio` `[blocks]` multiplies frequencies; `played` `[blocks + 1]` are the frames of unbent
    sound up to each block; `sides` `[2, blocks + 1]` are left and right gains, 1 in the centre.
    """

    ratio: Doubles
    played: Doubles
    sides: Floats

    def played_at(self, frame: float) -> float:
        """Return the frames of unbent sound before a sample frame."""
        block = int(frame // HOP)
        return float(self.played[block] + (frame - block * HOP) * self.ratio[block])


@dataclass(frozen=True)
class Stage:
    """A score ready to be heard: its notes, and its parts by MIDI channel.

    `sides` is 1 while every part stays in the centre, else 2.
    """

    table: NoteTable
    parts: dict[int, Part]
    sides: int

    def mean_gain(self, channel: Integers, hop: Integers) -> Floats:
        """Return the mean of the left and right gains of channels at hops, of equal shape."""
        gain = np.ones(len(channel), np.float32)
        for number in np.unique(channel).tolist():
            mine = channel == number
            sides = self.parts[number].sides
            gain[mine] = sides.mean(axis=0)[np.clip(hop[mine], 0, sides.shape[1] - 1)]
        return gain


def stage_of(performance: Performance, table: NoteTable, blocks: int) -> Stage:
    """Work out bends and places of every channel that has notes, for `blocks` blocks."""
    starts: Doubles = np.arange(blocks + 1, dtype=np.float64) * HOP / RATE_HZ
    middles: Doubles = starts[:-1] + HOP / RATE_HZ / 2.0
    wheel = VIBRATO_SEMITONES * np.sin(2.0 * np.pi * VIBRATO_HZ * middles)
    parts = {}
    for number in np.unique(performance.notes.channel).tolist():
        bend = performance.bend_at(number, middles)
        ratio = 2.0 ** ((bend + wheel * performance.modulation_at(number, middles)) / 12.0)
        played = np.concatenate(([0.0], np.cumsum(ratio * HOP)))
        sides = np.sqrt(2.0) * performance.pan_at(number, starts).T
        parts[number] = Part(ratio, played, sides.astype(np.float32))
    is_panned = any(np.abs(part.sides - 1.0).max() > 1e-6 for part in parts.values())
    return Stage(table, parts, 2 if is_panned else 1)


class Envelopes(NamedTuple):
    """Log-mel magnitudes `[pairs, MELS] float32` of the notes that sound at each hop."""

    note_index: Integers
    hop_index: Integers
    log_mel: Floats

    def by_note(self) -> Iterator[tuple[int, int, Floats]]:
        """Yield each note, its first hop and its `[hops, MELS]` envelope from there on."""
        if not len(self.note_index):
            return
        order = np.lexsort((self.hop_index, self.note_index))
        notes = self.note_index[order]
        cuts = np.flatnonzero(np.diff(notes)) + 1
        for rows in np.split(order, cuts):
            yield int(self.note_index[rows[0]]), int(self.hop_index[rows[0]]), self.log_mel[rows]


@dataclass(frozen=True)
class Track:
    """A note's mel magnitudes at the edges of its blocks, `[blocks + 1, MELS] float32`.

    When `is_onset`, the first block holds the onset after `silent_frames` of nothing.
    """

    onset_frame: float
    first: int
    silent_frames: int
    is_onset: bool
    magnitude: Floats

    @property
    def blocks(self) -> int:
        """How many blocks the note sounds in."""
        return len(self.magnitude) - 1

    def within(self, first: int, last: int) -> Track:
        """Return the part of it between two blocks; it may have no blocks."""
        begin, end = max(first, self.first), min(last, self.first + self.blocks)
        edges = self.magnitude[begin - self.first : max(begin, end) - self.first + 1]
        if begin == self.first:
            return Track(self.onset_frame, begin, self.silent_frames, self.is_onset, edges)
        return Track(self.onset_frame, begin, 0, False, edges)


def track_of(onset_frame: float, hop: int, log_mel: Floats) -> Track:
    """Recover how loud a note is from its envelope, whose first row is at `hop`.

    A spectral frame that reaches back over the onset saw only part of the note; dividing by
    that part, and reaching back from the first two such hops, makes the attack sharp again.
    """
    onset_block, first_whole = int(onset_frame // HOP), int(np.ceil(onset_frame / HOP))
    first = max(first_whole, hop)
    magnitude = np.exp(log_mel[first - hop :])
    rows = np.arange(first, first + min(4, len(magnitude)), dtype=np.float64)
    since: Doubles = rows * HOP - onset_frame
    magnitude[: len(since)] /= window_share(since)[:, None]
    edges = [magnitude, np.zeros((1, MELS), np.float32)]
    if len(since) < 2 or first > first_whole:
        return Track(onset_frame, first, 0, False, np.concatenate(edges))
    if onset_block < first_whole:
        edges.insert(0, _reach_back(magnitude, since[0] / HOP))
    silent_frames = int(onset_frame) - onset_block * HOP
    return Track(onset_frame, onset_block, silent_frames, True, np.concatenate(edges))


def window_share(since_frames: Doubles) -> Floats:
    """Return the share of a Hann window's mass after an onset `since_frames` before its centre."""
    turn = np.clip(since_frames / FFT, -0.5, 0.5)
    return (0.5 + turn + np.sin(2.0 * np.pi * turn) / (2.0 * np.pi)).astype(np.float32)


def _reach_back(magnitude: Floats, hops: float) -> Floats:
    """Continue the first two rows backwards by up to a hop, as they rise or decay."""
    slope = np.minimum(magnitude[:1] / np.maximum(magnitude[1:2], 1e-9), 1.5)
    return np.asarray(magnitude[:1] * slope**hops, dtype=np.float32)
