"""How far the flow may take a mel off the prior: as measured, instrument by instrument.

What the flow adds by chance is farther off a render than nothing. So only as much of it counts as
brings the sound nearer. `deviation.safetensors` was written by
`engine.training.deviation`: gains of the flow's deviation by instrument and by how far a mel lies
under its hop's loudest, times gains by the number of steps. Imports torch.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.models.house.notes import INSTRUMENTS, LOG_FLOOR, MELS, Integers, NoteTable
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

    def counts(self, instruments: Integers, steps: int) -> bool:
        """Say whether anything of the flow is heard of some instruments; else it may be spared."""
        if steps == 0 or not len(instruments):
            return False
        gain = self._gain[torch.from_numpy(np.unique(instruments)).to(self._gain.device)]
        return bool((gain * self._of(steps)).any())

    def heard(
        self, mel: Tensor, prior: Tensor, found: Envelopes, table: NoteTable, first: int, steps: int
    ) -> Tensor:
        """Return `[hops, MELS]` log-mel: as far off the prior as the flow's `mel` may be.

        `found` are the envelopes of the `table`'s notes, of which `prior` is the sum from hop
        `first` on. What goes on to the next window is the flow's own: so it learned to go on.
        """
        own = table.instrument[found.note_index]
        if steps == 0 or not len(own):
            return mel
        instruments = np.flatnonzero(np.bincount(own))
        powers = _powers(found, np.searchsorted(instruments, own), first, prior)
        number = torch.from_numpy(instruments).to(prior.device)
        return moved(prior, mel, self.gains(prior, powers, number, steps))

    def gains(self, prior: Tensor, powers: Tensor, instruments: Tensor, steps: int) -> Tensor:
        """Return the deviation's gains around a `[hops, MELS]` log-mel prior, of its shape.

        `powers` `[instruments, hops, MELS]` say how much of it is whose of `instruments`
        `[instruments]`: where several sound, their gains are mixed by their shares of power.
        """
        lower, above = places(prior)
        rows = self._gain[instruments] * self._of(steps)
        if len(instruments) == 1:
            return torch.lerp(rows[0, lower], rows[0, lower + 1], above)
        shares = powers + QUIET
        nodes = (rows.T @ shares.flatten(1)).view(-1, *prior.shape) / shares.sum(dim=0)
        below, over = (nodes.gather(0, (lower + step)[None])[0] for step in (0, 1))
        return torch.lerp(below, over, above)

    def _of(self, steps: int) -> Tensor:
        """Return a number of steps' gains, `[UNDER_NATS]`: between those of the numbers known."""
        place = float(np.interp(np.log(steps), np.log(STEPS), np.arange(len(STEPS))))
        lower = min(int(place), len(STEPS) - 2)
        return torch.lerp(self._by_steps[lower], self._by_steps[lower + 1], place - lower)


def places(prior: Tensor) -> tuple[Tensor, Tensor]:
    """Say which of UNDER_NATS mels lie below, and how far towards the next, `[hops, MELS]` each."""
    nodes = prior.new_tensor(UNDER_NATS)
    under = prior.amax(dim=-1, keepdim=True) - prior
    under = under.clamp(UNDER_NATS[0], UNDER_NATS[-1])
    lower = (torch.bucketize(under, nodes, right=True) - 1).clamp(0, len(nodes) - 2)
    return lower, (under - nodes[lower]) / nodes.diff()[lower]


def _powers(found: Envelopes, whose: Integers, first: int, prior: Tensor) -> Tensor:
    """Sum envelopes' power, `[instruments, hops, MELS]`, for the prior's hops from `first` on.

    `whose` `[pairs]` are the rows of the instruments. One instrument's is not needed.
    """
    count, hops = int(whose.max()) + 1, len(prior)
    if count == 1:
        return prior.new_ones(1, 1, 1)
    hop = found.hop_index - first
    begin, end = min(int(hop.min()), 0), max(int(hop.max()) + 1, hops)
    row = torch.from_numpy(whose * (end - begin) + hop - begin).to(prior.device)
    powers = prior.new_zeros(count * (end - begin), MELS)
    powers.index_add_(0, row, torch.from_numpy(found.power).to(prior.device))
    return powers.view(count, end - begin, MELS)[:, -begin : hops - begin]


def moved(prior: Tensor, mel: Tensor, gains: Tensor) -> Tensor:
    """Return `[hops, MELS]` log-mel that is off the prior by the gains' part of what `mel` is."""
    return (prior + gains * (mel - prior)).clamp(min=LOG_FLOOR)
