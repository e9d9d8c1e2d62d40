import sys
from pathlib import Path

import numpy as np
import pytest

from engine.training.evaluation import listener
from engine.training.evaluation.listener import Listener
from engine.wire import Control, Note, Score, StartFailed


def score(*notes: Note) -> Score:
    return Score(notes=notes, controls=(Control(0.0, 0, 64, 127),), duration_seconds=3.0)


def test_drums_are_left_out_and_pedals_hold() -> None:
    notes = (Note(0.5, 1.0, 60, 90, 0), Note(0.6, 0.7, 38, 90, 0, 9, True))
    ((onset, release, pitch),) = listener.pitched(score(*notes))
    assert (onset, pitch) == (0.5, 60)
    assert release > 1.5


def test_a_python_without_basic_pitch_is_a_refusal() -> None:
    sound = np.zeros(48_000, np.float32)
    with (
        Listener(Path(sys.executable)) as found,
        pytest.raises(StartFailed, match=r"basic-pitch could not be run .*basic_pitch"),
    ):
        found.f1(score(Note(0.5, 1.0, 60, 90, 0)), sound)


def test_no_python_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="basic-pitch cannot be run by nothing"):
        Listener(tmp_path / "nothing")


def test_a_score_without_pitched_notes_is_not_asked_about() -> None:
    with Listener(Path(sys.executable)) as found:
        assert found.f1(score(Note(0.6, 0.7, 38, 90, 0, 9, True)), np.zeros(9, np.float32)) is None
