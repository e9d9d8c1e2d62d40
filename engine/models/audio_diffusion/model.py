"""Audio Diffusion (Smith 2022, teticio/audio-diffusion): sound as images of mel spectrograms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from engine.checkpoints import Checkpoint
from engine.jobs import Window
from engine.models.audio_diffusion.geometry import read_geometry
from engine.models.audio_diffusion.parameters import (
    OPERATIONS,
    encoding_of,
    parameters,
    steps_of,
)
from engine.models.audio_diffusion.plan import Plan, plan_job
from engine.models.base import Audio, Context, Tick
from engine.wire import ModelFailed, ModelSpec, Request

if TYPE_CHECKING:
    from engine.models.audio_diffusion.renderer import Renderer


class Model:
    """Makes music without words, or anew out of music, window by window.

    A window that follows another keeps the last columns of its image as they are, and its sound
    grows out of that one's in phase. Serves pixel and latent checkpoints, conditional ones too.
    """

    pipelines: ClassVar[tuple[str, ...]] = ("AudioDiffusionPipeline",)

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Read a checkpoint's configurations, no weights. Raises: ModelFailed."""
        self._checkpoint = checkpoint
        self._renderer: Renderer | None = None
        self._geometry = read_geometry(checkpoint)
        geometry = self._geometry
        self._scheduler = str(checkpoint.config("scheduler").get("_class_name", ""))
        self.spec = ModelSpec(
            name=checkpoint.name,
            rate_hz=geometry.rate_hz,
            channels=1,
            window_frames=geometry.window_frames,
            context_frames=geometry.columns // 4 * geometry.hop,
            operations=OPERATIONS,
            parameters=parameters(geometry),
            licence=checkpoint.licence,
            text="Audio Diffusion: music in the style that it was trained on, and anew from audio.",
        )

    def load(self, device: str, dtype: str) -> None:
        """Read the UNet, and the VAE where there is one. Raises: ModelFailed."""
        from engine.models.audio_diffusion.renderer import Renderer

        self._renderer = Renderer(self._checkpoint, self._geometry, device, dtype)

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        """Cut a request into windows. Raises: OutOfRange, WrongTypes."""
        if self._geometry.encoding_size:
            encoding_of(request, self._geometry)
        steps = steps_of(request, self._scheduler)
        return plan_job(request, sources, self._geometry, steps)

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window as `[frames, 1] float32`.

        The context has the window's image as the model drew it, its lowest band first, and,
        where a window follows, the last columns and the last of the sound. Raises: JobCancelled,
        ModelFailed.
        """
        from engine.models.audio_diffusion.task import Task

        if not isinstance(window.prepared, Plan):
            raise ModelFailed("a window that was not planned came: plan the request first")
        if self._renderer is None:
            raise ModelFailed(f"{self.spec.name} has no weights in memory: load it first")
        task = Task(window, window.prepared, context or {}, tick, self._geometry)
        audio, after = self._renderer.render(task)
        tick(1.0)
        return audio, after
