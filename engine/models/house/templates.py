"""Templates: what every key's wave lacks of how the key sounds, measured from single notes.

A wave tells a sample's every moment, but not how an instrument plays it: how loud and how bright,
how it decays, and what was not worth coding. That is the key's log-mel less its wave's: kept as a
sum of RANK products of a course in time, at NODES hops since the onset, and a spectrum; between
the nodes it goes straight. How bright an instrument is by the velocity's layer is a spectrum of
its own: the soundfont's filters. What templates do not know (what a release and a choke do beyond
fading) the envelope network adds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from engine.models.house.notes import INSTRUMENTS, MELS, Floats, mel_edges_hz

LOWEST_KEY, OWN_KEYS = 21, 88
# fmt: off
NODES_HOPS = (
    -2, -1, 0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16,
    20, 26, 34, 44, 56, 72, 92, 116, 146, 184, 221,
)
# fmt: on
NODES = len(NODES_HOPS)
BODY_NODE = 9  # past the attack: what the network is told of a key's sound
BODY_HOPS = NODES_HOPS[BODY_NODE]
RANK = 6
# Velocities up to which notes are played alike, and how many more layers there are of how many.
SOFTEST_LAYER, LAYERS, LAYER = 64.0, 8, 8.0
STRUCK_AT, STRUCK_LAYERS = 100, 5  # the velocity of the notes that were measured; its layers
LAYERING = 0.25  # how much longer most instruments' releases get with each layer


class Voices(NamedTuple):
    """Notes, each at one pitch: columns `[voices]`; `sounding` is the bent pitch.

    `body` `[voices, MELS]` is the log-mel of their waves BODY_HOPS after the onset.
    """

    instrument: Tensor
    pitch: Tensor
    sounding: Tensor
    velocity: Tensor
    body: Tensor


class Templates(nn.Module):
    """Measured tables, one row a key: see `engine/training/atlas.py` for where they come from."""

    times: Tensor
    spectra: Tensor
    fading: Tensor
    lingering: Tensor
    layering: Tensor
    rising: Tensor
    timbre: Tensor

    def __init__(self) -> None:
        super().__init__()
        rows = INSTRUMENTS * OWN_KEYS
        self.register_buffer("times", torch.zeros(rows, RANK, NODES))
        self.register_buffer("spectra", torch.zeros(rows, RANK, MELS))
        self.register_buffer("fading", torch.full((rows,), 0.1))
        self.register_buffer("lingering", torch.zeros(rows))
        self.register_buffer("layering", torch.full((INSTRUMENTS,), LAYERING))
        self.register_buffer("rising", torch.zeros(INSTRUMENTS))
        self.register_buffer("timbre", torch.zeros(INSTRUMENTS, LAYERS + 1, MELS))

    def at(self, voices: Voices) -> tuple[Tensor, Tensor]:
        """Return what notes' waves lack, `[notes, NODES, MELS]` nats, and how they fade.

        They fade by `[notes]` nats a hop: `lingering` is the part of it that depends on how hard
        a key was struck.
        """
        row = own_key(voices.instrument, voices.pitch)
        layer = layers(voices.velocity).sum(dim=-1).long()
        timbre = self.timbre[voices.instrument, layer]
        lacking = torch.baddbmm(timbre[:, None], self.times[row].mT, self.spectra[row])
        return lacking, self.fades(voices)

    def reach(self, rows: Tensor) -> None:
        """Let keys have other keys' tables, `[keys]` rows, most of them their own.

        What these lack moves with the wave, which is played at another pace.
        """
        own = torch.arange(len(rows), device=rows.device)
        changed = (rows != own).nonzero()[:, 0]
        for table in (self.times, self.spectra, self.fading, self.lingering):
            table[changed] = table[rows[changed]]
        higher = own[changed] % OWN_KEYS - rows[changed] % OWN_KEYS
        for semitones in set(higher.tolist()):
            mine = changed[higher == semitones]
            self.spectra[mine] = moved(self.spectra[mine], semitones)

    def fades(self, voices: Voices) -> Tensor:
        """Return how fast notes fade once let go, `[notes]` nats a hop."""
        row = own_key(voices.instrument, voices.pitch)
        quicker = releases(voices.velocity, self.layering[voices.instrument])
        return self.fading[row] + self.lingering[row] * (quicker - 1.0)


def moved(spectra: Tensor, semitones: int) -> Tensor:
    """Return spectra `[..., MELS]` of what is played so many semitones higher."""
    hz = mel_edges_hz()[1:-1]
    place = np.interp(hz / 2.0 ** (semitones / 12.0), hz, np.arange(MELS))
    lower = torch.from_numpy(place.astype(np.int64)).clamp(max=MELS - 2).to(spectra.device)
    above = torch.from_numpy(place.astype(np.float32)).to(spectra.device) - lower
    return torch.lerp(spectra[..., lower], spectra[..., lower + 1], above)


def releases(velocity: Tensor, layering: Tensor) -> Tensor:
    """Return how fast keys fade when struck so hard, over those struck as was measured.

    As measured, in steps: with each layer above the softest a release gets longer by `layering`
    of the softest's.
    """
    return (1.0 + STRUCK_LAYERS * layering) / (1.0 + layering * layers(velocity).sum(dim=-1))


def halts(rising: Tensor, hops: Tensor, released: Tensor) -> Tensor:
    """Return by how many nats keys are softer than held, for their envelope rises no more.

    It rises straight for `rising` hops; at `hops` since the onset it was let go `released` before.
    Source: SoundFont Technical Specification 2.04, 9.5.1, the attack of a volume envelope.
    """
    whole = rising.clamp(min=1.0)
    held, kept = (
        (since.clamp(min=1.0) / whole).clamp(max=1.0) for since in (hops, hops - released)
    )
    return (held / kept).log()


def layers(velocity: Tensor) -> Tensor:
    """Return above which of the soundfont's layers notes are struck, `[notes, LAYERS] float32`."""
    below = SOFTEST_LAYER + LAYER * torch.arange(LAYERS, device=velocity.device)
    return (velocity[:, None] > below).float()


def own_key(instrument: Tensor, pitch: Tensor) -> Tensor:
    """Return rows of per-key tables; keys beyond the piano's range share the outermost."""
    return instrument * OWN_KEYS + (pitch - LOWEST_KEY).clamp(0, OWN_KEYS - 1)


def places(hops: Tensor) -> Tensor:
    """Return where on the NODES hops since the onset lie: 2.5 is half-way from node 2 to 3."""
    nodes = torch.tensor(NODES_HOPS, dtype=hops.dtype, device=hops.device)
    kept = hops.clamp(float(NODES_HOPS[0]), float(NODES_HOPS[-1]))
    lower = (torch.bucketize(kept, nodes, right=True) - 1).clamp(0, NODES - 2)
    return lower + (kept - nodes[lower]) / (nodes[lower + 1] - nodes[lower])


def places_of(hops: Floats) -> Floats:
    """Return what `places` does, for few notes at once."""
    return np.asarray(np.interp(hops, NODES_HOPS, np.arange(NODES)), np.float32)


def read(levels: Tensor, voice: Tensor, place: Tensor) -> Tensor:
    """Read `[pairs, MELS]` off `[voices, nodes, MELS]` levels at places of voices."""
    lower = place.floor().clamp(0, levels.shape[1] - 2)
    below, above = (_rows(levels, voice, lower.long() + step) for step in (0, 1))
    return torch.lerp(below, above, (place - lower)[:, None])


def _rows(levels: Tensor, voice: Tensor, node: Tensor) -> Tensor:
    """Select `[pairs, MELS]`; what is not in one piece is too long to be copied for a few rows."""
    if not levels.is_contiguous():
        return levels[voice, node]
    return levels.view(-1, MELS).index_select(0, voice * levels.shape[1] + node)
