"""What the windows of a job share where the model makes a score of its own: a piece, staged.

A piece may go on from a source, or have a span in the midst of one. The samples of the source
outside what is made are handed on as they came.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec
import numpy as np

from engine.jobs import Window
from engine.models.base import STEMS, Audio, Context
from engine.models.house import notes
from engine.models.house.notes import EARLY_HOPS, HOP, RATE_HZ
from engine.models.house.stage import Stage, stage_of
from engine.models.house.stems import stem_names
from engine.performance import Performance
from engine.wire import Bend, Control, Score

Event = TypeVar("Event", Control, Bend)

LEAD_HOPS = 24  # rendered before a join and thrown away
END_FADE_FRAMES = 12_000
SOURCE_STEM = "00-source"


@dataclass(frozen=True)
class Piece:
    """Frame f of the job is frame f + `shift_frames` of the stage.

    `score` is in the job's own time. The job is `frames` long; all but the frames `first` to
    `last` are those of its `source`, `[source frames, 2] float32`. `join_frames` is how long two
    sounds go over into each other where they meet, `fade_frames` how long a made ending takes.
    A patch is filled by what sounds around it, without notes. `after` is the source's own score,
    staged alike: what of it rings on after the last frame that is made.
    """

    stage: Stage
    score: Score
    frames: int
    gain: float = 1.0
    source: Audio | None = None
    first: int = 0
    last: int = 0
    shift_frames: int = 0
    join_frames: int = 0
    fade_frames: int = END_FADE_FRAMES
    is_patch: bool = False
    after: Stage | None = None

    @property
    def made_frames(self) -> int:
        """How many frames of the job are made."""
        return self.last - self.first

    @property
    def early_frames(self) -> int:
        """How many frames before the first that is made the hop begins in which it lies."""
        return self.first % HOP

    def keeps(self, window: Window) -> bool:
        """Say whether a window is its source's own."""
        is_before = window.first_frame < self.first
        return self.source is not None and (is_before or window.first_frame >= self.last)

    def kept(self, window: Window) -> tuple[Audio, Context]:
        """Return a window of the source as it came, and a context of nothing."""
        assert self.source is not None
        sound = self.source[window.first_frame : window.first_frame + window.frames]
        if not window.stems:
            return sound, {}
        stems = np.zeros((len(window.stems), *sound.shape), np.float32)
        stems[0] = sound
        return sound, {STEMS: stems}

    def with_stems(self) -> tuple[Piece, tuple[str, ...]]:
        """Return the piece in stems, and their names: the source's first, where any is kept."""
        staged = replace(self, stage=replace(self.stage, stems=tuple(self.stage.parts)))
        names = stem_names(self.stage.table) if self.made_frames else ()
        is_whole = self.made_frames == self.frames
        return staged, names if is_whole else (SOURCE_STEM, *names)


def staged(score: Score, frames: int) -> Stage:
    """Make a score ready to be heard for so many frames, and a window more."""
    return stage_of(Performance(score), notes.table(score), frames // HOP + 2 * EARLY_HOPS + 256)


def joining(
    score: Score, source: Audio, first: int, last: int, frames: int, join_frames: int
) -> Piece:
    """Return the piece that makes the frames `first` to `last` of a job, around them its source."""
    # Whole milliseconds, and chunks of the soundfont's player: notes begin at the same sample of
    # a sound as they did in the source, so that what rings on does so in phase.
    shift = LEAD_HOPS * HOP if first else 0
    stage = staged(later(score, shift / RATE_HZ), frames + shift)
    join = min(join_frames, len(source)) if first or last < frames else 0
    return Piece(stage, score, frames, 1.0, source, first, last, shift, join)


def later(score: Score, seconds: float) -> Score:
    """Return a score that begins so much later."""

    def moved(event: Event) -> Event:
        return msgspec.structs.replace(event, seconds=event.seconds + seconds)

    return msgspec.structs.replace(
        score,
        notes=tuple(
            msgspec.structs.replace(
                note,
                start_seconds=note.start_seconds + seconds,
                end_seconds=note.end_seconds + seconds,
            )
            for note in score.notes
        ),
        controls=tuple(map(moved, score.controls)),
        bends=tuple(map(moved, score.bends)),
        duration_seconds=score.duration_seconds + seconds,
    )
