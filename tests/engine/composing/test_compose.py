"""What is composed is music: in its key, in range, whole bars, coming to rest where it ends."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from bridge.midi.file import read_score
from bridge.midi.write import write_score
from engine.composing.brief import Brief, decide
from engine.composing.compose import compose
from engine.composing.instruments import EFFECTS, NAMES, SPANS
from engine.composing.styles import STYLES
from engine.composing.words import read
from engine.wire import Note, OutOfRange, Score

PROMPTS = (
    "",
    "slow sad waltz in d minor for piano and strings, 70 bpm, sparse, 16 bars",
    "string quartet in 7/8, busy",
    "violin and cello",
    "flute",
    "drums",
    "big band, 8 bars",
    "12/8 organ, very loud",
    "steel drums and taiko in e dorian",
    "minor pentatonic koto and shakuhachi",
    "harpsichord, 1 bar",
    "accordion in 13/8, 5 bars",
    *{style: name for name, style in STYLES.items()}.values(),
)
each_prompt = pytest.mark.parametrize("prompt", PROMPTS)
SEEDS = (1, 2)


@functools.cache
def made(prompt: str, seed: int, seconds: float = 0.0) -> tuple[Brief, Score]:
    return decide(read(prompt), seed, seconds), compose(prompt, seed, seconds)


def melodic(score: Score) -> list[Note]:
    return [note for note in score.notes if not note.is_drum]


@each_prompt
def test_every_note_is_in_key_and_in_its_instruments_range(prompt: str) -> None:
    for seed in SEEDS:
        brief, score = made(prompt, seed)
        for note in melodic(score):
            assert note.pitch % 12 in brief.key.notes
            assert SPANS[note.program].low <= note.pitch <= SPANS[note.program].high
        assert all(35 <= note.pitch <= 81 for note in score.notes if note.is_drum)
        assert all(1 <= note.velocity <= 127 for note in score.notes)


@each_prompt
def test_every_bar_is_filled_and_everybody_plays(prompt: str) -> None:
    for seed in SEEDS:
        brief, score = made(prompt, seed)
        bars = {int(note.start_seconds / brief.bar_seconds + 0.02) for note in score.notes}
        assert bars == set(range(brief.bars))
        playing = {(note.program, note.channel, note.is_drum) for note in score.notes}
        assert playing == {(p.program, p.channel, p.is_drum) for p in brief.players}


@each_prompt
def test_no_note_hangs_or_lasts_into_the_next_of_its_key(prompt: str) -> None:
    for seed in SEEDS:
        brief, score = made(prompt, seed)
        end = brief.bars * brief.bar_seconds
        last: dict[tuple[int, int], float] = {}
        for note in score.notes:
            key = (note.channel, note.pitch)
            assert last.get(key, 0.0) <= note.start_seconds < note.end_seconds < end + 0.5
            last[key] = note.end_seconds


@each_prompt
def test_it_ends_on_the_tonic(prompt: str) -> None:
    for seed in SEEDS:
        brief, score = made(prompt, seed)
        # A one-bar piece has its cadence within the bar.
        end = brief.bars * brief.bar_seconds - 0.1
        ringing = [n for n in melodic(score) if n.end_seconds > end - 0.3 * brief.bar_seconds]
        ringing = [note for note in ringing if note.program not in EFFECTS]
        if [player for player in brief.players if not player.is_drum]:
            tonic = set(brief.key.chord(0, sevenths=True).tones)
            assert {note.pitch % 12 for note in ringing} <= tonic
            assert brief.key.tonic in {note.pitch % 12 for note in ringing}


@pytest.mark.parametrize("prompt", PROMPTS[:12])
def test_the_file_that_a_take_keeps_holds_the_same_music(prompt: str) -> None:
    _, score = made(prompt, 1)
    again = read_score(write_score(score)).score

    def rows(notes: tuple[Note, ...]) -> list[tuple[float, ...]]:
        found = [
            (round(n.start_seconds, 6), round(n.end_seconds, 6), n.channel, n.pitch, n.velocity)
            for n in notes
        ]
        return sorted(found)

    np.testing.assert_allclose(rows(again.notes), rows(score.notes), atol=2e-6)
    assert {(n.program, n.channel) for n in again.notes} == {
        (n.program, n.channel) for n in score.notes
    }
    assert again.tempos[0].quarters_per_minute == pytest.approx(score.tempos[0].quarters_per_minute)
    assert again.metres == score.metres


def test_the_same_seed_gives_the_same_score_and_another_seed_another() -> None:
    assert compose("jazz trio", 5) == compose("jazz trio", 5)
    assert compose("jazz trio", 5) != compose("jazz trio", 6)
    assert len({compose("", seed).metres + compose("", seed).tempos for seed in range(8)}) > 4


@pytest.mark.parametrize(
    ("prompt", "quarters_per_minute", "metre"),
    [
        ("72 bpm waltz", 72.0, (3, 4)),
        ("100 bpm in 6/8", 150.0, (6, 8)),
        ("90 bpm 2/2", 180.0, (2, 2)),
        ("133.7 bpm techno", 133.7, (4, 4)),
    ],
)
def test_tempo_and_metre_are_as_asked(
    prompt: str, quarters_per_minute: float, metre: tuple[int, int]
) -> None:
    score = compose(prompt, 1)
    assert score.tempos[0].quarters_per_minute == pytest.approx(quarters_per_minute, rel=1e-4)
    assert (score.metres[0].numerator, score.metres[0].denominator) == metre


@pytest.mark.parametrize("bars", [1, 2, 3, 5, 7, 8, 13, 16, 40])
def test_it_is_as_long_as_asked(bars: int) -> None:
    brief, score = made(f"{bars} bars of folk, 120 bpm", 3)
    assert brief.bars == bars
    assert score.duration_seconds == pytest.approx(bars * brief.bar_seconds, abs=0.5)


@pytest.mark.parametrize("seconds", [6.0, 8.0, 30.0, 61.0])
@pytest.mark.parametrize("prompt", ["waltz", "fast techno", "adagio for strings"])
def test_it_fits_into_seconds(prompt: str, seconds: float) -> None:
    _, score = made(prompt, 2, seconds)
    assert 0.6 * seconds < score.duration_seconds <= seconds


@pytest.mark.parametrize("program", range(128))
def test_each_instrument_plays_alone(program: int) -> None:
    _, score = made(f"{NAMES[program]}, 4 bars", program)
    assert {note.program for note in score.notes} == {program}
    assert len(score.notes) >= 1


def test_density_and_dynamics_are_heard() -> None:
    few, many = (
        len(compose(f"{word} piano ballad, 90 bpm", 4).notes) for word in ("sparse", "busy")
    )
    assert many > 1.5 * few

    def loudness(word: str) -> float:
        notes = compose(f"{word} piano ballad", 4).notes
        return sum(note.velocity for note in notes) / len(notes)

    assert loudness("pianissimo") + 15 < loudness("mezzo forte") < loudness("fortissimo") - 15


def test_phrases_return() -> None:
    """A letter of the form is heard again: the melody's first bars are the same notes."""
    brief, score = made("folk song for flute, 16 bars, 4/4, 120 bpm", 8)
    bars: dict[int, list[tuple[float, int]]] = {}
    for note in score.notes:
        bar, since = divmod(note.start_seconds + 0.03, brief.bar_seconds)
        bars.setdefault(int(bar), []).append((round(since / brief.quarter_seconds * 2), note.pitch))
    assert bars[0] == bars[4] == bars[12]
    assert bars[0] != bars[8]
    assert len({tuple(bar) for bar in bars.values()}) >= 6


@pytest.mark.parametrize(
    ("prompt", "seconds", "bars"),
    [("piano, 8 bars", 20.0, 8), ("piano, 8 bars, 20 seconds", 0.0, 8), ("6/8, 4 bars", 6.0, 4)],
)
def test_bars_and_seconds_together_settle_the_tempo(prompt: str, seconds: float, bars: int) -> None:
    brief, score = made(prompt, 3, seconds)
    lasting = seconds or 20.0
    assert brief.bars == bars
    assert 0.7 * lasting < bars * brief.bar_seconds <= lasting
    assert score.duration_seconds <= lasting


@pytest.mark.parametrize("prompt", ["piano, 16 bars, 120 bpm", "piano, 200 bars"])
def test_bars_that_do_not_fit_into_seconds_are_refused(prompt: str) -> None:
    with pytest.raises(OutOfRange, match=r"bars of 4/4.*10 seconds"):
        compose(f"{prompt}, 4/4", 1, 10.0)
    assert compose("piano, 4 bars, 120 bpm, 4/4", 1, 10.0).duration_seconds <= 10.0
