"""The additive prior: every note's own mel envelope, summed in the power domain.

A note's envelope is its wave's log-mel, what the key's template says the wave lacks, and what a
network adds to both. What depends on the note alone (instrument, pitch, velocity) goes through a
wide network once a note; what depends on time goes through a narrow one for every note and hop.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.models.base import Tick, patient
from engine.models.house import falling
from engine.models.house.notes import (
    FIRST_KIT,
    FLOOR,
    HOPS_PER_SECOND,
    INSTRUMENTS,
    LOG_FLOOR,
    MELS,
    RATE_HZ,
    Doubles,
    Integers,
    NoteTable,
    at_hops,
    mel_edges_hz,
    pairs,
    pitch_hz,
)
from engine.models.house.stage import heard_frames
from engine.models.house.templates import (
    BODY_NODE,
    LAYERS,
    LOWEST_KEY,
    OWN_KEYS,
    STRUCK_AT,
    Templates,
    Voices,
    halts,
    layers,
    own_key,
    places,
    read,
)
from engine.models.house.wave_levels import bodies, played_frames, wave_levels
from engine.models.house.waves import Waves

KEYS = 128
KEY_WIDTH = 32
OCTAVES = 12
BEND_STEPS_PER_SEMITONE = 4
FAR_SECONDS = 4.0  # from where on the network is told nothing new: waves tell how a note goes on
DECAY_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12)
# Hats around the onset and the release, in hops: what happens there is finer than a hop.
EDGE_HOPS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)
WAVER_HZ = (0.5, 1.0, 2.0, 4.0, 5.0, 6.0, 8.0)
FEATURES = 2 * (len(DECAY_SECONDS) + len(EDGE_HOPS) + 2) + 2 * len(WAVER_HZ) + 3
LOUDEST = 8.0
# Instruments, keys, velocities and bends by which voices are told apart.
VOICES = (INSTRUMENTS, KEYS, 128, 4096)
BLOCK = 512
WIDER_HZ = 24  # on each side, a mel filter as notes are pictured in it


class Pairs(NamedTuple):
    """Which voice sounds in which hop: all that the network needs, columns `[pairs]`.

    `note` is a row of the note table, `voice` a row of `voices`, `hop` counts from the first
    hop asked for; `features` is `[pairs, FEATURES] float32`, `wave` `[pairs, MELS]` the log-mel of
    the note's wave, `since` and `released` hops since onset and release (no less than
    `falling.BEFORE`), `log_gain` the channel's.
    """

    voices: Voices
    note: Tensor
    voice: Tensor
    hop: Tensor
    features: Tensor
    place: Tensor
    wave: Tensor
    since: Tensor
    released: Tensor
    log_gain: Tensor


class Codes(NamedTuple):
    """All that voices are, whatever the time: `[voices, ...] float32`.

    `code`, `gate` and `shift` `[voices, width]` and `base` `[voices, MELS]` are the network's,
    `lacking` `[voices, NODES, MELS]` the template, `fading` `[voices]` nats a hop, `rising` hops.
    """

    code: Tensor
    gate: Tensor
    shift: Tensor
    base: Tensor
    lacking: Tensor
    fading: Tensor
    rising: Tensor


class Moments(NamedTuple):
    """What is told of time: `features` `[pairs, FEATURES]` and the rest, as in `Pairs`."""

    features: Tensor
    place: Tensor
    wave: Tensor
    since: Tensor
    released: Tensor
    log_gain: Tensor


class EnvelopeNet(nn.Module):
    """Predicts each note's `[MELS]` log-mel magnitudes at each hop in which it sounds."""

    template: Tensor
    tail_hops: Tensor

    def __init__(self, note_width: int = 512, width: int = 256) -> None:
        """Begin at random."""
        super().__init__()
        self.instrument = nn.Embedding(INSTRUMENTS, 32)
        self.octave = nn.Embedding(INSTRUMENTS * OCTAVES, 24)
        self.key = nn.Embedding(INSTRUMENTS * OWN_KEYS, KEY_WIDTH)
        self.templates = Templates()
        inputs = 32 + 24 + KEY_WIDTH + 2 * MELS + LAYERS + 2
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
        self.leave = nn.Linear(width, MELS, bias=False)
        self.register_buffer("template", _template(), persistent=False)
        self.register_buffer("tail_hops", torch.full((INSTRUMENTS, KEYS), 60.0))
        for table in (self.instrument, self.octave, self.key):
            nn.init.normal_(table.weight, std=0.3)
        nn.init.zeros_(self.leave.weight)
        last = self.note[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight[3 * width :])
        nn.init.zeros_(last.bias[3 * width :])

    def tails(self) -> NDArray[np.int64]:
        """Return `[INSTRUMENTS, KEYS] int64`: for how many hops each key rings on."""
        return np.asarray(self.tail_hops.cpu().numpy().round(), np.int64)

    def reach(self, alike: Integers) -> None:
        """Let keys of which nothing was learnt have the rows of others, see `waves.nearest`."""
        rows = torch.from_numpy(alike).to(self.tail_hops.device)
        self.templates.reach(rows.flatten())
        with torch.no_grad():
            self.key.weight.copy_(self.key.weight[rows.flatten()])
        pitch = torch.arange(KEYS, device=rows.device)
        key = (pitch - LOWEST_KEY).clamp(0, OWN_KEYS - 1)
        of, like = rows[:, key] // OWN_KEYS, rows[:, key] % OWN_KEYS
        self.tail_hops.copy_(self.tail_hops[of, (pitch + like - key).clamp(0, KEYS - 1)])

    def forward(self, pairs: Pairs) -> Tensor:
        """Return `[pairs, MELS] float32` log-mel magnitudes, channel gain included."""
        codes = self.codes(pairs.voices)
        told = Moments(*(getattr(pairs, name) for name in Moments._fields))
        blocks = zip(*(torch.split(column, BLOCK) for column in (pairs.voice, *told)), strict=True)
        return torch.cat([self.levels(codes, voice, Moments(*rest)) for voice, *rest in blocks])

    def levels(self, codes: Codes, voice: Tensor, told: Moments) -> Tensor:
        """Return `[pairs, MELS] float32` levels of voices, `[pairs]` rows, at moments.

        Few pairs at a time, so that they stay in the cache.
        """
        features, place, wave, since, released, log_gain = told
        code, gate, shift, base = (each.index_select(0, voice) for each in codes[:4])
        hidden = functional.gelu(torch.addmm(code, features, self.enter.weight.T))
        hidden = functional.gelu(torch.addcmul(shift, self.hidden(hidden), gate))
        level = base + read(codes.lacking, voice, place) + wave
        fallen = falling.heard(codes.fading[voice], released)
        fallen = fallen + halts(codes.rising[voice], since, released.clamp(min=0.0))
        level = level + (log_gain - fallen)[:, None]
        return torch.addmm(level, hidden, self.leave.weight.T).clamp(max=LOUDEST)

    def codes(self, voices: Voices) -> Codes:
        """Work out what voices are, with the soundfont's velocity law in their levels.

        All that the network is told of velocity is the layer: within one, notes differ by the law
        alone, and the harder is the louder.
        """
        octave = (voices.sounding / 12.0).clamp(0, OCTAVES - 1.001)
        lower = octave.floor()
        share = (octave - lower)[:, None]
        row = voices.instrument * OCTAVES + lower.long()
        lacking, fading = self.templates.at(voices)
        inputs = torch.cat(
            (
                self.instrument(voices.instrument),
                self.octave(row) * (1 - share) + self.octave(row + 1) * share,
                self.key(own_key(voices.instrument, voices.pitch)),
                self._harmonics(voices),
                (lacking[:, BODY_NODE] + voices.body) / 3.0 + 2.0,
                layers(voices.velocity),
                (voices.sounding[:, None] - 60.0) / 24.0,
                (voices.instrument >= FIRST_KIT).float()[:, None],
            ),
            dim=-1,
        )
        code, gate, shift, base = torch.split(self.note(inputs), [*[self.width] * 3, MELS], dim=-1)
        known = 2.0 * (voices.velocity / STRUCK_AT).log()
        base = base + known[:, None]
        rising = self.templates.rising[voices.instrument]
        return Codes(code, gate + 1, shift, base, lacking, fading, rising)

    def _harmonics(self, voices: Voices) -> Tensor:
        """Return where the note's harmonics lie on the mel axis, `[voices, MELS]`."""
        place = (voices.sounding * BEND_STEPS_PER_SEMITONE).round().long()
        rows: Tensor = self.template[place.clamp(0, len(self.template) - 1)]
        return rows * (voices.instrument < FIRST_KIT).float()[:, None]


def _template() -> Tensor:
    """Return the mel picture of harmonics falling as 1/h for each quarter semitone."""
    sounding = np.arange(KEYS * BEND_STEPS_PER_SEMITONE) / BEND_STEPS_PER_SEMITONE
    harmonic = np.arange(1, 257)
    hz = pitch_hz(sounding) * harmonic[:, None]
    number, row = np.nonzero(hz < mel_edges_hz()[-1] + WIDER_HZ)
    mel, share = _heard(hz[number, row])
    columns = MELS + mel.shape[1]  # some for mels beyond the last, which nothing is kept of
    cell, power = row[:, None] * columns + mel, share / harmonic[number, None] ** 2
    table = np.bincount(cell.ravel(), power.ravel(), len(sounding) * columns)
    picture = 0.5 * np.log(table.reshape(-1, columns)[:, :MELS] + 1e-6) / 3.0 + 1.0
    return torch.from_numpy(picture.astype(np.float32))


def _heard(hz: Doubles) -> tuple[NDArray[np.int64], Doubles]:
    """Return the few mels that hear frequencies and their shares, both `[frequencies, few]`."""
    edges = mel_edges_hz()
    # A Hann window's main lobe widens the narrow low filters.
    low, centre, high = edges[:-2], edges[1:-1], edges[2:] + WIDER_HZ
    first, last = np.searchsorted(high, hz), np.searchsorted(low - WIDER_HZ, hz)
    mel = first[:, None] + np.arange((last - first).max())
    known = np.minimum(mel, MELS - 1)
    rising = (hz[:, None] - low[known] + WIDER_HZ) / (centre - low + WIDER_HZ)[known]
    falling = (high[known] - hz[:, None]) / (high - centre)[known]
    return mel, np.maximum(np.minimum(rising, falling), 0.0)


class Found(NamedTuple):
    """Sounding pairs before they are tensors: columns of voices and of pairs, see `Pairs`.

    `clocks` is `[3, pairs]` seconds since onset, release and choke.
    """

    instrument: NDArray[np.int64]
    pitch: NDArray[np.int64]
    sounding: NDArray[np.float32]
    velocity: NDArray[np.float32]
    body: NDArray[np.float32]
    note: NDArray[np.int64]
    voice: NDArray[np.int64]
    hop: NDArray[np.int64]
    clocks: NDArray[np.float32]
    wave: NDArray[np.float32]
    log_gain: NDArray[np.float32]


def find(
    table: NoteTable,
    tails: NDArray[np.int64],
    waves: Waves,
    first_hop: int,
    hops: int,
    tick: Tick = patient,
) -> Found:
    """Find the sounding pairs in `hops` hops from `first_hop` on.

    Notes of one key at one bend, struck alike, are one voice; a note that is bent is several.
    Raises: ModelFailed where the waves' tables are damaged.
    """
    note, hop = pairs(table, tails, first_hop, hops)
    absolute = hop + first_hop
    channel = table.channel[note]
    bend = at_hops(table.bend_semitones, channel, absolute)
    step = np.rint(bend * BEND_STEPS_PER_SEMITONE).astype(np.int64)
    columns = (table.instrument[note], table.pitch[note], table.velocity[note], step + 2048)
    key, voice = np.unique(np.ravel_multi_index(columns, VOICES), return_inverse=True)
    instrument, pitch, velocity, step = np.unravel_index(key, VOICES)
    bent = (step - 2048) / BEND_STEPS_PER_SEMITONE
    seconds = absolute / HOPS_PER_SECOND
    ends = (heard_frames(end) / RATE_HZ for end in (table.release_seconds, table.choke_seconds))
    events = (table.onset_seconds, *ends)
    voice, ratio = voice.reshape(-1), 2.0 ** (bent / 12.0)
    played = played_frames(table, note, absolute)
    return Found(
        instrument=instrument,
        pitch=pitch,
        sounding=(pitch + bent).astype(np.float32),
        velocity=velocity.astype(np.float32),
        body=bodies(waves, instrument, pitch, tick),
        note=note,
        voice=voice,
        hop=hop,
        clocks=np.stack([seconds - event[note] for event in events]).astype(np.float32),
        wave=wave_levels(waves, (instrument, pitch), voice, played, ratio[voice], tick),
        log_gain=at_hops(table.log_gain, channel, absolute),
    )


def as_tensors(found: Found, device: torch.device) -> Pairs:
    """Move found pairs to a device and work out what the network is told of time."""
    columns = [torch.from_numpy(column).to(device) for column in found]
    note, voice, hop, clocks, wave, log_gain = columns[5:]
    since = clocks[0] * HOPS_PER_SECOND
    released = (clocks[1] * HOPS_PER_SECOND).clamp(min=falling.BEFORE)
    times = (time_features(clocks), places(since), wave, since, released, log_gain)
    return Pairs(Voices(*columns[:5]), note, voice, hop, *times)


def time_features(clocks: Tensor) -> Tensor:
    """Turn `[3, pairs]` seconds since onset, release and choke into `[pairs, FEATURES]`."""
    onset, release, choke = clocks
    turn = _column(WAVER_HZ, clocks) * (2.0 * np.pi) * onset
    waver = torch.stack((turn.sin(), turn.cos()), dim=1).flatten(0, 1)
    gone = (choke * HOPS_PER_SECOND + 2.0).clamp(0.0, 4.0) / 4.0
    length = (onset - release).clamp(0.0, 8.0)
    ends = torch.stack((gone, choke.clamp(0.0, 1.0), torch.log1p(length * 20.0) / 3.0))
    return torch.cat((*_clock(onset), *_clock(release), waver, ends)).T


def _clock(seconds: Tensor) -> tuple[Tensor, ...]:
    """Describe the time since an event, `[features, pairs]` in pieces; constant long before it."""
    since = seconds.clamp(min=0.0)
    hops = seconds * HOPS_PER_SECOND
    begun = (hops + 2.0).clamp(0.0, 1.0)
    decays = begun * torch.exp(-since / _column(DECAY_SECONDS, seconds))
    hats = (1.0 - (hops - _column(EDGE_HOPS, seconds)).abs()).clamp(min=0.0)
    grown = torch.log1p(since.clamp(max=FAR_SECONDS) * 20.0) / 3.0
    return decays, hats, begun[None], grown[None]


def _column(values: Sequence[float], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device)[:, None]


def add_up(level: Tensor, hop: Tensor, hops: int) -> Tensor:
    """Sum `[pairs, MELS]` log magnitudes in the power domain into `[hops, MELS]` log-mel."""
    power = torch.full((hops, MELS), FLOOR**2, dtype=level.dtype, device=level.device)
    return 0.5 * power.index_add(0, hop, torch.exp(2.0 * level)).log()


class Sounding(NamedTuple):
    """Each sounding note's own envelope, columns `[pairs]` on the network's device.

    `note` are rows of the note table, `hop` counts from the first hop asked for, both `int64`;
    `level` `[pairs, MELS] float32` is what frames hear, log-mel in nats, and `sharper` by how many
    nats more the note sounds, less where it is let go.
    """

    note: Tensor
    hop: Tensor
    level: Tensor
    sharper: Tensor


def envelopes(
    net: EnvelopeNet,
    waves: Waves,
    table: NoteTable,
    first_hop: int,
    hops: int,
    tick: Tick = patient,
) -> Sounding:
    """Return each sounding note's own envelope in `hops` hops from `first_hop` on."""
    found = find(table, net.tails(), waves, first_hop, hops, tick)
    with torch.inference_mode():
        told = as_tensors(found, net.tail_hops.device)
        if not len(found.note):
            return Sounding(told.note, told.hop, told.features.new_empty((0, MELS)), told.since)
        fading = net.templates.fades(told.voices)[told.voice]
        return Sounding(told.note, told.hop, net(told), falling.sharper(fading, told.released))


def mix(net: EnvelopeNet, waves: Waves, table: NoteTable, first_hop: int, hops: int) -> Tensor:
    """Return the prior, `[hops, MELS] float32` log-mel; silence is LOG_FLOOR."""
    _, hop, level, _ = envelopes(net, waves, table, first_hop, hops)
    if not len(hop):
        return level.new_full((hops, MELS), LOG_FLOOR)
    return add_up(level, hop, hops)
