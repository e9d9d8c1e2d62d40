"""Renders scores by Google's Spectrogram Diffusion (arXiv 2206.05408), window by window."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.audio import limit_peaks
from engine.checkpoints import Checkpoint
from engine.jobs import Window
from engine.models.base import IMAGE, Audio, Context, Tick, window_seed
from engine.models.spectrogram_diffusion import tokens
from engine.models.spectrogram_diffusion.vocoder import HOP, LOUDEST, MELS, QUIETEST, Floats
from engine.wire import (
    DRAFT,
    BadScore,
    ModelFailed,
    ModelSpec,
    Parameter,
    Request,
    Score,
    TooLarge,
)

if TYPE_CHECKING:
    from engine.models.spectrogram_diffusion.live import Live
    from engine.models.spectrogram_diffusion.renderer import Renderer

RATE_HZ = 16_000
WINDOW_HOPS = 256
WINDOW_FRAMES = WINDOW_HOPS * HOP
MAX_SECONDS = 2 * 3600.0
# How long the last notes may ring after their end, and how long they must.
RING_SECONDS = 2.0
LEAST_RING_SECONDS = 0.5
FADE_FRAMES = 800
LEAST_TOKENS = 64
DENOISED = 0.98  # the share of a window's time that is not the vocoder's
PARTS = ("notes_encoder", "continuous_encoder", "decoder", "scheduler", "melgan")
PARAMETERS = (
    Parameter("steps", "int", 100, 1, 1000, text="denoising steps; Magenta took 1000", drafted=12),
    Parameter(
        "scheduler",
        "str",
        "default",
        choices=("default", "ddpm", "ddim", "dpm++", "unipc"),
        text="how noise becomes sound; dpm++ and unipc take 6 to 25 steps, ddpm 100 and more",
        drafted="dpm++",
    ),
    Parameter(
        "guidance",
        "float",
        2.0,
        1.0,
        10.0,
        text="how closely the notes are followed; 1 is quickest",
    ),
    DRAFT,
)


@dataclass(frozen=True)
class Settings:
    """How a window is denoised."""

    scheduler: str
    steps: int
    guidance: float
    seed: int


@dataclass(frozen=True)
class Plan:
    """A score as the network reads it: a row of tokens a window."""

    rows: tuple[tokens.Tokens, ...]


class Model:
    """Plays many instruments at once, each window continuing the sound of the one before."""

    pipelines: ClassVar[tuple[str, ...]] = ("SpectrogramDiffusionPipeline",)

    def __init__(self, checkpoint: Checkpoint) -> None:
        """Read a checkpoint's configurations, not its weights. Raises: ModelFailed."""
        self._budget = _checked(checkpoint)
        self._checkpoint = checkpoint
        self._renderer: Renderer | None = None
        self.spec = ModelSpec(
            name=checkpoint.name,
            rate_hz=RATE_HZ,
            channels=1,
            window_frames=WINDOW_FRAMES,
            context_frames=WINDOW_FRAMES,
            operations=("render", "live"),
            parameters=PARAMETERS,
            licence=checkpoint.licence,
            text="Spectrogram Diffusion: scores for any instruments and drums, as if recorded.",
        )

    def load(self, device: str, dtype: str) -> None:
        """Read the weights onto a device. Raises: ModelFailed."""
        from engine.models.spectrogram_diffusion.renderer import Renderer

        self._renderer = Renderer(self._checkpoint, device, dtype)

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        """Cut a score, and the ringing after it, into windows of 5.12 s.

        Raises: BadScore, TooLarge, ModelFailed.
        """
        if request.score is None or not request.score.notes:
            raise BadScore("a score without notes came: render needs at least one note")
        _check_length(request.score)
        events = tokens.events_of(request.score)
        frames = _frames(request.score, events)
        count = math.ceil(frames / WINDOW_FRAMES)
        plan = Plan(tuple(tokens.rows_of(events, count, self._budget)))
        held_frames = self._loaded().vocoder.reach.held_hops * HOP
        edges = [0, *(k * WINDOW_FRAMES - held_frames for k in range(1, count)), frames]
        return [
            Window(k, count, edges[k], edges[k + 1] - edges[k], request, plan) for k in range(count)
        ]

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window as `[frames, 1] float32`.

        The context is the window's mel, `[WINDOW_HOPS, MELS] float32` natural logs of magnitudes,
        and the `tail` `[HOP]` of its sound that fades into the next. Raises: JobCancelled,
        ModelFailed.
        """
        if not isinstance(window.prepared, Plan):
            raise ModelFailed("a window that another model planned came: plan the request first")
        before, tail = _past(context)
        renderer, row = self._loaded(), window.prepared.rows[window.index]
        mel = renderer.mel(
            row,
            before,
            settings_of(window.request, window.index),
            lambda part: tick(DENOISED * part),
        )
        tick(DENOISED)
        is_last = window.index == window.count - 1
        sound, tail = renderer.vocoder.join(mel, before, tail, is_last)
        audio = limit_peaks(sound[: window.frames])
        if is_last:
            audio = _faded(audio)
        tick(1.0)
        return audio[:, None], {"mel": mel, "tail": tail, IMAGE: _picture(mel)}

    def live(self, request: Request) -> Live:
        """Get ready to be played, a window of 5.12 s at a time. Raises: ModelFailed."""
        from engine.models.spectrogram_diffusion.live import Live

        return Live(self._loaded(), self._budget, settings_of(request, 0), request.seed)

    def _loaded(self) -> Renderer:
        if self._renderer is None:
            raise ModelFailed(f"{self.spec.name} has no weights in memory: load it before planning")
        return self._renderer


def _checked(checkpoint: Checkpoint) -> int:
    """Return how many tokens a window may have. Raises: ModelFailed for what cannot be served."""
    for part in PARTS[:-1]:
        checkpoint.component(part)
    if "melgan" not in checkpoint.components:
        raise ModelFailed(
            f"{checkpoint.name} has no vocoder: put the folder melgan of "
            "google/music-spectrogram-diffusion into it and name it in model_index.json; all "
            "checkpoints of this kind share it"
        )
    notes, decoder = checkpoint.config("notes_encoder"), checkpoint.config("decoder")
    shape = (decoder.get("targets_length"), decoder.get("input_dims"))
    budget, vocabulary = _number(notes, "max_length"), _number(notes, "vocab_size")
    is_large = budget >= LEAST_TOKENS and vocabulary >= tokens.VOCABULARY
    if not is_large or shape != (WINDOW_HOPS, MELS):
        raise ModelFailed(
            f"{checkpoint.name} makes windows of {shape} hops and mels from {budget} tokens of a "
            f"vocabulary of {vocabulary}; only {(WINDOW_HOPS, MELS)} from {LEAST_TOKENS} or more "
            f"of {tokens.VOCABULARY} or more are known: is it a Spectrogram Diffusion checkpoint?"
        )
    return budget


def _number(config: Mapping[str, object], key: str) -> int:
    value = config.get(key)
    return value if isinstance(value, int) else 0


def _check_length(score: Score) -> None:
    """Refuse what would render for days. Raises: TooLarge."""
    last_seconds = max(score.duration_seconds, *(note.end_seconds for note in score.notes))
    if not last_seconds <= MAX_SECONDS:
        raise TooLarge(f"a score of {last_seconds:.0f} s came; at most {MAX_SECONDS:.0f} s render")


def _frames(score: Score, events: Sequence[tokens.Event]) -> int:
    """Return how long a score sounds, in sample frames.

    The last notes ring on, to the end of a window where that is near: a window more would take
    as long to render as any other.
    """
    last_seconds = events[-1].step / tokens.STEPS_PER_SECOND
    least, most = (
        math.ceil(max(score.duration_seconds, last_seconds + ring) * RATE_HZ)
        for ring in (LEAST_RING_SECONDS, RING_SECONDS)
    )
    edge = math.ceil(least / WINDOW_FRAMES) * WINDOW_FRAMES
    return min(edge, most)


def settings_of(request: Request, window: int) -> Settings:
    """Return how a window of a request is denoised."""
    return Settings(
        scheduler=str(request.parameters["scheduler"]),
        steps=int(request.parameters["steps"]),
        guidance=float(request.parameters["guidance"]),
        seed=window_seed(request.seed, window),
    )


def _past(context: Context | None) -> tuple[Floats | None, Floats | None]:
    """Return the mel and the tail of the window before. Raises: ModelFailed."""
    if context is None:
        return None, None
    mel, tail = context.get("mel"), context.get("tail")
    if mel is None or tail is None or mel.shape != (WINDOW_HOPS, MELS) or tail.shape != (HOP,):
        raise ModelFailed("a context of another model came: render again from window 0")
    return np.asarray(mel, np.float32), np.asarray(tail, np.float32)


def _faded(audio: Floats) -> Floats:
    """Fade the last FADE_FRAMES out: the ringing goes on where the take ends."""
    fade = np.ones(len(audio), np.float32)
    fade[-FADE_FRAMES:] = np.linspace(1.0, 0.0, FADE_FRAMES, dtype=np.float32)[-len(audio) :]
    return audio * fade


def _picture(mel: Floats) -> NDArray[np.uint8]:
    """Draw a mel as `[MELS, hops] uint8`, low pitches at the bottom, loud parts bright."""
    unit = np.clip((mel - QUIETEST) / (LOUDEST - QUIETEST), 0.0, 1.0)
    return np.asarray(np.rint(255.0 * unit.T[::-1]), np.uint8)
