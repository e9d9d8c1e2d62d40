import numpy as np
import pytest
import torch

from engine.models.house.notes import RATE_HZ
from engine.models.house.patching import patch
from engine.models.house.twins import twin_of
from engine.models.house.vocoder import Vocoder


@pytest.fixture(scope="module")
def vocoder() -> Vocoder:
    torch.set_num_threads(1)
    return Vocoder.load()


def chord(seconds: float = 0.8) -> np.ndarray:
    """A held chord, left louder than right, `[frames, 2] float32`."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    mono = sum(0.1 * np.sin(2 * np.pi * hz * time) for hz in (220.0, 330.5, 554.4, 1109.0))
    return np.stack((mono, 0.5 * mono), axis=1).astype(np.float32)


def level(sound: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(sound, dtype=np.float64).mean(axis=0))


def test_outside_the_span_every_sample_is_the_sources(vocoder: Vocoder) -> None:
    source = chord()
    source[15_000:19_000] = 7.0
    patched = patch(source, 15_000, 19_000, vocoder)
    assert patched.dtype == np.float32
    np.testing.assert_array_equal(patched[:15_000], source[:15_000])
    np.testing.assert_array_equal(patched[19_000:], source[19_000:])
    assert np.abs(patched).max() < 1.0


def test_a_held_chord_is_held_through_the_hole(vocoder: Vocoder) -> None:
    source = chord()
    patched = patch(source, 15_000, 19_000, vocoder)
    hole = slice(15_000, 19_000)
    ratio = level(patched[hole]) / level(source[hole])
    assert (np.abs(20.0 * np.log10(ratio)) < 3.0).all(), ratio
    error = level(patched[hole] - source[hole]) / level(source[hole])
    assert (error < 0.7).all(), error


def test_no_click_at_either_side(vocoder: Vocoder) -> None:
    source = chord()
    patched = patch(source, 15_000, 19_000, vocoder)
    steps = np.abs(np.diff(source, axis=0)).max(axis=0)
    for edge in (15_000, 19_000):
        around = np.abs(np.diff(patched[edge - 200 : edge + 200], axis=0)).max(axis=0)
        assert (around < 1.5 * steps).all()


def test_silence_is_patched_with_silence(vocoder: Vocoder) -> None:
    source = np.zeros((20_000, 2), np.float32)
    assert not patch(source, 8_000, 12_000, vocoder).any()


@pytest.mark.parametrize("span", [(0, 3_000), (17_000, 20_000), (0, 20_000), (400, 401)])
def test_a_span_at_an_end_is_patched_too(vocoder: Vocoder, span: tuple[int, int]) -> None:
    source = chord()[:20_000]
    patched = patch(source, *span, vocoder)
    assert np.isfinite(patched).all()
    assert np.abs(patched).max() < 1.0
    np.testing.assert_array_equal(patched[: span[0]], source[: span[0]])
    np.testing.assert_array_equal(patched[span[1] :], source[span[1] :])


def test_equal_sides_stay_equal_and_an_empty_span_changes_nothing(vocoder: Vocoder) -> None:
    source = np.repeat(chord()[:20_000, :1], 2, axis=1)
    patched = patch(source, 9_000, 10_000, vocoder, seed=3)
    np.testing.assert_array_equal(patched[:, 0], patched[:, 1])
    np.testing.assert_array_equal(patch(source, 9_000, 9_000, vocoder), source)


def loop(seconds: float = 6.0) -> np.ndarray:
    """Four notes a second, again every second, each dying away, `[frames, 2] float32`."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    hz = np.array([220.0, 277.2, 329.6, 440.0])[(4 * time).astype(int) % 4]
    mono = 0.3 * np.sin(2 * np.pi * hz * (time % 0.25)) * np.exp(-6.0 * (time % 0.25))
    return np.stack((mono, 0.5 * mono), axis=1).astype(np.float32)


def test_a_long_hole_is_filled_with_what_its_sides_have_between_them_elsewhere(
    vocoder: Vocoder,
) -> None:
    source = loop()
    hole = slice(130_000, 160_000)
    broken = source.copy()
    broken[hole] = 0.0
    patched = patch(broken, hole.start, hole.stop, vocoder)
    np.testing.assert_array_equal(patched[: hole.start], source[: hole.start])
    np.testing.assert_array_equal(patched[hole.stop :], source[hole.stop :])
    inner = slice(hole.start + 2_400, hole.stop - 2_400)
    np.testing.assert_allclose(patched[inner], source[inner], atol=0.01)
    ratio = level(patched[hole]) / level(source[hole])
    assert (np.abs(20.0 * np.log10(ratio)) < 1.0).all(), ratio
    for edge in (hole.start, hole.stop):
        around = np.abs(np.diff(patched[edge - 200 : edge + 200], axis=0)).max()
        assert around < 1.5 * np.abs(np.diff(source, axis=0)).max()


def test_what_is_found_elsewhere_is_as_loud_as_what_is_here() -> None:
    source = loop()
    source[: 3 * RATE_HZ] *= 0.6
    twin = twin_of(source, 170_000, 200_000)
    assert twin is not None
    assert level(twin) == pytest.approx(level(source[170_000:200_000]), rel=0.15)


def test_nothing_is_taken_from_elsewhere_that_is_unlike_or_not_there() -> None:
    random = np.random.default_rng(1)
    noise = random.normal(0.0, 0.1, (4 * RATE_HZ, 2)).astype(np.float32)
    noise *= np.linspace(0.0, 1.0, len(noise), dtype=np.float32)[:, None] ** 4
    rising = np.cumsum(np.linspace(100.0, 6_000.0, len(noise))) / RATE_HZ
    noise[:, :] += np.sin(2 * np.pi * rising, dtype=np.float64)[:, None].astype(np.float32)
    assert twin_of(noise, 60_000, 90_000) is None
    assert twin_of(loop(1.0), 20_000, 30_000) is None
    assert twin_of(loop(), 3_000, 30_000) is None
