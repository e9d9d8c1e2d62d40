"""How loud a finished WAV is, and the gain that makes it as loud as was asked.

Loudness is integrated and gated, in LUFS (ITU-R BS.1770-4, EBU R 128); peaks are true peaks, of
the signal at four times its rate (BS.1770-4, annex 2). Files are read in pieces, of any length.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bridge.wav import Audio, WavReader

HIGHEST_PEAK_DECIBELS = -1.0  # EBU R 128 allows no more; coders overshoot.
MOST_GAIN_DECIBELS = 40.0
BLOCK_STEPS, STEPS_PER_SECOND = 4, 10  # A block is 400 ms, and the next begins 100 ms later.
PIECE_STEPS, LEAD_STEPS = 200, 10  # The lead lets the filters settle; its blocks are not counted.
ABSOLUTE_GATE, RELATIVE_GATE_DECIBELS, OFFSET = -70.0, -10.0, 0.691
OVERSAMPLING, EDGE_FRAMES = 4, 32


class Level(NamedTuple):
    """Integrated loudness in LUFS and true peak in decibels of full scale; -inf for silence."""

    loudness: float
    peak_decibels: float

    def raised(self, decibels: float) -> Level:
        """Return the level after a gain."""
        return Level(self.loudness + decibels, self.peak_decibels + decibels)

    def gain_to(self, loudness: float) -> float:
        """Return the gain in decibels that makes it so loud, or as near as its peaks allow."""
        if not np.isfinite(self.loudness):
            return 0.0
        room = HIGHEST_PEAK_DECIBELS - self.peak_decibels
        return min(loudness - self.loudness, max(room, 0.0), MOST_GAIN_DECIBELS)

    def __str__(self) -> str:
        """Return both figures."""
        return f"{self.loudness:.1f} LUFS, true peak {self.peak_decibels:.1f} dB"


def level_of(path: Path, frames: int) -> Level:
    """Measure the first frames of one of our WAVs. Raises: OSError, LegatoError."""
    blocks: list[NDArray[np.float64]] = []
    peak = 0.0
    with WavReader(path) as reader:
        for piece in _pieces(reader, frames):
            blocks.append(_block_powers(piece.samples, reader.rate_hz)[piece.lead :])
            peak = max(peak, _true_peak(piece))
    loudness = _gated(np.concatenate(blocks)) if blocks else -np.inf
    return Level(loudness, 20.0 * float(np.log10(peak)) if peak else -np.inf)


class _Piece(NamedTuple):
    """Samples `[frames, channels] float32`, of whose blocks the first `lead` came before."""

    samples: Audio
    lead: int
    is_last: bool


def _pieces(reader: WavReader, frames: int) -> Iterator[_Piece]:
    """Yield pieces that are cut where blocks are, none shorter than a block."""
    step = reader.rate_hz // STEPS_PER_SECOND
    for first in range(0, max(frames // step - BLOCK_STEPS + 1, 1), PIECE_STEPS):
        lead = min(first, LEAD_STEPS)
        start, length = (first - lead) * step, (lead + PIECE_STEPS + BLOCK_STEPS - 1) * step
        found = reader.read(start, min(length, frames - start))
        padded = np.pad(found, ((0, max(BLOCK_STEPS * step - len(found), 0)), (0, 0)))
        is_last = start + length >= frames
        yield _Piece(padded, lead, is_last)
        if is_last:
            return


def _block_powers(piece: Audio, rate_hz: int) -> NDArray[np.float64]:
    """Return the weighted power of every whole block, `[blocks]`."""
    from pyloudnorm import Meter  # type: ignore[import-untyped]

    step = rate_hz // STEPS_PER_SECOND
    whole = piece[: len(piece) // step * step].astype(np.float64)
    meter = Meter(rate_hz, block_size=BLOCK_STEPS / STEPS_PER_SECOND)
    with np.errstate(invalid="ignore", divide="ignore"):
        meter.integrated_loudness(whole)
    decibels = np.array(meter.blockwise_loudness) + OFFSET
    powers: NDArray[np.float64] = 10.0 ** (decibels / 10.0)
    return powers


def _gated(powers: NDArray[np.float64]) -> float:
    """Return the loudness of blocks, without those that are quiet beside the rest."""
    kept = powers[powers >= 10.0 ** ((ABSOLUTE_GATE + OFFSET) / 10.0)]
    if len(kept):
        kept = kept[kept > kept.mean() * 10.0 ** (RELATIVE_GATE_DECIBELS / 10.0)]
    return 10.0 * float(np.log10(kept.mean())) - OFFSET if len(kept) else -np.inf


def _true_peak(piece: _Piece) -> float:
    """Return the highest sample of a piece, or between samples; its cut edges are not looked at."""
    import soxr

    finer = soxr.resample(piece.samples, 1, OVERSAMPLING)
    first = EDGE_FRAMES * OVERSAMPLING if piece.lead else 0
    last = len(finer) - (0 if piece.is_last else EDGE_FRAMES * OVERSAMPLING)
    return float(np.abs(finer[first:last]).max(initial=0.0))
