"""Spectrogram Diffusion with its weights in memory: denoises one window after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from engine.models.base import Tick
from engine.models.components import load_component
from engine.models.schedulers import Sampler, make_scheduler
from engine.models.spectrogram_diffusion.decoder import FilmDecoder, Memory
from engine.models.spectrogram_diffusion.encoders import ContextEncoder, NotesEncoder
from engine.models.spectrogram_diffusion.tokens import Tokens
from engine.models.spectrogram_diffusion.vocoder import (
    LOUDEST,
    MELS,
    QUIETEST,
    Floats,
    Vocoder,
)

if TYPE_CHECKING:
    from engine.checkpoints import Checkpoint
    from engine.models.spectrogram_diffusion.model import Settings

WINDOW_HOPS = 256
TRAINING_STEPS = 1000
# The solvers of few steps keep each guess of the clean spectrogram on its scale, as DDPM and
# DDIM do, and space their steps evenly in the logarithm of the noise. They begin where noise is
# MOST_NOISE times what is left of the spectrogram: nothing of it can be told any earlier.
SOLVERS = ("dpm++", "unipc")
MOST_NOISE = 20.0
SOLVER_CONFIG = {
    "use_exponential_sigmas": True,
    "thresholding": True,
    "dynamic_thresholding_ratio": 1.0,
    "sample_max_value": 1.0,
}


class Renderer:
    """Three networks, a vocoder and a schedule, on one device."""

    def __init__(self, checkpoint: Checkpoint, device: str, dtype: str) -> None:
        """Read the weights. Raises: ModelFailed."""
        # Half precision's range is too small for T5's feed-forward layers.
        encoding = "float32" if dtype == "float16" else dtype
        self._notes = load_component(checkpoint, "notes_encoder", device, encoding, NotesEncoder)
        self._context = load_component(
            checkpoint, "continuous_encoder", device, encoding, ContextEncoder
        )
        self._decoder = load_component(checkpoint, "decoder", device, dtype, FilmDecoder)
        self._scheduler = checkpoint.config("scheduler")
        graph = checkpoint.component("melgan").folder / "model.onnx"
        self.vocoder = Vocoder(graph, device, torch.get_num_threads())
        self._device, self._dtype = device, getattr(torch, dtype)
        self._films: tuple[list[float], Tensor] = ([], torch.empty(0))

    @torch.inference_mode()
    def mel(self, tokens: Tokens, before: Floats | None, settings: Settings, tick: Tick) -> Floats:
        """Denoise one window: `[WINDOW_HOPS, MELS] float32` natural logs of mel magnitudes.

        `tokens` tell its notes, `before` is the mel of the window before, of any length up to
        WINDOW_HOPS. Ticks from 0 to 1, before every step. Raises: JobCancelled.
        """
        tick(0.0)
        memory = self._decoder.memory(self._encoded(tokens, before))
        generator = torch.Generator().manual_seed(settings.seed)
        scheduler = scheduler_of(self._scheduler, settings.scheduler)
        sampler = Sampler(scheduler, settings.steps, generator)
        films = self._films_of(sampler.timesteps)
        x = torch.randn((1, WINDOW_HOPS, MELS), generator=generator) * sampler.noise_scale
        x = x.to(self._device)
        for index, timestep in enumerate(sampler.timesteps):
            tick(index / len(sampler.timesteps))
            seen = sampler.scaled(x, timestep)
            x = sampler.step(self._noise(seen, films[index], memory, settings), timestep, x)
        return from_scale(x[0].cpu().numpy())

    def _encoded(self, tokens: Tokens, before: Floats | None) -> Tensor:
        """Return what cross-attention reads, `[1, length, size]`."""
        encoded = [self._notes(torch.from_numpy(tokens).to(self._device))]
        if before is not None:
            mel = torch.from_numpy(to_scale(before)).to(self._device)
            encoded.append(self._context(mel))
        return torch.cat(encoded, dim=1).to(self._dtype)

    def _noise(self, x: Tensor, film: Tensor, memory: Memory, settings: Settings) -> Tensor:
        """Predict the noise, pushed away from what the network would play without notes."""
        if settings.guidance == 1.0:
            predicted: Tensor = self._decoder(x, film, memory)
            return predicted
        told, untold = self._decoder(x, film, memory, guided=True).split(1)
        return torch.lerp(untold, told, settings.guidance)

    def _films_of(self, timesteps: Tensor) -> Tensor:
        """Return the decoder's modulations at each timestep; jobs that follow may share them."""
        times, films = self._films
        if times != timesteps.tolist():
            films = self._decoder.films((timesteps / TRAINING_STEPS).to(self._device))
            self._films = timesteps.tolist(), films
        return films


def scheduler_of(config: Mapping[str, object], name: str) -> Any:
    """Return a diffusers scheduler by its short name. Raises: OutOfRange, ModelFailed."""
    if name not in SOLVERS:
        return make_scheduler(config, name)
    scheduler = make_scheduler({**config, **SOLVER_CONFIG}, name)
    scheduler.register_to_config(sigma_max=MOST_NOISE)
    return scheduler


def to_scale(mel: Floats) -> Floats:
    """Bring natural logs of mel magnitudes to -1..1, what lies beyond to the nearest."""
    unit = (np.clip(mel, QUIETEST, LOUDEST) - QUIETEST) / (LOUDEST - QUIETEST)
    return np.asarray(unit * 2.0 - 1.0, np.float32)


def from_scale(scaled: Floats) -> Floats:
    """Bring -1..1 back to natural logs of mel magnitudes; nothing is clipped."""
    return np.asarray((scaled + 1.0) / 2.0 * (LOUDEST - QUIETEST) + QUIETEST, np.float32)
