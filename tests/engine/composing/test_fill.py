"""A span composed anew leaves all around it alone and goes with it."""

from __future__ import annotations

import functools

import pytest

from engine.composing.beats import Beats
from engine.composing.compose import compose
from engine.composing.fill import fill
from engine.composing.instruments import SPANS
from engine.composing.sheet import read_sheet
from engine.wire import Note, OutOfRange, Score, Tempo

PROMPTS = (
    "slow sad waltz in d minor for piano and strings, 90 bpm, 8 bars",
    "rock in e minor, 8 bars",
    "jazz trio, 8 bars",
    "string quartet in 7/8, 8 bars",
    "solo piano in g major, 8 bars",
    "techno, 8 bars",
)
each = pytest.mark.parametrize("prompt", PROMPTS)
START, END = 4.1, 9.3


@functools.cache
def filled(prompt: str, seed: int = 7) -> tuple[Score, Score]:
    score = compose(prompt, 4)
    return score, fill(score, START, END, "", seed)


def outside(score: Score) -> list[Note]:
    return [n for n in score.notes if not START - 0.03 < n.start_seconds < END - 0.03]


@each
def test_only_the_span_is_other(prompt: str) -> None:
    source, other = filled(prompt)
    starts = [(n.start_seconds, n.pitch, n.velocity, n.channel) for n in outside(source)]
    assert [(n.start_seconds, n.pitch, n.velocity, n.channel) for n in outside(other)] == starts
    new = [note for note in other.notes if note not in source.notes and note not in outside(other)]
    assert len(new) > 0.4 * (len(source.notes) - len(outside(source)))
    # Nothing new is heard after the span: its sound there is the source's.
    assert all(note.end_seconds < END + 0.01 for note in new if not note.is_drum)
    assert {n.program for n in new} <= {n.program for n in source.notes}
    assert all(SPANS[n.program].low <= n.pitch <= SPANS[n.program].high
               for n in new if not n.is_drum)  # fmt: skip


@each
def test_the_melody_is_new_over_the_same_chords(prompt: str) -> None:
    source, other = filled(prompt)
    stretch = Beats(source).stretches()[0]
    before, after = (read_sheet(score).harmony(stretch) for score in (source, other))
    size, beats = stretch.bar.quarters, Beats(source)
    first, last = (round((beats.quarter(s) - stretch.first) / size) for s in (START, END))
    bars = range(first, last)
    same = [
        len(set(before.at(bar * size).tones[:3]) & set(after.at(bar * size).tones)) >= 2
        for bar in bars
    ]
    assert sum(same) >= 0.7 * len(same)


@each
def test_the_seed_decides(prompt: str) -> None:
    source, other = filled(prompt)
    assert fill(source, START, END, "", 7) == other
    assert filled(prompt, 8)[1] != other


def test_what_sounds_on_after_the_span_stays() -> None:
    """Else its sound would come from nowhere where the source goes on."""
    notes = (
        *(Note(k / 2, k / 2 + 0.4, 72 + k % 4, 80) for k in range(32)),
        *(
            Note(4.0 * k, 4.0 * k + 3.9, pitch, 60, 48, 1)
            for k in range(4)
            for pitch in (48, 52, 55)
        ),
    )
    order = tuple(sorted(notes, key=lambda note: (note.start_seconds, note.channel, note.pitch)))
    score = Score(order, tempos=(Tempo(0.0, 120.0),), duration_seconds=16.0)
    other = fill(score, 3.0, 6.0, "", 1)
    held = [note for note in notes if note.channel == 1 and note.start_seconds == 4.0]
    assert all(note in other.notes for note in held)


def test_words_steer_the_span_alone() -> None:
    source = compose("flute and guitar, 120 bpm, 8 bars", 4)
    other = fill(source, START, END, "oboe, fortissimo", 7)
    inside = [n for n in other.notes if START <= n.start_seconds < END - 0.1]
    assert {68, 25} == {note.program for note in inside}
    assert {note.program for note in outside(other)} == {73, 25}
    with pytest.raises(OutOfRange, match="tempo"):
        fill(source, START, END, "presto", 7)


@pytest.mark.parametrize(("start", "end"), [(0.0, 2.0), (0.0, 100.0), (14.9, 15.0), (50.0, 60.0)])
def test_any_span_can_be_filled(start: float, end: float) -> None:
    source = compose("jazz trio, 120 bpm, 8 bars", 4)
    other = fill(source, start, end, "", 1)
    kept = [note for note in source.notes if note.start_seconds >= end]
    assert all(note in other.notes for note in kept)
    assert fill(Score(), start, end, "", 1).notes == ()
