"""What a piece is to be, decided: what the prompt left open, the seed chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from engine.composing.casting import Player, cast
from engine.composing.instruments import BASSES
from engine.composing.styles import ALIASES, PLAIN, STYLES, USUAL, Style
from engine.composing.theory import Bar, Key
from engine.composing.words import FASTEST, SLOWEST, Wishes
from engine.wire import OutOfRange

T = TypeVar("T")
MICROSECONDS = 6e7
LEAST_RING_SECONDS, RING_SHARE = 0.6, 0.12
JUST_SECONDS = 0.05


@dataclass(frozen=True)
class Brief:
    """A piece's frame: what its parts share.

    `tempo` is in quarters a minute; `density` is 0, 1 or 2; `loudness` is 0 to 1; notes last
    `detached` of their written length.
    """

    key: Key
    bar: Bar
    tempo: float
    bars: int
    style: Style
    players: tuple[Player, ...]
    density: int
    loudness: float
    detached: float = 1.0

    @property
    def quarter_seconds(self) -> float:
        """How long a quarter note lasts."""
        return 60.0 / self.tempo

    @property
    def bar_seconds(self) -> float:
        """How long a bar lasts."""
        return self.bar.quarters * self.quarter_seconds

    def having(self, role: str) -> list[Player]:
        """Return the players of a role."""
        return [player for player in self.players if role in player.roles]


def decide(wishes: Wishes, seed: int, seconds: float = 0.0) -> Brief:
    """Settle everything that a piece needs; with `seconds` its bars fit into them."""
    random = np.random.default_rng([seed, 11])
    style = _style(wishes, random)
    bar = Bar(*(wishes.metre or _one(random, style.metres)))
    mode = wishes.mode or _mode(wishes, style, random)
    tonic = int(random.integers(12))
    key = Key(tonic if wishes.tonic is None else wishes.tonic, mode)
    tempo = _tempo(wishes, style, bar, random)
    seconds = seconds or wishes.seconds or 0.0
    bars = wishes.bars or style.bars
    if seconds:
        is_exact = wishes.tempo is not None and wishes.tempo[0] == wishes.tempo[1]
        bars, tempo = fit(seconds, bar, tempo, not is_exact, wishes.bars)
    moods = wishes.moods
    loudness = [mood.loudness for mood in moods if mood.loudness is not None]
    density = [mood.density for mood in moods if mood.density is not None]
    return Brief(
        key=key,
        bar=bar,
        tempo=tempo,
        bars=bars,
        style=style,
        players=players_of(wishes, style, random),
        density=_first(wishes.density, *density, style.density),
        loudness=_first(wishes.loudness, *loudness, style.loudness),
        detached=float(np.prod([mood.detached for mood in moods])),
    )


def fit(
    seconds: float, bar: Bar, tempo: float, may_change: bool, wanted: int | None = None
) -> tuple[int, float]:
    """Return how many bars at which tempo last `seconds`, with a little time to ring.

    So many as are `wanted`. Raises: OutOfRange where those cannot be played in the time.
    """
    room = max(seconds - max(LEAST_RING_SECONDS, min(RING_SHARE * seconds, 2.5)), 0.5 * seconds)
    if wanted is not None:
        return wanted, _tempo_of(wanted, seconds, room, bar, None if may_change else tempo)
    bars = max(1, round(room / (bar.quarters * 60.0 / tempo)))
    if not may_change:
        return max(1, int(room / (bar.quarters * 60.0 / tempo) + 0.05)), tempo
    exact = bars * bar.quarters * 60.0 / room
    return bars, whole_tempo(float(np.clip(exact, 0.85 * tempo, 1.18 * tempo)))


def _tempo_of(bars: int, seconds: float, room: float, bar: Bar, said: float | None) -> float:
    """Return the tempo at which bars last so long; one that was said stays, if they do not.

    Raises: OutOfRange.
    """
    tempo = said or bars * bar.quarters * 60.0 / room
    lasting = bars * bar.quarters * 60.0 / tempo
    if not SLOWEST <= tempo / bar.beat <= FASTEST or lasting > seconds + JUST_SECONDS:
        at = f" at {tempo / bar.beat:g} bpm" if said else ""
        raise OutOfRange(
            f"{bars} bars of {bar.numerator}/{bar.denominator}{at} and {seconds:g} seconds came, "
            "which do not go together: leave one of them out"
        )
    return whole_tempo(tempo)


def whole_tempo(quarters_per_minute: float) -> float:
    """Return the nearest tempo that a MIDI file can hold: whole microseconds a quarter."""
    return MICROSECONDS / round(MICROSECONDS / quarters_per_minute)


def players_of(wishes: Wishes, style: Style, random: Generator) -> tuple[Player, ...]:
    """Return the players asked for, or those of the style."""
    programs = [p for p in wishes.programs if p not in wishes.refused]
    asked = bool(programs)
    drums_alone = not asked and wishes.wants_drums is True and not wishes.styles
    if not asked and not drums_alone:
        programs = [p for p in _one(random, style.players) if p not in wishes.refused] or [0]
    if wishes.refused & BASSES:
        programs = [p for p in programs if p not in BASSES] or programs
    wants = wishes.wants_drums
    has_drums = wants if wants is not None else bool(style.drums) and not asked
    kit = wishes.kit if wishes.kit is not None else style.kit
    register = sum(mood.register for mood in wishes.moods)
    return cast(programs, kit if has_drums else None, register, bool(wishes.refused & BASSES))


def _style(wishes: Wishes, random: Generator) -> Style:
    """Put the styles named together: the first leads, the others add what it lacks."""
    if not wishes.styles:
        is_silent = not (wishes.programs or wishes.moods or wishes.metre or wishes.wants_drums)
        return STYLES[_one(random, USUAL)] if is_silent else PLAIN
    first, *others = (STYLES[ALIASES.get(name, name)] for name in wishes.styles)
    for other in others:
        first = replace(
            first,
            drums=first.drums or other.drums,
            swing=first.swing or other.swing,
            harmony=other.harmony if first.harmony == "functional" else first.harmony,
        )
    return first


def _mode(wishes: Wishes, style: Style, random: Generator) -> str:
    """Return a mode of the moods, one that the style has too where there is one."""
    wanted = [mode for mood in wishes.moods for mode in mood.modes]
    if style.harmony == "blues":
        return "blues"
    both = [mode for mode in style.modes if mode in wanted]
    return str(_one(random, both or wanted or style.modes))


def _tempo(wishes: Wishes, style: Style, bar: Bar, random: Generator) -> float:
    """Return the tempo in quarters a minute; what is said counts beats."""
    low, high = wishes.tempo or style.tempo
    beats = low if low == high else float(random.uniform(low, high))
    if wishes.tempo is None:
        beats *= float(np.prod([mood.tempo for mood in wishes.moods]))
    if low < high:
        # Ranges are of quarters; as many halves a minute would race.
        beats = round(beats * (0.65 if bar.denominator == 2 else 1.0))
    beats = min(max(beats, SLOWEST), FASTEST)
    return whole_tempo(beats * bar.beat)


def _one(random: Generator, choices: Sequence[T]) -> T:
    return choices[int(random.integers(len(choices)))]


def _first(*values: T | None) -> T:
    return next(value for value in values if value is not None)
