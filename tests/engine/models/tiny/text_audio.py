"""What the tests of both text-to-audio families share: rendering with ours and with upstream's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from engine.checkpoints import read_checkpoint
from engine.models.base import Audio, Context, window_seed
from engine.models.text_audio.family import TextAudio
from engine.wire import Operation, Request, Value

SEED = 5


class Made(NamedTuple):
    """What a pipeline makes of one window, in the order that it made its candidates in."""

    latents: NDArray[np.float32]
    mels: NDArray[np.float32]
    audio: NDArray[np.float32]


def load(kind: type[TextAudio], folder: Path) -> TextAudio:
    """Return a checkpoint's model, loaded."""
    model = kind(read_checkpoint(folder))
    model.load("cpu", "float32")
    return model


def plan(
    model: TextAudio, operation: Operation, sources: Sequence[Audio] = (), **values: Value
) -> Any:
    """Return a request's windows."""
    request = model.spec.filled(Request(operation, model.spec.name, SEED, dict(values)))
    return model.plan(request, sources)


def play(
    model: TextAudio, operation: Operation, sources: Sequence[Audio] = (), **values: Value
) -> tuple[Any, list[Audio], list[Context]]:
    """Return a request's windows, their audio and their contexts."""
    audio, contexts = [], []
    context: Context | None = None
    windows = plan(model, operation, sources, **values)
    for window in windows:
        sound, context = model.step(window, context, lambda fraction: None)
        audio.append(sound)
        contexts.append(context)
    return windows, audio, contexts


def ours(model: TextAudio, **values: Value) -> Made:
    """Return what our model makes of a request that takes one window."""
    renderer = model._renderer
    assert renderer is not None
    with recorded(renderer._codec._vae, renderer._codec._vocoder) as seen:
        _, (audio,), _ = play(model, "generate", **values)
    return _made(seen, audio[None, :, 0])


def theirs(pipeline: Any, seconds: float, **arguments: Any) -> Made:
    """Return what upstream's pipeline makes, from the noise that ours takes."""
    arguments = {"generator": generator()} | arguments
    with recorded(pipeline.vae, pipeline.vocoder) as seen:
        audio = pipeline(audio_length_in_s=seconds, **arguments).audios
    return _made(seen, np.asarray(audio))


def generator() -> torch.Generator:
    """Return the generator of a job's first window."""
    return torch.Generator().manual_seed(window_seed(SEED, 0))


def distance(mine: NDArray[Any], other: NDArray[Any]) -> float:
    """Return the largest difference, relative to the largest value."""
    assert mine.shape == other.shape
    return float(np.abs(mine - other).max() / np.abs(other).max())


def check_same(mine: Made, other: Made, tolerance: float = 1e-4) -> None:
    """Hold latents, spectrograms and audio to a relative tolerance."""
    assert distance(mine.latents, other.latents) < tolerance
    assert distance(mine.mels, other.mels) < tolerance
    assert distance(mine.audio, other.audio) < tolerance


def _made(seen: list[tuple[str, torch.Tensor]], audio: NDArray[np.float32]) -> Made:
    kinds = [
        torch.cat([tensor for name, tensor in seen if name == kind]).float().numpy()
        for kind in ("latents", "mel")
    ]
    return Made(kinds[0], kinds[1], audio)


@contextmanager
def recorded(vae: Any, vocoder: Any) -> Iterator[list[tuple[str, torch.Tensor]]]:
    """Note what goes into a VAE's decoder and a vocoder, batch first."""
    seen: list[tuple[str, torch.Tensor]] = []

    def note(name: str) -> Callable[..., None]:
        return lambda module, inputs: seen.append((name, inputs[0].detach().clone()))

    hooks = [
        vae.post_quant_conv.register_forward_pre_hook(note("latents")),
        vocoder.register_forward_pre_hook(note("mel")),
    ]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()
