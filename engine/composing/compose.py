"""From words and a seed to a score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from engine.composing.accompaniment import comp, effect, hold, inner_voices, pulse
from engine.composing.bass import walk_bass
from engine.composing.brief import Brief, decide
from engine.composing.casting import Player, Role
from engine.composing.drums import beat
from engine.composing.form import Phrase, phrases
from engine.composing.harmony import Harmony, harmonise
from engine.composing.melody import Themes, sing
from engine.composing.performing import Line, perform, score_of
from engine.composing.tone import Tone
from engine.composing.words import read
from engine.wire import Score

MAX_TITLE = 120


def compose(prompt: str, seed: int, seconds: float = 0.0) -> Score:
    """Compose what a prompt asks for; the same seed gives the same score.

    With `seconds` it has as many bars as fit into them. Raises: OutOfRange for words that the
    composer does not know.
    """
    brief = decide(read(prompt), seed, seconds)
    random = np.random.default_rng([seed, 12])
    notes = perform(brief, write(brief, random), random)
    return score_of(brief, notes, prompt.strip()[:MAX_TITLE] or str(brief.key))


def write(brief: Brief, random: Generator) -> list[Line]:
    """Write all parts of a piece."""
    form = phrases(brief.bars)
    harmony = harmonise(brief, form, random)
    writer = Writer(brief, harmony, random)
    for phrase in form:
        writer.write(phrase)
    return writer.lines()


class Writer:
    """Writes phrase after phrase and keeps what each player has in each role."""

    def __init__(
        self, brief: Brief, harmony: Harmony, random: Generator, themes: Themes | None = None
    ) -> None:
        self._brief = brief
        self._harmony = harmony
        self._random = random
        self._themes = themes or Themes()
        self._parts: dict[tuple[int, Role], list[Tone]] = {}
        style = brief.style
        self._comping = style.comping[int(random.integers(len(style.comping)))]
        self._bass = style.bass[int(random.integers(len(style.bass)))]

    def lines(self) -> list[Line]:
        """Return everything written so far."""
        players = {player.channel: player for player in self._brief.players}
        return [Line(players[channel], role, tones)
                for (channel, role), tones in self._parts.items()]  # fmt: skip

    def write(self, phrase: Phrase) -> None:
        """Write a phrase for everybody who plays in it."""
        resting = resting_in(self._brief, phrase)
        lead = self._sing(phrase)
        for player in self._brief.players:
            if player.channel in resting:
                continue
            for role in player.roles:
                if role not in ("lead", "voice"):
                    self._add(player, role, self._play(player, role, phrase))
        voices = [
            player
            for player in self._brief.having("voice")
            if player.channel not in resting and player is not lead
        ]
        found = inner_voices(self._brief, phrase, self._harmony, voices, self._random)
        for player in voices:
            self._add(player, "voice", found[player.channel])

    def _sing(self, phrase: Phrase) -> Player | None:
        """Give the melody to whoever has it now, and what they had to nobody."""
        leads = self._brief.having("lead")
        if not leads:
            return None
        singer = singer_of(self._brief, phrase)
        span = leads[0].reach("lead")
        tones = sing(self._brief, phrase, self._harmony, self._themes, span, self._random)
        self._add(singer, "lead", _moved(tones, singer))
        if singer is not leads[0] and "comping" not in leads[0].roles:
            # Who led so far goes along below.
            found = inner_voices(self._brief, phrase, self._harmony, [leads[0]], self._random)
            self._add(leads[0], "voice", found[leads[0].channel])
        return singer

    def _play(self, player: Player, role: Role, phrase: Phrase) -> list[Tone]:
        brief, harmony = self._brief, self._harmony
        if role == "comping":
            above = self._above(player)
            pattern = self._comping
            if pattern == "oompah" and (player.plays("bass") or brief.having("bass")):
                pattern = "upbeats"
            return comp(brief, phrase, harmony, player, pattern, above)
        if role == "pad":
            return hold(brief, phrase, harmony, player, self._above(player))
        if role == "bass":
            before = self._parts.get((player.channel, "bass"))
            last = before[-1].pitch if before else None
            span = player.reach("bass")
            return walk_bass(brief, phrase, harmony, span, self._bass, self._random, last)
        if role == "pulse":
            return pulse(brief, phrase, harmony, player)
        if role == "drums":
            return beat(brief, phrase, self._random)
        return effect(brief, phrase, player)

    def _above(self, player: Player) -> int:
        """Return the pitch that a player's chords stay above: that of a bass of their own."""
        if player.plays("bass"):
            return player.reach("bass").high - 4
        return 0

    def _add(self, player: Player, role: Role, tones: Sequence[Tone]) -> None:
        self._parts.setdefault((player.channel, role), []).extend(tones)


def singer_of(brief: Brief, phrase: Phrase) -> Player:
    """Return who has the melody: in every third part somebody else, where somebody can."""
    lead = brief.having("lead")[0]
    others = [player for player in brief.having("voice") if player.span.high >= 70]
    is_turn = phrase.letter in "BD" and phrase.cadence != "final"
    return others[phrase.number % len(others)] if others and is_turn else lead


def resting_in(brief: Brief, phrase: Phrase) -> frozenset[int]:
    """Return the channels that rest in a phrase: a long piece begins with few and fills up."""
    if phrase.count < 4 or len(brief.players) < 4 or phrase.number:
        return frozenset()
    last = [p for p in brief.players if p.plays("pad") or p.plays("drums") or p.plays("voice")]
    return frozenset(player.channel for player in last[-1:])


def _moved(tones: Sequence[Tone], singer: Player) -> list[Tone]:
    """Move a melody by octaves to where a player's lies best."""
    span = singer.reach("lead")
    aim = (span.low + span.high) / 2
    mean = float(np.mean([tone.pitch for tone in tones]))
    shift = 12 * round((aim - mean) / 12)
    low, high = singer.span
    moved = []
    for tone in tones:
        pitch = tone.pitch + shift
        pitch += 12 * max(0, -(-(low - pitch) // 12)) - 12 * max(0, -(-(pitch - high) // 12))
        moved.append(tone._replace(pitch=pitch))
    return moved
