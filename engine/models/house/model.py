"""The built-in model: renders scores with learned note envelopes, a flow and waves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

import msgspec
import numpy as np

from engine.jobs import Window
from engine.models.base import STEMS, Audio, Context, Tick
from engine.models.house import making, morphing, notes
from engine.models.house.morphing import Morph
from engine.models.house.notes import EARLY_HOPS, HOP, HOPS_PER_SECOND, RATE_HZ
from engine.models.house.piece import Piece
from engine.models.house.stage import Stage, stage_of
from engine.models.house.stems import limit_alike, stem_names
from engine.performance import Performance
from engine.wire import DRAFT, BadScore, ModelFailed, ModelSpec, Parameter, Request, TooLarge

if TYPE_CHECKING:
    from engine.models.house.live import Live
    from engine.models.house.renderer import Renderer

WINDOW_HOPS = 128
CONTEXT_HOPS = 32
# The first windows are short, so that a job is heard soon.
FIRST_WINDOWS_HOPS = (32, 64)
MAX_SECONDS = 2 * 3600.0
KNEE = 0.8  # where the limiter starts to bend


class Model:
    """Renders scores with the instruments that it learned from a General MIDI soundfont."""

    spec: ClassVar[ModelSpec] = ModelSpec(
        name="house",
        rate_hz=RATE_HZ,
        channels=2,
        window_frames=WINDOW_HOPS * HOP,
        context_frames=CONTEXT_HOPS * HOP,
        operations=("render", *making.OPERATIONS, "live"),
        parameters=(
            Parameter(
                *("steps", "int", making.USUAL_STEPS, 0, 16),
                text="refinement steps; 0 is the prior alone",
                operations=("render", *making.OPERATIONS),
                drafted=0,
            ),
            msgspec.structs.replace(DRAFT, operations=("render", *making.OPERATIONS)),
            Parameter(
                *("stems", "bool", False),
                text="one stem per MIDI channel beside the mix, and one of what the source keeps",
                operations=("render", *making.OPERATIONS),
            ),
            *making.PARAMETERS,
            Parameter("gain_decibels", "float", 0.0, -60.0, 24.0, unit="dB", text="output level"),
            Parameter(
                *("follow_steps", "int", 0, 0, 4),
                text="refinement steps a chunk, one chunk behind; 0 is none",
                operations=("live",),
            ),
            Parameter(
                "mpe",
                "bool",
                False,
                text="channels 2 to 16 are an MPE zone from the start",
                operations=("live",),
            ),
        ),
        licence="Apache-2.0",
        by_score=("interpolate",),
        text="The built-in model: General MIDI instruments and drums, learned from a soundfont.",
    )

    def __init__(self) -> None:
        self._renderer: Renderer | None = None

    def load(self, device: str, dtype: str) -> None:
        """Read the weights onto a device; they compute in float32 whatever the `dtype`.

        Raises: ModelFailed.
        """
        from engine.models.house.renderer import Renderer

        self._renderer = Renderer(device)

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        """Cut a score, and the ringing after it, into windows; compose it where none is given.

        Raises: BadScore, TooLarge, OutOfRange, ModelFailed.
        """
        if request.operation in making.OPERATIONS:
            return making.plan(request, sources, self._loaded(), window_edges)
        if request.score is None or not request.score.notes:
            raise BadScore("a score without notes came: render needs at least one note")
        performance = Performance(request.score)
        last_seconds = max(performance.duration_seconds, *performance.notes.end_seconds.tolist())
        if not last_seconds <= MAX_SECONDS:
            raise TooLarge(
                f"a score of {last_seconds:.0f} s came; at most {MAX_SECONDS:.0f} s render: "
                "split it"
            )
        table = notes.table(request.score)
        rings = self._loaded().tails()[table.instrument, table.pitch] / HOPS_PER_SECOND
        last_seconds = max(last_seconds, float((table.release_seconds + rings).max()))
        hops = int(np.ceil(last_seconds * HOPS_PER_SECOND)) + 2 * EARLY_HOPS
        with_stems = bool(request.parameters.get("stems", False))
        stage = stage_of(performance, table, hops + WINDOW_HOPS, with_stems)
        names = stem_names(table) if with_stems else ()
        edges = window_edges(hops)
        return [
            Window(i, len(edges) - 1, first * HOP, (last - first) * HOP, request, stage, names)
            for i, (first, last) in enumerate(pairwise(edges))
        ]

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window as `[frames, 2] float32`.

        The context is the last CONTEXT_HOPS of prior and mel, and the sound that goes on.
        Raises: JobCancelled, ModelFailed.
        """
        if isinstance(window.prepared, Piece):
            sound, after = making.step(window, window.prepared, self._loaded(), context, tick)
            if window.prepared.keeps(window):
                return sound, after
        elif isinstance(window.prepared, Morph):
            sound, after = morphing.step(window, window.prepared, context, tick)
        elif isinstance(window.prepared, Stage):
            sound, after = self._rendered(window, window.prepared, context, tick)
        else:
            raise ModelFailed("a window that house did not plan came: plan the request first")
        audio = limit(sound)
        if window.stems:
            stems = np.asarray(after[STEMS], np.float32)
            after = {**after, STEMS: limit_alike(stems, sound, audio)}
        tick(1.0)
        return audio, after

    def _rendered(
        self, window: Window, stage: Stage, context: Context | None, tick: Tick
    ) -> tuple[Audio, Context]:
        parameters = window.request.parameters
        steps = int(parameters.get("steps", making.USUAL_STEPS))
        sound, after = self._loaded().render(window, stage, steps, context, tick)
        gain = np.float32(10.0 ** (float(parameters.get("gain_decibels", 0.0)) / 20.0))
        if window.stems:
            after = {**after, STEMS: np.asarray(after[STEMS], np.float32) * gain}
        return sound * gain, after

    def live(self, request: Request) -> Live:
        """Get ready to be played. Raises: ModelFailed."""
        from engine.models.house.live import Live
        from engine.models.house.shelf import Shelf

        renderer = self._loaded()
        return Live.rehearsed(*renderer.nets, Shelf(renderer.waves), request)

    def _loaded(self) -> Renderer:
        if self._renderer is None:
            raise ModelFailed("house has no weights in memory: load it before planning a request")
        return self._renderer


def window_edges(hops: int) -> list[int]:
    """Return where windows begin and end, in hops: short ones first, no very short one last."""
    edges = [0]
    sizes = iter(FIRST_WINDOWS_HOPS)
    while edges[-1] < hops:
        edges.append(edges[-1] + next(sizes, WINDOW_HOPS))
    if len(edges) > 2 and hops - edges[-2] < FIRST_WINDOWS_HOPS[0]:
        edges.pop()
    edges[-1] = hops
    return edges


def limit(audio: Audio) -> Audio:
    """Bend what passes KNEE smoothly so that it never passes 1; leave the rest as it is."""
    size = np.abs(audio)
    if size.max(initial=0.0) <= KNEE:
        return audio
    over = np.maximum(size - KNEE, 0.0) / (1.0 - KNEE)
    bent = np.minimum(size, KNEE) + (1.0 - KNEE) * (over / (1.0 + over))
    return np.copysign(bent, audio).astype(np.float32)
