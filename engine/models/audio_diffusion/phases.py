"""From mel powers back to sound: bins out of bands, then phases, in torch on any device."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.audio_diffusion.geometry import Geometry
from engine.models.audio_diffusion.mel import Floats, basis
from engine.models.audio_diffusion.task import Known
from engine.models.base import Audio

MOMENTUM = 0.99
UNMIX_ITERATIONS = 40
TINY = 1e-30


class Phases:
    """Turns spectrograms of one geometry into sound."""

    def __init__(self, geometry: Geometry, device: str) -> None:
        """Prepare the mel bands and the window on a device."""
        self._geometry = geometry
        self._device = device
        self._bands = torch.from_numpy(basis(geometry)).float().to(device)
        self._window = torch.hann_window(geometry.fft_frames, device=device)
        self._energy = float(self._window.square().sum())

    def magnitudes(self, power: Floats) -> Tensor:
        """Return the magnitudes `[bins, columns] float32` whose mel powers are those given.

        Of the many spectra with these bands it finds one without negative powers, by
        multiplicative updates (Lee and Seung, "Algorithms for non-negative matrix
        factorization", 2000) from an even spread over each band.
        """
        wanted = torch.from_numpy(power).float().to(self._device)
        spread = self._bands / self._bands.square().sum(1, keepdim=True).clamp(min=TINY)
        found = spread.T @ wanted
        aim = self._bands.T @ wanted
        for _ in range(UNMIX_ITERATIONS):
            found = found * (aim / (self._bands.T @ (self._bands @ found)).clamp(min=TINY))
        return found.sqrt()

    def level(self, magnitudes: Tensor) -> float:
        """Return the root mean square of the sound that has these magnitudes."""
        if not magnitudes.numel():
            return 0.0
        power = 2.0 * float(magnitudes.square().sum(0).mean())
        return float(np.sqrt(power / (self._geometry.fft_frames * self._energy)))

    def sound(
        self, magnitudes: Tensor, seed: int, iterations: int, known: Known | None = None
    ) -> Audio:
        """Return `[(columns - 1) * hop] float32` sound with these magnitudes.

        Fast Griffin-Lim (Perraudin, Balazs and Sondergaard 2013) from phases drawn from the
        seed, as librosa's; so the same seed gives the same sound. Where sound is known, every
        iteration begins from it, so that the new grows out of it in phase.
        """
        size = magnitudes
        random = np.random.default_rng(seed).random(tuple(size.shape))
        start = torch.from_numpy(2.0 * np.pi * random).float().to(self._device)
        spectrum = torch.polar(size, start)
        samples = weights = torch.zeros((), device=self._device)
        if known is not None:
            samples, weights = self._tensor(known.samples), self._weights(known)
            size = self._known_magnitudes(size, known)
        before = torch.zeros_like(spectrum)
        for _ in range(iterations):
            rebuilt = self._analysed(torch.lerp(self._made(spectrum), samples, weights))
            turned = rebuilt - (MOMENTUM / (1.0 + MOMENTUM)) * before
            spectrum = size * (turned / (turned.abs() + TINY))
            before = rebuilt
        made: Audio = self._made(spectrum).cpu().numpy()
        return made

    def _weights(self, known: Known) -> Tensor:
        """Return how much each frame is pinned: less and less towards where nothing is known.

        A hard edge there would be a click, which the phases would keep.
        """
        unknown, reach = (~self._tensor(known.mask)).float(), self._geometry.hop // 2
        share = torch.nn.functional.avg_pool1d(
            unknown[None, None], 2 * reach + 1, 1, reach, count_include_pad=False
        )[0, 0]
        return torch.where(unknown > 0, 0.0, (1.0 - 2.0 * share).clamp(min=0.0))

    def _known_magnitudes(self, magnitudes: Tensor, known: Known) -> Tensor:
        """Return magnitudes in which the columns that are all known are those of the sound."""
        whole = self._tensor(known.mask)
        unknown = (~whole).float()[None, None]
        frames, hop = self._geometry.fft_frames, self._geometry.hop
        touched = torch.nn.functional.max_pool1d(unknown, frames, hop, frames // 2)[0, 0]
        is_known = touched[: magnitudes.shape[1]] == 0
        sound = self._analysed(torch.where(whole, self._tensor(known.samples), 0.0)).abs()
        return torch.where(is_known, sound, magnitudes)

    def _tensor(self, array: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self._device)

    def _analysed(self, samples: Tensor) -> Tensor:
        geometry = self._geometry
        return torch.stft(
            samples,
            geometry.fft_frames,
            geometry.hop,
            window=self._window,
            pad_mode="constant",
            return_complex=True,
        )

    def _made(self, spectrum: Tensor) -> Tensor:
        geometry = self._geometry
        return torch.istft(spectrum, geometry.fft_frames, geometry.hop, window=self._window)
