"""One window to render: where it lies, what is there already, how loud it should be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.audio import level_of
from engine.jobs import Window
from engine.models.audio_diffusion.geometry import Geometry
from engine.models.audio_diffusion.mel import Drawing, draw
from engine.models.audio_diffusion.plan import Piece, Plan
from engine.models.base import Audio, Context, Tick, window_seed
from engine.wire import ModelFailed

SAMPLE, SOUND, SCALE = "last_columns", "last_sound", "scale"
NEAR_DECIBELS = 3.0  # How far new sound may be from its source's level: music has dynamics.
DEFAULT_LEVEL = 0.125  # -18 dB
SILENCE = 1e-6


class Known(NamedTuple):
    """The sound that is there already: `samples [frames] float32`, where `mask` is true."""

    samples: Audio
    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class Scale:
    """What a window's images mean: white is the mel power `reference`, times `gain` squared."""

    reference: float
    gain: float = 1.0

    @property
    def factor(self) -> float:
        """What magnitudes that take white for 1 are multiplied by."""
        return math.sqrt(self.reference) * self.gain


@dataclass(frozen=True)
class Task:
    """One window to render."""

    window: Window
    plan: Plan
    context: Context
    tick: Tick
    geometry: Geometry

    @property
    def piece(self) -> Piece:
        """Where it lies."""
        return self.plan.pieces[self.window.index]

    @property
    def following(self) -> Piece | None:
        """The next window's piece, where it goes on from this one."""
        after = self.plan.pieces[self.window.index + 1 : self.window.index + 2]
        return after[0] if after and after[0].is_chained else None

    @property
    def values(self) -> Mapping[str, Any]:
        """The request's parameters."""
        return self.window.request.parameters

    @property
    def operation(self) -> str:
        """What was asked for."""
        return self.window.request.operation

    @property
    def seed(self) -> int:
        """The seed of this window's noise and phases."""
        return window_seed(self.window.request.seed, self.window.index)

    @property
    def keeps_scale(self) -> bool:
        """Whether white means what it meant in the window before.

        Where every window has a source to go by, it has a white of its own, as in training.
        """
        return self.piece.is_chained and self.operation not in ("vary", "interpolate")

    @cached_property
    def drawings(self) -> tuple[Drawing, ...]:
        """The sources' slices as images."""
        white = self.scale_before.reference if self.keeps_scale else None
        return tuple(draw(self._slice(one), self.geometry, white) for one in self.plan.sources)

    @property
    def aim(self) -> tuple[float, float]:
        """The level that new sound should have, and within how many decibels."""
        if self.operation == "generate":
            return 10.0 ** (float(self.values["level_decibels"]) / 20.0), 0.0
        if self.operation in ("continue", "inpaint"):
            level = level_of(self.plan.sources[0])
            return (level if level > SILENCE else DEFAULT_LEVEL), NEAR_DECIBELS
        span = slice(self.piece.first, self.piece.last)
        levels = [level_of(source[span]) for source in self.plan.sources]
        if len(levels) == 1:
            return levels[0], 0.0
        mix = float(self.values["mix"])
        return levels[0] ** (1.0 - mix) * levels[1] ** mix, 0.0

    @property
    def known(self) -> Known | None:
        """What of the slice's sound is there already; nothing where all of it is new."""
        piece, frames = self.piece, (self.piece.columns - 1) * self.geometry.hop
        samples, mask = np.zeros(frames, np.float32), np.zeros(frames, np.bool_)
        if head := piece.first - piece.begin:
            mask[:head] = True
            samples[:head] = self._sound_before()
        if self.operation == "inpaint" and self.following is None:
            after = self.plan.sources[0][piece.last : piece.begin + frames]
            tail = slice(piece.last - piece.begin, piece.last - piece.begin + len(after))
            mask[tail], samples[tail] = True, after
        return Known(samples, mask) if mask.any() else None

    def _sound_before(self) -> Audio:
        piece = self.piece
        if not piece.is_chained:
            return self.plan.sources[0][piece.begin : piece.first]
        return _floats(self.context, SOUND, (piece.first - piece.begin,))

    def columns_before(self, channels: int, rows: int) -> Audio:
        """Return the last columns of the window before. Raises: ModelFailed."""
        shape = (1, channels, rows, self.piece.head // self.geometry.factor)
        return _floats(self.context, SAMPLE, shape)

    @property
    def scale_before(self) -> Scale:
        """The scale of the window before. Raises: ModelFailed."""
        reference, gain = (float(number) for number in _floats(self.context, SCALE, (2,)))
        return Scale(reference, gain)

    def _slice(self, source: Audio) -> Audio:
        return source[self.piece.begin : self.piece.begin + self.geometry.slice_frames]


def _floats(context: Context, name: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return an array of a context. Raises: ModelFailed where it is not there as it should be."""
    array = context.get(name)
    if array is None or array.shape != shape or not np.isfinite(array).all():
        raise ModelFailed(
            f"a window's context has no {name} of {shape}: send that of the window before"
        )
    return np.array(array)
