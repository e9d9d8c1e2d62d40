"""A model for tests of operations on audio: what it gives says what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from engine.jobs import Window
from engine.models.base import IMAGE, Audio, Context, Tick
from engine.wire import ModelSpec, Operation, Parameter, Request

RATE_HZ = 16_000
CHANNELS = 2
WORKS: tuple[Operation, ...] = ("continue", "inpaint", "vary", "interpolate")


class Model:
    """Continues with the source backwards, silences spans, scales by strength, mixes by mix."""

    spec: ClassVar[ModelSpec] = ModelSpec(
        name="echo",
        rate_hz=RATE_HZ,
        channels=CHANNELS,
        window_frames=4_000,
        context_frames=1,
        operations=WORKS,
        parameters=(
            Parameter("seconds", "float", 1.0, 0.01, 60.0, operations=("continue",)),
            Parameter("start_seconds", "float", 0.0, 0.0, operations=("inpaint",)),
            Parameter("end_seconds", "float", 0.0, 0.0, operations=("inpaint",)),
            Parameter("strength", "float", 0.5, 0.0, 1.0, operations=("vary",)),
            Parameter("mix", "float", 0.5, 0.0, 1.0, operations=("interpolate",)),
            Parameter("prompt", "str", ""),
        ),
    )

    def load(self, device: str, dtype: str) -> None:
        """Do nothing: there are no weights."""

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        audio = _made(request, sources)
        first = len(sources[0]) if request.operation == "continue" else len(audio) // 2
        edges = [0, first, len(audio)]
        return [Window(i, 2, edges[i], edges[i + 1] - edges[i], request, audio) for i in range(2)]

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        tick(0.5)
        audio = np.asarray(window.prepared, np.float32)
        picture = np.arange(12, dtype=np.uint8).reshape(3, 4) + np.uint8(window.index)
        assert context is None or IMAGE not in context
        mine = audio[window.first_frame : window.first_frame + window.frames]
        return mine, {"index": np.array([window.index]), IMAGE: picture}


def _made(request: Request, sources: Sequence[Audio]) -> Audio:
    values, source = request.parameters, sources[0]
    match request.operation:
        case "continue":
            frames = round(float(values["seconds"]) * RATE_HZ)
            return np.concatenate((source, np.resize(source[::-1], (frames, CHANNELS))))
        case "inpaint":
            span = [round(float(values[f"{end}_seconds"]) * RATE_HZ) for end in ("start", "end")]
            made = source.copy()
            made[span[0] : span[1]] = 0.0
            return made
        case "vary":
            return source * np.float32(values["strength"])
        case _:
            frames, mix = min(map(len, sources)), np.float32(values["mix"])
            return sources[0][:frames] * (1 - mix) + sources[1][:frames] * mix
