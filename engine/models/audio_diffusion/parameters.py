"""The parameters of Audio Diffusion, with their ranges and defaults."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.models.audio_diffusion.geometry import Geometry
from engine.models.schedulers import DEFAULT, SCHEDULER
from engine.wire import DRAFT, Operation, OutOfRange, Parameter, Request, Value, WrongTypes

OPERATIONS: tuple[Operation, ...] = ("generate", "continue", "inpaint", "vary", "interpolate")
SAMPLED: tuple[Operation, ...] = ("generate", "continue", "inpaint", "vary")
MAX_SECONDS = 3600.0
MAX_VECTORS = 64
STEPS: Mapping[str, int] = {"DDIMScheduler": 50, "DDPMScheduler": 1000, "ddim": 50, "ddpm": 1000}
FEW_STEPS = 20


def parameters(geometry: Geometry) -> tuple[Parameter, ...]:
    """Return what a checkpoint of this geometry takes."""
    own = (*_places(geometry), *_sampling(), *_windows(geometry), *_sound(geometry))
    return (*own, *_conditions(geometry)) if geometry.encoding_size else own


def steps_of(request: Request, scheduler_class: str) -> int:
    """Return the steps of a whole run: those asked for, or what the scheduler is good with."""
    if asked := int(request.parameters["steps"]):
        return asked
    name = str(request.parameters.get("scheduler", "ddim"))
    return STEPS.get(scheduler_class if name == DEFAULT else name, FEW_STEPS)


def encoding_of(request: Request, geometry: Geometry) -> list[float]:
    """Return the numbers of a request's `encoding`, whole vectors of them.

    Raises: WrongTypes, OutOfRange.
    """
    text = str(request.parameters["encoding"]).replace(",", " ")
    try:
        numbers = [float(word) for word in text.split()]
    except ValueError:
        raise WrongTypes(f"encoding came as {text[:40]!r}; it takes numbers") from None
    size = geometry.encoding_size
    is_whole = 0 < len(numbers) <= size * MAX_VECTORS and len(numbers) % size == 0
    if not is_whole or not all(map(math.isfinite, numbers)):
        raise OutOfRange(
            f"encoding came with {len(numbers)} numbers; this model is conditioned on vectors "
            f"of {size}: send {size}, or up to {MAX_VECTORS} times as many"
        )
    return numbers


def _places(geometry: Geometry) -> tuple[Parameter, ...]:
    window = geometry.window_frames / geometry.rate_hz
    return (
        _seconds("seconds", window, "how much to make", ("generate", "continue")),
        _seconds("start_seconds", 0.0, "where the span to make anew begins", ("inpaint",)),
        _seconds("end_seconds", 1.0, "where the span to make anew ends", ("inpaint",)),
        Parameter(
            "strength",
            "float",
            1.0,
            0.0,
            1.0,
            text="how far from the source: 0 is the source itself, 1 begins from nothing of it",
            operations=("vary", "inpaint"),
        ),
        Parameter(
            "mix",
            "float",
            0.5,
            0.0,
            1.0,
            text="from the first source, 0, to the second, 1",
            operations=("interpolate",),
        ),
    )


def _seconds(name: str, default: Value, text: str, operations: tuple[Operation, ...]) -> Parameter:
    return Parameter(
        name, "float", default, 0.0, MAX_SECONDS, unit="s", text=text, operations=operations
    )


def _sampling() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "steps",
            "int",
            0,
            0,
            1000,
            text=f"denoising steps; 0 is 50 for ddim, 1000 for ddpm, {FEW_STEPS} for the others",
            drafted=FEW_STEPS,
        ),
        DRAFT,
        Parameter(
            SCHEDULER.name,
            SCHEDULER.kind,
            SCHEDULER.default,
            choices=SCHEDULER.choices,
            text=SCHEDULER.text,
            operations=SAMPLED,
            drafted="ddim",
        ),
        Parameter(
            "eta", "float", 0.0, 0.0, 1.0, text="fresh noise a step, for ddim", operations=SAMPLED
        ),
    )


def _windows(geometry: Geometry) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "overlap_seconds",
            "float",
            round(geometry.seconds(geometry.columns // 4), 3),
            0.0,
            round(geometry.seconds(geometry.columns), 3),
            unit="s",
            text="how much of what is there a window goes on from, a third of it at most",
        ),
        Parameter(
            "long_by",
            "str",
            "chain",
            choices=("chain", "wide"),
            text="how to make more than a window: one after another, each heard at once, or in "
            "one wide piece",
            operations=("generate",),
        ),
    )


def _sound(geometry: Geometry) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "phase_iterations",
            "int",
            geometry.phase_iterations,
            1,
            512,
            text="Griffin-Lim iterations from the spectrogram to the sound",
        ),
        Parameter(
            "level_decibels",
            "float",
            -18.0,
            -60.0,
            -6.0,
            unit="dB",
            text="how loud new sound is, root mean square",
            operations=("generate",),
        ),
    )


def _conditions(geometry: Geometry) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "encoding",
            "str",
            "",
            text=f"what to make: {geometry.encoding_size} numbers, or several vectors of as many",
        ),
    )
