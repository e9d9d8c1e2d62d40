"""Note-excited synthesis: from notes, their envelopes and a mel target to audio.

Every note sounds as partials whose phases start at its onset, so windows join by themselves,
over noise that starts as sharply; then gains on the mixture's spectrum move it to the target.
Hop h is the spectral frame centred at sample h * HOP; block b is the samples from b * HOP on.
Imports torch: `model` imports this module only when it loads.

Source of the idea: Engel et al., DDSP (arXiv 2001.04643), with envelopes in the mel domain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.models.house.notes import (
    FFT,
    FIRST_KIT,
    FLOOR,
    HOP,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    hann_window,
    mel_edges_hz,
    mel_filters,
    pitch_hz,
)
from engine.models.house.stage import Envelopes, Part, Stage, Track, track_of

LEAD_HOPS = 2  # a spectral frame reaches back this many blocks from its centre
LOOKAHEAD_HOPS = 3  # frames after a window's last that overlap it
TAIL_FRAMES = 3 * HOP  # samples that later frames still add to
MAX_PARTIALS = 160
HIGHEST_HZ = 14_000.0  # above it the ear hears a band of noise
GRID = 4  # steps of a unit sinusoid's frequency per spectral bin
FADE_FRAMES = 32  # an onset opens within 0.7 ms
LOWEST_GAIN, HIGHEST_GAIN = 0.05, 4.0
PASSES = 2
# Stiff strings and bars: partial k lies at k * sqrt(1 + B k^2) times the pitch.
STIFFNESS = {program: 2e-4 for program in range(8)} | {program: 1e-4 for program in (15, 24, 25)}
# Seashore, birds, telephone, helicopter, applause, gunshot, breath, reversed cymbal.
UNPITCHED = frozenset((119, 121, 122, 123, 124, 125, 126, 127))
RAMP = (np.arange(HOP) / HOP).astype(np.float32)


@dataclass(frozen=True)
class Excitation:
    """What the notes put in before the gains.

    `tonal` `[sides, blocks, HOP] float32` are the partials, `level` of the same shape the power
    of the noise beside them; one side when nothing is panned, else two.
    """

    tonal: Floats
    level: Floats


class Synthesizer:
    """Turns notes and mel targets into audio; holds tables only."""

    def __init__(self) -> None:
        filters = mel_filters()
        self._response = unit_responses(filters)
        self._to_mel = torch.from_numpy(np.ascontiguousarray(filters.T))
        self._to_bins = torch.from_numpy(spread_to_bins())
        self._window = torch.from_numpy(hann_window())

    def excite(self, stage: Stage, envelopes: Envelopes, first: int, blocks: int) -> Excitation:
        """Sound the notes over `blocks` blocks from block `first` on."""
        table, shape = stage.table, (stage.sides, blocks, HOP)
        out = Excitation(np.zeros(shape, np.float32), np.zeros(shape, np.float32))
        for index, hop, log_mel in envelopes.by_note():
            track = track_of(float(table.onset_seconds[index]) * RATE_HZ, hop, log_mel)
            track = track.within(first, first + blocks)
            if track.blocks > 0:
                rows = slice(track.first - first, track.first - first + track.blocks)
                part = stage.parts[int(table.channel[index])]
                sides = part.sides[: stage.sides, track.first : track.first + track.blocks + 1]
                out.level[:, rows] += _noise_power(track, sides)
                instrument = int(table.instrument[index])
                if instrument < FIRST_KIT and instrument not in UNPITCHED:
                    partials_hz = frequencies_hz(int(table.pitch[index]), instrument)
                    out.tonal[:, rows] += self._sing(track, part, partials_hz, sides)
        return out

    def _sing(self, track: Track, part: Part, partials_hz: Doubles, sides: Floats) -> Floats:
        """Return a note's partials, `[sides, blocks, HOP] float32`."""
        last = track.first + track.blocks
        ratio = part.ratio[track.first : last]
        amplitude = self.amplitudes(track.magnitude, partials_hz * ratio.mean())
        cycles = partials_hz[: amplitude.shape[1]] / RATE_HZ
        played = part.played[track.first : last] - part.played_at(track.onset_frame)
        turns = np.outer(played, cycles) + start_turns(len(cycles))
        angle = (2.0 * np.pi * (turns - np.floor(turns))).astype(np.float32)
        wave = np.concatenate((np.cos(angle), -np.sin(angle)), axis=1)
        levels = sides[:, :, None] * np.concatenate((amplitude, amplitude), axis=1)
        steps = np.stack((levels[:, :-1] * wave, np.diff(levels, axis=1) * wave))
        sound = oscillate(steps, cycles, ratio)
        tone: Floats = sound[0] + sound[1] * RAMP
        if track.is_onset:
            tone[:, 0] *= _opening(track.silent_frames)
        return tone

    def amplitudes(self, magnitude: Floats, partials_hz: Doubles) -> Floats:
        """Read the amplitudes `[hops, partials]` off a note's `[hops, MELS]` magnitudes.

        Non-negative least divergence: which powers, each adding its own response, give these
        magnitudes? Partials above the highest that passes the floor are left out.
        """
        bins = np.rint(partials_hz * (FFT / RATE_HZ * GRID)).astype(np.int64)
        response = self._response[np.minimum(bins, len(self._response) - 1)]
        power = np.square(magnitude)
        audible = power.max(axis=0) @ response.T > (2.0 * FLOOR) ** 2 * response.sum(axis=1)
        response = response[: 1 + int(np.flatnonzero(audible)[-1]) if audible.any() else 1]
        total = response.sum(axis=1)
        found = power @ (response / (response @ response.sum(axis=0))[:, None]).T
        for _ in range(2):
            modelled = np.maximum(found @ response, 1e-12)
            found *= ((power / modelled) @ response.T) / total
        return np.asarray(np.sqrt(found), dtype=np.float32)

    def shape(
        self, excitation: Excitation, noise: Floats, target: Floats, tail: Floats
    ) -> tuple[Floats, Floats]:
        """Move the excitation's spectrum to the mel `target` and overlap-add it.

        `target` is `[hops, MELS] float32` log-mel of the window's hops and of LOOKAHEAD_HOPS
        more; the excitation starts LEAD_HOPS blocks before the first of them. `noise` is white
        `[blocks * HOP] float32`; `tail` `[sides, TAIL_FRAMES] float32` is what the window before
        left. Returns `[sides, (hops - LOOKAHEAD_HOPS) * HOP]` samples from LEAD_HOPS blocks
        before the first hop on, and the tail after them.
        """
        hops = len(target)
        goal = torch.exp(2.0 * torch.from_numpy(target))
        level = excitation.level.reshape(len(tail), -1)
        tonal = self._analyse(excitation.tonal.reshape(len(tail), -1), hops)
        breath = self._analyse(np.sqrt(level) * noise, hops)
        missing = (goal - FLOOR**2 - self._mel_power(tonal)).clamp(min=FLOOR**2 / 16)
        spectrum = tonal + breath * self._bins(missing / self._mel_power(breath))
        gains = self._gains(goal, spectrum)
        for _ in range(PASSES - 1):
            heard = self._analyse(self._overlap(spectrum * gains, tail), hops)
            gains = gains * self._gains(goal, heard)
        kept = hops - LOOKAHEAD_HOPS
        sound = self._overlap((spectrum * gains)[:, :kept], tail)
        return sound[:, : kept * HOP], sound[:, kept * HOP :]

    def _analyse(self, sound: Floats, hops: int) -> Tensor:
        frames = torch.from_numpy(sound).unfold(-1, FFT, HOP)[:, :hops]
        spectrum: Tensor = torch.fft.rfft(frames * self._window)
        return spectrum

    def _overlap(self, spectrum: Tensor, tail: Floats) -> Floats:
        """Overlap-add frames onto the tail, `[sides, hops * HOP + TAIL_FRAMES] float32`."""
        frames = torch.fft.irfft(spectrum) * (self._window / 1.5)
        sides, hops = frames.shape[:2]
        sound = torch.zeros(sides, hops + 3, HOP)
        sound[:, :3] = torch.from_numpy(tail).view(sides, 3, HOP)
        for quarter, piece in enumerate(frames.view(sides, hops, 4, HOP).unbind(2)):
            sound[:, quarter : quarter + hops] += piece
        return sound.view(sides, -1).numpy()

    def _mel_power(self, spectrum: Tensor) -> Tensor:
        power: Tensor = spectrum.mean(0).abs().square() @ self._to_mel
        return power.clamp(min=1e-18)

    def _bins(self, power_gains: Tensor) -> Tensor:
        gains: Tensor = torch.exp((0.5 * torch.log(power_gains)) @ self._to_bins)
        return gains

    def _gains(self, goal: Tensor, spectrum: Tensor) -> Tensor:
        wanted = goal / (self._mel_power(spectrum) + FLOOR**2)
        return self._bins(wanted.clamp(LOWEST_GAIN**2, HIGHEST_GAIN**2))


def _noise_power(track: Track, sides: Floats) -> Floats:
    """Return a note's power over time, `[sides, blocks, HOP] float32`, nothing before the onset."""
    power = np.square(track.magnitude).sum(axis=1) * np.square(sides)
    level: Floats = power[:, :-1, None] + np.diff(power)[:, :, None] * RAMP
    level[:, 0, : track.silent_frames] = 0.0
    return level


def _opening(silent_frames: int) -> Floats:
    """Return the `[HOP] float32` gain of the block that holds an onset."""
    ramp = (np.arange(HOP) - silent_frames + 1) / FADE_FRAMES
    return np.clip(ramp, 0.0, 1.0).astype(np.float32)


def frequencies_hz(pitch: int, instrument: int) -> Doubles:
    """Return where an instrument's partials lie, rising, up to HIGHEST_HZ."""
    number: Doubles = np.arange(1, MAX_PARTIALS + 1, dtype=np.float64)
    stretch = np.sqrt(1.0 + STIFFNESS.get(instrument, 0.0) * np.square(number))
    hz: Doubles = float(pitch_hz(np.array(pitch))) * number * stretch
    return hz[: max(1, int(np.searchsorted(hz, HIGHEST_HZ)))]


def start_turns(count: int) -> Doubles:
    """Return the partials' phases at the onset, in turns: spread, so that they do not pile up."""
    number: Doubles = np.arange(1, count + 1, dtype=np.float64)
    turns: Doubles = 0.6180339887 * number * number
    return turns - np.floor(turns)


def oscillate(steps: Floats, cycles: Doubles, ratio: Doubles) -> Floats:
    """Sum partials block by block: `steps @ (cosines, sines)`.

    `steps` `[..., blocks, 2 * partials] float32` weigh the cosines, then the sines of partials
    at `cycles` `[partials]` cycles a frame, times `ratio` `[blocks]`. Blocks of one ratio are
    one matrix product. Returns `[..., blocks, HOP] float32`.
    """
    out = np.empty((*steps.shape[:-1], HOP), np.float32)
    cuts = np.flatnonzero(np.diff(ratio)) + 1
    for begin, end in zip((0, *cuts.tolist()), (*cuts.tolist(), len(ratio)), strict=True):
        angle = np.outer(2.0 * np.pi * ratio[begin] * cycles, np.arange(HOP)).astype(np.float32)
        waves = np.concatenate((np.cos(angle), np.sin(angle)))
        rows = steps[..., begin:end, :]
        flat = rows.reshape(-1, rows.shape[-1]) @ waves
        out[..., begin:end, :] = flat.reshape(*rows.shape[:-1], HOP)
    return out


def unit_responses(filters: Floats) -> Floats:
    """Return the mel power of a sinusoid of amplitude 1 at each GRID-th of a spectral bin.

    Shape `[(FFT // 2 + 1) * GRID, MELS] float32`.
    """
    reach, middle = 8, 256
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT) / FFT)
    padded = np.pad(filters, ((0, 0), (reach, reach)))
    spans = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1)
    out = np.empty((filters.shape[1], GRID, MELS), np.float32)
    for step in range(GRID):
        turns = (middle + step / GRID) * np.arange(FFT) / FFT
        lobe = np.abs(np.fft.fft(hann * np.exp(2j * np.pi * turns)))
        near = np.square(lobe[middle - reach : middle + reach + 1] / 2.0).astype(np.float32)
        out[:, step] = (spans @ near).T
    return out.reshape(-1, MELS)


def spread_to_bins() -> Floats:
    """Return `[MELS, FFT // 2 + 1] float32` weights that interpolate mel values at the bins."""
    centres = mel_edges_hz()[1:-1]
    bins = np.arange(FFT // 2 + 1) * (RATE_HZ / FFT)
    rows = [np.interp(bins, centres, unit) for unit in np.eye(MELS)]
    return np.array(rows, dtype=np.float32)
