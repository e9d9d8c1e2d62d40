import itertools

import pytest

from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, KITS
from engine.training import scores
from engine.wire import Score


def check(score: Score) -> None:
    assert score.notes
    starts = [note.start_seconds for note in score.notes]
    assert starts == sorted(starts)
    for note in score.notes:
        assert 0.0 <= note.start_seconds < note.end_seconds < score.duration_seconds
        assert 0 <= note.pitch <= 127
        assert 1 <= note.velocity <= 127
        assert note.is_drum == (note.channel == scores.DRUM_CHANNEL)
    by_key = sorted(score.notes, key=lambda note: (note.channel, note.pitch, note.start_seconds))
    for note, following in itertools.pairwise(by_key):
        if (note.channel, note.pitch) == (following.channel, following.pitch):
            assert note.end_seconds <= following.start_seconds


@pytest.mark.parametrize("seed", range(30))
def test_pieces_are_playable_and_repeatable(seed: int) -> None:
    check(scores.piece(seed))
    assert scores.piece(seed) == scores.piece(seed)


def test_pieces_differ() -> None:
    assert scores.piece(1) != scores.piece(2)


def test_pieces_cover_what_music_has() -> None:
    found = [scores.piece(seed) for seed in range(120)]
    programs = {note.program for piece in found for note in piece.notes if not note.is_drum}
    assert len(programs) > 100
    assert {control.number for piece in found for control in piece.controls} == {7, 11, 64}
    assert any(piece.bends for piece in found)
    kits = {note.program for piece in found for note in piece.notes if note.is_drum}
    assert kits == set(KITS)


@pytest.mark.parametrize("instrument", [0, 60, 127, FIRST_KIT, INSTRUMENTS - 1])
def test_a_chart_plays_every_key_of_one_instrument(instrument: int) -> None:
    chart = scores.chart(0, instrument)
    check(chart)
    drums = instrument >= FIRST_KIT
    keys = range(27, 88) if drums else range(scores.LOWEST, scores.HIGHEST + 1)
    assert {note.pitch for note in chart.notes} == set(keys)
    expected = KITS[instrument - FIRST_KIT] if drums else instrument
    assert {note.program for note in chart.notes} == {expected}


def test_solo_uses_the_given_programs_alone() -> None:
    score = scores.solo(3, (40, 41))
    check(score)
    assert {note.program for note in score.notes} <= {40, 41}


def test_orchestrate_keeps_the_written_order() -> None:
    parts = [[(0.0, 1.0, 60), (1.0, 1.0, 62)], [(0.0, 2.0, 48)]]
    score = scores.orchestrate(5, parts)
    check(score)
    assert len(score.notes) == 3
    assert score == scores.orchestrate(5, parts)
    first, second = (note for note in score.notes if note.channel == 0)
    assert second.pitch - first.pitch == 2
