"""Every scheduler, whole and begun late, against a network that knows the answer."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.models.schedulers import DEFAULT, SCHEDULER, SCHEDULERS, Sampler, make_scheduler
from engine.wire import ModelFailed, OutOfRange

pytestmark = pytest.mark.filterwarnings("ignore:.*(__array|array):DeprecationWarning")

CONFIG: dict[str, object] = {
    "_class_name": "DDIMScheduler",
    "_diffusers_version": "0.15.0",
    "beta_start": 0.0015,
    "beta_end": 0.0195,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "set_alpha_to_one": False,
    "steps_offset": 1,
    "num_train_timesteps": 1000,
}
CLEAN = torch.linspace(-1, 1, 24).reshape(1, 2, 3, 4)
every_scheduler = pytest.mark.parametrize("name", SCHEDULERS)


def sample(name: str, steps: int, run_steps: int | None = None, eta: float = 0.0) -> torch.Tensor:
    """Denoise with the exact prediction of CLEAN's noise."""
    generator = torch.Generator().manual_seed(4)
    noise = torch.randn(CLEAN.shape, generator=generator)
    scheduler = make_scheduler(CONFIG, name)
    sampler = Sampler(scheduler, steps, generator, run_steps=run_steps, eta=eta)
    begin = sampler.timesteps[0]
    x = noise * sampler.noise_scale if run_steps is None else sampler.noised(CLEAN, noise, begin)
    kept = np.sqrt(scheduler.alphas_cumprod.double().numpy())
    for timestep in sampler.timesteps:
        share = float(np.interp(float(timestep), np.arange(1000), kept))
        seen = sampler.scaled(x, timestep)
        x = sampler.step((seen - share * CLEAN) / (1 - share**2) ** 0.5, timestep, x)
    return x


@every_scheduler
@pytest.mark.parametrize(
    ("steps", "run_steps"), [(20, None), (20, 8), (20, 1), (20, 20), (1, 1), (2, 2)]
)
def test_an_exact_network_leads_to_its_answer(name: str, steps: int, run_steps: int | None) -> None:
    """The last alpha of this config is 0.9985: what DDIM and its kin leave is noise of 0.039."""
    error = (sample(name, steps, run_steps) - CLEAN).abs().max()
    assert error < 0.15


@every_scheduler
def test_the_same_seed_gives_the_same_sample(name: str) -> None:
    assert torch.equal(sample(name, 6, eta=1.0), sample(name, 6, eta=1.0))


def test_eta_reaches_ddim() -> None:
    assert not torch.equal(sample("ddim", 6, eta=1.0), sample("ddim", 6))


def test_a_late_run_takes_as_many_steps_as_asked() -> None:
    for name in ("ddim", "dpm++", "lms"):
        sampler = Sampler(make_scheduler(CONFIG, name), 10, torch.Generator(), run_steps=4)
        whole = Sampler(make_scheduler(CONFIG, name), 10, torch.Generator())
        assert torch.equal(sampler.timesteps, whole.timesteps[6:])


def test_default_is_the_checkpoints_own() -> None:
    assert type(make_scheduler(CONFIG)).__name__ == "DDIMScheduler"
    assert SCHEDULER.checked(DEFAULT) == DEFAULT
    assert SCHEDULER.checked("dpm++") == "dpm++"


def test_unknown_schedulers_are_refused() -> None:
    with pytest.raises(OutOfRange, match="there are: ddim"):
        make_scheduler(CONFIG, "magic")
    with pytest.raises(ModelFailed, match="NoScheduler"):
        make_scheduler({"_class_name": "NoScheduler"})
    with pytest.raises(ModelFailed, match="UNet2DModel"):
        make_scheduler({"_class_name": "UNet2DModel"})
