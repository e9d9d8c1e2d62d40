"""What a chunk of the engine's holds: audio, context, stems and a picture, out of its payload."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from bridge.pictures import Image
from bridge.stem_files import Stems
from bridge.wav import Audio
from engine.wire import Chunk


class Parted(NamedTuple):
    """A window: `samples` `[frames, channels] float32`; all are views of the payload."""

    samples: Audio
    context: memoryview
    stems: Stems | None
    image: Image | None


def parted(chunk: Chunk, payload: memoryview) -> Parted:
    """Take a chunk's payload apart, in the order that `Chunk` says."""
    audio_bytes = chunk.frames * chunk.channels * 4
    stems_at = audio_bytes + chunk.context_bytes
    image_at = stems_at + chunk.stems * audio_bytes
    samples = np.frombuffer(payload[:audio_bytes], "<f4").reshape(-1, chunk.channels)
    stems, image = None, None
    if chunk.stems:
        stems = np.frombuffer(payload[stems_at:image_at], "<f4")
        stems = stems.reshape(chunk.stems, *samples.shape)
    if chunk.image_height:
        shape = (chunk.image_height, chunk.image_width)
        image = np.frombuffer(payload[image_at : image_at + math.prod(shape)], np.uint8)
        image = image.reshape(shape)
    return Parted(samples, payload[audio_bytes:stems_at], stems, image)
