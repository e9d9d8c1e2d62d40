"""How far the flow may take a mel off the prior: as measured, instrument by instrument.

The flow moves loud partials of some instruments more than they do, and what lies under them less;
few steps of it move less than many. `deviation.safetensors` was written by
`engine.training.deviation`: gains of the flow's deviation by instrument and by how far a mel lies
under its hop's loudest, times gains by the number of steps. Imports torch.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.models.house.notes import INSTRUMENTS, LOG_FLOOR, MELS, NoteTable
from engine.models.house.stage import Envelopes

FILE = Path(__file__).with_name("deviation.safetensors")
STEPS = (1, 2, 4, 8)
UNDER_NATS = (0.75, 2.25, 4.0, 6.5)  # between them gains go straight
GAIN_STEP = 0.01  # what a step of the table is
QUIET = 1e-12  # power that belongs to all alike


class Deviation:
    """The tables of gains, `[INSTRUMENTS, UNDER_NATS]` and `[STEPS, UNDER_NATS]`."""

    def __init__(self, device: torch.device, path: Path = FILE) -> None:
        """Read the table; without one, the deviation stays as the flow made it."""
        nodes = len(UNDER_NATS)
        self._gain, self._by_steps = torch.ones(INSTRUMENTS, nodes), torch.ones(len(STEPS), nodes)
        if path.exists():
            found = load_file(path)
            self._gain, self._by_steps = GAIN_STEP * found["gain"].float(), found["steps"]
        self._gain, self._by_steps = self._gain.to(device), self._by_steps.to(device)

    def heard(
        self, mel: Tensor, prior: Tensor, found: Envelopes, table: NoteTable, first: int, steps: int
    ) -> Tensor:
        """Return `[hops, MELS]` log-mel: as far off the prior as the flow's `mel` may be.

        `found` are the envelopes of the `table`'s notes, of which `prior` is the sum from hop
        `first` on. What goes on to the next window is the flow's own: so it learned to go on.
        """
        here = (found.hop_index >= first) & (found.hop_index < first + len(prior))
        if steps == 0 or not here.any():
            return mel
        own = table.instrument[found.note_index[here]]
        instruments, whose = np.unique(own, return_inverse=True)
        place = whose.reshape(-1) * len(prior) + found.hop_index[here] - first
        level, row, number = (
            torch.from_numpy(column).to(prior.device)
            for column in (found.log_mel[here], place, instruments)
        )
        powers = prior.new_zeros(len(instruments) * len(prior), MELS)
        powers.index_add_(0, row, torch.exp(2.0 * level))
        gains = self.gains(prior, powers.view(-1, *prior.shape), number, steps)
        return moved(prior, mel, gains)

    def gains(self, prior: Tensor, powers: Tensor, instruments: Tensor, steps: int) -> Tensor:
        """Return the deviation's gains around a `[hops, MELS]` log-mel prior, of its shape.

        `powers` `[instruments, hops, MELS]` say how much of it is whose of `instruments`
        `[instruments]`: where several sound, their gains are mixed by their shares of power.
        """
        each = weights(prior) @ (self._gain[instruments] * self._of(steps)).T
        shares = (powers + QUIET) / (powers + QUIET).sum(dim=0)
        gains: Tensor = torch.einsum("hmi,ihm->hm", each, shares)
        return gains

    def _of(self, steps: int) -> Tensor:
        """Return a number of steps' gains, `[UNDER_NATS]`: between those of the numbers known."""
        place = float(np.interp(np.log(steps), np.log(STEPS), np.arange(len(STEPS))))
        lower = min(int(place), len(STEPS) - 2)
        return torch.lerp(self._by_steps[lower], self._by_steps[lower + 1], place - lower)


def weights(prior: Tensor) -> Tensor:
    """Say between which of UNDER_NATS mels lie, `[hops, MELS, UNDER_NATS]`, adding up to 1."""
    under = prior.max(dim=-1, keepdim=True).values - prior
    nodes = under.new_tensor(UNDER_NATS)
    kept = under.clamp(UNDER_NATS[0], UNDER_NATS[-1])
    lower = (torch.bucketize(kept, nodes, right=True) - 1).clamp(0, len(nodes) - 2)
    place = lower + (kept - nodes[lower]) / (nodes[lower + 1] - nodes[lower])
    index = torch.arange(len(nodes), device=prior.device)
    return (1.0 - (place[..., None] - index).abs()).clamp(min=0.0)


def moved(prior: Tensor, mel: Tensor, gains: Tensor) -> Tensor:
    """Return `[hops, MELS]` log-mel that is off the prior by the gains' part of what `mel` is."""
    return (prior + gains * (mel - prior)).clamp(min=LOG_FLOOR)
