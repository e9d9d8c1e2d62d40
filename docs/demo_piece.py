"""Compose "First Light", the piece that `legato demo` plays, and write bridge/data/demo.mid.

    python docs/demo_piece.py

The piece was written for Legato and is dedicated to the public domain (CC0 1.0). The same
script always writes the same bytes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bridge.midi.write import write_score
from engine.wire import Bend, Control, Metre, Note, Score, Tempo

PATH = Path(__file__).parents[1] / "bridge" / "data" / "demo.mid"
TITLE = "First Light"
BARS, BEATS = 24, 4
TEMPOS = ((0, 108.0), (85, 104.0), (87, 96.0), (89, 84.0), (91, 72.0), (92, 80.0))
TAIL_SECONDS = 1.0

PIANO, BASS, STRINGS, GUITAR, FLUTE, VIBES, HORN, DRUMS = 0, 1, 2, 3, 4, 5, 6, 9
PROGRAMS = {PIANO: 0, BASS: 33, STRINGS: 48, GUITAR: 24, FLUTE: 73, VIBES: 11, HORN: 60, DRUMS: 0}
VOLUMES = {PIANO: 104, BASS: 108, STRINGS: 88, GUITAR: 92, FLUTE: 100, VIBES: 84, HORN: 86}
PANS = {PIANO: 54, BASS: 64, STRINGS: 78, GUITAR: 96, FLUTE: 66, VIBES: 28, HORN: 42}
KICK, STICK, SNARE, CLOSED, PEDAL, OPEN = 36, 37, 38, 42, 44, 46
TOMS, CRASH, RIDE, SHAKER = (50, 48, 45, 43), 49, 51, 70


class Chord(NamedTuple):
    """A bass note, the notes of a broken chord from below, and those of a held one."""

    bass: int
    broken: tuple[int, ...]
    held: tuple[int, ...]


E_MINOR = Chord(40, (52, 59, 64, 66, 71, 67), (59, 64, 67, 74))
C_MAJOR = Chord(36, (48, 55, 62, 64, 71, 67), (60, 64, 67, 71))
G_OVER_B = Chord(35, (50, 55, 62, 67, 71, 69), (59, 62, 67, 74))
D_MAJOR = Chord(38, (50, 57, 62, 64, 69, 66), (57, 62, 66, 69))
B_MINOR = Chord(35, (47, 54, 62, 66, 74, 69), (59, 62, 66, 69))
A_MINOR = Chord(33, (45, 52, 60, 64, 71, 67), (57, 60, 64, 67))
D_SEVENTH = Chord(38, (50, 57, 60, 64, 72, 66), (57, 60, 64, 66))
G_MAJOR = Chord(31, (43, 50, 59, 62, 69, 66), (59, 62, 66, 69))
VERSE, BRIDGE = (E_MINOR, C_MAJOR, G_OVER_B, D_MAJOR), (C_MAJOR, D_MAJOR, B_MINOR, E_MINOR)
CHORDS = (*VERSE * 4, *BRIDGE, A_MINOR, D_SEVENTH, G_MAJOR, G_MAJOR)

# Bar by bar: (beat in the bar, beats, pitch).
Line = tuple[tuple[float, float, int], ...]
MELODY: dict[int, Line] = {
    8: ((0.5, 0.5, 71), (1, 1, 76), (2, 0.5, 78), (2.5, 1.5, 79)),
    9: ((0, 1.5, 83), (1.5, 0.5, 81), (2, 0.5, 79), (2.5, 1.5, 76)),
    10: ((0.5, 0.5, 74), (1, 1, 79), (2, 0.5, 81), (2.5, 1.5, 83)),
    11: ((0, 2, 81), (2, 0.5, 79), (2.5, 0.5, 78), (3, 1, 74)),
    12: ((0, 0.5, 76), (0.5, 0.5, 79), (1, 1.5, 83), (2.5, 0.5, 81), (3, 1, 79)),
    13: ((0, 1, 84), (1, 0.5, 83), (1.5, 0.5, 81), (2, 2, 79)),
    14: ((0, 0.5, 79), (0.5, 0.5, 83), (1, 1.5, 86), (2.5, 0.5, 83), (3, 1, 81)),
    15: ((0, 3, 81), (3, 0.5, 78), (3.5, 0.5, 79)),
    16: ((0, 1.5, 84), (1.5, 0.5, 83), (2, 1, 79), (3, 1, 76)),
    17: ((0, 1.5, 81), (1.5, 0.5, 79), (2, 1, 78), (3, 1, 74)),
    18: ((0, 1, 78), (1, 1, 81), (2, 1.5, 83), (3.5, 0.5, 81)),
    19: ((0, 2, 79), (2, 1, 78), (3, 1, 76)),
    20: ((0, 1, 72), (1, 1, 76), (2, 1, 79), (3, 1, 84)),
    21: ((0, 2, 81), (2, 1, 79), (3, 1, 78)),
    22: ((0, 5, 79),),
}
ANSWER: dict[int, Line] = {
    12: ((0, 3, 64), (3, 1, 66)),
    13: ((0, 4, 67),),
    14: ((0, 2, 62), (2, 2, 67)),
    15: ((0, 2, 69), (2, 2, 66)),
    16: ((0, 2, 64), (2, 2, 67)),
    17: ((0, 2, 66), (2, 2, 69)),
    18: ((0, 2, 71), (2, 2, 66)),
    19: ((0, 4, 67),),
    20: ((0, 4, 64),),
    21: ((0, 2, 64), (2, 2, 62)),
    22: ((0, 5, 62),),
}


class Played(NamedTuple):
    """A note in beats, before the tempo makes seconds of it."""

    beat: float
    beats: float
    channel: int
    pitch: int
    velocity: float


def loudness(bar: int) -> float:
    """Return how loud a bar is, 0 to 1: the piece opens, rises twice and lets go."""
    return (0.58, 0.64, 0.74, 0.88, 1.0, 0.66)[bar // 4]


def notes() -> Iterator[Played]:
    """Yield every note of the piece."""
    for bar, chord in enumerate(CHORDS):
        at = float(bar * BEATS)
        if bar < 22:
            yield from piano(at, chord, loudness(bar), is_full=12 <= bar < 20)
            yield from vibraphone(at, chord, bar)
        if 4 <= bar < 22:
            yield from bass(at, chord, loudness(bar))
            yield from guitar(at, chord, loudness(bar))
            yield from drums(at, bar)
        if 6 <= bar < 22:
            yield from (Played(at, 3.95, STRINGS, p, 50 + 36 * loudness(bar)) for p in chord.held)
    for channel, lines, strength in ((FLUTE, MELODY, 64), (HORN, ANSWER, 54)):
        for bar, line in lines.items():
            for beat, beats, pitch in line:
                accent = 6 if beat == 0 else 0
                velocity = strength + 38 * loudness(bar) + accent
                yield Played(bar * BEATS + beat, beats * 0.97, channel, pitch, velocity)
    yield from ending(22.0 * BEATS)


def piano(at: float, chord: Chord, loud: float, *, is_full: bool) -> Iterator[Played]:
    """A broken chord in quavers, and where it is full, chords on one and two-and."""
    for step, index in enumerate((0, 1, 2, 4, 5, 4, 3, 1)):
        accent = 14 if step == 0 else 5 if step == 4 else 0
        yield Played(at + step / 2, 0.5, PIANO, chord.broken[index], 44 + 34 * loud + accent)
    if is_full:
        for beat in (0.0, 1.5):
            for pitch in chord.held[1:]:
                yield Played(at + beat, 0.9, PIANO, pitch + 12, 40 + 26 * loud)


def vibraphone(at: float, chord: Chord, bar: int) -> Iterator[Played]:
    """Two high notes a bar in the opening, then one every other bar."""
    beats = (1.5, 3.0) if bar < 8 else (3.5,) if bar % 2 else ()
    for beat, index in zip(beats, (3, 2), strict=False):
        yield Played(at + beat, 2.0, VIBES, chord.held[index] + 12, 62 + 10 * (bar % 2))


def bass(at: float, chord: Chord, loud: float) -> Iterator[Played]:
    """The root, an echo, the fifth and the octave."""
    for beat, beats, step in ((0, 1.4, 0), (1.5, 0.4, 0), (2.5, 0.9, 7), (3.5, 0.4, 12)):
        yield Played(at + beat, beats, BASS, chord.bass + step, 66 + 34 * loud - 1.2 * step)


def guitar(at: float, chord: Chord, loud: float) -> Iterator[Played]:
    """Picked semiquavers with holes, off the piano's beats."""
    for step, index in ((1, 2), (2, 3), (3, 4), (6, 5), (7, 3), (9, 2), (11, 4), (14, 5), (15, 3)):
        accent = 8 if step % 2 == 0 else 0
        yield Played(at + step / 4, 0.6, GUITAR, chord.broken[index], 46 + 24 * loud + accent)


def drums(at: float, bar: int) -> Iterator[Played]:
    """A light groove that grows, with a fill at the end of every fourth bar."""
    loud, is_light = 40 + 52 * loudness(bar), bar < 8 or bar >= 20
    is_fill = bar in (11, 15, 19)
    for beat in (0.0, 1.5, 2.0) if not is_light else (0.0, 2.5):
        yield Played(at + beat, 0.2, DRUMS, KICK, loud + 14 - 8 * (beat == 1.5))
    for beat in (1.0,) if is_fill else (1.0, 3.0):
        yield Played(at + beat, 0.2, DRUMS, STICK if is_light else SNARE, loud + 10)
    for step in range(6 if is_fill else 8):
        key = RIDE if 12 <= bar < 20 else CLOSED
        yield Played(at + step / 2, 0.2, DRUMS, key, loud - 14 - 12 * (step % 2))
    if not is_light and not is_fill:
        yield Played(at + 2.75, 0.2, DRUMS, SNARE, loud - 34)
        yield Played(at + 3.5, 0.4, DRUMS, OPEN if bar % 2 else PEDAL, loud - 16)
    if 12 <= bar < 20:
        for step in range(16):
            yield Played(at + step / 4, 0.1, DRUMS, SHAKER, 34 + 12 * (step % 4 == 2))
    if bar in (8, 12, 16, 20):
        yield Played(at, 1.0, DRUMS, CRASH, loud + 6)
    if is_fill:
        for step, key in enumerate(TOMS):
            yield Played(at + 3 + step / 4, 0.2, DRUMS, key, loud + 4 * step)


def ending(at: float) -> Iterator[Played]:
    """The last chord, spread upwards."""
    yield Played(at, 6.0, BASS, G_MAJOR.bass, 78)
    yield Played(at, 2.0, DRUMS, KICK, 70)
    yield Played(at, 4.0, DRUMS, CRASH, 62)
    for step, pitch in enumerate((43, 50, 55, 59, 62, 66, 69, 74)):
        yield Played(at + step * 0.09, 6.0, PIANO, pitch, 74 - 2 * step)
    for step, pitch in enumerate((71, 74, 78, 81, 86, 90)):
        yield Played(at + 1 + step * 0.5, 3.0, VIBES, pitch, 64 - 4 * step)
    for pitch in (55, *G_MAJOR.held):
        yield Played(at, 6.0, STRINGS, pitch, 70)


def seconds(beat: float) -> float:
    """Return when a beat falls, under the tempo that gives way at the end."""
    total = 0.0
    for (start, tempo), (end, _) in zip(TEMPOS, (*TEMPOS[1:], (math.inf, 0)), strict=True):
        total += max(min(beat, end) - start, 0.0) * 60.0 / tempo
    return total


def controls() -> Iterator[Control]:
    """Yield levels and places, the piano's pedal, the strings' swells, the flute's vibrato."""
    for number, values in ((7, VOLUMES), (10, PANS)):
        yield from (Control(0.0, channel, number, value) for channel, value in values.items())
    for bar in range(23):
        yield Control(seconds(bar * BEATS) + (0.06 if bar else 0.0), PIANO, 64, 127)
        if bar < 22:
            yield Control(seconds((bar + 1) * BEATS) - 0.04, PIANO, 64, 0)
    yield Control(seconds(BARS * BEATS), PIANO, 64, 0)
    for bar in range(6, 22):
        for step in range(16):
            swell = math.sin(math.pi * (step / 16 if bar < 20 else step / 32 + 0.5))
            value = 84 + round(26 * loudness(bar) * swell)
            yield Control(seconds(bar * BEATS + step / 4), STRINGS, 11, value)
    for step in range(24):
        value = 118 - round(3.6 * step)
        yield Control(seconds(22 * BEATS + step / 4), STRINGS, 11, value)
    for bar, line in MELODY.items():
        for beat, beats, _ in line:
            if beats >= 1.5:
                yield Control(seconds(bar * BEATS + beat), FLUTE, 1, 0)
                yield Control(seconds(bar * BEATS + beat + 0.6), FLUTE, 1, 46)


def bends() -> Iterator[Bend]:
    """Yield the flute's scoops into its phrases and the bass's slide into the bridge."""
    for channel, beat, depth in (
        (FLUTE, 36.0, -0.9), (FLUTE, 41.0, -0.6), (FLUTE, 49.0, -1.0), (FLUTE, 57.0, -1.2),
        (FLUTE, 64.0, -1.0), (FLUTE, 74.0, -0.8), (BASS, 64.0, -2.0),
    ):  # fmt: skip
        for step in range(11):
            at = seconds(beat) + 0.012 * step
            yield Bend(at, channel, round(depth * (1 - step / 10) ** 2, 3))


def compose() -> Score:
    """Return the whole piece, played by people: a few milliseconds and a little force apart."""
    hand = random.Random(1_685)
    played = []
    for note in sorted(notes()):
        late = 0.0 if note.beat == 0 else hand.gauss(0.0, 0.0035)
        start = max(seconds(note.beat) + late, 0.0)
        end = max(seconds(note.beat + note.beats) + late, start + 0.03)
        velocity = min(max(round(note.velocity + hand.gauss(0.0, 2.5)), 1), 127)
        program, is_drum = PROGRAMS[note.channel], note.channel == DRUMS
        played.append(Note(start, end, note.pitch, velocity, program, note.channel, is_drum))
    return Score(
        notes=tuple(sorted(played, key=lambda note: note.start_seconds)),
        controls=tuple(sorted(controls(), key=lambda control: control.seconds)),
        bends=tuple(sorted(bends(), key=lambda bend: bend.seconds)),
        tempos=tuple(Tempo(seconds(beat), tempo) for beat, tempo in TEMPOS),
        metres=(Metre(0.0, 4, 4),),
        duration_seconds=seconds(BARS * BEATS) + TAIL_SECONDS,
        title=TITLE,
    )


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_bytes(write_score(compose()))
