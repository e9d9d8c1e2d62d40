"""The sizes of a text-to-audio checkpoint, read from its configurations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.checkpoints import Checkpoint
from engine.wire import ModelFailed

BLEND_HOPS = 16


@dataclass(frozen=True)
class Geometry:
    """How audio, spectrogram and latents line up.

    A hop is `hop` sample frames and one row of `mels` bins; `factor` hops make one latent row.
    `reach` is how many hops away the vocoder still looks, `window_hops` the trained length.
    """

    rate_hz: int
    hop: int
    mels: int
    factor: int
    latent_channels: int
    window_hops: int
    reach: int

    @property
    def held_hops(self) -> int:
        """How many hops at its end a window holds back for the next one to join on to."""
        return BLEND_HOPS + self.reach

    @property
    def least_window_hops(self) -> int:
        """The shortest window that can be chained."""
        return self.whole(2 * self.held_hops)

    def whole(self, hops: int) -> int:
        """Return a number of hops rounded up to whole latents."""
        return -(-hops // self.factor) * self.factor

    def hops_of(self, frames: int) -> int:
        """Return the hops, in whole latents, that cover a number of sample frames."""
        return self.whole(-(-frames // self.hop))

    def seconds(self, hops: int) -> float:
        """Return how long a number of hops lasts."""
        return hops * self.hop / self.rate_hz


def read_geometry(checkpoint: Checkpoint) -> Geometry:
    """Read the sizes of a checkpoint. Raises: ModelFailed."""
    vocoder, vae, unet = (checkpoint.config(name) for name in ("vocoder", "vae", "unet"))
    try:
        factor = 2 ** (len(vae["block_out_channels"]) - 1)
        sample = unet["sample_size"]
        rows = int(sample[0] if isinstance(sample, list) else sample)
        geometry = Geometry(
            rate_hz=int(vocoder["sampling_rate"]),
            hop=math.prod(vocoder["upsample_rates"]),
            mels=int(vocoder["model_in_dim"]),
            factor=factor,
            latent_channels=int(unet["in_channels"]),
            window_hops=rows * factor,
            reach=vocoder_reach(vocoder),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFailed(f"{checkpoint.name} has a broken configuration ({error})") from None
    if geometry.mels % factor:
        raise ModelFailed(
            f"{checkpoint.name}'s vocoder has {geometry.mels} bins; its VAE needs a multiple of "
            f"{factor}: fetch the checkpoint again"
        )
    return geometry


def vocoder_reach(config: dict[str, Any]) -> int:
    """Return how many hops to either side a HiFi-GAN looks (Kong et al. 2020, its convolutions)."""
    hops, rate = 3.0, 1
    kernels, dilations = config["resblock_kernel_sizes"], config["resblock_dilation_sizes"]
    widest = max(_block_reach(*block) for block in zip(kernels, dilations, strict=True))
    for stride, kernel in zip(
        config["upsample_rates"], config["upsample_kernel_sizes"], strict=True
    ):
        hops += math.ceil(kernel / stride) / rate
        rate *= stride
        hops += widest / rate
    return math.ceil(hops + 3 / rate)


def _block_reach(kernel: int, dilations: Sequence[int]) -> int:
    return sum((kernel // 2) * (dilation + 1) for dilation in dilations)
