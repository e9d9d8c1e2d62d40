"""How loud a piece is to be: as its source is, or as hard as it is played."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.audio import gain_to, level_of
from engine.jobs import Window
from engine.models.base import Audio, Context, patient
from engine.models.house.notes import HOP, MELS, RATE_HZ
from engine.models.house.piece import Piece
from engine.wire import Request, Score

if TYPE_CHECKING:
    from engine.models.house.renderer import Renderer

PROBE_HOPS, SETTLING_HOPS, PROBES = 56, 8, 2
TAIL = 3 * HOP  # as in synthesis.py, which imports torch
PROBE_INDEX = 1 << 20  # A window of no job: it draws noise of its own.
RECENT_SECONDS = 20
SILENCE = 1e-5
# How loud the loudest second is of a piece that is played as hard as can be, by how much less
# one is that is hardly touched, and how high peaks may come before they are limited.
LOUD_DECIBELS, RANGE_DECIBELS, PEAK = -12.0, 9.0, 0.95
SOFT_VELOCITY, HARD_VELOCITY = 26.0, 112.0
USUAL_HARDNESS = 0.58


def by_touch(piece: Piece, renderer: Renderer, request: Request) -> float:
    """Return the gain at which a piece is as loud as it is struck hard."""
    velocity = float(np.mean([note.velocity for note in piece.score.notes]))
    hardness = (velocity - SOFT_VELOCITY) / (HARD_VELOCITY - SOFT_VELOCITY)
    decibels = LOUD_DECIBELS - RANGE_DECIBELS * (1.0 - min(max(hardness, 0.0), 1.0))
    return _to_level(piece, renderer, request, 10.0 ** (decibels / 20.0), 0.0)


def by_source(
    piece: Piece, renderer: Renderer, request: Request, is_known: bool, around: tuple[int, int]
) -> float:
    """Return the gain at which a piece is as loud as its source is between two frames.

    Where the source's notes are known (the piece has them, too) they are rendered and compared
    where it is loudest; else the loudest second of what is made is compared with that of the
    source. After silence it is as loud as it is struck hard.
    """
    assert piece.source is not None
    levels = _levels(piece.source, *around)
    if max(levels.values(), default=0.0) < SILENCE:  # It may end in silence, or be all of it.
        whole = level_of(piece.source)
        levels = {0.0: whole} if whole >= SILENCE else {}
    if not levels:
        return by_touch(piece, renderer, request)
    if is_known:
        starts = np.array([note.start_seconds for note in piece.score.notes])
        played = {s: v for s, v in levels.items() if ((starts >= s) & (starts < s + 0.5)).any()}
        for second in sorted(played, key=lambda s: -played[s])[:1]:
            sound = _heard(piece, renderer, request, second)
            first = round((second + SETTLING_HOPS * HOP / RATE_HZ) * RATE_HZ)
            original = piece.source[first : first + len(sound)]
            if len(original) and level_of(original) > 1e-5 and level_of(sound) > 1e-6:
                return gain_to(level_of(sound[: len(original)]), level_of(original))
    return _to_level(piece, renderer, request, max(levels.values()), piece.first / RATE_HZ)


def hardness_of(source: Audio) -> float:
    """Return how hard to play after a sound, 0 to 1, by how loud it is; as usual after silence."""
    level = max(_levels(source, 0, len(source)).values(), default=0.0)
    if level < SILENCE:
        return USUAL_HARDNESS
    decibels = 20.0 * float(np.log10(max(level, 1e-4)))
    return min(max(0.7 + (decibels + 14.0) / 40.0, 0.25), 0.85)


def silence(stems: int = 1) -> Context:
    """Return the context after nothing."""
    nothing = np.zeros((0, MELS), np.float32)
    return {"prior": nothing, "mel": nothing, "tail": np.zeros((stems, 2, TAIL), np.float32)}


def _to_level(
    piece: Piece, renderer: Renderer, request: Request, level: float, from_seconds: float
) -> float:
    """Return the gain that brings the loudest second from a moment on to a level, within peaks."""
    heard = [
        _heard(piece, renderer, request, second)
        for second in _loudest(piece.score, from_seconds, piece.last / RATE_HZ)
    ]
    found = max((level_of(sound) for sound in heard), default=0.0)
    peak = max((float(np.abs(sound).max(initial=0.0)) for sound in heard), default=0.0)
    return min(gain_to(found, level), PEAK / max(peak, 1e-6))


def _levels(source: Audio, first: int, last: int) -> dict[float, float]:
    """Return the level of each of the last seconds before a frame, by when it begins."""
    seconds = last / RATE_HZ
    since = max(first / RATE_HZ, seconds - RECENT_SECONDS)
    begins = np.arange(since, max(seconds - 0.25, since + 1e-3), 0.5)
    return {
        float(b): level_of(source[round(b * RATE_HZ) : round((b + 1.0) * RATE_HZ)]) for b in begins
    }


def _loudest(score: Score, from_seconds: float, to_seconds: float) -> list[float]:
    """Return where most is struck at once, and hardest."""
    starts = np.array([note.start_seconds for note in score.notes])
    force = np.square([note.velocity / 127.0 for note in score.notes])
    begins = np.arange(from_seconds, max(to_seconds - 0.6, from_seconds + 1e-3), 0.5)
    sums = [float(force[(starts >= b - 0.05) & (starts < b + 0.5)].sum()) for b in begins]
    order = np.argsort(sums)[::-1][:PROBES]
    return [float(begins[place]) for place in order]


def _heard(piece: Piece, renderer: Renderer, request: Request, seconds: float) -> Audio:
    """Render half a second of a stage as a draft, from SETTLING_HOPS after a moment on."""
    first = int((seconds * RATE_HZ + piece.shift_frames) // HOP) * HOP
    window = Window(PROBE_INDEX, PROBE_INDEX, first, PROBE_HOPS * HOP, request)
    sound, _ = renderer.render(window, piece.stage, 0, silence(), patient)
    return sound[SETTLING_HOPS * HOP :]
