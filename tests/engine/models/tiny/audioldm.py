"""Writes random AudioLDM and AudioLDM 2 checkpoints in the public layouts, tiny or of true size."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

SCHEDULER = {
    "_class_name": "DDIMScheduler",
    "_diffusers_version": "0.21.0",
    "beta_start": 0.0015,
    "beta_end": 0.0195,
    "beta_schedule": "scaled_linear",
    "clip_sample": False,
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "set_alpha_to_one": False,
    "steps_offset": 1,
}
VOCODER: dict[str, Any] = {
    "model_in_dim": 64,
    "sampling_rate": 16000,
    "upsample_initial_channel": 1024,
    "upsample_rates": [5, 4, 2, 2, 2],
    "upsample_kernel_sizes": [16, 16, 8, 4, 4],
    "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilation_sizes": [[1, 3, 5], [1, 3, 5], [1, 3, 5]],
    "normalize_before": False,
}
TINY_VOCODER = VOCODER | {
    "upsample_initial_channel": 32,
    "resblock_kernel_sizes": [3],
    "resblock_dilation_sizes": [[1, 2]],
}
TEXT = {"vocab_size": 261, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
TINY_TEXT = TEXT | {"intermediate_size": 24, "projection_dim": 12, "max_position_embeddings": 514}
TINY_HEARING = {
    "hidden_size": 32,
    "patch_embeds_hidden_size": 4,
    "depths": [1, 1, 1, 1],
    "num_attention_heads": [1, 1, 1, 1],
    "projection_dim": 12,
}


def write_audioldm(folder: Path, *, is_true_size: bool = False) -> Path:
    """Write a checkpoint like cvssp/audioldm-s-full-v2, whose CLAP has only its half for text."""
    from transformers import ClapTextConfig, ClapTextModelWithProjection

    torch.manual_seed(11)
    parts = _shared(is_true_size) | {"unet": _unet(is_true_size)}
    # Upstream cuts negative prompts to as many tokens as the embedding has numbers: keep 512.
    config = ClapTextConfig(**({} if is_true_size else TINY_TEXT | {"projection_dim": 512}))
    parts["text_encoder"] = ClapTextModelWithProjection(config)
    index = {
        "tokenizer": ["transformers", "RobertaTokenizerFast"],
        "scheduler": ["diffusers", "DDIMScheduler"],
    }
    _write(folder, "AudioLDMPipeline", parts, index)
    _roberta(folder / "tokenizer")
    return folder


def write_audioldm2(folder: Path, *, is_true_size: bool = False) -> Path:
    """Write a checkpoint like cvssp/audioldm2, whose language model is declared a GPT2Model."""
    from diffusers import AudioLDM2ProjectionModel
    from transformers import (
        ClapConfig,
        ClapFeatureExtractor,
        ClapModel,
        GPT2Config,
        GPT2Model,
        T5Config,
        T5EncoderModel,
    )

    torch.manual_seed(12)
    parts = _shared(is_true_size) | {"unet": _unet2(is_true_size)}
    if is_true_size:
        clap, t5, gpt2 = ClapConfig(), _flan_t5_large(), GPT2Config()
        sizes = (512, 1024, 768)
    else:
        clap = ClapConfig(text_config=TINY_TEXT, audio_config=TINY_HEARING, projection_dim=12)
        t5 = T5Config(vocab_size=100, d_model=20, d_kv=5, d_ff=24, num_layers=2, num_heads=2)
        gpt2 = GPT2Config(vocab_size=8, n_embd=16, n_layer=2, n_head=2, n_positions=1024)
        sizes = (12, 20, 16)
    gpt2.max_new_tokens = 8
    parts["text_encoder"] = ClapModel(clap)
    parts["text_encoder_2"] = T5EncoderModel(t5)
    parts["language_model"] = GPT2Model(gpt2)
    parts["projection_model"] = AudioLDM2ProjectionModel(*sizes)
    with torch.no_grad():
        for vector in ("sos_embed", "eos_embed", "sos_embed_1", "eos_embed_1"):
            getattr(parts["projection_model"], vector).normal_()
    index = {
        "tokenizer": ["transformers", "RobertaTokenizerFast"],
        "tokenizer_2": ["transformers", "T5TokenizerFast"],
        "feature_extractor": ["transformers", "ClapFeatureExtractor"],
        "scheduler": ["diffusers", "DDIMScheduler"],
    }
    _write(folder, "AudioLDM2Pipeline", parts, index)
    _roberta(folder / "tokenizer")
    _t5(folder / "tokenizer_2")
    ClapFeatureExtractor(truncation="rand_trunc").save_pretrained(folder / "feature_extractor")
    return folder


def _shared(is_true_size: bool) -> dict[str, Any]:
    from diffusers import AutoencoderKL
    from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

    vae = AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(128, 256, 512) if is_true_size else (8, 8, 16),
        layers_per_block=2 if is_true_size else 1,
        norm_num_groups=32 if is_true_size else 4,
        latent_channels=8,
        scaling_factor=0.9227914214134216,
    )
    config = SpeechT5HifiGanConfig(**(VOCODER if is_true_size else TINY_VOCODER))
    vocoder = SpeechT5HifiGan(config)
    with torch.no_grad():
        for name, weight in vocoder.named_parameters():
            if name.endswith("weight"):
                weight.normal_(std=(1.0 / weight[0].numel()) ** 0.5)
    return {"vae": vae, "vocoder": vocoder}


def _unet(is_true_size: bool) -> Any:
    from diffusers import UNet2DConditionModel

    sizes: dict[str, Any] = {
        "block_out_channels": (128, 256, 384, 640),
        "attention_head_dim": (4, 8, 12, 20),
        "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
        "up_block_types": (*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"),
        "projection_class_embeddings_input_dim": 512,
        "sample_size": 128,
        "cross_attention_dim": (128, 256, 384, 640),
    }
    if not is_true_size:
        sizes = {
            "block_out_channels": (8, 16),
            "attention_head_dim": (2, 4),
            "norm_num_groups": 4,
            "layers_per_block": 1,
            "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
            "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
            "projection_class_embeddings_input_dim": 512,
            "sample_size": 32,
            "cross_attention_dim": (8, 16),
        }
    return UNet2DConditionModel(
        in_channels=8,
        out_channels=8,
        class_embed_type="simple_projection",
        class_embeddings_concat=True,
        **sizes,
    )


def _unet2(is_true_size: bool) -> Any:
    from diffusers import AudioLDM2UNet2DConditionModel

    sizes: dict[str, Any] = {
        "block_out_channels": (128, 256, 384, 640),
        "attention_head_dim": (4, 8, 12, 20),
        "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
        "up_block_types": (*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"),
        "cross_attention_dim": [[None, 768, 1024]] * 4,
        "sample_size": 256,
    }
    if not is_true_size:
        sizes = {
            "block_out_channels": (8, 16),
            "attention_head_dim": (2, 4),
            "norm_num_groups": 4,
            "layers_per_block": 1,
            "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
            "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
            "cross_attention_dim": [[None, 16, 20]] * 2,
            "sample_size": 32,
        }
    return AudioLDM2UNet2DConditionModel(in_channels=8, out_channels=8, **sizes)


def _flan_t5_large() -> Any:
    from transformers import T5Config

    return T5Config(
        vocab_size=32128,
        d_model=1024,
        d_kv=64,
        d_ff=2816,
        num_layers=24,
        num_heads=16,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )


def _write(folder: Path, pipeline: str, parts: dict[str, Any], index: dict[str, Any]) -> None:
    entries: dict[str, Any] = {"_class_name": pipeline, "_diffusers_version": "0.21.0", **index}
    for name, part in parts.items():
        kind = type(part).__name__
        own = "audioldm2" if kind.startswith("AudioLDM2") else ""
        entries[name] = [own or type(part).__module__.partition(".")[0], kind]
        part.save_pretrained(folder / name, safe_serialization=True)
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(SCHEDULER))
    (folder / "model_index.json").write_text(json.dumps(entries))


def _roberta(folder: Path) -> None:
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import RobertaTokenizerFast

    words = ["<s>", "<pad>", "</s>", "<unk>", *sorted(ByteLevel.alphabet()), "<mask>"]
    vocabulary = {word: i for i, word in enumerate(words)}
    tokenizer = RobertaTokenizerFast(vocab=vocabulary, merges=[], model_max_length=512)
    tokenizer.save_pretrained(folder)


def _t5(folder: Path) -> None:
    from transformers import T5TokenizerFast

    words = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -9.0), ("\u2581", -2.0)]
    words += [(chr(code), -3.0) for code in range(33, 127)]
    T5TokenizerFast(vocab=words, extra_ids=0, model_max_length=128).save_pretrained(folder)
