"""What waves say of sounding notes: at the right moment, at the right height."""

import shutil

import numpy as np
import pytest

from engine.models.house.notes import (
    HOP,
    HOPS_PER_SECOND,
    MELS,
    Floats,
    NoteTable,
    log_mel,
    mel_edges_hz,
    table,
)
from engine.models.house.prior import mix
from engine.models.house.stage import heard_frames
from engine.models.house.templates import BODY_HOPS
from engine.models.house.wave_levels import bodies, played_frames, wave_levels
from engine.models.house.waves import Wave, Waves, levels
from engine.models.house.weights import load
from engine.training import data
from engine.training.scores import struck
from engine.wire import Bend, Note, Score

WAVES = Waves()
needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


def notes(*bends: Bend) -> NoteTable:
    return table(Score(notes=(Note(0.5, 3.0, 60, 100),), bends=bends, duration_seconds=4.0))


def wave(pitch: int, program: int) -> Wave:
    found = WAVES.of(pitch, program)
    assert found is not None
    return found


def test_a_note_plays_from_when_it_is_heard() -> None:
    columns, hops = notes(), np.array([40, 47, 100])
    played = played_frames(columns, np.zeros(3, np.int64), hops)
    np.testing.assert_allclose(played, hops * HOP - heard_frames(columns.onset_seconds)[0])


def test_a_note_that_is_bent_up_plays_faster_from_then_on() -> None:
    columns = notes(Bend(1.0, 0, 12.0))
    hops = np.array([60, 120, 220, 900])  # the last ones after the score
    straight = played_frames(notes(), np.zeros(4, np.int64), hops)
    bent = played_frames(columns, np.zeros(4, np.int64), hops)
    faster = np.maximum(hops - HOPS_PER_SECOND, 0.0) * HOP
    np.testing.assert_allclose(bent, straight + faster, atol=HOP)


def test_each_voice_is_told_of_its_own_wave() -> None:
    keys = np.array([0, 48]), np.array([60, 67])
    voice, played = np.array([1, 0, 1]), np.array([0.0, 5.0, 40.0]) * HOP
    found = wave_levels(WAVES, keys, voice, played, np.ones(3))
    for row, (own, frame) in enumerate(zip(voice.tolist(), played.tolist(), strict=True)):
        sounding = wave(int(keys[1][own]), int(keys[0][own]))
        np.testing.assert_array_equal(
            found[row], levels(sounding.power(frame)[None], sounding.floor(frame))[0]
        )


def test_a_bent_voice_is_higher() -> None:
    voice, played = np.zeros(1, np.int64), np.array([20.0 * HOP])
    keys = np.array([73]), np.array([84])

    def centre(found: Floats) -> float:
        power = np.exp(2.0 * found[0])
        return float((power * np.log2(mel_edges_hz()[1:-1] + 1.0)).sum() / power.sum())

    straight, bent = (
        centre(wave_levels(WAVES, keys, voice, played, np.array([ratio])))
        for ratio in (1.0, 2.0 ** (7.0 / 12.0))
    )
    assert bent - straight == pytest.approx(7.0 / 12.0, abs=0.2)


def test_a_key_that_is_not_heard_is_level() -> None:
    assert WAVES.of(60, 43) is None
    found = wave_levels(
        WAVES, (np.array([43]), np.array([60])), np.zeros(2, np.int64), np.zeros(2), np.ones(2)
    )
    assert found.shape == (2, MELS)
    assert not found.any()


def test_nothing_is_told_of_what_was_left_out() -> None:
    sounding = wave(60, 0)
    quietest = float(levels(np.zeros((1, MELS), np.float32), sounding.floor(0.0))[0, 0])
    found = bodies(WAVES, np.array([0]), np.array([60]))
    assert found.min() >= quietest
    assert found.max() > quietest + 4.0
    assert BODY_HOPS > 0


@needs_fluidsynth
@pytest.mark.parametrize(
    ("program", "key", "velocity"),
    [(48, 62, 70), (3, 55, 110), (21, 66, 45), (50, 71, 90), (89, 56, 127), (61, 58, 80)],
)
def test_a_note_moves_as_its_sample_does(program: int, key: int, velocity: int) -> None:
    """The prior's moves from hop to hop are the render's own, not only as large."""
    score = struck(program, [key], velocity, 0.1, 2.4, 2.0)
    render = log_mel(data.render(score, data.SOUNDFONT).mean(axis=1))[30:180]
    prior = mix(load()[0], WAVES, table(score), 30, len(render)).numpy()
    is_loud = render > render.max(axis=1, keepdims=True) - 2.0
    theirs, ours = (np.diff(mel, axis=0)[is_loud[1:]] for mel in (render, prior))
    assert np.corrcoef(theirs, ours)[0, 1] > 0.7
