"""What a score is made of: its beat at a moment, its key, and what each of its parts does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.composing.casting import DRUM_SPAN, Player, Role
from engine.composing.instruments import CHORDAL, SPANS, Span
from engine.composing.theory import Bar, Key
from engine.composing.tone import Tone
from engine.composing.vocabulary import DENOMINATORS, NUMERATORS
from engine.wire import Note, Score

DEFAULT_TEMPO = 120.0
SLOWEST, FASTEST = 20.0, 400.0
RECENT_SECONDS = 90.0
JUST_SECONDS = 0.03  # a moment that is as little before a bar line is on it
EARLY_QUARTERS = 0.06  # a note that is as little before a bar line is meant to be on it
TOGETHER = 0.12  # quarters within which notes begin together
GRID = 12  # parts of a quarter that a written rhythm knows
BASS_BELOW = 52
# How much more is heard of a degree than of its neighbour where a mode has it.
COLOURED, LEADING = 2.0, 12.0
MOVING = 4.0  # semitones that a line is the higher for twice as many pitches a bar
# How well each pitch class fits a key, from its tonic up.
# Source: Krumhansl and Kessler, "Tracing the dynamic changes in perceived tonal organization
# in a spatial representation of musical keys", Psychological Review 89 (1982).
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


class Grid(NamedTuple):
    """The beat at a moment: quarters a minute, the metre, and when the bar under way began."""

    tempo: float
    bar: Bar
    bar_seconds: float

    def seconds(self, quarters: float) -> float:
        """Return how long so many quarters last."""
        return quarters * 60.0 / self.tempo

    def at(self, seconds: float) -> Grid:
        """Return the same beat with the bar that is under way at another moment."""
        bar_seconds = self.seconds(self.bar.quarters)
        bars = np.floor((seconds - self.bar_seconds + JUST_SECONDS) / bar_seconds)
        return self._replace(bar_seconds=float(self.bar_seconds + bars * bar_seconds))


@dataclass(frozen=True)
class Part:
    """One player of a score, and what they played in each bar, `bars[-1]` the latest.

    Times of tones count from the bar's beginning; their weight is the note's velocity / 127.
    """

    player: Player
    bars: tuple[tuple[Tone, ...], ...]


def grid_at(score: Score, seconds: float) -> Grid:
    """Return the beat of a score at a moment."""
    metre = next((m for m in reversed(score.metres) if m.seconds <= seconds + 1e-6), None)
    bar = Bar(4, 4)
    if metre and metre.denominator in DENOMINATORS and metre.numerator in NUMERATORS:
        bar = Bar(metre.numerator, metre.denominator)
    begin = metre.seconds if metre else 0.0
    changes = [(t.seconds, t.quarters_per_minute) for t in score.tempos if t.seconds < seconds]
    changes = changes or [(0.0, DEFAULT_TEMPO)]
    tempo = min(max(changes[-1][1], SLOWEST), FASTEST)
    quarters = 0.0
    for (start, speed), (end, _) in pairwise([*changes, (seconds, 0.0)]):
        quarters += max(0.0, end - max(start, begin)) * speed / 60.0
    first = changes[0]
    quarters += max(0.0, first[0] - begin) * first[1] / 60.0
    just = JUST_SECONDS * tempo / 60.0
    since = (quarters + just) % bar.quarters - just
    return Grid(tempo, bar, seconds - since * 60.0 / tempo)


def key_of(weights: Sequence[float] | NDArray[np.float64]) -> Key:
    """Return the key that fits best to how much is heard of each pitch class, `[12]` from C."""
    found = np.asarray(weights, np.float64)
    if found.max(initial=0.0) <= 0.0:
        return Key(0, "major")
    fits = {
        (mode, tonic): float(np.corrcoef(np.roll(profile, tonic), found)[0, 1])
        for mode, profile in (("major", _MAJOR), ("minor", _MINOR))
        for tonic in range(12)
    }
    mode, tonic = max(fits, key=lambda key: np.nan_to_num(fits[key]))
    heard = np.roll(found, -tonic)
    if mode == "major" and heard[10] > 2.0 * heard[11]:
        mode = "mixolydian"
    if mode == "minor" and heard[9] > 2.0 * heard[8] and heard[10] > heard[11]:
        mode = "dorian"
    return Key(tonic, mode)


def key_of_score(score: Score, seconds: float) -> Key:
    """Return the key of what a score played lately before a moment."""
    weights = np.zeros(12)
    since = seconds - RECENT_SECONDS
    heard = [n for n in score.notes if not n.is_drum and since < n.start_seconds < seconds]
    for note in heard:
        weights[note.pitch % 12] += min(note.end_seconds - note.start_seconds, 4.0) + 0.05
    if heard:  # The lowest note at the end says more of a key than any other.
        latest = max(note.end_seconds for note in heard)
        last = min((n for n in heard if n.end_seconds > latest - 0.5), key=lambda n: n.pitch)
        weights[last.pitch % 12] += 0.08 * weights.sum()
    return _coloured(key_of(weights), weights)


def _coloured(key: Key, weights: NDArray[np.float64]) -> Key:
    """Return a key with the degrees that its notes have: sound tells less of them than notes do."""
    heard = np.roll(weights, -key.tonic)

    def has(degree: int, other: int, by: float = COLOURED) -> bool:
        return bool(heard[degree] > by * heard[other])

    is_minor = has(3, 4) or (key.mode not in ("major", "mixolydian") and not has(4, 3))
    if not is_minor:
        lifted, sunk = has(6, 5), has(10, 11)
        return Key(key.tonic, "lydian" if lifted else "mixolydian" if sunk else "major")
    if has(1, 2):
        return Key(key.tonic, "phrygian")
    if has(9, 8):
        return Key(key.tonic, "dorian")
    # Any minor leads at its cadences.
    return Key(key.tonic, "harmonic minor" if has(11, 10, LEADING) else "minor")


def parts_of(score: Score, grid: Grid, seconds: float) -> list[Part]:
    """Return who played lately before a moment, and what, bar by bar of the grid."""
    groups: dict[tuple[int, int, bool], list[Note]] = {}
    for note in score.notes:
        if seconds - RECENT_SECONDS < note.start_seconds < seconds:
            groups.setdefault((note.channel, note.program, note.is_drum), []).append(note)
    found = [part_of(key, notes, grid) for key, notes in groups.items()]
    return with_roles(found)


def part_of(key: tuple[int, int, bool], notes: Sequence[Note], grid: Grid) -> Part:
    """Return what one player, a channel, program and whether it drums, plays before a grid."""
    channel, program, is_drum = key
    pitches = [note.pitch for note in notes]
    span = DRUM_SPAN if is_drum else SPANS[min(max(program, 0), 127)]
    span = Span(min(span.low, *pitches), max(span.high, *pitches))
    player = Player(program, channel, ("drums",) if is_drum else (), span, is_drum)
    return Part(player, _bars(notes, grid))


def _bars(notes: Sequence[Note], grid: Grid) -> tuple[tuple[Tone, ...], ...]:
    """Sort notes into bars, from the first that has any to the last whole one."""
    bars: dict[int, list[Tone]] = {}
    for note in notes:
        quarter = (note.start_seconds - grid.bar_seconds) * grid.tempo / 60.0
        length = (note.end_seconds - note.start_seconds) * grid.tempo / 60.0
        bar = int(np.floor((quarter + EARLY_QUARTERS) / grid.bar.quarters))
        offset = quarter - bar * grid.bar.quarters
        if bar < 0:
            bars.setdefault(bar, []).append(Tone(offset, length, note.pitch, note.velocity / 127))
    return tuple(tuple(bars.get(bar, ())) for bar in range(min(bars, default=0), 0))


def with_roles(parts: list[Part]) -> list[Part]:
    """Say who leads, who has the bass and who goes along, by how high and how many at once."""
    melodic = [part for part in parts if not part.player.is_drum]
    heights = {id(part): _height(part) for part in melodic}
    singers = [part for part in melodic if _at_once(part) < 1.3]
    lows = [part for part in singers if heights[id(part)] < BASS_BELOW]
    bass = min(lows or [], key=lambda part: heights[id(part)], default=None)
    others = [part for part in singers if part is not bass] or [p for p in melodic if p is not bass]
    lead = max(others or melodic, key=_top, default=None)
    roles: dict[int, tuple[Role, ...]] = {}
    for part in melodic:
        if part is lead:
            goes_along = part.player.program in CHORDAL and _at_once(part) > 1.15
            roles[id(part)] = ("lead", "comping") if goes_along else ("lead",)
        elif part is bass:
            roles[id(part)] = ("bass",)
        else:
            roles[id(part)] = ("comping",) if part.player.program in CHORDAL else ("voice",)
    return [
        replace(part, player=replace(part.player, roles=roles.get(id(part), part.player.roles)))
        for part in parts
    ]


def _tones(part: Part) -> list[Tone]:
    return [tone for bar in part.bars for tone in bar]


def _height(part: Part) -> float:
    return float(np.median([tone.pitch for tone in _tones(part)] or [60]))


def _top(part: Part) -> float:
    """Return how high the upper line of a part lies, and how much it moves: a melody does both."""
    lines = [line for bar in part.bars if (line := top_line(bar))]
    height = float(np.median([tone.pitch for line in lines for tone in line] or [60]))
    moves = float(np.mean([len({tone.pitch for tone in line}) for line in lines] or [1]))
    return height + MOVING * float(np.log2(1.0 + moves))


def _at_once(part: Part) -> float:
    """Return how many notes begin together, on average."""
    counts = [
        len(bar) / max(1, len({round(4 * tone.at) for tone in bar})) for bar in part.bars if bar
    ]
    return float(np.mean(counts)) if counts else 1.0


def top_line(bar: Sequence[Tone]) -> list[Tone]:
    """Return the notes that nothing higher sounds over as they begin: the skyline."""

    def is_covered(tone: Tone) -> bool:
        begins = tone.at + TOGETHER
        return any(
            other.pitch > tone.pitch and other.at <= begins < other.at + other.length
            for other in bar
        )

    return sorted(tone for tone in bar if not is_covered(tone))
