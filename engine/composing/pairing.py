"""Who becomes whom between two scores: every voice of the one with one of the other, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from engine.composing.casting import DRUM_CHANNEL, Role
from engine.composing.meeting import Side, spread
from engine.composing.sheet import Voice

MOST_PLAYERS = 15  # beside drums: what MIDI has channels for
# How unlike voices of two kinds are, beside an octave between them.
_UNLIKE, _APART = 1.0, 12.0
_FREE = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)


@dataclass(frozen=True)
class Pair:
    """A voice of each side that are one between them; one of them may be missing.

    From the mix `turn` on it is played by the second's player, or no longer, or at last.
    """

    first: Voice | None
    second: Voice | None
    turn: float

    @property
    def voices(self) -> tuple[Voice | None, Voice | None]:
        """Both voices, by side."""
        return self.first, self.second

    def side(self, mix: float) -> int:
        """Return whose player plays."""
        return int(mix >= self.turn)

    def voice(self, mix: float) -> Voice | None:
        """Return the voice whose player plays; None while nobody does."""
        return self.voices[self.side(mix)]

    @property
    def any(self) -> Voice:
        """Either of the voices."""
        found = self.first or self.second
        assert found is not None
        return found


def pairs_of(sides: tuple[Side, Side], random: Generator) -> list[Pair]:
    """Pair the voices of two sides: drums, melodies, basses, then the likest of the others."""
    voices = [list(side.sheet.voices) for side in sides]
    found: list[tuple[Voice | None, Voice | None]] = []
    for is_meant in (_drums, _leads, _bass, _others):
        mine, theirs = ([v for v in each if is_meant(v)] for each in voices)
        matched = _matched(mine, theirs)
        found += matched
        for place in (0, 1):
            taken = {id(pair[place]) for pair in matched}
            voices[place] = [voice for voice in voices[place] if id(voice) not in taken]
    found += [(voice, None) for voice in voices[0]] + [(None, voice) for voice in voices[1]]
    turns = spread(len(found), random)
    return [Pair(*pair, _turn(*pair, turn)) for pair, turn in zip(found, turns, strict=True)]


def _turn(first: Voice | None, second: Voice | None, turn: float) -> float:
    """Return when a pair changes; drums without counterpart come or go stroke by stroke."""
    if second is None and first is not None and first.player.is_drum:
        return 1.0
    return 0.0 if first is None and second is not None and second.player.is_drum else turn


def _drums(voice: Voice) -> bool:
    return voice.player.is_drum


def _leads(voice: Voice) -> bool:
    return voice.leads


def _bass(voice: Voice) -> bool:
    return voice.player.roles[-1:] == ("bass",) and not voice.leads


def _others(voice: Voice) -> bool:
    return not voice.player.is_drum and not voice.leads


def _matched(mine: Sequence[Voice], theirs: Sequence[Voice]) -> list[tuple[Voice, Voice]]:
    """Match the likest voices first, till one side has none left."""
    likeness = sorted(
        ((_unlike(a, b), i, j) for i, a in enumerate(mine) for j, b in enumerate(theirs))
    )
    found: dict[int, int] = {}
    for _, i, j in likeness:
        if i not in found and j not in found.values():
            found[i] = j
    return [(mine[i], theirs[j]) for i, j in sorted(found.items())]


def _unlike(one: Voice, other: Voice) -> float:
    apart = abs(height_of(one) - height_of(other)) / _APART
    return apart + _UNLIKE * (_role(one) != _role(other))


def _role(voice: Voice) -> Role:
    return voice.player.roles[-1]


def height_of(voice: Voice) -> float:
    """Return how high a voice lies."""
    return float(np.median([one.tone.pitch for one in voice.played]))


def channels_of(pairs: Sequence[Pair], mix: float) -> dict[int, int]:
    """Return on which MIDI channel each pair plays, by its place among them.

    Hands of one player share a channel. Who finds none, the least busy, is left out.
    """
    players: dict[tuple[int, int, int], list[int]] = {}
    for place, pair in enumerate(pairs):
        if (voice := pair.voice(mix)) is not None:
            key = (pair.side(mix), voice.player.channel, voice.player.program)
            players.setdefault(key, []).append(place)
    busy = sorted(players, key=lambda key: -_notes(pairs, players[key], mix))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for key in busy:
        is_drum = pairs[players[key][0]].any.player.is_drum
        channel = DRUM_CHANNEL if is_drum else _free(key[1], taken)
        if channel is not None:
            taken.add(channel)
            found |= dict.fromkeys(players[key], channel)
    return found


def _notes(pairs: Sequence[Pair], places: Sequence[int], mix: float) -> int:
    voices: list[Voice | None] = [pairs[place].voice(mix) for place in places]
    return sum(len(voice.played) for voice in voices if voice is not None)


def _free(wanted: int, taken: set[int]) -> int | None:
    """Return a channel that nobody has: the one wanted, where that can be."""
    if wanted in _FREE and wanted not in taken:
        return wanted
    return next((channel for channel in _FREE if channel not in taken), None)
