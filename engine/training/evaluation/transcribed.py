"""Which notes basic-pitch hears, in our sound and in the render, over many more scores.

One score's F1 says little: what a transcription decides at its threshold falls one way or the
other by a hair. So a ratio is told with its standard error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

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

# F1 by kind, of ours and of the render.
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
    """Return F1 by kind of `ours` and `theirs`. Raises: StartFailed."""
    truth = render(piece.score, soundfont).mean(axis=1)
    own = performer.perform(piece.score, steps, len(truth)).sound
    theirs = references.f1(listener, piece.score, REFERENCE, truth)
    ours = listener.f1(piece.score, own)
    assert ours is not None
    assert theirs is not None
    return {"ours": ours, "theirs": theirs}


def figures(pairs: Sequence[Pair]) -> Figures:
    """Return how many scores were judged, the render's mean F1, our ratio to it and its error."""
    found: Figures = {}
    for kind in KINDS:
        both = np.array([[pair[who][kind] for who in ("ours", "theirs")] for pair in pairs])
        both = both[both.max(axis=1) > HEARD_F1]
        own, theirs = both.mean(axis=0).tolist() if len(both) else (0.0, 0.0)
        ratio = own / theirs if theirs else None
        found |= {
            f"{kind}_scores": len(both),
            f"{kind}_f1": round(theirs, 3) if len(both) else None,
            f"{kind}_ratio": None if ratio is None else round(ratio, 3),
            f"{kind}_error": None if ratio is None else _error(both, ratio),
        }
    return found


def _error(both: np.ndarray, ratio: float) -> float | None:
    """Return the standard error of a ratio of means.

    Source: Cochran, Sampling techniques (1977), 2.11.
    """
    count = len(both)
    if count < 2:
        return None
    off = both[:, 0] - ratio * both[:, 1]
    return round(float(np.sqrt(np.square(off).sum() / count / (count - 1)) / both[:, 1].mean()), 3)


def by_group(found: Sequence[tuple[str, Pair]]) -> dict[str, Figures]:
    """Return the figures of all (group, pair) together, and of every group; nothing of none."""
    if not found:
        return {}
    groups: dict[str, list[Pair]] = {"all": [pair for _, pair in found]}
    for group, pair in found:
        groups.setdefault(group, []).append(pair)
    return {name: figures(pairs) for name, pairs in groups.items()}
