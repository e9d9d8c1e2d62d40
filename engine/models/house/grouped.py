"""Convolutions along places as large products: for few channels, on a CPU.

A few neighbouring places are one row of a product with all that they reach, and the rows overlap
in memory instead of being copied. That multiplies by zeros, too, and still takes two thirds of the
time of a convolution with two dozen channels. Imports torch.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

GROUP = 4  # places in a row
BORDER = 3  # the most that a kernel may reach to one side


class Lines:
    """Zeros for `[frames, places, channels] float32`, with borders around each frame's places.

    `inner` is the view to fill. `step` is how many places lie from a frame to the next.
    """

    def __init__(self, frames: int, places: int, channels: int) -> None:
        self.step = -(-(places + 2 * BORDER) // GROUP) * GROUP
        self.flat = torch.zeros(frames * self.step + GROUP + 2 * BORDER, channels)
        inside = self.flat[: frames * self.step].view(frames, self.step, channels)
        self.inner = inside[:, BORDER : BORDER + places]


class Grouped:
    """What a convolution does whose kernel is odd and no longer than 2 * BORDER + 1."""

    def __init__(self, layer: nn.Conv1d) -> None:
        """Copy the layer's weights."""
        assert layer.bias is not None
        kernel = layer.weight.detach().permute(2, 1, 0)
        self._size, self._channels, out = kernel.shape
        table = torch.zeros(GROUP + self._size - 1, self._channels, GROUP, out)
        for place in range(GROUP):
            table[place : place + self._size, :, place] = kernel
        self._weight = table.flatten(2).flatten(0, 1)
        self._bias = layer.bias.detach().repeat(GROUP)

    def over(self, lines: Lines) -> Tensor:
        """Return `[frames, places, out channels] float32`."""
        frames, places, _ = lines.inner.shape
        size = (frames * lines.step // GROUP, len(self._weight))
        begin = (BORDER - self._size // 2) * self._channels
        rows = lines.flat.as_strided(size, (GROUP * self._channels, 1), begin)
        found = torch.addmm(self._bias, rows, self._weight)
        return found.view(frames, lines.step, -1)[:, :places]
