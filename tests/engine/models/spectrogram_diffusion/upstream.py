"""The upstream pipeline, mended no more than current versions of its libraries need.

- transformers 5.17 took `get_extended_attention_mask` away from its models (B2);
- diffusers' index check refuses the public checkpoint's own module name (B3), and its ONNX
  loader fails without an argument (B6): so the parts are loaded one by one.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import torch
from diffusers import DDPMScheduler, OnnxRuntimeModel, T5FilmDecoder
from diffusers.pipelines.deprecated.spectrogram_diffusion import (
    SpectrogramContEncoder,
    SpectrogramDiffusionPipeline,
    SpectrogramNotesEncoder,
)

from engine.models.base import window_seed


def extended_mask(self: Any, mask: torch.Tensor, shape: object) -> torch.Tensor:
    """What transformers had until 5.16: 0 where a key may be seen, else the lowest number."""
    return (1.0 - mask[:, None, None, :].to(self.dtype)) * torch.finfo(self.dtype).min


def mend(patch: pytest.MonkeyPatch) -> None:
    """Make upstream's encoders run."""
    for encoder in (SpectrogramNotesEncoder, SpectrogramContEncoder):
        patch.setattr(encoder, "get_extended_attention_mask", extended_mask, raising=False)
    logging.getLogger("transformers").setLevel(logging.ERROR)


class Upstream(SpectrogramDiffusionPipeline):  # type: ignore[misc]
    """The pipeline as it is, unless guidance is asked for, which it does not have."""

    guidance = 1.0

    def decode(
        self, encodings_and_masks: Any, input_tokens: torch.Tensor, noise_time: Any
    ) -> torch.Tensor:
        """Predict the noise, guided as Magenta does: zeros stand for no notes and no context."""
        told: torch.Tensor = super().decode(encodings_and_masks, input_tokens, noise_time)
        if self.guidance == 1.0:
            return told
        nothing = [(part * 0.0, mask & False) for part, mask in encodings_and_masks]
        untold = super().decode(nothing, input_tokens, noise_time)
        return self.guidance * told + (1.0 - self.guidance) * untold


def pipeline(home: Path) -> Upstream:
    """Return upstream's pipeline of a checkpoint on disk."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # It is to leave diffusers in 0.43.
        vocoder = OnnxRuntimeModel(
            onnxruntime.InferenceSession(str(home / "melgan" / "model.onnx")),
            model_save_dir=home / "melgan",
        )
    pipe = Upstream(
        SpectrogramNotesEncoder.from_pretrained(home / "notes_encoder"),
        SpectrogramContEncoder.from_pretrained(home / "continuous_encoder"),
        T5FilmDecoder.from_pretrained(home / "decoder"),
        DDPMScheduler.from_pretrained(home / "scheduler"),
        vocoder,
    )
    pipe.set_progress_bar_config(disable=True)
    return pipe


def run(pipe: Upstream, rows: Any, steps: int, seed: int, output: str = "mel") -> Any:
    """Run it on unpadded rows of tokens, each window's noise drawn as ours is."""
    generator = torch.Generator().manual_seed(window_seed(seed, 0))

    def reseed(window: int, mel: object) -> None:
        generator.manual_seed(window_seed(seed, window + 1))

    padded = [[*map(int, row), *[0] * (2048 - len(row))] for row in rows]
    return pipe(padded, generator, steps, output_type=output, callback=reseed).audios
