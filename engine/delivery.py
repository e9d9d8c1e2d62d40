"""What a model made of a window: held to its contract, and as the bytes of a chunk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.context import pack
from engine.jobs import Window
from engine.models.base import IMAGE, STEMS, Audio, Context
from engine.wire import ModelFailed, ModelSpec, check_lengths


class Delivery(NamedTuple):
    """A window's audio, context, stems and picture; all but the picture are bytes."""

    audio: memoryview
    context: bytes
    stems: memoryview
    picture: NDArray[np.uint8]

    @property
    def payload(self) -> memoryview:
        """All of it, in the order of a chunk's payload."""
        return memoryview(b"".join((*self[:3], self.picture.tobytes())))


def delivery(audio: Audio, context: Context, window: Window, spec: ModelSpec) -> Delivery:
    """Check what a model's `step` returned and part it.

    Raises: ModelFailed where it is not what was planned, BadFrame where it is too much.
    """
    kept = {name: array for name, array in context.items() if name not in (IMAGE, STEMS)}
    picture = _picture(context.get(IMAGE), spec.name)
    whole = _samples(audio, (window.frames, spec.channels), window, spec)
    found = Delivery(whole, pack(kept), _stems(context.get(STEMS), window, spec), picture)
    check_lengths(0, sum(map(len, found[:3])) + picture.size)
    return found


def _stems(stems: NDArray[np.generic] | None, window: Window, spec: ModelSpec) -> memoryview:
    count = len(window.stems)
    if stems is None and not count:
        return memoryview(b"")
    found = np.zeros(0) if stems is None else stems
    return _samples(found, (count, window.frames, spec.channels), window, spec)


def _samples(
    samples: NDArray[np.generic], expected: tuple[int, ...], window: Window, spec: ModelSpec
) -> memoryview:
    """Return samples as little-endian bytes."""
    if samples.dtype != np.float32 or samples.shape != expected:
        raise ModelFailed(
            f"{spec.name} gave {samples.shape} {samples.dtype} where {expected} float32 was planned"
        )
    if not np.isfinite(samples).all():
        raise ModelFailed(f"{spec.name} gave samples that are no numbers in window {window.index}")
    return np.ascontiguousarray(samples, "<f4").data.cast("B")


def _picture(image: NDArray[np.generic] | None, model: str) -> NDArray[np.uint8]:
    """Return a window's picture, empty where there is none."""
    if image is None:
        return np.zeros((0, 0), np.uint8)
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ModelFailed(
            f"{model} drew an image of {image.shape} {image.dtype}, not rows of uint8"
        )
    return np.ascontiguousarray(image, np.uint8)
