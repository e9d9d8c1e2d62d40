"""Loudness against the library that measures whole signals, and against ffmpeg where it is."""

from __future__ import annotations

import math
import re
import subprocess
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from bridge.loudness import Level, level_of
from bridge.wav import WavWriter


def level(path: Path, samples: np.ndarray, rate_hz: int = 48_000) -> Level:
    writer = WavWriter(path, rate_hz, samples.shape[1])
    writer.write(samples.astype(np.float32))
    writer.close()
    return level_of(path, len(samples))


def swelling(seconds: float, rate_hz: int, channels: int, seed: int = 0) -> np.ndarray:
    """Noise that comes and goes, so that both gates have something to leave out."""
    frames = round(seconds * rate_hz)
    swell = np.sin(np.arange(frames) / rate_hz * 0.7)[:, None] ** 4
    return np.random.default_rng(seed).normal(0.0, 0.1, (frames, channels)) * swell


@pytest.mark.parametrize("rate_hz", [48_000, 44_100, 16_000])
@pytest.mark.parametrize("seconds", [0.4, 3.0, 20.0, 20.3, 20.4, 47.7])
def test_pieces_give_what_the_whole_gives(tmp_path: Path, seconds: float, rate_hz: int) -> None:
    samples = swelling(seconds, rate_hz, 2)
    whole = samples.astype(np.float32).astype(np.float64)
    step = rate_hz // 10
    whole = whole[: len(whole) // step * step]  # The library also counts half-filled blocks.
    wanted = pyloudnorm.Meter(rate_hz).integrated_loudness(whole)
    assert level(tmp_path / "a.wav", samples, rate_hz).loudness == pytest.approx(wanted, abs=1e-6)


def test_a_reference_tone_has_its_level(tmp_path: Path) -> None:
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dB is at -23 LUFS."""
    seconds = np.arange(48_000 * 20) / 48_000
    tone = 10.0 ** (-23.0 / 20.0) * np.sin(2.0 * np.pi * 1_000.0 * seconds)
    found = level(tmp_path / "a.wav", np.stack((tone, tone), axis=1))
    assert found.loudness == pytest.approx(-23.0, abs=0.1)
    assert found.peak_decibels == pytest.approx(-23.0, abs=0.05)


def test_peaks_between_samples_are_found(tmp_path: Path) -> None:
    """A quarter of the rate, an eighth of a cycle off: every sample is 3 dB below the peak."""
    frames = np.arange(48_000)
    tone = 0.5 * np.sin(np.pi / 2.0 * frames + np.pi / 4.0)[:, None] * np.hanning(48_000)[:, None]
    found = level(tmp_path / "a.wav", tone)
    assert found.peak_decibels == pytest.approx(20.0 * math.log10(0.5), abs=0.1)


def test_a_cut_of_the_reading_is_no_peak(tmp_path: Path) -> None:
    """A steady tone over several pieces: their edges must not ring."""
    tone = 0.5 * np.sin(2.0 * np.pi * 50.0 * (np.arange(48_000 * 45) / 48_000) + 0.3)[:, None]
    fade = np.minimum(np.arange(len(tone)) / 4_800, 1.0)[:, None]
    found = level(tmp_path / "a.wav", tone * fade * fade[::-1])
    assert found.peak_decibels == pytest.approx(20.0 * math.log10(0.5), abs=0.01)


def test_silence_and_shards_have_a_level(tmp_path: Path) -> None:
    assert level(tmp_path / "a.wav", np.zeros((48_000, 2))) == (-math.inf, -math.inf)
    assert level(tmp_path / "a.wav", np.zeros((0, 2))) == (-math.inf, -math.inf)
    assert -50.0 < level(tmp_path / "a.wav", swelling(1.0, 48_000, 2)[-500:]).loudness < -10.0


@pytest.mark.parametrize(
    ("found", "wanted", "gain"),
    [
        (Level(-30.0, -20.0), -16.0, 14.0),
        (Level(-30.0, -10.0), -16.0, 9.0),
        (Level(-10.0, -3.0), -16.0, -6.0),
        (Level(-30.0, 0.5), -16.0, 0.0),
        (Level(-65.0, -60.0), -16.0, 40.0),
        (Level(-math.inf, -math.inf), -16.0, 0.0),
    ],
)
def test_gain_stops_where_peaks_would_pass(found: Level, wanted: float, gain: float) -> None:
    assert found.gain_to(wanted) == pytest.approx(gain)


@pytest.mark.peer("ffmpeg")
def test_ffmpeg_says_the_same(tmp_path: Path) -> None:
    found = level(tmp_path / "a.wav", swelling(47.0, 48_000, 2))
    command = ["ffmpeg", "-nostats", "-i", str(tmp_path / "a.wav")]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary") :]
    loudness = re.search(r"I:\s+(-[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-[\d.]+) dBFS", summary)
    assert loudness
    assert peak
    assert found.loudness == pytest.approx(float(loudness[1]), abs=0.15)
    assert found.peak_decibels == pytest.approx(float(peak[1]), abs=0.2)
