import shutil
from pathlib import Path

import numpy as np
import pretty_midi
import pytest

from engine.models.house.notes import MELS, hop_count, log_mel
from engine.training import data, scores
from engine.wire import Bend, Control, Note, Score, StartFailed

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


def tune() -> Score:
    return Score(
        notes=(Note(0.25, 0.75, 69, 100, 80), Note(1.0, 1.2, 38, 90, 0, 9, True)),
        controls=(Control(0.0, 0, 7, 90),),
        bends=(Bend(0.1, 0, 1.0),),
        duration_seconds=2.0,
    )


def test_midi_says_what_the_score_says(tmp_path: Path) -> None:
    data.write_midi(tune(), tmp_path / "tune.mid")
    midi = pretty_midi.PrettyMIDI(str(tmp_path / "tune.mid"))
    melody, drums = midi.instruments
    assert (melody.program, melody.is_drum, drums.is_drum) == (80, False, True)
    assert melody.notes[0].start == pytest.approx(0.25, abs=1e-4)
    assert melody.notes[0].end == pytest.approx(0.75, abs=1e-4)
    assert (7, 90) in [(change.number, change.value) for change in melody.control_changes]
    assert melody.pitch_bends[0].pitch == 4096


def test_splits_hold_about_a_twentieth_each() -> None:
    splits = [data.split_of(f"piece-{seed:05}") for seed in range(2000)]
    assert 60 < splits.count("valid") < 140
    assert 60 < splits.count("test") < 140
    assert data.split_of("chart-001-0") == "train"


@pytest.mark.parametrize("content", [None, b"", b"RIFF", b"RIFF....WAVE...."])
def test_what_is_no_soundfont_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "none.sf2"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StartFailed, match=r"no soundfont at none\.sf2"):
        data.check_tools(path)


@needs_fluidsynth
def test_render_has_the_scores_length_and_starts_with_its_note() -> None:
    audio = data.render(tune())
    assert audio.shape == (96_000, 2)
    loud = np.flatnonzero(np.abs(audio).max(axis=1) > 1e-3)
    assert 0.25 * 48_000 <= loud[0] < 0.27 * 48_000


@needs_fluidsynth
def test_the_same_score_renders_the_same() -> None:
    np.testing.assert_array_equal(data.render(tune()), data.render(tune()))


@needs_fluidsynth
def test_kept_examples_are_read_back(tmp_path: Path) -> None:
    score = scores.scale(0, (60, 64), 0.2, 0.5)
    data.keep_render(tmp_path / "train" / "scale", score, data.SOUNDFONT)
    (example,) = data.read(tmp_path, "train")
    assert example.name == "scale"
    assert len(example.notes) == 2
    mel = log_mel(data.render(score).mean(axis=1))
    assert example.mel.shape == (hop_count(round(score.duration_seconds * 48_000)), MELS)
    np.testing.assert_allclose(example.mel, mel, atol=0.01)
