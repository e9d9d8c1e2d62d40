"""A model for tests of stems: each of its stems is a constant, its audio their sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from engine.jobs import Window
from engine.models.base import STEMS, Audio, Context, Tick
from engine.wire import ModelSpec, Parameter, Request

WINDOW_FRAMES = 1_000


class Model:
    """Gives four windows; `stems` says how many stems, `given` how many it hands on."""

    spec: ClassVar[ModelSpec] = ModelSpec(
        name="parts",
        rate_hz=8_000,
        channels=2,
        window_frames=WINDOW_FRAMES,
        context_frames=1,
        operations=("render",),
        parameters=(
            Parameter("stems", "int", 2, 0, 9),
            Parameter("given", "int", -1, -1, 9),
            Parameter("name", "str", "part"),
        ),
    )

    def load(self, device: str, dtype: str) -> None:
        """Do nothing: there are no weights."""

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        count, name = int(request.parameters["stems"]), request.parameters["name"]
        names = tuple(f"{number + 1:02}-{name}" for number in range(count))
        frames = WINDOW_FRAMES
        return [Window(i, 4, i * frames, frames, request, None, names) for i in range(4)]

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        assert context is None or set(context) == {"after"}
        given = int(window.request.parameters["given"])
        count = len(window.stems) if given < 0 else given
        level = np.arange(1, count + 1, dtype=np.float32) / 16 + window.index / 128
        shape = (count, window.frames, 2)
        stems = np.broadcast_to(level.astype(np.float32)[:, None, None], shape)
        after: dict[str, np.ndarray] = {"after": np.array([window.index])}
        if count:
            after[STEMS] = stems
        return stems.sum(axis=0, dtype=np.float32), after
