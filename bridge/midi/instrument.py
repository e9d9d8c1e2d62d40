"""What several ports play, as one instrument, from which nothing is left hanging.

Channel messages go on as they came, MPE's among them: what they mean is the live model's
business. Here it is only kept in mind what each port holds, so that it can be let go of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

# Status byte, two data bytes, and when it came, in seconds of the monotonic clock.
Play: TypeAlias = Callable[[int, int, int, float], None]

NOTE_OFF, NOTE_ON, POLY_PRESSURE, CONTROL = 0x80, 0x90, 0xA0, 0xB0
PROGRAM, PRESSURE, BEND = 0xC0, 0xD0, 0xE0
DATA_BYTES = {
    NOTE_OFF: 2, NOTE_ON: 2, POLY_PRESSURE: 2, CONTROL: 2, PROGRAM: 1, PRESSURE: 1, BEND: 2,
}  # fmt: skip
PEDALS = (64, 66, 69)  # Sustain, sostenuto and hold 2 keep notes that no key holds.
SOUND_OFF, RESET, NOTES_OFF = 120, 121, 123
PEDAL_DOWN = 64
CENTRE = 0x2000
CHANNELS = range(16)


def is_channel_message(data: bytes) -> bool:
    """Say whether bytes are one whole channel message."""
    if not data or not NOTE_OFF <= data[0] < 0xF0:
        return False
    return len(data) == 1 + DATA_BYTES[data[0] & 0xF0] and max(data[1:]) < 0x80


@dataclass
class _Channel:
    """What a port's channel holds."""

    notes: set[int] = field(default_factory=set)
    pedals: set[int] = field(default_factory=set)
    bend: int = CENTRE
    pressure: int = 0

    def hear(self, kind: int, data1: int, data2: int) -> None:
        """Note what a message holds or lets go of."""
        match kind:
            case 0x90 if data2:
                self.notes.add(data1)
            case 0x80 | 0x90:
                self.notes.discard(data1)
            case 0xB0 if data1 in PEDALS:
                (self.pedals.add if data2 >= PEDAL_DOWN else self.pedals.discard)(data1)
            case 0xB0 if data1 == SOUND_OFF or data1 >= NOTES_OFF:
                self.notes.clear()
            case 0xB0 if data1 == RESET:
                self.pedals.clear()
                self.bend, self.pressure = CENTRE, 0
            case 0xD0:
                self.pressure = data1
            case 0xE0:
                self.bend = data2 << 7 | data1
            case _:
                pass


class Instrument:
    """Hands on what the ports play, and lets go of all that one of them holds when it is gone."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._ports: dict[str, list[_Channel]] = {}

    @property
    def held(self) -> int:
        """How many notes are held down, over all ports."""
        return sum(len(c.notes) for channels in self._ports.values() for c in channels)

    def message(self, port: str, data: bytes, arrival_seconds: float) -> None:
        """Take one whole channel message of a port."""
        channels = self._ports.setdefault(port, [_Channel() for _ in CHANNELS])
        data1, data2 = data[1], data[2] if len(data) == 3 else 0
        channels[data[0] & 0xF].hear(data[0] & 0xF0, data1, data2)
        self._play(data[0], data1, data2, arrival_seconds)

    def is_end(self, port: str, data: bytes) -> bool:
        """Say whether a message ends a note that the port holds."""
        channel, note = data[0] & 0xF, data[1]
        ends = data[0] & 0xF0 == NOTE_OFF or (data[0] & 0xF0 == NOTE_ON and not data[2])
        return ends and port in self._ports and note in self._ports[port][channel].notes

    def release(self, port: str, now_seconds: float) -> None:
        """Let go of the notes, pedals, bends and pressure of a port, and of nobody else's."""
        for number, channel in enumerate(self._ports.pop(port, ())):
            for pedal in sorted(channel.pedals):
                if not any(pedal in others[number].pedals for others in self._ports.values()):
                    self._play(CONTROL | number, pedal, 0, now_seconds)
            for note in sorted(channel.notes):
                if not any(note in others[number].notes for others in self._ports.values()):
                    self._play(NOTE_OFF | number, note, 0, now_seconds)
            if channel.pressure:
                self._play(PRESSURE | number, 0, 0, now_seconds)
            if channel.bend != CENTRE:
                self._play(BEND | number, CENTRE & 0x7F, CENTRE >> 7, now_seconds)

    def panic(self, now_seconds: float) -> None:
        """Silence every channel and set it back, whoever plays it."""
        self._ports.clear()
        for number in CHANNELS:
            for control in (SOUND_OFF, NOTES_OFF, RESET):
                self._play(CONTROL | number, control, 0, now_seconds)
