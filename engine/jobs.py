"""Jobs and windows: the engine's bookkeeping, without tensors."""

from __future__ import annotations

from dataclasses import dataclass

from engine.wire import Request


@dataclass(frozen=True)
class Window:
    """The unit of rendering: `frames` sample frames of a job, from `first_frame` on.

    `prepared` is whatever the model's `plan` wants its `step` to have: the same object for
    every window of the job, never changed by a step.
    """

    index: int
    count: int
    first_frame: int
    frames: int
    request: Request
    prepared: object = None
