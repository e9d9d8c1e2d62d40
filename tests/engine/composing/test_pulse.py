"""Beats are heard where there are any, through drift and noise, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.composing.pulse import pulse

RATE_HZ = 48_000


def struck(seconds: list[float], length: float, noise: float = 0.0) -> NDArray[np.float32]:
    """Strokes of noise at some moments, every fourth of them harder."""
    sound = noise * np.random.default_rng(7).standard_normal(round(length * RATE_HZ))
    for number, at in enumerate(seconds):
        first = round(at * RATE_HZ)
        size = min(2_400, len(sound) - first)
        burst = np.random.default_rng(number).standard_normal(max(size, 0))
        burst *= np.exp(-np.arange(max(size, 0)) / 400.0)
        sound[first : first + size] += (0.3 if number % 4 == 0 else 0.15) * burst
    return np.stack((sound, sound), axis=1).astype(np.float32)


@pytest.mark.parametrize(("tempo", "offset", "noise"), [(120.0, 0.0, 0.0), (87.3, 0.41, 0.004)])
def test_even_beats_are_found_with_the_end_of_the_last(
    tempo: float, offset: float, noise: float
) -> None:
    period = 60.0 / tempo
    beats = [offset + k * period for k in range(16)]
    found = pulse(struck(beats, offset + 16 * period, noise), RATE_HZ)
    assert found is not None
    np.testing.assert_allclose(found.beats, [*beats, beats[-1] + period], atol=0.02)
    assert found.first == 0


def test_beats_are_followed_through_an_accelerando() -> None:
    beats = np.cumsum([0.3, *(0.6 * 0.992**k for k in range(30))]).tolist()
    found = pulse(struck(beats, beats[-1] + 0.1), RATE_HZ)
    assert found is not None
    np.testing.assert_allclose(found.beats[: len(beats)], beats, atol=0.02)


def test_a_bar_begins_where_it_is_struck_hardest() -> None:
    beats = [0.5 * k for k in range(18)]
    upbeat = struck(beats, 9.0)[24_000 * 3 :]  # Three of four beats are cut off.
    found = pulse(upbeat, RATE_HZ)
    assert found is not None
    assert found.beats[found.first] == pytest.approx(0.5, abs=0.02)


def test_where_there_is_no_beat_none_is_heard() -> None:
    random = np.random.default_rng(3)
    along = np.arange(8 * RATE_HZ) / RATE_HZ
    sounds = {
        "silence": np.zeros_like(along),
        "noise": 0.1 * random.standard_normal(len(along)),
        "tone": 0.3 * np.sin(2.0 * np.pi * 440.0 * along),
        "short": np.ones(RATE_HZ),
    }
    for sound in sounds.values():
        both = np.stack((sound, sound), axis=1).astype(np.float32)
        assert pulse(both, RATE_HZ) is None
    uneven = np.sort(random.uniform(0.0, 10.0, 22)).tolist()
    assert pulse(struck(uneven, 10.0), RATE_HZ) is None
