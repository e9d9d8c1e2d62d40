"""What a score needs once some of its notes are others: players, pedals, keys struck twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np

from engine.composing.casting import Player
from engine.composing.instruments import BASSES, SPANS
from engine.composing.performing import LOUDEST, SOFTEST
from engine.composing.sheet import read_sheet
from engine.composing.words import Wishes
from engine.wire import Bend, Control, Note, OutOfRange, Score

Event = TypeVar("Event", Control, Bend)

PEDALS = (64, 66)
TOGETHER_SECONDS, APART_SECONDS, LEAST_SECONDS = 0.03, 0.005, 0.01


class Span(NamedTuple):
    """A channel from one moment to another."""

    channel: int
    first_seconds: float
    last_seconds: float


def untangled(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return notes in order; none lasts into the next of its key, of two at once the louder is."""
    keys: dict[tuple[int, int, int], list[Note]] = {}
    for note in sorted(notes, key=lambda one: (one.start_seconds, -one.velocity)):
        before = keys.setdefault((note.channel, note.program, note.pitch), [])
        if before and note.start_seconds - before[-1].start_seconds < TOGETHER_SECONDS:
            continue
        if before and before[-1].end_seconds > note.start_seconds - APART_SECONDS:
            least = before[-1].start_seconds + LEAST_SECONDS
            end = max(note.start_seconds - APART_SECONDS, least)
            before[-1] = msgspec.structs.replace(before[-1], end_seconds=end)
        before.append(note)
    found = [note for key in keys.values() for note in key]
    return tuple(sorted(found, key=lambda one: (one.start_seconds, one.channel, one.pitch)))


def hushed(score: Score, pedals: Sequence[Span], bends: Sequence[Span]) -> Score:
    """Return a score without its pedals in some spans, and without its bends in others."""
    kept = tuple(
        control
        for control in score.controls
        if control.number not in PEDALS or not _within(control, pedals)
    )
    down = [c for c in score.controls if c.number in PEDALS]
    controls = [
        Control(at, span.channel, number, value)
        for span in pedals
        for number in PEDALS
        for at, value in _edges(span, [(c.seconds, c.value) for c in down
                                       if (c.channel, c.number) == (span.channel, number)])
    ]  # fmt: skip
    straight = tuple(bend for bend in score.bends if not _within(bend, bends))
    moved = [
        Bend(at, span.channel, value)
        for span in bends
        for at, value in _edges(span, [(b.seconds, b.semitones) for b in score.bends
                                       if b.channel == span.channel])
    ]  # fmt: skip
    return msgspec.structs.replace(
        score,
        controls=tuple(sorted((*kept, *controls), key=lambda one: one.seconds)),
        bends=tuple(sorted((*straight, *moved), key=lambda one: one.seconds)),
    )


T = TypeVar("T", int, float)


def _edges(span: Span, moves: Sequence[tuple[float, T]]) -> list[tuple[float, T]]:
    """Let what is up come to rest where a span begins, and be as it would be after it."""

    def value_at(seconds: float) -> T | None:
        return next((value for at, value in reversed(moves) if at <= seconds), None)

    before, after = value_at(span.first_seconds), value_at(span.last_seconds)
    rest = [(span.first_seconds, type(before)(0))] if before else []
    return rest + ([(span.last_seconds, after)] if after else [])


def _within(event: Control | Bend, spans: Sequence[Span]) -> bool:
    return any(
        span.channel == event.channel and span.first_seconds <= event.seconds < span.last_seconds
        for span in spans
    )


def recast(score: Score, wishes: Wishes) -> Score:
    """Return a score played as words say: by other instruments, softer, without drums.

    Raises: OutOfRange where there is nobody for what is wanted.
    """
    if wishes == Wishes():
        return score
    players = [voice.player for voice in read_sheet(score).voices]
    drummed = any(player.is_drum for player in players)
    if wishes.wants_drums and not drummed:
        raise OutOfRange("drums came, and there are none to play on; name instruments that play")
    left_out = {p.channel for p in players if not p.is_drum and p.program in wishes.refused}
    if wishes.wants_drums is False:
        left_out |= {player.channel for player in players if player.is_drum}
    programs = _programs(wishes.programs, [p for p in players if p.channel not in left_out])
    kept = [note for note in score.notes if note.channel not in left_out]
    if not kept:
        raise OutOfRange("nobody is left to play: leave out fewer instruments")
    louder = 0.0
    if wishes.loudness is not None:
        wanted = SOFTEST + (LOUDEST - SOFTEST) * wishes.loudness
        louder = wanted - float(np.mean([note.velocity for note in kept]))
    shifts = {
        key: _shift([n.pitch for n in kept if (n.channel, n.program) == key], program)
        for key, program in programs.items()
    }
    notes = tuple(_recast(note, programs, shifts, louder) for note in kept)
    return msgspec.structs.replace(score, notes=notes)


def _programs(wanted: Sequence[int], players: Sequence[Player]) -> dict[tuple[int, int], int]:
    """Return who plays another instrument: a bass for the bass, the others from the melody on."""
    melodic = {(p.channel, p.program): p for p in players if not p.is_drum}
    basses = [key for key, p in melodic.items() if p.plays("bass") and not p.plays("lead")]
    others = sorted(set(melodic) - set(basses), key=lambda key: not melodic[key].plays("lead"))
    found: dict[tuple[int, int], int] = {}
    for program in wanted:
        free = basses if (program in BASSES and basses) or not others else others
        if not free:
            raise OutOfRange(
                f"{len(wanted)} instruments came for {len(melodic)} parts; name fewer of them"
            )
        found[free.pop(0)] = program
    return found


def _shift(pitches: Sequence[int], program: int) -> int:
    """Return by how many octaves, in semitones, pitches lie best for an instrument."""
    low, high = SPANS[program]
    out = {12 * k: sum(not low <= p + 12 * k <= high for p in pitches) for k in range(-4, 5)}
    return min(out, key=lambda shift: (out[shift], abs(shift)))


def _recast(
    note: Note,
    programs: dict[tuple[int, int], int],
    shifts: dict[tuple[int, int], int],
    louder: float,
) -> Note:
    velocity = min(max(round(note.velocity + louder), 8), 125)
    key = (note.channel, note.program)
    if note.is_drum or key not in programs:
        return msgspec.structs.replace(note, velocity=velocity) if louder else note
    low, high = SPANS[programs[key]]
    pitch = note.pitch + shifts[key]
    pitch += 12 * max(0, -(-(low - pitch) // 12)) - 12 * max(0, -(-(pitch - high) // 12))
    return msgspec.structs.replace(
        note, program=programs[key], pitch=min(max(pitch, 0), 127), velocity=velocity
    )
