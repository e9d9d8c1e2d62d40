"""What synthesis needs to know of a score: how its parts move, how loud each note is when.

Numpy only. Hop h is the spectral frame centred at sample h * HOP; block b is the samples from
b * HOP up to the next block. A value at a block's edge b is the value at hop b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
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

# FluidSynth: frames that it renders at once, and half a tick of its scores, in milliseconds.
CHUNK_FRAMES, ROUNDING = 64, 0.026
STEEPEST = 2.25  # how much louder than a hop later a note may begin, in power
PARTIAL_HOPS = FFT // 2 // HOP  # from an onset on, so many spectral frames reach back over it
RAMP = np.arange(HOP, dtype=np.float32) / HOP  # from a block's edge to the next
STEEP = 0.2  # nats a block: what falls by less falls straight, within 0.05 dB
LATEST = 0.99  # of a block, at which what is let go in it begins to fall
SILENCE = np.zeros((1, MELS), np.float32)
QUIETEST = np.float32(1e-20)  # no more than nothing, as a gain or as power


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

    `sides` is 1 while every part stays in the centre, else 2. `stems` are the channels, rising,
    when each is to be heard by itself, too.
    """

    table: NoteTable
    parts: dict[int, Part]
    sides: int
    stems: tuple[int, ...] = ()

    def stem_of(self, channel: Integers) -> Integers:
        """Return which stem each of some channels is; without stems, all are one."""
        if not self.stems:
            return np.zeros_like(channel)
        return np.searchsorted(np.array(self.stems), channel)

    def sides_of(self, track: Track) -> Floats:
        """Return the gains of a note's blocks at their edges, `[sides, blocks + 1] float32`."""
        sides = self.parts[int(self.table.channel[track.note])].sides
        return sides[: self.sides, track.first : track.first + track.blocks + 1]

    def mean_gain(self, channel: Integers, hop: Integers) -> Floats:
        """Return the mean of the left and right gains of channels at hops, of equal shape."""
        gain = np.ones(len(channel), np.float32)
        for number in np.unique(channel).tolist():
            mine = channel == number
            sides = self.parts[number].sides
            gain[mine] = sides.mean(axis=0)[np.clip(hop[mine], 0, sides.shape[1] - 1)]
        return gain


def stage_of(
    performance: Performance, table: NoteTable, blocks: int, with_stems: bool = False
) -> Stage:
    """Work out bends and places of every channel that has notes, for `blocks` blocks."""
    starts: Doubles = np.arange(blocks + 1, dtype=np.float64) * HOP / RATE_HZ
    middles: Doubles = starts[:-1] + HOP / RATE_HZ / 2.0
    parts = {}
    for number in np.unique(performance.notes.channel).tolist():
        ratio = 2.0 ** (performance.pitch_at(number, middles) / 12.0)
        played = np.concatenate(([0.0], np.cumsum(ratio * HOP)))
        sides = np.sqrt(2.0) * performance.pan_at(number, starts).T
        parts[number] = Part(ratio, played, sides.astype(np.float32))
    is_panned = any(np.abs(part.sides - 1.0).max() > 1e-6 for part in parts.values())
    return Stage(table, parts, 2 if is_panned else 1, tuple(parts) if with_stems else ())


class Envelopes(NamedTuple):
    """Mel power of the notes that sound at each hop, sorted by note, then by hop.

    `note_index` and `hop_index` are `[pairs] int64`, `power` `[pairs, MELS] float32` is what
    frames hear; `sharper` `[pairs]` nats is how much louder the note is, where it is let go.
    """

    note_index: Integers
    hop_index: Integers
    power: Floats
    sharper: Floats


@dataclass(frozen=True)
class Track:
    """A note's mel power at the edges of its blocks, `[blocks + 1, MELS] float32`.

    `sharper` `[blocks + 1]` nats is how much louder the note is than frames hear it there. When
    `is_onset`, the first block holds the onset after `silent_frames` of nothing. It is let go at
    `release_frame`.
    """

    note: int
    onset_frame: float
    first: int
    silent_frames: int
    is_onset: bool
    power: Floats
    sharper: Floats
    release_frame: float = np.inf

    @property
    def blocks(self) -> int:
        """How many blocks the note sounds in."""
        return len(self.power) - 1

    def falls(self, level: Floats) -> tuple[Integers, Floats]:
        """Return in which blocks the note falls steeply since it was let go, and how: `fallen`.

        `level` `[blocks + 1]` is what it has at their edges.
        """
        let_go: Doubles = self.release_frame / HOP - self.first - np.arange(float(self.blocks))
        return fallen(level[:-1], level[1:], let_go)

    def within(self, first: int, last: int) -> Track:
        """Return the part of it between two blocks; it may have no blocks."""
        begin, end = max(first, self.first), min(last, self.first + self.blocks)
        here = slice(begin - self.first, max(begin, end) - self.first + 1)
        part = replace(self, first=begin, power=self.power[here], sharper=self.sharper[here])
        return part if begin == self.first else replace(part, silent_frames=0, is_onset=False)


def heard_frames(onset_seconds: Doubles) -> Doubles:
    """Return at which frames notes begin in the reference sound, 1 to 4 ms late, `[notes]`.

    The envelopes were learned from it: a partial that began before its envelope would be smeared.
    Source: FluidSynth's player (fluid_midi.c) reads a score between chunks, by a clock of whole
    milliseconds, and what it reads sounds a chunk later.
    """
    clock = np.ceil(onset_seconds * 1000.0 - ROUNDING)
    chunk: Doubles = np.ceil(clock * RATE_HZ / 1000.0 / CHUNK_FRAMES) + 1.0
    return CHUNK_FRAMES * chunk + 1.0


def tracks_of(
    envelopes: Envelopes, onset_frames: Doubles, release_frames: Doubles, first: int, last: int
) -> Iterator[Track]:
    """Recover how loud each note is between two blocks; onsets and releases are `[notes]`.

    A spectral frame that reaches back over the onset saw only a share of the note; dividing
    by that share makes the attack sharp again.
    """
    since = envelopes.hop_index * float(HOP) - onset_frames[envelopes.note_index]
    begun = np.flatnonzero(since >= 0.0)
    notes = envelopes.note_index[begun]
    starts = np.flatnonzero(np.diff(notes, prepend=-1))
    for start, stop in pairwise((*starts.tolist(), len(notes))):
        note, row = int(notes[start]), int(begun[start])
        power, sharper = (
            each[row : row + stop - start] for each in (envelopes.power, envelopes.sharper)
        )
        onset_frame, hop = float(onset_frames[note]), int(envelopes.hop_index[row])
        if since[row] < FFT // 2:
            track = _track(note, onset_frame, hop, power, sharper).within(first, last)
        else:
            track = _whole(note, onset_frame, hop, power, sharper).within(first, last)
        if track.blocks > 0:
            yield replace(track, release_frame=float(release_frames[note]))


def _whole(note: int, onset_frame: float, hop: int, power: Floats, sharper: Floats) -> Track:
    """Return a note that every frame from `hop` on heard whole; the last block fades out."""
    power, sharper = np.concatenate((power, SILENCE)), np.append(sharper, sharper[-1])
    return Track(note, onset_frame, hop, 0, False, power, sharper)


def _track(note: int, onset_frame: float, hop: int, power: Floats, sharper: Floats) -> Track:
    """Put a note's power, of which the first row is at `hop`, on its blocks' edges.

    The block of the onset reaches back from the first two rows; the last block fades out.
    """
    since = hop * HOP - onset_frame
    early, rest = power[:PARTIAL_HOPS], power[PARTIAL_HOPS:]
    share = window_share(since + HOP * np.arange(len(early), dtype=np.float64))
    early = np.asarray(early / np.square(share)[:, None], np.float32)
    edges, sharp = [early, rest, SILENCE], [sharper, sharper[-1:]]
    onset_block, first_whole = int(onset_frame // HOP), int(np.ceil(onset_frame / HOP))
    if hop > first_whole or len(power) < 2:
        power, sharper = map(np.concatenate, (edges, sharp))
        return Track(note, onset_frame, hop, 0, False, power, sharper)
    if onset_block < first_whole:
        slope = np.minimum(early[0] / np.maximum(early[1], 1e-18), STEEPEST)
        begin = early[0] * slope ** (first_whole - onset_frame / HOP)
        edges.insert(0, begin.astype(np.float32)[None])
        sharp.insert(0, sharper[:1])
    silent_frames = int(onset_frame) - onset_block * HOP
    power, sharper = map(np.concatenate, (edges, sharp))
    return Track(note, onset_frame, onset_block, silent_frames, True, power, sharper)


def fallen(begins: Floats, ends: Floats, let_go: Doubles) -> tuple[Integers, Floats]:
    """Return which of some notes fall steeply within a block, and how, `[steep, HOP] float32`.

    They go from what `begins` to what `ends` `[notes]`, and are let go so many blocks after it
    began: what is let go falls by the same ratio at every moment (falling.py), before it is level.
    """
    first, last = np.maximum(begins, QUIETEST), np.maximum(ends, QUIETEST)
    falling = np.log(first / last)
    # What ends with its block altogether fades out straight.
    steep = np.flatnonzero((falling > STEEP) & (let_go < 1.0) & (ends > QUIETEST))
    still = np.clip(let_go[steep], 0.0, LATEST).astype(np.float32)[:, None]
    since = np.maximum(RAMP - still, 0.0) / (1.0 - still)
    return steep, first[steep, None] * np.exp(-falling[steep, None] * since)


def window_share(since_frames: Doubles) -> Floats:
    """Return the share of a Hann window's mass after an onset `since_frames` before its centre."""
    turn = np.clip(since_frames / FFT, -0.5, 0.5)
    return (0.5 + turn + np.sin(2.0 * np.pi * turn) / (2.0 * np.pi)).astype(np.float32)
