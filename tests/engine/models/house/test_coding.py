import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.house import coding
from engine.models.house.notes import RATE_HZ, Floats


def decaying(frames: int = RATE_HZ) -> Floats:
    """A struck bar and the noise of the stroke, `[frames] float32`."""
    seconds = np.arange(frames) / RATE_HZ
    bar = sum(np.cos(2 * np.pi * hz * seconds) * np.exp(-seconds * hz / 200) for hz in (440, 1213))
    hiss = np.random.default_rng(0).normal(0, 0.2, frames) * np.exp(-seconds * 60)
    return np.asarray(0.1 * (bar + hiss), np.float32)


def decibels(sound: Floats, error: Floats) -> float:
    return float(10 * np.log10(np.square(sound).sum() / np.square(error).sum()))


@settings(deadline=None)
@given(st.sampled_from(coding.SIZES), st.integers(1, 9000))
def test_the_transform_loses_nothing(size: int, frames: int) -> None:
    sound = np.random.default_rng(frames).standard_normal(frames).astype(np.float32)
    values = coding.transformed(sound, size)
    assert np.square(values).sum() <= np.square(sound).sum() * (1 + 1e-6)
    np.testing.assert_allclose(coding.restored(values.astype(np.float32), frames), sound, atol=1e-5)


@pytest.mark.parametrize("size", coding.SIZES)
@pytest.mark.parametrize("frames", [1, 5_000, 16_384, RATE_HZ, 2 * RATE_HZ])
def test_the_beginning_alone_is_that_of_the_whole(size: int, frames: int) -> None:
    coded = coding.encode(decaying(), size, 0.3)
    np.testing.assert_array_equal(coding.decode(coded, frames), coding.decode(coded)[:frames])


@pytest.mark.parametrize("size", coding.SIZES)
def test_finer_steps_are_nearer_and_larger(size: int) -> None:
    sound = decaying()
    coded = [coding.encode(sound, size, step) for step in (1.0, 0.4, 0.1)]
    near = [decibels(sound, sound - coding.decode(each)) for each in coded]
    assert near[0] < near[1] < near[2]
    assert near[1] > 12.0
    assert len(coded[0].packed) < len(coded[1].packed) < len(coded[2].packed)
    assert len(coded[1].packed) * 8 < 2.5 * len(sound)


@pytest.mark.parametrize(("decibels_under", "is_kept"), [(40.0, True), (75.0, False)])
def test_what_lies_far_under_the_loudest_is_left_out(decibels_under: float, is_kept: bool) -> None:
    swell, seconds = np.hanning(RATE_HZ), np.arange(RATE_HZ) / RATE_HZ
    loud, quiet = (swell * np.sin(2 * np.pi * hz * seconds) for hz in (200.0, 9000.0))
    quiet *= 10.0 ** (-decibels_under / 20.0)
    found = coding.decode(coding.encode((loud + quiet).astype(np.float32), 2048, 0.1))
    heard = 2.0 * abs(np.vdot(np.exp(2j * np.pi * 9000.0 * seconds), found)) / RATE_HZ
    of_quiet = heard / (0.5 * 10.0 ** (-decibels_under / 20.0))
    assert of_quiet == pytest.approx(1.0 if is_kept else 0.0, abs=0.2)


@pytest.mark.parametrize(("decibels_under", "is_heard"), [(60.0, True), (85.0, False)])
def test_what_is_hardly_loud_is_noise_as_loud(decibels_under: float, is_heard: bool) -> None:
    random, seconds = np.random.default_rng(0), np.arange(RATE_HZ) / RATE_HZ
    loud = np.hanning(RATE_HZ) * np.sin(2 * np.pi * 200.0 * seconds)
    quiet = random.standard_normal(RATE_HZ) * 10.0 ** (-decibels_under / 20.0)
    coded = coding.encode((loud + quiet).astype(np.float32), 2048, 0.1)
    found = coding.decode(coded)
    high = np.arange(RATE_HZ // 2 + 1) > 5_000
    wanted, heard = (np.square(np.abs(np.fft.rfft(x)[high])).sum() for x in (quiet, found))
    assert heard / wanted == pytest.approx(1.0 if is_heard else 0.0, abs=0.3)
    np.testing.assert_array_equal(found, coding.decode(coded))


def test_silence_is_silence() -> None:
    assert not coding.decode(coding.encode(np.zeros(5000, np.float32), 512, 0.4)).any()


@pytest.mark.parametrize("size", coding.SIZES)
def test_bands_cover_a_block(size: int) -> None:
    edges = coding.edges(size)
    assert edges[0] == 0
    assert edges[-1] == size
    assert np.diff(edges).min() >= coding.LEAST_BAND
