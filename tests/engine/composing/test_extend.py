"""What goes on from a score stays itself: same players, key, metre and tempo, and its motifs."""

from __future__ import annotations

import functools

import pytest

from engine.composing.analysis import grid_at, key_of_score, parts_of, top_line
from engine.composing.brief import Brief, decide
from engine.composing.compose import compose
from engine.composing.extend import extend
from engine.composing.instruments import SPANS
from engine.composing.words import read
from engine.wire import Bend, Control, Metre, Note, OutOfRange, Score, Tempo

PROMPTS = (
    "slow sad waltz in d minor for piano and strings, 70 bpm, 8 bars",
    "rock in e minor, 8 bars",
    "jazz trio, 8 bars",
    "string quartet in 7/8, 8 bars",
    "solo piano in g major, 8 bars",
    "jig, 8 bars",
    "drums, 100 bpm, 8 bars",
    "techno, 8 bars",
)
each = pytest.mark.parametrize("prompt", PROMPTS)
MORE = 12.0


@functools.cache
def case(prompt: str, share: float = 1.0) -> tuple[Brief, Score, float, Score]:
    """A piece, the moment where it is broken off or has rung out, and how it goes on."""
    brief, score = decide(read(prompt), 4), compose(prompt, 4)
    join = share * score.duration_seconds + (0.7 if share == 1.0 else 0.0)
    return brief, score, join, extend(score, join, MORE, "", 9)


def added(score: Score, join: float) -> list[Note]:
    return [note for note in score.notes if note.start_seconds > join - 0.03]


@each
@pytest.mark.parametrize("share", [1.0, 0.53])
def test_it_is_the_same_up_to_the_join_and_music_after_it(prompt: str, share: float) -> None:
    brief, score, join, longer = case(prompt, share)
    kept = [note for note in score.notes if note.start_seconds <= join - 0.03]
    assert [note for note in longer.notes if note.start_seconds <= join - 0.03] == kept
    new = added(longer, join)
    assert {(n.program, n.channel) for n in new} == {(n.program, n.channel) for n in score.notes}
    assert longer.duration_seconds == pytest.approx(join + MORE)
    assert min(note.start_seconds for note in new) < join + 2.0 * brief.quarter_seconds + 0.1
    assert max(note.end_seconds for note in new) < join + MORE + brief.bar_seconds
    last: dict[tuple[int, int], float] = {}
    for note in new:
        key = (note.channel, note.pitch)
        assert last.get(key, 0.0) <= note.start_seconds < note.end_seconds
        last[key] = note.end_seconds
        if not note.is_drum:
            assert SPANS[note.program].low <= note.pitch <= SPANS[note.program].high


@each
def test_it_stays_in_its_key_metre_and_tempo(prompt: str) -> None:
    brief, _, join, longer = case(prompt)
    new = [note for note in added(longer, join) if not note.is_drum]
    inside = sum(note.pitch % 12 in brief.key.notes for note in new)
    assert inside >= 0.85 * len(new)  # A mode may be taken for its major or minor.
    assert (longer.metres[-1].numerator, longer.metres[-1].denominator) == (
        brief.bar.numerator,
        brief.bar.denominator,
    )
    assert longer.tempos[-1].quarters_per_minute == pytest.approx(brief.tempo)


@each
def test_notes_fall_on_the_beat_that_was(prompt: str) -> None:
    brief, _, join, longer = case(prompt)
    if brief.style.swing:
        return
    unit = brief.quarter_seconds / 12
    offsets = [
        abs(note.start_seconds / unit - round(note.start_seconds / unit)) * unit
        for note in added(longer, join)
    ]
    assert sum(offset < 0.02 for offset in offsets) > 0.8 * len(offsets)


def test_the_melody_takes_its_motifs_up_and_the_drums_their_pattern() -> None:
    _, score, join, longer = case("rock in e minor, 8 bars")
    grid = grid_at(score, join)
    old = {part.player.channel: part for part in parts_of(score, grid, join)}
    later = grid_at(longer, join + MORE)
    new = {part.player.channel: part for part in parts_of(longer, later, join + MORE)}

    def rhythms(bars: tuple[tuple, ...], melody: bool) -> set[tuple[int, ...]]:
        lines = [top_line(bar) if melody else bar for bar in bars if bar]
        return {tuple(sorted(round(4 * tone.at) for tone in line)) for line in lines}

    lead = next(c for c, part in old.items() if "lead" in part.player.roles)
    assert rhythms(old[lead].bars, True) & rhythms(new[lead].bars[-4:], True)
    assert rhythms(old[9].bars, False) & rhythms(new[9].bars[-4:], False)


def test_it_can_go_on_again_and_again() -> None:
    _, _, join, score = case("jazz trio, 8 bars")
    for turn in range(3):
        join += MORE
        score = extend(score, join, MORE, "", turn)
    assert added(score, join)
    assert {note.program for note in added(score, join)} == {0, 32}


def test_pedals_are_let_go_and_bends_straightened_at_the_join() -> None:
    notes = tuple(Note(t / 2, t / 2 + 0.4, 60 + t % 5, 80) for t in range(16))
    score = Score(
        notes=notes,
        controls=(Control(1.0, 0, 64, 127),),
        bends=(Bend(2.0, 0, 1.5),),
        tempos=(Tempo(0.0, 120.0),),
        metres=(Metre(0.0, 4, 4),),
        duration_seconds=8.0,
    )
    longer = extend(score, 8.0, 8.0, "", 1)
    assert Control(8.0, 0, 64, 0) in longer.controls
    assert Bend(8.0, 0, 0.0) in longer.bends


def test_words_change_what_goes_on() -> None:
    _, score, join, _ = case("rock in e minor, 8 bars")
    longer = extend(score, join, MORE, "no drums, flute and piano, 3/4, 90 bpm, in g major", 1)
    new = added(longer, join)
    assert {note.program for note in new} == {73, 0}
    assert not any(note.is_drum for note in new)
    assert longer.tempos[-1].quarters_per_minute == pytest.approx(90.0, rel=1e-4)
    assert longer.metres[-1].numerator == 3
    assert key_of_score(longer, join + MORE).tonic == 7
    with pytest.raises(OutOfRange, match="blorf"):
        extend(score, join, MORE, "blorf", 1)


@pytest.mark.parametrize(
    "score",
    [
        Score((Note(0.0, 0.2, 60, 90),), duration_seconds=0.2),
        Score((Note(0.0, 50.0, 127, 127, 127, 15),), duration_seconds=50.0),
        Score((Note(3.0, 4.0, 0, 1),), tempos=(Tempo(0.0, 1.0), Tempo(2.0, 9e5))),
        Score((Note(0.0, 1.0, 60, 90),), metres=(Metre(0.0, 1, 1), Metre(0.5, 255, 64))),
        Score(tuple(Note(0.0, 1.0, 30 + k, 90, k, k % 16) for k in range(90))),
    ],
)
@pytest.mark.parametrize("join", [0.01, 0.5, 3.3, 60.0])
def test_any_score_can_go_on(score: Score, join: float) -> None:
    longer = extend(score, join, 6.0, "", 1)
    assert added(longer, join)


@pytest.mark.parametrize("seed", range(6))
def test_the_key_is_found_from_the_notes(seed: int) -> None:
    for prompt in ("pop", "waltz", "folk", "classical"):
        brief, score = decide(read(prompt), seed), compose(prompt, seed)
        assert key_of_score(score, score.duration_seconds).tonic == brief.key.tonic


def test_the_beat_is_followed_through_changes_of_tempo_and_metre() -> None:
    score = Score(
        tempos=(Tempo(0.0, 120.0), Tempo(4.0, 60.0)),
        metres=(Metre(0.0, 4, 4), Metre(4.0, 3, 4)),
    )
    grid = grid_at(score, 8.5)
    assert (grid.tempo, grid.bar.numerator) == (60.0, 3)
    assert grid.bar_seconds == pytest.approx(7.0)
    assert grid_at(score, 3.9).bar_seconds == pytest.approx(2.0)


def test_another_metre_begins_on_a_beat_of_the_one_before() -> None:
    brief, _, join, _ = case("rock in e minor, 8 bars", 0.53)
    longer = extend(case("rock in e minor, 8 bars")[1], join, MORE, "3/4", 1)
    begins = longer.metres[-1].seconds / brief.quarter_seconds
    assert begins == pytest.approx(round(begins), abs=0.01)
    assert join <= longer.metres[-1].seconds < join + brief.quarter_seconds + 0.01
