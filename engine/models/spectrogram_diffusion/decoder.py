"""The network that denoises: a T5 decoder whose layers are told by FiLM how noisy its input is.

What does not change from step to step is computed before the steps: how each layer is modulated
at each of them, and the keys and values that cross-attention reads. Names are those of the
public checkpoints' keys. Sources: arXiv 2206.05408; Perez et al. 2018, arXiv 1709.07871.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor, nn

from engine.models.spectrogram_diffusion.layers import (
    Dense,
    GatedFeedForward,
    Norm,
    attend,
    normalised,
    split_heads,
)

Memory: TypeAlias = list[tuple[Tensor, Tensor]]
"""Keys and values of each layer's cross-attention, each `[1, heads, length, head size]`."""

BLOCK_STEPS = 128


class Film(nn.Module):
    """Scales and shifts features by how noisy the input is."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.scale_bias = Dense(4 * size, 2 * size)

    def forward(self, conditioning: Tensor, weight: Tensor) -> Tensor:
        """Return gain and shift, `[steps, 2, size] float32`, of normalised features.

        `conditioning` is `[steps, 4 * size]`; the gain includes the norm's `weight`.
        """
        scale, shift = self.scale_bias(conditioning).float().chunk(2, dim=-1)
        return torch.stack(((1.0 + scale) * weight.float(), shift), dim=1)


class Attention(nn.Module):
    """Attention to oneself or to what was encoded."""

    def __init__(self, size: int, heads: int, head_size: int) -> None:
        super().__init__()
        self._heads = heads
        self.to_q = Dense(size, heads * head_size)
        self.to_k = Dense(size, heads * head_size)
        self.to_v = Dense(size, heads * head_size)
        self.to_out = nn.ModuleList([Dense(heads * head_size, size)])

    def memory(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the keys and values of `[rows, length, size]`."""
        return split_heads(self.to_k(x), self._heads), split_heads(self.to_v(x), self._heads)

    def forward(self, x: Tensor, memory: tuple[Tensor, Tensor]) -> Tensor:
        """Read, for each of `[rows, length, size]`, what it needs of the memory."""
        query = split_heads(self.to_q(x), self._heads)
        output: Tensor = self.to_out[0](attend(query, *memory))
        return output


class SelfAttentionPart(nn.Module):
    """The first part of a layer."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        size = config["d_model"]
        self.layer_norm = Norm(size)
        self.FiLMLayer = Film(size)
        self.attention = Attention(size, config["num_heads"], config["d_kv"])

    def forward(self, y: Tensor, film: Tensor) -> Tensor:
        """Add to `y` what its moments say of each other; `film` is `[2, size]`."""
        x = modulated(y, film, self.layer_norm.weight.dtype)
        output: Tensor = y + self.attention(x, self.attention.memory(x))
        return output


class CrossAttentionPart(nn.Module):
    """The second part of a layer."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.layer_norm = Norm(config["d_model"])
        self.attention = Attention(config["d_model"], config["num_heads"], config["d_kv"])

    def forward(self, y: Tensor, memory: tuple[Tensor, Tensor]) -> Tensor:
        """Add to `y[:1]` what the notes and the context say; further rows go without it."""
        first = y[:1] + self.attention(self.layer_norm(y[:1]), memory)
        return first if len(y) == 1 else torch.cat((first, y[1:]))


class FeedForwardPart(nn.Module):
    """The third part of a layer."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.layer_norm = Norm(config["d_model"])
        self.film = Film(config["d_model"])
        self.DenseReluDense = GatedFeedForward(config["d_model"], config["d_ff"])

    def forward(self, y: Tensor, film: Tensor) -> Tensor:
        """Add what the feed-forward layers say to `y`; `film` is `[2, size]`."""
        x = modulated(y, film, self.layer_norm.weight.dtype)
        output: Tensor = y + self.DenseReluDense(x)
        return output


class Layer(nn.Module):
    """One layer of the decoder."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.layer = nn.ModuleList(
            [SelfAttentionPart(config), CrossAttentionPart(config), FeedForwardPart(config)]
        )

    @property
    def parts(self) -> tuple[SelfAttentionPart, CrossAttentionPart, FeedForwardPart]:
        """What it is made of."""
        attention, crossing, feeding = self.layer
        return (
            cast(SelfAttentionPart, attention),
            cast(CrossAttentionPart, crossing),
            cast(FeedForwardPart, feeding),
        )

    def films(self, conditioning: Tensor) -> Tensor:
        """Return both its modulations at every step, `[steps, 2, 2, size] float32`."""
        first, _, third = self.parts
        modulations = (
            first.FiLMLayer(conditioning, first.layer_norm.weight),
            third.film(conditioning, third.layer_norm.weight),
        )
        return torch.stack(modulations, dim=1)


class FilmDecoder(nn.Module):
    """Predicts the noise in a window's scaled mel spectrogram."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        size = config["d_model"]
        self._max_noise_time = float(config["max_decoder_noise_time"])
        self.conditioning_emb = nn.Sequential(
            Dense(size, 4 * size), nn.SiLU(), Dense(4 * size, 4 * size), nn.SiLU()
        )
        self.position_encoding = nn.Embedding(config["targets_length"], size)
        self.continuous_inputs_projection = Dense(config["input_dims"], size)
        self.decoders = nn.ModuleList(Layer(config) for _ in range(config["num_layers"]))
        self.decoder_norm = Norm(size)
        self.spec_out = Dense(size, config["input_dims"])

    def films(self, noise_times: Tensor) -> Tensor:
        """Return how every layer is modulated at each of `[steps]` noise times from 0 to 1.

        The result is `[steps, layers, 2, 2, size] float32`: self-attention and feed-forward,
        gain and shift.
        """
        blocks = []
        for times in torch.split(noise_times, BLOCK_STEPS):
            embedded = self._embed(times).to(self.spec_out.weight.dtype)
            conditioning = self.conditioning_emb(embedded)
            blocks.append(torch.stack([layer.films(conditioning) for layer in self._layers], 1))
        return torch.cat(blocks)

    def memory(self, encoded: Tensor) -> Memory:
        """Return what cross-attention reads of `[1, length, size]` encodings, at every step."""
        return [layer.parts[1].attention.memory(encoded) for layer in self._layers]

    def forward(self, x: Tensor, film: Tensor, memory: Memory, guided: bool = False) -> Tensor:
        """Predict the noise in `[1, hops, mels]` at one step, `film` being its row of `films`.

        Returns `[1, hops, mels] float32`, or `[2, hops, mels]` when `guided`: then row 1 is
        predicted without notes and context. It goes without cross-attention, which has no
        biases and so adds nothing to a row whose encodings are zero.
        """
        dtype = self.spec_out.weight.dtype
        y = self.continuous_inputs_projection(x.to(dtype)).float()
        y = y + self.position_encoding.weight[: x.shape[1]].float()
        for index, (layer, keys_values) in enumerate(zip(self._layers, memory, strict=True)):
            attention, crossing, feeding = layer.parts
            y = attention(y, film[index, 0])
            if guided and index == 0:  # Up to here both rows are the same.
                y = y.expand(2, -1, -1)
            y = feeding(crossing(y, keys_values), film[index, 1])
        predicted: Tensor = self.spec_out(self.decoder_norm(y))
        return predicted.float()

    @property
    def _layers(self) -> list[Layer]:
        return [cast(Layer, layer) for layer in self.decoders]

    def _embed(self, noise_times: Tensor) -> Tensor:
        """Return `[steps, size] float32`: sines, then cosines, of the times."""
        half = self.spec_out.in_features // 2
        exponents = torch.arange(half, dtype=torch.float32, device=noise_times.device)
        rates = torch.exp(-math.log(self._max_noise_time) * exponents / (half - 1))
        angles = (noise_times.float() * self._max_noise_time)[:, None] * rates
        return torch.cat((angles.sin(), angles.cos()), dim=-1)


def modulated(y: Tensor, film: Tensor, dtype: torch.dtype) -> Tensor:
    """Normalise `[rows, hops, size]`, scale and shift it by `film` `[2, size]`; give a `dtype`."""
    return (normalised(y, film[0]) + film[1]).to(dtype)
