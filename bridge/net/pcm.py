"""Samples as the bytes that other programs read: float32, or whole numbers of 16 or 24 bits."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Audio: TypeAlias = NDArray[np.float32]
PcmFormat: TypeAlias = Literal["f32", "s16", "s24"]
ByteOrder: TypeAlias = Literal["little", "big"]

SAMPLE_BYTES: dict[str, int] = {"f32": 4, "s16": 2, "s24": 3}
_SIGNS: dict[ByteOrder, str] = {"little": "<", "big": ">"}


def encode(samples: Audio, pcm_format: PcmFormat, order: ByteOrder = "little") -> bytes:
    """Return `[frames, channels] float32` interleaved; whole numbers are rounded and clipped.

    1.0 would be the number after the largest, as in WAV files: -1.0 alone is exact.
    """
    sign = _SIGNS[order]
    if pcm_format == "f32":
        return samples.astype(f"{sign}f4", copy=False).tobytes()
    if pcm_format == "s16":
        return _whole(samples, 16).astype(f"{sign}i2").tobytes()
    octets = _whole(samples, 24).astype(f"{sign}i4").reshape(-1, 1).view(np.uint8)
    return octets[:, :3].tobytes() if order == "little" else octets[:, 1:].tobytes()


def _whole(samples: Audio, bits: int) -> NDArray[np.float64]:
    limit = float(1 << (bits - 1))
    finite = np.nan_to_num(samples.astype(np.float64), nan=0.0, posinf=1.0, neginf=-1.0)
    scaled = np.rint(finite * limit)
    result: NDArray[np.float64] = np.clip(scaled, -limit, limit - 1)
    return result
