import numpy as np
import pytest

from engine.models.house.live_colour import (
    BINS,
    SIZE,
    Filters,
    fading,
    match,
    mixed,
    sounded,
    spectra,
)
from engine.models.house.notes import HOP, MELS, RATE_HZ, Floats, log_mel

FILTERS = Filters()


def through(colour: Floats, sound: Floats) -> Floats:
    """A sound of whole blocks through one filter."""
    response = FILTERS.responses(colour[None])
    blocks = sound.reshape(-1, HOP)
    before = np.concatenate((np.zeros((1, HOP), np.float32), blocks[:-1]))
    return sounded(spectra(before, blocks) * response).reshape(-1)


def white(seconds: float) -> Floats:
    frames = int(seconds * RATE_HZ) // HOP * HOP
    return np.random.default_rng(1).standard_normal(frames, dtype=np.float32)


def test_no_colour_changes_nothing() -> None:
    sound = white(0.2)
    np.testing.assert_allclose(through(np.zeros(MELS, np.float32), sound), sound, atol=1e-4)


def test_a_colour_moves_the_mel_by_what_it_says() -> None:
    colour = np.sin(np.arange(MELS) / 9.0).astype(np.float32)
    sound = white(4.0)
    moved = (log_mel(through(colour, sound)) - log_mel(sound)).mean(axis=0)
    # Below some 500 Hz, half a block is too short to tell the mels apart.
    np.testing.assert_allclose(moved[16:-2], colour[16:-2], atol=0.12)


def test_blocks_join_as_if_they_were_one() -> None:
    colour = np.linspace(-2.0, 1.0, MELS).astype(np.float32)
    sound = white(0.3)
    response = np.fft.irfft(FILTERS.responses(colour[None])[0])
    assert not np.abs(response[HOP + 1 :]).max() > 1e-6
    whole = np.convolve(sound, response[: HOP + 1])[: len(sound)]
    np.testing.assert_allclose(through(colour, sound), whole, atol=1e-4)


def test_a_filter_hears_nothing_ahead() -> None:
    sound = np.zeros(4 * HOP, np.float32)
    sound[700] = 1.0
    colour = np.linspace(1.0, -2.0, MELS).astype(np.float32)
    found = through(colour, sound)
    assert np.abs(found[:700]).max() < 1e-5 * np.abs(found).max()
    loudest = int(np.abs(found).argmax())
    assert 700 <= loudest <= 703


def test_what_is_matched_is_level_colour_and_where_there_is_nothing_noise() -> None:
    own = np.ones((1, MELS), np.float32)
    wanted = 4.0 * own
    level, colour, breath = match(wanted, own)
    assert level == pytest.approx(2.0)
    assert np.abs(colour).max() < 1e-6
    assert not breath.any()
    own[:, 100:] = 1e-12
    level, colour, breath = match(wanted, own)
    np.testing.assert_allclose(breath[:, 100:], wanted[:, 100:], rtol=1e-3)
    assert not breath[:, :100].any()
    made = own * level[:, None] ** 2 * np.exp(2.0 * colour) + breath
    np.testing.assert_allclose(made, wanted, rtol=1e-3)


def test_a_silent_wave_is_not_blown_up() -> None:
    level, _, breath = match(np.ones((1, MELS), np.float32), np.zeros((1, MELS), np.float32))
    assert level <= 8.0
    np.testing.assert_allclose(breath, 1.0, rtol=1e-3)


def test_sides_are_mixed_by_gains_and_blocks_fade() -> None:
    spectrum = np.zeros((2, BINS), np.complex64)
    spectrum[0, 3], spectrum[1, 5] = 1.0, 2.0
    found = mixed(np.array([[1.0, 0.0], [0.5, 0.5]], np.float32), spectrum)
    assert found.shape == (2, BINS)
    assert [found[0, 3], found[0, 5], found[1, 3], found[1, 5]] == [1.0, 0.0, 0.5, 1.0]
    faded = fading(np.zeros(HOP, np.float32), np.ones(HOP, np.float32))
    assert faded[0] == 0.0
    assert faded[-1] == pytest.approx(1.0 - 1.0 / HOP)
    assert SIZE == 2 * HOP
