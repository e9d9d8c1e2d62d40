"""Writes random Audio Diffusion checkpoints in the public layout, tiny or of true size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

# Of teticio/audio-diffusion-256; the tiny ones have as many columns as can be chained.
MEL = {"hop_length": 512, "n_fft": 2048, "n_iter": 32, "sample_rate": 22050, "top_db": 80}
TRUE_SIZES: dict[str, Any] = {
    "block_out_channels": (128, 128, 256, 256, 512, 512),
    "down_block_types": (*("DownBlock2D",) * 4, "AttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "AttnUpBlock2D", *("UpBlock2D",) * 4),
    "layers_per_block": 2,
}
TINY_SIZES: dict[str, Any] = {
    "block_out_channels": (8, 16),
    "norm_num_groups": 4,
    "layers_per_block": 1,
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D"),
    "up_block_types": ("AttnUpBlock2D", "UpBlock2D"),
    "attention_head_dim": 4,
}
ENCODING_SIZE = 6


def write_audio_diffusion(
    folder: Path,
    *,
    kind: str = "pixel",
    scheduler: str = "DDIMScheduler",
    is_true_size: bool = False,
    is_gentle: bool = False,
    rows: int = 32,
    columns: int = 64,
    **mel: int,
) -> Path:
    """Write a checkpoint; kind is pixel, latent or conditional, rows and columns the image's.

    A gentle UNet predicts little noise, so that it can be inverted in few steps.
    """
    torch.manual_seed(21)
    if is_true_size:
        rows = columns = 256
    parts: dict[str, Any] = {}
    factor = 1
    if kind == "latent":
        parts["vqvae"], factor = _vae(is_true_size), 4 if is_true_size else 2
    size = (rows // factor, columns // factor)
    parts["unet"] = _unet(kind, size, is_true_size)
    if is_gentle:
        with torch.no_grad():
            parts["unet"].conv_out.weight.mul_(0.05)
    entries: dict[str, Any] = {"_class_name": "AudioDiffusionPipeline"}
    for name, part in parts.items():
        part.save_pretrained(folder / name, safe_serialization=True)
        entries[name] = ["diffusers", type(part).__name__]
    entries |= {"mel": ["audio_diffusion", "Mel"], "scheduler": ["diffusers", scheduler]}
    if kind != "latent":
        entries["vqvae"] = [None, None]
    sizes = {"_class_name": "Mel", **MEL, "x_res": columns, "y_res": rows}
    sizes |= {} if is_true_size else {"n_iter": 4}
    sizes |= mel
    _json(folder / "mel" / "mel_config.json", sizes)
    _json(folder / "scheduler" / "scheduler_config.json", _scheduler(scheduler, kind))
    _json(folder / "model_index.json", entries)
    return folder


def pipeline_of(folder: Path, *, is_silent: bool = False) -> Any:
    """Return upstream's pipeline of a checkpoint, put together by hand.

    diffusers refuses `audio_diffusion` in public indexes, because it has moved that module.
    A silent one spares the time that sound takes where only images are looked at.
    """
    import diffusers

    def part(name: str) -> Any:
        kind = index[name][1]
        return kind and getattr(diffusers, kind).from_pretrained(folder / name)

    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    names = ("vqvae", "unet", "mel", "scheduler")
    pipeline = diffusers.AudioDiffusionPipeline(**{name: part(name) for name in names})
    pipeline.set_progress_bar_config(disable=True)
    if is_silent:
        frames = (pipeline.mel.x_res - 1) * pipeline.mel.hop_length
        pipeline.mel.image_to_audio = lambda image: np.zeros(frames, np.float32)
    return pipeline


def _scheduler(name: str, kind: str) -> dict[str, Any]:
    return {
        "_class_name": name,
        "_diffusers_version": "0.8.0",
        "beta_start": 0.0001,
        "beta_end": 0.02,
        "beta_schedule": "linear",
        "clip_sample": kind != "latent",
        "num_train_timesteps": 1000,
    }


def _unet(kind: str, size: tuple[int, int], is_true_size: bool) -> Any:
    from diffusers import UNet2DConditionModel, UNet2DModel

    sizes = dict(TRUE_SIZES if is_true_size else TINY_SIZES)
    sizes |= {"sample_size": size, "in_channels": 1, "out_channels": 1}
    if kind == "latent" and is_true_size:
        sizes |= {
            "block_out_channels": (128, 256, 512, 512),
            "down_block_types": ("DownBlock2D", "DownBlock2D", "AttnDownBlock2D", "DownBlock2D"),
            "up_block_types": ("UpBlock2D", "AttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
        }
    if kind != "conditional":
        return UNet2DModel(**sizes)
    sizes["down_block_types"] = _crossed(sizes["down_block_types"], "DownBlock2D")
    sizes["up_block_types"] = _crossed(sizes["up_block_types"], "UpBlock2D")
    return UNet2DConditionModel(cross_attention_dim=ENCODING_SIZE, **sizes)


def _crossed(kinds: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(kind.replace(f"Attn{name}", f"CrossAttn{name}") for kind in kinds)


def _vae(is_true_size: bool) -> Any:
    from diffusers import AutoencoderKL

    widths = (128, 256, 512) if is_true_size else (8, 16)
    return AutoencoderKL(
        in_channels=1,
        out_channels=1,
        latent_channels=1,
        block_out_channels=widths,
        down_block_types=("DownEncoderBlock2D",) * len(widths),
        up_block_types=("UpDecoderBlock2D",) * len(widths),
        layers_per_block=2 if is_true_size else 1,
        norm_num_groups=32 if is_true_size else 4,
        scaling_factor=0.4,
    )


def _json(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")
