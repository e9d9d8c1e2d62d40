"""What is played to one live job: waits until its chunk is over, and is remembered.

Controllers, programs and registered parameters are remembered so that an engine that takes over
begins as the lost one left off.
"""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

from bridge.live_clock import ChunkClock
from engine.wire import MidiEvent

Message: TypeAlias = tuple[int, int, int]

MAX_WAITING = 1 << 16
FIRST_STATUS, FIRST_SYSTEM = 0x80, 0xF0
CONTROL, PROGRAM, PRESSURE, BEND = 0xB0, 0xC0, 0xD0, 0xE0
SOUND_OFF, RESET = 120, 121
# What RP-015 resets, with its fine halves; afterwards nothing of it is worth remembering.
RESETS = (1, 11, 33, 43, 64, 65, 66, 67, 69)
DATA_COARSE, DATA_FINE, INCREMENT, DECREMENT = 6, 38, 96, 97
NRPN_FINE, NRPN_COARSE, RPN_FINE, RPN_COARSE = 98, 99, 100, 101
NOTHING_CHOSEN = (127, 127)
MAX_STEPS = 1_024  # Increments and decrements that one parameter remembers.


class Hands:
    """The messages of some channels, in order; lives on the event loop."""

    def __init__(self, channels: frozenset[int]) -> None:
        self.lost = 0
        self._channels = channels
        self._waiting: deque[tuple[float, Message]] = deque()
        # By what they set; a parameter takes several messages.
        self._settings: dict[tuple[int, ...], list[Message]] = {}
        self._chosen: dict[int, tuple[int, int]] = {}  # By status: a registered parameter.

    def hear(self, status: int, data1: int, data2: int, arrival_seconds: float) -> None:
        """Take a message; where far too many wait, all give way to silence on every channel."""
        is_channel_message = FIRST_STATUS <= status < FIRST_SYSTEM
        if not is_channel_message or status & 0xF not in self._channels:
            return
        if len(self._waiting) >= MAX_WAITING:
            self.lost += len(self._waiting)
            self._waiting.clear()
            for channel in range(16):
                for number in (SOUND_OFF, RESET):
                    self._waiting.append((arrival_seconds, (CONTROL | channel, number, 0)))
        message = (status, data1 & 0x7F, data2 & 0x7F)
        self._remember(*message)
        self._waiting.append((arrival_seconds, message))

    def played(self, clock: ChunkClock, chunk_frames: int) -> tuple[MidiEvent, ...]:
        """Take out what was played before the clock's chunk ended, at its place in the chunk."""
        events = []
        frame = 0  # What was handed over out of order keeps the order it came in.
        while self._waiting and self._waiting[0][0] < clock.end_seconds:
            seconds, message = self._waiting.popleft()
            frame = max(frame, clock.frame_of(seconds, chunk_frames))
            events.append(MidiEvent(frame, *message))
        return tuple(events)

    def settings(self) -> tuple[MidiEvent, ...]:
        """Return programs, controllers, bends and parameters in force, for a chunk's beginning."""
        messages = [message for setting in self._settings.values() for message in setting]
        for status, chosen in self._chosen.items():
            messages += _choice(status, chosen)
        return tuple(MidiEvent(0, *message) for message in messages)

    def _remember(self, status: int, data1: int, data2: int) -> None:
        kind, message = status & 0xF0, (status, data1, data2)
        if kind != CONTROL:
            if kind in (PROGRAM, PRESSURE, BEND):
                self._keep((status,), [message])
        elif data1 == RESET:
            channel = status & 0xF
            for key in ((PRESSURE | channel,), (BEND | channel,)):
                self._settings.pop(key, None)
            for number in RESETS:
                self._settings.pop((status, number), None)
            self._chosen.pop(status, None)
        elif NRPN_FINE <= data1 <= RPN_COARSE:
            coarse, fine = self._chosen.get(status, NOTHING_CHOSEN)
            self._chosen[status] = {
                RPN_COARSE: (data2, fine),
                RPN_FINE: (coarse, data2),
            }.get(data1, NOTHING_CHOSEN)
        elif data1 in (DATA_COARSE, DATA_FINE, INCREMENT, DECREMENT):
            self._enter(message)
        elif data1 < SOUND_OFF:
            self._keep((status, data1), [message])

    def _enter(self, message: Message) -> None:
        """Remember what is entered for the parameter that is chosen, if that is a standard one."""
        status, number, _ = message
        chosen = self._chosen.get(status, NOTHING_CHOSEN)
        if chosen[0]:  # Of the others nobody knows a meaning, and there are too many.
            return
        key = (status, *chosen)
        before = self._settings.get(key) or _choice(status, chosen)
        if number == DATA_COARSE:
            before = _choice(status, chosen)
        elif number == DATA_FINE:
            before = [past for past in before if past[1] not in (DATA_FINE, INCREMENT, DECREMENT)]
        if len(before) < MAX_STEPS:
            self._keep(key, [*before, message])

    def _keep(self, key: tuple[int, ...], messages: list[Message]) -> None:
        self._settings.pop(key, None)  # The latest goes last: parameters come in order.
        self._settings[key] = messages


def _choice(status: int, chosen: tuple[int, int]) -> list[Message]:
    """Return the messages that choose a registered parameter."""
    return [(status, RPN_COARSE, chosen[0]), (status, RPN_FINE, chosen[1])]
