"""Partials: where an instrument's lie, how strong its envelope says they are, and their sound.

Block b is the HOP samples from b * HOP on; edge b is where it begins.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.house.notes import (
    FFT,
    HOP,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    Integers,
    hann_window,
    mel_filters,
)
from engine.models.house.timbre import Timbres

GRID = 4  # steps of a unit sinusoid's frequency per spectral bin
MOST_KEPT = 128  # instruments' keys of which the waves are kept
MOST_READINGS = 4  # of a key, at bends and of so many partials
READINGS_PER_SEMITONE = 4
# Seashore, birds, telephone, helicopter, applause, gunshot, breath, reversed cymbal.
UNPITCHED = frozenset((119, 121, 122, 123, 124, 125, 126, 127))
Flags: TypeAlias = NDArray[np.bool_]

FRAMES = np.arange(HOP, dtype=np.float32)
RAMP = FRAMES / HOP
STRIDE = 32  # frames between which a gliding wave is turned on
STRIDES = FRAMES[::STRIDE]
GLIDING_BLOCKS = 16  # so many at a time stay in the cache


class Reading(NamedTuple):
    """How amplitudes are read off mel power: see `Partials.amplitudes`.

    `across` `[MELS, partials]` is the mel power of each at amplitude 1; `back` `[partials, MELS]`
    turns what it finds into mel power again, and `size` `[partials]` is what remains to divide by.
    """

    across: Tensor
    back: Tensor
    size: Tensor


class Partials:
    """The partials of one key of an instrument, `hz` `[partials]` rising."""

    def __init__(
        self, hz: Doubles, start: Doubles, responses: Floats, breath: Floats | None = None
    ) -> None:
        """Take them with their turns at the onset, `[partials]`; see `unit_responses`.

        `breath` `[MELS]` is the part of the key's power that is noise between them.
        """
        self.breath = np.zeros(MELS, np.float32) if breath is None else breath
        self._cycles = hz / RATE_HZ
        self._start = start
        self._responses = responses
        self._reading = lru_cache(MOST_READINGS)(self._make_reading)
        self._strongest = lru_cache(MOST_READINGS)(self._make_strongest)

    def gliding(
        self, power: Floats, audible: Flags, played: Doubles, ratio: Doubles, sides: Floats
    ) -> Floats:
        """Return the sum of partials that glide, `[sides, blocks, HOP] float32`.

        `power` `[blocks + 1, MELS]` is the note's mel power at the edges, `audible` `[MELS]`
        where it can be heard, `played` `[blocks]` the frames of unbent sound from the onset to
        each block, `ratio` `[blocks]` what its frequencies are multiplied by, `sides`
        `[sides, blocks + 1]` gains.
        """
        out = np.empty((len(sides), len(ratio), HOP), np.float32)
        steps = np.rint(12.0 * READINGS_PER_SEMITONE * np.log2(ratio))
        for first, last in _runs(steps):
            bent = 2.0 ** (steps[first] / (12.0 * READINGS_PER_SEMITONE))
            for begin in range(first, last, GLIDING_BLOCKS):
                end = min(begin + GLIDING_BLOCKS, last)
                blocks, edges = slice(begin, end), slice(begin, end + 1)
                amplitudes = self.amplitudes(power[edges], audible, float(bent))
                levels = sides[:, edges, None] * amplitudes
                out[:, blocks] = self._glide(levels, played[blocks], ratio[blocks])
        return out

    def steady(
        self, power: Floats, audible: Flags, played: Doubles, ratio: float, sides: Floats
    ) -> tuple[Floats, Floats]:
        """Return partials that do not glide as they are at each edge, and their waves from there.

        `[sides, 2, edges, partials]` and `[2, partials, HOP]`, both float32: first cosines, then
        sines; see `tones`. As in `gliding`, but `played` is `[edges]`.
        """
        step = np.rint(12.0 * READINGS_PER_SEMITONE * np.log2(ratio))
        bent = 1.0 if ratio == 1.0 else 2.0 ** (step / (12.0 * READINGS_PER_SEMITONE))
        amplitudes = self.amplitudes(power, audible, float(bent))
        edges, count = amplitudes.shape
        angle = self._angles(played, count)
        rows = np.empty((len(sides), 2, edges, count), np.float32)
        for row, side in zip(rows, sides, strict=True):
            level = amplitudes * side[:, None]
            np.multiply(np.cos(angle), level, out=row[0])
            np.multiply(np.sin(angle), level, out=row[1])
        waves = self._waves if ratio == 1.0 else self._waves_at(ratio, count)
        return rows, waves[:, :count]

    @cached_property
    def _waves(self) -> Floats:
        """The waves unbent: many, and of no use to a key that is played live."""
        return self._waves_at(1.0)

    def shape(self, semitones: float) -> tuple[Doubles, Doubles, Floats]:
        """Return where they lie and how they show when bent, for notes sounded together.

        `[partials] float64` cycles in a frame, unbent, and turns at the onset, and the
        `[partials, MELS] float32` mel power of each at amplitude 1.
        """
        return self._cycles, self._start, self._response_at(2.0 ** (semitones / 12.0))

    def amplitudes(self, power: Floats, audible: Flags, ratio: float = 1.0) -> Floats:
        """Read the amplitudes `[edges, partials]` off a note's `[edges, MELS]` mel power.

        A step towards the powers that, each adding its own response, give this one; a second
        step changes nothing that can be measured. Partials above the highest audible one are
        left out. Source: Lee and Seung's update for non-negative factors (2000).
        """
        heard = np.flatnonzero(audible[self._strongest(ratio)])
        across, back, size = self._reading(ratio, int(heard[-1]) + 1 if len(heard) else 1)
        given = torch.from_numpy(power)
        found = torch.mm(given, across)
        missing = torch.mm(found, back).clamp_(min=1e-12)
        torch.div(given, missing, out=missing)
        out: Floats = found.mul_(torch.mm(missing, across)).div_(size).sqrt_().numpy()
        return out

    def _glide(self, levels: Floats, played: Doubles, ratio: Doubles) -> Floats:
        """Sound blocks of which each has its own frequencies.

        A wave at frame STRIDE * i + j is the one at frame STRIDE * i turned on by j frames.
        """
        count, sides = levels.shape[2], len(levels)
        step = (2.0 * np.pi * ratio[:, None] * self._cycles[:count]).astype(np.float32)
        coarse = self._angles(played, count)[:, None] + step[:, None] * STRIDES[:, None]
        fine = step[:, :, None] * FRAMES[:STRIDE]
        turned = np.concatenate((np.cos(fine), np.sin(fine)), axis=1)
        waves = np.concatenate((np.cos(coarse), -np.sin(coarse)), axis=2)
        courses = np.stack((levels[:, :-1], np.diff(levels, axis=1)), axis=1)
        courses = np.concatenate((courses, courses), axis=3).reshape(2 * sides, len(ratio), -1)
        rows = (courses.swapaxes(0, 1)[:, :, None] * waves[:, None]).reshape(
            len(ratio), -1, 2 * count
        )
        sound = torch.bmm(torch.from_numpy(rows), torch.from_numpy(turned)).numpy()
        begin, rise = sound.reshape(len(ratio), sides, 2, HOP).transpose(2, 1, 0, 3)
        return np.asarray(begin + rise * RAMP, np.float32)

    def _angles(self, played: Doubles, count: int) -> Floats:
        turns = played[:, None] * self._cycles[:count] + self._start[:count]
        turns -= np.floor(turns)
        return np.asarray(2.0 * np.pi * turns, np.float32)

    def _make_reading(self, ratio: float, count: int) -> Reading:
        response = torch.from_numpy(self._response_at(ratio)[:count])
        size = response @ response.sum(dim=0)
        back = response / size[:, None]
        return Reading(response.T.contiguous(), back, size * response.sum(dim=1))

    def _make_strongest(self, ratio: float) -> Integers:
        """Return the mel in which each partial is strongest, `[partials]`."""
        return np.asarray(self._response_at(ratio).argmax(axis=1), np.int64)

    def _response_at(self, ratio: float) -> Floats:
        place = np.rint(self._cycles * (ratio * FFT * GRID)).astype(np.int64)
        return self._responses[np.minimum(place, len(self._responses) - 1)]

    def _waves_at(self, ratio: float, count: int | None = None) -> Floats:
        """Return cosines and sines that fade out over one block, `[2, partials, HOP]`."""
        angle = np.outer((2.0 * np.pi * ratio * self._cycles[:count]).astype(np.float32), FRAMES)
        waves = np.stack((np.cos(angle), np.sin(angle))) * (1.0 - RAMP)
        return np.asarray(waves, np.float32)


class Bank:
    """The partials of every key of every instrument; those used lately are kept."""

    def __init__(self) -> None:
        self._responses = unit_responses(mel_filters())
        self._timbres = Timbres()
        self._kept = lru_cache(MOST_KEPT)(self._make)

    def partials(self, pitch: int, instrument: int) -> Partials | None:
        """Return the partials of a key of an instrument, None where it is all noise."""
        return None if instrument in UNPITCHED else self._kept(pitch, instrument)

    def _make(self, pitch: int, instrument: int) -> Partials | None:
        known = self._timbres.partials(instrument, pitch)
        if known is None:
            return None
        return Partials(*known, self._responses, self._timbres.breath(instrument, pitch))


def product(a: Floats, b: Floats) -> Floats:
    """Return `a @ b` by torch: two libraries' threads in turn would wait for each other."""
    out: Floats = torch.mm(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    return out


def unit_responses(filters: Floats) -> Floats:
    """Return the mel power of a sinusoid of amplitude 1 at each GRID-th of a spectral bin.

    `filters` are `[MELS, FFT // 2 + 1] float32`; returns `[(FFT // 2 + 1) * GRID, MELS] float32`.
    """
    reach, middle = 8, 256
    padded = np.pad(filters, ((0, 0), (reach, reach)))
    spans = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1)
    out = np.empty((filters.shape[1], GRID, MELS), np.float32)
    for step in range(GRID):
        turns = (middle + step / GRID) * np.arange(FFT) / FFT
        lobe = np.abs(np.fft.fft(hann_window() * np.exp(2j * np.pi * turns)))
        near = np.square(lobe[middle - reach : middle + reach + 1] / 2.0).astype(np.float32)
        out[:, step] = (spans @ near).T
    return out.reshape(-1, MELS)


def _runs(values: Doubles) -> list[tuple[int, int]]:
    """Return where runs of equal values begin and end."""
    cuts = (np.flatnonzero(np.diff(values)) + 1).tolist()
    return list(zip([0, *cuts], [*cuts, len(values)], strict=True))
