"""What the built-in model hears and plays: the mel scale, and a score's notes as columns.

Numpy only. A spectral frame ("hop") h is the short-time spectrum centred at sample h * HOP.
The reference sound is the mono mixdown (left + right) / 2 of FluidSynth with FluidR3 GM at
its own default gain of 0.2, reverb and chorus off, pan at the centre.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.performance import SOFTENED, Performance
from engine.wire import Score

Floats: TypeAlias = NDArray[np.float32]
Doubles: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

RATE_HZ = 48_000
HOP = 512
FFT = 2048
MELS = 128
HOPS_PER_SECOND = RATE_HZ / HOP
FLOOR = 1e-4
LOG_FLOOR = float(np.log(FLOOR))
# FluidSynth's default gain, at which the training renders were made.
REFERENCE_GAIN = 0.2
# General MIDI starts channels at volume 100; the envelopes are learned at that level.
REFERENCE_VOLUME = 100.0

# An analysis frame hears a note before it begins: half a Fourier window is two hops.
EARLY_HOPS = 2
SILENT = 1e-9  # a gain that nobody hears

# Drum kits by MIDI program, and how many programs from there on are variants of each in
# FluidR3 GM; every other program is the standard kit, as FluidSynth has it.
KITS = (0, 8, 16, 24, 25, 32, 40, 48)
KIT_VARIANTS = (8, 8, 4, 1, 1, 5, 3, 1)
FIRST_KIT = 128
INSTRUMENTS = FIRST_KIT + len(KITS)
# Drums of which a new stroke silences the others (and itself), as in FluidR3 GM.
CHOKE_GROUPS = ((42, 44, 46), (73, 74, 80, 81), (78, 79), (86, 87))


@dataclass(frozen=True)
class NoteTable:
    """A score's notes as columns `[notes]`, sorted by onset, and its controllers by hop.

    `release_seconds` is when key and pedals have let the note go, from when on it dies away;
    `choke_seconds` is when another drum silences it, `silence_seconds` when all sound goes off
    on its channel (both infinite for most). `instrument` is the
    program 0-127, or FIRST_KIT + the index of a drum kit in KITS. `log_gain` and
    `bend_semitones` are `[channels, hops] float32`: volume and expression as natural-log
    amplitude above REFERENCE_VOLUME, and pitch bend with vibrato; the last hop holds for ever.
    """

    onset_seconds: Doubles
    release_seconds: Doubles
    choke_seconds: Doubles
    silence_seconds: Doubles
    instrument: Integers
    pitch: Integers
    velocity: Integers
    channel: Integers
    log_gain: Floats
    bend_semitones: Floats

    def __len__(self) -> int:
        return len(self.onset_seconds)


def table(score: Score) -> NoteTable:
    """Turn a score into the columns that the envelopes are computed from."""
    performance = Performance(score)
    notes = performance.notes
    program = np.clip(notes.program, 0, 127)
    instrument = np.where(notes.is_drum, FIRST_KIT + _kits()[program], program)
    last = max(score.duration_seconds, float(notes.end_seconds.max(initial=0.0)))
    seconds = np.arange(int(last * HOPS_PER_SECOND) + 2) / HOPS_PER_SECOND
    log_gain, bend = _curves(performance, seconds)
    return NoteTable(
        onset_seconds=notes.start_seconds,
        release_seconds=notes.end_seconds,
        choke_seconds=_chokes(notes.start_seconds, instrument, notes.pitch, notes.channel),
        silence_seconds=_silences(performance),
        instrument=instrument.astype(np.int64),
        pitch=notes.pitch,
        velocity=_velocities(performance),
        channel=notes.channel,
        log_gain=log_gain,
        bend_semitones=bend,
    )


def instrument_of(program: int, is_drum: bool) -> int:
    """Return the instrument of a MIDI program, 0 to 127."""
    return FIRST_KIT + int(_kits()[program]) if is_drum else program


@lru_cache(maxsize=1)
def _kits() -> Integers:
    """Return the index in KITS of each drum program, `[128] int64`."""
    kits = np.zeros(128, np.int64)
    for index, (first, variants) in enumerate(zip(KITS, KIT_VARIANTS, strict=True)):
        kits[first : first + variants] = index
    return kits


def _velocities(performance: Performance) -> Integers:
    """Return the notes' velocities, 1 to 127, `[notes] int64`; the soft pedal takes some off."""
    notes = performance.notes
    velocity = notes.velocity.astype(np.float64)
    for number in np.unique(notes.channel):
        is_soft = performance.soft_at(int(number), notes.start_seconds)
        velocity[is_soft & (notes.channel == number)] *= SOFTENED
    return np.clip(np.rint(velocity), 1, 127).astype(np.int64)


def _curves(performance: Performance, seconds: Doubles) -> tuple[Floats, Floats]:
    notes = performance.notes
    channels = 1 + int(notes.channel.max(initial=0))
    log_gain = np.zeros((channels, len(seconds)), np.float32)
    bend = np.zeros((channels, len(seconds)), np.float32)
    reference = 2.0 * np.log(REFERENCE_VOLUME / 127.0)
    for number in np.unique(notes.channel).tolist():
        mine = notes.channel == number
        gain = np.maximum(performance.gain_at(number, seconds), SILENT)
        log_gain[number] = np.log(gain) - reference
        if not notes.is_drum[mine].all():  # A drum's neighbours are other drums.
            bend[number] = performance.pitch_at(number, seconds)
    return log_gain, bend


def _silences(performance: Performance) -> Doubles:
    """Return when all sound goes off after each note's beginning, or infinity."""
    notes = performance.notes
    silences = np.full(len(notes), np.inf)
    for number in np.unique(notes.channel).tolist():
        mine = notes.channel == number
        silences[mine] = performance.silenced_after(number, notes.start_seconds[mine])
    return silences


def _chokes(onset: Doubles, instrument: Integers, pitch: Integers, channel: Integers) -> Doubles:
    """Return when each drum is silenced by a later stroke of its kit's group, or infinity."""
    chokes = np.full(len(onset), np.inf)
    drums = np.stack((channel, instrument), axis=-1)[instrument >= FIRST_KIT]
    for number, kit in np.unique(drums, axis=0):
        is_kit = (channel == number) & (instrument == kit)
        for group in CHOKE_GROUPS:
            mine = np.flatnonzero(is_kit & np.isin(pitch, group))
            following = np.searchsorted(onset[mine], onset[mine], side="right")
            chokes[mine] = np.append(onset[mine], np.inf)[following]
    return chokes


def pairs(
    table: NoteTable, tail_hops: Integers, first_hop: int, hops: int
) -> tuple[Integers, Integers]:
    """List which notes sound in which of `hops` hops from `first_hop` on.

    `tail_hops` is `[INSTRUMENTS, 128] int64`: how long each key rings after its release.
    Returns two `[pairs] int64`: rows of the table, and hops counted from `first_hop`, sorted
    by note, then by hop.
    """
    first = np.ceil(table.onset_seconds * HOPS_PER_SECOND).astype(np.int64) - EARLY_HOPS
    quiet = np.floor(table.release_seconds * HOPS_PER_SECOND).astype(np.int64)
    last = quiet + EARLY_HOPS + tail_hops[table.instrument, table.pitch]
    silence = np.minimum(table.silence_seconds * HOPS_PER_SECOND, last)
    last = np.minimum(last, np.floor(silence).astype(np.int64))
    start = np.clip(first - first_hop, 0, hops)
    count = np.clip(last + 1 - first_hop, 0, hops) - start
    note = np.flatnonzero(count > 0)
    count = count[note]
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(note, count), np.repeat(start[note], count) + offset


def at_hops(curve: Floats, channel: Integers, hop: Integers) -> Floats:
    """Read a `[channels, hops]` curve at channels and (absolute) hops of equal shape."""
    return curve[channel, np.clip(hop, 0, curve.shape[1] - 1)]


def pitch_hz(pitch: Doubles | Floats | Integers) -> Doubles:
    """Return the frequency of (fractional) MIDI pitches, A4 = 440 Hz."""
    return 440.0 * np.exp2((np.asarray(pitch, np.float64) - 69.0) / 12.0)


def hz_to_mel(hz: Doubles) -> Doubles:
    """Convert to Slaney's mel scale: linear below 1 kHz, logarithmic above.

    Source: Slaney, Auditory Toolbox (1998), as in librosa.
    """
    octave = np.log(np.maximum(hz, 1e-9) / 1000.0) / (np.log(6.4) / 27.0)
    return np.where(hz < 1000.0, hz * 3.0 / 200.0, 15.0 + octave)


def mel_to_hz(mel: Doubles) -> Doubles:
    """Convert from Slaney's mel scale."""
    return np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27))


def mel_edges_hz() -> Doubles:
    """Return the `[MELS + 2] float64` corners of the triangular filters, in Hz."""
    top = float(hz_to_mel(np.array(RATE_HZ / 2.0)))
    return mel_to_hz(np.linspace(0.0, top, MELS + 2))


@lru_cache(maxsize=1)
def mel_filters() -> Floats:
    """Return `[MELS, FFT // 2 + 1] float32` triangles of equal area: librosa's default bank."""
    edges = mel_edges_hz()
    bins = np.arange(FFT // 2 + 1) * RATE_HZ / FFT
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2.0 / (edges[2:] - edges[:-2])[:, None]
    return (np.maximum(0.0, np.minimum(rising, falling)) * area).astype(np.float32)


def hann_window() -> Floats:
    """Return the periodic `[FFT] float32` analysis window."""
    return (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT) / FFT)).astype(np.float32)


def hop_count(frames: int) -> int:
    """Return how many hops are centred on or before the end of `frames` sample frames."""
    return frames // HOP + 1


def log_mel_of_power(power: Floats) -> Floats:
    """Turn `[hops, FFT // 2 + 1] float32` power spectra into `[hops, MELS]` log-mel magnitudes."""
    mel = power @ mel_filters().T
    return np.asarray(0.5 * np.log(mel + FLOOR**2), np.float32)


def log_mel(samples: Floats) -> Floats:
    """Analyse `[frames] float32` mono audio at RATE_HZ into `[hop_count(frames), MELS]`.

    Values are 0.5 ln(FLOOR^2 + mel power), in nats: silence is LOG_FLOOR.
    """
    hops = hop_count(len(samples))
    padded = np.zeros(FFT + (hops - 1) * HOP, np.float32)
    kept = min(len(samples), len(padded) - FFT // 2)
    padded[FFT // 2 : FFT // 2 + kept] = samples[:kept]
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    window = hann_window()
    blocks = [
        log_mel_of_power(
            np.abs(np.fft.rfft(frames[i : i + 1024] * window).astype(np.complex64)) ** 2
        )
        for i in range(0, hops, 1024)
    ]
    return np.concatenate(blocks)
