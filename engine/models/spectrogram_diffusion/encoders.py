"""What the decoder attends to: the window's notes and the window before, encoded by T5 stacks.

Both take what is there and no padding, which gives what upstream makes of padded input
with masks. Names are those of the public checkpoints' keys.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from engine.models.spectrogram_diffusion.layers import (
    Dense,
    GatedFeedForward,
    Norm,
    attend,
    split_heads,
)
from engine.wire import ModelFailed


class SelfAttention(nn.Module):
    """Attention of all to all."""

    def __init__(self, size: int, heads: int, head_size: int) -> None:
        super().__init__()
        self._heads = heads
        self.q = Dense(size, heads * head_size)
        self.k = Dense(size, heads * head_size)
        self.v = Dense(size, heads * head_size)
        self.o = Dense(heads * head_size, size)

    def forward(self, x: Tensor) -> Tensor:
        """Map `[1, length, size]` to the same shape."""
        query, key, value = (split_heads(part(x), self._heads) for part in (self.q, self.k, self.v))
        output: Tensor = self.o(attend(query, key, value))
        return output


class AttentionPart(nn.Module):
    """The first half of a block."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.SelfAttention = SelfAttention(config["d_model"], config["num_heads"], config["d_kv"])
        self.layer_norm = Norm(config["d_model"])

    def forward(self, x: Tensor) -> Tensor:
        """Add what attention says to `[1, length, size]`."""
        output: Tensor = x + self.SelfAttention(self.layer_norm(x))
        return output


class FeedForwardPart(nn.Module):
    """The second half of a block."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.DenseReluDense = GatedFeedForward(config["d_model"], config["d_ff"])
        self.layer_norm = Norm(config["d_model"])

    def forward(self, x: Tensor) -> Tensor:
        """Add what the feed-forward layers say to `[1, length, size]`."""
        output: Tensor = x + self.DenseReluDense(self.layer_norm(x))
        return output


class Block(nn.Module):
    """One layer of an encoder."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.layer = nn.Sequential(AttentionPart(config), FeedForwardPart(config))

    def forward(self, x: Tensor) -> Tensor:
        """Map `[1, length, size]` to the same shape; what is added up stays float32."""
        output: Tensor = self.layer(x)
        return output


class Encoder(nn.Module):
    """A stack of blocks over whatever was embedded."""

    def __init__(self, config: dict[str, Any], positions: int) -> None:
        super().__init__()
        if config["feed_forward_proj"] != "gated-gelu":
            raise ModelFailed(
                f"an encoder with {str(config['feed_forward_proj'])[:40]} layers came; only the "
                "public checkpoints' gated-gelu is known"
            )
        self.position_encoding = nn.Embedding(positions, config["d_model"])
        self.encoders = nn.Sequential(*(Block(config) for _ in range(config["num_layers"])))
        self.layer_norm = Norm(config["d_model"])

    def encode(self, embedded: Tensor, positions: Tensor) -> Tensor:
        """Encode `[length, size]` at `positions` `[length, size]` into `[1, length, size]`."""
        summed = (embedded.float() + positions.float())[None]
        output: Tensor = self.layer_norm(self.encoders(summed))
        return output


class NotesEncoder(Encoder):
    """Encodes a window's tokens."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config, config["max_length"])
        self.token_embedder = nn.Embedding(config["vocab_size"], config["d_model"])

    def forward(self, tokens: Tensor) -> Tensor:
        """Encode `[length] int64` tokens without padding into `[1, length, size]`."""
        return self.encode(
            self.token_embedder(tokens), self.position_encoding.weight[: len(tokens)]
        )


class ContextEncoder(Encoder):
    """Encodes the mel spectrogram of the window before."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config, config["targets_context_length"])
        self.input_proj = Dense(config["input_dims"], config["d_model"])

    def forward(self, mel: Tensor) -> Tensor:
        """Encode `[hops, mels]`, scaled to -1..1, into `[1, hops, size]`.

        Positions count from the end, so that a short context takes the last ones: upstream
        meant this, but rolls the wrong dimension.
        """
        dtype = self.input_proj.weight.dtype
        positions = self.position_encoding.weight
        return self.encode(self.input_proj(mel.to(dtype)), positions[len(positions) - len(mel) :])
