"""Between latents, spectrograms and audio: the VAE and the vocoder."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.models.base import Audio
from engine.models.text_audio.parts import Parts


class Codec:
    """Encodes and decodes one window at a time, so that many candidates need no more memory."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.load()

    def load(self) -> None:
        """Have both networks in memory. Raises: ModelFailed."""
        self._vae = self._parts.network("vae")
        self._vocoder = self._parts.network("vocoder")

    def encode(self, mel: Tensor) -> Tensor:
        """Return the latents `[channels, rows, columns]` of a spectrogram `[hops, mels]`."""
        rows = mel.to(self._parts.device)[None, None]
        latents: Tensor = self._vae.encode(rows).latent_dist.mode()[0]
        return latents * float(self._vae.config.scaling_factor)

    def decode(self, latents: Tensor) -> Tensor:
        """Return the spectrogram `[hops, mels]` of latents `[channels, rows, columns]`."""
        mel: Tensor = self._vae.decode(
            latents[None] / float(self._vae.config.scaling_factor)
        ).sample
        return mel[0, 0]

    def sound(self, mel: Tensor) -> Audio:
        """Return a spectrogram's audio `[frames] float32`, as long as its hops or a bit longer."""
        audio: Tensor = self._vocoder(mel.to(self._parts.device, torch.float32)[None])[0]
        return audio.cpu().numpy().astype(np.float32, copy=False)

    def let_go(self) -> None:
        """Let both networks go."""
        del self._vae, self._vocoder
        self._parts.let_go("vae", "vocoder")
