"""What goes with a melody: chords in the pattern of a style, pads, inner voices, pulses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from numpy.random import Generator

from engine.composing.brief import Brief
from engine.composing.casting import Player
from engine.composing.form import Phrase
from engine.composing.harmony import Harmony, voicing
from engine.composing.instruments import Span
from engine.composing.theory import Bar, Chord
from engine.composing.tone import Tone

# A stroke of a pattern: offset, length, which of the voicing's notes (None: all), accent.
Stroke: TypeAlias = tuple[float, float, tuple[int, ...] | None, float]
Pattern: TypeAlias = Callable[[Bar, int], list[Stroke]]

ALL, UPPER, LOWEST = None, (1, 2, 3), (0,)


def _each(bar: Bar, offsets: Sequence[float], length: float, accent: float = 0.5) -> list[Stroke]:
    return [(at, length, ALL, accent) for at in offsets if at < bar.quarters]


def _eighths(bar: Bar, unit: float = 0.5) -> list[float]:
    return [unit * k for k in range(round(bar.quarters / unit))]


def _held(bar: Bar, density: int) -> list[Stroke]:
    return [(0.0, bar.quarters, ALL, 0.5)]


def _block(bar: Bar, density: int) -> list[Stroke]:
    if density == 0:
        return _held(bar, density)
    starts = bar.beats if density == 2 else bar.starts
    ends = (*starts[1:], bar.quarters)
    return [(a, b - a, ALL, 0.5 if a else 0.7) for a, b in zip(starts, ends, strict=True)]


def _oompah(bar: Bar, density: int) -> list[Stroke]:
    """Low on the first beat of a group, the rest of the chord on the others."""
    strokes: list[Stroke] = []
    for start, length in zip(bar.starts, bar.groups, strict=True):
        unit = 1.0 if length >= 2 else 0.5
        strokes.append((start, unit, LOWEST, 0.75))
        others = range(1, round(length / unit))
        strokes += [(start + unit * k, 0.6 * unit, UPPER, 0.4) for k in others]
    if density == 0:
        return [stroke for stroke in strokes if stroke[0] < 2.0]
    return strokes


def _upbeats(bar: Bar, density: int) -> list[Stroke]:
    """The chord on the others alone, where a bass has the first."""
    strokes = _oompah(bar, density)
    return [(at, length, ALL, accent) for at, length, which, accent in strokes if which == UPPER]


def _sweep(unit: float, order: Sequence[int]) -> Pattern:
    def pattern(bar: Bar, density: int) -> list[Stroke]:
        offsets = _eighths(bar, unit)
        return [
            (at, unit * (2.0 if unit >= 0.5 else 1.0), (order[k % len(order)],), bar.weight(at))
            for k, at in enumerate(offsets)
        ]

    return pattern


def _arpeggio(bar: Bar, density: int) -> list[Stroke]:
    """Up and down, in quarters, eighths or sixteenths; a bar's first note rings longest."""
    unit = (1.0, 0.5, 0.25)[density] if bar.quarters == int(bar.quarters) else 0.5
    strokes = _sweep(unit, (0, 1, 2, 3, 2, 1))(bar, density)
    return [(0.0, bar.quarters, strokes[0][2], 0.7), *strokes[1:]]


def _broken(bar: Bar, density: int) -> list[Stroke]:
    """The lowest note, then the others after it, ringing on."""
    if density == 0:
        starts = bar.starts if len(bar.starts) > 1 else bar.beats[:2]
        return [(0.0, bar.quarters, LOWEST, 0.6), (starts[-1], bar.quarters / 2, UPPER, 0.4)]
    unit = 0.5 if density == 2 or bar.is_compound else 1.0
    strokes: list[Stroke] = []
    for k, at in enumerate(_eighths(bar, unit)):
        which = LOWEST if k == 0 else ((1 + (k - 1) % 3,))
        strokes.append((at, max(unit, bar.quarters - at if k == 0 else 2 * unit), which,
                        0.65 if k == 0 else 0.4))  # fmt: skip
    return strokes


def _rhythm(offsets: Sequence[float], length: float) -> Pattern:
    def pattern(bar: Bar, density: int) -> list[Stroke]:
        found = [at for at in offsets if at < bar.quarters] or [0.0]
        kept = found[:2] if density == 0 else found
        return [(at, min(length, bar.quarters - at), ALL, 0.65 if at == 0 else 0.5) for at in kept]

    return pattern


def _pulse(bar: Bar, density: int) -> list[Stroke]:
    unit = 1.0 if density == 0 else 0.5
    return [(at, 0.85 * unit, ALL, 0.35 + 0.4 * bar.weight(at)) for at in _eighths(bar, unit)]


def _offbeat(bar: Bar, density: int) -> list[Stroke]:
    return [(beat + 0.5, 0.3, ALL, 0.55) for beat in bar.beats if beat + 0.5 < bar.quarters]


def _strum(bar: Bar, density: int) -> list[Stroke]:
    strokes: list[Stroke] = []
    for start, length in zip(bar.starts, bar.groups, strict=True):
        strokes.append((start, min(1.0, length), ALL, 0.7))
        if density and length >= 1.5:
            strokes.append((start + 1.0, 0.5, UPPER, 0.45))
        if density and length >= 2:
            strokes.append((start + 1.5, 0.5, UPPER, 0.5))
    return strokes


PATTERNS: dict[str, Pattern] = {
    "held": _held, "block": _block, "oompah": _oompah, "upbeats": _upbeats,
    "arpeggio": _arpeggio, "broken": _broken,
    "alberti": _sweep(0.5, (0, 2, 1, 2)), "rolling": _sweep(0.25, (0, 1, 2, 3, 2, 1, 2, 1)),
    "ostinato": _sweep(0.5, (0, 2, 1, 3, 1, 2)), "pulse": _pulse, "offbeat": _offbeat,
    "strum": _strum, "charleston": _rhythm((0.0, 1.5), 0.6), "bossa": _rhythm((0.0, 1.5, 3.0), 0.7),
    "stabs": _rhythm((0.5, 1.5, 2.5, 3.5), 0.35), "tresillo": _rhythm((0.0, 1.5, 3.0), 1.0),
    "habanera": _rhythm((0.0, 1.5, 2.0, 3.0), 0.7), "funk": _rhythm((0.25, 1.5, 2.25, 3.5), 0.25),
    "voices": _block,
}  # fmt: skip


def comp(
    brief: Brief, phrase: Phrase, harmony: Harmony, player: Player, pattern: str, above: int
) -> list[Tone]:
    """Play a phrase's chords in a pattern, the notes of which stay above a pitch."""
    tones: list[Tone] = []
    before: tuple[int, ...] = ()
    span, count = player.reach("comping"), 4 if len(harmony.chords[0].tones) > 3 else 3
    count = 4 if pattern in ("arpeggio", "rolling", "ostinato", "oompah") else count
    for bar in range(phrase.first_bar, phrase.last_bar):
        start = bar * brief.bar.quarters
        is_end = phrase.cadence == "final" and bar == phrase.last_bar - 1
        strokes = _held(brief.bar, 0) if is_end else PATTERNS[pattern](brief.bar, brief.density)
        changes = harmony.changes(start, start + brief.bar.quarters)
        strokes = _cut(strokes, [at - start for at in changes])
        for offset, length, which, accent in strokes:
            chord = harmony.at(start + offset)
            grounded = is_end and not brief.having("bass")
            before = voicing(chord, count, span, before, above, grounded)
            for index in _chosen(which, len(before)):
                tones.append(Tone(start + offset, length, before[index], accent))
    return tones


def _cut(strokes: list[Stroke], changes: Sequence[float]) -> list[Stroke]:
    """End or strike again what would sound on over a change of chord."""
    found: list[Stroke] = []
    for offset, length, which, accent in strokes:
        inside = [change for change in changes if offset + 0.05 < change < offset + length - 0.05]
        edges = [offset, *inside, offset + length]
        for a, b in pairwise(edges):
            found.append((a, b - a, which, accent))
            if which is not None and len(which) == 1:
                break
    return found


def _chosen(which: tuple[int, ...] | None, count: int) -> list[int]:
    if which is None:
        return list(range(count))
    return sorted({min(index, count - 1) for index in which}) if count else []


def hold(brief: Brief, phrase: Phrase, harmony: Harmony, player: Player, above: int) -> list[Tone]:
    """Hold a phrase's chords; a tone that the next chord has too is not struck again."""
    end = phrase.last_bar * brief.bar.quarters
    begin = phrase.first_bar * brief.bar.quarters
    count = 2 if brief.density == 0 else 3
    sounding: dict[int, float] = {}
    tones: list[Tone] = []
    before: tuple[int, ...] = ()
    for start, stop, chord in harmony.within(begin, end):
        grounded = stop >= end - 1e-6 and phrase.cadence == "final" and not brief.having("bass")
        before = voicing(chord, count, player.reach("pad"), before, above, grounded)
        for pitch in set(sounding) - set(before):
            tones.append(Tone(sounding[pitch], start - sounding.pop(pitch), pitch, 0.4))
        sounding = {pitch: sounding.get(pitch, start) for pitch in before}
    tones += [Tone(at, end - at, pitch, 0.4) for pitch, at in sounding.items()]
    return sorted(tones)


def inner_voices(
    brief: Brief, phrase: Phrase, harmony: Harmony, players: Sequence[Player], random: Generator
) -> dict[int, list[Tone]]:
    """Share the chords' tones out among players, by channel; each moves as little as may be."""
    lines: dict[int, list[Tone]] = {player.channel: [] for player in players}
    begin, end = (bar * brief.bar.quarters for bar in (phrase.first_bar, phrase.last_bar))
    last: dict[int, int] = {}
    for start, stop, chord in harmony.within(begin, end):
        taken: set[int] = set()
        for player in sorted(players, key=lambda one: one.voice):
            pitch = _nearest(chord, player.reach("voice"), last.get(player.channel), taken)
            taken.add(pitch % 12)
            last[player.channel] = pitch
            at = start
            for length in _lengths(brief, stop - start, random):
                lines[player.channel].append(Tone(at, length, pitch, brief.bar.weight(at)))
                at += length
    return lines


def _nearest(chord: Chord, span: Span, before: int | None, taken: set[int]) -> int:
    centre = (span.low + span.high) / 2
    pitches = [p for p in range(span.low, span.high + 1) if p % 12 in chord.tones]

    def cost(pitch: int) -> float:
        moved = abs(pitch - before) if before is not None else 0.0
        return moved + 0.3 * abs(pitch - centre) + (4.0 if pitch % 12 in taken else 0.0)

    return min(pitches, key=cost)


def _lengths(brief: Brief, quarters: float, random: Generator) -> list[float]:
    """Divide a chord's time: held where few notes are wanted, else now and then struck again."""
    if brief.density == 0 or quarters < 1.5 or random.random() < 0.4:
        return [quarters]
    unit = 1.0 if brief.density == 1 else 0.5
    first = quarters - unit * max(1, int(quarters / unit / 2))
    return [first, *[unit] * round((quarters - first) / unit)]


def pulse(brief: Brief, phrase: Phrase, harmony: Harmony, player: Player) -> list[Tone]:
    """Strike the chord's root on the groups of beats, and its fifth now and then."""
    tones = []
    for bar in range(phrase.first_bar, phrase.last_bar):
        start = bar * brief.bar.quarters
        starts = brief.bar.starts if brief.density < 2 else brief.bar.beats
        for index, offset in enumerate(starts):
            chord = harmony.at(start + offset)
            tone = chord.root if index % 2 == 0 else chord.fifth
            pitches = [p for p in range(player.span.low, player.span.high + 1) if p % 12 == tone]
            if pitches:
                tones.append(Tone(start + offset, 0.5, pitches[0], brief.bar.weight(offset)))
    return tones


def effect(brief: Brief, phrase: Phrase, player: Player) -> list[Tone]:
    """Sound once at the beginning of a phrase."""
    at, length = phrase.first_bar * brief.bar.quarters, min(4.0, brief.bar.quarters)
    middle = (player.span.low + player.span.high) // 2
    return [Tone(at, length, middle + (brief.key.tonic - middle + 6) % 12 - 6, 0.5)]
