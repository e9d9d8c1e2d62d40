"""Convolutions as grouped products: the same as torch's."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.models.house.grouped import Grouped, Lines


@pytest.mark.parametrize("size", [1, 3, 5, 7])
@pytest.mark.parametrize(("frames", "places"), [(1, 1), (2, 9), (3, 22)])
def test_a_grouped_convolution_is_a_convolution(size: int, frames: int, places: int) -> None:
    torch.manual_seed(size)
    layer = nn.Conv1d(3, 5, size, padding=size // 2)
    x = torch.randn(frames, places, 3)
    lines = Lines(*x.shape)
    lines.inner.copy_(x)
    with torch.inference_mode():
        expected = layer(x.mT).mT
        torch.testing.assert_close(Grouped(layer).over(lines), expected, rtol=1e-5, atol=1e-5)
