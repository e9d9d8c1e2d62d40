"""What is played to one live job: waits until its chunk is over, and is remembered.

Controllers and programs are remembered so that an engine that takes over begins as the lost
one left off.
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
# What RP-015 resets; afterwards nothing of it is worth remembering.
RESETS = (1, 11, 64, 65, 66, 67, 69, 98, 99, 100, 101)


class Hands:
    """The messages of some channels, in order; lives on the event loop."""

    def __init__(self, channels: frozenset[int]) -> None:
        self.lost = 0
        self._channels = channels
        self._waiting: deque[tuple[float, Message]] = deque()
        self._settings: dict[tuple[int, int], Message] = {}

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
        """Return the programs, controllers and bends in force, for a chunk's beginning."""
        return tuple(MidiEvent(0, *message) for message in self._settings.values())

    def _remember(self, status: int, data1: int, data2: int) -> None:
        kind = status & 0xF0
        if kind == CONTROL and data1 >= SOUND_OFF:
            if data1 == RESET:
                for key in [*((status, number) for number in RESETS), *_moves(status & 0xF)]:
                    self._settings.pop(key, None)
            return
        if kind in (CONTROL, PROGRAM, PRESSURE, BEND):
            key = (status, data1 if kind == CONTROL else 0)
            self._settings.pop(key, None)  # The latest goes last: parameters come in order.
            self._settings[key] = (status, data1, data2)


def _moves(channel: int) -> tuple[tuple[int, int], ...]:
    return ((PRESSURE | channel, 0), (BEND | channel, 0))
