"""The contract every model keeps, and what all of them share.

A model is one file or folder under `engine/models/`; its module (`NAME.py` or
`NAME/model.py`) exposes a class `Model` that keeps this contract. Importing the module
imports no torch: that waits for `load`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.jobs import Window
from engine.wire import ModelSpec, Request

Audio: TypeAlias = NDArray[np.float32]
Context: TypeAlias = Mapping[str, NDArray[np.generic]]
IMAGE = "image"


class Tick(Protocol):
    """Reports progress within a window."""

    def __call__(self, fraction: float) -> None:
        """Say how much of the window is rendered, 0 to 1. Raises: JobCancelled."""


class Model(Protocol):
    """A way to make audio window by window, each conditioned on the context before it."""

    @property
    def spec(self) -> ModelSpec:
        """What the model is and can do; known before anything is loaded."""

    def load(self, device: str, dtype: str) -> None:
        """Read the weights onto a device ("cpu", "cuda"). Raises: ModelFailed."""

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        """Cut a request into all its windows, from window 0 on.

        `request.parameters` holds every parameter declared for its operation, checked and
        filled in. `sources` are the audio to work on, each `[frames, channels] float32` at
        the model's own rate and channels: none but for continue, inpaint and vary (one) and
        interpolate (two). The first window of a continuation is its source, bit for bit.
        Raises: RequestError.
        """

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window out of the context of the one before (None for window 0).

        Returns `[window.frames, channels] float32` audio and the context after it. The same
        window and context give the same samples: noise is drawn from `window_seed`.
        An array IMAGE in the context, `[height, width] uint8`, is the window's picture as the
        model drew it: the take keeps it, the next window does not see it.
        Raises: JobCancelled, ModelFailed.
        """


def window_seed(seed: int, index: int) -> int:
    """Return the 63-bit seed of window `index` of a job, so that it can be rendered alone."""
    state = np.random.SeedSequence([seed & 0xFFFF_FFFF_FFFF_FFFF, index]).generate_state(2)
    return (int(state[0]) << 31) ^ int(state[1])
