"""Pictures of sound: what models draw, and the spectrogram of a take's audio, as PNG."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.storage import write_whole
from bridge.wav import WavReader

Image: TypeAlias = NDArray[np.uint8]
Levels: TypeAlias = NDArray[np.float32]
Scale: TypeAlias = NDArray[np.floating[Any]]

WIDTH, HEIGHT = 1024, 256
FFT_FRAMES = 2048
LEAST_HOP_FRAMES = 256
BATCH = 64  # columns computed at once
LOWEST_HZ = 30.0
RANGE_DECIBELS = 90.0


def png_bytes(image: Image) -> bytes:
    """Return `[height, width] uint8` grey values as a PNG, without loss."""
    import PIL.Image

    file = io.BytesIO()
    PIL.Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def draw_spectrogram(audio: Path, target: Path) -> None:
    """Draw one of our WAVs to a PNG. Raises: OSError, LegatoError for another's WAV."""
    with WavReader(audio) as reader:
        if reader.frames:
            write_whole(target, png_bytes(spectrogram(reader)), durable=False)


def spectrogram(reader: WavReader) -> Image:
    """Return `[HEIGHT, columns] uint8`: time to the right, log frequency up, level as brightness.

    White is full scale, black RANGE_DECIBELS below. However long the audio, there are at most
    WIDTH columns, so that a long take costs no more than a short one.
    """
    hop = max(LEAST_HOP_FRAMES, -(-reader.frames // WIDTH))
    firsts = range(0, reader.frames, hop)
    decibels = [_levels(reader, firsts[i : i + BATCH]) for i in range(0, len(firsts), BATCH)]
    bins_hz = np.fft.rfftfreq(FFT_FRAMES, 1.0 / reader.rate_hz)
    rows_hz = np.geomspace(LOWEST_HZ, reader.rate_hz / 2.0, HEIGHT)
    level = 1.0 + _at(rows_hz, bins_hz, np.concatenate(decibels)).T[::-1] / RANGE_DECIBELS
    return np.ascontiguousarray(np.clip(level, 0.0, 1.0) * 255.0, np.uint8)


def _levels(reader: WavReader, firsts: range) -> Levels:
    """Return `[columns, bins] float32`: the spectrum from each of some frames on, in decibels."""
    window = np.hanning(FFT_FRAMES).astype(np.float32)
    spectrum = np.fft.rfft(_mono(reader, firsts) * window) * np.float32(2.0 / window.sum())
    power = spectrum.real**2 + spectrum.imag**2
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-18)), np.float32)


def _mono(reader: WavReader, firsts: range) -> Levels:
    """Return `[columns, FFT_FRAMES] float32`: the sound from each of some frames on."""
    if firsts.step >= FFT_FRAMES:
        return np.stack([_read_mono(reader, first, FFT_FRAMES) for first in firsts])
    whole = _read_mono(reader, firsts[0], firsts[-1] - firsts[0] + FFT_FRAMES)
    return np.lib.stride_tricks.sliding_window_view(whole, FFT_FRAMES)[:: firsts.step]


def _read_mono(reader: WavReader, first: int, frames: int) -> Levels:
    """Return `[frames] float32` from a frame on, with silence after the end."""
    mono = np.zeros(frames, np.float32)
    sound = reader.read(first, frames)
    mono[: len(sound)] = sound @ np.full(reader.channels, 1.0 / reader.channels, np.float32)
    return mono


def _at(rows_hz: Scale, bins_hz: Scale, levels: Levels) -> Levels:
    """Return `[columns, rows] float32`: levels between the bins they are known at."""
    place = np.interp(rows_hz, bins_hz, np.arange(len(bins_hz)))
    below = np.minimum(place.astype(np.int64), len(bins_hz) - 2)
    share = (place - below).astype(np.float32)
    between: Levels = levels[:, below] * (1.0 - share) + levels[:, below + 1] * share
    return between
