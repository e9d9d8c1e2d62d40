"""Keys, pedals and channels under someone's hands: what MIDI channel messages mean.

No tensors and no clock; every live model hears through this.
Sources: MIDI 1.0 detailed specification; General MIDI 1 and 2; MPE 1.0 (RP-053); data
increment and decrement: recommended practice RP-018.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.performance import (
    ALL_NOTES_OFF,
    ALL_SOUND_OFF,
    DEFAULTS,
    FINE,
    MOST_RINGING,
    PEDAL_DOWN,
    RESET_ALL_CONTROLLERS,
    RESETS,
    SOSTENUTO,
    SUSTAIN,
    with_fine,
)
from engine.wire import MidiEvent

CHANNELS = 16
DRUM_CHANNEL = 9
MOST_NOTES = 64
BEND_SEMITONES, MPE_BEND_SEMITONES = 2, 48
NOTE_OFF, NOTE_ON, KEY_PRESSURE, CONTROL, PROGRAM, PRESSURE, BEND = range(0x8, 0xF)
BANK, DATA_COARSE, DATA_FINE, RPN_FINE, RPN_COARSE = 0, 6, 38, 100, 101
INCREMENT, DECREMENT = 96, 97
DATA = (DATA_COARSE, DATA_FINE, INCREMENT, DECREMENT)
NRPNS = (98, 99)
BEND_RANGE, FINE_TUNING, COARSE_TUNING, MPE_ZONE = 0, 1, 2, 6
TUNINGS = (BEND_RANGE, FINE_TUNING, COARSE_TUNING)
NO_PARAMETER = (127, 127)
STEPS, CENTS = 128, 100  # What a parameter's fine half counts; that of the bend range is cents.
DRUM_BANKS, MELODIC_BANKS = (120, 127), (121, 64)


@dataclass(frozen=True)
class Strike:
    """A note begins, `frame` sample frames into the chunk; `key` names it until it is gone."""

    key: int
    frame: int
    channel: int
    pitch: int
    velocity: int
    program: int
    is_drum: bool


@dataclass(frozen=True)
class Release:
    """Key and pedals let a note go; it dies away as its instrument does."""

    key: int
    frame: int


@dataclass(frozen=True)
class Silence:
    """A note is to be gone within milliseconds."""

    key: int
    frame: int


Change: TypeAlias = Strike | Release | Silence


@dataclass
class Channel:
    """What one MIDI channel is set to; a member of an MPE zone follows its `leader`, too."""

    number: int
    program: int = 0
    is_drum: bool = False
    bend: float = 0.0
    bend_semitones: float = BEND_SEMITONES
    coarse_semitones: float = 0.0
    fine_semitones: float = 0.0
    own_pressure: int = 0
    parameter: tuple[int, int] = NO_PARAMETER
    # Both halves of the parameters that move the pitch, by number.
    tunings: dict[int, tuple[int, int]] = field(
        default_factory=lambda: {BEND_RANGE: (2, 0), FINE_TUNING: (64, 0), COARSE_TUNING: (64, 0)}
    )
    controls: dict[int, int] = field(default_factory=dict)
    leader: Channel | None = None

    @property
    def head(self) -> Channel:
        """The channel whose program, pedals and controllers count: its own or its zone's."""
        return self.leader or self

    @property
    def pressure(self) -> int:
        """How its keys are pressed, 0 to 127: by itself, or all of its zone."""
        return max(self.own_pressure, self.leader.own_pressure if self.leader else 0)

    @property
    def semitones(self) -> float:
        """How far its notes are bent and tuned."""
        own = self.bend * self.bend_semitones + self.fine_semitones
        if not self.is_drum:  # Drum parts do not transpose: their keys are different instruments.
            own += self.coarse_semitones
        return own + (self.leader.semitones if self.leader else 0.0)

    def tune(self, parameter: int, coarse: int, fine: int) -> None:
        """Set the halves of a parameter that moves the pitch: bend range or tuning."""
        self.tunings[parameter] = coarse, fine
        if parameter == BEND_RANGE:
            self.bend_semitones = coarse + fine / CENTS
        elif parameter == FINE_TUNING:
            self.fine_semitones = (coarse * STEPS + fine) / 8192.0 - 1.0
        else:
            self.coarse_semitones = coarse - 64.0

    def value(self, number: int) -> float:
        """Return a controller's value, 0 to 127; its fine half, where there is one, is in it."""
        controls = self.head.controls
        coarse = controls.get(number, DEFAULTS.get(number, 0))
        return with_fine(coarse, controls.get(number + FINE, 0)) if number < FINE else coarse

    def is_down(self, pedal: int) -> bool:
        """Say whether a pedal is pressed."""
        return self.value(pedal) >= PEDAL_DOWN


@dataclass
class Sounding:
    """A note that has not rung out; `pressure` is its key's own, 0 to 127."""

    channel: Channel
    pitch: int
    pressure: int = 0
    is_down: bool = True
    is_kept: bool = False
    is_released: bool = False


class Keys:
    """Sixteen channels and the notes that sound on them, at most MOST_NOTES at once.

    `sounding` holds every note by its key, oldest first, until `forget`.
    """

    def __init__(self, is_mpe: bool = False, most_ringing: int = MOST_RINGING) -> None:
        """Begin as General MIDI does; `is_mpe` puts channels 2 to 16 into one MPE zone.

        So many strikes of one key may ring on beside each other under a pedal.
        """
        self.channels = tuple(
            Channel(number, is_drum=number == DRUM_CHANNEL) for number in range(CHANNELS)
        )
        self.sounding: dict[int, Sounding] = {}
        self._most_ringing = most_ringing
        self._next_key = 0
        self._hearers: dict[int, Callable[[Channel, MidiEvent], Iterator[Change]]] = {
            NOTE_OFF: self._key_up,
            NOTE_ON: self._key_down,
            KEY_PRESSURE: self._key_pressure,
            CONTROL: self._control,
            PROGRAM: self._program,
            PRESSURE: self._pressure,
            BEND: self._bend,
        }
        if is_mpe:
            self._make_zone(self.channels[0], CHANNELS - 1)

    def feed(self, event: MidiEvent) -> list[Change]:
        """Take one message and return what it does to the notes; nothing for other bytes."""
        hear = self._hearers.get(event.status >> 4)
        return list(hear(self.channels[event.status & 0xF], event)) if hear else []

    def forget(self, key: int) -> None:
        """Note that a note has rung out."""
        self.sounding.pop(key, None)

    def _key_down(self, channel: Channel, event: MidiEvent) -> Iterator[Change]:
        if not event.data2 & 0x7F:
            yield from self._key_up(channel, event)
            return
        pitch = event.data1 & 0x7F
        yield from self._strike_again(channel, pitch, event.frame)
        if len(self.sounding) >= MOST_NOTES:
            yield self._steal(event.frame)
        self._next_key += 1
        head = channel.head
        self.sounding[self._next_key] = Sounding(channel, pitch)
        yield Strike(
            self._next_key,
            event.frame,
            channel.number,
            pitch,
            event.data2 & 0x7F,
            head.program,
            head.is_drum,
        )

    def _strike_again(self, channel: Channel, pitch: int, frame: int) -> Iterator[Change]:
        """Let go of what a key began before, but for what pedals hold, which may ring on."""
        mine = [(key, note) for key, note in self._notes(channel) if note.pitch == pitch]
        for key, note in mine:
            note.is_down = False
            yield from self._let_go(key, note, frame)
        for key, note in mine[: max(0, len(mine) + 1 - self._most_ringing)]:
            yield from self._release(key, note, frame)

    def _key_up(self, channel: Channel, event: MidiEvent) -> Iterator[Change]:
        for key, note in self._notes(channel):
            if note.pitch == event.data1 & 0x7F and note.is_down:
                note.is_down = False
                yield from self._let_go(key, note, event.frame)

    def _let_go(self, key: int, note: Sounding, frame: int) -> Iterator[Change]:
        """Release a note whose key is up, unless a pedal holds it."""
        if not (note.is_down or note.is_kept or note.channel.is_down(SUSTAIN)):
            yield from self._release(key, note, frame)

    def _release(self, key: int, note: Sounding, frame: int) -> Iterator[Change]:
        if not note.is_released:
            note.is_released = True
            yield Release(key, frame)

    def _steal(self, frame: int) -> Silence:
        """Silence the oldest note that dies away, else the oldest that no key holds, else any."""
        worth = {key: (n.is_down, not n.is_released) for key, n in self.sounding.items()}
        key = min(worth, key=lambda key: (*worth[key], key))
        self.forget(key)
        return Silence(key, frame)

    def _notes(self, channel: Channel) -> list[tuple[int, Sounding]]:
        """List the notes that a message on a channel is about and that are not released."""
        return [
            (key, note)
            for key, note in self.sounding.items()
            if channel is note.channel and not note.is_released
        ]

    def _followers(self, channel: Channel) -> list[tuple[int, Sounding]]:
        """List the notes of a channel and of those that it leads."""
        return [(key, note) for key, note in self.sounding.items() if channel is note.channel.head]

    def _key_pressure(self, channel: Channel, event: MidiEvent) -> Iterator[Change]:
        for _, note in self._notes(channel):
            if note.pitch == event.data1 & 0x7F:
                note.pressure = event.data2 & 0x7F
        yield from ()

    def _pressure(self, channel: Channel, event: MidiEvent) -> Iterator[Change]:
        channel.own_pressure = event.data1 & 0x7F
        yield from ()

    def _bend(self, channel: Channel, event: MidiEvent) -> Iterator[Change]:
        steps = (event.data1 & 0x7F) + 128 * (event.data2 & 0x7F) - 8192
        channel.bend = steps / (8192 if steps < 0 else 8191)
        yield from ()

    def _program(self, channel: Channel, event: MidiEvent) -> Iterator[Change]:
        channel.program = event.data1 & 0x7F
        yield from ()

    def _control(self, channel: Channel, event: MidiEvent) -> Iterator[Change]:
        number, value = event.data1 & 0x7F, event.data2 & 0x7F
        was_down = channel.is_down(number)
        channel.controls[number] = value
        if number < FINE:
            channel.controls.pop(number + FINE, None)
        if number in (SUSTAIN, SOSTENUTO) and channel.leader is None:
            yield from self._pedal(channel, number, was_down, event.frame)
        elif number == BANK:
            channel.is_drum = value in DRUM_BANKS or (
                channel.is_drum and value not in MELODIC_BANKS
            )
        elif number == ALL_SOUND_OFF:
            yield from self._all_sound_off(channel, event.frame)
        elif number == RESET_ALL_CONTROLLERS:
            yield from self._reset(channel, event.frame)
        elif number >= ALL_NOTES_OFF:
            yield from self._all_notes_off(channel, event.frame)
        else:
            yield from self._parameter(channel, number, value, event.frame)

    def _pedal(self, channel: Channel, number: int, was_down: bool, frame: int) -> Iterator[Change]:
        is_down = channel.is_down(number)
        if is_down == was_down:
            return
        for key, note in self._followers(channel):
            if number == SOSTENUTO:
                note.is_kept = is_down and (note.is_down or note.is_kept)
            if not is_down:
                yield from self._let_go(key, note, frame)

    def _all_sound_off(self, channel: Channel, frame: int) -> Iterator[Change]:
        for key, _ in self._followers(channel):
            self.forget(key)
            yield Silence(key, frame)

    def _all_notes_off(self, channel: Channel, frame: int) -> Iterator[Change]:
        for key, note in self._followers(channel):
            note.is_down = note.is_kept = False
            yield from self._let_go(key, note, frame)

    def _reset(self, channel: Channel, frame: int) -> Iterator[Change]:
        """Reset what RP-015 says, and let go of what only a pedal held."""
        channel.controls |= RESETS
        for number in RESETS:
            channel.controls.pop(number + FINE, None)
        channel.bend, channel.own_pressure, channel.parameter = 0.0, 0, NO_PARAMETER
        for key, note in self._followers(channel):
            note.is_kept, note.pressure = False, 0
            yield from self._let_go(key, note, frame)

    def _parameter(self, channel: Channel, number: int, value: int, frame: int) -> Iterator[Change]:
        """Choose a registered parameter, or set the one that was chosen."""
        coarse, fine = channel.parameter
        if number in NRPNS:
            channel.parameter = NO_PARAMETER
        elif number == RPN_COARSE:
            channel.parameter = (value, fine)
        elif number == RPN_FINE:
            channel.parameter = (coarse, value)
        elif number in DATA and coarse == 0 and fine in TUNINGS:
            channel.tune(fine, *_entered(channel.tunings[fine], fine, number, value))
        elif number == DATA_COARSE and channel.parameter == (0, MPE_ZONE):
            yield from self._configure(channel, value, frame)

    def _configure(self, leader: Channel, members: int, frame: int) -> Iterator[Change]:
        """Take an MPE configuration message, which only a manager channel may get."""
        if leader.number in (0, CHANNELS - 1):
            for channel in self.channels:
                yield from self._all_sound_off(channel, frame)
            self._make_zone(leader, min(members, CHANNELS - 1))

    def _make_zone(self, leader: Channel, members: int) -> None:
        """Let a manager channel lead its neighbours, or with no members lead none any more."""
        step = 1 if leader.number == 0 else -1
        mine = {leader.number + step * place for place in range(1, members + 1)}
        for channel in self.channels:
            if channel.leader is leader:
                channel.leader = None
                channel.tune(BEND_RANGE, BEND_SEMITONES, 0)
            if channel.number in mine:
                channel.leader = leader
                channel.tune(BEND_RANGE, MPE_BEND_SEMITONES, 0)
                channel.is_drum = False
        if mine:  # A manager that another one led is its own master again.
            leader.leader = None
            leader.tune(BEND_RANGE, BEND_SEMITONES, 0)


def _entered(halves: tuple[int, int], parameter: int, entry: int, value: int) -> tuple[int, int]:
    """Return a parameter's halves after a data entry, increment or decrement.

    A step moves the fine half, and that of the coarse tuning, which has none, the coarse one.
    """
    steps = CENTS if parameter == BEND_RANGE else STEPS
    if entry == DATA_COARSE:
        return value, 0
    if entry == DATA_FINE:
        return halves[0], min(value, steps - 1)
    step = (steps if parameter == COARSE_TUNING else 1) * (1 if entry == INCREMENT else -1)
    moved = min(max(halves[0] * steps + halves[1] + step, 0), 128 * steps - 1)
    return divmod(moved, steps)
