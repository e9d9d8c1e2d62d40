"""The refinement: a rectified flow from noise to what the prior smooths away.

The flow lives on (mel - prior) / RESIDUAL_SCALE, conditioned on the prior and on clean hops
before the window (the context). Source: Liu et al., Flow Straight and Fast (2209.03003).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.models.house.notes import LOG_FLOOR, MELS

WINDOW_HOPS = 128
CONTEXT_HOPS = 32
RESIDUAL_SCALE = 0.3
# A little more than unit noise: few steps would else smooth away movement (see docs/house.md).
NOISE = 1.05
STEP_WAVES = 32
KERNEL = 7


class Block(nn.Module):
    """A ConvNeXt block in time, scaled and shifted by the flow's clock."""

    def __init__(self, width: int, expansion: int, kernel: int) -> None:
        super().__init__()
        self.spread = nn.Conv1d(width, width, kernel, padding=kernel // 2, groups=width)
        self.norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, expansion * width)
        self.narrow = nn.Linear(expansion * width, width)
        self.clock = nn.Linear(width, 2 * width)
        nn.init.zeros_(self.narrow.weight)
        nn.init.zeros_(self.clock.weight)
        nn.init.zeros_(self.clock.bias)

    def forward(self, x: Tensor, clock: Tensor) -> Tensor:
        """Map `[batch, hops, width]` to the same shape; `clock` is `[batch, 1, width]`."""
        scale, shift = self.clock(clock).chunk(2, dim=-1)
        y = torch.addcmul(shift, self.norm(self._spread(x)), 1 + scale)
        out: Tensor = x + self.narrow(functional.gelu(self.widen(y)))
        return out

    def norm_at(self, clock: Tensor) -> tuple[Tensor, Tensor]:
        """Return weight and bias that scale and shift as the clock `[steps, width]` does."""
        scale, shift = self.clock(clock).chunk(2, dim=-1)
        return self.norm.weight * (1 + scale), self.norm.bias * (1 + scale) + shift

    def taps(self) -> tuple[Tensor, Tensor]:
        """Return what moved copies are multiplied by, `[KERNEL, width]`, and what is added."""
        assert self.spread.bias is not None
        return self.spread.weight[:, 0].T.contiguous(), self.spread.bias

    def _spread(self, x: Tensor) -> Tensor:
        """Convolve in time; as pictures of one row, hops need not be moved behind channels."""
        spread, kernel = self.spread, self.spread.weight[:, :, None]
        picture = x.transpose(1, 2)[:, :, None]
        padding = (0, kernel.shape[-1] // 2)
        found = functional.conv2d(picture, kernel, spread.bias, padding=padding, groups=len(kernel))
        return found[:, :, 0].transpose(1, 2)


class FlowNet(nn.Module):
    """Predicts the flow's velocity from a noisy residual, the prior and the context."""

    def __init__(self, width: int = 256, blocks: int = 5, expansion: int = 3) -> None:
        super().__init__()
        self.reach_hops = blocks * (KERNEL // 2)  # what lies farther off changes nothing
        self.enter = nn.Linear(3 * MELS + 1, width)
        self.clock = nn.Sequential(nn.Linear(2 * STEP_WAVES, width), nn.GELU())
        self.blocks = nn.ModuleList(Block(width, expansion, KERNEL) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.leave = nn.Linear(width, MELS)
        nn.init.zeros_(self.leave.weight)

    def forward(
        self, noisy: Tensor, prior: Tensor, clean: Tensor, mask: Tensor, at: Tensor
    ) -> Tensor:
        """Return `[batch, hops, MELS]` velocity.

        `noisy` and `clean` are scaled residuals, `prior` a log-mel, all `[batch, hops, MELS]`;
        `mask` `[batch, hops, 1]` is 1 where `clean` is known; `at` `[batch]` is the flow's time.
        """
        clock = self.clock(_waves(at))[:, None]
        x = self.enter(torch.cat((noisy, _scaled(prior), clean * mask, mask), dim=-1))
        for block in self.blocks:
            x = block(x, clock)
        velocity: Tensor = self.leave(self.norm(x))
        return velocity


class Course:
    """The network's way through one window: `FlowNet.forward` in two thirds of its time on a CPU.

    What no step changes is worked out once: the inputs that stay go through `enter`, and the
    clock's scales and shifts become the norms' own. Hops of a whole reach of context drop out
    from block to block, and blocks convolve by adding up moved copies.
    """

    def __init__(
        self, net: FlowNet, prior: Tensor, clean: Tensor, mask: Tensor, steps: int
    ) -> None:
        """Take the inputs as `FlowNet.forward` does, but without their first dimension."""
        staying = torch.cat((_scaled(prior), clean * mask, mask), dim=-1)
        enter = net.enter.weight
        self._net, self._mine = net, enter[:, :MELS].T
        self._given = functional.linear(staying, enter[:, MELS:], net.enter.bias)
        clock = net.clock(_waves(torch.arange(steps, device=prior.device) / steps))
        self._blocks = [block for block in net.blocks if isinstance(block, Block)]
        self._norms = [block.norm_at(clock) for block in self._blocks]
        self._taps = [block.taps() for block in self._blocks]
        self._is_cut = bool(mask[: net.reach_hops].all()) and len(mask) > net.reach_hops

    def velocity(self, noisy: Tensor, step: int) -> Tensor:
        """Return the velocity at a step, `[hops, MELS]`; without the reach of context."""
        x = torch.addmm(self._given, noisy, self._mine)
        for block, (weight, bias), taps in zip(self._blocks, self._norms, self._taps, strict=True):
            y = self._spread(x, *taps)
            y = functional.layer_norm(y, block.norm.normalized_shape, weight[step], bias[step])
            y = torch.ops.aten.gelu_(block.widen(y))
            x = (x[len(x) - len(y) :] + block.narrow.bias).addmm_(y, block.narrow.weight.T)
        velocity: Tensor = self._net.leave(self._net.norm(x))
        return velocity

    def _spread(self, x: Tensor, taps: Tensor, bias: Tensor) -> Tensor:
        half = len(taps) // 2
        x = functional.pad(x, (0, 0, 0 if self._is_cut else half, half))
        hops = len(x) - 2 * half
        y = torch.addcmul(bias, x[:hops], taps[0])
        for moved in range(1, len(taps)):
            y.addcmul_(x[moved : moved + hops], taps[moved])
        return y


def _scaled(prior: Tensor) -> Tensor:
    """Return log-mels about as large as noise."""
    return (prior + 4.0) / 3.0


def _waves(at: Tensor) -> Tensor:
    rate = torch.exp(torch.linspace(0.0, math.log(200.0), STEP_WAVES, device=at.device))
    angle = at[:, None] * rate
    return torch.cat((angle.sin(), angle.cos()), dim=-1)


def refine(
    net: FlowNet,
    prior: Tensor,
    context: Tensor | None,
    steps: int,
    generator: torch.Generator,
    before_step: Callable[[int], None] = lambda step: None,
) -> Tensor:
    """Sample a window's mel around its prior.

    `prior` `[context hops + hops, MELS] float32` covers the context and the window; `context`
    `[context hops, MELS]` is the refined mel just before the window (None at the beginning;
    at most CONTEXT_HOPS are of use). Returns `[hops, MELS]` log-mel; 0 steps return the prior.
    `before_step` is called with the number of each step; what it raises ends the refinement.
    """
    known = 0 if context is None else len(context)
    if steps == 0:
        return prior[known:]
    if context is not None:
        context = context[-net.reach_hops :]
        prior, known = prior[known - len(context) :], len(context)
    hops = len(prior) - known
    noise = torch.randn((hops, MELS), generator=generator, device=generator.device)
    clean, mask = torch.zeros_like(prior), torch.zeros_like(prior[:, :1])
    if context is not None:
        clean[:known] = (context - prior[:known]) / RESIDUAL_SCALE
    mask[:known] = 1.0
    state = clean.clone()
    state[known:] = NOISE * noise.to(prior.device)
    with torch.inference_mode():
        course = Course(net, prior, clean, mask, steps)
        for step in range(steps):
            before_step(step)
            state[known:] += course.velocity(state, step)[-hops:] / steps
    return (prior[known:] + RESIDUAL_SCALE * state[known:]).clamp(min=LOG_FLOOR)
