"""The additive prior: every note's own mel envelope, summed in the power domain.

What depends on the note alone (instrument, pitch, velocity) goes through a wide network once
a note; what depends on time goes through a narrow one for every note and hop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.models.house.notes import (
    FIRST_KIT,
    FLOOR,
    HOPS_PER_SECOND,
    INSTRUMENTS,
    LOG_FLOOR,
    MELS,
    NoteTable,
    at_hops,
    mel_edges_hz,
    pairs,
    pitch_hz,
)

KEYS = 128
# Each key of the piano's range has its own mean spectrum; keys beyond share the outermost.
LOWEST_KEY, OWN_KEYS = 21, 88
KEY_WIDTH = 32
OCTAVES = 12
BEND_STEPS_PER_SEMITONE = 4
DECAY_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12)
# Hats around the onset and the release, in hops: what happens there is finer than a hop.
EDGE_HOPS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
WAVER_HZ = (0.5, 1.0, 2.0, 4.0, 5.0, 6.0, 8.0)
FEATURES = 2 * (len(DECAY_SECONDS) + len(EDGE_HOPS) + 2) + 2 * len(WAVER_HZ) + 3
LOUDEST = 8.0
BLOCK = 512


class Voices(NamedTuple):
    """Notes, each at one pitch: columns `[voices]`; `sounding` is the bent pitch."""

    instrument: Tensor
    pitch: Tensor
    sounding: Tensor
    velocity: Tensor


class Pairs(NamedTuple):
    """Which voice sounds in which hop: all that the network needs, columns `[pairs]`.

    `note` is a row of the note table, `voice` a row of `voices`, `hop` counts from the first
    hop asked for; `features` is `[pairs, FEATURES] float32`, `log_gain` the channel's.
    """

    voices: Voices
    note: Tensor
    voice: Tensor
    hop: Tensor
    features: Tensor
    log_gain: Tensor


class EnvelopeNet(nn.Module):
    """Predicts each note's `[MELS]` log-mel magnitudes at each hop in which it sounds."""

    template: Tensor
    tail_hops: Tensor

    def __init__(self, note_width: int = 512, width: int = 256) -> None:
        super().__init__()
        self.instrument = nn.Embedding(INSTRUMENTS, 32)
        self.octave = nn.Embedding(INSTRUMENTS * OCTAVES, 24)
        self.key = nn.Embedding(INSTRUMENTS * OWN_KEYS, KEY_WIDTH)
        self.spectrum = nn.Embedding(INSTRUMENTS * OWN_KEYS, MELS)
        inputs = 32 + 24 + KEY_WIDTH + MELS + 10
        self.width = width
        self.note = nn.Sequential(
            nn.Linear(inputs, note_width),
            nn.GELU(),
            nn.Linear(note_width, note_width),
            nn.GELU(),
            nn.Linear(note_width, 3 * width + MELS),
        )
        self.enter = nn.Linear(FEATURES, width, bias=False)
        self.hidden = nn.Linear(width, width)
        self.leave = nn.Linear(width, MELS)
        self.register_buffer("template", _template(), persistent=False)
        self.register_buffer("tail_hops", torch.full((INSTRUMENTS, KEYS), 60.0))
        for table in (self.instrument, self.octave, self.key):
            nn.init.normal_(table.weight, std=0.3)
        nn.init.zeros_(self.spectrum.weight)
        nn.init.constant_(self.leave.bias, -6.0)

    def tails(self) -> NDArray[np.int64]:
        """Return `[INSTRUMENTS, KEYS] int64`: for how many hops each key rings on."""
        return np.asarray(self.tail_hops.cpu().numpy().round(), np.int64)

    def forward(self, pairs: Pairs) -> Tensor:
        """Return `[pairs, MELS] float32` log-mel magnitudes, channel gain included."""
        code, gate, shift, base = self._split(self.codes(pairs.voices))
        blocks = [
            self._block(code, gate, shift, base, voice, features, log_gain)
            for voice, features, log_gain in zip(
                torch.split(pairs.voice, BLOCK),
                torch.split(pairs.features, BLOCK),
                torch.split(pairs.log_gain, BLOCK),
                strict=True,
            )
        ]
        return torch.cat(blocks)

    def levels(self, codes: Tensor, features: Tensor, log_gain: Tensor) -> Tensor:
        """Return `[voices, MELS] float32` levels, each voice once, of its own codes and time."""
        everyone = torch.arange(len(codes), device=codes.device)
        return self._block(*self._split(codes), everyone, features, log_gain)

    def _split(self, codes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        code, gate, shift, base = torch.split(codes, [*[self.width] * 3, MELS], dim=-1)
        return code, gate + 1, shift, base

    def _block(
        self,
        code: Tensor,
        gate: Tensor,
        shift: Tensor,
        base: Tensor,
        voice: Tensor,
        features: Tensor,
        log_gain: Tensor,
    ) -> Tensor:
        """Compute some pairs' levels out of their voices' codes; a block stays in the cache."""
        hidden = functional.gelu(torch.addmm(code[voice], features, self.enter.weight.T))
        hidden = functional.gelu(torch.addcmul(shift[voice], self.hidden(hidden), gate[voice]))
        level = base[voice] + log_gain[:, None]
        level = torch.addmm(level + self.leave.bias, hidden, self.leave.weight.T)
        return torch.clamp(level, max=LOUDEST)

    def codes(self, voices: Voices) -> Tensor:
        """Return `[voices, 3 * width + MELS]`, with the soundfont's velocity law in the base."""
        octave = (voices.sounding / 12.0).clamp(0, OCTAVES - 1.001)
        lower = octave.floor()
        share = (octave - lower)[:, None]
        row = voices.instrument * OCTAVES + lower.long()
        velocity = voices.velocity / 127.0
        inputs = torch.cat(
            (
                self.instrument(voices.instrument),
                self.octave(row) * (1 - share) + self.octave(row + 1) * share,
                self.key(_own_key(voices.instrument, voices.pitch)),
                self._harmonics(voices),
                _velocity_features(velocity),
                (voices.sounding[:, None] - 60.0) / 24.0,
                (voices.instrument >= FIRST_KIT).float()[:, None],
            ),
            dim=-1,
        )
        codes: Tensor = self.note(inputs)
        known = 2.0 * velocity.log()[:, None] + self._spectra(voices)
        return codes + functional.pad(known, (3 * self.width, 0))

    def _spectra(self, voices: Voices) -> Tensor:
        """Read the keys' mean spectra, between two keys where a note is bent."""
        lower = voices.sounding.floor()
        share = (voices.sounding - lower)[:, None]
        row = lower.long()
        below = self.spectrum(_own_key(voices.instrument, row))
        above = self.spectrum(_own_key(voices.instrument, row + 1))
        spectra: Tensor = torch.lerp(below, above, share)
        return spectra

    def _harmonics(self, voices: Voices) -> Tensor:
        """Return where the note's harmonics lie on the mel axis, `[voices, MELS]`."""
        place = (voices.sounding * BEND_STEPS_PER_SEMITONE).round().long()
        rows: Tensor = self.template[place.clamp(0, len(self.template) - 1)]
        return rows * (voices.instrument < FIRST_KIT).float()[:, None]


def _own_key(instrument: Tensor, pitch: Tensor) -> Tensor:
    return instrument * OWN_KEYS + (pitch - LOWEST_KEY).clamp(0, OWN_KEYS - 1)


def _velocity_features(velocity: Tensor) -> Tensor:
    steps = [functional.relu(velocity - bend) for bend in (0.2, 0.4, 0.6, 0.75, 0.9)]
    return torch.stack((velocity, velocity.square(), velocity.log(), *steps), dim=-1)


def _template() -> Tensor:
    """Return the mel picture of harmonics falling as 1/h for each quarter semitone."""
    sounding = np.arange(KEYS * BEND_STEPS_PER_SEMITONE) / BEND_STEPS_PER_SEMITONE
    harmonic = np.arange(1, 257)
    hz = pitch_hz(sounding)[:, None] * harmonic
    edges = mel_edges_hz()
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    power = np.zeros((len(sounding), MELS))
    for index in range(len(harmonic)):
        column = hz[:, index, None]
        # A Hann window's main lobe widens the narrow low filters.
        triangle = np.minimum(
            (column - low + 24) / (centre - low + 24), (high + 24 - column) / (high + 24 - centre)
        )
        power += np.maximum(triangle, 0.0) / harmonic[index] ** 2
    picture = 0.5 * np.log(power + 1e-6) / 3.0 + 1.0
    return torch.from_numpy(picture.astype(np.float32))


class Found(NamedTuple):
    """Sounding pairs before they are tensors: columns of voices and of pairs, see `Pairs`.

    `clocks` is `[3, pairs]` seconds since onset, release and choke.
    """

    instrument: NDArray[np.int64]
    pitch: NDArray[np.int64]
    sounding: NDArray[np.float32]
    velocity: NDArray[np.float32]
    note: NDArray[np.int64]
    voice: NDArray[np.int64]
    hop: NDArray[np.int64]
    clocks: NDArray[np.float32]
    log_gain: NDArray[np.float32]


def find(table: NoteTable, tails: NDArray[np.int64], first_hop: int, hops: int) -> Found:
    """Find the sounding pairs in `hops` hops from `first_hop` on; a bent note is more voices."""
    note, hop = pairs(table, tails, first_hop, hops)
    absolute = hop + first_hop
    channel = table.channel[note]
    bend = at_hops(table.bend_semitones, channel, absolute)
    step = np.rint(bend * BEND_STEPS_PER_SEMITONE).astype(np.int64)
    key, voice = np.unique(note * 4096 + step + 2048, return_inverse=True)
    row, bent = key // 4096, (key % 4096 - 2048) / BEND_STEPS_PER_SEMITONE
    seconds = absolute / HOPS_PER_SECOND
    events = (table.onset_seconds, table.release_seconds, table.choke_seconds)
    return Found(
        instrument=table.instrument[row],
        pitch=table.pitch[row],
        sounding=(table.pitch[row] + bent).astype(np.float32),
        velocity=table.velocity[row].astype(np.float32),
        note=note,
        voice=voice.reshape(-1),
        hop=hop,
        clocks=np.stack([seconds - event[note] for event in events]).astype(np.float32),
        log_gain=at_hops(table.log_gain, channel, absolute),
    )


def as_tensors(found: Found, device: torch.device) -> Pairs:
    """Move found pairs to a device and work out what the network is told of time."""
    columns = [torch.from_numpy(column).to(device) for column in found]
    note, voice, hop, clocks, log_gain = columns[4:]
    return Pairs(Voices(*columns[:4]), note, voice, hop, time_features(clocks), log_gain)


def time_features(clocks: Tensor) -> Tensor:
    """Turn `[3, pairs]` seconds since onset, release and choke into `[pairs, FEATURES]`."""
    onset, release, choke = clocks
    columns = [*_clock(onset), *_clock(release)]
    for hz in WAVER_HZ:
        columns += [torch.sin(2 * np.pi * hz * onset), torch.cos(2 * np.pi * hz * onset)]
    gone = (choke * HOPS_PER_SECOND + 2.0).clamp(0.0, 4.0) / 4.0
    decayed = choke.clamp(0.0, 1.0)
    length = (onset - release).clamp(0.0, 8.0)
    columns += [gone, decayed, torch.log1p(length * 20.0) / 3.0]
    return torch.stack(columns, dim=-1)


def _clock(seconds: Tensor) -> Sequence[Tensor]:
    """Describe the time since an event; constant long before it."""
    since = seconds.clamp(min=0.0)
    hops = seconds * HOPS_PER_SECOND
    begun = (hops + 2.0).clamp(0.0, 1.0)
    columns = [begun * torch.exp(-since / scale) for scale in DECAY_SECONDS]
    columns += [(1.0 - (hops - edge).abs()).clamp(min=0.0) for edge in EDGE_HOPS]
    return (*columns, begun, torch.log1p(since * 20.0) / 3.0)


def add_up(level: Tensor, hop: Tensor, hops: int) -> Tensor:
    """Sum `[pairs, MELS]` log magnitudes in the power domain into `[hops, MELS]` log-mel."""
    power = torch.full((hops, MELS), FLOOR**2, dtype=level.dtype, device=level.device)
    return 0.5 * power.index_add(0, hop, torch.exp(2.0 * level)).log()


def envelopes(
    net: EnvelopeNet, table: NoteTable, first_hop: int, hops: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return each sounding note's own envelope in `hops` hops from `first_hop` on.

    Returns `note [pairs] int64` (rows of the table), `hop [pairs] int64` (counted from
    `first_hop`) and `log_mel [pairs, MELS] float32` in nats, all on the network's device.
    """
    found = find(table, net.tails(), first_hop, hops)
    with torch.inference_mode():
        sounding = as_tensors(found, net.tail_hops.device)
        if not len(found.note):
            return sounding.note, sounding.hop, sounding.features.new_empty((0, MELS))
        return sounding.note, sounding.hop, net(sounding)


def mix(net: EnvelopeNet, table: NoteTable, first_hop: int, hops: int) -> Tensor:
    """Return the prior, `[hops, MELS] float32` log-mel; silence is LOG_FLOOR."""
    _, hop, level = envelopes(net, table, first_hop, hops)
    if not len(hop):
        return level.new_full((hops, MELS), LOG_FLOOR)
    return add_up(level, hop, hops)
