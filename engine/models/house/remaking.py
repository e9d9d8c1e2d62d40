"""What the built-in model makes of a source: a variation of it, or a span of it composed anew.

Where the source's score is known, that is changed and rendered; where it is not, the model hears
the beat and the key, and composes to them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.audio import level_of
from engine.composing.analysis import Grid
from engine.composing.compose import compose
from engine.composing.extend import begin
from engine.composing.fill import fill
from engine.composing.listening import Heard, listen
from engine.composing.vary import vary
from engine.composing.words import Wishes, read
from engine.jobs import Window
from engine.models.base import Audio, window_seed
from engine.models.house.levels import by_source, hardness_of
from engine.models.house.notes import RATE_HZ
from engine.models.house.piece import END_FADE_FRAMES, Piece, joining, staged
from engine.wire import OutOfRange, Request, Score, Unsupported

if TYPE_CHECKING:
    from engine.models.house.renderer import Renderer

# How long sounds take to go over into each other: where the notes are known, and where not.
KNOWN_JOIN_FRAMES, UNKNOWN_JOIN_FRAMES = 4_800, 1_440
CUT_FADE_FRAMES = 480  # An ending that breaks off does so again, but does not click.
LEAST_SPAN_FRAMES = 480
HEARD, PREFIX_SECONDS = 1e-3, 0.5
AROUND_SECONDS, EARLY_SECONDS = 20, 0.05
LONGEST_PATCH_SECONDS = 2.0  # Of a longer span nobody can guess what was there.


def varied(request: Request, source: Audio, renderer: Renderer) -> Piece:
    """Vary a source by its score; without one only 0 and 1 can be. Raises: OutOfRange, Unsupported.

    What sounds before a score's first note, as the beginning of what was continued from a
    file, is kept.
    """
    strength = float(request.parameters["strength"])
    prompt, frames = str(request.parameters["prompt"]), len(source)
    score = known_score(request, source)
    if score is None:
        return _composed(request, source, renderer)
    other = vary(score, strength, prompt, request.seed)
    if strength == 0.0:
        return Piece(staged(other, 0), other, frames, source=source, first=frames, last=frames)
    first = _unwritten_frames(score, source)
    if first:
        begun = tuple(n for n in other.notes if n.start_seconds > first / RATE_HZ - EARLY_SECONDS)
        other = msgspec.structs.replace(other, notes=begun)
    original = joining(score, source, 0, frames, frames, KNOWN_JOIN_FRAMES)
    gain = by_source(original, renderer, request, True, (first, frames))
    piece = joining(other, source, first, frames, frames, KNOWN_JOIN_FRAMES)
    return replace(piece, gain=gain, fade_frames=_fade_frames(source))


def inpainted(request: Request, source: Audio, renderer: Renderer) -> Piece:
    """Compose a span of a source anew; a short one of sound alone is filled. Raises: OutOfRange."""
    first, last = _span(request, len(source))
    prompt, frames = str(request.parameters["prompt"]), len(source)
    score = known_score(request, source)
    if score is None or _is_unwritten(score, source, first, last):
        is_between = first > 0 and last < frames
        if not prompt and is_between and last - first <= LONGEST_PATCH_SECONDS * RATE_HZ:
            kept = score or Score()
            return Piece(staged(Score(), 0), kept, frames, 1.0, source, first, last, is_patch=True)
        return _filled_by_ear(request, source, renderer, first, last, score)
    other = fill(score, first / RATE_HZ, last / RATE_HZ, prompt, request.seed)
    reach = AROUND_SECONDS * RATE_HZ
    around = max(0, first - reach), min(frames, last + reach)
    original = joining(score, source, first, last, frames, KNOWN_JOIN_FRAMES)
    gain = by_source(original, renderer, request, True, around)
    piece = joining(other, source, first, last, frames, KNOWN_JOIN_FRAMES)
    after = original.stage if last < frames else None
    return replace(piece, gain=gain, fade_frames=_fade_frames(source), after=after)


def patched(window: Window, piece: Piece) -> Audio:
    """Fill a short span of sound so that it goes from what is before to what is after it.

    Raises: ModelFailed.
    """
    from engine.models.house.patching import patch
    from engine.models.house.renderer import one_thread
    from engine.models.house.vocoder import Vocoder

    assert piece.source is not None
    seed = window_seed(window.request.seed, window.index)
    with one_thread():
        whole = patch(piece.source, piece.first, piece.last, Vocoder.load(), seed % (1 << 31))
    return whole[piece.first : piece.last]


def known_score(request: Request, source: Audio, number: int = 0) -> Score | None:
    """Return the score of a source as far as it is heard; None where it has no notes.

    A score without a sound is all there.
    """
    score = request.source_score(number)
    if score is None:
        return None
    end = len(source) / RATE_HZ if len(source) else float("inf")
    heard = tuple(note for note in score.notes if note.start_seconds < end)
    return msgspec.structs.replace(score, notes=heard) if heard else None


def _composed(request: Request, source: Audio, renderer: Renderer) -> Piece:
    """Make what can be made of sound alone: itself, or a new piece in its key and tempo.

    Words may name others. Raises: OutOfRange, Unsupported for a strength between.
    """
    strength, frames = float(request.parameters["strength"]), len(source)
    if strength == 0.0:
        return Piece(staged(Score(), 0), Score(), frames, source=source, first=frames, last=frames)
    heard = listen(source, RATE_HZ)
    prompt = str(request.parameters["prompt"])
    words = _words(heard, read(prompt))
    if strength < 1.0:
        raise Unsupported(
            f"a source without a score came, and strength {strength:g}; house varies notes, and "
            f"of this sound hears only the beat and the key: ask for strength 1 to have a new "
            f"piece of its length ({words}), continue it, vary a take that keeps its score, or "
            "have a model of sound vary it: `legato pull audio-diffusion-ddim-256`"
        )
    seconds = frames / RATE_HZ
    score = compose(", ".join(filter(None, (prompt.strip(), words))), request.seed, seconds)
    piece = Piece(staged(score, frames), score, frames, source=source, last=frames)
    gain = by_source(piece, renderer, request, False, (0, frames))
    return replace(piece, gain=gain)


def _words(heard: Heard, wishes: Wishes) -> str:
    """Return the words for what was heard, but for what others wish."""
    metre = f"{heard.grid.bar.numerator}/{heard.grid.bar.denominator}"
    key, found = str(heard.key), []
    if wishes.tonic is None:
        found.append(key if wishes.mode is None else f"in {key.removesuffix(heard.key.mode)}")
    if wishes.tempo is None:
        found.append(f"{heard.grid.tempo:.1f} bpm")
    return ", ".join([*found, *([metre] if wishes.metre is None else [])])


def _filled_by_ear(
    request: Request,
    source: Audio,
    renderer: Renderer,
    first: int,
    last: int,
    known: Score | None,
) -> Piece:
    """Compose a span by the beat and the key of the sound around it."""
    heard = _heard_around(source, first, last)
    start, seconds = first / RATE_HZ, (last - first) / RATE_HZ
    loudness = hardness_of(source)
    prompt = str(request.parameters["prompt"])
    score = begin(heard.grid, heard.key, start, seconds, prompt, request.seed, loudness)
    end = last / RATE_HZ
    inside = tuple(
        msgspec.structs.replace(
            note,
            start_seconds=max(note.start_seconds, 0.0),
            end_seconds=min(note.end_seconds, end - 0.02),
        )
        for note in score.notes
        if note.start_seconds < end - 0.05
    )
    score = msgspec.structs.replace(score, notes=inside, duration_seconds=len(source) / RATE_HZ)
    if known is not None:
        both = sorted((*inside, *known.notes), key=lambda note: note.start_seconds)
        score = msgspec.structs.replace(known, notes=tuple(both))
    piece = joining(score, source, first, last, len(source), UNKNOWN_JOIN_FRAMES)
    reach = AROUND_SECONDS * RATE_HZ
    around = max(0, first - reach), min(len(source), last + reach)
    return replace(
        piece,
        gain=by_source(piece, renderer, request, False, around),
        fade_frames=_fade_frames(source),
    )


def _heard_around(source: Audio, first: int, last: int) -> Heard:
    """Listen to what comes before a span, or after it where that is longer."""
    if first >= len(source) - last:
        return listen(source[:first], RATE_HZ)
    heard = listen(source[last:], RATE_HZ)
    grid = heard.grid
    moved = Grid(grid.tempo, grid.bar, grid.bar_seconds + last / RATE_HZ)
    return Heard(moved.at(first / RATE_HZ), heard.key)


def _span(request: Request, frames: int) -> tuple[int, int]:
    """Return where a span begins and ends. Raises: OutOfRange."""
    seconds = [float(request.parameters[name]) for name in ("start_seconds", "end_seconds")]
    first, last = (round(value * RATE_HZ) for value in seconds)
    if last <= frames + LEAST_SPAN_FRAMES:
        last = min(last, frames)
    if not first + LEAST_SPAN_FRAMES <= last <= frames:
        raise OutOfRange(
            f"a span from {seconds[0]:g} to {seconds[1]:g} s came; the source lasts "
            f"{frames / RATE_HZ:g} s: start_seconds comes first, at least "
            f"{LEAST_SPAN_FRAMES / RATE_HZ:g} s before end_seconds, and both lie within it"
        )
    return first, last


def _unwritten_frames(score: Score, source: Audio) -> int:
    """Return how many frames sound before a score's first note: what was there without notes."""
    first = round(min(note.start_seconds for note in score.notes) * RATE_HZ)
    is_heard = level_of(source[: max(first - RATE_HZ // 20, 0)]) > HEARD
    return min(first, len(source)) if first > PREFIX_SECONDS * RATE_HZ and is_heard else 0


def _is_unwritten(score: Score, source: Audio, first: int, last: int) -> bool:
    """Say whether a span lies in sound that has no notes."""
    return last <= _unwritten_frames(score, source)


def _fade_frames(source: Audio) -> int:
    """Return how long to fade at the end: short where the source breaks off."""
    ending = source[-CUT_FADE_FRAMES:]
    return CUT_FADE_FRAMES if level_of(ending) > HEARD and np.any(ending) else END_FADE_FRAMES
