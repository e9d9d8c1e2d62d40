from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.conversion import Converter, to_channels


def sine(rate_hz: int, seconds: float, hz: float, channels: int = 2) -> np.ndarray:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def in_pieces(converter: Converter, audio: np.ndarray, cuts: list[int]) -> np.ndarray:
    parts = np.split(audio, sorted(cut % (len(audio) + 1) for cut in cuts))
    done = [converter.convert(part) for part in parts]
    return np.concatenate([*done, converter.convert(audio[:0], last=True)])


@given(st.lists(st.integers(0, 10_000), max_size=9), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_same_rate_and_channels_pass_bit_exactly(cuts: list[int], channels: int) -> None:
    audio = np.random.default_rng(1).standard_normal((999, channels)).astype(np.float32)
    converter = Converter(48_000, channels, 48_000, channels)
    assert np.array_equal(in_pieces(converter, audio, cuts), audio)


RATES = [(44_100, 48_000), (16_000, 48_000), (48_000, 44_100), (96_000, 48_000), (22_050, 48_000)]


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_length_pitch_and_place_are_right(from_hz: int, to_hz: int) -> None:
    audio, expected = sine(from_hz, 1.0, 997.0), sine(to_hz, 1.0, 997.0)
    got = in_pieces(Converter(from_hz, 2, to_hz, 2), audio, [1000, 1001, 7000])
    assert got.shape == expected.shape
    inner = slice(to_hz // 10, -to_hz // 10)
    assert np.abs(got[inner] - expected[inner]).max() < 1e-4


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
@given(cuts=st.lists(st.integers(0, 9_000), max_size=9))
@settings(max_examples=15, deadline=None)
def test_cuts_make_no_difference(from_hz: int, to_hz: int, cuts: list[int]) -> None:
    audio = sine(from_hz, 0.3, 500.0, channels=1)
    whole = in_pieces(Converter(from_hz, 1, to_hz, 1), audio, [])
    assert np.array_equal(in_pieces(Converter(from_hz, 1, to_hz, 1), audio, cuts), whole)


def test_silence_after_sound_becomes_exact_silence() -> None:
    converter = Converter(48_000, 2, 44_100, 2)
    converter.convert(sine(48_000, 0.5, 300.0))
    converter.convert(np.zeros((4_800, 2), np.float32))
    assert not converter.convert(np.zeros((4_800, 2), np.float32)).any()


def test_channels() -> None:
    stereo = np.array([[1, 3], [5, -5]], np.float32)
    assert to_channels(stereo[:, :1], 3).tolist() == [[1, 1, 1], [5, 5, 5]]
    assert to_channels(stereo, 1).tolist() == [[2], [0]]
    assert to_channels(stereo, 3).tolist() == [[1, 3, 0], [5, -5, 0]]
    assert to_channels(np.array([[1, 2, 3, 6]], np.float32), 2).tolist() == [[2, 4]]
    assert to_channels(stereo, 2) is stereo


def test_rate_and_channels_together() -> None:
    got = in_pieces(Converter(24_000, 1, 48_000, 2), sine(24_000, 0.2, 440.0, 1), [11])
    assert got.shape == (9_600, 2)
    assert np.array_equal(got[:, 0], got[:, 1])
