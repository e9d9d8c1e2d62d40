"""Ranking candidates against their prompt with CLAP (Wu et al. 2023), one prompt at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from engine.checkpoints import Checkpoint, find_checkpoints
from engine.models.base import Audio
from engine.models.text_audio.parts import Parts

CLAP = "text_encoder"


def find_judge(checkpoint: Checkpoint) -> Checkpoint | None:
    """Return a checkpoint that holds all of CLAP: this one, or else one that lies beside it.

    AudioLDM's public checkpoints have only its half for text, AudioLDM 2's have both.
    """
    if _is_judge(checkpoint):
        return checkpoint
    beside = find_checkpoints(checkpoint.folder.parent).checkpoints.values()
    found = next((other for other in beside if _is_judge(other)), None)
    return found and replace(found, shelf=checkpoint.shelf)


def _is_judge(checkpoint: Checkpoint) -> bool:
    component = checkpoint.components.get(CLAP)
    is_whole = component is not None and component.class_name == "ClapModel"
    return is_whole and "feature_extractor" in checkpoint.components


class Judge:
    """Says which audio fits a prompt best."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def rank(self, prompt: str, sounds: Sequence[Audio], rate_hz: int) -> list[int]:
        """Return the indices of sounds `[frames]`, the one nearest to the prompt first.

        CLAP hears the first seconds, as many as it was made for: upstream draws them at random.
        """
        import soxr

        clap, extractor = self._parts.network(CLAP), self._parts.processor("feature_extractor")
        heard = [soxr.resample(sound, rate_hz, extractor.sampling_rate) for sound in sounds]
        heard = [sound[: extractor.nb_max_samples] for sound in heard]
        features = extractor(heard, sampling_rate=extractor.sampling_rate, return_tensors="pt")
        arguments = {"input_features": features["input_features"].to(self._parts.device)}
        if clap.config.audio_config.enable_fusion:
            arguments["is_longer"] = features["is_longer"].to(self._parts.device)
        audio = clap.get_audio_features(**arguments).pooler_output
        text = clap_text(self._parts, prompt)
        nearness = (audio @ text[0]).float().cpu().numpy()
        return [int(i) for i in np.argsort(-nearness, kind="stable")]

    def let_go(self) -> None:
        """Let CLAP go."""
        self._parts.let_go(CLAP)


def clap_text(parts: Parts, text: str) -> torch.Tensor:
    """Return CLAP's embedding `[1, size]`, of length 1, of a text; what is too long is cut.

    Padding, which CLAP masks, is left out: upstream pads to 512 tokens.
    """
    clap: Any = parts.network(CLAP)
    tokens = parts.processor("tokenizer")(
        [text], truncation=True, max_length=_limit(parts), return_tensors="pt"
    ).to(parts.device)
    ids, mask = tokens["input_ids"], tokens["attention_mask"]
    if hasattr(clap, "get_text_features"):
        embedding = clap.get_text_features(ids, attention_mask=mask).pooler_output
    else:
        embedding = clap(ids, attention_mask=mask).text_embeds
    return torch.nn.functional.normalize(embedding, dim=-1)


def _limit(parts: Parts) -> int:
    """Return how many tokens CLAP's text half reads; RoBERTa's positions begin after padding's."""
    config = parts.network(CLAP).config
    config = getattr(config, "text_config", config)
    most = int(config.max_position_embeddings) - int(config.pad_token_id) - 1
    return min(int(parts.processor("tokenizer").model_max_length), most)
