"""Placing voices where they are to sound, and saying which came too late.

A voice that waits for its place moves along when the transport does; what is about to be
mixed stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bridge.stream import Stream, Voice
from bridge.transport import Transport

# How late in seconds, planned and in fact, both counted from when the call came.
TellLate: TypeAlias = Callable[[float, float], None]

NEVER = 1 << 62
SETTLED_SECONDS = 0.020


@dataclass
class _Placed:
    voice: Voice
    beat: float | None  # None where the frame was given, and stays.
    came_frame: int
    tell_late: TellLate


class Placing:
    """The voices that have a place and have not been heard yet."""

    def __init__(self, stream: Stream, transport: Transport) -> None:
        self._stream = stream
        self._transport = transport
        self._waiting: dict[str, _Placed] = {}

    def at_beat(self, voice: Voice, beat: float, came_frame: int, tell_late: TellLate) -> None:
        """Place a voice on a beat of the transport; while that stands still, it waits."""
        self._waiting[voice.key] = _Placed(voice, beat, came_frame, tell_late)
        voice.at_frame = self._frame_of(beat)

    def at_frame(self, voice: Voice, frame: int, came_frame: int, tell_late: TellLate) -> None:
        """Place a voice on a frame of the stream."""
        self._waiting[voice.key] = _Placed(voice, None, came_frame, tell_late)
        voice.at_frame = frame

    def settle(self) -> None:
        """Move what waits to where the transport now has its beat."""
        mixed_frame = self._stream.frame
        settled_frame = mixed_frame + round(SETTLED_SECONDS * self._stream.rate_hz)
        for placed in self._waiting.values():
            if placed.beat is None or placed.voice.at_frame < mixed_frame:
                continue
            if placed.voice.at_frame >= settled_frame or not self._transport.running:
                placed.voice.at_frame = self._frame_of(placed.beat)

    def heard(self, key: str, frame: int) -> None:
        """Note where a voice was first heard, and say so where that was too late."""
        placed = self._waiting.pop(key, None)
        if placed is not None and frame > placed.voice.at_frame:
            rate_hz = self._stream.rate_hz
            planned = (placed.voice.at_frame - placed.came_frame) / rate_hz
            placed.tell_late(planned, (frame - placed.came_frame) / rate_hz)

    def forget(self, key: str) -> None:
        """Let go of a voice that has ended, heard or not."""
        self._waiting.pop(key, None)

    def _frame_of(self, beat: float) -> int:
        frame = self._transport.frame_of(beat)
        return NEVER if frame is None else frame
