"""Diffusion schedulers by short names, made from a checkpoint's own scheduler config.

A `Sampler` is one run of one of diffusers' schedulers: over all its steps or only the last
ones (for variations), with every random number drawn from one CPU generator.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.wire import ModelFailed, OutOfRange, Parameter

if TYPE_CHECKING:
    import torch
    from torch import Tensor

DEFAULT = "default"
LMS_ORDER = 4
PNDM_STEPS = 4


class Recipe(NamedTuple):
    """A scheduler class of diffusers, and what to set differently in a checkpoint's config."""

    class_name: str
    changes: Mapping[str, object] = {}


SCHEDULERS: Mapping[str, Recipe] = {
    "ddim": Recipe("DDIMScheduler"),
    "ddpm": Recipe("DDPMScheduler"),
    "pndm": Recipe("PNDMScheduler"),
    "lms": Recipe("LMSDiscreteScheduler"),
    "euler": Recipe("EulerDiscreteScheduler"),
    "euler-a": Recipe("EulerAncestralDiscreteScheduler"),
    "heun": Recipe("HeunDiscreteScheduler"),
    "dpm2": Recipe("KDPM2DiscreteScheduler"),
    "dpm2-a": Recipe("KDPM2AncestralDiscreteScheduler"),
    "dpm++": Recipe("DPMSolverMultistepScheduler"),
    "dpm++-karras": Recipe("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "dpm++-sde": Recipe("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "dpm++-single": Recipe("DPMSolverSinglestepScheduler", {"lower_order_final": True}),
    "deis": Recipe("DEISMultistepScheduler"),
    "unipc": Recipe("UniPCMultistepScheduler"),
}
SCHEDULER = Parameter(
    "scheduler",
    "str",
    DEFAULT,
    choices=(DEFAULT, *SCHEDULERS),
    text="how noise becomes sound; default is the checkpoint's own scheduler",
)


def make_scheduler(config: Mapping[str, object], name: str = DEFAULT) -> Any:
    """Return a diffusers scheduler made from a checkpoint's `scheduler_config.json`.

    Raises: OutOfRange for a name that is not in SCHEDULERS, ModelFailed for a config
    whose own class is no scheduler of diffusers.
    """
    import diffusers

    if name != DEFAULT and name not in SCHEDULERS:
        raise OutOfRange(f"there is no scheduler {name[:40]!r}; there are: {', '.join(SCHEDULERS)}")
    recipe = SCHEDULERS.get(name) or Recipe(str(config.get("_class_name", "")))
    if not recipe.class_name.endswith("Scheduler") or not hasattr(diffusers, recipe.class_name):
        raise ModelFailed(
            f"the checkpoint names the scheduler {recipe.class_name[:60]!r}, which the installed "
            f"diffusers does not have; choose one with the parameter scheduler"
        )
    return getattr(diffusers, recipe.class_name).from_config({**config, **recipe.changes})


class Sampler:
    """One run of a scheduler, over its last `run_steps` of `steps` steps (all unless given).

    `timesteps` are those to go through in order; samples are float32 of any shape.
    """

    def __init__(
        self,
        scheduler: Any,
        steps: int,
        generator: torch.Generator,
        *,
        run_steps: int | None = None,
        eta: float = 0.0,
        device: str = "cpu",
    ) -> None:
        begin = 0 if run_steps is None else steps - min(run_steps, steps)
        if hasattr(scheduler, "prk_timesteps") and (begin or steps < PNDM_STEPS):
            # Runge-Kutta warm-up steps come at the start of a long enough run, or not at all.
            scheduler.register_to_config(skip_prk_steps=True)
        scheduler.set_timesteps(steps, device=device)
        self.scheduler = scheduler
        self.timesteps = _tail(scheduler, begin)
        self._generator = generator
        self._eta = eta
        self._takes = inspect.signature(scheduler.step).parameters
        self._done = 0
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(begin * scheduler.order)

    @property
    def noise_scale(self) -> float:
        """What unit noise is multiplied by to be the first sample of a whole run."""
        return float(self.scheduler.init_noise_sigma)

    def scaled(self, sample: Tensor, timestep: Tensor) -> Tensor:
        """Return a sample as the network wants to see it."""
        scaled: Tensor = self.scheduler.scale_model_input(sample, timestep)
        return scaled

    def noised(self, clean: Tensor, noise: Tensor, timestep: Tensor) -> Tensor:
        """Return a clean sample as it is at the timestep whose step comes next."""
        noised: Tensor = self.scheduler.add_noise(clean, noise, timestep.reshape(1))
        return noised

    def step(self, output: Tensor, timestep: Tensor, sample: Tensor) -> Tensor:
        """Return the sample one step less noisy, out of what the network made of it."""
        offered = {"eta": self._eta, "generator": self._generator}
        # A run that begins late has no history yet: LMS must be told.
        offered["order"] = min(self._done + 1, LMS_ORDER)
        self._done += 1
        options = {key: value for key, value in offered.items() if key in self._takes}
        result = self.scheduler.step(output.float(), timestep, sample, return_dict=False, **options)
        previous: Tensor = result[0]
        return previous


def _tail(scheduler: Any, begin: int) -> Tensor:
    """Return the timesteps from denoising step `begin` on."""
    import torch

    timesteps: Tensor = scheduler.timesteps
    if not begin or not hasattr(scheduler, "plms_timesteps"):
        return timesteps[begin * scheduler.order :]
    # PNDM takes its second step twice, wherever it begins.
    times = torch.unique_consecutive(timesteps)[begin:]
    return torch.cat((times[:2], times[1:]))
