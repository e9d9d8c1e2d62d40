"""A score as those who play it read it: voice by voice, in quarters, with the chords it makes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np

from engine.composing.analysis import (
    BASS_BELOW,
    EARLY_QUARTERS,
    Part,
    key_of_score,
    top_line,
    with_roles,
)
from engine.composing.beats import Beats, Stretch
from engine.composing.casting import DRUM_SPAN, Player, Role
from engine.composing.chords import chords_of
from engine.composing.harmony import Harmony
from engine.composing.instruments import CHORDAL, PADS, SPANS, Span
from engine.composing.theory import Key
from engine.composing.tone import Tone
from engine.wire import Note, Score

Name: TypeAlias = tuple[int, int, bool]
ALONE, LEAPING = 1.15, 4.0
SUSTAINED_QUARTERS = 1.8  # Chords that last so long on average are held, not struck.


class Played(NamedTuple):
    """A note of a score, and the same in quarters; the tone's weight is its velocity / 127."""

    note: Note
    tone: Tone


@dataclass(frozen=True)
class Voice:
    """What one player does with one hand: the melody (`leads`), or all the rest, in order."""

    player: Player
    leads: bool
    played: tuple[Played, ...]

    @property
    def name(self) -> Name:
        """What tells it from other voices: channel, program, whether it leads."""
        return self.player.channel, self.player.program, self.leads

    def within(self, first: float, last: float) -> list[Played]:
        """Return what begins between two quarters; a hair before one is on it."""
        begin, end = (
            bisect_left(self.played, edge - EARLY_QUARTERS, key=lambda one: one.tone.at)
            for edge in (first, last)
        )
        return list(self.played[begin:end])


@dataclass(frozen=True)
class Sheet:
    """A score in voices, with its key."""

    score: Score
    beats: Beats
    stretches: tuple[Stretch, ...]
    voices: tuple[Voice, ...]
    key: Key

    @property
    def players(self) -> tuple[Player, ...]:
        """Everybody, once."""
        return tuple({voice.player.channel: voice.player for voice in self.voices}.values())

    def harmony(self, stretch: Stretch) -> Harmony:
        """Return the chords of a stretch; quarters count from its beginning."""
        bars = [stretch.bar.quarters * k for k in range(stretch.count)]
        inside = [offset > 0 for _ in bars for offset in stretch.bar.starts]
        edges = [bar + offset for bar in bars for offset in stretch.bar.starts]
        edges.append(stretch.count * stretch.bar.quarters)
        tones = [
            one.tone._replace(at=one.tone.at - stretch.first)
            for voice in self.voices
            if not voice.player.is_drum
            for one in voice.played
        ]
        return chords_of(tones, edges, inside, self.key)

    def parts(self, stretch: Stretch) -> list[Part]:
        """Return what the voices play in each bar of a stretch."""
        size = stretch.bar.quarters
        edges = [stretch.first + size * k for k in range(stretch.count)]
        return [
            Part(voice.player, _cut(voice.within(stretch.first, stretch.last), edges))
            for voice in self.voices
        ]


def read_sheet(score: Score) -> Sheet:
    """Read a score that has notes."""
    beats = Beats(score)
    groups: dict[tuple[int, int, bool], list[Played]] = {}
    for note in score.notes:
        at = beats.quarter(note.start_seconds)
        length = max(beats.quarter(note.end_seconds) - at, 1e-3)
        played = Played(note, Tone(at, length, note.pitch, note.velocity / 127.0))
        groups.setdefault((note.channel, note.program, note.is_drum), []).append(played)
    stretches = beats.stretches()
    edges = [s.first + k * s.bar.quarters for s in stretches for k in range(s.count)]
    groups = {key: sorted(played, key=lambda one: one.tone.at) for key, played in groups.items()}
    parts = with_roles([_part(key, played, edges) for key, played in groups.items()])
    has_bass = any("bass" in part.player.roles for part in parts)
    voices: list[Voice] = []
    for part, mine in zip(parts, groups.values(), strict=True):
        player = _settled(part.player, [one.tone for one in mine], has_bass)
        voices += _hands(player, mine, edges)
    key = key_of_score(score, score.duration_seconds + 1.0)
    return Sheet(score, beats, stretches, tuple(voices), key)


def _part(key: tuple[int, int, bool], played: Sequence[Played], edges: Sequence[float]) -> Part:
    channel, program, is_drum = key
    pitches = [one.tone.pitch for one in played]
    span = DRUM_SPAN if is_drum else SPANS[min(max(program, 0), 127)]
    span = Span(min(span.low, *pitches), max(span.high, *pitches))
    player = Player(program, channel, ("drums",) if is_drum else (), span, is_drum)
    return Part(player, _bars(played, edges))


def _bars(played: Sequence[Played], edges: Sequence[float]) -> tuple[tuple[Tone, ...], ...]:
    bars: dict[int, list[Tone]] = {}
    for one in played:
        bar = bisect_right(edges, one.tone.at + EARLY_QUARTERS) - 1
        at = edges[max(bar, 0)] if edges else 0.0
        bars.setdefault(bar, []).append(one.tone._replace(at=one.tone.at - at))
    return tuple(tuple(bars[bar]) for bar in sorted(bars))


def _settled(player: Player, tones: Sequence[Tone], has_bass: bool) -> Player:
    """Return a player with the roles and the register in which they play here."""
    if player.is_drum:
        return player
    roles: tuple[Role, ...] = player.roles
    if roles == ("comping",) and player.program in PADS:
        held = float(np.mean([tone.length for tone in tones])) > SUSTAINED_QUARTERS
        roles = ("pad",) if held else roles
    if roles == ("comping",) and _is_line(tones):
        roles = ("voice",)
    low = min(tone.pitch for tone in tones)
    if roles == ("lead", "comping") and not has_bass and low < BASS_BELOW - 4:
        roles = ("lead", "comping", "bass")
    player = replace(player, roles=roles)
    if roles[0] == "lead" and len(roles) > 1:
        return player
    reach, height = player.reach(roles[0]), float(np.median([tone.pitch for tone in tones]))
    return replace(player, register=round(height - (reach.low + reach.high) / 2))


def _is_line(tones: Sequence[Tone]) -> bool:
    """Say whether tones nearly always begin alone and move by steps: a voice, no broken chords."""
    is_alone = len(tones) < ALONE * len({round(4 * tone.at) for tone in tones})
    leaps = [abs(b.pitch - a.pitch) for a, b in pairwise(tones)]
    return is_alone and float(np.mean(leaps or [0])) < LEAPING


def _hands(player: Player, played: Sequence[Played], edges: Sequence[float]) -> list[Voice]:
    """Part what a player has into the melody and the rest, where they have both."""
    if player.roles[0] != "lead":
        return [Voice(player, False, tuple(played))]
    if len(player.roles) == 1 or player.program not in CHORDAL:
        return [Voice(player, True, tuple(played))]
    bars: dict[int, list[Played]] = {}
    for one in played:
        bar = bisect_right(edges, one.tone.at + EARLY_QUARTERS)
        bars.setdefault(bar, []).append(one)
    highest = {tone for bar in bars.values() for tone in top_line([one.tone for one in bar])}
    melody = tuple(one for one in played if one.tone in highest)
    rest = tuple(one for one in played if one.tone not in highest)
    return [Voice(player, True, melody), *([Voice(player, False, rest)] if rest else [])]


def _cut(played: Sequence[Played], edges: Sequence[float]) -> tuple[tuple[Tone, ...], ...]:
    """Cut what is played into bars, times counted from where each begins."""
    bars: list[list[Tone]] = [[] for _ in edges]
    starts = [edge - EARLY_QUARTERS for edge in edges]
    for one in played:
        place = bisect_right(starts, one.tone.at) - 1
        bars[place].append(one.tone._replace(at=one.tone.at - edges[place]))
    return tuple(map(tuple, bars))
