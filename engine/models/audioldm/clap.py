"""AudioLDM's conditioning: one CLAP embedding of the prompt, one of the negative prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from engine.models.text_audio.conditioning import NEGATIVE, Conditioning, Memory
from engine.models.text_audio.parts import Parts
from engine.models.text_audio.prompts import parse_prompt
from engine.models.text_audio.ranking import CLAP, clap_text
from engine.wire import Request

EMBEDDING = "prompt_embeds"


class ClapConditioner:
    """Encodes prompts with CLAP's half for text."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._memory = Memory()
        config = parts.checkpoint.config(CLAP)
        size = config.get("projection_dim", 512)
        self.sizes: Mapping[str, Sequence[int | None]] = {EMBEDDING: (size,)}

    def encode(self, request: Request, given: Conditioning) -> Conditioning:
        """Return both embeddings `[1, size] float32`, of length 1 where they are not given."""
        prompts = {EMBEDDING: "prompt", NEGATIVE + EMBEDDING: "negative_prompt"}
        return {
            name: given[name].float()
            if name in given
            else self._embed(str(request.parameters[prompt]))
            for name, prompt in prompts.items()
        }

    def _embed(self, prompt: str) -> Tensor:
        parts = parse_prompt(prompt)
        total = sum(part.share * self._remembered(part.text) for part in parts)
        return torch.nn.functional.normalize(torch.as_tensor(total), dim=-1)

    def _remembered(self, text: str) -> Tensor:
        return self._memory.recall((text,), lambda: clap_text(self._parts, text))

    def arguments(self, conditioning: Conditioning, copies: int, is_guided: bool) -> dict[str, Any]:
        """Return the embeddings as the UNet's class labels."""
        dtype = getattr(torch, self._parts.dtype)
        names = [NEGATIVE + EMBEDDING, EMBEDDING] if is_guided else [EMBEDDING]
        rows = torch.cat([conditioning[name].expand(copies, -1) for name in names])
        return {"encoder_hidden_states": None, "class_labels": rows.to(dtype)}

    def let_go(self) -> None:
        """Let CLAP go."""
        self._parts.let_go(CLAP)
