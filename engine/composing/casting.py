"""Who plays what: from a list of instruments to players with roles, channels and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from engine.composing.instruments import (
    BASSES,
    CHORDAL,
    EFFECTS,
    LOW,
    PADS,
    PULSES,
    SPANS,
    Span,
)

Role: TypeAlias = Literal["lead", "voice", "comping", "pad", "bass", "pulse", "effect", "drums"]
DRUM_CHANNEL = 9
# Where a melody lies best, in an instrument's own span: a little above its middle.
LEAD_SHARE, LEAD_REACH = 0.56, 11
MELODY_CENTRE, COMPING_CENTRE, BASS_CENTRE = 72, 58, 40
DRUM_SPAN = Span(35, 81)
LEVELS: dict[Role, int] = {
    "lead": 108, "voice": 88, "comping": 82, "pad": 74, "bass": 100, "pulse": 84, "effect": 66,
    "drums": 96,
}  # fmt: skip
# Left and right of the centre (64), by turns.
PLACES = (0, -22, 22, -38, 38, -12, 12, -30, 30, -46, 46, -16, 16, -34, 34)


@dataclass(frozen=True)
class Player:
    """One instrument on a MIDI channel: its roles, its span, and where each role lies.

    `voice` is its number, from the lowest, among those that share out the chords' tones.
    """

    program: int
    channel: int
    roles: tuple[Role, ...]
    span: Span
    is_drum: bool = False
    voice: int = 0
    register: int = 0

    def plays(self, role: Role) -> bool:
        """Say whether it has a role."""
        return role in self.roles

    @property
    def is_chordal(self) -> bool:
        """Whether it can play several notes at once."""
        return self.program in CHORDAL

    def reach(self, role: Role) -> Span:
        """Return the lowest and highest pitch that it plays in a role."""
        low, high = self.span
        wide = high - low
        if role == "lead":
            aim = min(low + LEAD_SHARE * wide, max(MELODY_CENTRE, low + LEAD_REACH / 2))
            return self._around(aim + self.register, LEAD_REACH)
        if role == "bass":
            return self._around(min(max(BASS_CENTRE, low + 8), high - 8) + self.register / 2, 9)
        if role == "voice":
            return self._around(low + 0.5 * wide + self.register, 12)
        aim = min(max(COMPING_CENTRE, low + 10), high - 8)
        span = self._around(aim + self.register, 12)
        if self.plays("lead"):  # The melody stays above what the other hand plays.
            below = max(self.reach("lead").low + 3, span.low + 9)
            span = Span(span.low, min(span.high, below))
        return span

    def _around(self, aim: float, reach: int) -> Span:
        low, high = self.span
        middle = min(max(round(aim), low + min(reach, (high - low) // 2)), high)
        return Span(max(low, middle - reach), min(high, middle + reach))


def cast(
    programs: Sequence[int], kit: int | None, register: int = 0, bare: bool = False
) -> tuple[Player, ...]:
    """Give instruments their roles, and drums the last place; `bare` is without a made-up bass."""
    lead = _leading(programs)
    bass = _lowest(programs, lead)
    players = []
    for index, program in enumerate(programs):
        channel = index if index < DRUM_CHANNEL else index + 1
        roles = _roles(index, program, lead, bass, programs)
        players.append(Player(program, channel, roles, SPANS[program], register=register))
    players = _filled(players, lead, bass, bare)
    players = _numbered(players)
    if kit is not None:
        players.append(Player(kit, DRUM_CHANNEL, ("drums",), DRUM_SPAN, is_drum=True))
    return tuple(players)


def _leading(programs: Sequence[int]) -> int:
    """Return which of the instruments has the melody, -1 where none can."""
    able = [i for i, p in enumerate(programs) if p not in BASSES | PULSES | EFFECTS]
    single = [i for i in able if programs[i] not in PADS]
    return (single or able or [-1])[0]


def _lowest(programs: Sequence[int], lead: int) -> int:
    """Return which of the instruments has the bass, -1 where none does."""
    basses = [i for i, program in enumerate(programs) if program in BASSES]
    if basses:
        return basses[0]
    for low in LOW:
        for index, program in enumerate(programs):
            if program == low and index != lead:
                return index
    return -1


def _roles(
    index: int, program: int, lead: int, bass: int, programs: Sequence[int]
) -> tuple[Role, ...]:
    if index == lead:
        return ("lead",)
    if index == bass:
        return ("bass",)
    if program in PULSES:
        return ("pulse",)
    if program in EFFECTS:
        return ("effect",)
    if program in BASSES:
        return ("pulse",)
    if program in PADS:
        return ("pad",)
    has_comping = any(p in CHORDAL - PADS for i, p in enumerate(programs[:index]) if i != lead)
    return ("comping",) if program in CHORDAL and not has_comping else ("voice",)


def _filled(players: list[Player], lead: int, bass: int, bare: bool) -> list[Player]:
    """Let chordal instruments take over what nobody plays: the chords, the bass."""
    if not any(p.plays("comping") for p in players):
        for index, player in enumerate(players):
            if player.program in CHORDAL - PADS or (len(players) == 1 and player.is_chordal):
                players[index] = _with(player, "comping")
                break
    if bass < 0 and not bare:
        able = [i for i, p in enumerate(players) if p.is_chordal and p.span.low <= 41]
        able.sort(key=lambda i: (not players[i].plays("comping"), players[i].plays("lead")))
        if able:
            players[able[0]] = _with(players[able[0]], "bass")
    return players


def _with(player: Player, role: Role) -> Player:
    return replace(player, roles=(*player.roles, role))


def _numbered(players: list[Player]) -> list[Player]:
    """Number the voices from the lowest instrument up."""
    voices = sorted((i for i, p in enumerate(players) if p.plays("voice")),
                    key=lambda i: sum(players[i].span))  # fmt: skip
    for number, index in enumerate(voices):
        players[index] = replace(players[index], voice=number)
    return players
