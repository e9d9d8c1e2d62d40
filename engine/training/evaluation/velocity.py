"""Whether a note struck harder is louder, for every instrument."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, KITS, RATE_HZ, Doubles, Floats
from engine.performance import ALL_SOUND_OFF
from engine.training.evaluation.distances import Levels, level_decibels
from engine.training.evaluation.families import Piece, played, programs_by
from engine.wire import Control, Note, Score

VELOCITIES = (15, 35, 55, 75, 95, 115)
KEY = 60
DRUM_KEYS = (36, 38, 42)
DRUM_CHANNEL = 9
STRIKE_SECONDS, HEARD_SECONDS, APART_SECONDS = 0.4, 0.5, 0.6
# Between instruments; the last strike of one is cut off before, for the next one's first is soft.
PAUSE_SECONDS = 1.4
FIRST_SECONDS = 0.1
# One program a channel, and a few at a time, so that progress is seen.
PROGRAMS_EACH = 8


def staircases(every: int = 1) -> list[Piece]:
    """Return scores in which each of some instruments plays one note at rising velocities.

    Of every instrument, or of every n-th of each family.
    """
    found = []
    for family, group in programs_by(PROGRAMS_EACH, every):
        voices = [(each, channel, played(each, KEY)) for channel, each in enumerate(group)]
        found.append(Piece(family, f"velocity-{group[0]:03}-{len(group)}", _score(voices)))
    for kit in range(0, INSTRUMENTS - FIRST_KIT, every):
        voices = [(KITS[kit], DRUM_CHANNEL, key) for key in DRUM_KEYS]
        found.append(Piece("drums", f"velocity-kit-{kit}", _score(voices)))
    return found


def _score(voices: list[tuple[int, int, int]]) -> Score:
    """Let each voice (program, channel, key) strike at each velocity; drums are on channel 9."""
    notes, cuts = [], []
    now = FIRST_SECONDS
    for program, channel, key in voices:
        for velocity in VELOCITIES:
            end, is_drum = now + STRIKE_SECONDS, channel == DRUM_CHANNEL
            notes.append(Note(now, end, key, velocity, program, channel, is_drum))
            now += APART_SECONDS
        cuts.append(Control(now, channel, ALL_SOUND_OFF, 0))
        now += PAUSE_SECONDS
    return Score(notes=tuple(notes), controls=tuple(cuts), duration_seconds=now)


def levels(score: Score, sound: Floats) -> Doubles:
    """Return how loud each strike is, `[voices, VELOCITIES] float64` in decibels."""
    found = []
    for note in score.notes:
        first = round(note.start_seconds * RATE_HZ)
        found.append(level_decibels(sound[first : first + round(HEARD_SECONDS * RATE_HZ)]))
    return np.array(found).reshape(-1, len(VELOCITIES))


def rises(strikes: Doubles) -> float:
    """Return the share of steps to the next velocity at which `[voices, VELOCITIES]` rises."""
    return float((np.diff(strikes, axis=1) > 0.0).mean())


def figures(pairs: Sequence[Levels]) -> dict[str, float]:
    """Return how our strikes rise, how the render's do, and the error of their levels in dB.

    Each pair is (ours, the render's), `[voices, VELOCITIES]` in decibels.
    """
    ours, theirs = (np.concatenate(each) for each in zip(*pairs, strict=True))
    return {
        "rises": round(rises(ours), 3),
        "rises_fluidsynth": round(rises(theirs), 3),
        "level_error_db": round(float(np.abs(ours - theirs).mean()), 3),
        "level_bias_db": round(float((ours - theirs).mean()), 3),
    }
