"""Where two scores meet: the bars, tempo, metre, key and chords that lie between theirs.

Tempos go from one to the other by equal ratios; sharps and flats come and go one by one; metre and
tonic change half-way, where what lies between is half as long as both. Both scores end together;
before that, bars are left out of the one and come again of the other.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import msgspec
import numpy as np
from numpy.random import Generator

from engine.composing.analysis import EARLY_QUARTERS
from engine.composing.beats import MOST_BARS, Stretch
from engine.composing.brief import whole_tempo
from engine.composing.chords import led
from engine.composing.harmony import Harmony
from engine.composing.sheet import Sheet, Voice, read_sheet
from engine.composing.theory import SCALES, Bar, Chord, Key
from engine.composing.tone import Tone
from engine.performance import Performance
from engine.wire import Metre, Score, Tempo

PHRASE_BARS = 4
# How far a note may be off the sixteenths and triplets before it is put on the nearest.
LOOSE_QUARTERS = 0.05
ALIKE_TEMPOS = 0.004  # Tempos that differ by a smaller share are one.
JUST = 1e-6
JUST_BEFORE_HALF = 0.5 - 1e-9
_GRID = np.array([0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0])
_FIFTHS = 7  # semitones
# The modes by how many fifths their notes lie above those of major.
_MODES = {1: "lydian", 0: "major", -1: "mixolydian", -2: "dorian", -3: "minor", -4: "phrygian"}


@dataclass(frozen=True)
class SourceBar:
    """A bar of a score: where it begins in quarters, its metre, its tempo, and its stretch."""

    first: float
    bar: Bar
    tempo: float
    stretch: Stretch


class Side:
    """One of two scores, bar by bar from the first in which notes begin."""

    def __init__(self, score: Score) -> None:
        self.sheet: Sheet = read_sheet(_sustained(score))
        beats = self.sheet.beats
        bars = [
            SourceBar(first, stretch.bar, beats.tempo(first, first + stretch.bar.quarters), stretch)
            for stretch in self.sheet.stretches
            for first in (stretch.first + k * stretch.bar.quarters for k in range(stretch.count))
        ]
        begins = min(voice.played[0].tone.at for voice in self.sheet.voices)
        skipped = sum(bar.first + bar.bar.quarters <= begins for bar in bars[:-1])
        self.bars = bars[skipped:]

    @cached_property
    def lasts(self) -> tuple[float, float]:
        """How many quarters all bars have, and seconds."""
        quarters = sum(bar.bar.quarters for bar in self.bars)
        return quarters, sum(60.0 * bar.bar.quarters / bar.tempo for bar in self.bars)

    @cached_property
    def is_melodic(self) -> bool:
        """Whether anything but drums plays."""
        return any(not voice.player.is_drum for voice in self.sheet.voices)

    @cached_property
    def _harmonies(self) -> dict[Stretch, Harmony]:
        return {stretch: self.sheet.harmony(stretch) for stretch in self.sheet.stretches}

    def chord(self, number: int, offset: float) -> Chord:
        """Return the chord at an offset into a bar."""
        bar = self.bars[number]
        return self._harmonies[bar.stretch].at(bar.first + offset - bar.stretch.first)

    def chords(self, number: int) -> list[tuple[float, Chord]]:
        """Return the chords of a bar with their offsets."""
        bar = self.bars[number]
        since = bar.first - bar.stretch.first
        starts = self._harmonies[bar.stretch].starts
        inside = [at - since for at in starts if since < at < since + bar.bar.quarters]
        return [(offset, self.chord(number, offset)) for offset in (0.0, *inside)]

    def tones(self, voice: Voice, number: int) -> list[Tone]:
        """Return what a voice plays in a bar, from its beginning on, on the grid."""
        bar = self.bars[number]
        return [
            one.tone._replace(at=_on_grid(one.tone.at - bar.first))
            for one in voice.within(bar.first, bar.first + bar.bar.quarters)
        ]


def _sustained(score: Score) -> Score:
    """Return a score whose notes are as long as its pedals hold them."""
    notes = sorted(score.notes, key=lambda one: (one.start_seconds, one.channel, one.pitch))
    ends = Performance(score).notes.end_seconds.tolist()
    held = tuple(
        msgspec.structs.replace(note, end_seconds=max(end, note.start_seconds))
        for note, end in zip(notes, ends, strict=True)
    )
    return msgspec.structs.replace(score, notes=held)


def _on_grid(quarter: float) -> float:
    """Return a place as it is, or on the nearest sixteenth or triplet where it is far from all."""
    beat = float(np.floor(quarter))
    nearest = beat + float(_GRID[np.abs(_GRID - (quarter - beat)).argmin()])
    return quarter if abs(quarter - nearest) <= LOOSE_QUARTERS else nearest


@dataclass(frozen=True)
class Place:
    """A bar of what lies between: where it begins, its metre and tempo, and its source bars.

    `owner` is the side whose chords it has.
    """

    first: float
    bar: Bar
    tempo: float
    sources: tuple[int, int]
    owner: int


class Meeting:
    """What two scores have in common at a mix, 0 to 1, and how the notes of either fit it."""

    def __init__(self, sides: tuple[Side, Side], mix: float, random: Generator) -> None:
        self.sides, self.mix = sides, mix
        self.keys = _keys(sides)
        self.key = key_between(*self.keys, mix)
        self.places = _places(sides, mix, random)
        self._firsts = [place.first for place in self.places]
        self.quarters = self.places[-1].first + self.places[-1].bar.quarters
        self.harmony = self._harmony()

    def frame(self) -> Score:
        """Return a score without notes: tempos and metres."""
        tempos: list[Tempo] = []
        metres: list[Metre] = []
        bar, seconds = None, 0.0
        for place in self.places:
            speed = whole_tempo(place.tempo)
            last = tempos[-1].quarters_per_minute if tempos else 0.0
            if abs(speed - last) > ALIKE_TEMPOS * speed:
                tempos.append(Tempo(seconds, speed))
                last = speed
            if place.bar != bar:
                bar = place.bar
                metres.append(Metre(seconds, bar.numerator, bar.denominator))
            seconds += place.bar.quarters * 60.0 / last
        return Score(tempos=tuple(tempos), metres=tuple(metres), duration_seconds=seconds)

    def place_at(self, quarter: float) -> Place:
        """Return the bar that a quarter is in; a hair before a bar is in it."""
        found = bisect_right(self._firsts, quarter + EARLY_QUARTERS) - 1
        return self.places[max(found, 0)]

    def fits_until(self, pitch: int, quarter: float) -> float:
        """Return until when the chords from a quarter on have a pitch, or the chord lasts."""
        begin = bisect_right(self.harmony.starts, quarter + EARLY_QUARTERS)
        chords = zip(self.harmony.starts[begin:], self.harmony.chords[begin:], strict=True)
        return next((at for at, chord in chords if pitch % 12 not in chord.tones), self.quarters)

    def fitted(self, side: int, place: Place, tone: Tone) -> Tone | None:
        """Return a tone of a source's bar where it is in a place, in key and chord, from 0 on.

        None where the bar of the place is too short for it.
        """
        number = place.sources[side]
        source = self.sides[side].bars[number].bar
        at = _refitted(tone.at, source, place.bar)
        if at >= place.bar.quarters - JUST:
            return None
        ends_with_bar = tone.at + tone.length > source.quarters - 0.1
        length = tone.length + (place.bar.quarters - source.quarters) * ends_with_bar
        return tone._replace(at=place.first + at, length=max(length, 0.1))

    def in_key(self, side: int, pitch: int) -> int:
        """Return a source's pitch in the key between."""
        return moved(pitch, self.keys[side], self.key)

    def in_chord(self, side: int, place: Place, offset: float, tone: Tone) -> int:
        """Return the pitch of a fitted tone, `offset` into its source's bar, over the chords."""
        before = self._in_key(
            side, self.sides[side].chord(place.sources[side], offset + EARLY_QUARTERS)
        )
        mine = tone._replace(pitch=self.in_key(side, tone.pitch))
        return led(mine, before, self.harmony.at(tone.at + EARLY_QUARTERS), self.key)

    def _harmony(self) -> Harmony:
        starts: list[float] = []
        chords: list[Chord] = []
        for place in self.places:
            side, number = place.owner, place.sources[place.owner]
            source = self.sides[side].bars[number].bar
            for offset, chord in self.sides[side].chords(number):
                at = place.first + _refitted(offset, source, place.bar)
                if at < place.first + place.bar.quarters - JUST and (not starts or at > starts[-1]):
                    starts.append(at)
                    chords.append(self._in_key(side, chord))
        return Harmony(tuple(starts), tuple(chords))

    def _in_key(self, side: int, chord: Chord) -> Chord:
        tones = [moved(tone, self.keys[side], self.key) % 12 for tone in chord.tones]
        return Chord(tones[0], tuple((tone - tones[0]) % 12 for tone in tones))


def _keys(sides: tuple[Side, Side]) -> tuple[Key, Key]:
    """Return both keys; where only drums play it is that of the other."""
    first, second = sides
    if not first.is_melodic:
        return second.sheet.key, second.sheet.key
    return first.sheet.key, (second if second.is_melodic else first).sheet.key


def key_between(first: Key, second: Key, mix: float) -> Key:
    """Return a key between two: sharps and flats come and go one by one, by way of the modes.

    Half-way the tonic is the second's. The way is the shorter one round the circle of fifths.
    """
    begin = _signature(first)
    way = (_signature(second) - begin + 6) % 12 - 6
    steps = int(np.floor(abs(way) * mix + 0.5)) * (1 if way > 0 else -1)
    mine, end = (first, begin) if mix < 0.5 else (second, begin + way)
    if begin + steps == end:
        return mine
    own = mine.tonic * _FIFTHS % 12
    brightness = (begin + steps - own + 6) % 12 - 6
    usual = (end - own + 6) % 12 - 6
    # A scale that lacks the tonic is none of its keys.
    brightness = min(max(brightness, min(usual, -4)), max(usual, 1))
    return mine if brightness == usual else Key(mine.tonic, _MODES[brightness])


def _signature(key: Key) -> int:
    """Return by how many fifths the major key of the same notes lies above C."""
    fits = [len(set(key.seven) & {(t + s) % 12 for s in SCALES["major"]}) for t in range(12)]
    return int(np.argmax(fits)) * _FIFTHS % 12


def moved(pitch: int, source: Key, target: Key) -> int:
    """Return a pitch of one key in another, on the same degree, by the shortest way."""
    shift = (target.tonic - source.tonic + 5) % 12 - 5
    above = (pitch - source.tonic) % 12
    old, new = ([(tone - key.tonic) % 12 for tone in key.seven] for key in (source, target))
    if above in old:
        shift += new[old.index(above)] - above
    elif above not in new:  # It leads where it led: a semitone from the degree above or below.
        lower = max(step for step in old if step < above)
        shift += min(new[old.index(lower)] + above - lower, 11) - above
    return pitch + shift


def _places(sides: tuple[Side, Side], mix: float, random: Generator) -> tuple[Place, ...]:
    """Lay out the bars of what lies between two scores."""
    counts = len(sides[0].bars), len(sides[1].bars)
    count = _count(sides, mix)
    laid = zip(*(laid_out(count, own) for own in counts), strict=True)
    owners = _owners(sides, count, mix, random)
    places: list[Place] = []
    first = 0.0
    for sources, owner in zip(laid, owners, strict=True):
        bars = sides[0].bars[sources[0]], sides[1].bars[sources[1]]
        bar = bars[mix >= 0.5].bar
        sizes = bars[0].bar.quarters, bars[1].bar.quarters
        tempo = tempo_between((bars[0].tempo, bars[1].tempo), sizes, mix)
        places.append(Place(first, bar, tempo, sources, owner))
        first += bar.quarters
    return tuple(places)


def tempo_between(tempos: tuple[float, float], quarters: tuple[float, float], mix: float) -> float:
    """Return the tempo between those of two bars, by equal ratios.

    Where the metre, which changes half-way, would make bars longer and the tempo shorter, or the
    other way round, the tempo gives way as far as it stays between both, so that bars last evenly.
    """
    tempo = float(tempos[0] ** (1.0 - mix) * tempos[1] ** mix)
    longer = quarters[1] / quarters[0]
    if (longer - 1.0) * (tempos[1] - tempos[0]) > 0.0:
        tempo *= longer**-mix if mix < 0.5 else longer ** (1.0 - mix)
    return min(max(tempo, min(tempos)), max(tempos))


def _count(sides: tuple[Side, Side], mix: float) -> int:
    """Return how many bars lie between two scores: such that half-way it is half as long as both.

    The metre changes there: it has so many bars of the one's before, of the other's after that.
    """
    side = int(mix >= 0.5)
    counts = len(sides[0].bars), len(sides[1].bars)
    quarters, seconds = zip(*(side.lasts for side in sides), strict=True)
    sizes = quarters[0] / counts[0], quarters[1] / counts[1]
    tempos = 60.0 * quarters[0] / seconds[0], 60.0 * quarters[1] / seconds[1]
    tempo = tempo_between(tempos, sizes, 0.5 if side else JUST_BEFORE_HALF)
    half = (seconds[0] + seconds[1]) / 2.0 * tempo / 60.0 / sizes[side]
    phrase = PHRASE_BARS if sizes[0] == sizes[1] else PHRASE_BARS // 2
    return count_between(*counts, mix, half, phrase)


def count_between(first: int, second: int, mix: float, half: float, phrase: int) -> int:
    """Return how many bars lie between two counts, in whole phrases where both are.

    Half-way there are about `half`, or fewer changes where both counts lie on one side of it.
    """
    units = (unit for unit in (phrase, 2, 1) if first % unit == second % unit == 0)
    unit = next(units)
    own, along = (second, 2.0 - 2.0 * mix) if mix >= 0.5 else (first, 2.0 * mix)
    limit = own + along * (half - own)
    count = min(max(first + (second - first) * mix, min(own, limit)), max(own, limit))
    return min(max(unit * int(np.floor(count / unit + 0.5)), 1), MOST_BARS)


def laid_out(count: int, own: int) -> list[int]:
    """Return which of a score's `own` bars is heard in each of `count`; both end together."""
    tail = min(count, own, PHRASE_BARS)
    again = own - tail or own
    return [k % again for k in range(count - tail)] + list(range(own - tail, own))


def _owners(sides: tuple[Side, Side], count: int, mix: float, random: Generator) -> list[int]:
    """Return whose chords each bar has: phrase by phrase, of both where both have some."""
    size = PHRASE_BARS if count >= 2 * PHRASE_BARS else max(count // 2, 1)
    turns = spread(-(-count // size), random)
    if not (sides[0].is_melodic and sides[1].is_melodic):
        return [int(not sides[0].is_melodic)] * count
    return [int(mix >= turns[bar // size]) for bar in range(count)]


def spread(count: int, random: Generator) -> list[float]:
    """Return from which mixes on each of some things changes: evenly spread, in any order."""
    return [(place + 0.5) / count for place in random.permutation(count).tolist()]


def _refitted(at: float, source: Bar, target: Bar) -> float:
    """Return where a place in one bar is in another: beat for beat, or group for group."""
    if source == target or source.is_compound == target.is_compound:
        return at
    if len(source.groups) != len(target.groups):
        return at
    edges = [*source.starts, source.quarters], [*target.starts, target.quarters]
    unit = 0.5
    return float(unit * np.round(np.interp(at, *edges) / unit))
