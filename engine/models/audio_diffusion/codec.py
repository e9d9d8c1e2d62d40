"""Between images and the UNet's samples: pixels as they are, or latents by way of a VAE."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.audio_diffusion.geometry import Geometry
from engine.models.audio_diffusion.mel import Image, as_pixels

GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601, as image libraries make colours grey.


class Codec:
    """Encodes images and decodes samples; `vae` is None where a sample's numbers are pixels."""

    def __init__(self, geometry: Geometry, vae: Any, device: str) -> None:
        self._geometry = geometry
        self._vae = vae
        self._device = device

    def encode(self, image: Image, generator: torch.Generator | None = None) -> Tensor:
        """Return an image `[rows, columns]` as a sample `[1, channels, ...] float32`.

        Latents are drawn by the generator, or the most likely ones without it.
        """
        pixels = torch.from_numpy(as_pixels(image)).to(self._device)[None, None]
        if self._vae is None:
            return pixels.expand(self._geometry.sample_shape[:2] + pixels.shape[2:]).clone()
        channels = self._vae.config.in_channels
        pixels = pixels.expand(-1, channels, -1, -1).to(self._vae.dtype)
        spread = self._vae.encode(pixels).latent_dist
        latents = spread.mode() if generator is None else spread.sample(generator=generator)
        scaled: Tensor = latents.float() * self._vae.config.scaling_factor
        return scaled

    def decode(self, sample: Tensor) -> Image:
        """Return a sample as an image `[rows, columns] uint8`."""
        if self._vae is not None:
            latents = sample / self._vae.config.scaling_factor
            sample = self._vae.decode(latents.to(self._vae.dtype)).sample.float()
        shades = (sample[0] / 2 + 0.5).clamp(0, 1).cpu().numpy()
        return _grey((shades * 255).round().astype(np.uint8))


def _grey(planes: NDArray[np.uint8]) -> Image:
    """Return `[1 or 3, rows, columns]` as one plane."""
    if len(planes) != len(GREY):
        return np.ascontiguousarray(planes[0])
    return np.tensordot(GREY, planes, 1).round().astype(np.uint8)
