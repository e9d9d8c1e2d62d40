"""The denoising loop: guidance, parts that stay as they are, progress after every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from engine.models.base import Tick
from engine.models.schedulers import Sampler


class Kept(NamedTuple):
    """Latents `[channels, rows, columns]` that are there already, where `rows` is true."""

    latents: Tensor
    rows: Tensor

    @property
    def mask(self) -> Tensor:
        """Where to keep, `[1, rows, 1]`."""
        return self.rows[None, :, None]


class Denoiser:
    """Denoises latents with a UNet that predicts what its scheduler asks for."""

    def __init__(self, unet: Any, arguments: Mapping[str, Any], guidance: float) -> None:
        """Take the UNet's arguments: where guided, first without the prompt, then with it."""
        self._unet = unet
        self._arguments = arguments
        self._guidance = guidance

    def run(
        self,
        sampler: Sampler,
        latents: Tensor,
        tick: Callable[[float], None] | Tick,
        kept: Kept | None = None,
        draw: Callable[[], Tensor] | None = None,
    ) -> Tensor:
        """Return clean latents `[candidates, channels, rows, columns] float32`.

        What is kept is, before every step, as noisy as the rest (Lugmayr et al. 2022, as in
        haoheliu/AudioLDM), and in the end as it was.
        """
        steps = len(sampler.timesteps)
        for i, timestep in enumerate(sampler.timesteps):
            if kept is not None and draw is not None:
                noisy = sampler.noised(kept.latents, draw(), timestep)
                latents = torch.where(kept.mask, noisy, latents)
            output = self._predict(sampler.scaled(latents, timestep), timestep)
            latents = sampler.step(output, timestep, latents)
            tick((i + 1) / steps)
        return latents if kept is None else torch.where(kept.mask, kept.latents, latents)

    def _predict(self, latents: Tensor, timestep: Tensor) -> Tensor:
        is_guided = self._guidance > 1.0
        rows = torch.cat([latents] * 2) if is_guided else latents
        output: Tensor = self._unet(
            rows.to(self._unet.dtype), timestep, return_dict=False, **self._arguments
        )[0].float()
        if not is_guided:
            return output
        without, with_prompt = output.chunk(2)
        return without + self._guidance * (with_prompt - without)
