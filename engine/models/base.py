"""The contract every model keeps, and what all of them share.

A model is one file or folder under `engine/models/`; its module (`NAME.py` or
`NAME/model.py`) exposes a class `Model` that keeps this contract. Importing the module
imports no torch: that waits for `load`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.jobs import Window
from engine.wire import ModelSpec, Request

Audio: TypeAlias = NDArray[np.float32]
Context: TypeAlias = Mapping[str, NDArray[np.generic]]


class Tick(Protocol):
    """Reports progress within a window."""

    def __call__(self, fraction: float) -> None:
        """Say how much of the window is rendered, 0 to 1. Raises: JobCancelled."""


class Model(Protocol):
    """A way to make audio window by window, each conditioned on the context before it."""

    spec: ClassVar[ModelSpec]

    def load(self, device: str, dtype: str) -> None:
        """Read the weights onto a device ("cpu", "cuda"). Raises: ModelFailed."""

    def plan(self, request: Request) -> Sequence[Window]:
        """Cut a request into all its windows, from window 0 on.

        `request.parameters` holds every declared parameter, checked and filled in.
        Raises: RequestError.
        """

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window out of the context of the one before (None for window 0).

        Returns `[window.frames, channels] float32` audio and the context after it. The same
        window and context give the same samples: noise is drawn from `window_seed`.
        Raises: JobCancelled, ModelFailed.
        """


def window_seed(seed: int, index: int) -> int:
    """Return the 63-bit seed of window `index` of a job, so that it can be rendered alone."""
    state = np.random.SeedSequence([seed & 0xFFFF_FFFF_FFFF_FFFF, index]).generate_state(2)
    return (int(state[0]) << 31) ^ int(state[1])
