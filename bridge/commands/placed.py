"""Where a call's audio is to sound: at a bar or beat, at its timetag, or as soon as it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from bridge.osc.calls import Call
from bridge.stream import Voice
from bridge.transport import read_place

if TYPE_CHECKING:
    from bridge.app import Bridge

PutInPlace: TypeAlias = Callable[[Voice], None]


def place_of(bridge: Bridge, call: Call) -> PutInPlace | None:
    """Return what puts a call's voice in its place, or None for as soon as it can.

    "next" is decided here, so this belongs before the call waits for anything.
    Raises: WrongTypes, OutOfRange.
    """
    placing, player = bridge.timing.placing, bridge.player
    came_frame = player.frame_at(call.came_seconds)

    def tell_late(planned_seconds: float, actual_seconds: float) -> None:
        call.peer.send("/late", call.id, planned_seconds, actual_seconds)

    if "at" in call.parameters:
        beat = bridge.timing.transport.beat_of(read_place(str(call.parameters["at"])))
        return lambda voice: placing.at_beat(voice, beat, came_frame, tell_late)
    if call.due_seconds is not None:
        due_frame = player.frame_at(call.due_seconds)
        return lambda voice: placing.at_frame(voice, due_frame, came_frame, tell_late)
    return None
