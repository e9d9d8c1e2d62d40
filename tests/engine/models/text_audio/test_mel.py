"""The front end against librosa, and audio that goes through it and back."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.models.text_audio.geometry import Geometry
from engine.models.text_audio.mel import picture, source_mel
from engine.models.text_audio.plan import Plan

GEOMETRY = Geometry(
    rate_hz=16000, hop=160, mels=64, factor=4, latent_channels=8, window_hops=512, reach=28
)


def reference(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """The original recipe: mean off, peak at 0.5, ln of 64 mel magnitudes, window and FFT 1024."""
    heard = audio - audio.mean()
    heard = 0.5 * heard / np.abs(heard).max()
    magnitudes = np.abs(
        librosa.stft(heard, n_fft=1024, hop_length=160, window="hann", pad_mode="reflect")
    )
    basis = librosa.filters.mel(sr=16000, n_fft=1024, n_mels=64, fmin=0, fmax=8000)
    return np.log(np.maximum(basis @ magnitudes, 1e-5)).T


def plan_of(audio: NDArray[np.float32], anchor: int = 0) -> Plan:
    centre = float(audio.mean())
    gain = 0.5 / float(np.abs(audio - centre).max())
    return Plan((), anchor, source=audio, centre=centre, gain=gain)


@pytest.fixture
def audio() -> NDArray[np.float32]:
    random = np.random.default_rng(3)
    tone = np.sin(2 * np.pi * 330 * np.arange(16000) / 16000) * np.linspace(0, 1, 16000)
    return (0.2 * tone + 0.02 * random.normal(size=16000) + 0.05).astype(np.float32)


def test_it_is_the_original_recipe(audio: NDArray[np.float32]) -> None:
    mine = source_mel(plan_of(audio), 0, 100, GEOMETRY).numpy()
    assert np.abs(mine - reference(audio)[:100]).max() < 1e-4


def test_a_part_is_a_part_of_the_whole(audio: NDArray[np.float32]) -> None:
    whole = source_mel(plan_of(audio), 0, 100, GEOMETRY)
    part = source_mel(plan_of(audio, anchor=40 * 160), -8, 20, GEOMETRY)
    assert np.allclose(part, whole[32:52], atol=1e-4)


def test_beyond_its_end_a_source_is_silent(audio: NDArray[np.float32]) -> None:
    mel = source_mel(plan_of(audio), 0, 120, GEOMETRY)
    assert np.allclose(mel[108:], np.log(1e-5))


@pytest.mark.parametrize("frames", [1, 2, 511, 513])
def test_sources_shorter_than_the_margin(frames: int) -> None:
    audio = np.linspace(-0.1, 0.2, 600, dtype=np.float32)[:frames]
    mel = source_mel(Plan((), 0, source=audio, centre=float(audio.mean())), 0, 8, GEOMETRY)
    assert np.isfinite(mel.numpy()).all()


def test_the_picture_has_low_bins_below(audio: NDArray[np.float32]) -> None:
    image = picture(source_mel(plan_of(audio), 0, 100, GEOMETRY))
    assert image.shape == (64, 100)
    assert image.dtype == np.uint8
    assert image[32:, 90].mean() > image[:32, 90].mean()
