"""What the model is measured against, made once and kept: FluidSynth's render and Griffin-Lim's."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from engine.models.house.notes import FFT, FLOOR, HOP, Floats, log_mel, mel_filters
from engine.training.data import render
from engine.training.evaluation.listener import Listener
from engine.wire import Score

GRIFFIN_LIM_TURNS = 32


class References:
    """Renders of scores in a folder, by the score's and the soundfont's content."""

    def __init__(self, folder: Path, soundfont: Path) -> None:
        self._folder, self._soundfont = folder, soundfont
        self._mark = f"{soundfont.name} {soundfont.stat().st_size}"
        folder.mkdir(parents=True, exist_ok=True)

    def sound(self, score: Score) -> Floats:
        """Return FluidSynth's render, `[frames] float32` mono. Raises: StartFailed."""
        path = self._path(score, ".npy")
        return _kept(path, lambda: render(score, self._soundfont).mean(axis=1))

    def is_audible(self, score: Score) -> bool:
        """Say whether anything is heard of a score's render. Raises: StartFailed."""
        return bool(np.abs(self.sound(score)).max(initial=0.0) > FLOOR)

    def griffin_lim(self, score: Score) -> Floats:
        """Return Griffin-Lim's idea of the render's mel, `[frames] float32`."""
        path = self._path(score, "-griffin-lim.npy")
        return _kept(path, lambda: griffin_lim(log_mel(self.sound(score)), len(self.sound(score))))

    def f1(
        self, listener: Listener, score: Score, kind: str, sound: Floats
    ) -> dict[str, float] | None:
        """Return the listener's F1 of a kept sound, asking only once."""
        path = self._path(score, f"-{kind}.json")
        if not path.exists():
            _write(path, json.dumps(listener.f1(score, sound)).encode())
        found: dict[str, float] | None = json.loads(path.read_text())
        return found

    def _path(self, score: Score, ending: str) -> Path:
        digest = hashlib.sha256(msgspec.json.encode(score) + self._mark.encode())
        return self._folder / (digest.hexdigest()[:20] + ending)


def griffin_lim(mel: Floats, frames: int) -> Floats:
    """Turn `[hops, MELS] float32` log-mel into `[frames] float32` by Griffin-Lim.

    The mel is spread to bins by the filters' pseudo-inverse. Source: Perraudin et al., A fast
    Griffin-Lim algorithm (2013), by librosa.
    """
    import librosa

    power = np.maximum(np.exp(2.0 * mel.astype(np.float64)) - FLOOR**2, 0.0)
    bins = np.maximum(np.linalg.pinv(mel_filters().astype(np.float64)) @ power.T, 0.0)
    magnitude = np.sqrt(bins).astype(np.float32)
    sound: Floats = librosa.griffinlim(
        magnitude,
        n_iter=GRIFFIN_LIM_TURNS,
        hop_length=HOP,
        n_fft=FFT,
        length=frames,
        **phases_by(0),
    )
    return sound.astype(np.float32)


def phases_by(seed: int | np.random.Generator) -> dict[str, Any]:
    """Return librosa's argument for where Griffin-Lim's phases begin, as its version names it."""
    import librosa

    has_rng = "rng" in inspect.signature(librosa.griffinlim).parameters  # since librosa 1.0
    return {"rng" if has_rng else "random_state": seed}


def _kept(path: Path, make: Callable[[], Floats]) -> Floats:
    """Read an array, or make and keep it; the file appears whole."""
    if not path.exists():
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            np.save(file, make())
        partial.rename(path)
    found: Floats = np.load(path)
    return found


def _write(path: Path, content: bytes) -> None:
    partial = path.with_suffix(".part")
    partial.write_bytes(content)
    partial.rename(path)
