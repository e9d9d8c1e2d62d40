"""Measuring textures: what the atlas' long strikes are off their templates, sample by sample.

What is found goes into `engine/models/house/textures.safetensors`, which the prior reads.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, LOG_FLOOR, Floats
from engine.models.house.templates import LOWEST_KEY, NODES_HOPS, OWN_KEYS, QUIETEST, raised
from engine.models.house.textures import (
    FILE,
    LARGEST,
    LAST_HOPS,
    MOMENTS_HOPS,
    packed,
)
from engine.training import atlas

log = logging.getLogger(__name__)

PRODUCTS = 42_000  # of a course and a spectrum, in all
MOST_PRODUCTS = 32  # of one zone
LEAST_GAIN = 1e-3  # squares of nats in a whole texture: less is not there
# Keys share a sample when the one below, played faster, tells so much of a key's residue.
ALIKE, WIDEST_KEYS = 0.6, 8
FARTHEST_NATS = 3.0
# What lies this far under the loudest mel of its hop is masked, and not kept.
MASKED_NATS, CLEAR_NATS = 6.0, 2.0


class Zone(NamedTuple):
    """Keys that share a texture, `[MOMENTS, MELS]` nats, as `middle` sounds."""

    instrument: int
    first_key: int
    keys: int
    middle: int
    texture: Floats


def make(folder: Path) -> None:
    """Measure into the data folder, unless that is done."""
    if not (folder / FILE.name).exists():
        measure(folder, folder / FILE.name)


def measure(folder: Path, target: Path = FILE) -> None:
    """Measure all instruments from the folder's atlas and write the tables."""
    from safetensors.numpy import save_file

    zones: list[Zone] = []
    for number in range(INSTRUMENTS):
        zones += zones_of(number, residues(folder, number))
    save_file(tables(zones), target)
    log.info("textures: %d zones, %.1f MB", len(zones), target.stat().st_size / 1e6)


def residues(folder: Path, instrument: int) -> Floats:
    """Return what single notes are off their templates, `[keys, LAST_HOPS + 3, MELS]` nats.

    What other mels of the same moment mask is held back.
    """
    long = atlas.strikes(folder, atlas.LONG, instrument)
    times, spectra = atlas.factors(atlas.templates(long) - QUIETEST)
    levels = QUIETEST + np.einsum("krn,krm->knm", times, spectra)
    hops = LAST_HOPS + 1 - NODES_HOPS[0]
    expected = np.einsum("tn,knm->ktm", atlas.hats(hops), levels)
    own = atlas.of_note(long[:, :hops])
    under = expected.max(axis=2, keepdims=True) - expected
    clear = np.clip((MASKED_NATS - under) / (MASKED_NATS - CLEAR_NATS), 0.0, 1.0)
    clear *= np.clip(expected - LOG_FLOOR, 0.0, 1.0)
    off = np.clip(own - expected, -FARTHEST_NATS, FARTHEST_NATS)
    return np.asarray(clear * off, np.float32)


def zones_of(instrument: int, residue: Floats) -> list[Zone]:
    """Part an instrument's keys, `[keys, hops, MELS]`, into zones that share a sample."""
    first_key = atlas.keys_of(instrument).start
    if instrument >= FIRST_KIT:
        rows = enumerate(residue, start=first_key)
        return [Zone(instrument, key, 1, key, each[kept_hops()]) for key, each in rows]
    zones, begin = [], 0
    for key in range(1, len(residue) + 1):
        is_wide = key - begin >= WIDEST_KEYS
        if key == len(residue) or is_wide or told(moved(residue[key - 1], 1), residue[key]) < ALIKE:
            middle = (begin + key - 1) // 2
            each = [moved(residue[k], middle - k) for k in range(begin, key)]
            texture = np.mean(each, axis=0)[kept_hops()]
            zones.append(
                Zone(instrument, first_key + begin, key - begin, first_key + middle, texture)
            )
            begin = key
    return zones


def kept_hops() -> list[int]:
    """Return the rows of a residue that are kept."""
    return [hop - NODES_HOPS[0] for hop in MOMENTS_HOPS]


def moved(residue: Floats, semitones: int) -> Floats:
    """Return a `[hops, MELS]` residue as a key so much higher has it: faster, and higher."""
    pace = 2.0 ** (semitones / 12.0)
    hop = np.arange(len(residue)) + NODES_HOPS[0]
    place = np.where(hop > 0, hop * pace, hop) - NODES_HOPS[0]
    place = np.clip(place, 0, len(residue) - 1)
    lower = np.minimum(place.astype(int), len(residue) - 2)
    share = (place - lower)[:, None]
    faster = residue[lower] * (1.0 - share) + residue[lower + 1] * share
    spectra = torch.from_numpy(np.asarray(faster, np.float32))[None]
    return raised(spectra, torch.tensor([pace], dtype=torch.float32))[0].numpy()


def told(guess: Floats, residue: Floats) -> float:
    """Return which part of a residue's energy a guess explains."""
    left = float(np.square(residue - guess).sum())
    return 1.0 - left / max(float(np.square(residue).sum()), 1e-9)


def tables(zones: list[Zone]) -> dict[str, np.ndarray]:
    """Return the arrays that `Textures` reads, with the products that tell most, PRODUCTS in all.

    Source: the truncated singular value decomposition (Eckart and Young, 1936).
    """
    parts = [np.linalg.svd(zone.texture, full_matrices=False) for zone in zones]
    gains = [
        zone.keys * np.square(size[:MOST_PRODUCTS])
        for zone, (_, size, _) in zip(zones, parts, strict=True)
    ]
    least = np.sort(np.concatenate(gains))[::-1][:PRODUCTS].min()
    counts = [int((gain >= max(least, LEAST_GAIN)).sum()) for gain in gains]
    courses, spectra, sizes = [], [], []
    for (left, size, right), count in zip(parts, counts, strict=True):
        for product in range(count):
            course, course_size = _whole(left[:, product])
            spectrum, spectrum_size = _whole(right[product])
            courses.append(course)
            spectra.append(spectrum)
            sizes.append(size[product] * course_size * spectrum_size)
    zone_of = np.zeros((INSTRUMENTS, OWN_KEYS), np.uint16)
    for row, zone in enumerate(zones):
        begin = zone.first_key - LOWEST_KEY
        zone_of[zone.instrument, begin : begin + zone.keys] = row
    return {
        "zone": zone_of,
        "middle": np.array([zone.middle for zone in zones], np.uint8),
        "first": np.cumsum([0, *counts]).astype(np.int32),
        "sizes": np.array(sizes, np.float32),
        "courses": packed(np.stack(courses)),
        "spectra": packed(np.stack(spectra)),
    }


def _whole(values: Floats) -> tuple[Floats, float]:
    """Return values as whole numbers up to LARGEST, and how large a step of them is."""
    step = float(np.abs(values).max()) / LARGEST
    return np.rint(values / step), step
