"""From a score to what Spectrogram Diffusion reads: one short row of tokens a window.

Numpy only. A window's row says which notes still sound ("program pitch" each, then "tie"), then
what happens: "shift" to a moment, "program", "velocity" (on or off), "pitch" or "drum"; and ends
with END. Source: Hawthorne et al. 2022, arXiv 2206.05408; magenta/music-spectrogram-diffusion.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.performance import NoteTable, Performance
from engine.wire import Score

Tokens: TypeAlias = NDArray[np.int64]

STEPS_PER_SECOND = 100
WINDOW_STEPS = 512

PAD, END = 0, 1
SHIFT = 3  # + steps since the window began, 0-1000
PITCH = SHIFT + 1001
VELOCITY = PITCH + 128  # + 0 for off, 1 for on
TIE = VELOCITY + 2
PROGRAM = TIE + 1
DRUM = PROGRAM + 128
VOCABULARY = DRUM + 128

# The programs of Slakh2100's instrument classes; any other plays as the nearest below it.
SLAKH_PROGRAMS = np.array(
    (
        *(0, 4, 8, 16, 24, 26, 29, 32, 33, 40, 41, 42, 43, 46, 47, 48, 50),
        *(52, 55, 56, 57, 58, 60, 61, 64, 66, 67, 68, 69, 70, 71, 73, 80, 88),
    )
)


class Key(NamedTuple):
    """What a note is played on: a pitch of a program's, or of the drums (program -1)."""

    program: int
    pitch: int


class Event(NamedTuple):
    """A note's beginning or end, `step` hundredths of a second after the score's beginning.

    `rank` orders all notes by how much they matter: loud before quiet, then long before short.
    """

    step: int
    note: int
    rank: int
    key: Key
    is_on: bool


def events_of(score: Score) -> list[Event]:
    """List the beginnings and ends of a score's notes in the order that they are told in.

    Pedals are applied, but a key that is struck again ends. Drums have no end. At one moment ends
    come first, then lower programs, then lower pitches, drums last.
    """
    notes = Performance(score).notes.cut()
    program = np.where(notes.is_drum, -1, slakh_program(np.clip(notes.program, 0, 127)))
    order = np.lexsort(
        (notes.pitch, np.where(notes.is_drum, notes.program, program), notes.is_drum)
    )
    ending = order[~notes.is_drum[order]]
    who = np.concatenate((ending, order))
    seconds = np.concatenate((notes.end_seconds[ending], notes.start_seconds[order]))
    told = np.argsort(seconds, kind="stable")
    steps = np.rint(seconds * STEPS_PER_SECOND).astype(np.int64)
    keys = [Key(*pair) for pair in zip(program.tolist(), notes.pitch.tolist(), strict=True)]
    ranks = _ranks(notes).tolist()
    return [
        Event(int(steps[i]), int(who[i]), ranks[who[i]], keys[who[i]], bool(i >= len(ending)))
        for i in told
    ]


def slakh_program(program: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the Slakh class of each General MIDI program."""
    return SLAKH_PROGRAMS[np.searchsorted(SLAKH_PROGRAMS, program, side="right") - 1]


def rows_of(events: Sequence[Event], windows: int, budget: int) -> list[Tokens]:
    """Return a row of at most `budget` tokens for each of the windows, as `Teller` tells them."""
    edges = np.arange(windows) * WINDOW_STEPS
    starts = [*np.searchsorted([event.step for event in events], edges).tolist(), len(events)]
    teller = Teller(budget)
    return [
        teller.row(events[first:last], window * WINDOW_STEPS)
        for window, (first, last) in enumerate(pairwise(starts))
    ]


class Teller:
    """Tells one window after another, knowing which notes are held.

    Where more happens than fits into `budget` tokens, END included, whole notes are left out: the
    quietest first, of equally loud ones the shortest. A note that is left out once stays out.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._held: dict[Key, Event] = {}
        self._out: set[int] = set()

    def row(self, events: Sequence[Event], start_step: int = 0) -> Tokens:
        """Return the row of the next window, which begins at `start_step`: `[tokens] int64`."""
        told = [event for event in events if event.note not in self._out]
        out = _too_many(self._held, told, start_step, self._budget)
        held = {key: event for key, event in self._held.items() if event.note not in out}
        told = [event for event in told if event.note not in out]
        over = {event.note for event in events if not event.is_on or event.key.program < 0}
        self._out = (self._out | out) - over
        self._held = _held_after(held, told)
        return np.array(_row(held, told, start_step), np.int64)


def _held_after(held: dict[Key, Event], events: Iterable[Event]) -> dict[Key, Event]:
    """Return the notes that are held when a window is over; drums never are."""
    after = dict(held)
    for event in events:
        if event.is_on and event.key.program >= 0:
            after[event.key] = event
        else:
            after.pop(event.key, None)
    return after


def _ranks(notes: NoteTable) -> NDArray[np.int64]:
    """Return each note's place among all, 0 for the one to keep longest."""
    length = notes.end_seconds - notes.start_seconds
    ranks = np.empty(len(notes), np.int64)
    ranks[np.lexsort((notes.start_seconds, -length, -notes.velocity))] = np.arange(len(notes))
    return ranks


def _too_many(
    held: dict[Key, Event], events: Sequence[Event], start_step: int, budget: int
) -> set[int]:
    """Return the notes to leave out so that a window fits: no more than must be."""
    if len(_row(held, events, start_step)) <= budget:
        return set()
    notes = {event.note: event.rank for event in (*held.values(), *events)}
    by_rank = sorted(notes, key=lambda note: notes[note])
    fitting, beyond = 0, len(by_rank)
    while beyond - fitting > 1:  # Keeping more notes never takes fewer tokens.
        middle = (fitting + beyond) // 2
        kept = set(by_rank[:middle])
        some = {key: event for key, event in held.items() if event.note in kept}
        row = _row(some, [event for event in events if event.note in kept], start_step)
        fitting, beyond = (middle, beyond) if len(row) <= budget else (fitting, middle)
    return set(by_rank[fitting:])


def _row(held: dict[Key, Event], events: Iterable[Event], start_step: int) -> list[int]:
    """Tell one window; what was said last of program and velocity is not said again."""
    row: list[int] = []
    program, velocity, shift = -1, -1, 0
    for key in sorted(held):
        if key.program != program:
            program = key.program
            row.append(PROGRAM + program)
        row.append(PITCH + key.pitch)
    row.append(TIE)
    for event in events:
        if event.step - start_step > shift:
            shift = event.step - start_step
            row.append(SHIFT + shift)
        is_drum = event.key.program < 0
        if not is_drum and event.key.program != program:
            program = event.key.program
            row.append(PROGRAM + program)
        if event.is_on != velocity:
            velocity = int(event.is_on)
            row.append(VELOCITY + velocity)
        row.append((DRUM if is_drum else PITCH) + event.key.pitch)
    row.append(END)
    return row
