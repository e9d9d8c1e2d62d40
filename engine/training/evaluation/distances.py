"""How far one sound is from another: spectra, movement, loudness.

Sounds are `[frames] float32` mono at RATE_HZ; mels are `[hops, MELS] float32` in nats.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import torch
from torch import Tensor

from engine.models.house.notes import RATE_HZ, Floats

# FFT, hop and window in frames: Yamamoto et al., Parallel WaveGAN (arXiv 1910.11480), table 1.
RESOLUTIONS = ((1024, 120, 600), (2048, 240, 1200), (512, 50, 240))
# Under a full-scale sine by 100 dB: what is quieter counts as this quiet.
QUIETEST = 1e-5
SILENT_MOVEMENT = 1e-4
# The meter leaves out what is under -70 LUFS: raising both sounds keeps it off quiet passages.
METER_GAIN = 10.0 ** (30.0 / 20.0)
SHORTEST_METERED_SECONDS = 0.4

Spectra: TypeAlias = list[Tensor]
# How loud each of some notes is at several times, in decibels: ours, and the render's.
Levels: TypeAlias = tuple[list[list[float]], list[list[float]]]


def mel_l1(found: Floats, truth: Floats) -> float:
    """Return the mean absolute difference of two mels, in nats."""
    return float(np.abs(found - truth).mean())


def movement(mel: Floats) -> float:
    """Return the mean absolute difference of successive spectral frames, in nats."""
    return float(np.abs(np.diff(mel, axis=0)).mean())


def movement_ratio(found: Floats, truth: Floats) -> float | None:
    """Return how much a mel moves over how much the true one does; None where that is still."""
    of_truth = movement(truth)
    return movement(found) / of_truth if of_truth > SILENT_MOVEMENT else None


def spectra(sound: Floats) -> Spectra:
    """Return `[bins, spectral frames] float32` magnitudes by resolution; a full-scale sine is 1."""
    samples = torch.from_numpy(np.ascontiguousarray(sound, np.float32))
    found = []
    for size, hop, length in RESOLUTIONS:
        window = torch.hann_window(length)
        spectrum = torch.stft(samples, size, hop, length, window, return_complex=True)
        found.append(spectrum.abs() / (window.sum() / 2.0))
    return found


def stft_distance(found: Spectra, truth: Spectra) -> float:
    """Return the mean over resolutions of spectral convergence + log magnitude distance (nats).

    Spectral convergence is the norm of the difference over the truth's. Source: Yamamoto et al.,
    Parallel WaveGAN (arXiv 1910.11480), equations 4 to 6.
    """
    return float(np.mean([_distance(*pair) for pair in zip(found, truth, strict=True)]))


def _distance(found: Tensor, truth: Tensor) -> float:
    convergence = torch.linalg.norm(found - truth) / torch.linalg.norm(truth).clamp(min=QUIETEST)
    logs = found.clamp(min=QUIETEST).log() - truth.clamp(min=QUIETEST).log()
    return float(convergence + logs.abs().mean())


def loudness_error(found: Floats, truth: Floats) -> float | None:
    """Return how many decibels a sound is louder than the true one; None where one is silent.

    Integrated loudness by ITU-R BS.1770-4.
    """
    levels = loudness(found), loudness(truth)
    return levels[0] - levels[1] if np.isfinite(levels).all() else None


def loudness(sound: Floats) -> float:
    """Return the integrated loudness in LUFS, -inf for silence (ITU-R BS.1770-4)."""
    import pyloudnorm  # type: ignore[import-untyped]

    frames = int(SHORTEST_METERED_SECONDS * RATE_HZ) + 1
    padded = np.pad(sound, (0, max(0, frames - len(sound))))
    if not padded.any():
        return -np.inf
    raised = padded.astype(np.float64) * METER_GAIN
    return float(pyloudnorm.Meter(RATE_HZ).integrated_loudness(raised)) - 30.0


def level_decibels(sound: Floats) -> float:
    """Return the level of a sound (root mean square) in dB under full scale."""
    return 10.0 * float(np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-16))
