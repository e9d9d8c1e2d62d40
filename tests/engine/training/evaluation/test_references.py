import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.models.house.notes import RATE_HZ, log_mel
from engine.training import data, scores
from engine.training.evaluation import references
from engine.training.evaluation.performer import Performer
from engine.training.evaluation.references import References

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


def test_griffin_lim_has_about_the_mel_that_it_was_given() -> None:
    time = np.arange(RATE_HZ) / RATE_HZ
    sound = (0.1 * np.sin(2 * np.pi * 440.0 * time)).astype(np.float32)
    mel = log_mel(sound)
    found = references.griffin_lim(mel, len(sound))
    assert (found.shape, found.dtype) == (sound.shape, np.float32)
    loud = mel > mel.max() - 3.0
    assert np.abs(log_mel(found) - mel)[loud].mean() < 0.2


@needs_fluidsynth
def test_renders_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    score = scores.scale(0, (60, 64), 0.2, 0.5)
    kept = References(tmp_path, data.SOUNDFONT)
    sound, rough = kept.sound(score), kept.griffin_lim(score)
    assert kept.is_audible(score)
    assert sound.shape == rough.shape == (round(score.duration_seconds * RATE_HZ),)
    monkeypatch.setattr(references, "render", pytest.fail)
    monkeypatch.setattr(references, "griffin_lim", pytest.fail)
    again = References(tmp_path, data.SOUNDFONT)
    np.testing.assert_array_equal(again.sound(score), sound)
    np.testing.assert_array_equal(again.griffin_lim(score), rough)


@needs_fluidsynth
def test_a_key_beyond_the_samples_is_not_audible(tmp_path: Path) -> None:
    kept = References(tmp_path, data.SOUNDFONT)
    slap_bass = [scores.scale(37, (pitch,), 0.2, 0.5) for pitch in (40, 96)]
    assert [kept.is_audible(score) for score in slap_bass] == [True, False]


@needs_fluidsynth
def test_the_true_mel_makes_the_synthesis_better(tmp_path: Path) -> None:
    score = scores.scale(61, (60, 64), 0.6, 1.0)
    truth = References(tmp_path, data.SOUNDFONT).sound(score)
    mel, performer = log_mel(truth), Performer()
    copied = performer.copy(score, mel, len(truth))
    draft = performer.perform(score, 0, len(truth))
    errors = [np.abs(log_mel(sound) - mel).mean() for sound in (copied, draft.sound)]
    assert errors[0] < 0.9 * errors[1]
    assert len(copied) == len(draft.sound) == len(truth)
    assert draft.joins[0] == 32 * 512
    assert all(0 < join < len(truth) for join in draft.joins)
