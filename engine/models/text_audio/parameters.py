"""The parameters of the text-to-audio models, with their ranges and defaults."""

from __future__ import annotations

from dataclasses import dataclass

from engine.models.schedulers import SCHEDULER
from engine.models.text_audio.geometry import Geometry
from engine.wire import DRAFT, Operation, Parameter

MAX_SECONDS = 3600.0
MAX_WINDOW_SECONDS = 20.48  # What comes out of one piece longer than this is noise.
OPERATIONS: tuple[Operation, ...] = ("generate", "continue", "inpaint", "vary")


@dataclass(frozen=True)
class Defaults:
    """Where the families differ: what their papers' own code starts from."""

    steps: int
    guidance: float


def parameters(geometry: Geometry, defaults: Defaults) -> tuple[Parameter, ...]:
    """Return what both families take."""
    return (*_texts(), *_places(geometry), *_sampling(defaults), *_windows(geometry), *_ways())


def _texts() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "prompt",
            "str",
            "",
            text="what to hear; blend parts with weights: warm pad | vinyl crackle:0.4",
        ),
        Parameter("negative_prompt", "str", "", text="what to stay away from"),
    )


def _places(geometry: Geometry) -> tuple[Parameter, ...]:
    least, window = geometry.seconds(geometry.factor), geometry.seconds(geometry.window_hops)
    return (
        Parameter(
            "seconds",
            "float",
            window,
            least,
            MAX_SECONDS,
            unit="s",
            text="how much to make; beyond a window it is chained",
            operations=("generate", "continue"),
        ),
        _seconds("start_seconds", 0.0, "where the span to make anew begins"),
        _seconds("end_seconds", 1.0, "where the span to make anew ends"),
        Parameter(
            "strength",
            "float",
            0.5,
            0.0,
            1.0,
            text="how far from the source: 0 is the source itself, 1 keeps next to nothing",
            operations=("vary",),
        ),
    )


def _seconds(name: str, default: float, text: str) -> Parameter:
    return Parameter(
        name, "float", default, 0.0, MAX_SECONDS, unit="s", text=text, operations=("inpaint",)
    )


def _sampling(defaults: Defaults) -> tuple[Parameter, ...]:
    return (
        Parameter("steps", "int", defaults.steps, 1, 1000, text="denoising steps", drafted=20),
        DRAFT,
        Parameter(
            "guidance",
            "float",
            defaults.guidance,
            0.0,
            50.0,
            text="how closely to follow the prompt; 1 and below do without the negative prompt",
        ),
        SCHEDULER,
        Parameter("eta", "float", 0.0, 0.0, 1.0, text="fresh noise a step, for ddim"),
        Parameter(
            "candidates",
            "int",
            1,
            1,
            16,
            text="how many to make of each window, ranked by CLAP against the prompt",
        ),
        Parameter("rank", "int", 1, 1, 16, text="which of the candidates to keep, 1 the best"),
    )


def _windows(geometry: Geometry) -> tuple[Parameter, ...]:
    least, most = geometry.seconds(geometry.least_window_hops), MAX_WINDOW_SECONDS
    window = max(geometry.seconds(geometry.window_hops), least)
    return (
        Parameter(
            "window_seconds",
            "float",
            window,
            least,
            max(most, window),
            unit="s",
            text="how much to make in one piece; the default is what the model was trained on",
        ),
        Parameter(
            "overlap_seconds",
            "float",
            window / 4,
            geometry.seconds(geometry.whole(geometry.held_hops)),
            max(most, window) / 3,
            unit="s",
            text="how much a window sees of what is there before and after it, a third at most",
        ),
    )


def _ways() -> tuple[Parameter, ...]:
    return (
        Parameter(
            "conditioning",
            "str",
            "",
            text="base64 of a window's context with embeddings or noise to use instead",
        ),
        Parameter(
            "keep_conditioning",
            "bool",
            False,
            text="whether contexts hold the embeddings and the noise that were used",
        ),
        Parameter(
            "offload",
            "bool",
            False,
            text="whether each part is in memory only while it works: slower, smallest",
        ),
    )
