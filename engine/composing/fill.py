"""A span of a score composed anew between what stays before and after it.

The chords stay as they are. The melody has the motifs that it has around the span, the others
the patterns that they play there. Notes that sound on into the span or out of it stay, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
from numpy.random import Generator

from engine.composing.analysis import EARLY_QUARTERS
from engine.composing.anew import Anew, brief_of, form_of, themes_of, wishes_of
from engine.composing.beats import Stretch
from engine.composing.brief import Brief
from engine.composing.chords import led
from engine.composing.extend import ACCENT, mean_weight
from engine.composing.ornament import Place, ornament
from engine.composing.performing import Line
from engine.composing.sheet import Sheet, Voice, read_sheet
from engine.composing.tidy import Span, hushed, recast, untangled
from engine.composing.tone import Tone
from engine.wire import Note, Score

JUST_SECONDS = 0.03  # A note that is as little early is meant to be on the span's edge.
BEYOND_SECONDS = 0.2  # A note that lasts so far out of the span is heard after it: it stays.
BREATH_SECONDS = 0.06
BARS_AROUND = 4
TRIES = 8
FAR_SEMITONES, NEAR_SEMITONES = 5, 7


def fill(score: Score, start_seconds: float, end_seconds: float, prompt: str, seed: int) -> Score:
    """Return a score in which the notes that begin in a span are others.

    Raises: OutOfRange for unknown words, and for words about what stays.
    """
    wishes = wishes_of(prompt, "a span")
    sheet = read_sheet(score)
    span = _Within(start_seconds, end_seconds)
    kept = [note for note in score.notes if not span.replaces(note)]
    new: list[Note] = []
    for number, stretch in enumerate(sheet.stretches):
        brief = brief_of(sheet, stretch, wishes, seed)
        random = np.random.default_rng([seed, 37, number])
        new += _Stretch(sheet, stretch, brief, span, random).notes()
    new = [note for note in new if not _is_taken(note, kept, span)]
    if new:
        new = list(recast(msgspec.structs.replace(score, notes=tuple(new)), wishes).notes)
    channels = sorted({note.channel for note in new})
    spans = [Span(channel, start_seconds, end_seconds) for channel in channels]
    return msgspec.structs.replace(hushed(score, (), spans), notes=untangled([*kept, *new]))


def _is_taken(note: Note, kept: Sequence[Note], span: _Within) -> bool:
    """Say whether a note's key is down already, or its player holds notes out of the span."""
    for one in kept:
        if one.channel != note.channel or one.is_drum:
            continue
        is_down = one.start_seconds < note.end_seconds and note.start_seconds < one.end_seconds
        is_near = abs(one.pitch - note.pitch) <= NEAR_SEMITONES
        is_held = span.holds(one) and is_near and one.start_seconds < note.end_seconds
        if (is_down and one.pitch == note.pitch) or is_held:
            return True
    return False


@dataclass(frozen=True)
class _Within:
    """The span in seconds."""

    start: float
    end: float

    def holds(self, note: Note) -> bool:
        """Say whether a note begins in it."""
        return self.start - JUST_SECONDS < note.start_seconds < self.end - JUST_SECONDS

    def replaces(self, note: Note) -> bool:
        """Say whether a note gives way: one that is heard long after the span does not."""
        lasts = note.end_seconds > self.end + BEYOND_SECONDS and not note.is_drum
        return self.holds(note) and not lasts


class _Stretch:
    """What is new in a stretch of one metre."""

    def __init__(
        self, sheet: Sheet, stretch: Stretch, brief: Brief, span: _Within, random: Generator
    ) -> None:
        self._sheet, self._stretch, self._span, self._random = sheet, stretch, span, random
        harmony = sheet.harmony(stretch)
        form = form_of(stretch, harmony)
        self._around = _without(sheet, span)
        themes = themes_of(self._around, stretch, form)
        self._anew = Anew(sheet, stretch, brief, form, harmony, themes)
        size, beats = stretch.bar.quarters, sheet.beats
        first = (beats.quarter(span.start) - stretch.first) / size
        last = (beats.quarter(span.end) - stretch.first) / size
        self._first_bar = max(0, int(np.floor(first + 1e-3)))
        self._last_bar = min(stretch.count, int(np.ceil(last - 1e-3)))
        self._bars = self._first_bar, self._last_bar

    def notes(self) -> list[Note]:
        """Return the notes that begin in the span."""
        if self._first_bar >= self._last_bar:
            return []
        found: list[Note] = []
        for voice in self._sheet.voices:
            if voice.leads:
                found += self._sung(voice)
            elif any(self._span.holds(one.note) for one in voice.played):
                found += self._accompanied(voice)
        return found

    def _sung(self, voice: Voice) -> list[Note]:
        """Return the melody, of several the one that joins best to what is around it."""
        tries = []
        for _ in range(TRIES):
            lines = self._anew.written(self._random, self._bars).get(voice.name, [])
            tries.append(self._inside(voice, self._anew.performed(voice, lines, self._random)))
        return min(tries, key=lambda notes: _strain(notes, voice, self._span))

    def _accompanied(self, voice: Voice) -> list[Note]:
        """Return what somebody else plays: the bars around the span over its chords, varied."""
        bars = self._bars_around(voice)
        size, harmony = self._stretch.bar.quarters, self._anew.harmony
        if not bars:
            lines = self._anew.written(self._random, self._bars).get(voice.name, [])
            return self._inside(voice, self._anew.performed(voice, lines, self._random))
        turn, tones = int(self._random.integers(len(bars))), []
        for index, bar in enumerate(range(*self._bars)):
            begin = self._stretch.first + bar * size
            if not voice.within(begin, begin + size):
                continue  # Who rests there goes on resting.
            number, played = bars[(turn + index) % len(bars)]
            for tone in played:
                at = bar * size + tone.at
                # A note that is a little early belongs to the chord that comes.
                heard = number * size + tone.at + EARLY_QUARTERS
                chords = harmony.at(heard), harmony.at(at + EARLY_QUARTERS)
                pitch = tone.pitch if voice.player.is_drum else led(tone, *chords, self._sheet.key)
                tones.append(tone._replace(at=at, pitch=pitch))
        if voice.player.is_drum or self._random.random() < 0.5:
            tones = self._ornamented(voice, tones)
        line = Line(voice.player, voice.player.roles[-1], [self._weighed(tone) for tone in tones])
        return self._inside(voice, self._anew.performed(voice, [line], self._random))

    def _ornamented(self, voice: Voice, tones: Sequence[Tone]) -> list[Tone]:
        size, bars = self._stretch.bar.quarters, self._last_bar - self._first_bar
        place = Place(
            *(voice.player, voice.leads, self._sheet.key, self._stretch.bar, self._anew.harmony),
            *(self._first_bar * size, bars * size, self._random),
        )
        return ornament(tones, place)

    def _weighed(self, tone: Tone) -> Tone:
        """Return a played tone with the accent that makes it as loud again."""
        return tone._replace(weight=0.5 + (tone.weight - mean_weight(self._anew.brief)) / ACCENT)

    def _bars_around(self, voice: Voice) -> list[tuple[int, tuple[Tone, ...]]]:
        """Return the nearest bars of a voice before and after the span, numbered, with notes."""
        parts = self._around.parts(self._stretch)
        index = [each.name for each in self._sheet.voices].index(voice.name)
        bars = [(number, bar) for number, bar in enumerate(parts[index].bars) if bar]
        before = [one for one in bars if one[0] < self._first_bar][-BARS_AROUND:]
        # The last bar of a piece holds its last chord.
        after = [o for o in bars if self._last_bar <= o[0] < self._stretch.count - 1]
        return before + after[:BARS_AROUND]

    def _inside(self, voice: Voice, notes: Sequence[Note]) -> list[Note]:
        """Return the notes in the span, and on its next beat what would sound there by then."""
        span, beats, stretch = self._span, self._sheet.beats, self._stretch
        beat = stretch.first + np.ceil(beats.quarter(span.start) - stretch.first - 1e-3)
        beat_seconds = beats.exactly(float(beat))
        held = _held_until(voice, span)
        found = []
        for note in notes:
            start, end = max(note.start_seconds, 0.0), note.end_seconds
            if start <= span.start - JUST_SECONDS and end > beat_seconds + 0.3:
                start = beat_seconds
            if not span.start - JUST_SECONDS < start < span.end - BREATH_SECONDS:
                continue
            if voice.leads and start < held - 0.1:
                continue
            start = max(start, span.start)  # Before it nothing changes.
            if not note.is_drum:
                end = max(min(end, span.end - BREATH_SECONDS), start + 0.03)
            found.append(msgspec.structs.replace(note, start_seconds=start, end_seconds=end))
        return found


def _held_until(voice: Voice, span: _Within) -> float:
    """Return until when a melody's note from before the span sounds."""
    ends = [one.note.end_seconds for one in voice.played
            if one.note.start_seconds <= span.start - JUST_SECONDS]  # fmt: skip
    return max(ends, default=0.0)


def _without(sheet: Sheet, span: _Within) -> Sheet:
    """Return a sheet without what begins in a span."""
    voices = tuple(
        replace(v, played=tuple(one for one in v.played if not span.holds(one.note)))
        for v in sheet.voices
    )
    return replace(sheet, voices=voices)


def _strain(notes: Sequence[Note], voice: Voice, span: _Within) -> float:
    """Return how far a melody leaps into a span and out of it, and how much is as it was."""
    before = [one.note for one in voice.played if one.note.start_seconds <= span.start]
    after = [one.note for one in voice.played if one.note.start_seconds >= span.end]
    was = {(round(4 * o.note.start_seconds), o.note.pitch)
           for o in voice.played if span.holds(o.note)}  # fmt: skip
    if not notes:
        return 100.0
    strain = 0.0
    if before:
        strain += max(0, abs(notes[0].pitch - before[-1].pitch) - FAR_SEMITONES)
    if after:
        strain += max(0, abs(notes[-1].pitch - after[0].pitch) - FAR_SEMITONES)
    same = sum((round(4 * note.start_seconds), note.pitch) in was for note in notes)
    return strain + 6.0 * same / len(notes)
