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
    Floats,
    hann_window,
    mel_edges_hz,
    mel_filters,
)
from engine.models.house.partials import RAMP, Bank
from engine.models.house.stage import Envelopes, Stage, Track, tracks_of

LEAD_HOPS = 2  # a spectral frame reaches back this many blocks from its centre
LOOKAHEAD_HOPS = 3  # frames after a window's last that overlap it
TAIL_FRAMES = 3 * HOP  # samples that later frames still add to
FADE_FRAMES = 32  # an onset opens within 0.7 ms
MASKED = 1e-3  # a note this far under the sum of all, in power, is not heard
QUIET = 1e-12  # power that has no place
LOWEST_GAIN, HIGHEST_GAIN = 0.05, 4.0
PASSES = 2
# Seashore, birds, telephone, helicopter, applause, gunshot, breath, reversed cymbal.
UNPITCHED = frozenset((119, 121, 122, 123, 124, 125, 126, 127))


@dataclass(frozen=True)
class Excitation:
    """What the notes put in before the gains.

    `tonal` `[sides, blocks, HOP] float32` are the partials, `level` `[blocks, HOP]` the power of
    the noise beside them, `place` `[sides, blocks + 1, MELS]` the noise's power on each side over
    that of their mean; one side when nothing is panned, else two.
    """

    tonal: Floats
    level: Floats
    place: Floats


class Synthesizer:
    """Turns notes and mel targets into audio; holds tables only."""

    def __init__(self) -> None:
        filters = mel_filters()
        self._bank = Bank()
        self._to_mel = torch.from_numpy(np.ascontiguousarray(filters.T))
        self._to_bins = torch.from_numpy(spread_to_bins())
        self._window = torch.from_numpy(hann_window())

    def excite(self, stage: Stage, envelopes: Envelopes, mixture: Floats, first: int) -> Excitation:
        """Sound the notes between the edges of blocks, of which block `first` is the first.

        `mixture` `[blocks + 1, MELS] float32` is the notes' sum there, log-mel; what it masks
        is left to the noise.
        """
        blocks, masking = len(mixture) - 1, MASKED * np.exp(2.0 * mixture) + 4.0 * FLOOR**2
        table, shape = stage.table, (stage.sides, blocks, HOP)
        tonal, noise = np.zeros(shape, np.float32), NoisePower(stage.sides, blocks)
        for track in tracks_of(envelopes, table.onset_seconds * RATE_HZ, first, first + blocks):
            index, last = track.note, track.first + track.blocks
            part, instrument = stage.parts[int(table.channel[index])], int(table.instrument[index])
            sides = part.sides[: stage.sides, track.first : last + 1]
            noise.add(track, track.first - first, sides)
            heard = track.power > masking[track.first - first : last - first + 1]
            audible = heard.any(axis=0)
            if instrument < FIRST_KIT and instrument not in UNPITCHED and audible.any():
                played = part.played[track.first : last] - part.played_at(track.onset_frame)
                partials = self._bank.partials(int(table.pitch[index]), instrument)
                tone = partials.sound(
                    track.power, audible, played, part.ratio[track.first : last], sides
                )
                if track.is_onset:
                    tone[:, 0] *= _opening(track.silent_frames)
                tonal[:, track.first - first : last - first] += tone
        return Excitation(tonal, noise.level(), noise.place())

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
        tonal = self._analyse(excitation.tonal.reshape(len(tail), -1), hops)
        breath = self._analyse(np.sqrt(excitation.level).reshape(1, -1) * noise, hops)
        missing = (goal - FLOOR**2 - self._mel_power(tonal)).clamp(min=FLOOR**2 / 16)
        place = torch.from_numpy(excitation.place[:, LEAD_HOPS : LEAD_HOPS + hops])
        spectrum = tonal + breath * self._bins(place * missing / self._mel_power(breath))
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
        mean = spectrum[0] if len(spectrum) == 1 else spectrum.mean(0)
        power: Tensor = (mean.real.square() + mean.imag.square()) @ self._to_mel
        return power.clamp(min=1e-18)

    def _bins(self, power_gains: Tensor) -> Tensor:
        gains: Tensor = torch.exp((0.5 * torch.log(power_gains)) @ self._to_bins)
        return gains

    def _gains(self, goal: Tensor, spectrum: Tensor) -> Tensor:
        wanted = goal / (self._mel_power(spectrum) + FLOOR**2)
        return self._bins(wanted.clamp(LOWEST_GAIN**2, HIGHEST_GAIN**2))


class NoisePower:
    """The notes' power over time, straight from edge to edge, nothing before an onset."""

    def __init__(self, sides: int, blocks: int) -> None:
        self._edges = np.zeros((2, blocks), np.float32)
        self._onsets: list[tuple[int, int, Floats]] = []
        self._placed = np.zeros((sides, blocks + 1, MELS), np.float32)
        self._mean = np.zeros((blocks + 1, MELS), np.float32)

    def add(self, track: Track, row: int, sides: Floats) -> None:
        """Add a note from block `row` on; `sides` `[sides, blocks + 1]` are its gains."""
        mean = np.square(sides.mean(axis=0))
        power = track.power.sum(axis=1) * mean
        edges = np.stack((power[:-1], power[1:]))
        if len(self._placed) == 2:
            self._add_place(slice(row, row + len(track.power)), track.power, mean, sides)
        if track.is_onset:
            self._onsets.append((row, track.silent_frames, edges[:, 0]))
            row, edges = row + 1, edges[:, 1:]
        self._edges[:, row : row + edges.shape[1]] += edges

    def _add_place(self, rows: slice, power: Floats, mean: Floats, sides: Floats) -> None:
        self._mean[rows] += mean[:, None] * power
        self._placed[:, rows] += np.square(sides)[:, :, None] * power
        # Spectral frames centred before an onset hear what follows it.
        early = slice(max(0, rows.start - LEAD_HOPS), rows.start)
        self._mean[early] += mean[0] * power[0]
        self._placed[:, early] += np.square(sides)[:, :1, None] * power[0]

    def level(self) -> Floats:
        """Return the power, `[blocks, HOP] float32`."""
        begin, end = self._edges[..., None]
        level: Floats = begin + (end - begin) * RAMP
        for row, silent_frames, (start, stop) in self._onsets:
            level[row, silent_frames:] += start + (stop - start) * RAMP[silent_frames:]
        return level

    def place(self) -> Floats:
        """Return each side's share, `[sides, blocks + 1, MELS] float32`: 1 in the centre."""
        if len(self._placed) == 1:
            return np.ones_like(self._placed)
        share: Floats = (self._placed + QUIET) / (self._mean + QUIET)
        return share


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
