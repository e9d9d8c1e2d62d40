"""The flow, a chunk behind the playing: what it makes of the last hop colours the next one.

It moves gains only, so that it may come late or not at all. Imports torch.
"""

from __future__ import annotations

import numpy as np
import torch

from engine.models.base import window_seed
from engine.models.house.deviation import Deviation, moved
from engine.models.house.flow import FlowNet, refine
from engine.models.house.notes import FLOOR, LOG_FLOOR, MELS, Floats, Integers

CONTEXT_HOPS = 16
AHEAD_HOPS = 2  # hops that nobody knows yet, taken to be like the last
LARGEST = 1.0  # nats
FADING = 0.8  # of the colour is left after a block that was not refined


class Refinement:
    """Keeps the last hops of prior and mel, and the colour that they give."""

    def __init__(self, net: FlowNet, seed: int) -> None:
        self._net = net
        self._device = next(net.parameters()).device
        self._generator = torch.Generator().manual_seed(window_seed(seed, 1))
        self._prior = torch.full((CONTEXT_HOPS, MELS), LOG_FLOOR)
        self._mel = self._prior.clone()
        self._deviation = Deviation(self._device)
        self._new: list[Floats] = []
        self._voices = np.zeros((0, MELS), np.float32), np.zeros(0, np.int64)
        self.colour = np.zeros(MELS, np.float32)

    def hear(self, power: Floats, instrument: Integers) -> None:
        """Take the voices' mel power in one more hop, and let the colour fade.

        `power` is `[voices, MELS] float32`, `instrument` `[voices]`.
        """
        log_mel = 0.5 * np.log(power.sum(axis=0) + FLOOR**2)
        self._new = [*self._new[1 - CONTEXT_HOPS :], log_mel]
        self._voices = power.copy(), instrument.copy()
        self.colour = self.colour * np.float32(FADING)

    def follow(self, steps: int) -> None:
        """Refine the hops heard since the last time, and take the last one's colour."""
        if not self._new:
            return
        known = torch.from_numpy(np.stack([*self._new, *self._new[-1:] * AHEAD_HOPS]))
        count, self._new = len(self._new), []
        if not self._deviation.counts(self._voices[1], steps):
            steps = 0
        prior = torch.cat((self._prior, known)).to(self._device)
        mel = refine(self._net, prior, self._mel.to(self._device), steps, self._generator)
        self._prior = torch.cat((self._prior, known[:count]))[-CONTEXT_HOPS:]
        self._mel = torch.cat((self._mel, mel[:count].cpu()))[-CONTEXT_HOPS:]
        self.colour = self._coloured(steps) if steps else np.zeros(MELS, np.float32)

    def _coloured(self, steps: int) -> Floats:
        """Return by how much the last hop is off its prior, as far as that counts, `[MELS]`."""
        prior, mel = self._prior[-1:].to(self._device), self._mel[-1:].to(self._device)
        power, instrument = (torch.from_numpy(each).to(self._device) for each in self._voices)
        gains = self._deviation.gains(prior, power[:, None], instrument, steps)
        residual = (moved(prior, mel, gains) - prior)[0].cpu().numpy()
        return np.asarray(np.clip(residual, -LARGEST, LARGEST), np.float32)
