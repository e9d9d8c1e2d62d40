"""Pictures: lossless PNGs, and spectrograms that show what sounds."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from bridge.pictures import HEIGHT, LOWEST_HZ, WIDTH, draw_spectrogram, png_bytes, spectrogram
from bridge.wav import WavReader, WavWriter

RATE_HZ = 48_000


def wav(path: Path, hz: float, seconds: float) -> Path:
    phase = np.arange(round(seconds * RATE_HZ)) * 2 * np.pi * hz / RATE_HZ
    writer = WavWriter(path, RATE_HZ, 1)
    writer.write((0.5 * np.sin(phase)).astype(np.float32)[:, None])
    writer.close()
    return path


def test_a_png_is_the_image_again() -> None:
    image = np.random.default_rng(1).integers(0, 256, (7, 13), dtype=np.uint8)
    with PIL.Image.open(io.BytesIO(png_bytes(image))) as again:
        assert np.array_equal(np.asarray(again), image)


@pytest.mark.parametrize("hz", [110.0, 1_000.0, 9_000.0])
def test_a_tone_is_a_line_at_its_pitch(tmp_path: Path, hz: float) -> None:
    with WavReader(wav(tmp_path / "a.wav", hz, 1.0)) as reader:
        rows = spectrogram(reader).mean(axis=1)
    place = np.log(hz / LOWEST_HZ) / np.log(RATE_HZ / 2 / LOWEST_HZ)
    assert HEIGHT - 1 - int(np.argmax(rows)) == pytest.approx(place * (HEIGHT - 1), abs=4)


def test_a_long_take_is_no_wider(tmp_path: Path) -> None:
    with WavReader(wav(tmp_path / "a.wav", 440.0, 20.0)) as reader:
        assert spectrogram(reader).shape == (HEIGHT, WIDTH)


def test_a_take_without_samples_has_no_picture(tmp_path: Path) -> None:
    draw_spectrogram(wav(tmp_path / "a.wav", 440.0, 0.0), tmp_path / "a.png")
    assert not (tmp_path / "a.png").exists()
