"""What tracks say about channels: controllers, bends and tuning, drum parts, programs.

MIDI channels belong to the whole file, so the tracks' events are merged here by time. The
channels of a file's second MIDI port follow those of its first: 16 to 31, and so on.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.midi.smf_track import Track, unpack
from engine.wire import CHANNEL_PRESSURE

Integers: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]
Exclusive: TypeAlias = tuple[int, int, bytes]  # tick, first channel of its port, message

DRUM_CHANNEL = 9  # of each port's CHANNELS
CHANNELS = 16
BANK, DATA_COARSE, DATA_FINE, INCREMENT, DECREMENT, RESET = 0, 6, 38, 96, 97, 121
NRPN_FINE, NRPN_COARSE, RPN_FINE, RPN_COARSE = 98, 99, 100, 101
# Read into bends here, so that nobody after this reader needs to know them.
DATA = (DATA_COARSE, DATA_FINE, INCREMENT, DECREMENT)
TUNING_CONTROLS = (*DATA, NRPN_FINE, NRPN_COARSE, RPN_FINE, RPN_COARSE)
NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, PRESSURE, BEND = 0x8, 0x9, 0xB, 0xC, 0xD, 0xE
MOVES = (CONTROL, PRESSURE, BEND)
BEND_RANGE, FINE_TUNING, COARSE_TUNING = 0, 1, 2
NO_PARAMETER = (127, 127)
# What a GM, GS or XG reset sets: no sound, volume, balance, pan, then ranges and tunings, no RPN.
POWER_ON = (
    *((120, 0), (RESET, 0), (7, 100), (8, 64), (10, 64)),
    *((RPN_COARSE, 0), (RPN_FINE, 0), (DATA_COARSE, 2), (DATA_FINE, 0)),
    *((RPN_FINE, 1), (DATA_COARSE, 64), (DATA_FINE, 0), (RPN_FINE, 2), (DATA_COARSE, 64)),
    *((RPN_COARSE, 127), (RPN_FINE, 127)),
)
MAX_RESETS = 64
PIECE = 4_096  # how many events are made numbers of Python's at once
STEPS, CENTS = 128, 100  # What a parameter's fine half counts; that of the bend range is cents.

OTHERS = -1
DrumBanks: TypeAlias = dict[int, bool]
XG_BANKS: DrumBanks = {126: True, 127: True, OTHERS: False}
GM2_BANKS: DrumBanks = {120: True, 121: False}
GM_ON = (b"\x7e\x09\x01", b"\x7e\x09\x03")
MASTER_FINE, MASTER_COARSE = b"\x04\x03", b"\x04\x04"


@dataclass(frozen=True)
class Events:
    """Every channel message of a file in playing order, as columns `[events]`.

    There may be millions: all but the ticks are bytes, so take care where they are added up.
    """

    tick: Integers
    kind: Bytes
    channel: Bytes
    data1: Bytes
    data2: Bytes

    def only(self, kept: NDArray[np.bool_] | NDArray[np.signedinteger[Any]]) -> Events:
        """Return the events where `kept` is true, or those of its numbers."""
        kind, channel = self.kind[kept], self.channel[kept]
        return Events(self.tick[kept], kind, channel, self.data1[kept], self.data2[kept])

    def rows(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Iterate over (tick, kind, channel, data1, data2)."""
        columns = (self.tick, self.kind, self.channel, self.data1, self.data2)
        for first in range(0, len(self.tick), PIECE):
            piece = (column[first : first + PIECE].tolist() for column in columns)
            yield from zip(*piece, strict=True)


def of_track(track: Track) -> Events:
    """Take a track's channel messages apart."""
    packed = unpack(track.channel_events)
    kind = (packed >> 20 & 0xF).astype(np.uint8)
    channel = ((packed >> 16 & 0xF) + track.port * CHANNELS).astype(np.uint8)
    data1, data2 = (packed >> 8).astype(np.uint8), packed.astype(np.uint8)
    return Events(packed >> 24, kind, channel, data1, data2)


def merged(tracks: list[Track]) -> Events:
    """Merge the tracks by time; at one moment the earlier track goes first, as in players."""
    parts = [of_track(track) for track in tracks]
    together = joined(parts)
    resets = _resets(together, _exclusives(tracks))
    together = joined([resets, *parts]) if len(resets.tick) else together
    return together.only(np.argsort(together.tick, kind="stable"))


def joined(parts: list[Events]) -> Events:
    """Return the events of several parts, one part after the other."""
    columns = zip(*((p.tick, p.kind, p.channel, p.data1, p.data2) for p in parts), strict=True)
    return Events(*map(np.concatenate, columns))


def _resets(events: Events, exclusives: list[Exclusive]) -> Events:
    """Return what the system's resets do to channels that were moved before, as controllers."""
    rows: list[tuple[int, int, int, int, int]] = []
    moved = np.isin(events.kind, MOVES)
    found = [(tick, first) for tick, first, message in exclusives if _is_reset(message)]
    for tick, first in found[:MAX_RESETS]:
        before = np.unique(events.channel[moved & (events.tick < tick)]).tolist()
        mine = (channel for channel in before if first <= channel < first + CHANNELS)
        rows += [(tick, CONTROL, channel, *move) for channel in mine for move in POWER_ON]
    table = np.array(rows, np.int64).reshape(-1, 5)
    return Events(table[:, 0], *(table[:, place].astype(np.uint8) for place in range(1, 5)))


def is_drum_channel(channel: int) -> bool:
    """Say whether a channel is a drum part from the start."""
    return channel % CHANNELS == DRUM_CHANNEL


def controls(events: Events) -> Events:
    """Return the controllers that are passed on: all but those that only set a tuning.

    A channel's pressure is among them, numbered CHANNEL_PRESSURE.
    """
    is_pressure = events.kind == PRESSURE
    found = (events.kind == CONTROL) & ~np.isin(events.data1, TUNING_CONTROLS)
    number = np.where(is_pressure, np.uint8(CHANNEL_PRESSURE), events.data1)
    value = np.where(is_pressure, events.data1, events.data2)
    return replace(events, data1=number, data2=value).only(found | is_pressure)


def programs_at(events: Events, channel: Integers, tick: Integers, unset: int) -> Integers:
    """Return the program that events have set on a channel by a moment, `unset` before any."""
    found = np.full(len(tick), unset)
    for number in np.unique(channel):
        changes = events.only((events.kind == PROGRAM) & (events.channel == number))
        known = np.concatenate(([unset], changes.data1))
        mine = channel == number
        found[mine] = known[np.searchsorted(changes.tick, tick[mine], side="right")]
    return found


def drums_at(
    events: Events, tracks: list[Track], channel: Integers, tick: Integers
) -> NDArray[np.bool_]:
    """Say whether a channel is a drum part at a moment: channel 10, unless the file changes it.

    GS and XG change it by exclusive messages; in GM2 and XG files a bank select does.
    """
    is_drum: NDArray[np.bool_] = channel % CHANNELS == DRUM_CHANNEL
    changes = sorted(_drum_changes(events, _exclusives(tracks)), key=lambda change: change[0])
    for number in {change[1] for change in changes}:
        mine = channel == number
        ticks = [change[0] for change in changes if change[1] == number]
        states = [is_drum_channel(number), *(c[2] for c in changes if c[1] == number)]
        steps = np.searchsorted(np.array(ticks), tick[mine], side="right")
        is_drum[mine] = np.array(states)[steps]
    return is_drum


DrumChange: TypeAlias = tuple[int, int, bool]


def _exclusives(tracks: list[Track]) -> list[Exclusive]:
    found = [
        (tick, track.port * CHANNELS, message)
        for track in tracks
        for tick, message in track.exclusives
    ]
    return sorted(found, key=lambda exclusive: exclusive[0])


def _drum_changes(events: Events, exclusives: list[Exclusive]) -> Iterator[DrumChange]:
    banks: DrumBanks = {}
    for tick, first, message in exclusives:
        if _is_reset(message):
            port = range(first, first + CHANNELS)
            yield from ((tick, channel, is_drum_channel(channel)) for channel in port)
            banks = _drum_banks(message) or banks
        change = _drum_part(message)
        if change is not None:
            yield tick, first + change[0], change[1]
    if banks:
        yield from _drums_by_bank(events, banks)


def _is_reset(message: bytes) -> bool:
    gs_reset = message[:1] == b"\x41" and message[2:8] == b"\x42\x12\x40\x00\x7f\x00"
    return gs_reset or message[:1] + message[2:4] in GM_ON or _is_xg_on(message)


def _is_xg_on(message: bytes) -> bool:
    return message[:1] == b"\x43" and message[2:6] == b"\x4c\x00\x00\x7e"


def _drum_banks(message: bytes) -> DrumBanks:
    """Return which banks make a channel a drum part (or end that) after a system switch."""
    if _is_xg_on(message):
        return XG_BANKS
    return GM2_BANKS if message[2:4] == b"\x09\x03" else {}


def _drum_part(message: bytes) -> tuple[int, bool] | None:
    """Read a GS or XG message that makes a channel a drum part or a melodic one."""
    if message[:1] == b"\x41" and message[2:5] == b"\x42\x12\x40" and len(message) >= 8:
        block, what, value = message[5:8]
        if block >> 4 == 1 and what == 0x15:
            part = block & 0xF
            # GS counts part 10 as block 0, then parts 1 to 9, then 11 to 16.
            return (DRUM_CHANNEL if part == 0 else part - (part < 10)), value > 0
    if message[:1] == b"\x43" and message[2:4] == b"\x4c\x08" and len(message) >= 7:
        part, what, value = message[4:7]
        if part < 16 and what == 0x07:
            return part, value > 0
    return None


def _drums_by_bank(events: Events, drum_banks: DrumBanks) -> Iterator[DrumChange]:
    is_bank = (events.kind == CONTROL) & (events.data1 == BANK)
    banks: dict[int, int] = {}
    chosen = events.only(is_bank | (events.kind == PROGRAM))
    for tick, kind, channel, _, value in chosen.rows():
        if kind == CONTROL:
            banks[channel] = value
        elif channel in banks:
            change = drum_banks.get(banks[channel], drum_banks.get(OTHERS))
            if change is not None:
                yield tick, channel, change


@dataclass
class _Tuning:
    """A channel's bend wheel, and the parameters that say how far it moves the pitch."""

    is_drum: bool
    wheel: int = 0
    range_steps: int = 2 * CENTS
    fine: int = 0x2000
    coarse: int = 64 * STEPS
    parameter: tuple[int, int] = NO_PARAMETER
    scale: float = 2 / 8192
    offset: float = 0.0
    known: float = 0.0

    def control(self, number: int, value: int) -> None:
        """Apply a controller that may choose or set a parameter."""
        if number == RPN_COARSE:
            self.parameter = (value, self.parameter[1])
        elif number == RPN_FINE:
            self.parameter = (self.parameter[0], value)
        elif number in (NRPN_COARSE, NRPN_FINE):
            self.parameter = NO_PARAMETER
        elif number == RESET:
            self.wheel, self.parameter = 0, NO_PARAMETER
        elif number in DATA and self.parameter == (0, BEND_RANGE):
            self.range_steps = _entered(self.range_steps, number, value, CENTS)
        elif number in DATA and self.parameter == (0, FINE_TUNING):
            self.fine = _entered(self.fine, number, value, STEPS)
        elif number in DATA and self.parameter == (0, COARSE_TUNING):
            self.coarse = _entered(self.coarse, number, value, STEPS, step=STEPS)

    def settle(self, master_fine: int, master_coarse: int) -> None:
        """Work out how a wheel position becomes semitones from now on."""
        self.scale = self.range_steps / CENTS / 8192
        coarse = self.coarse // STEPS - 64 + master_coarse - 64
        # Drum parts do not transpose: their keys are different instruments.
        self.offset = (self.fine + master_fine - 0x4000) / 8192 + (0 if self.is_drum else coarse)


def _entered(before: int, number: int, value: int, steps: int, step: int = 1) -> int:
    """Return a parameter of both its halves after a data entry, increment or decrement (RP-018)."""
    if number == DATA_COARSE:
        return value * steps
    if number == DATA_FINE:
        return before // steps * steps + min(value, steps - 1)
    moved = before + (step if number == INCREMENT else -step)
    return min(max(moved, 0), STEPS * steps - 1)


class Moves(NamedTuple):
    """Ticks, channels and semitones of bends, `[bends]` each."""

    tick: array[int]
    channel: array[int]
    semitones: array[float]


def bends(events: Events, tracks: list[Track]) -> Moves:
    """Return where bend, its range or a tuning moves a channel."""
    numbers = (*TUNING_CONTROLS, RESET)
    moves = (events.kind == CONTROL) & np.isin(events.data1, numbers) | (events.kind == BEND)
    masters = [found for found in _exclusives(tracks) if _is_master(found[2])]
    count = CHANNELS * (1 + max((track.port for track in tracks), default=0))
    tunings = [_Tuning(is_drum_channel(channel)) for channel in range(count)]
    fine, coarse = 0x2000, 64
    found = Moves(array("q"), array("q"), array("d"))

    def note(tick: int, channel: int, tuning: _Tuning) -> None:
        semitones = tuning.wheel * tuning.scale + tuning.offset
        if semitones != tuning.known:
            tuning.known = semitones
            found.tick.append(tick)
            found.channel.append(channel)
            found.semitones.append(semitones)

    end = (int(max(events.tick.max(initial=0), masters[-1][0] if masters else 0)), 0, -1, 0, 0)
    for tick, kind, channel, data1, data2 in chain(events.only(moves).rows(), (end,)):
        while masters and masters[0][0] <= tick:
            at, _, message = masters.pop(0)
            is_fine = message[2:4] == MASTER_FINE
            fine, coarse = (message[5] << 7 | message[4], coarse) if is_fine else (fine, message[5])
            for number, tuning in enumerate(tunings):
                tuning.settle(fine, coarse)
                note(at, number, tuning)
        tuning = tunings[channel]
        if kind == BEND:
            tuning.wheel = (data2 << 7 | data1) - 0x2000
        elif kind == CONTROL:
            tuning.control(data1, data2)
            tuning.settle(fine, coarse)
        note(tick, channel, tuning)
    return found


def _is_master(message: bytes) -> bool:
    is_tuning = message[2:4] in (MASTER_FINE, MASTER_COARSE)
    return message[:1] == b"\x7f" and is_tuning and len(message) >= 6
