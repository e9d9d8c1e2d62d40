"""The spectrogram that the models were trained on, out of audio."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.base import Audio
from engine.models.text_audio.geometry import Geometry
from engine.models.text_audio.plan import Plan

FFT_FRAMES = 1024
TOP_HZ = 8000.0
FLOOR = 1e-5
PICTURE_TOP = 2.0  # the natural logarithm of a loud bin


def log_mel(audio: Audio, geometry: Geometry) -> Tensor:
    """Return the spectrogram `[hops, mels] float32` of audio with a margin of 512 on both sides.

    Natural logarithm of mel magnitudes, Hann window of 1024, 0 to 8000 Hz, clipped at 1e-5, as
    AudioLDM's front end takes them (Liu et al. 2023, repository haoheliu/AudioLDM).
    """
    spectrum = torch.stft(
        torch.from_numpy(np.ascontiguousarray(audio, np.float32)),
        FFT_FRAMES,
        geometry.hop,
        window=torch.hann_window(FFT_FRAMES),
        center=False,
        return_complex=True,
    )
    bins = torch.from_numpy(_basis(geometry.rate_hz, geometry.mels))
    return (bins @ spectrum.abs()).clamp(min=FLOOR).log().T.contiguous()


@lru_cache(maxsize=4)
def _basis(rate_hz: int, mels: int) -> NDArray[np.float32]:
    from librosa.filters import mel

    top = min(TOP_HZ, rate_hz / 2)
    basis: NDArray[np.float32] = mel(
        sr=rate_hz, n_fft=FFT_FRAMES, n_mels=mels, fmin=0.0, fmax=top, dtype=np.float32
    )
    return basis


def source_mel(plan: Plan, begin: int, hops: int, geometry: Geometry) -> Tensor:
    """Return `hops` hops of the source's spectrogram, as its models hear it, from `begin` on.

    The source is mirrored at its ends, as the front end does it; after its end it is silent.
    """
    margin = FFT_FRAMES // 2
    first = plan.anchor + begin * geometry.hop - margin
    last = first + (hops - 1) * geometry.hop + FFT_FRAMES
    heard = _around(plan.source, first, last, plan.centre) - np.float32(plan.centre)
    return log_mel(heard * np.float32(plan.gain), geometry)


def _around(source: NDArray[np.float32], first: int, last: int, beyond: float) -> Audio:
    """Return source frames `first` to `last`, mirrored a margin beyond its ends, then `beyond`."""
    end, margin = len(source) - 1, FFT_FRAMES // 2
    wanted = np.arange(first, last)
    mirrored = np.where(wanted > end, 2 * end - wanted, np.abs(wanted))
    inside = (wanted >= -margin) & (wanted <= end + margin) & (mirrored >= 0) & (mirrored <= end)
    taken = np.full(len(wanted), beyond, np.float32)
    taken[inside] = source[mirrored[inside]]
    return taken


def picture(mel: Tensor) -> NDArray[np.uint8]:
    """Return a spectrogram `[hops, mels]` as an image `[mels, hops] uint8`, low bins below."""
    bottom = math.log(FLOOR)
    shades = (mel.float().cpu() - bottom) / (PICTURE_TOP - bottom) * 255.0
    return np.ascontiguousarray(shades.clamp(0, 255).round().byte().numpy().T[::-1])
