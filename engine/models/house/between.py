"""What the built-in model makes of two sources: music, or a sound, that lies between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engine.composing.beats import Beats
from engine.composing.between import between
from engine.models.base import Audio
from engine.models.house import notes
from engine.models.house.levels import by_source
from engine.models.house.morphing import Morph
from engine.models.house.notes import HOPS_PER_SECOND, RATE_HZ
from engine.models.house.piece import Piece, joining, staged
from engine.models.house.remaking import KNOWN_JOIN_FRAMES, known_score
from engine.wire import Request, Score, TooLarge, Unsupported

if TYPE_CHECKING:
    from engine.models.house.renderer import Renderer

LONGEST_RING_SECONDS = 4.0
LONGEST_SECONDS = 2 * 3600.0
LEAST_SECONDS = 0.25
QUIETEST = 1e-3


def interpolated(request: Request, sources: Sequence[Audio], renderer: Renderer) -> Piece | Morph:
    """Return what lies between two sources, by their scores where both have one, else by sound.

    Each end is a source itself. Raises: OutOfRange for unknown words, TooLarge, Unsupported
    where notes are missing that are needed.
    """
    mix, prompt = float(request.parameters["mix"]), str(request.parameters["prompt"])
    scores = [known_score(request, source, number) for number, source in enumerate(sources)]
    end = int(mix)
    if mix in (0.0, 1.0) and not prompt.strip() and len(sources[end]):
        return _itself(sources[end], scores[end] or Score())
    first, second = scores
    if first is None or second is None:
        _check_sounds(sources, prompt)
        return Morph.of(sources, mix)
    made = between(first, second, mix, prompt, request.seed)
    tails = [_tail_seconds(s, a, renderer) for s, a in zip(scores, sources, strict=True) if s]
    seconds = made.duration_seconds + (1.0 - mix) * tails[0] + mix * tails[1]
    if not max(seconds, made.duration_seconds) <= LONGEST_SECONDS:
        raise TooLarge(f"what lies between lasts {seconds:.0f} s; at most {LONGEST_SECONDS:.0f} s")
    frames = round(max(seconds, LEAST_SECONDS) * RATE_HZ)
    heard = tuple(note for note in made.notes if note.start_seconds < frames / RATE_HZ)
    made = msgspec.structs.replace(made, notes=heard)
    gains = [_gain(s, a, renderer, request) for s, a in zip(scores, sources, strict=True) if s]
    gain = gains[0] ** (1.0 - mix) * gains[1] ** mix
    return Piece(staged(made, frames), made, frames, gain, last=frames)


def _itself(source: Audio, score: Score) -> Piece:
    """Return a source as it came."""
    frames = len(source)
    return Piece(staged(score, 0), score, frames, source=source, first=frames, last=frames)


def _check_sounds(sources: Sequence[Audio], prompt: str) -> None:
    """Refuse what cannot be where a source has no notes. Raises: Unsupported."""
    if not all(map(len, sources)):
        raise Unsupported(
            "a score and a sound without one came; house hears no notes in a sound, and a score "
            "makes none before it is rendered: render the score and name that take, or name a "
            "take that keeps its score"
        )
    if prompt.strip():
        raise Unsupported(
            f"the words {prompt[:40]!r} came for what lies between sounds; nobody knows who "
            "plays in a sound without a score: leave them out, or name takes that keep theirs"
        )


def _tail_seconds(score: Score, source: Audio, renderer: Renderer) -> float:
    """Return for how long a source sounds on after its last bar; less than 0 where it is cut."""
    beats = Beats(score)
    end = beats.seconds(beats.stretches()[-1].last)
    if len(source):
        return float(np.clip(len(source) / RATE_HZ - end, -end, LONGEST_RING_SECONDS))
    table = notes.table(score)
    rings = renderer.tails()[table.instrument, table.pitch] / HOPS_PER_SECOND
    last = float((table.release_seconds + np.minimum(rings, LONGEST_RING_SECONDS)).max())
    return min(max(last - end, 0.0), LONGEST_RING_SECONDS)


def _gain(score: Score, source: Audio, renderer: Renderer, request: Request) -> float:
    """Return the gain at which a source's score is as loud as the source; 1 for a score alone."""
    if not len(source):
        return 1.0
    frames = len(source)
    original = joining(score, source, 0, frames, frames, KNOWN_JOIN_FRAMES)
    return max(by_source(original, renderer, request, True, (0, frames)), QUIETEST)
