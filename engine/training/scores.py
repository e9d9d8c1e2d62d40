"""Procedural scores: what the built-in model learns from, each made from a seed alone.

A `chart` plays every key of one instrument by itself, so that its envelope can be told from
all others; a `piece` is music of one to eight parts, as dense or sparse as music gets.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.random import Generator

from engine.models.house.notes import FIRST_KIT, KITS
from engine.performance import ALL_SOUND_OFF
from engine.wire import Bend, Control, Note, Score

DRUM_CHANNEL = 9
MODES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10), (0, 2, 4, 7, 9))
PROGRESSIONS = ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 5, 3), (1, 4, 0, 0), (0, 0, 3, 4, 5, 1, 4, 0))
LOWEST, HIGHEST = 21, 108
TAIL_SECONDS = 2.0
CUT_SECONDS = 0.064  # before a strike: no spectral frame that hears it reaches back so far


def chart(seed: int, instrument: int) -> Score:
    """Play every key of an instrument (a program, or FIRST_KIT + a kit) in a random order."""
    random = np.random.default_rng([seed, instrument, 1])
    is_drum = instrument >= FIRST_KIT
    keys = np.arange(27, 88) if is_drum else np.arange(LOWEST, HIGHEST + 1)
    order = np.concatenate([random.permutation(keys), random.permutation(keys)])
    notes: list[Note] = []
    now = 0.1
    for pitch in order:
        seconds = float(np.exp(random.uniform(np.log(0.06), np.log(1.6))))
        notes.append(_note(now, seconds, int(pitch), _velocity(random), instrument, 0))
        now += max(0.12, seconds * random.uniform(0.6, 1.5))
    return _finish(notes, [], [])


def scale(instrument: int, keys: tuple[int, ...], seconds: float, apart_seconds: float) -> Score:
    """Play keys one after the other, each for `seconds`, at one velocity."""
    notes = [
        _note(0.1 + index * apart_seconds, seconds, key, 110, instrument, 0)
        for index, key in enumerate(keys)
    ]
    return _finish(notes, [], [])


def struck(
    instrument: int,
    keys: Sequence[int],
    velocity: int,
    first_seconds: float,
    apart_seconds: float,
    hold_seconds: float,
    is_alone: bool = False,
) -> Score:
    """Strike keys one after the other; the score ends where another would begin.

    Each is heard alone when what still rings is cut off before it.
    """
    notes = tuple(
        _note(first_seconds + place * apart_seconds, hold_seconds, key, velocity, instrument, 0)
        for place, key in enumerate(keys)
    )
    cuts = tuple(
        Control(note.start_seconds - CUT_SECONDS, note.channel, ALL_SOUND_OFF, 0)
        for note in notes[1:]
        if is_alone
    )
    duration_seconds = first_seconds + len(notes) * apart_seconds
    return Score(notes=notes, controls=cuts, duration_seconds=duration_seconds)


def piece(seed: int) -> Score:
    """Make music of one to eight parts from a seed, with drums in half of the pieces."""
    random = np.random.default_rng([seed, 2])
    frame = _Frame(random)
    notes: list[Note] = []
    controls: list[Control] = []
    bends: list[Bend] = []
    parts = int(random.choice((1, 1, 2, 3, 4, 5, 6, 8)))
    channels = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    for part in range(parts):
        found = _part(random, frame, channels[part], None)
        notes += found
        controls += _controls(random, channels[part], frame.seconds)
        if random.random() < 0.15:
            bends += _bends(random, channels[part], found)
    if random.random() < 0.5:
        notes += _drums(random, frame)
    return _finish(notes, controls, bends)


def solo(seed: int, programs: tuple[int, ...]) -> Score:
    """Make a piece of one part, or now and then two, played by some of the given programs."""
    random = np.random.default_rng([seed, programs[0], 4])
    frame = _Frame(random)
    notes: list[Note] = []
    for channel in range(int(random.choice((1, 1, 2)))):
        notes += _part(random, frame, channel, int(random.choice(programs)))
    return _finish(notes, [], [])


def orchestrate(seed: int, parts: list[list[tuple[float, float, int]]]) -> Score:
    """Give written parts, lists of (quarter, quarters, pitch), programs, velocities and a tempo."""
    random = np.random.default_rng([seed, 3])
    quarter_seconds = 60.0 / random.uniform(60.0, 150.0)
    shift = int(random.integers(-5, 6))
    legato = random.uniform(0.5, 1.05)
    notes: list[Note] = []
    controls: list[Control] = []
    shared = int(random.integers(0, 128)) if random.random() < 0.4 else None
    for channel, part in enumerate(parts[:8]):
        program = int(random.integers(0, 128)) if shared is None else shared
        level = int(random.integers(35, 120))
        for quarter, quarters, pitch in part:
            velocity = int(np.clip(level + random.normal(0.0, 8.0), 1, 127))
            start, length = 0.1 + quarter * quarter_seconds, quarters * quarter_seconds * legato
            notes.append(_note(start, length, pitch + shift, velocity, program, channel))
        controls += _controls(random, channel, 60.0)
    return _finish(notes, controls, [])


class _Frame:
    """What the parts of a piece share: key, chords, beat and length."""

    def __init__(self, random: Generator) -> None:
        self.beat_seconds = 60.0 / random.uniform(50.0, 180.0)
        self.seconds = random.uniform(30.0, 55.0)
        self.beats = int(self.seconds / self.beat_seconds)
        self.tonic = int(random.integers(0, 12))
        self.mode = MODES[int(random.integers(len(MODES)))]
        self.chords = PROGRESSIONS[int(random.integers(len(PROGRESSIONS)))]
        self.swing = random.choice((0.0, 0.0, 0.15))

    def degree(self, beat: float) -> int:
        return self.chords[int(beat / 4) % len(self.chords)]

    def pitch(self, degree: int) -> int:
        octave, step = divmod(degree, len(self.mode))
        return self.tonic + self.mode[step] + 12 * octave

    def near(self, degree: int, centre: float) -> int:
        """Return the degree's pitch in the octave nearest to a centre."""
        pitch = self.pitch(degree)
        return int(np.clip(pitch + 12 * round((centre - pitch) / 12), LOWEST, HIGHEST))

    def time(self, beat: float) -> float:
        late = self.swing if beat % 1.0 == 0.5 else 0.0
        return 0.1 + (beat + late) * self.beat_seconds


def _part(random: Generator, frame: _Frame, channel: int, program: int | None) -> list[Note]:
    """Write one part: a melody, chords, an arpeggio, a bass line or held notes."""
    style = random.choice(("melody", "melody", "chords", "arpeggio", "bass", "held", "runs"))
    program = int(random.integers(0, 128)) if program is None else program
    centre = random.uniform(30, 48) if style == "bass" else random.uniform(42, 90)
    loud = random.uniform(30, 120)
    length = random.uniform(0.25, 1.05)
    notes: list[Note] = []
    beat, degree = 0.0, frame.degree(0.0)
    while beat < frame.beats:
        beats, degrees, degree = _gesture(random, str(style), frame.degree(beat), degree)
        for index, each in enumerate(degrees):
            start = frame.time(beat) + random.normal(0.0, 0.008)
            if style == "chords" and random.random() < 0.1:
                start += index * 0.03
            velocity = int(np.clip(loud + random.normal(0.0, 10.0), 1, 127))
            seconds = beats * frame.beat_seconds * length
            pitch = frame.near(each, centre + 4 * index)
            notes.append(_note(max(start, 0.02), seconds, pitch, velocity, program, channel))
        beat += beats
    return notes


def _gesture(random: Generator, style: str, chord: int, last: int) -> tuple[float, list[int], int]:
    """Choose what a part plays next: beats, degrees struck together, and the new last degree."""
    if style != "held" and random.random() < 0.08:
        return float(random.choice((0.5, 1.0, 2.0))), [], last
    if style == "chords":
        size = int(random.integers(2, 6))
        return float(random.choice((0.5, 1, 1, 2, 4))), [chord + 2 * k for k in range(size)], chord
    if style == "held":
        size = int(random.integers(1, 4))
        return float(random.choice((4, 8))), [chord + 2 * k for k in range(size)], chord
    if style == "bass":
        return float(random.choice((0.5, 1, 1, 2))), [chord + int(random.choice((0, 0, 4)))], chord
    if style == "arpeggio":
        degree = chord + 2 * int(random.integers(0, 4))
        return float(random.choice((0.25, 0.5, 0.5))), [degree], degree
    step = last + int(random.integers(-2, 3)) if random.random() < 0.85 else chord
    beats = 0.25 if style == "runs" else float(random.choice((0.25, 0.5, 0.5, 1, 1, 2)))
    return beats, [step], step


def _drums(random: Generator, frame: _Frame) -> list[Note]:
    kit = FIRST_KIT + int(random.choice(len(KITS), p=(0.44, *[0.08] * 7)))
    loud = random.uniform(50, 120)
    colours = random.integers(27, 88, 4)
    hat, backbeat = int(random.choice((42, 44, 46, 51))), int(random.choice((38, 40, 37, 39)))
    hits: list[tuple[float, int]] = []
    for half in range(2 * frame.beats):
        beat = half / 2
        hits.append((beat, hat if random.random() < 0.9 else 46))
        if half % 4 == 0 or random.random() < 0.15:
            hits.append((beat, int(random.choice((36, 36, 35)))))
        if half % 4 == 2:
            hits.append((beat, backbeat))
        if random.random() < 0.2:
            hits.append((beat + float(random.choice((0, 0.25))), int(random.choice(colours))))
        if half % 32 == 0 and random.random() < 0.7:
            hits.append((beat, int(random.choice((49, 57, 55, 52)))))
    return [
        _note(
            frame.time(beat),
            float(random.choice((0.08, 0.1, 0.25))),
            pitch,
            int(np.clip(loud + random.normal(0.0, 12.0), 1, 127)),
            kit,
            DRUM_CHANNEL,
        )
        for beat, pitch in hits
    ]


def _controls(random: Generator, channel: int, seconds: float) -> list[Control]:
    """Set a channel's volume, and sometimes swells and a pedal pressed with every bar or so."""
    found: list[Control] = []
    if random.random() < 0.5:
        found.append(Control(0.0, channel, 7, int(random.integers(50, 128))))
    if random.random() < 0.15:
        times = np.arange(0.0, seconds, 0.1)
        swell = 90 + 37 * np.sin(2 * np.pi * times / random.uniform(2.0, 8.0))
        found += [Control(float(t), channel, 11, int(v)) for t, v in zip(times, swell, strict=True)]
    if random.random() < 0.25:
        bar = random.uniform(1.0, 4.0)
        for start in np.arange(0.05, seconds, bar):
            found.append(Control(float(start), channel, 64, 127))
            found.append(Control(float(start + 0.93 * bar), channel, 64, 0))
    return found


def _bends(random: Generator, channel: int, notes: list[Note]) -> list[Bend]:
    """Scoop into, fall from or shake some of a part's notes."""
    bends: list[Bend] = []
    for note in notes:
        if random.random() < 0.5:
            continue
        seconds = max(0.1, note.end_seconds - note.start_seconds)
        depth = float(random.uniform(-2.0, 2.0))
        for share in np.linspace(0.0, 1.0, 12):
            at = note.start_seconds + float(share) * seconds
            bends.append(Bend(float(at), channel, depth * float(1.0 - share)))
    return bends


def _velocity(random: Generator) -> int:
    return int(np.clip(random.choice((random.uniform(1, 127), random.uniform(50, 110))), 1, 127))


def _note(
    start: float, seconds: float, pitch: int, velocity: int, instrument: int, channel: int
) -> Note:
    is_drum = instrument >= FIRST_KIT
    program = KITS[instrument - FIRST_KIT] if is_drum else instrument
    start, end = float(start), float(start + max(seconds, 0.03))
    pitch = int(np.clip(pitch, 0, 127))
    return Note(start, end, pitch, velocity, program, DRUM_CHANNEL if is_drum else channel, is_drum)


def _finish(notes: list[Note], controls: list[Control], bends: list[Bend]) -> Score:
    """Sort, let no note of a key outlast its next stroke, and leave room for the last tail."""
    ordered = sorted(notes, key=lambda note: (note.channel, note.pitch, note.start_seconds))
    kept: list[Note] = []
    for index, note in enumerate(ordered):
        end = note.end_seconds
        following = ordered[index + 1] if index + 1 < len(ordered) else note
        is_same_key = (following.channel, following.pitch) == (note.channel, note.pitch)
        if following is not note and is_same_key:
            end = min(end, following.start_seconds - 0.002)
        if end - note.start_seconds >= 0.02:
            kept.append(msgspec.structs.replace(note, end_seconds=end))
    kept.sort(key=lambda note: (note.start_seconds, note.channel, note.pitch))
    last = max((note.end_seconds for note in kept), default=0.0)
    return Score(
        notes=tuple(kept),
        controls=tuple(sorted(controls, key=lambda control: control.seconds)),
        bends=tuple(sorted(bends, key=lambda bend: bend.seconds)),
        duration_seconds=last + TAIL_SECONDS,
    )
