"""Note-excited synthesis: from notes, their envelopes and a mel target to audio.

Every note sounds as its key's wave from its onset on, so windows join by themselves, over noise
where waves leave something out; then gains on the mixture's spectrum move it to the target.
Hop h is the spectral frame centred at sample h * HOP; block b is the samples from b * HOP on.
Imports torch: `model` imports this module only when it loads.

Source of the idea: Engel et al., DDSP (arXiv 2001.04643), with envelopes in the mel domain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.models.base import Tick, patient
from engine.models.house.notes import (
    FFT,
    FLOOR,
    HOP,
    MELS,
    RATE_HZ,
    Floats,
    Integers,
    hann_window,
    mel_edges_hz,
    mel_filters,
)
from engine.models.house.stage import RAMP, Envelopes, Stage, Track, heard_frames, tracks_of
from engine.models.house.tones import Tones
from engine.models.house.waves import Waves

LEAD_HOPS = 2  # a spectral frame reaches back this many blocks from its centre
LOOKAHEAD_HOPS = 3  # frames after a window's last that overlap it
TAIL_FRAMES = 3 * HOP  # samples that later frames still add to
MASKED = 1e-3  # a note this far under the sum of all, in power, is not heard
QUIET = 1e-14  # power that is nobody's
LOWEST_GAIN, HIGHEST_GAIN = 0.05, 4.0
# Noise fills where a target is so much more than the waves' power: what was not worth coding.
CLEARANCE = 3.0


@dataclass(frozen=True)
class Excitation:
    """What the notes put in before the gains, stem by stem; without stems, all are one.

    `tonal` `[stems, sides, blocks, HOP] float32` are the waves, `expected`
    `[stems, blocks + 1, MELS]` the mel power they have if none meets another. `level`
    `[stems, blocks, HOP]` is the power of the noise beside them, `place`
    `[stems, sides, blocks + 1, MELS]` its power on each side over that of their mean; one side
    when nothing is panned, else two. `share` `[stems, blocks + 1, MELS]` is each stem's part of
    the power of all.
    """

    tonal: Floats
    expected: Floats
    level: Floats
    place: Floats
    share: Floats


class Synthesizer:
    """Turns notes and mel targets into audio; holds tables and waves only."""

    def __init__(self) -> None:
        filters = mel_filters()
        self.waves = Waves()
        self._to_mel = torch.from_numpy(np.ascontiguousarray(filters.T))
        self._to_bins = torch.from_numpy(spread_to_bins())
        self._window = torch.from_numpy(hann_window())

    def excite(
        self,
        stage: Stage,
        envelopes: Envelopes,
        mixtures: Floats,
        first: int,
        tick: Tick = patient,
    ) -> Excitation:
        """Sound the notes between the edges of blocks, of which block `first` is the first.

        `mixtures` `[stems, blocks + 1, MELS] float32` are the sums of each stem's notes there,
        log-mel; what they mask is left to the noise. Ticks from 0 to 1.
        """
        stems, blocks = len(mixtures), mixtures.shape[1] - 1
        powers = np.exp(2.0 * mixtures)
        masking, table = MASKED * powers + 4.0 * FLOOR**2, stage.table
        tones = [Tones(stage.sides, blocks) for _ in range(stems)]
        noises = [NoisePower(stage.sides, blocks) for _ in range(stems)]
        stem_of = stage.stem_of(table.channel).tolist()
        begun, let_go = heard_frames(table.onset_seconds), heard_frames(table.release_seconds)
        for track in tracks_of(envelopes, begun, let_go, first, first + blocks):
            tick(track.note / len(stem_of))
            stem = stem_of[track.note]
            rows = slice(track.first - first, track.first - first + track.blocks + 1)
            sides = stage.sides_of(track)
            noises[stem].add(track, rows.start, sides)
            wave = self.waves.of(int(table.pitch[track.note]), int(table.instrument[track.note]))
            if wave is not None and (track.power > masking[stem, rows]).any():
                part = stage.parts[int(table.channel[track.note])]
                tones[stem].add(rows.start, wave, track, part, sides)
        return Excitation(
            np.stack([sounding.sound for sounding in tones]),
            np.stack([sounding.expected for sounding in tones]),
            np.stack([noise.level() for noise in noises]),
            np.stack([noise.place() for noise in noises]),
            np.ones_like(powers) if stems == 1 else shares(powers),
        )

    def shape(
        self,
        excitation: Excitation,
        noise: Floats,
        target: Floats,
        tail: Floats,
        by_expected: bool = True,
    ) -> tuple[Floats, Floats]:
        """Move the excitation's spectrum to the mel `target` and overlap-add it.

        `target` is `[hops, MELS] float32` log-mel of the window's hops and of LOOKAHEAD_HOPS
        more; the excitation starts LEAD_HOPS blocks before the first of them. `noise` is white
        `[stems, blocks * HOP] float32`; `tail` `[stems, sides, TAIL_FRAMES] float32` is what the
        window before left. Returns `[stems, sides, (hops - LOOKAHEAD_HOPS) * HOP]` samples from
        LEAD_HOPS blocks before the first hop on, and the tail after them. The gains are those of
        the sum, the same for every stem: so what the stems add up to is the sum, moved. They go by
        what the notes are expected to sum up to, so that notes may meet; or else by the sum itself.
        """
        goal = torch.exp(2.0 * torch.from_numpy(target))
        spectrum, expected = self._spectrum(excitation, noise, goal)
        if not by_expected:
            expected = self._mel_power(spectrum.sum(0))
        wanted = (goal / (expected + FLOOR**2)).clamp(LOWEST_GAIN**2, HIGHEST_GAIN**2)
        gains = self._bins(wanted)
        kept = len(target) - LOOKAHEAD_HOPS
        sound = self._overlap((spectrum * gains)[..., :kept, :], tail)
        return sound[..., : kept * HOP], sound[..., kept * HOP :]

    def _spectrum(
        self, excitation: Excitation, noise: Floats, goal: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return `[stems, sides, hops, bins]`, the waves and noise where they fall short.

        And the mel power that the sum of all is expected to have, `[hops, MELS]`.
        """
        hops, (stems, sides, *_) = len(goal), excitation.tonal.shape
        here = slice(LEAD_HOPS, LEAD_HOPS + hops)
        tonal = self._analyse(excitation.tonal.reshape(stems, sides, -1), hops)
        breath = np.sqrt(excitation.level).reshape(stems, 1, -1) * noise[:, None]
        breaths = self._analyse(breath, hops)
        wanted = torch.from_numpy(excitation.share[:, here]) * (goal - FLOOR**2)
        expected = torch.from_numpy(excitation.expected[:, here])
        missing = (wanted - CLEARANCE * expected).clamp(min=QUIET)
        place = torch.from_numpy(excitation.place[:, :, here])
        filling = self._bins(place * (missing / self._mel_power(breaths))[:, None])
        return tonal + breaths * filling, (expected + missing).sum(0)

    def _analyse(self, sound: Floats, hops: int) -> Tensor:
        frames = torch.from_numpy(sound).unfold(-1, FFT, HOP)[..., :hops, :]
        spectrum: Tensor = torch.fft.rfft(frames * self._window)
        return spectrum

    def _overlap(self, spectrum: Tensor, tail: Floats) -> Floats:
        """Overlap-add frames onto the tail, `[..., hops * HOP + TAIL_FRAMES] float32`."""
        frames = torch.fft.irfft(spectrum) * (self._window / 1.5)
        *around, hops, _ = frames.shape
        sound = torch.zeros(*around, hops + 3, HOP)
        sound[..., :3, :] = torch.from_numpy(tail).view(*around, 3, HOP)
        for quarter, piece in enumerate(frames.view(*around, hops, 4, HOP).unbind(-2)):
            sound[..., quarter : quarter + hops, :] += piece
        return sound.view(*around, -1).numpy()

    def _mel_power(self, spectrum: Tensor) -> Tensor:
        """Return the mel power of the mean of the sides, `[..., hops, MELS]`."""
        squares = torch.view_as_real(mean_of_sides(spectrum)[..., 0, :, :]).square()
        power: Tensor = (squares[..., 0] + squares[..., 1]) @ self._to_mel
        return power.clamp(min=1e-18)

    def _bins(self, power_gains: Tensor) -> Tensor:
        gains: Tensor = torch.exp((0.5 * torch.log(power_gains)) @ self._to_bins)
        return gains


def mean_of_sides(spectrum: Tensor) -> Tensor:
    """Return the mean of the sides of `[..., sides, hops, bins]`, `[..., 1, hops, bins]`."""
    if spectrum.shape[-3] == 1:
        return spectrum
    mean: Tensor = (spectrum[..., :1, :, :] + spectrum[..., 1:, :, :]).mul_(0.5)
    return mean


class NoisePower:
    """The notes' power over time, from edge to edge as `Track` says, nothing before an onset."""

    def __init__(self, sides: int, blocks: int) -> None:
        self._begins, self._ends = np.zeros((2, blocks), np.float32)
        self._onsets: list[tuple[int, int, Floats]] = []
        self._falls: list[tuple[Integers, Floats]] = []
        self._placed = np.zeros((sides, blocks + 1, MELS), np.float32)
        self._mean = np.zeros((blocks + 1, MELS), np.float32)

    def add(self, track: Track, row: int, sides: Floats) -> None:
        """Add a note from block `row` on; `sides` `[sides, blocks + 1]` are its gains."""
        mean: Floats = np.square(sides[0] if len(sides) == 1 else sides.mean(axis=0))
        power: Floats = track.power.sum(axis=1) * mean * np.exp(2.0 * track.sharper)
        steep, falling = track.falls(power)
        begins, ends = power[:-1].copy(), power[1:].copy()
        if len(self._placed) == 2:
            self._add_place(slice(row, row + len(track.power)), track.power, mean, sides)
        if track.is_onset:
            self._onsets.append((row, track.silent_frames, power[:2]))
            begins[0] = ends[0] = 0.0
            steep, falling = steep[steep > 0], falling[steep > 0]
        begins[steep] = ends[steep] = 0.0
        self._falls.append((row + steep, falling))
        self._begins[row : row + len(begins)] += begins
        self._ends[row : row + len(ends)] += ends

    def _add_place(self, rows: slice, power: Floats, mean: Floats, sides: Floats) -> None:
        self._mean[rows] += mean[:, None] * power
        self._placed[:, rows] += np.square(sides)[:, :, None] * power
        # Spectral frames centred before an onset hear what follows it.
        early = slice(max(0, rows.start - LEAD_HOPS), rows.start)
        self._mean[early] += mean[0] * power[0]
        self._placed[:, early] += np.square(sides)[:, :1, None] * power[0]

    def level(self) -> Floats:
        """Return the power, `[blocks, HOP] float32`."""
        begin, end = self._begins[:, None], self._ends[:, None]
        level = np.asarray(begin + (end - begin) * RAMP, np.float32)
        for rows, falling in self._falls:
            level[rows] += falling
        for row, silent_frames, (start, stop) in self._onsets:
            level[row, silent_frames:] += start + (stop - start) * RAMP[silent_frames:]
        return level

    def place(self) -> Floats:
        """Return each side's share, `[sides, blocks + 1, MELS] float32`: 1 in the centre."""
        if len(self._placed) == 1:
            return np.ones_like(self._placed)
        share: Floats = (self._placed + QUIET) / (self._mean + QUIET)
        return share


def shares(powers: Floats) -> Floats:
    """Return each stem's part of the sum of `[stems, ...]` powers; they add up to 1."""
    own = np.maximum(powers - FLOOR**2, QUIET)
    part: Floats = own / own.sum(axis=0)
    return part


def spread_to_bins() -> Floats:
    """Return `[MELS, FFT // 2 + 1] float32` weights that interpolate mel values at the bins."""
    centres = mel_edges_hz()[1:-1]
    bins = np.arange(FFT // 2 + 1) * (RATE_HZ / FFT)
    rows = [np.interp(bins, centres, unit) for unit in np.eye(MELS)]
    return np.array(rows, dtype=np.float32)
