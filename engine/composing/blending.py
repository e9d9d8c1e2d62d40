"""What voices play between two: melodies in between, grooves stroke by stroke, figures by turns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.composing.analysis import EARLY_QUARTERS, top_line
from engine.composing.instruments import Span
from engine.composing.meeting import Meeting, Place, spread
from engine.composing.melody import (
    OFF_CHORD_HEAVY,
    OFF_CHORD_LIGHT,
    Slot,
    cheapest,
    off_chord,
)
from engine.composing.pairing import Pair
from engine.composing.sheet import Voice
from engine.composing.tone import Tone

CELL_BARS = 2
AS_ONE = 0.17  # quarters within which strokes of two lines are the same
LONGEST = 4.0
# What a melody's note costs by how far, squared, it is from where it is meant to be.
OFF_TARGET, NEAR = 0.8, 0.5
OWN = 0.3  # of what a note outside the chord costs, where it is the line's own
FAR_SEMITONES = 8
# From which mix on a line's strokes change, and how much of that is chance.
FIRST_CHANGE, CHANGES, CHANCE = 0.08, 0.84, 0.5


class Stroke(NamedTuple):
    """A note of a line: where it is, how much of the time to the next it lasts, which pitch.

    `pitch` is in the key between.
    """

    at: float
    share: float
    length: float
    pitch: int
    weight: float


def sung(meeting: Meeting, pair: Pair, span: Span, seed: Sequence[int]) -> list[Tone]:
    """Return the melody between two: strokes of both, at pitches between theirs, in a span."""
    lines = [_line(meeting, side, voice) for side, voice in enumerate(pair.voices)]
    if not lines[0] and not lines[1]:
        return []
    strokes = _merged(meeting, lines[0], lines[1], seed)
    aims = [_aim(meeting.mix, lines, stroke.at) for stroke in strokes]
    shift = _octaves(aims, span)
    slots = _slots(meeting, strokes, [aim + shift for aim in aims])
    choices = [
        _choices(slot, span, stroke.pitch + shift)
        for slot, stroke in zip(slots, strokes, strict=True)
    ]
    costs = [
        _costs(slot, pitches, stroke.pitch + shift)
        for slot, pitches, stroke in zip(slots, choices, strokes, strict=True)
    ]
    pitches = cheapest(slots, choices, costs) if slots else []
    return [
        Tone(slot.at, slot.length, pitch, stroke.weight)
        for slot, pitch, stroke in zip(slots, pitches, strokes, strict=True)
    ]


def _line(meeting: Meeting, side: int, voice: Voice | None) -> list[Stroke]:
    """Return a voice's upper line, bar by bar of what lies between."""
    if voice is None:
        return []
    found: list[Tone] = []
    for place in meeting.places:
        tones = top_line(meeting.sides[side].tones(voice, place.sources[side]))
        fitted = (meeting.fitted(side, place, tone) for tone in tones)
        found += sorted(tone for tone in fitted if tone is not None)
    ends = [*(tone.at for tone in found), meeting.quarters][1:]
    return [
        Stroke(
            tone.at,
            min(tone.length / max(end - tone.at, 1e-3), 1.0),
            tone.length,
            meeting.in_key(side, tone.pitch),
            tone.weight,
        )
        for tone, end in zip(found, ends, strict=True)
    ]


def _merged(
    meeting: Meeting, first: Sequence[Stroke], second: Sequence[Stroke], seed: Sequence[int]
) -> list[Stroke]:
    """Return the strokes that both lines have, and of the others those whose time it is."""
    if not first or not second:
        return list(first or second)
    mix, found = meeting.mix, []
    starts = [stroke.at for stroke in second]
    shared: set[int] = set()
    for stroke in first:
        near = _nearest(starts, stroke.at, shared)
        if near is not None:
            shared.add(near)
            found.append(_between(stroke, second[near], mix))
        elif mix < 1.0 - _entrance(meeting, stroke.at, (*seed, 0)):
            found.append(stroke)
    for place, stroke in enumerate(second):
        if place not in shared and mix >= _entrance(meeting, stroke.at, (*seed, 1)):
            found.append(stroke)
    return sorted(found) or list(second if mix >= 0.5 else first)


def _nearest(starts: Sequence[float], at: float, taken: set[int]) -> int | None:
    """Return which start that is free is as good as at a place."""
    place = bisect_right(starts, at)
    near = [k for k in (place - 1, place) if 0 <= k < len(starts) and k not in taken]
    best = min(near, key=lambda k: abs(starts[k] - at), default=None)
    return best if best is not None and abs(starts[best] - at) <= AS_ONE else None


def _between(one: Stroke, other: Stroke, mix: float) -> Stroke:
    mine = other if mix >= 0.5 else one
    share, length, weight = (
        (1.0 - mix) * a + mix * b
        for a, b in ((one.share, other.share), (one.length, other.length),
                     (one.weight, other.weight))
    )  # fmt: skip
    return Stroke(mine.at, share, length, mine.pitch, weight)


def _entrance(meeting: Meeting, at: float, seed: Sequence[int]) -> float:
    """Return from which mix on a stroke is heard: heavy ones early, alike in every bar."""
    place = meeting.place_at(at)
    offset = round(4.0 * (at - place.first)) / 4.0
    chance = np.random.default_rng([*seed, abs(round(4.0 * offset))]).random()
    late = CHANCE * chance + (1.0 - CHANCE) * (1.0 - place.bar.weight(offset))
    return FIRST_CHANGE + CHANGES * float(late)


def _aim(mix: float, lines: Sequence[Sequence[Stroke]], at: float) -> float:
    """Return the pitch, with fractions, between those that two lines have at a moment."""
    pitches = [_sounding(line, at) for line in lines]
    known = [pitch for pitch in pitches if pitch is not None]
    if len(known) == 1:
        return float(known[0])
    return (1.0 - mix) * known[0] + mix * known[1]


def _sounding(line: Sequence[Stroke], at: float) -> int | None:
    if not line:
        return None
    return line[max(bisect_right(line, at + AS_ONE, key=lambda one: one.at) - 1, 0)].pitch


def _octaves(aims: Sequence[float], span: Span) -> int:
    """Return by how many semitones, whole octaves, aims lie best in a span."""

    def misses(shift: int) -> float:
        return sum(max(span.low - a - shift, a + shift - span.high, 0.0) for a in aims)

    return min(range(-48, 49, 12), key=lambda shift: (misses(shift), abs(shift)))


def _slots(meeting: Meeting, strokes: Sequence[Stroke], aims: Sequence[float]) -> list[Slot]:
    ends = [*(stroke.at for stroke in strokes), meeting.quarters][1:]
    moves = [0, *(round(b - a) for a, b in pairwise(aims))]
    found = []
    for stroke, aim, move, end in zip(strokes, aims, moves, ends, strict=True):
        gap = max(end - stroke.at, 0.1)
        length = min(max(stroke.share * gap, min(stroke.length, gap)), max(LONGEST, stroke.length))
        chord = meeting.harmony.at(stroke.at + EARLY_QUARTERS)
        bar = meeting.place_at(stroke.at)
        weight = max(bar.bar.weight(round(4 * (stroke.at - bar.first)) / 4), 0.5 * (length >= 1.5))
        allowed = meeting.key.melodic(chord) | frozenset(chord.tones)
        found.append(Slot(stroke.at, min(length, gap), move, chord, weight, allowed, aim))
    return found


def _choices(slot: Slot, span: Span, own: int) -> NDArray[np.int64]:
    """Return the pitches of a key about an aim, and the line's own where it is nearly meant."""
    low, high = max(span.low, 0), min(span.high, 127)
    aim = min(max(slot.target, low), high)
    near = range(max(low, int(aim) - FAR_SEMITONES), min(high, int(aim) + FAR_SEMITONES) + 1)
    found = {pitch for pitch in near if pitch % 12 in slot.allowed}
    if abs(own - slot.target) < NEAR and low <= own <= high:
        found.add(own)
    return np.array(sorted(found or {round(aim)}), np.int64)


def _costs(slot: Slot, pitches: NDArray[np.int64], own: int) -> NDArray[np.float64]:
    heavy = OFF_CHORD_HEAVY if slot.weight >= 0.5 else OFF_CHORD_LIGHT
    is_meant = (pitches == own) & (abs(own - slot.target) < NEAR)
    off = heavy * off_chord(slot, pitches) * np.where(is_meant, OWN, 1.0)
    return np.asarray(off + OFF_TARGET * np.square(pitches - slot.target))


def drummed(meeting: Meeting, pair: Pair, seed: Sequence[int]) -> list[Tone]:
    """Return the groove between two: strokes that both have stay, the others go and come."""
    found: list[Tone] = []
    for place in meeting.places:
        first, second = (_hits(meeting, side, place, v) for side, v in enumerate(pair.voices))
        for hit, tone in first.items():
            if hit in second:
                weight = tone.weight + meeting.mix * (second[hit].weight - tone.weight)
                found.append((second[hit] if meeting.mix >= 0.5 else tone)._replace(weight=weight))
            elif meeting.mix < 1.0 - _chance(hit, (*seed, 0)):
                found.append(tone)
        found += [
            tone
            for hit, tone in second.items()
            if hit not in first and meeting.mix >= _chance(hit, (*seed, 1))
        ]
    return found


def _hits(
    meeting: Meeting, side: int, place: Place, voice: Voice | None
) -> dict[tuple[int, int], Tone]:
    """Return a bar's strokes by sixteenth and drum."""
    if voice is None:
        return {}
    tones = meeting.sides[side].tones(voice, place.sources[side])
    fitted = (meeting.fitted(side, place, tone) for tone in tones)
    return {(round(4 * (t.at - place.first)), t.pitch): t for t in fitted if t is not None}


def _chance(hit: tuple[int, int], seed: Sequence[int]) -> float:
    """Return from which mix on a stroke is heard, the same in every bar."""
    random = np.random.default_rng([*seed, abs(hit[0]), hit[1]])
    return FIRST_CHANGE + CHANGES * float(random.random())


def accompanied(meeting: Meeting, pair: Pair, span: Span, random: Generator) -> list[Tone]:
    """Return what another voice plays: bars of the one, of the other, over the chords between."""
    size = CELL_BARS if len(meeting.places) >= 2 * CELL_BARS else 1
    turns = spread(-(-len(meeting.places) // size), random)
    if pair.first is None or pair.second is None:
        turns = [pair.turn] * len(turns)
    sides = [int(meeting.mix >= turns[bar // size]) for bar in range(len(meeting.places))]
    found: list[Tone] = []
    for number, side in enumerate(sides):
        voice, place = pair.voices[side], meeting.places[number]
        if voice is not None:
            found += _figure(meeting, side, voice, place, _last(meeting, sides, number))
    shift = _octaves([float(tone.pitch) for tone in found], span)
    return [tone._replace(pitch=_inside(tone.pitch + shift, span)) for tone in found]


def _figure(meeting: Meeting, side: int, voice: Voice, place: Place, end: float) -> list[Tone]:
    """Return a bar of a voice over the chords between; its notes end where others begin."""
    found = []
    for tone in meeting.sides[side].tones(voice, place.sources[side]):
        fitted = meeting.fitted(side, place, tone)
        if fitted is None:
            continue
        pitch = meeting.in_chord(side, place, tone.at, fitted)
        length = min(fitted.length, end - fitted.at)
        if place.owner != side:
            length = min(length, meeting.fits_until(pitch, fitted.at) - fitted.at)
        found.append(fitted._replace(pitch=pitch, length=max(length, 0.1)))
    return found


def _last(meeting: Meeting, sides: Sequence[int], number: int) -> float:
    """Return until where a bar's source goes on as it did."""
    side = sides[number]
    for later in range(number + 1, len(sides)):
        before, after = (meeting.places[k].sources[side] for k in (later - 1, later))
        if sides[later] != side or after != before + 1:
            return meeting.places[later].first
        if later - number > LONGEST:
            break
    return meeting.quarters


def _inside(pitch: int, span: Span) -> int:
    up, down = max(0, -(-(span.low - pitch) // 12)), max(0, -(-(pitch - span.high) // 12))
    return min(max(pitch + 12 * (up - down), 0), 127)
