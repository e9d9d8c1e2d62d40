"""From tones to a score: swing, touch, phrasing and small unevenness, on the grid of a MIDI file.

Times are whole ticks of 1/960 quarter, so that the file that a take keeps holds the same music.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from numpy.random import Generator

from engine.composing.brief import Brief
from engine.composing.casting import LEVELS, PLACES, Player, Role
from engine.composing.instruments import SUSTAINING
from engine.composing.tone import Tone
from engine.wire import Control, Metre, Note, Score, Tempo

TICKS = 960
VOLUME, PAN = 7, 10
SHORTEST_TICKS = 60
LATE_SECONDS = 0.007  # how far a player is off the beat, one standard deviation
UNEVEN = 4.5  # and how far off in velocity
SOFTEST, LOUDEST = 26, 112
BREATH_TICKS = 30
_TOUCH: dict[Role, float] = {
    "lead": 0.96, "voice": 1.0, "comping": 0.94, "pad": 1.0, "bass": 0.92, "pulse": 0.8,
    "effect": 1.0, "drums": 1.0,
}  # fmt: skip


class Line(NamedTuple):
    """What a player plays in a role."""

    player: Player
    role: Role
    tones: Sequence[Tone]


class Clock(NamedTuple):
    """Where quarter 0 is and how long quarters are: one tempo."""

    origin_seconds: float
    quarter_seconds: float

    def seconds(self, ticks: int) -> float:
        """Return when a tick is."""
        return self.origin_seconds + ticks * self.quarter_seconds / TICKS


def perform(
    brief: Brief, lines: Sequence[Line], random: Generator, origin_seconds: float = 0.0
) -> tuple[Note, ...]:
    """Play lines: notes in order, none of which lasts into the next one of its key."""
    clock = Clock(origin_seconds, brief.quarter_seconds)
    keys: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    for line in lines:
        for tone in line.tones:
            start, end, velocity = _played(brief, line, tone, random)
            pitch = min(max(tone.pitch, line.player.span.low), line.player.span.high)
            keys.setdefault((line.player.channel, pitch), []).append((start, end, velocity))
    programs = {line.player.channel: line.player for line in lines}
    notes = []
    for (channel, pitch), played in keys.items():
        player = programs[channel]
        for start, end, velocity in _apart(played):
            span = clock.seconds(start), clock.seconds(end)
            notes.append(Note(*span, pitch, velocity, player.program, channel, player.is_drum))
    return tuple(sorted(notes, key=lambda note: (note.start_seconds, note.channel, note.pitch)))


def score_of(brief: Brief, notes: tuple[Note, ...], title: str) -> Score:
    """Return a whole score: metre, tempo, and each player's place and level."""
    end = brief.bars * brief.bar_seconds
    return Score(
        notes=notes,
        controls=settings(brief.players),
        tempos=(Tempo(0.0, brief.tempo),),
        metres=(Metre(0.0, brief.bar.numerator, brief.bar.denominator),),
        duration_seconds=max([end, *(note.end_seconds for note in notes)]),
        title=title,
    )


def settings(players: Sequence[Player], seconds: float = 0.0) -> tuple[Control, ...]:
    """Return how loud each player is and where: who leads in the middle, others by turns aside."""
    controls, aside = [], 0
    for player in sorted(players, key=lambda one: one.channel):
        place = 64
        if not {"lead", "bass", "drums"} & set(player.roles) and len(players) > 2:
            aside += 1
            place = 64 + PLACES[aside % len(PLACES)]
        level = max(LEVELS[role] for role in player.roles)
        controls.append(Control(seconds, player.channel, VOLUME, level))
        if place != 64:
            controls.append(Control(seconds, player.channel, PAN, place))
    return tuple(controls)


def _played(brief: Brief, line: Line, tone: Tone, random: Generator) -> tuple[int, int, int]:
    """Return when a tone begins and ends, in ticks, and how hard it is struck."""
    role, player = line.role, line.player
    late = random.normal(0.0, LATE_SECONDS * brief.style.strict) / brief.quarter_seconds
    swung = _swing(brief, tone.at)
    begin = max(round((swung + min(max(late, -0.06), 0.06)) * TICKS), 0)
    touch = _TOUCH[role] * (brief.detached if role != "drums" else 1.0)
    if player.program not in SUSTAINING and role in ("lead", "voice"):
        touch = min(touch, 0.98)
    end = round(_swing(brief, tone.at + tone.length * touch) * TICKS)
    return begin, max(end, begin + SHORTEST_TICKS), _velocity(brief, role, tone, random)


def _velocity(brief: Brief, role: Role, tone: Tone, random: Generator) -> int:
    """Return a velocity: the piece's loudness, the phrase's swell, the accent, a little chance."""
    base = SOFTEST + (LOUDEST - SOFTEST) * brief.loudness
    four_bars = 4.0 * brief.bar.quarters
    swell = 5.0 * math.sin(math.pi * (tone.at % four_bars) / four_bars)
    accent = (34.0 if role == "drums" else 18.0) * (tone.weight - 0.5)
    front = 4.0 if role in ("lead", "drums") else 0.0
    struck = base + swell + accent + front + random.normal(0.0, UNEVEN * brief.style.strict)
    return min(max(round(struck), 12), 124)


def _swing(brief: Brief, quarter: float) -> float:
    """Delay what lies between two beats; a triplet's last third is 0.33 of an eighth late."""
    if not brief.style.swing or brief.bar.is_compound:
        return quarter
    beat, since = divmod(quarter, 1.0)
    bend = 0.5 * (1.0 + brief.style.swing)
    return float(
        beat + (since * bend / 0.5 if since < 0.5 else bend + (since - 0.5) * (1 - bend) / 0.5)
    )


def _apart(played: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Let no note of a key last into the next; of two struck together the louder stays."""
    found: list[tuple[int, int, int]] = []
    for start, end, velocity in sorted(played):
        if found and start - found[-1][0] < SHORTEST_TICKS:
            first, last, loud = found[-1]
            found[-1] = (first, max(last, end), max(loud, velocity))
            continue
        if found and found[-1][1] > start - BREATH_TICKS:
            first, _, loud = found[-1]
            found[-1] = (first, max(start - BREATH_TICKS, first + SHORTEST_TICKS // 2), loud)
        found.append((start, end, velocity))
    return found
