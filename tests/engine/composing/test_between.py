"""What lies between two scores is music: on the way from one to the other, in key, on the grid."""

from __future__ import annotations

import functools
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.composing.beats import Beats
from engine.composing.between import between
from engine.composing.compose import compose
from engine.composing.instruments import SPANS
from engine.composing.meeting import (
    Meeting,
    Side,
    count_between,
    key_between,
    laid_out,
    moved,
    tempo_between,
)
from engine.composing.sheet import read_sheet
from engine.composing.theory import Key
from engine.wire import Control, Metre, Note, OutOfRange, Score, Tempo

ENDS = (
    (
        "slow sad waltz in d minor for piano and strings, 70 bpm, 8 bars",
        "rock in e major, 140 bpm, 8 bars",
    ),
    ("jazz trio in c major, 16 bars", "string quartet in a minor, 12 bars"),
    ("drums, 100 bpm, 8 bars", "solo piano in g major, 8 bars"),
    ("techno, 8 bars", "jig in d major, 12 bars"),
    ("solo piano in c major, 8 bars", "choir in f sharp major, 9 bars"),
)
MIXES = (0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0)
each = pytest.mark.parametrize("ends", ENDS, ids=lambda ends: ends[0][:12])


@functools.cache
def pieces(ends: tuple[str, str]) -> tuple[Score, Score]:
    return compose(ends[0], 4), compose(ends[1], 5)


@functools.cache
def made(ends: tuple[str, str], mix: float, seed: int = 3) -> Score:
    return between(*pieces(ends), mix, "", seed)


def classes(score: Score) -> NDArray[np.float64]:
    """The share of time that each pitch class sounds."""
    found = np.zeros(12)
    for note in score.notes:
        if not note.is_drum:
            found[note.pitch % 12] += note.end_seconds - note.start_seconds
    return found / max(found.sum(), 1e-9)


def apart(one: Score, other: Score) -> float:
    return float(np.abs(classes(one) - classes(other)).sum() / 2.0)


def density(score: Score) -> float:
    return len(score.notes) / score.duration_seconds


def lies(value: float, first: float, second: float, slack: float) -> bool:
    low, high = sorted((first, second))
    return low * (1.0 - slack) <= value <= high * (1.0 + slack)


@each
def test_the_ends_are_the_pieces_themselves(ends: tuple[str, str]) -> None:
    assert made(ends, 0.0) == pieces(ends)[0]
    assert made(ends, 1.0) == pieces(ends)[1]


@each
def test_tempo_density_and_pitches_go_from_one_to_the_other(ends: tuple[str, str]) -> None:
    first, second = pieces(ends)
    found = [made(ends, mix) for mix in MIXES]
    tempos = [score.tempos[0].quarters_per_minute for score in found]
    assert tempos in (sorted(tempos), sorted(tempos, reverse=True))
    assert all(lies(density(s), density(first), density(second), 0.75) for s in found)
    assert all(
        lies(s.duration_seconds, first.duration_seconds, second.duration_seconds, 0.25)
        for s in found
    )
    if classes(first).any() and classes(second).any():
        nearer = [apart(score, second) - apart(score, first) for score in found]
        assert all(later <= earlier + 0.2 for earlier, later in pairwise(nearer))
        assert nearer[1] > 0.0 > nearer[-2]


@each
def test_players_come_and_go_one_by_one_and_stay(ends: tuple[str, str]) -> None:
    programs = [{(n.is_drum, n.program) for n in made(ends, mix).notes} for mix in MIXES]
    first, second = programs[0], programs[-1]
    for found in programs:
        assert found <= first | second
    for program in second - first:
        heard = [program in found for found in programs]
        assert heard == sorted(heard)
    for program in first - second:
        heard = [program in found for found in programs]
        assert heard == sorted(heard, reverse=True)


@each
@pytest.mark.parametrize("mix", MIXES[1:-1])
def test_it_is_in_key_and_on_the_grid(ends: tuple[str, str], mix: float) -> None:
    score = made(ends, mix)
    sides = Side(pieces(ends)[0]), Side(pieces(ends)[1])
    key = Meeting(sides, mix, np.random.default_rng(1)).key
    melodic = [note for note in score.notes if not note.is_drum]
    assert sum(note.pitch % 12 in key.notes for note in melodic) >= 0.85 * len(melodic)
    beats = Beats(score)
    grid = np.array([0.0, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 1.0])
    for note in score.notes:
        quarter = beats.quarter(note.start_seconds)
        assert np.abs(grid - quarter % 1.0).min() < 0.06
        assert quarter == pytest.approx(round(960 * quarter) / 960, abs=1e-6)


@each
@pytest.mark.parametrize("mix", MIXES[1:-1])
def test_its_voices_can_be_sung_and_nobody_plays_what_they_cannot(
    ends: tuple[str, str], mix: float
) -> None:
    score = made(ends, mix)
    last: dict[tuple[int, int, int], float] = {}
    for note in score.notes:
        key = (note.channel, note.program, note.pitch)
        assert last.get(key, 0.0) <= note.start_seconds < note.end_seconds
        last[key] = note.end_seconds
        assert 1 <= note.velocity <= 127
        span = SPANS[note.program]
        assert note.is_drum or span.low <= note.pitch <= span.high
    for voice in read_sheet(score).voices:
        if voice.leads:
            leaps = [abs(b.tone.pitch - a.tone.pitch) for a, b in pairwise(voice.played)]
            assert np.mean(leaps) < 4.5
            assert sum(leap > 12 for leap in leaps) <= 0.05 * len(leaps)


@each
def test_the_seed_decides_and_so_do_the_pieces(ends: tuple[str, str]) -> None:
    assert between(*pieces(ends), 0.4, "", 3) == made(ends, 0.4)
    assert made(ends, 0.4, 4) != made(ends, 0.4)
    first, second = pieces(ends)
    assert between(second, first, 0.6, "", 3) != made(ends, 0.6)


def test_a_hair_from_an_end_is_nearly_that_end() -> None:
    for ends in ENDS:
        first, second = pieces(ends)
        for end, mix in ((first, 0.02), (second, 0.98)):
            near = made(ends, mix)
            assert len(near.notes) == pytest.approx(len(end.notes), rel=0.1)
            assert apart(near, end) < 0.1
            old = {(n.program, n.is_drum) for n in end.notes}
            assert {(n.program, n.is_drum) for n in near.notes} == old


def test_between_a_piece_and_itself_is_the_piece_again() -> None:
    piece = compose("solo piano in c major, 8 bars", 4)
    found = between(piece, piece, 0.5, "", 3)
    there = {(round(4 * n.start_seconds), n.pitch) for n in found.notes}
    was = {(round(4 * n.start_seconds), n.pitch) for n in piece.notes}
    assert len(there & was) > 0.8 * len(was)


def test_words_change_who_plays_and_how_loud_alone() -> None:
    ends = pieces(ENDS[1])
    found = between(*ends, 0.5, "flute, no drums, very soft", 3)
    assert 73 in {note.program for note in found.notes}
    assert not any(note.is_drum for note in found.notes)
    soft, usual = (np.mean([n.velocity for n in s.notes]) for s in (found, made(ENDS[1], 0.5)))
    assert soft < usual - 10
    for words in ("in c minor", "jazz", "fast", "sparse", "sad", "12 bars"):
        with pytest.raises(OutOfRange, match="between"):
            between(*ends, 0.5, words, 3)
    with pytest.raises(OutOfRange, match="blorf"):
        between(*ends, 0.0, "blorf", 3)


def test_levels_and_places_are_between_too() -> None:
    notes = tuple(Note(k / 2, k / 2 + 0.4, 60 + k % 5, 80) for k in range(32))
    controls = (Control(0.0, 0, 7, 60), Control(0.0, 0, 10, 20))
    left = Score(notes=notes, controls=controls, duration_seconds=16.0)
    right = Score(notes=notes, controls=(Control(0.0, 0, 10, 108),), duration_seconds=16.0)
    found = {c.number: c.value for c in between(left, right, 0.25, "", 1).controls}
    assert found == {7: 70, 10: 42}
    loud = msgspec.structs.replace(
        left, notes=tuple(msgspec.structs.replace(note, velocity=120) for note in notes)
    )
    heard = np.mean([note.velocity for note in between(left, loud, 0.5, "", 1).notes])
    assert heard == pytest.approx(100, abs=2)


def test_what_a_pedal_holds_is_held() -> None:
    """Pedals are not copied: bars of both sides would fight over them."""
    notes = tuple(Note(2.0 * k, 2.0 * k + 0.2, 60 + k, 80) for k in range(8))
    pedals = [Control(2.0 * k + at, 0, 64, v) for k in range(8) for at, v in ((0.1, 127), (1.8, 0))]
    score = Score(notes=notes, controls=tuple(pedals), duration_seconds=16.0)
    found = between(score, score, 0.5, "", 1)
    assert np.mean([n.end_seconds - n.start_seconds for n in found.notes]) > 1.5
    assert not any(control.number == 64 for control in found.controls)


NOTE = Note(0.0, 0.5, 60, 90)
AWKWARD = {
    "one note": Score(notes=(NOTE,), duration_seconds=0.5),
    "drums": Score(notes=(Note(0.0, 0.1, 36, 90, 0, 9, True),), duration_seconds=0.1),
    "late": Score(notes=(Note(300.0, 300.5, 60, 90),), duration_seconds=301.0),
    "slow": Score(notes=(NOTE, Note(50.0, 70.0, 64, 90)), tempos=(Tempo(0.0, 1.0),)),
    "fast": Score(
        notes=tuple(Note(k / 40, k / 40 + 0.02, 40 + k % 60, 99) for k in range(400)),
        tempos=(Tempo(0.0, 960.0),),
        duration_seconds=10.0,
    ),
    "loose": Score(
        notes=tuple(Note(k * 0.3713, k * 0.3713 + 0.3, 50 + k % 20, 70) for k in range(60)),
        duration_seconds=23.0,
    ),
    "edges": Score(
        notes=(Note(0.0, 1.0, 0, 1, 127), Note(0.0, 1.0, 127, 127, 127), Note(1.0, 1.0, 60, 64)),
        duration_seconds=1.0,
    ),
    "metres": Score(
        notes=tuple(Note(float(k), k + 0.9, 60, 90) for k in range(30)),
        metres=(Metre(0.0, 3, 4), Metre(4.5, 6, 8), Metre(9.0, 13, 16), Metre(20.0, 2, 2)),
        duration_seconds=31.0,
    ),
    "crowd": Score(
        notes=tuple(Note(0.5 * k, 0.5 * k + 0.4, 30 + k, 90, k, k % 16) for k in range(64)),
        duration_seconds=33.0,
    ),
    "cluster": Score(notes=tuple(Note(0.0, 4.0, p, 90) for p in range(21, 109))),
}


@pytest.mark.parametrize("one", AWKWARD)
@pytest.mark.parametrize("other", ["one note", "drums", "metres", "crowd"])
def test_awkward_scores_have_something_between_them(one: str, other: str) -> None:
    for mix in (0.3, 0.5, 0.8):
        found = between(AWKWARD[one], AWKWARD[other], mix, "", 1)
        assert found.notes
        assert np.isfinite(found.duration_seconds)
        assert len({note.channel for note in found.notes}) <= 16
        for note in found.notes:
            assert 0.0 <= note.start_seconds < note.end_seconds
            assert 0 <= note.pitch <= 127


def test_sharps_and_flats_come_one_by_one() -> None:
    ends = Key(2, "minor"), Key(4, "major")
    names = [str(key_between(*ends, mix / 10)) for mix in range(11)]
    assert names[0] == "D minor"
    assert names[1:3] == ["D dorian"] * 2
    assert names[3:5] == ["D mixolydian"] * 2
    assert names[5:7] == ["E dorian"] * 2
    assert names[7:9] == ["E mixolydian"] * 2
    assert names[9:] == ["E major"] * 2
    for one in range(12):
        for mode in ("major", "minor", "dorian", "harmonic minor", "phrygian"):
            other = Key(one, mode)
            assert key_between(ends[0], other, 0.0) == ends[0]
            assert key_between(ends[0], other, 1.0) == other
            for mix in range(11):
                key = key_between(ends[0], other, mix / 10)
                assert key.tonic in key.seven


@pytest.mark.parametrize(
    "ends",
    [
        ("5/4, 100 bpm, 10 bars", "2/4, 120 bpm, 32 bars"),
        ("4/4, 120 bpm, 8 bars", "2/4, 120 bpm, 32 bars"),
        ("2/4, 120 bpm, 32 bars", "12/8, 70 bpm, 8 bars"),
        ("3/4, 90 bpm, 16 bars", "4/4, 120 bpm, 16 bars"),
        ("3/4, 120 bpm, 16 bars", "4/4, 120 bpm, 8 bars"),
        ("6/8, 60 bpm, 8 bars", "7/8, 140 bpm, 12 bars"),
    ],
    ids=lambda ends: ends[0][:3],
)
def test_from_one_metre_to_another_neither_length_nor_tempo_turns_back(
    ends: tuple[str, str],
) -> None:
    sides = Side(compose(f"piano, {ends[0]}", 1)), Side(compose(f"piano, {ends[1]}", 1))
    frames = [
        Meeting(sides, mix, np.random.default_rng(1)).frame()
        for mix in np.linspace(0.01, 0.99, 33).tolist()
    ]
    lengths = np.array([frame.duration_seconds for frame in frames])
    tempos = np.array([frame.tempos[0].quarters_per_minute for frame in frames])
    assert np.all(np.diff(tempos) * np.sign(tempos[-1] - tempos[0]) >= -0.1)
    assert lengths.max() <= 1.08 * max(lengths[0], lengths[-1])
    assert lengths.min() >= min(lengths[0], lengths[-1]) / 1.08
    bars = [bar.bar.quarters * 60.0 / bar.tempo for side in sides for bar in side.bars]
    way = np.sign(lengths[-1] - lengths[0]) if abs(lengths[-1] - lengths[0]) > max(bars) else 0.0
    assert np.all(np.diff(lengths) * way >= -1.1 * max(bars))


def test_where_metre_and_tempo_pull_apart_bars_last_evenly() -> None:
    waltz, march = (90.0, 120.0), (3.0, 4.0)
    assert tempo_between(waltz, march, 0.25) == pytest.approx(90.0)
    assert tempo_between(waltz, march, 0.75) == pytest.approx(120.0)
    assert tempo_between((60.0, 120.0), (3.0, 4.0), 0.5) == pytest.approx(97.98, abs=0.1)
    assert tempo_between((60.0, 120.0), (4.0, 4.0), 0.5) == pytest.approx(84.85, abs=0.1)
    assert tempo_between((120.0, 60.0), (3.0, 4.0), 0.5) == pytest.approx(84.85, abs=0.1)
    assert tempo_between((120.0, 120.0), (3.0, 4.0), 0.5) == pytest.approx(120.0)


def test_pitches_keep_their_degree_in_another_key() -> None:
    assert [moved(p, Key(0, "major"), Key(2, "minor")) for p in (60, 62, 64, 67, 71)] == [
        62, 64, 65, 69, 72,
    ]  # fmt: skip
    assert moved(71, Key(0, "minor"), Key(0, "major")) == 71
    for pitch in range(40, 80):
        assert abs(moved(pitch, Key(0, "major"), Key(6, "minor")) - pitch) <= 7


def test_bars_end_together() -> None:
    assert count_between(8, 16, 0.5, 12.0, 4) == 12
    assert count_between(8, 16, 0.3, 12.0, 4) == 12
    assert count_between(7, 16, 0.5, 11.5, 4) == 12
    assert count_between(1, 1, 0.5, 1.0, 4) == 1
    assert laid_out(12, 8) == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7]
    assert laid_out(8, 12) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert laid_out(3, 1) == [0, 0, 0]
    assert laid_out(1, 5) == [4]
