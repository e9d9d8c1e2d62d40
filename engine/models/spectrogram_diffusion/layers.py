"""What the encoders and the decoder of Spectrogram Diffusion are built of: T5's layers.

Attention is not scaled and no layer has a bias. Names are those of the public checkpoints' keys.
Source: Raffel et al. 2020, arXiv 1910.10683, version 1.1.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

EPSILON = 1e-6


class Dense(nn.Linear):
    """A linear layer without a bias."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, bias=False)


class Norm(nn.Module):
    """Root mean square normalisation of the last dimension, without its mean taken away."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` normalised and weighted, in the weight's dtype."""
        return normalised(x, self.weight).to(self.weight.dtype)


class GatedFeedForward(nn.Module):
    """Two projections, one of which gates the other through a GELU, and one back."""

    def __init__(self, size: int, inner: int) -> None:
        super().__init__()
        self.wi_0 = Dense(size, inner)
        self.wi_1 = Dense(size, inner)
        self.wo = Dense(inner, size)

    def forward(self, x: Tensor) -> Tensor:
        """Map `[..., size]` to `[..., size]`."""
        gate = F.gelu(self.wi_0(x), approximate="tanh")
        output: Tensor = self.wo(gate.mul_(self.wi_1(x)))
        return output


def normalised(x: Tensor, gain: Tensor) -> Tensor:
    """Divide `x` by the root mean square of its last dimension, in float32, times `gain`."""
    x = x.float()
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + EPSILON) * gain


def split_heads(x: Tensor, heads: int) -> Tensor:
    """Turn `[rows, length, heads * size]` into `[rows, heads, length, size]`."""
    rows, length, size = x.shape
    return x.view(rows, length, heads, size // heads).transpose(1, 2)


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Turn `[rows, heads, length, size]` each into `[rows, length, heads * size]`, unscaled."""
    mixed = F.scaled_dot_product_attention(query, key, value, scale=1.0)
    return mixed.transpose(1, 2).flatten(2)
