"""A Spectrogram Diffusion checkpoint of random weights, tiny or as large as the public one.

Its folder has the public layout; the networks are upstream's own classes, so that their keys
are the public checkpoint's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

NAME = "tiny-spectrogram-diffusion"
TINY = {"d_model": 32, "num_layers": 2, "num_heads": 2, "d_kv": 8, "d_ff": 48}
TRUE_SIZE = {"d_model": 768, "num_layers": 12, "num_heads": 12, "d_kv": 64, "d_ff": 2048}
ENCODER = {"dropout_rate": 0.1, "feed_forward_proj": "gated-gelu"}
# What the public checkpoint's scheduler is made with, by the script that converted it.
SCHEDULER = {
    "_class_name": "DDPMScheduler",
    "_diffusers_version": "0.10.0.dev0",
    "beta_schedule": "squaredcos_cap_v2",
    "variance_type": "fixed_large",
    "clip_sample": True,
    "num_train_timesteps": 1000,
    "beta_start": 0.0001,
    "beta_end": 0.02,
    "prediction_type": "epsilon",
    "trained_betas": None,
}
HOP, MELS = 320, 128


def write(folder: Path, sizes: dict[str, int] = TINY, *, vocoder: bool = True) -> Path:
    """Write a whole checkpoint into `folder / NAME`."""
    from diffusers import T5FilmDecoder
    from diffusers.pipelines.deprecated.spectrogram_diffusion import (
        SpectrogramContEncoder,
        SpectrogramNotesEncoder,
    )

    home = folder / NAME
    parts: dict[str, Any] = {
        "notes_encoder": SpectrogramNotesEncoder(
            max_length=2048, vocab_size=1536, **ENCODER, **sizes
        ),
        "continuous_encoder": SpectrogramContEncoder(
            input_dims=MELS, targets_context_length=256, **ENCODER, **sizes
        ),
        "decoder": T5FilmDecoder(
            input_dims=MELS, targets_length=256, max_decoder_noise_time=20000.0, **sizes
        ),
    }
    generator = torch.Generator().manual_seed(5)
    for name, part in parts.items():
        _randomise(part, generator, sizes["d_kv"])
        part.save_pretrained(home / name)
    (home / "scheduler").mkdir()
    (home / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
    if vocoder:
        (home / "melgan").mkdir()
        onnx.save(melgan(), home / "melgan" / "model.onnx")
    (home / "model_index.json").write_text(json.dumps(index(vocoder)))
    return home


def index(vocoder: bool = True) -> dict[str, object]:
    """Return the public repository's index."""
    return {
        "_class_name": "SpectrogramDiffusionPipeline",
        "_diffusers_version": "0.15.0.dev0",
        "continuous_encoder": ["spectrogram_diffusion", "SpectrogramContEncoder"],
        "decoder": ["diffusers", "T5FilmDecoder"],
        "melgan": ["diffusers", "OnnxRuntimeModel"] if vocoder else [None, None],
        "notes_encoder": ["spectrogram_diffusion", "SpectrogramNotesEncoder"],
        "scheduler": ["diffusers", "DDPMScheduler"],
    }


def melgan(before: int = 6, after: int = 4) -> onnx.ModelProto:
    """Return a network of the public vocoder's interface that looks that many hops around.

    Two layers of convolutions, tanh between and after: so many hops are heard in each sample.
    """
    random = np.random.default_rng(7)
    inner, width = 16, before + after + 1
    scale = 0.1 / np.sqrt(MELS * width)
    tensors = {
        "offset": np.array(5.0, np.float32),
        "first": random.normal(0, scale, (inner, MELS, width)).astype(np.float32),
        "second": random.normal(0, 0.06, (HOP, inner, 1)).astype(np.float32),
        "one_row": np.array([1, -1], np.int64),
    }
    nodes = [
        helper.make_node("Add", ["input_features", "offset"], ["centred"]),
        helper.make_node("Transpose", ["centred"], ["columns"], perm=[0, 2, 1]),
        helper.make_node("Conv", ["columns", "first"], ["mixed"], pads=[before, after]),
        helper.make_node("Tanh", ["mixed"], ["bent"]),
        helper.make_node("Conv", ["bent", "second"], ["samples"]),
        helper.make_node("Tanh", ["samples"], ["limited"]),
        helper.make_node("Transpose", ["limited"], ["in_time"], perm=[0, 2, 1]),
        helper.make_node("Reshape", ["in_time", "one_row"], ["audio"]),
    ]
    graph = helper.make_graph(
        nodes,
        "melgan",
        [helper.make_tensor_value_info("input_features", TensorProto.FLOAT, [1, "T", MELS])],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, [1, "samples"])],
        [numpy_helper.from_array(array, name) for name, array in tensors.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _randomise(part: torch.nn.Module, generator: torch.Generator, head_size: int) -> None:
    """Give every weight a size at which no layer is silent and none takes over.

    The noise that is predicted is small: where next to nothing is left of the signal, it is
    blown up 20,000 times, and so would be the rounding of whoever computes it. Queries are
    small as T5 draws them: attention is not scaled.
    """
    for name, weight in part.named_parameters():
        inputs = weight.shape[-1] if weight.ndim > 1 else 1
        spread = 0.3 if "position" in name or "embedder" in name else inputs**-0.5
        spread *= 0.03 if "spec_out" in name else 1.0
        spread *= head_size**-0.5 if name.endswith((".q.weight", ".to_q.weight")) else 1.0
        with torch.no_grad():
            noise = torch.randn(weight.shape, generator=generator)
            weight.copy_(1.0 + 0.1 * noise if weight.ndim == 1 else spread * noise)
