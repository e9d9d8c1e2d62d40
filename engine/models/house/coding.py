"""Coding sound in about 1.0 bits a frame: a lapped transform, and whole numbers of bands' sizes.

What is far under the loudest band is noise as loud, and what is farther still is left out.
Source of the transform: Princen and Bradley, Analysis/synthesis filter bank design based on time
domain aliasing cancellation (1986).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from engine.models.house.notes import RATE_HZ, Doubles, Floats
from engine.models.house.squeezing import expanded, squeezed

SIZES = (256, 512, 1024, 2048, 4096)  # coefficients of a block, as many as it has new frames
LEVEL_FRAMES = 1024  # blocks shorter than this share their levels
BANDS, LEAST_BAND = 24, 4
DECIBELS = 3.0  # what a step of a level is
# Steps under the loudest, from where on only levels are kept, and nothing.
LOWEST, SILENT = 20, 30
ROUNDING = 0.38  # a coefficient counts as the next whole number from this part of a step on
MOST = 127

Bytes = NDArray[np.int8]


class Coded(NamedTuple):
    """A coded sound: how long it is, its block size, its loudest level, and the packed rest.

    `top` is how many coefficients of a block are kept, `loudest` the mean square at level 0,
    `step` what coefficients are rounded to, of their band's root mean square.
    """

    frames: int
    size: int
    top: int
    loudest: float
    step: float
    packed: bytes


def encode(sound: Floats, size: int, step: float) -> Coded:
    """Code `[frames] float32` in blocks of one of SIZES."""
    blocks = _blocks(transformed(sound, size))
    power = np.add.reduceat(np.square(blocks).mean(axis=1), edges(size)[:-1], axis=1)
    power /= np.diff(edges(size))
    loudest = float(power.max()) + 1e-20
    level = np.rint(10.0 * np.log10(power / loudest + 1e-12) / -DECIBELS)
    level = np.clip(level, 0, SILENT).astype(np.int8)
    steps = _steps(level, size, step)[:, None]
    whole = np.sign(blocks) * np.floor(np.abs(blocks) / np.sqrt(loudest) / steps + 1 - ROUNDING)
    whole = np.where(np.isfinite(steps), np.clip(whole, -MOST, MOST), 0).astype(np.int8)
    rows = whole.reshape(-1, size)
    top = int(np.flatnonzero(np.abs(rows).max(axis=0)).max(initial=-1)) + 1
    raw = _changes(level).T.tobytes() + np.ascontiguousarray(rows[:, :top].T).tobytes()
    return Coded(len(sound), size, top, loudest, step, squeezed(raw))


def decode(coded: Coded, frames: int | None = None) -> Floats:
    """Return `[frames] float32` of what `encode` made: all of them, or so many of the first.

    Raises: ValueError where it is damaged.
    """
    whole, size, top, loudest, step, packed = coded
    frames = whole if frames is None else min(frames, whole)
    raw = np.frombuffer(expanded(packed), np.int8)
    all_groups, groups = _group_count(whole, size), _group_count(frames, size)
    bands = len(edges(size)) - 1
    changes = raw[: bands * all_groups].reshape(bands, all_groups)[:, :groups].T
    level = np.cumsum(changes, axis=0, dtype=np.int64).astype(np.int8)
    rows = raw[bands * all_groups :].reshape(top, all_groups * _together(size))
    rows = rows[:, : groups * _together(size)].T
    steps = _steps(level, size, step)
    steps = np.where(np.isfinite(steps), steps, 0.0) * np.sqrt(loudest)
    values = _noise(level, size, coded) * np.sqrt(loudest)
    values[..., :top] += rows.reshape(groups, _together(size), top) * steps[:, None, :top]
    return restored(values.reshape(-1, size)[: _block_count(frames, size)], frames)


def transformed(sound: Floats, size: int) -> Doubles:
    """Return a sound's coefficients, `[blocks, size]`: one block more than it is long."""
    padded = np.pad(np.asarray(sound, np.float64), (size, 2 * size - 1 - (len(sound) - 1) % size))
    pieces = np.lib.stride_tricks.sliding_window_view(padded, 2 * size)[::size] * _window(size)
    a, b, c, d = np.split(pieces, 4, axis=1)
    folded = np.concatenate((-c[:, ::-1] - d, a - b[:, ::-1]), axis=1)
    return np.asarray(_cosines(folded), np.float64)


def restored(values: Floats, frames: int) -> Floats:
    """Return the `[frames] float32` sound of coefficients, `[blocks, size]`."""
    size = values.shape[1]
    lower, upper = np.split(_cosines(values), 2, axis=1)
    pieces = (upper, -upper[:, ::-1], -lower[:, ::-1], -lower)
    lapped = np.concatenate(pieces, axis=1) * _window(size)
    sound = lapped[:-1, size:] + lapped[1:, :size]
    return np.asarray(sound.reshape(-1)[:frames], np.float32)


@lru_cache(maxsize=len(SIZES))
def edges(size: int) -> NDArray[np.int64]:
    """Return where bands begin among the coefficients of a block, and `size`: `[bands + 1]`.

    They are as wide as the ear's (O'Shaughnessy's mel scale, 1987), or LEAST_BAND.
    """
    nyquist = RATE_HZ / 2.0
    mels = np.linspace(0.0, np.log1p(nyquist / 700.0), BANDS + 1)
    found = [0]
    for edge in np.rint(np.expm1(mels) * 700.0 / nyquist * size).astype(int).tolist():
        if edge - found[-1] >= LEAST_BAND:
            found.append(edge)
    found[-1] = size
    return np.array(found)


def _steps(level: Bytes, size: int, step: float) -> Floats:
    """Return what coefficients are rounded to, `[groups, size]`; infinite where none is kept."""
    sizes = 10.0 ** (-DECIBELS / 20.0 * level.astype(np.float32)) * step
    sizes = np.where(level < LOWEST, sizes, np.inf)
    return np.repeat(sizes, np.diff(edges(size)), axis=1).astype(np.float32)


def _noise(level: Bytes, size: int, coded: Coded) -> Floats:
    """Return noise where only levels are kept, `[groups, together, size]`; always the same."""
    sizes = 10.0 ** (-DECIBELS / 20.0 * level.astype(np.float32))
    sizes = np.where((level >= LOWEST) & (level < SILENT), sizes, np.float32(0.0))
    drawn = np.random.default_rng(len(coded.packed)).standard_normal(
        (len(level), _together(size), size), np.float32
    )
    return np.asarray(drawn * np.repeat(sizes, np.diff(edges(size)), axis=1)[:, None], np.float32)


def _changes(level: Bytes) -> Bytes:
    return np.diff(level, axis=0, prepend=np.zeros_like(level[:1]))


def _blocks(values: Doubles) -> Doubles:
    """Lay `[blocks, size]` in groups that share their levels, `[groups, together, size]`."""
    together = _together(values.shape[1])
    padded = np.pad(values, ((0, -len(values) % together), (0, 0)))
    found: Doubles = padded.reshape(-1, together, values.shape[1])
    return found


def _block_count(frames: int, size: int) -> int:
    return -(-frames // size) + 1


def _group_count(frames: int, size: int) -> int:
    return -(-_block_count(frames, size) // _together(size))


def _together(size: int) -> int:
    return max(1, LEVEL_FRAMES // size)


@lru_cache(maxsize=len(SIZES))
def _window(size: int) -> Floats:
    places = np.arange(2 * size) + 0.5
    return np.asarray(np.sin(np.pi / (2 * size) * places), np.float32)


def _cosines(rows: Any) -> Any:
    """Return the orthonormal cosine transform IV of rows; its own inverse."""
    return dct(rows, type=4, axis=1, norm="ortho")
