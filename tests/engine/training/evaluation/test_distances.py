import numpy as np
import pytest

from engine.models.house.notes import RATE_HZ, Floats, log_mel
from engine.training.evaluation import distances


def tone(seconds: float = 1.0, pitch_hz: float = 440.0, level: float = 0.1) -> Floats:
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    partials = [np.sin(2 * np.pi * pitch_hz * k * time) / k for k in range(1, 8)]
    return (level * np.sum(partials, axis=0)).astype(np.float32)


def noise(level: float, frames: int = RATE_HZ) -> Floats:
    return level * np.random.default_rng(0).standard_normal(frames).astype(np.float32)


def stft_distance(found: Floats, truth: Floats) -> float:
    return distances.stft_distance(distances.spectra(found), distances.spectra(truth))


def test_a_sound_is_no_distance_from_itself() -> None:
    sound = tone()
    assert distances.mel_l1(log_mel(sound), log_mel(sound)) == 0.0
    assert stft_distance(sound, sound) == 0.0
    assert distances.loudness_error(sound, sound) == 0.0
    assert distances.movement_ratio(log_mel(sound), log_mel(sound)) == 1.0


def test_distances_grow_with_damage() -> None:
    sound = tone()
    damaged = [sound + noise(level) for level in (0.0003, 0.003, 0.03)]
    assert np.all(np.diff([distances.mel_l1(log_mel(x), log_mel(sound)) for x in damaged]) > 0.1)
    assert np.all(np.diff([stft_distance(x, sound) for x in damaged]) > 0.1)


def test_the_stft_distance_is_what_its_formula_says() -> None:
    """Half the level: convergence is 1/2, every log magnitude above the floor is ln 2 off."""
    sound = noise(0.1)
    assert stft_distance(0.5 * sound, sound) == pytest.approx(0.5 + np.log(2.0), abs=1e-3)


def test_what_nobody_hears_is_no_distance() -> None:
    sound = tone()
    assert stft_distance(sound + noise(1e-8), sound) < 0.01


def test_a_full_scale_sine_is_one() -> None:
    sine = np.sin(2 * np.pi * 1000.0 * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    for magnitudes in distances.spectra(sine):
        assert float(magnitudes[:, 20:-20].max()) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("level", [0.1, 0.001])
def test_loudness_is_in_decibels_even_of_quiet_sounds(level: float) -> None:
    sound = tone(level=level)
    assert distances.loudness_error(0.5 * sound, sound) == pytest.approx(-6.02, abs=0.05)


def test_loudness_follows_the_standard() -> None:
    """BS.1770-4: a 997 Hz sine at full scale in one channel reads -3.01 LUFS."""
    sine = np.sin(2 * np.pi * 997.0 * np.arange(5 * RATE_HZ) / RATE_HZ).astype(np.float32)
    assert distances.loudness(sine) == pytest.approx(-3.01, abs=0.05)


def test_silence_has_no_loudness_to_compare() -> None:
    assert distances.loudness_error(np.zeros(RATE_HZ, np.float32), tone()) is None
    assert distances.loudness_error(tone(), np.zeros(RATE_HZ, np.float32)) is None


def test_a_sound_shorter_than_the_meters_block_has_a_loudness() -> None:
    assert np.isfinite(distances.loudness(tone(seconds=0.1)))


def test_a_smoother_sound_moves_less() -> None:
    truth = log_mel(noise(0.1))
    smooth = np.stack([np.convolve(row, np.ones(5) / 5, "same") for row in truth.T], axis=1)
    ratio = distances.movement_ratio(smooth.astype(np.float32), truth)
    assert ratio is not None
    assert ratio < 0.5
    still = np.zeros_like(truth)
    assert distances.movement_ratio(truth, still) is None
