"""Pictures of sound: what models draw, and the spectrogram of a take's audio, as PNG."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.storage import write_whole
from bridge.wav import WavReader

Image: TypeAlias = NDArray[np.uint8]

WIDTH, HEIGHT = 1024, 256
FFT_FRAMES = 2048
LEAST_HOP_FRAMES = 256
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
    window = np.hanning(FFT_FRAMES).astype(np.float32)
    bins_hz = np.fft.rfftfreq(FFT_FRAMES, 1.0 / reader.rate_hz)
    rows_hz = np.geomspace(LOWEST_HZ, reader.rate_hz / 2.0, HEIGHT)
    columns = []
    for first in range(0, reader.frames, hop):
        mono = reader.read(first, FFT_FRAMES).mean(axis=1)
        mono = np.pad(mono, (0, FFT_FRAMES - len(mono)))
        size = np.abs(np.fft.rfft(mono * window)) / window.sum() * 2.0
        decibels = 20.0 * np.log10(np.maximum(size, 1e-9))
        columns.append(np.interp(rows_hz, bins_hz, decibels))
    level = 1.0 + np.stack(columns, axis=1)[::-1] / RANGE_DECIBELS
    return np.ascontiguousarray(np.clip(level, 0.0, 1.0) * 255.0, np.uint8)
