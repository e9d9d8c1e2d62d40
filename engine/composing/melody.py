"""Melodies: motifs given pitches by the cheapest way through them.

Every note has its candidates in the key; a path is the better the more it steps, keeps the
motif's own moves, stands on chord tones where the bar is heavy, and follows the phrase's arch.
Found by dynamic programming (Viterbi), with costs that the seed shakes a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.composing.brief import Brief
from engine.composing.form import Phrase
from engine.composing.harmony import Harmony
from engine.composing.instruments import Span
from engine.composing.rhythm import Rhythm, bar_rhythm, closing_rhythm
from engine.composing.theory import Chord
from engine.composing.tone import Tone

# What an interval costs, by semitones.
_INTERVALS = (0.8, 0.15, 0.0, 0.2, 0.25, 0.35, 3.0, 0.4, 0.9, 1.1, 4.0, 4.5, 1.3)
_FARTHEST = 9.0
OFF_CHORD_HEAVY, OFF_CHORD_LIGHT, _LEAP_OFF_CHORD = 2.2, 0.25, 1.4
_OFF_MOTIF, _OFF_ARCH, _SHAKE = 0.2, 0.028, 0.7
_CADENCE = 12.0
_ARCH = 7.0


@dataclass(frozen=True)
class Motif:
    """A bar's rhythm, and by how many semitones each of its notes is meant to move."""

    rhythm: Rhythm
    moves: tuple[int, ...]


@dataclass
class Themes:
    """What a piece's melody is made of, by letter of the form: motifs, and how they came out."""

    motifs: dict[str, tuple[Motif, ...]] = field(default_factory=dict)
    sung: dict[str, list[list[Tone]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Slot:
    """A note that has no pitch yet: its chord, how heavy it is, what is allowed and aimed at."""

    at: float
    length: float
    move: int
    chord: Chord
    weight: float
    allowed: frozenset[int]
    target: float


def invent(brief: Brief, random: Generator, swap: int = 0) -> tuple[Motif, ...]:
    """Return the motifs of a letter: one that is heard often, and one that answers."""
    density = min(2, max(0, brief.density + swap))
    return tuple(_motif(brief, density, random) for _ in range(2))


def _motif(brief: Brief, density: int, random: Generator) -> Motif:
    rhythm = bar_rhythm(brief.bar, density, random)
    steps = random.choice((-2, -2, -2, 0, 2, 2, 2, 3, -3, 5, -4, 7), len(rhythm))
    return Motif(rhythm, tuple(int(step) for step in steps))


def sing(
    brief: Brief,
    phrase: Phrase,
    harmony: Harmony,
    themes: Themes,
    span: Span,
    random: Generator,
) -> list[Tone]:
    """Give a phrase its melody; a phrase heard before returns, with another ending."""
    if phrase.letter not in themes.motifs:
        swap = int(random.choice((-1, 0, 0, 1))) if themes.motifs else 0
        themes.motifs[phrase.letter] = invent(brief, random, swap)
    bars = _bars(brief, phrase, themes.motifs[phrase.letter], random)
    slots = _slots(brief, phrase, harmony, bars, span)
    fixed = _remembered(brief, phrase, themes, slots, span)
    pitches = _cheapest(slots, span, phrase, fixed, random)
    tones = [
        Tone(slot.at, slot.length, pitch, slot.weight)
        for slot, pitch in zip(slots, pitches, strict=True)
    ]
    if phrase.letter not in themes.sung:
        themes.sung[phrase.letter] = _by_bar(brief, phrase, tones)
    return tones


def _bars(
    brief: Brief, phrase: Phrase, motifs: tuple[Motif, ...], random: Generator
) -> list[Motif]:
    """Lay motifs out over a phrase: a a b and an ending, or a b a and an ending."""
    first, answer = motifs[0], motifs[-1]
    order = (first, first, answer) if random.random() < 0.5 else (first, answer, first)
    body = [order[bar % 3] for bar in range(phrase.bars - 1)]
    rhythm = closing_rhythm(brief.bar, random, phrase.cadence == "final")
    return [*body, Motif(rhythm, (0,) * len(rhythm))]


def _slots(
    brief: Brief, phrase: Phrase, harmony: Harmony, bars: Sequence[Motif], span: Span
) -> list[Slot]:
    middle, slots = (span.low + span.high) / 2, []
    for index, motif in enumerate(bars):
        start = (phrase.first_bar + index) * brief.bar.quarters
        for (offset, length), move in zip(motif.rhythm, motif.moves, strict=True):
            chord = harmony.at(start + offset)
            share = (index + offset / brief.bar.quarters) / phrase.bars
            arch = middle + _ARCH * (np.sin(np.pi * min(share * 1.15, 1.0)) - 0.45)
            weight = max(brief.bar.weight(offset), 0.5 if length >= 1.5 else 0.0)
            allowed = brief.key.melodic(chord)
            slots.append(Slot(start + offset, length, move, chord, weight, allowed, arch))
    return slots


def _remembered(
    brief: Brief, phrase: Phrase, themes: Themes, slots: Sequence[Slot], span: Span
) -> dict[int, int]:
    """Return which notes are as they were the time before: all but those of the cadence."""
    before = themes.sung.get(phrase.letter)
    if before is None:
        return {}
    heard: dict[float, int] = {}
    for index, bar in enumerate(before[: phrase.bars - 2]):
        start = (phrase.first_bar + index) * brief.bar.quarters
        heard |= {round(start + tone.at, 4): tone.pitch for tone in bar}
    return {
        index: heard[round(slot.at, 4)]
        for index, slot in enumerate(slots)
        if round(slot.at, 4) in heard and span.low <= heard[round(slot.at, 4)] <= span.high
    }


def _by_bar(brief: Brief, phrase: Phrase, tones: Sequence[Tone]) -> list[list[Tone]]:
    bars: list[list[Tone]] = [[] for _ in range(phrase.bars)]
    for tone in tones:
        since = tone.at - phrase.first_bar * brief.bar.quarters
        bar = int(since / brief.bar.quarters + 1e-6)
        bars[bar].append(tone._replace(at=since - bar * brief.bar.quarters))
    return bars


def _cheapest(
    slots: Sequence[Slot], span: Span, phrase: Phrase, fixed: dict[int, int], random: Generator
) -> list[int]:
    """Return the pitches of the cheapest path through the candidates of each note."""
    choices = [_choices(slot, span, fixed.get(index)) for index, slot in enumerate(slots)]
    costs = [
        _own_costs(slot, pitches, random) for slot, pitches in zip(slots, choices, strict=True)
    ]
    costs[-1] = costs[-1] + _cadence_costs(slots[-1], choices[-1], phrase)
    return cheapest(slots, choices, costs)


def cheapest(
    slots: Sequence[Slot],
    choices: Sequence[NDArray[np.int64]],
    costs: Sequence[NDArray[np.float64]],
) -> list[int]:
    """Return the pitch of each slot, one of its choices, on the cheapest way through all.

    `costs` are what the choices cost by themselves, of equal shapes.
    """
    total, ways = costs[0], []
    for index, (before, after) in enumerate(pairwise(choices)):
        steps = total[:, None] + _pair_costs(slots[index], slots[index + 1], before, after)
        ways.append(steps.argmin(axis=0))
        total = steps.min(axis=0) + costs[index + 1]
    place = int(total.argmin())
    path = [place]
    for way in reversed(ways):
        place = int(way[place])
        path.append(place)
    return [int(pitches[place]) for pitches, place in zip(choices, reversed(path), strict=True)]


def _choices(slot: Slot, span: Span, fixed: int | None) -> NDArray[np.int64]:
    if fixed is not None:
        return np.array([fixed])
    pitches = [p for p in range(span.low, span.high + 1) if p % 12 in slot.allowed]
    return np.array(pitches)


def _own_costs(slot: Slot, pitches: NDArray[np.int64], random: Generator) -> NDArray[np.float64]:
    off = off_chord(slot, pitches)
    heavy = OFF_CHORD_HEAVY if slot.weight >= 0.5 else OFF_CHORD_LIGHT
    arch = _OFF_ARCH * np.square(pitches - slot.target)
    return np.asarray(off * heavy + arch + _SHAKE * random.random(len(pitches)))


def off_chord(slot: Slot, pitches: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which pitches are not of a slot's chord."""
    has = np.zeros(12, np.bool_)
    has[list(slot.chord.tones)] = True
    return ~has[pitches % 12]


def _pair_costs(
    slot: Slot, following: Slot, before: NDArray[np.int64], after: NDArray[np.int64]
) -> NDArray[np.float64]:
    moved = after[None, :] - before[:, None]
    size = np.abs(moved)
    table = np.array([*_INTERVALS, _FARTHEST])
    cost: NDArray[np.float64] = table[np.minimum(size, len(_INTERVALS))]
    leaps = size > 2
    off_before, off_after = off_chord(slot, before)[:, None], off_chord(following, after)[None, :]
    cost = cost + _LEAP_OFF_CHORD * leaps * (1.0 * off_before + 0.7 * off_after)
    return np.asarray(cost + _OFF_MOTIF * np.abs(moved - following.move))


def _cadence_costs(slot: Slot, pitches: NDArray[np.int64], phrase: Phrase) -> NDArray[np.float64]:
    """Ask for the chord's root at the end, for its root or third at a full rest."""
    tones = slot.chord.tones
    wanted = {"final": tones[:1], "full": tones[:2], "half": tones[:3]}[phrase.cadence]
    return np.asarray(_CADENCE * ~np.isin(pitches % 12, wanted))
