"""Measuring partials: found in sounds whose partials are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.house.notes import RATE_HZ, Floats
from engine.models.house.timbre import stretched
from engine.training.timbre import LONG_FRAMES, fit, peaks

FRAMES = np.arange(LONG_FRAMES) / RATE_HZ


def sound_of(hz: np.ndarray, noise: float = 1e-4) -> Floats:
    random = np.random.default_rng(1)
    tones = sum(np.sin(2 * np.pi * each * FRAMES + each) / k for k, each in enumerate(hz, 1))
    return np.asarray(0.1 * tones + noise * random.standard_normal(LONG_FRAMES), np.float32)


@pytest.mark.parametrize("stiffness", [0.0, 5e-5, 4e-4])
@pytest.mark.parametrize("nominal_hz", [110.0, 440.0])
def test_stiffness_is_found_whatever_the_tuning(stiffness: float, nominal_hz: float) -> None:
    series = nominal_hz * 2 ** (7 / 1200) * stretched(18, stiffness)
    hz, size = peaks(sound_of(series), nominal_hz * 0.4)
    assert len(hz) >= 14
    found, tuning, share = fit(hz, size, nominal_hz)
    assert share > 0.9
    assert abs(tuning - 7) < 12
    assert stretched(18, found)[17] == pytest.approx(stretched(18, stiffness)[17], rel=0.012)


def test_modes_of_a_bar_are_no_series() -> None:
    modes = 440.0 * np.array([1.0, 2.756, 5.404, 8.933, 13.34])
    hz, size = peaks(sound_of(modes), 200.0)
    np.testing.assert_allclose(hz, modes, rtol=2e-3)
    assert fit(hz, size, 440.0)[2] < 0.9


def test_noise_has_no_peaks_worth_the_name() -> None:
    noise = np.random.default_rng(0).standard_normal(LONG_FRAMES).astype(np.float32)
    assert len(peaks(noise, 100.0)[0]) < 40
