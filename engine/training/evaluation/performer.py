"""The packed model as evaluation hears it: any score, at any number of steps, in mono."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from engine.jobs import Window
from engine.models.base import Audio, Context
from engine.models.house import notes
from engine.models.house.model import Model
from engine.models.house.notes import Floats
from engine.models.house.prior import mix
from engine.models.house.renderer import Renderer
from engine.models.house.stage import Stage
from engine.models.house.vocoder import FILE as VOCODER_FILE
from engine.models.house.vocoder import Vocoder
from engine.wire import Request, Score, Value

Step: TypeAlias = Callable[[Window, Context | None], tuple[Audio, Context]]


class Take(NamedTuple):
    """A sound `[frames] float32` mono, and the frames at which its windows join."""

    sound: Floats
    joins: list[int]


class Performer:
    """The model's public face, and the parts of it that are measured alone."""

    def __init__(self) -> None:
        """Load the weights. Raises: ModelFailed."""
        self._model = Model()
        self._model.load("cpu", "float32")
        self._renderer = Renderer("cpu")
        self._vocoder = Vocoder.load() if VOCODER_FILE.exists() else None
        self.default_steps = int(self._defaults()["steps"])

    def perform(self, score: Score, steps: int, frames: int, seed: int = 0) -> Take:
        """Render a score window by window, cut or filled to `frames` frames."""

        def step(window: Window, context: Context | None) -> tuple[Audio, Context]:
            return self._model.step(window, context, _unheard)

        return self._play(score, steps, frames, seed, step)

    def copy(self, score: Score, mel: Floats, frames: int) -> Floats:
        """Send a true mel, `[hops, MELS] float32`, through the synthesis alone."""

        def step(window: Window, context: Context | None) -> tuple[Audio, Context]:
            stage = window.prepared
            assert isinstance(stage, Stage)
            return self._renderer.render(window, stage, 0, context, _unheard, mel)

        return self._play(score, 0, frames, 0, step).sound

    def vocode(self, mel: Floats, frames: int) -> Floats | None:
        """Send a true mel, `[hops, MELS] float32`, through the vocoder; None without weights."""
        return None if self._vocoder is None else self._vocoder.sound(mel, frames)

    def prior(self, score: Score, hops: int) -> Floats:
        """Return the prior's mel before any refinement or synthesis, `[hops, MELS] float32`."""
        net, waves = self._renderer.nets[0], self._renderer.waves
        found: Floats = mix(net, waves, notes.table(score), 0, hops).numpy()
        return found

    def _play(self, score: Score, steps: int, frames: int, seed: int, step: Step) -> Take:
        parameters = self._defaults() | {"steps": steps}
        request = Request("render", self._model.spec.name, seed, parameters, score)
        context: Context | None = None
        blocks, joins = [], []
        for window in self._model.plan(request):
            audio, context = step(window, context)
            blocks.append(audio.mean(axis=1))
            joins.append(window.first_frame)
        sound = np.concatenate(blocks)[:frames]
        sound = np.pad(sound, (0, frames - len(sound)))
        return Take(sound, [join for join in joins if 0 < join < frames])

    def _defaults(self) -> dict[str, Value]:
        parameters = self._model.spec.parameters
        return {each.name: each.default for each in parameters if each.belongs_to("render")}


def _unheard(fraction: float) -> None:
    """Nobody waits for progress here."""
