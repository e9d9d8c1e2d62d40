"""The bundled piece is what its script composes, and shows what Legato can do."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from bridge.midi.file import read_score
from bridge.midi.write import write_score
from engine.wire import Score

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def demo() -> Score:
    result = read_score((ROOT / "bridge" / "data" / "demo.mid").read_bytes())
    assert result.warnings == ()
    return result.score


def test_it_is_long_and_many_instruments_play(demo: Score) -> None:
    assert demo.title == "First Light"
    assert demo.duration_seconds > 35
    assert len({note.program for note in demo.notes if not note.is_drum}) >= 5
    assert any(note.is_drum for note in demo.notes)


def test_it_uses_pedal_pan_expression_and_bend(demo: Score) -> None:
    numbers = {control.number for control in demo.controls}
    assert {1, 7, 10, 11, 64} <= numbers
    assert demo.bends
    assert len(demo.tempos) > 3
    velocities = [note.velocity for note in demo.notes]
    assert max(velocities) - min(velocities) > 50


def test_the_script_composes_it(demo: Score) -> None:
    composed = runpy.run_path(str(ROOT / "docs" / "demo_piece.py"))["compose"]()
    assert len(demo.notes) == len(composed.notes)
    assert read_score(write_score(composed)).score == demo
