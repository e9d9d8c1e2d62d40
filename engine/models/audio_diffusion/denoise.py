"""The denoising loop, its inversion, and the way between two noises."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from engine.models.base import Tick
from engine.models.schedulers import Sampler


class Kept(NamedTuple):
    """What stays as it is: a clean `sample`, where `mask [columns]` is true, under its `noise`."""

    sample: Tensor
    mask: Tensor
    noise: Tensor


class Denoiser:
    """Runs a UNet, conditioned on `encoding [1, vectors, size]` where it is a conditional one."""

    def __init__(self, unet: Any, encoding: Tensor | None = None) -> None:
        self._unet = unet
        self._arguments = () if encoding is None else (encoding.to(unet.dtype),)

    def run(self, sampler: Sampler, sample: Tensor, tick: Tick, kept: Kept | None = None) -> Tensor:
        """Return a clean sample, `float32`, of the shape that came.

        What is kept is after every step as noisy as the rest, and in the end as it was. (Upstream
        leaves it one step noisier than the rest, in the end too.)
        """
        steps = len(sampler.timesteps)
        for i, timestep in enumerate(sampler.timesteps):
            output = self._predict(sampler.scaled(sample, timestep), timestep)
            sample = sampler.step(output, timestep, sample)
            if kept is not None:
                known = kept.sample
                if i + 1 < steps:
                    known = sampler.noised(known, kept.noise, sampler.timesteps[i + 1])
                sample = torch.where(kept.mask, known, sample)
            tick((i + 1) / steps)
        return sample

    def invert(self, scheduler: Any, sample: Tensor, steps: int, tick: Tick) -> Tensor:
        """Return the noise out of which deterministic DDIM makes a clean sample.

        The steps of DDIM backwards (Song, Meng and Ermon, "Denoising diffusion implicit models",
        2021, section 4.3), with the network's output at the later of the two levels.
        """
        scheduler.set_timesteps(steps, device=sample.device)
        stride = scheduler.config.num_train_timesteps // steps
        cumulative = scheduler.alphas_cumprod.to(sample.device)
        times = scheduler.timesteps.flip(0)
        for i, timestep in enumerate(times):
            earlier = int(timestep) - stride
            before = cumulative[earlier] if earlier >= 0 else scheduler.final_alpha_cumprod
            after = cumulative[timestep]
            noise, clean = _parts(self._predict(sample, timestep), sample, before, scheduler)
            sample = after.sqrt() * clean + (1 - after).sqrt() * noise
            tick((i + 1) / len(times))
        return sample

    def _predict(self, sample: Tensor, timestep: Tensor) -> Tensor:
        given = sample.to(self._unet.dtype)
        output: Tensor = self._unet(given, timestep, *self._arguments, return_dict=False)[0]
        return output.float()


def _parts(output: Tensor, sample: Tensor, level: Tensor, scheduler: Any) -> tuple[Tensor, Tensor]:
    """Return the noise and the clean sample that a network's output means at a level."""
    signal, spread = level.sqrt(), (1 - level).sqrt()
    kind = scheduler.config.prediction_type
    if kind == "v_prediction":
        return signal * output + spread * sample, signal * sample - spread * output
    if kind == "sample":
        noise = (sample - signal * output) / spread.clamp(min=1e-8)
        return noise, output
    return output, (sample - spread * output) / signal


def slerp(one: Tensor, other: Tensor, mix: float) -> Tensor:
    """Return the tensor at `mix` on the arc from one to the other, both of the same shape."""
    first, second = one.cpu().double().flatten(), other.cpu().double().flatten()
    cosine = torch.dot(first, second) / (first.norm() * second.norm())
    angle = math.acos(min(max(float(cosine), -1.0), 1.0))
    if math.sin(angle) < 1e-6:  # The same direction, or opposite ones: there is no one arc.
        return torch.lerp(one, other, mix)
    weights = (math.sin((1.0 - mix) * angle), math.sin(mix * angle))
    return (weights[0] * one + weights[1] * other) / math.sin(angle)
