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
    FLOOR,
    HOP,
    MELS,
    RATE_HZ,
    Floats,
    hann_window,
    mel_edges_hz,
    mel_filters,
)
from engine.models.house.partials import RAMP, Bank, Flags, Partials
from engine.models.house.stage import Envelopes, Stage, Track, heard_frames, tracks_of
from engine.models.house.tones import Tone, Tones

LEAD_HOPS = 2  # a spectral frame reaches back this many blocks from its centre
LOOKAHEAD_HOPS = 3  # frames after a window's last that overlap it
TAIL_FRAMES = 3 * HOP  # samples that later frames still add to
FADE_FRAMES = 32  # an onset opens within 0.7 ms
MASKED = 1e-3  # a note this far under the sum of all, in power, is not heard
QUIET = 1e-12  # power that has no place
LOWEST_GAIN, HIGHEST_GAIN = 0.05, 4.0
PASSES = 2
# Noise fills where the partials fall short by so much, and where it was measured between them,
# and not to the brim: neighbours leak into it. Measured on copies of 11 renders: log-mel L1
# 0.163 -> 0.146, MR-STFT distance -7 %.
CLEARANCE, BREATH = 2.0, 0.5


@dataclass(frozen=True)
class Excitation:
    """What the notes put in before the gains, stem by stem; without stems, all are one.

    `tonal` `[stems, sides, blocks, HOP] float32` are the partials, `level` `[stems, blocks, HOP]`
    the power of the noise beside them, `place` `[stems, sides, blocks + 1, MELS]` the noise's power
    on each side over that of their mean; one side when nothing is panned, else two. `share`
    `[stems, blocks + 1, MELS]` is each stem's part of the power of all, `breath` of the same shape
    which part of a stem's power is noise between partials, as measured.
    """

    tonal: Floats
    level: Floats
    place: Floats
    share: Floats
    breath: Floats


class Synthesizer:
    """Turns notes and mel targets into audio; holds tables only."""

    def __init__(self) -> None:
        filters = mel_filters()
        self._bank = Bank()
        self._to_mel = torch.from_numpy(np.ascontiguousarray(filters.T))
        self._to_bins = torch.from_numpy(spread_to_bins())
        self._window = torch.from_numpy(hann_window())

    def excite(
        self, stage: Stage, envelopes: Envelopes, mixtures: Floats, first: int
    ) -> Excitation:
        """Sound the notes between the edges of blocks, of which block `first` is the first.

        `mixtures` `[stems, blocks + 1, MELS] float32` are the sums of each stem's notes there,
        log-mel; what they mask is left to the noise.
        """
        stems, blocks = len(mixtures), mixtures.shape[1] - 1
        powers = np.exp(2.0 * mixtures)
        masking, table = MASKED * powers + 4.0 * FLOOR**2, stage.table
        tones = [Tones(stage.sides, blocks) for _ in range(stems)]
        noises = [NoisePower(stage.sides, blocks) for _ in range(stems)]
        breath = np.zeros_like(powers)
        stem_of = stage.stem_of(table.channel).tolist()
        heard = heard_frames(table.onset_seconds)
        for track in tracks_of(envelopes, heard, first, first + blocks):
            stem = stem_of[track.note]
            rows = slice(track.first - first, track.first - first + track.blocks + 1)
            sides = stage.sides_of(track)
            noises[stem].add(track, rows.start, sides)
            audible = (track.power > masking[stem, rows]).any(axis=0)
            key = (int(table.pitch[track.note]), int(table.instrument[track.note]))
            if audible.any() and (partials := self._bank.partials(*key)):
                tones[stem].add(rows.start, _tone(partials, stage, track, audible, sides))
                breath[stem, rows] += track.power * partials.breath
        share = np.ones_like(powers) if stems == 1 else shares(powers)
        return Excitation(
            np.stack([sounding.sum() for sounding in tones]),
            np.stack([noise.level() for noise in noises]),
            np.stack([noise.place() for noise in noises]),
            share,
            np.minimum(breath / powers, 1.0),
        )

    def shape(
        self, excitation: Excitation, noise: Floats, target: Floats, tail: Floats
    ) -> tuple[Floats, Floats]:
        """Move the excitation's spectrum to the mel `target` and overlap-add it.

        `target` is `[hops, MELS] float32` log-mel of the window's hops and of LOOKAHEAD_HOPS
        more; the excitation starts LEAD_HOPS blocks before the first of them. `noise` is white
        `[stems, blocks * HOP] float32`; `tail` `[stems, sides, TAIL_FRAMES] float32` is what the
        window before left. Returns `[stems, sides, (hops - LOOKAHEAD_HOPS) * HOP]` samples from
        LEAD_HOPS blocks before the first hop on, and the tail after them. The gains are those of
        the sum, the same for every stem: so what the stems add up to is the sum, moved.
        """
        hops = len(target)
        goal = torch.exp(2.0 * torch.from_numpy(target))
        spectrum = self._spectrum(excitation, noise, goal)
        mean = mean_of_sides(spectrum if len(tail) == 1 else spectrum.sum(0, keepdim=True))[0]
        its_tail = tail.sum(axis=0).mean(axis=0, keepdims=True)
        gains = self._gains(goal, mean)
        for _ in range(PASSES - 1):
            heard = self._analyse(self._overlap(mean * gains, its_tail), hops)
            gains = gains * self._gains(goal, heard)
        kept = hops - LOOKAHEAD_HOPS
        sound = self._overlap((spectrum * gains)[..., :kept, :], tail)
        return sound[..., : kept * HOP], sound[..., kept * HOP :]

    def _spectrum(self, excitation: Excitation, noise: Floats, goal: Tensor) -> Tensor:
        """Return `[stems, sides, hops, bins]`: the partials, and noise where they fall short."""
        hops, (stems, sides, *_) = len(goal), excitation.tonal.shape
        here = slice(LEAD_HOPS, LEAD_HOPS + hops)
        tonal = self._analyse(excitation.tonal.reshape(stems, sides, -1), hops)
        breath = np.sqrt(excitation.level).reshape(stems, 1, -1) * noise[:, None]
        breaths = self._analyse(breath, hops)
        wanted = torch.from_numpy(excitation.share[:, here]) * (goal - FLOOR**2)
        between = torch.from_numpy(excitation.breath[:, here]) * wanted
        missing = BREATH * torch.maximum(wanted - CLEARANCE * self._mel_power(tonal), between)
        missing = missing.clamp(min=FLOOR**2 / 16 / stems) / self._mel_power(breaths)
        place = torch.from_numpy(excitation.place[:, :, here])
        return tonal + breaths * self._bins(place * missing[:, None])

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

    def _gains(self, goal: Tensor, spectrum: Tensor) -> Tensor:
        wanted = goal / (self._mel_power(spectrum) + FLOOR**2)
        return self._bins(wanted.clamp(LOWEST_GAIN**2, HIGHEST_GAIN**2))


def mean_of_sides(spectrum: Tensor) -> Tensor:
    """Return the mean of the sides of `[..., sides, hops, bins]`, `[..., 1, hops, bins]`."""
    if spectrum.shape[-3] == 1:
        return spectrum
    mean: Tensor = (spectrum[..., :1, :, :] + spectrum[..., 1:, :, :]).mul_(0.5)
    return mean


class NoisePower:
    """The notes' power over time, straight from edge to edge, nothing before an onset."""

    def __init__(self, sides: int, blocks: int) -> None:
        self._begins, self._ends = np.zeros((2, blocks), np.float32)
        self._onsets: list[tuple[int, int, Floats]] = []
        self._placed = np.zeros((sides, blocks + 1, MELS), np.float32)
        self._mean = np.zeros((blocks + 1, MELS), np.float32)

    def add(self, track: Track, row: int, sides: Floats) -> None:
        """Add a note from block `row` on; `sides` `[sides, blocks + 1]` are its gains."""
        mean: Floats = np.square(sides[0] if len(sides) == 1 else sides.mean(axis=0))
        power: Floats = track.power.sum(axis=1) * mean
        begins, ends = power[:-1], power[1:]
        if len(self._placed) == 2:
            self._add_place(slice(row, row + len(track.power)), track.power, mean, sides)
        if track.is_onset:
            self._onsets.append((row, track.silent_frames, power[:2]))
            row, begins, ends = row + 1, begins[1:], ends[1:]
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
        for row, silent_frames, (start, stop) in self._onsets:
            level[row, silent_frames:] += start + (stop - start) * RAMP[silent_frames:]
        return level

    def place(self) -> Floats:
        """Return each side's share, `[sides, blocks + 1, MELS] float32`: 1 in the centre."""
        if len(self._placed) == 1:
            return np.ones_like(self._placed)
        share: Floats = (self._placed + QUIET) / (self._mean + QUIET)
        return share


def _tone(partials: Partials, stage: Stage, track: Track, audible: Flags, sides: Floats) -> Tone:
    part = stage.parts[int(stage.table.channel[track.note])]
    blocks = slice(track.first, track.first + track.blocks)
    played = part.played[blocks] - part.played_at(track.onset_frame)
    opening = _opening(track.silent_frames) if track.is_onset else None
    return Tone(partials, track.power, audible, played, part.ratio[blocks], sides, opening)


def shares(powers: Floats) -> Floats:
    """Return each stem's part of the sum of `[stems, ...]` powers; they add up to 1."""
    own = np.maximum(powers - FLOOR**2, QUIET)
    part: Floats = own / own.sum(axis=0)
    return part


def _opening(silent_frames: int) -> Floats:
    """Return the `[HOP] float32` gain of the block that holds an onset."""
    ramp = (np.arange(HOP) - silent_frames + 1) / FADE_FRAMES
    return np.clip(ramp, 0.0, 1.0).astype(np.float32)


def spread_to_bins() -> Floats:
    """Return `[MELS, FFT // 2 + 1] float32` weights that interpolate mel values at the bins."""
    centres = mel_edges_hz()[1:-1]
    bins = np.arange(FFT // 2 + 1) * (RATE_HZ / FFT)
    rows = [np.interp(bins, centres, unit) for unit in np.eye(MELS)]
    return np.array(rows, dtype=np.float32)
