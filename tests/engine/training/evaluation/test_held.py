import numpy as np
import pytest

from engine.models.house.notes import RATE_HZ
from engine.training.evaluation import held
from engine.wire import Score


def held_down(score: Score, fall_decibels: float) -> np.ndarray:
    """Sound each note as a tone that falls by so much a second."""
    sound = np.zeros(round(score.duration_seconds * RATE_HZ), np.float32)
    for note in score.notes:
        span = slice(round(note.start_seconds * RATE_HZ), round(note.end_seconds * RATE_HZ))
        time = np.arange(span.stop - span.start) / RATE_HZ
        level = 0.1 * 10.0 ** (-fall_decibels * time / 20.0)
        sound[span] = level * np.sin(2 * np.pi * 330.0 * time)
    return sound


def test_every_program_holds_one_note_alone() -> None:
    programs = []
    for each in held.holdings():
        programs += [note.program for note in each.score.notes]
        ends = [note.end_seconds for note in each.score.notes]
        begins = [note.start_seconds for note in each.score.notes[1:]]
        assert all(begin > end for end, begin in zip(ends, begins, strict=False))
        assert each.score.duration_seconds > ends[-1]
    assert sorted(programs) == list(range(128))


def test_what_goes_on_too_loud_is_told_by_the_second() -> None:
    score = held.holdings()[0].score
    truth, ours = (held.levels(score, held_down(score, fall)) for fall in (6.0, 5.0))
    assert truth.shape == (4, held.SECONDS)
    np.testing.assert_allclose(np.diff(truth, axis=1), -6.0, atol=0.1)
    found = held.figures([(ours.tolist(), truth.tolist())])
    assert found["error_db_1"] == pytest.approx(0.4, abs=0.1)
    assert found["error_db_8"] == pytest.approx(7.4, abs=0.1)
    assert found["bias_db"] == pytest.approx(7.4, abs=0.1)


def test_what_is_not_heard_any_more_does_not_count() -> None:
    score = held.holdings()[0].score
    truth, ours = (held.levels(score, held_down(score, fall)) for fall in (20.0, 0.0))
    found = held.figures([(ours.tolist(), truth.tolist())])
    assert found["error_db_2"] == pytest.approx(27.6, abs=3.0)
    assert found["error_db_8"] is None
    assert found["bias_db"] is None
