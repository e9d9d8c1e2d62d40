"""AudioLDM 2's conditioning: T5's embeddings, and those that GPT-2 writes from CLAP and T5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from engine.models.text_audio.conditioning import MASK, NEGATIVE, Conditioning, Memory
from engine.models.text_audio.parts import Parts
from engine.models.text_audio.prompts import Part, parse_prompt
from engine.models.text_audio.ranking import CLAP, clap_text
from engine.wire import Request

EMBEDDING, WRITTEN = "prompt_embeds", "generated_prompt_embeds"
T5, PROJECTION, WRITER = "text_encoder_2", "projection_model", "language_model"
T5_TOKENS = 512


class Encoded(NamedTuple):
    """A text: T5's embeddings `[1, tokens, size]`, which are real, and GPT-2's `[1, new, size]`."""

    embedding: Tensor
    mask: Tensor
    written: Tensor


class TextConditioner:
    """Encodes prompts with CLAP, T5 and GPT-2."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._memory = Memory()
        t5 = int(parts.checkpoint.config(T5)["d_model"])
        gpt2 = int(parts.checkpoint.config(WRITER)["n_embd"])
        self.sizes: Mapping[str, Sequence[int | None]] = {
            EMBEDDING: (None, t5),
            MASK: (None,),
            WRITTEN: (None, gpt2),
        }

    def encode(self, request: Request, given: Conditioning) -> Conditioning:
        """Return T5's embeddings, their mask and GPT-2's embeddings, of prompt and negative.

        As upstream, a negative prompt that is shorter than the prompt is padded to it before
        GPT-2 reads it; unlike upstream, one that is longer is not cut to the prompt's length.
        """
        prompt = self._half(request, "prompt", given, "", 0)
        least = prompt.embedding.shape[1]
        negative = self._half(request, "negative_prompt", given, NEGATIVE, least)
        tokens = max(least, negative.embedding.shape[1])
        halves = {"": _padded(prompt, tokens), NEGATIVE: _padded(negative, tokens)}
        return {
            prefix + name: value
            for prefix, half in halves.items()
            for name, value in zip((EMBEDDING, MASK, WRITTEN), half, strict=True)
        }

    def _half(
        self, request: Request, parameter: str, given: Conditioning, prefix: str, least: int
    ) -> Encoded:
        if prefix + EMBEDDING not in given:
            count = int(request.parameters["max_new_tokens"])
            return self._blended(parse_prompt(str(request.parameters[parameter])), count, least)
        embedding = given[prefix + EMBEDDING].float()
        mask = given.get(prefix + MASK, torch.ones(embedding.shape[:2], device=embedding.device))
        return Encoded(embedding, mask.float(), given[prefix + WRITTEN].float())

    def _blended(self, parts: Sequence[Part], count: int, least: int) -> Encoded:
        """Return the weighted mean of texts; a place that some have no token at is the others'."""
        every = [self._remembered(part.text, count, least) for part in parts]
        if len(every) == 1:
            return every[0]
        longest = max(one.embedding.shape[1] for one in every)
        every = [_padded(one, longest) for one in every]
        shares = torch.tensor([part.share for part in parts], device=self._parts.device)
        masks = torch.cat([one.mask for one in every])
        weights = masks * shares[:, None]
        weights = weights / weights.sum(0).clamp(min=1e-9)
        embedding = (torch.cat([one.embedding for one in every]) * weights[:, :, None]).sum(0)
        written = (torch.cat([one.written for one in every]) * shares[:, None, None]).sum(0)
        return Encoded(embedding[None], masks.amax(0)[None], written[None])

    def _remembered(self, text: str, count: int, least: int) -> Encoded:
        key = (text, count, least)
        return self._memory.recall(key, lambda: self._encoded(text, count, least))

    def _encoded(self, text: str, count: int, least: int) -> Encoded:
        ids, mask = self._tokens(text, least)
        embedding = self._parts.network(T5)(ids, attention_mask=mask)[0]
        clap = clap_text(self._parts, text)[:, None]
        projected = self._parts.network(PROJECTION)(
            hidden_states=clap,
            hidden_states_1=embedding,
            attention_mask=mask.new_ones((1, 1)),
            attention_mask_1=mask,
        )
        written = self._write(projected.hidden_states, projected.attention_mask, count)
        return Encoded(embedding, mask, written)

    def _tokens(self, text: str, least: int) -> tuple[Tensor, Tensor]:
        """Return T5's tokens and which are real, padded to `least`; what is too long is cut."""
        tokenizer = self._parts.processor("tokenizer_2")
        most = min(int(tokenizer.model_max_length), T5_TOKENS)
        tokens = tokenizer([text], truncation=True, max_length=most, return_tensors="pt")
        ids, mask = tokens["input_ids"], tokens["attention_mask"]
        missing = max(0, least - ids.shape[1])
        ids = torch.nn.functional.pad(ids, (0, missing), value=tokenizer.pad_token_id)
        mask = torch.nn.functional.pad(mask, (0, missing))
        return ids.to(self._parts.device), mask.to(self._parts.device)

    def _write(self, states: Tensor, mask: Tensor, count: int) -> Tensor:
        """Let GPT-2 go on `count` times from its own last hidden state (Liu et al. 2023).

        Public checkpoints declare a GPT2Model, which upstream's loop cannot run any more.
        """
        from transformers import GPT2Model

        writer = self._parts.network(WRITER, GPT2Model)
        written, cache = [], None
        for _ in range(count):
            output = writer(
                inputs_embeds=states, attention_mask=mask, past_key_values=cache, use_cache=True
            )
            states, cache = output.last_hidden_state[:, -1:], output.past_key_values
            mask = torch.cat((mask, mask.new_ones((1, 1))), dim=1)
            written.append(states)
        return torch.cat(written, dim=1)

    def arguments(self, conditioning: Conditioning, copies: int, is_guided: bool) -> dict[str, Any]:
        """Return GPT-2's and T5's embeddings as the UNet's two sequences."""
        dtype = getattr(torch, self._parts.dtype)
        rows = {
            name: torch.cat(
                [
                    conditioning[key].expand(copies, *conditioning[key].shape[1:])
                    for key in ([NEGATIVE + name, name] if is_guided else [name])
                ]
            )
            for name in (EMBEDDING, MASK, WRITTEN)
        }
        return {
            "encoder_hidden_states": rows[WRITTEN].to(dtype),
            "encoder_hidden_states_1": rows[EMBEDDING].to(dtype),
            "encoder_attention_mask_1": rows[MASK],
        }

    def let_go(self) -> None:
        """Let all that reads text go."""
        self._parts.let_go(CLAP, T5, PROJECTION, WRITER)


def _padded(text: Encoded, tokens: int) -> Encoded:
    """Return an encoded text with masked places up to a number of tokens."""
    missing = max(0, tokens - text.embedding.shape[1])
    pad = torch.nn.functional.pad
    embedding = pad(text.embedding, (0, 0, 0, missing))
    return Encoded(embedding, pad(text.mask, (0, missing)), text.written)
