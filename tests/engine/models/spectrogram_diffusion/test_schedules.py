"""How few steps each schedule can do with, where the right answer is known exactly.

The data are normal, each column with a spread of its own; the network is the exact one for
them. A good sampler gives the columns their spreads back: what is too narrow sounds blurred.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.models.schedulers import Sampler, make_scheduler
from engine.models.spectrogram_diffusion.renderer import MOST_NOISE, scheduler_of
from tests.engine.models.tiny.spectrogram_diffusion import SCHEDULER

pytestmark = pytest.mark.filterwarnings("ignore:.*__array:DeprecationWarning")

SPREADS = torch.tensor([0.03, 0.1, 0.2, 0.35], dtype=torch.float64)
SAMPLES = 4000


def kept_at(timestep: Tensor, sampler: Sampler) -> float:
    """Return how much of the signal's power is left at a timestep."""
    left = torch.cumprod(1.0 - sampler.scheduler.betas.double(), 0).numpy()
    return float(np.interp(float(timestep), np.arange(1000), left))


def spreads_of(scheduler: object, steps: int) -> Tensor:
    """Return the spread of each column of samples, as a share of the right one."""
    generator = torch.Generator().manual_seed(1)
    sampler = Sampler(scheduler, steps, generator)
    x = torch.randn((1, SAMPLES, len(SPREADS)), generator=generator) * sampler.noise_scale
    for timestep in sampler.timesteps:
        kept = kept_at(timestep, sampler)
        seen = sampler.scaled(x, timestep).double()
        clean = seen * kept**0.5 * SPREADS**2 / (kept * SPREADS**2 + 1.0 - kept)
        noise = (seen - kept**0.5 * clean) / (1.0 - kept) ** 0.5
        x = sampler.step(noise.float(), timestep, x)
    return x.double().std(dim=(0, 1)) / SPREADS


@pytest.mark.parametrize(
    ("name", "steps", "within"),
    [
        ("default", 1000, 0.05),
        ("default", 100, 0.25),
        ("dpm++", 25, 0.05),
        ("dpm++", 10, 0.08),
        ("dpm++", 6, 0.17),
        ("unipc", 25, 0.05),
        ("unipc", 10, 0.08),
        ("unipc", 6, 0.13),
    ],
)
def test_so_many_steps_keep_every_spread(name: str, steps: int, within: float) -> None:
    spreads = spreads_of(scheduler_of(SCHEDULER, name), steps)
    assert (spreads - 1.0).abs().max() < within, spreads


@pytest.mark.parametrize("name", ["dpm++", "unipc"])
def test_solvers_as_diffusers_sets_them_blur_in_ten_steps(name: str) -> None:
    """Why we set them otherwise: a spread of 0.03 shrinks to less than a quarter."""
    assert spreads_of(make_scheduler(SCHEDULER, name), 10)[0] < 0.25


@pytest.mark.parametrize("name", ["dpm++", "unipc"])
def test_solvers_begin_where_something_can_be_told(name: str) -> None:
    sampler = Sampler(scheduler_of(SCHEDULER, name), 10, torch.Generator())
    kept = kept_at(sampler.timesteps[0], sampler)
    assert ((1.0 - kept) / kept) ** 0.5 == pytest.approx(MOST_NOISE, rel=0.05)
