"""What AudioLDM and AudioLDM 2 share: reading a checkpoint, planning and rendering."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from engine.checkpoints import Checkpoint
from engine.jobs import Window
from engine.models.base import Audio, Context, Tick
from engine.models.text_audio.geometry import BLEND_HOPS, read_geometry
from engine.models.text_audio.parameters import OPERATIONS, Defaults, parameters
from engine.models.text_audio.plan import Plan, plan_job, windows_of
from engine.models.text_audio.prompts import parse_prompt
from engine.wire import ModelFailed, ModelSpec, OutOfRange, Parameter, Request, Unsupported

if TYPE_CHECKING:
    from engine.models.text_audio.conditioning import Conditioner
    from engine.models.text_audio.parts import Parts
    from engine.models.text_audio.renderer import Renderer


class TextAudio(ABC):
    """Makes audio out of text, or anew out of audio, window by window.

    A window that follows another keeps its last latents and makes new ones behind them; the
    vocoder reads the joined spectrogram, so that a chain sounds as if decoded in one go.
    """

    _defaults: ClassVar[Defaults]
    _text: ClassVar[str]

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Read a checkpoint's configurations, no weights. Raises: ModelFailed."""
        self._checkpoint = checkpoint
        self._renderer: Renderer | None = None
        self._geometry = read_geometry(checkpoint)
        geometry, own = self._geometry, self._own_parameters(checkpoint)
        overlap = geometry.held_hops + geometry.reach + BLEND_HOPS
        self.spec = ModelSpec(
            name=checkpoint.name,
            rate_hz=geometry.rate_hz,
            channels=1,
            window_frames=geometry.window_hops * geometry.hop,
            context_frames=overlap * geometry.hop,
            operations=OPERATIONS,
            parameters=(*parameters(geometry, self._defaults), *own),
            licence=checkpoint.licence,
            text=self._text,
        )

    @staticmethod
    def _own_parameters(checkpoint: Checkpoint) -> tuple[Parameter, ...]:
        """Return what this family alone takes. Raises: ModelFailed."""
        return ()

    @abstractmethod
    def _conditioner(self, parts: Parts) -> Conditioner:
        """Return this family's way of encoding prompts."""

    def load(self, device: str, dtype: str) -> None:
        """Read the UNet, VAE and vocoder; what prompts need follows with the first of them.

        Raises: ModelFailed.
        """
        from engine.models.text_audio.renderer import Renderer

        self._renderer = Renderer(
            self._checkpoint, self._geometry, device, dtype, self._conditioner
        )

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        """Cut a request into windows. Raises: OutOfRange, WrongTypes, Unsupported, ModelFailed."""
        from engine.models.text_audio.conditioning import check_arrays, given_arrays

        values, renderer = request.parameters, self._loaded()
        for name in ("prompt", "negative_prompt"):
            parse_prompt(str(values[name]))
        if int(values["rank"]) > int(values["candidates"]):
            raise OutOfRange(
                f"rank is {values['rank']} of {values['candidates']} candidates; ask for more "
                "candidates or a lower rank"
            )
        if int(values["candidates"]) > 1 and not renderer.can_rank:
            raise Unsupported(
                f"{self.spec.name} holds no CLAP that hears audio, which ranks candidates; put "
                "an AudioLDM 2 checkpoint beside it, whose CLAP will, or ask for 1 candidate"
            )
        check_arrays(given_arrays(request), renderer.sizes, self._geometry.latent_channels)
        return windows_of(request, plan_job(request, sources, self._geometry))

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window as `[frames, 1] float32`.

        The context is the last latents and the last of the spectrogram, where a window follows;
        with keep_conditioning also the embeddings and the noise. Raises: JobCancelled, ModelFailed.
        """
        from engine.models.text_audio.renderer import Task

        plan = window.prepared
        if not isinstance(plan, Plan):
            raise ModelFailed("a window that was not planned came: plan the request first")
        task = Task(window, plan.pieces[window.index], plan, context or {}, tick)
        audio, after = self._loaded().render(task)
        tick(1.0)
        return audio, after

    def _loaded(self) -> Renderer:
        if self._renderer is None:
            raise ModelFailed(f"{self.spec.name} has no weights in memory: load it first")
        return self._renderer
