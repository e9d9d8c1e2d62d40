"""The spectrogram that the models are trained on, out of audio and back to powers; numpy alone.

The same as upstream's `Mel` (diffusers, teticio/audio-diffusion) to a grey level, but that the
level of the audio is not lost and silence is black: see `Drawing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.models.audio_diffusion.geometry import Geometry
from engine.models.base import Audio

Image: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]

SILENT_POWER = 1e-18


@dataclass(frozen=True)
class Drawing:
    """A slice of audio as an image `[rows, columns] uint8`, its lowest band first.

    White is the mel power `reference`, the loudest of the slice; black lies the geometry's
    range below. Silence is all black, with the reference 1 (upstream draws it all white).
    """

    image: Image
    reference: float


def draw(samples: Audio, geometry: Geometry, reference: float | None = None) -> Drawing:
    """Draw `[frames] float32`, silence after its end, as an image of the geometry's size.

    White is the loudest of what is drawn, unless a reference is given.
    """
    power = mel_power(samples, geometry)
    loudest = float(power.max())
    white = loudest if reference is None else reference
    if white < SILENT_POWER:
        return Drawing(np.zeros(power.shape, np.uint8), 1.0)
    top = geometry.range_decibels
    decibels = 10.0 * np.log10(np.maximum(power / white, 10.0 ** (-top / 10.0)))
    shades = np.clip((decibels + top) * 255.0 / top, 0.0, 255.0) + 0.5
    return Drawing(shades.astype(np.uint8), white)


def mel_power(samples: Audio, geometry: Geometry) -> Floats:
    """Return mel powers `[rows, columns]` of one slice, silence after the samples' end."""
    margin = geometry.fft_frames // 2
    padded = np.zeros(geometry.slice_frames + 2 * margin)
    heard = samples[: geometry.slice_frames]
    padded[margin : margin + len(heard)] = heard
    view = np.lib.stride_tricks.sliding_window_view(padded, geometry.fft_frames)
    spectrum = np.fft.rfft(view[:: geometry.hop] * hann(geometry.fft_frames))
    return np.asarray(basis(geometry) @ np.square(np.abs(spectrum)).T)


def powers(image: Image, geometry: Geometry) -> Floats:
    """Return the mel powers that an image's grey values mean, white being 1."""
    top = geometry.range_decibels
    return np.asarray(10.0 ** ((image.astype(np.float64) * top / 255.0 - top) / 10.0))


def as_pixels(image: Image) -> NDArray[np.float32]:
    """Return grey values as the networks see them, -1 to 1 `float32`."""
    return (image / 255.0 * 2.0 - 1.0).astype(np.float32)


def basis(geometry: Geometry) -> Floats:
    """Return the mel bands `[rows, bins]`."""
    return _basis(geometry.rate_hz, geometry.fft_frames, geometry.rows)


@lru_cache(maxsize=4)
def _basis(rate_hz: int, fft_frames: int, rows: int) -> Floats:
    import warnings

    from librosa.filters import mel

    with warnings.catch_warnings():
        # Narrow bands of high resolutions hold no bin: they are black, as they were in training.
        warnings.filterwarnings("ignore", message="Empty filters", category=UserWarning)
        return np.asarray(mel(sr=rate_hz, n_fft=fft_frames, n_mels=rows), np.float64)


@lru_cache(maxsize=4)
def hann(frames: int) -> Floats:
    """Return a periodic Hann window `[frames]`."""
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(frames) / frames))
