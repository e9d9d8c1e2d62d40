"""A variation is the more unlike its source the stronger it is, and stays music of its kind."""

from __future__ import annotations

import functools
from itertools import pairwise

import msgspec
import pytest

from engine.composing.analysis import key_of_score
from engine.composing.beats import Beats
from engine.composing.brief import decide
from engine.composing.compose import compose
from engine.composing.instruments import SPANS
from engine.composing.vary import vary
from engine.composing.words import read
from engine.wire import Bend, Control, Metre, Note, OutOfRange, Score, Tempo

PROMPTS = (
    "slow sad waltz in d minor for piano and strings, 70 bpm, 8 bars",
    "rock in e minor, 8 bars",
    "jazz trio, 8 bars",
    "string quartet in 7/8, 8 bars",
    "solo piano in g major, 8 bars",
    "drums, 100 bpm, 8 bars",
    "techno, 9 bars",
)
STRENGTHS = (0.0, 0.1, 0.25, 0.4, 0.6, 0.8, 1.0)
each = pytest.mark.parametrize("prompt", PROMPTS)


@functools.cache
def varied(prompt: str, strength: float, seed: int = 7) -> Score:
    return vary(compose(prompt, 4), strength, "", seed)


def kept(source: Score, other: Score) -> float:
    """The share of the source's notes that the other has too, give or take 60 ms."""
    there: dict[tuple[int, int], list[float]] = {}
    for note in other.notes:
        there.setdefault((note.channel, note.pitch), []).append(note.start_seconds)
    found = sum(
        any(
            abs(start - note.start_seconds) < 0.06
            for start in there.get((note.channel, note.pitch), ())
        )
        for note in source.notes
    )
    return found / max(len(source.notes), 1)


@each
def test_it_goes_from_the_source_to_another_piece_by_and_by(prompt: str) -> None:
    source = compose(prompt, 4)
    shares = [kept(source, varied(prompt, strength)) for strength in STRENGTHS]
    assert varied(prompt, 0.0) == source
    assert shares[1] == 1.0
    assert varied(prompt, 0.1) != source
    assert all(later <= earlier + 0.08 for earlier, later in pairwise(shares))
    melodic = [note for note in source.notes if not note.is_drum]
    assert kept(msgspec.structs.replace(source, notes=tuple(melodic)), varied(prompt, 1.0)) < 0.6


@each
@pytest.mark.parametrize("strength", [0.1, 0.5, 0.8, 1.0])
def test_it_keeps_players_key_metre_tempo_and_length(prompt: str, strength: float) -> None:
    source, other = compose(prompt, 4), varied(prompt, strength)
    assert other.tempos == source.tempos
    assert other.metres == source.metres
    assert other.duration_seconds == source.duration_seconds
    assert {(n.channel, n.program) for n in other.notes} == {
        (n.channel, n.program) for n in source.notes
    }
    key = decide(read(prompt), 4).key
    melodic = [note for note in other.notes if not note.is_drum]
    assert sum(note.pitch % 12 in key.notes for note in melodic) >= 0.85 * len(melodic)
    bar = Beats(source).stretches()[-1]
    end = Beats(source).seconds(bar.last)
    assert all(-1e-9 <= note.start_seconds < end for note in other.notes)
    assert max(note.start_seconds for note in other.notes) > 0.75 * source.duration_seconds


@each
def test_nobody_plays_what_they_cannot(prompt: str) -> None:
    for strength in STRENGTHS:
        last: dict[tuple[int, int], float] = {}
        for note in varied(prompt, strength).notes:
            key = (note.channel, note.pitch)
            assert last.get(key, 0.0) <= note.start_seconds < note.end_seconds
            last[key] = note.end_seconds
            assert 1 <= note.velocity <= 127
            if not note.is_drum:
                assert SPANS[note.program].low <= note.pitch <= SPANS[note.program].high


@each
def test_the_seed_decides(prompt: str) -> None:
    for strength in (0.5, 1.0):
        assert vary(compose(prompt, 4), strength, "", 7) == varied(prompt, strength)
        assert varied(prompt, strength, 8) != varied(prompt, strength)


def test_bars_that_were_alike_stay_alike() -> None:
    """An ostinato that is ornamented is still one."""
    bar = [(0.0, 48), (1.0, 55), (1.5, 52), (2.0, 60)]
    notes = tuple(
        Note(0.5 * (4 * k + at), 0.5 * (4 * k + at) + 0.4, pitch, 80, program=11)
        for k in range(8)
        for at, pitch in bar
    )
    score = Score(notes=notes, tempos=(Tempo(0.0, 120.0),), duration_seconds=16.0)
    found = vary(score, 0.49, "", 3)
    pairs = [
        sorted((round(8 * note.start_seconds) - 32 * k, note.pitch)
               for note in found.notes if 4 * k - 0.06 <= note.start_seconds < 4 * k + 3.94)
        for k in range(4)
    ]  # fmt: skip
    assert pairs[0] != sorted((round(4 * (4 * k + at)), p) for k in (0, 1) for at, p in bar)
    assert all(pair == pairs[0] for pair in pairs)


def test_words_change_who_plays_and_how_loud() -> None:
    source = compose("pop for flute and guitar, 8 bars, with drums", 4)
    loud = sum(note.velocity for note in source.notes) / len(source.notes)
    other = vary(source, 0.2, "clarinet, no drums, pianissimo", 7)
    assert {note.program for note in other.notes} == {71, 25}
    assert not any(note.is_drum for note in other.notes)
    assert sum(note.velocity for note in other.notes) / len(other.notes) < loud - 15
    assert all(SPANS[n.program].low <= n.pitch <= SPANS[n.program].high for n in other.notes)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("in d minor", "key"),
        ("90 bpm", "tempo"),
        ("3/4", "metre"),
        ("8 bars", "length"),
        ("blorf", "blorf"),
        ("flute, violin, cello, piano", "fewer"),
        ("with drums", "drums"),
    ],
)
def test_words_that_cannot_be_are_refused(words: str, why: str) -> None:
    with pytest.raises(OutOfRange, match=why):
        vary(compose("flute and guitar, 4 bars", 4), 0.5, words, 1)


def test_changes_of_tempo_and_metre_stay_where_they_are() -> None:
    """Two bars of 3/4 at 60, then of 4/4 at 120: every new note is on its own eighth."""
    metres = (Metre(0.0, 3, 4), Metre(6.0, 4, 4))
    tempos = (Tempo(0.0, 60.0), Tempo(6.0, 120.0))
    slow = [Note(float(k), k + 0.9, 60 + 2 * (k % 3), 80) for k in range(6)]
    fast = [Note(6 + k / 2, 6.4 + k / 2, 60 + (k % 5), 80) for k in range(16)]
    score = Score((*slow, *fast), tempos=tempos, metres=metres, duration_seconds=14.0)
    beats = Beats(score)
    assert [(s.first, s.bar.numerator, s.count) for s in beats.stretches()] == [
        (0.0, 3, 2),
        (6.0, 4, 4),
    ]
    assert beats.seconds(beats.quarter(7.3)) == pytest.approx(7.3)
    found = vary(score, 1.0, "", 2)
    off = [
        abs(2 * q - round(2 * q)) / 2 for n in found.notes if (q := beats.quarter(n.start_seconds))
    ]
    assert sorted(off)[int(0.8 * len(off))] < 0.06
    assert max(note.start_seconds for note in found.notes) > 11.0


def test_pedal_and_bend_do_not_fall_on_notes_they_were_not_meant_for() -> None:
    score = compose("solo piano, 8 bars", 4)
    score = msgspec.structs.replace(
        score,
        controls=(*score.controls, Control(0.0, 0, 64, 127)),
        bends=(Bend(0.5, 0, 2.0), Bend(3.0, 0, 0.0)),
    )
    light, new = (vary(score, strength, "", 3) for strength in (0.1, 1.0))
    assert light.bends == score.bends
    assert all(bend.semitones == 0.0 for bend in new.bends)
    assert Control(0.0, 0, 64, 127) in light.controls
    assert not any(one.number == 64 and one.value for one in new.controls if one.seconds < 10.0)


@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_any_score_can_be_varied(strength: float) -> None:
    edges = Score(
        notes=(
            Note(0.0, 0.0, 60, 100),
            Note(0.0, 0.3, 0, 1),
            Note(0.0, 0.3, 127, 127, program=127, channel=15),
            Note(0.1, 0.2, 127, 127, program=127, channel=9, is_drum=True),
            *(Note(0.2, 0.4, 60, 127) for _ in range(40)),
            Note(60.0, 61.0, 60, 100),
        ),
        tempos=(Tempo(0.0, 1e-3), Tempo(1.0, 1e9)),
        metres=(Metre(0.2, 17, 16), Metre(1.0, 3, 4)),
        duration_seconds=0.5,
    )
    found = vary(edges, strength, "", 1)
    assert found.notes
    assert all(0.0 <= note.start_seconds < note.end_seconds for note in found.notes)
    assert vary(Score(duration_seconds=3.0), strength, "", 1) == Score(duration_seconds=3.0)


def test_the_key_of_a_whole_piece_stays_that_of_the_source() -> None:
    for prompt in ("pop in b flat major, 16 bars", "jig in e minor, 16 bars"):
        other = varied(prompt, 1.0)
        assert (
            key_of_score(other, other.duration_seconds).tonic == decide(read(prompt), 4).key.tonic
        )
