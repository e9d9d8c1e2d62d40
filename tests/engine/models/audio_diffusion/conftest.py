"""Tiny checkpoints of each kind, and how to play them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.checkpoints import read_checkpoint
from engine.context import pack, unpack
from engine.jobs import Window, check_plan
from engine.models.audio_diffusion.model import Model
from engine.models.base import IMAGE, Audio, Context
from engine.wire import Operation, Request, Value
from tests.engine.models.tiny.audio_diffusion import pipeline_of, write_audio_diffusion

RATE_HZ = 22_050


@dataclass(frozen=True)
class Played:
    """What a job gave: each window with its audio, its context and its picture."""

    windows: Sequence[Window]
    sounds: Sequence[Audio]
    contexts: Sequence[Context]
    images: Sequence[Any]

    @property
    def audio(self) -> Audio:
        """All of it, `[frames, 1]`."""
        return np.concatenate(self.sounds)


class Player:
    """A loaded model, played as the loop does it: contexts go through bytes."""

    def __init__(self, folder: Path, dtype: str = "float32") -> None:
        self.folder = folder
        self.model = Model(read_checkpoint(folder))
        self.model.load("cpu", dtype)
        self.ticks: list[float] = []

    @property
    def window_frames(self) -> int:
        return self.model.spec.window_frames

    def pipeline(self) -> Any:
        return pipeline_of(self.folder, is_silent=True)

    def plan(
        self, operation: Operation, *sources: Audio, seed: int = 3, **parameters: Value
    ) -> Sequence[Window]:
        frames = tuple(map(len, sources))
        bare = Request(operation, self.model.spec.name, seed, parameters, source_frames=frames)
        windows = self.model.plan(self.model.spec.filled(bare), sources)
        check_plan(windows)
        return windows

    def step(self, window: Window, context: Context | None) -> tuple[Audio, Context]:
        audio, after = self.model.step(window, context, self.ticks.append)
        assert audio.shape == (window.frames, 1)
        assert audio.dtype == np.float32
        assert np.isfinite(audio).all()
        return audio, after

    def play(self, operation: Operation, *sources: Audio, **parameters: Any) -> Played:
        windows = self.plan(operation, *sources, **parameters)
        played = Played(windows, [], [], [])
        context: Context | None = None
        for window in windows:
            audio, after = self.step(window, context)
            context = unpack(pack({k: v for k, v in after.items() if k != IMAGE}))
            played.sounds.append(audio)
            played.contexts.append(context)
            played.images.append(after.get(IMAGE))
        return played


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def player(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Player]:
    """Return a player of a tiny checkpoint; the same for the same wishes."""
    made: dict[str, Player] = {}

    def get(dtype: str = "float32", **wishes: Any) -> Player:
        key = f"{dtype} {sorted(wishes.items())}"
        if key not in made:
            folder = tmp_path_factory.mktemp("models") / "tiny-audio-diffusion"
            made[key] = Player(write_audio_diffusion(folder, **wishes), dtype)
        return made[key]

    return get


@pytest.fixture
def music() -> Callable[..., Audio]:
    """Return music of a length: decaying notes over a little noise, `[frames, 1] float32`."""

    def make(frames: int, seed: int = 0, level: float = 0.1) -> Audio:
        random = np.random.default_rng(seed)
        seconds = np.arange(frames) / RATE_HZ
        envelope = np.exp(-4.0 * (seconds % 0.25))
        notes = 110.0 * 2.0 ** (random.integers(0, 24, 1 + int(seconds[-1] / 0.25)) / 12.0)
        hz = notes[(seconds / 0.25).astype(int)]
        tone = sum(np.sin(2 * np.pi * np.cumsum(hz * k) / RATE_HZ) / k for k in (1, 2, 3))
        mixed = tone * envelope + 0.05 * random.standard_normal(frames)
        return (mixed * level / np.sqrt(np.mean(mixed**2)))[:, None].astype(np.float32)

    return make
