"""Textures: what a key's sound does that its template is too coarse to tell, moment by moment.

A sample sounds the same whenever it is struck: how its strings beat, how a reed speaks, what a
room answers. Neighbouring keys play one sample, some faster and some slower. So what single notes
are off their templates is kept once for each stretch of keys that share a sample, as a sum of
products of a course in time and a spectrum, and read faster and higher for the keys above the one
it was kept for. `textures.safetensors` was written by `engine.training.textures`. Imports torch.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, MELS, Floats
from engine.models.house.squeezing import expanded, squeezed
from engine.models.house.templates import LOWEST_KEY, OWN_KEYS, Voices, own_key, raised

FILE = Path(__file__).with_name("textures.safetensors")
# Hops since the onset at which textures are kept: all at first, then every other.
FINE_HOPS, LAST_HOPS = 34, 222
MOMENTS_HOPS = (*range(-2, FINE_HOPS), *range(FINE_HOPS, LAST_HOPS + 1, 2))
MOMENTS = len(MOMENTS_HOPS)
# A note held for longer hears these hops back and forth, as a sampler goes round in its loop.
ROUND_HOPS = 96
LARGEST = 7  # of a whole number in four bits


class Textures(nn.Module):
    """The tables: products of a course and a spectrum, and which of them are whose."""

    zone: Tensor
    middle: Tensor
    first: Tensor
    sizes: Tensor
    courses: Tensor
    spectra: Tensor

    def __init__(self, path: Path = FILE) -> None:
        """Read the tables; without them, there is nothing that templates do not tell."""
        super().__init__()
        found = load_file(path) if path.exists() else _nothing()
        tables = {
            "zone": found["zone"].long().flatten(),
            "middle": found["middle"].float(),
            "first": found["first"].long(),
            "sizes": found["sizes"].float(),
            "courses": unpacked(found["courses"], MOMENTS),
            "spectra": unpacked(found["spectra"], MELS),
        }
        for name, table in tables.items():
            self.register_buffer(name, table, persistent=False)

    def at(self, voices: Voices) -> tuple[Tensor, Tensor]:
        """Return notes' textures, `[notes, MOMENTS, MELS]` nats, and their pace, `[notes]`.

        The pace is in hops of the texture a hop. A bent note plays on in the sample it was
        struck in.
        """
        zone = self.zone[own_key(voices.instrument, voices.pitch)]
        higher = 2.0 ** ((voices.sounding - self.middle[zone]) / 12.0)
        pace = torch.where(voices.instrument < FIRST_KIT, higher, torch.ones_like(higher))
        first, last = self.first[zone], self.first[zone + 1]
        most = int((last - first).max()) if len(zone) else 0
        row = first[:, None] + torch.arange(most, device=first.device)
        is_own = row < last[:, None]
        row = torch.where(is_own, row, 0)
        sizes = torch.where(is_own, self.sizes[row], 0.0)[..., None]
        return self.courses[row].float().mT @ raised(sizes * self.spectra[row], pace), pace


def moments(since: Tensor, pace: Tensor) -> Tensor:
    """Return where on MOMENTS_HOPS hops since the onset lie: 2.5 is half-way from 2 to 3.

    `pace` is that of each note's texture; before the onset all go alike.
    """
    hops = torch.where(since > 0.0, since * pace, since)
    beyond = torch.remainder(hops - LAST_HOPS, 2.0 * ROUND_HOPS)
    back = LAST_HOPS - (ROUND_HOPS - (beyond - ROUND_HOPS).abs())
    hop = torch.where(hops > LAST_HOPS, back, hops.clamp(min=float(MOMENTS_HOPS[0])))
    sparse = FINE_HOPS - MOMENTS_HOPS[0] + (hop - FINE_HOPS) / 2.0
    return torch.where(hop < FINE_HOPS, hop - MOMENTS_HOPS[0], sparse)


def packed(whole: Floats) -> np.ndarray:
    """Squeeze `[rows, columns]` whole numbers of -LARGEST to LARGEST into `[bytes] uint8`."""
    even = np.pad(whole, ((0, 0), (0, whole.shape[1] % 2))).astype(np.int8) + LARGEST
    halves = (even[:, 0::2] << 4 | even[:, 1::2]).astype(np.uint8)
    return np.frombuffer(squeezed(halves.tobytes()), np.uint8)


def unpacked(squeezed_halves: Tensor, columns: int) -> Tensor:
    """Return what `packed` squeezed, `[rows, columns] int8`."""
    raw = np.frombuffer(expanded(squeezed_halves.numpy().tobytes()), np.uint8)
    halves = raw.reshape(-1, (columns + 1) // 2)
    both = np.stack((halves >> 4, halves & 15), axis=-1).astype(np.int8)
    return torch.from_numpy(both.reshape(len(halves), -1)[:, :columns] - np.int8(LARGEST))


def _nothing() -> dict[str, Tensor]:
    return {
        "zone": torch.zeros(INSTRUMENTS, OWN_KEYS),
        "middle": torch.full((1,), float(LOWEST_KEY)),
        "first": torch.zeros(2),
        "sizes": torch.zeros(1),
        "courses": torch.from_numpy(packed(np.zeros((1, MOMENTS), np.float32)).copy()),
        "spectra": torch.from_numpy(packed(np.zeros((1, MELS), np.float32)).copy()),
    }
