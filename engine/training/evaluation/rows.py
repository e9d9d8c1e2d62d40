"""Measuring one score: every sound made of it, against FluidSynth's render of it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import msgspec
import numpy as np

from engine.models.house.notes import Floats, log_mel
from engine.training.evaluation import chaining, distances
from engine.training.evaluation.chaining import Seams
from engine.training.evaluation.families import Piece
from engine.training.evaluation.listener import Listener
from engine.training.evaluation.performer import Performer
from engine.training.evaluation.references import References

STEPS = (0, 1, 2, 4, 8)
REFERENCE, GRIFFIN_LIM, COPY, PRIOR = "fluidsynth", "griffin_lim", "copy_synthesis", "prior_mel"
VOCODER = "vocoder"

Figures: TypeAlias = dict[str, float | None]
Sounds: TypeAlias = dict[str, Floats]


class Row(msgspec.Struct):
    """What was measured on one score: figures and seams by variant.

    A variant is `steps_N` of the model, or one of the baselines beside it.
    """

    group: str
    name: str
    figures: dict[str, Figures] = {}
    seams: dict[str, Seams] = {}
    mel_seams: dict[str, Seams] = {}
    heard: bool = False


def steps_name(steps: int) -> str:
    """Return the variant of the model at a number of flow steps."""
    return f"steps_{steps}"


def measure(
    piece: Piece, performer: Performer, references: References
) -> tuple[Row, Sounds, dict[str, Floats]]:
    """Make every variant of a score and measure it; onsets are added later, by `hear`.

    Returns the row, the sounds `[frames] float32` and the mels `[hops, MELS] float32`.
    """
    row = Row(piece.group, piece.name)
    truth = references.sound(piece.score)
    frames = len(truth)
    mels = {REFERENCE: log_mel(truth)}
    sounds = {REFERENCE: truth, GRIFFIN_LIM: references.griffin_lim(piece.score)}
    sounds[COPY] = performer.copy(piece.score, mels[REFERENCE], frames)
    vocoded = performer.vocode(mels[REFERENCE], frames)
    if vocoded is not None:
        sounds[VOCODER] = vocoded
    joins: list[int] = []
    for steps in STEPS:
        sounds[steps_name(steps)], joins = performer.perform(piece.score, steps, frames)
    mels |= {name: log_mel(sound) for name, sound in sounds.items() if name != REFERENCE}
    mels[PRIOR] = performer.prior(piece.score, len(mels[REFERENCE]))
    row.figures = _figures(sounds, mels)
    for name in sounds:
        row.seams[name] = chaining.sound_seams(sounds[name], joins)
        row.mel_seams[name] = chaining.mel_seams(mels[name], joins)
    return row, sounds, mels


def _figures(sounds: Sounds, mels: dict[str, Floats]) -> dict[str, Figures]:
    truth, truths_spectra = mels[REFERENCE], distances.spectra(sounds[REFERENCE])
    found: dict[str, Figures] = {}
    for name, mel in mels.items():
        found[name] = {
            "mel_l1": distances.mel_l1(mel, truth),
            "movement_ratio": distances.movement_ratio(mel, truth),
        }
    for name, sound in sounds.items():
        found[name] |= {
            "stft_distance": distances.stft_distance(distances.spectra(sound), truths_spectra),
            "loudness_db": distances.loudness_error(sound, sounds[REFERENCE]),
        }
    return found


def hear(row: Row, piece: Piece, sounds: Sounds, listener: Listener, references: References) -> Row:
    """Add the onset F1 of every sound to a row."""
    for name, sound in sounds.items():
        if name in (REFERENCE, GRIFFIN_LIM):
            found = references.f1(listener, piece.score, name, sound)
        else:
            found = listener.f1(piece.score, sound)
        if found is not None:
            row.figures[name] |= {"onset_f1": found["onset"], "offset_f1": found["offset"]}
    row.heard = True
    return row


def keep(row: Row, piece: Piece, mels: dict[str, Floats], folder: Path) -> None:
    """Write a row and its mels, the row last and whole."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / piece.key
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(file, **{name: mel.astype(np.float16) for name, mel in mels.items()})  # type: ignore[arg-type]
    partial.rename(path.with_suffix(".npz"))
    partial.write_bytes(msgspec.json.encode(row))
    partial.rename(path.with_suffix(".json"))


def kept(piece: Piece, folder: Path) -> Row | None:
    """Read a piece's row that was kept, or None."""
    path = folder / f"{piece.key}.json"
    return msgspec.json.decode(path.read_bytes(), type=Row) if path.exists() else None


def kept_mels(piece: Piece, folder: Path) -> dict[str, Floats]:
    """Read the mels that were kept with a piece's row, `[hops, MELS] float32` each."""
    with np.load(folder / f"{piece.key}.npz") as found:
        return {name: found[name].astype(np.float32) for name in found.files}
