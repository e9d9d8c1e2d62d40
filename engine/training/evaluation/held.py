"""Whether a note that is held goes on as its instrument does, second by second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.models.house.notes import RATE_HZ, Doubles, Floats
from engine.training.evaluation.distances import Levels, level_decibels
from engine.training.evaluation.families import Piece, played, programs_by
from engine.wire import Note, Score

KEY, VELOCITY = 60, 90
SECONDS = 8
APART_SECONDS, FIRST_SECONDS = 9.5, 0.1
PROGRAMS_EACH = 4  # one a channel, and a few at a time, so that progress is seen
TOLD = (1, 2, 4, 8)  # the seconds of which figures tell
HEARD_DECIBELS = 60.0  # under a note's loudest second, what is softer does not count


def holdings(every: int = 1) -> list[Piece]:
    """Return scores in which some programs hold one note, one after the other.

    Of every program, or of every n-th of each family.
    """
    return [
        Piece(family, f"held-{group[0]:03}-{len(group)}", _score(group))
        for family, group in programs_by(PROGRAMS_EACH, every)
    ]


def _score(programs: Sequence[int]) -> Score:
    begins = [FIRST_SECONDS + place * APART_SECONDS for place in range(len(programs))]
    notes = [
        Note(begin, begin + SECONDS, played(program, KEY), VELOCITY, program, channel)
        for channel, (begin, program) in enumerate(zip(begins, programs, strict=True))
    ]
    return Score(notes=tuple(notes), duration_seconds=begins[-1] + APART_SECONDS)


def levels(score: Score, sound: Floats) -> Doubles:
    """Return how loud each note is in each second, `[notes, SECONDS] float64` in decibels."""
    found = []
    for note in score.notes:
        first = round(note.start_seconds * RATE_HZ)
        pieces = (sound[first + each * RATE_HZ :][:RATE_HZ] for each in range(SECONDS))
        found.append([level_decibels(piece) for piece in pieces])
    return np.array(found)


def figures(pairs: Sequence[Levels]) -> dict[str, float | None]:
    """Return the errors of levels by the second, in dB, where a render is heard, and the last bias.

    Each pair is (ours, the render's), `[notes, SECONDS]` in decibels.
    """
    ours, theirs = (np.concatenate(each) for each in zip(*pairs, strict=True))
    is_heard = theirs > theirs.max(axis=1, keepdims=True) - HEARD_DECIBELS
    off = np.where(is_heard, ours - theirs, np.nan)
    found = {f"error_db_{second}": _mean(np.abs(off[:, second - 1])) for second in TOLD}
    return found | {"bias_db": _mean(off[:, TOLD[-1] - 1])}


def _mean(values: Doubles) -> float | None:
    told = values[np.isfinite(values)]
    return round(float(told.mean()), 3) if len(told) else None
