"""Sound for the vocoder to learn from: excerpts of training scores, rendered and kept as audio."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import msgspec
import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from engine.models.house.notes import Floats
from engine.training.data import SOUNDFONT, check_tools, render
from engine.wire import Score

log = logging.getLogger(__name__)

EXCERPTS, EXCERPT_SECONDS = 280, 12.0
QUIETEST_PEAK = 1e-3
# How often a sound is made faster or slower, and how often two sound at once.
BENT_SHARE, PAIR_SHARE = 0.5, 0.35


def make_audio(data: Path, soundfont: Path = SOUNDFONT, most: int = EXCERPTS) -> None:
    """Render excerpts of training scores that are not there yet. Raises: StartFailed."""
    check_tools(soundfont)
    folder = data / "audio"
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted((data / "train").glob("*.json"), key=lambda path: crc32(path.name.encode()))
    for path in paths[:most]:
        target = folder / f"{path.stem}.npy"
        if not target.exists():
            score = msgspec.json.decode(path.read_bytes(), type=Score)
            sound = render(excerpt(score, crc32(path.name.encode())), soundfont).mean(axis=1)
            with target.with_suffix(".part").open("wb") as file:
                np.save(file, sound.astype(np.float32))
            target.with_suffix(".part").rename(target)
    log.info("vocoder: %d excerpts of audio", len(list(folder.glob("*.npy"))))


def excerpt(score: Score, seed: int) -> Score:
    """Cut EXCERPT_SECONDS from a score, from a moment on that the seed chooses."""
    span = max(score.duration_seconds - EXCERPT_SECONDS, 0.0)
    begin = float(np.random.default_rng(seed).uniform(0.0, span))
    end = begin + EXCERPT_SECONDS
    change = msgspec.structs.replace
    notes = tuple(
        change(
            note,
            start_seconds=note.start_seconds - begin,
            end_seconds=min(note.end_seconds, end) - begin,
        )
        for note in score.notes
        if begin <= note.start_seconds < end
    )
    controls, bends = (
        tuple(
            change(event, seconds=max(event.seconds - begin, 0.0))
            for event in events
            if event.seconds < end
        )
        for events in (score.controls, score.bends)
    )
    length = min(EXCERPT_SECONDS, score.duration_seconds)
    return change(score, notes=notes, controls=controls, bends=bends, duration_seconds=length)


def read_audio(data: Path) -> list[Floats]:
    """Open the excerpts, `[frames] float32` each; they stay on disk until they are used."""
    found = [np.load(path, mmap_mode="r") for path in sorted((data / "audio").glob("*.npy"))]
    return [sound for sound in found if np.abs(sound).max(initial=0.0) > QUIETEST_PEAK]


def draw(random: Generator, sounds: Sequence[Floats], count: int, frames: int) -> Tensor:
    """Draw `[count, frames] float32` of sounds: at any speed and gain, sometimes two at once."""
    rows = []
    for _ in range(count):
        row = _piece(random, sounds, frames)
        if random.random() < PAIR_SHARE:
            row = row + _piece(random, sounds, frames) * np.exp(random.normal(0.0, 0.5))
        rows.append((row * np.exp(random.uniform(-1.5, 1.5))).astype(np.float32))
    return torch.from_numpy(np.stack(rows))


def _piece(random: Generator, sounds: Sequence[Floats], frames: int) -> Floats:
    sound = sounds[int(random.integers(len(sounds)))]
    speed = random.uniform(0.85, 1.18) if random.random() < BENT_SHARE else 1.0
    length = min(int(frames * speed) + 2, len(sound))
    for _ in range(4):
        first = int(random.integers(0, len(sound) - length + 1))
        piece = np.asarray(sound[first : first + length])
        if np.abs(piece).max() > QUIETEST_PEAK:
            break
    bent = np.interp(np.arange(frames) * speed, np.arange(length), piece, right=0.0)
    return np.asarray(bent, np.float32)
