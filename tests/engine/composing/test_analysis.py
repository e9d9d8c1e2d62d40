"""What a score is made of is read off its notes."""

from __future__ import annotations

import pytest

from engine.composing.analysis import key_of_score
from engine.composing.compose import compose
from engine.composing.extend import extend
from engine.composing.theory import Key
from engine.wire import Note, Score

MODES = ("major", "minor", "dorian", "mixolydian", "lydian", "phrygian", "harmonic minor")


@pytest.mark.parametrize("mode", MODES)
def test_pieces_go_on_in_the_mode_that_they_have(mode: str) -> None:
    found = 0
    for seed, words in enumerate(("piano, c", "waltz, e flat", "rock, d", "folk, f", "ballad, a")):
        score = compose(f"{words} {mode}, 8 bars, 120 bpm", seed)
        key = Key((0, 3, 2, 5, 9)[seed], mode)
        if key_of_score(score, score.duration_seconds) != key:
            continue  # The same notes may be another key.
        found += 1
        end = score.duration_seconds
        new = [n for n in extend(score, end, 8.0, "", 1).notes if n.start_seconds > end - 0.1]
        allowed = {*key.seven, (key.tonic + 11) % 12}  # A cadence may lead in any mode.
        outside = [n for n in new if not n.is_drum and n.pitch % 12 not in allowed]
        assert len(outside) <= 0.1 * len(new)
    assert found >= 3


def test_thirds_of_both_kinds_leave_the_key_as_it_is_heard() -> None:
    """A blues has either, and a melody of drums none."""
    steps = (0, 3, 4, 5, 7, 10, 0, 4, 7)
    blues = Score(tuple(Note(k / 2, k / 2 + 0.5, 48 + step, 90) for k, step in enumerate(steps)))
    assert key_of_score(blues, 5.0).tonic == 0
    drums = Score((Note(0.0, 0.1, 36, 90, 0, 9, True),))
    assert key_of_score(drums, 1.0) == Key(0, "major")
