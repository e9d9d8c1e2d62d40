"""Between two sounds that have a beat both go on in it together, from their beginnings to ends."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.base import Audio
from engine.models.house.courses import Course, courses
from engine.models.house.notes import RATE_HZ
from tests.engine.composing.test_pulse import struck


def loop(tempo: float, beats: int, offset: float = 0.0, ringing: float = 0.0) -> Audio:
    period = 60.0 / tempo
    strokes = [offset + k * period for k in range(beats)]
    return struck(strokes, offset + beats * period + ringing)


def phases(course: Course, frames: int, tempo: float, offset: float) -> np.ndarray:
    """Where in a beat of its own a sound is, 0 to 1, all through what lies between."""
    moments = np.arange(0, frames, 480)
    return (course.at(moments) / RATE_HZ - offset) * tempo / 60.0 % 1.0


@pytest.mark.parametrize("mix", [0.02, 0.5, 0.8])
@pytest.mark.parametrize("other", [(100.0, 16, 0.25), (100.0, 32, 0.0), (240.0, 32, 0.0)])
def test_beats_fall_together(mix: float, other: tuple[float, int, float]) -> None:
    tempo, beats, offset = other
    sounds = loop(120.0, 16), loop(tempo, beats, offset, 0.3)
    (one, two), frames = courses(sounds, mix)
    tempo = 120.0 if tempo == 240.0 else tempo  # Two of its beats are one.
    mine, theirs = phases(one, frames, 120.0, 0.0), phases(two, frames, tempo, offset)
    apart = np.abs((mine - theirs + 0.5) % 1.0 - 0.5)
    inside = apart[len(apart) // 10 : -len(apart) // 10]
    assert np.quantile(inside, 0.95) < 0.05
    lengths = sorted(len(sound) / frames for sound in sounds)
    assert lengths[0] <= 1.15
    assert lengths[1] >= 0.85


def test_bars_are_left_out_and_come_again() -> None:
    sounds = loop(120.0, 32), loop(120.0, 16)
    (one, two), frames = courses(sounds, 0.5)
    assert frames == pytest.approx(12 * RATE_HZ, abs=0.1 * RATE_HZ)
    for course, sound in ((one, sounds[0]), (two, sounds[1])):
        assert course.at(np.array([0]))[0] == pytest.approx(0.0, abs=1_000)
        assert course.at(np.array([frames]))[0] == pytest.approx(len(sound), abs=10_000)
        inner = course.rates[1:-1]
        np.testing.assert_allclose(inner, 1.0, atol=0.05)


def test_sounds_without_a_beat_are_stretched_as_they_are() -> None:
    silent = np.zeros((3 * RATE_HZ, 2), np.float32)
    for other in (loop(120.0, 16), silent[: RATE_HZ // 2], silent[:1]):
        (one, two), frames = courses((silent, other), 0.25)
        assert frames == round(0.75 * len(silent) + 0.25 * len(other))
        middle = np.array([0, frames // 2, frames])
        np.testing.assert_allclose(one.at(middle), middle * len(silent) / frames, atol=1.0)
        np.testing.assert_allclose(two.at(middle), middle * len(other) / frames, atol=1.0)
