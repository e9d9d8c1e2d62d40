"""Bass lines: the chords' roots in the rhythm of a style, and ways from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from numpy.random import Generator

from engine.composing.brief import Brief
from engine.composing.form import Phrase
from engine.composing.harmony import Harmony
from engine.composing.instruments import Span
from engine.composing.theory import Bar, Chord
from engine.composing.tone import Tone

# Offset, length, which tone of the chord (0 root, 1 third, 2 fifth, 3 the octave).
Line: TypeAlias = list[tuple[float, float, int]]


def _root(bar: Bar, density: int) -> Line:
    """The root, and the fifth on the groups that follow."""
    line = [
        (start, length, 0 if index % 2 == 0 else 2)
        for index, (start, length) in enumerate(zip(bar.starts, bar.groups, strict=True))
    ]
    return [(0.0, bar.quarters, 0)] if density == 0 else line


def _held(bar: Bar, density: int) -> Line:
    return [(0.0, bar.quarters, 0)]


def _steady(
    unit: float, tones: tuple[int, ...], first: float = 0.0, short: float = 0.9
) -> Callable[[Bar, int], Line]:
    def line(bar: Bar, density: int) -> Line:
        step = unit * 2 if density == 0 and not first else unit
        count = int((bar.quarters - first) / step + 1e-6)
        return [(first + step * k, short * step, tones[k % len(tones)]) for k in range(count)]

    return line


def _at(*notes: tuple[float, float, int]) -> Callable[[Bar, int], Line]:
    def line(bar: Bar, density: int) -> Line:
        kept = [(at, min(length, bar.quarters - at), which) for at, length, which in notes
                if at < bar.quarters]  # fmt: skip
        return kept[:2] if density == 0 else kept

    return line


LINES: dict[str, Callable[[Bar, int], Line]] = {
    "root": _root, "held": _held, "pedal": _held, "eighths": _steady(0.5, (0,)),
    "octaves": _steady(0.5, (0, 3)), "offbeat": _steady(1.0, (0,), 0.5, 0.4),
    "bossa": _at((0, 1.5, 0), (1.5, 0.5, 2), (2, 1.5, 2), (3.5, 0.5, 0)),
    "tresillo": _at((0, 1.5, 0), (1.5, 1.5, 2), (3, 1, 0)),
    "habanera": _at((0, 1.5, 0), (1.5, 0.5, 2), (2, 1, 2), (3, 1, 0)),
    "funk": _at((0, 0.5, 0), (0.75, 0.25, 0), (1.5, 0.5, 3), (2.5, 0.5, 0), (3.25, 0.25, 2),
                (3.5, 0.5, 0)),
    "reggae": _at((0, 0.75, 0), (1.5, 0.5, 0), (2.0, 0.75, 2), (3.0, 0.5, 1), (3.5, 0.5, 2)),
}  # fmt: skip
_WALKS = ("walking", "steps")


def walk_bass(
    brief: Brief, phrase: Phrase, harmony: Harmony, span: Span, name: str, random: Generator,
    before: int | None = None,
) -> list[Tone]:  # fmt: skip
    """Play a phrase's bass; lines that walk go by step towards the next chord's root."""
    tones: list[Tone] = []
    for bar in range(phrase.first_bar, phrase.last_bar):
        start = bar * brief.bar.quarters
        is_end = phrase.cadence == "final" and bar == phrase.last_bar - 1
        if name in _WALKS and not is_end and brief.density > 0:
            found = _walk(brief, harmony, start, span, before, random)
        else:
            line = (
                _held(brief.bar, 0) if is_end else LINES.get(name, _root)(brief.bar, brief.density)
            )
            line = _roots_at_changes(line, harmony, start, brief.bar.quarters)
            found = _played(brief, harmony, start, line, span, before)
        tones += found
        before = found[-1].pitch if found else before
    return tones


def _roots_at_changes(line: Line, harmony: Harmony, start: float, quarters: float) -> Line:
    """Let every change of chord within a bar be heard from the bass."""
    for change in (at - start for at in harmony.changes(start, start + quarters)):
        cut = [(at, min(length, change - at), w) for at, length, w in line if at < change - 0.05]
        after = [(at, length, w) for at, length, w in line if at > change + 0.05]
        until = after[0][0] if after else quarters
        line = [*cut, (change, until - change, 0), *after]
    return line


def _played(
    brief: Brief, harmony: Harmony, start: float, line: Line, span: Span, before: int | None
) -> list[Tone]:
    tones = []
    root = before
    for offset, length, which in line:
        chord = harmony.at(start + offset)
        root = near(chord.root, span, root)
        pitch = root if which == 0 else _above(chord, which, root, span)
        tones.append(Tone(start + offset, length, pitch, brief.bar.weight(offset)))
    return tones


def _above(chord: Chord, which: int, root: int, span: Span) -> int:
    """Return another tone of the chord near its root: the octave, the third or the fifth."""
    if which == 3:
        return root + 12 if root + 12 <= span.high else root
    pitch = root + chord.intervals[min(which, len(chord.intervals) - 1)]
    return pitch if pitch <= span.high else max(pitch - 12, span.low)


def near(tone: int, span: Span, before: int | None) -> int:
    """Return the pitch of a class in a span that is nearest to the one before."""
    aim = (span.low + span.high) / 2 - 2 if before is None else 0.75 * before + 0.25 * span.low + 1
    pitches = [p for p in range(span.low, span.high + 1) if p % 12 == tone]
    if not pitches:
        return span.low + (tone - span.low) % 12
    return min(pitches, key=lambda pitch: abs(pitch - aim))


def _walk(
    brief: Brief, harmony: Harmony, start: float, span: Span, before: int | None, random: Generator
) -> list[Tone]:
    """Go in beats from root to root, by steps of the key and tones of the chord."""
    beats = [beat for beat in brief.bar.beats if beat == int(beat)] or list(brief.bar.starts)
    ends = [*beats[1:], brief.bar.quarters]
    tones: list[Tone] = []
    pitch = before
    for index, (offset, end) in enumerate(zip(beats, ends, strict=True)):
        chord = harmony.at(start + offset)
        is_change = index == 0 or harmony.at(start + beats[index - 1]) is not chord
        if is_change or pitch is None:
            pitch = near(chord.root, span, pitch)
        else:
            goal = near(harmony.at(start + end).root, span, pitch)
            pitch = _towards(brief, chord, pitch, goal, len(beats) - index, span, random)
        tones.append(Tone(start + offset, 0.92 * (end - offset), pitch, brief.bar.weight(offset)))
    return tones


def _towards(
    brief: Brief, chord: Chord, pitch: int, goal: int, left: int, span: Span, random: Generator
) -> int:
    """Return the next note on the way to a goal: by step when it is near, by chord tone else."""
    scale = brief.key.melodic(chord) if brief.key.mode != "blues" else frozenset(brief.key.seven)
    allowed = scale | set(chord.tones)
    pitches = [p for p in range(span.low, span.high + 1) if p % 12 in allowed and p != pitch]

    def cost(candidate: int) -> float:
        step = abs(candidate - pitch)
        way = abs(abs(goal - candidate) - 2.0 * (left - 1))
        off = 0.0 if candidate % 12 in chord.tones else 0.8
        return 0.5 * step + 0.6 * way + off + float(random.random())

    return min(pitches, key=cost)
