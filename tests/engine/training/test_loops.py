"""Where sounds go round is found as a sampler makes them go round."""

import numpy as np
import pytest

from engine.models.house.notes import RATE_HZ, Floats
from engine.training import loops

SECONDS = 7


def humming(period: float, partials: int, seed: int = 0) -> Floats:
    """A sound of many partials that repeats itself after a period of frames."""
    random, frames = np.random.default_rng(seed), np.arange(SECONDS * RATE_HZ)
    found = np.zeros(len(frames))
    for partial in range(1, partials + 1):
        phase = random.uniform(0, 2 * np.pi)
        found += random.uniform(0.2, 1) * np.cos(2 * np.pi * partial / period * frames + phase)
    return np.asarray(0.01 * found, np.float32)


def attacked(sound: Floats, frames: int) -> Floats:
    """Another sound for so many frames, and then this one."""
    noise = np.random.default_rng(7).standard_normal(frames)
    return np.concatenate((0.02 * noise, sound[frames:]), dtype=np.float32)


@pytest.mark.parametrize("period", [163.768, 2_073.47, 11_041.93, 97_555.3])
@pytest.mark.parametrize("fall", [0.0, 0.7])
def test_a_round_is_found_between_frames_with_where_it_begins(period: float, fall: float) -> None:
    falling = np.exp(-fall * np.arange(SECONDS * RATE_HZ) / RATE_HZ)
    sound = attacked(humming(period, 30), 30_000) * falling.astype(np.float32)
    found = loops.find(sound)
    assert found is not None
    turns = max(1, round(found.frames / period))
    assert turns == 1 or turns * period < 4_000
    assert found.frames == pytest.approx(turns * period, abs=0.02 + 0.25 * fall)
    assert 29_000 < found.start < 33_000
    assert found.fall == pytest.approx(fall * found.frames / RATE_HZ, rel=0.05, abs=1e-3)
    assert found.likeness > 0.999


def test_where_a_filter_closes_slowly_less_likeness_must_do() -> None:
    """From a second on its rounds differ by a twelfth, at 0.5 s more than that; it settles late."""
    frames = np.arange(SECONDS * RATE_HZ)
    steady, closing = humming(1_200.5, 8), humming(1_200.5, 3, 1)
    left = np.clip(1.0 - frames / (5.5 * RATE_HZ), 0.0, 1.0).astype(np.float32)
    found = loops.find(steady + closing * left)
    assert found is not None
    assert found.frames == pytest.approx(1_200.5, abs=0.02)
    assert found.start < loops.LATE_FRAMES


def test_two_that_sound_together_go_round_when_both_do() -> None:
    found = loops.find(humming(150.0, 20) + humming(1_600.0, 9, 1))
    assert found is not None
    assert found.frames == pytest.approx(4_800.0, abs=0.05)


def test_a_string_that_rings_goes_round_only_where_its_sample_does() -> None:
    """Each period is like the next one, but partials die away one after the other."""
    frames, period, begins = np.arange(SECONDS * RATE_HZ), 240.7, 2 * RATE_HZ
    rung = np.minimum(frames, begins)
    sound = np.zeros(len(frames))
    for partial in range(1, 12):
        level = np.exp(-rung / RATE_HZ * (0.3 + 0.25 * partial))
        sound += level * np.sin(2 * np.pi * partial / period * frames)
    found = loops.find(np.asarray(0.02 * sound, np.float32))
    assert found is not None
    assert found.frames == pytest.approx(period, abs=1e-3)
    assert found.start > begins - RATE_HZ


def test_what_does_not_repeat_resembles_itself_little() -> None:
    noise = np.random.default_rng(0).standard_normal(SECONDS * RATE_HZ).astype(np.float32)
    found = loops.find(np.convolve(noise, np.hanning(64), "same").astype(np.float32))
    assert found is None or found.likeness < 0.9


def test_what_is_over_at_once_has_no_round() -> None:
    sound = humming(200.0, 5)
    sound[5_000:] = 0.0
    assert loops.find(sound) is None


def test_how_fast_a_sound_falls_on_the_whole() -> None:
    noise = np.random.default_rng(0).standard_normal(SECONDS * RATE_HZ)
    falling = np.exp(-1.5 * np.arange(len(noise)) / RATE_HZ)
    sound = (0.1 * noise * falling).astype(np.float32)
    assert loops.falling(sound, RATE_HZ) * RATE_HZ == pytest.approx(1.5, rel=0.02)
    assert loops.falling(sound[::-1].copy(), RATE_HZ) == 0.0


def test_what_another_sound_does_not_tell_is_its_part_of_the_power() -> None:
    """Level says nothing, likeness does, and what is soft does not count."""
    one, other = humming(163.768, 30), humming(163.768, 30, seed=1)
    assert loops.lost(one, 0.3 * one) == pytest.approx(0.0, abs=1e-6)
    assert loops.lost(one, -one) == pytest.approx(1.0)
    noise = np.random.default_rng(3).standard_normal(len(one)).astype(np.float32)
    beside = noise * float(np.linalg.norm(one) / np.linalg.norm(noise))
    assert loops.lost(one, one + beside) == pytest.approx(0.5, abs=0.02)
    faded = np.where(np.arange(len(one)) < RATE_HZ, one, 1e-3 * one)
    assert loops.lost(faded, np.where(np.arange(len(one)) < RATE_HZ, one, other)) < 1e-6
    assert loops.lost(one[:100], one[:100]) == 0.0
