"""Which notes basic-pitch hears, in our sound and in the render, over many more scores.

One score's F1 says little: what a transcription decides at its threshold falls one way or the
other by a hair. So a ratio is told with its standard error, and beside what the same question
makes of the render itself, moved by less than anyone hears.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine.models.house.notes import Doubles, Floats
from engine.training.data import render
from engine.training.evaluation import families
from engine.training.evaluation.families import Piece
from engine.training.evaluation.listener import Listener, pitched
from engine.training.evaluation.performer import Performer
from engine.training.evaluation.references import References
from engine.training.evaluation.rows import REFERENCE

# What counts must be heard in one of both sounds: were the render alone asked, its luck would
# choose the scores.
HEARD_F1 = 0.1
UNPITCHED = ("effects",)  # though they are played on keys
KINDS = ("onset", "offset")
# The render is moved by 2.7 ms, a quarter of basic-pitch's own frames.
MOVED_FRAMES = {"earlier": -128, "later": 128}
PAIR = ("ours", "theirs")
# Whose mean F1 is told over the render's, and how that is named.
RATIOS = {"ours": "", **{who: f"{who}_" for who in MOVED_FRAMES}}

# F1 by kind, of ours, of the render, and of the render moved.
Pair: TypeAlias = Mapping[str, Mapping[str, float]]
Figures: TypeAlias = dict[str, float | int | None]


def pieces(data: Path, each: int, seconds: float) -> list[Piece]:
    """Choose `each` scores a family, and more of ensembles, that have notes to be heard."""
    found = families.pieces(data, each, seconds, with_unseen=False)
    return [piece for piece in found if piece.group not in UNPITCHED and pitched(piece.score)]


def heard(
    piece: Piece,
    steps: int,
    listener: Listener,
    performer: Performer,
    references: References,
    soundfont: Path,
) -> dict[str, dict[str, float]]:
    """Return F1 by kind of `ours`, `theirs`, and theirs moved as MOVED_FRAMES says.

    Raises: StartFailed.
    """
    truth = render(piece.score, soundfont).mean(axis=1)
    own = performer.perform(piece.score, steps, len(truth)).sound
    found = {
        "ours": listener.f1(piece.score, own),
        "theirs": references.f1(listener, piece.score, REFERENCE, truth),
    }
    for name, frames in MOVED_FRAMES.items():
        found[name] = references.f1(listener, piece.score, name, moved(truth, frames))
    answered = {who: f1 for who, f1 in found.items() if f1 is not None}
    assert answered.keys() == found.keys()
    return answered


def moved(sound: Floats, frames: int) -> Floats:
    """Return `[frames] float32` heard that much later, or earlier where negative."""
    silence = np.zeros(abs(frames), dtype=sound.dtype)
    if frames < 0:
        return np.concatenate((sound[-frames:], silence))
    return np.concatenate((silence, sound[: len(sound) - frames]))


def figures(pairs: Sequence[Pair]) -> Figures:
    """Return how many scores were judged, the render's mean F1, and ratios to it with errors."""
    found: Figures = {}
    for kind in KINDS:
        told = [pair for pair in pairs if max(pair[who][kind] for who in PAIR) > HEARD_F1]
        theirs = np.array([pair["theirs"][kind] for pair in told])
        found[f"{kind}_scores"] = len(told)
        found[f"{kind}_f1"] = round(float(theirs.mean()), 3) if told else None
        for who, name in RATIOS.items():
            own = np.array([pair[who][kind] for pair in told])
            found[f"{kind}_{name}ratio"], found[f"{kind}_{name}error"] = _ratio(own, theirs)
    return found


def _ratio(own: Doubles, theirs: Doubles) -> tuple[float | None, float | None]:
    """Return a ratio of means and its standard error, which one score alone does not have.

    Source: Cochran, Sampling techniques (1977), 2.11.
    """
    count, mean = len(theirs), float(theirs.mean()) if len(theirs) else 0.0
    if not mean:
        return None, None
    ratio = float(own.mean()) / mean
    if count < 2:
        return round(ratio, 3), None
    off = np.square(own - ratio * theirs).sum()
    return round(ratio, 3), round(float(np.sqrt(off / count / (count - 1))) / mean, 3)


def by_group(found: Sequence[tuple[str, Pair]]) -> dict[str, Figures]:
    """Return the figures of all (group, pair) together, and of every group; nothing of none."""
    if not found:
        return {}
    groups: dict[str, list[Pair]] = {"all": [pair for _, pair in found]}
    for group, pair in found:
        groups.setdefault(group, []).append(pair)
    return {name: figures(pairs) for name, pairs in groups.items()}
