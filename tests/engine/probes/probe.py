"""A model for tests: cheap noise that depends on its context, and misbehaviour on request."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from engine.jobs import Window
from engine.models.base import Audio, Context, Tick, window_seed
from engine.wire import BadScore, ModelFailed, ModelSpec, Parameter, Request

RATE_HZ = 8_000
FAULTS = (
    *("none", "raise", "refuse", "memory", "device", "die", "hang", "swallow"),
    *("shape", "dtype", "nan", "context", "gap", "empty", "plan"),
)


class AcceleratorError(RuntimeError):
    """Named as torch names what a broken device raises."""


class Model:
    """Filtered noise; `fault` happens in window `at`."""

    spec: ClassVar[ModelSpec] = ModelSpec(
        name="probe",
        rate_hz=RATE_HZ,
        channels=1,
        window_frames=4_000,
        context_frames=1,
        operations=("generate",),
        parameters=(
            Parameter("windows", "int", 4, 1, 1_000_000),
            Parameter("frames", "int", 4_000, 1, 10_000_000),
            Parameter("steps", "int", 2, 1, 1_000_000_000),
            Parameter("step_seconds", "float", 0.0, 0.0, 60.0),
            Parameter("fault", "str", "none", choices=FAULTS),
            Parameter("at", "int", 0, 0),
        ),
    )

    def load(self, device: str, dtype: str) -> None:
        """Do nothing: there are no weights."""

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        count, frames = int(request.parameters["windows"]), int(request.parameters["frames"])
        fault = request.parameters["fault"]
        if fault == "plan":
            raise BadScore("the probe was asked to refuse this plan")
        gap = 1 if fault == "gap" else 0
        windows = [Window(i, count, i * (frames + gap), frames, request) for i in range(count)]
        return [] if fault == "empty" else windows

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        values = window.request.parameters
        fault = str(values["fault"]) if window.index == values["at"] else "none"
        for step in range(int(values["steps"])):
            time.sleep(float(values["step_seconds"]))
            try:
                tick(step / int(values["steps"]))
            except Exception:
                if fault != "swallow":
                    raise
                break
        noise = np.random.default_rng(window_seed(window.request.seed, window.index))
        last = np.float32(0.0) if context is None else context["last"][0]
        audio = noise.uniform(-0.5, 0.5, (window.frames, 1)).astype(np.float32)
        audio += np.float32(0.5) * last
        return _spoiled(fault, audio), _following(fault, audio)


def _following(fault: str, audio: Audio) -> Context:
    if fault == "context":
        return {"last": np.array([object()])}
    return {"last": audio[-1].copy()}


def _spoiled(fault: str, audio: Audio) -> Audio:
    match fault:
        case "raise":
            raise ZeroDivisionError("a secret: /home/someone/weights")
        case "refuse":
            raise ModelFailed("the probe was asked to fail")
        case "memory":
            raise MemoryError
        case "device":
            raise AcceleratorError("CUDA error: device-side assert triggered")
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            while True:
                time.sleep(0.01)
        case "shape":
            return audio[1:]
        case "dtype":
            return audio.astype(np.float64)  # type: ignore[return-value]
        case "nan":
            audio[0] = np.nan
    return audio
