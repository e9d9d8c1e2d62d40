"""Where a call's audio is to sound: at a bar or beat, at its timetag, or as soon as it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.osc.calls import Call
from bridge.stream import Voice
from bridge.transport import read_place

if TYPE_CHECKING:
    from bridge.app import Bridge


@dataclass(frozen=True)
class Place:
    """A place on the stream: `put` brings a voice there.

    `seconds_until` says in how long it sounds, 0 or less where nobody knows.
    """

    put: Callable[[Voice], None]
    seconds_until: Callable[[], float]


def place_of(bridge: Bridge, call: Call) -> Place | None:
    """Return the place of a call's voice, or None for as soon as it can.

    "next" is decided here, so this belongs before the call waits for anything.
    Raises: WrongTypes, OutOfRange.
    """
    placing, player, transport = bridge.timing.placing, bridge.player, bridge.timing.transport
    came_frame = player.frame_at(call.came_seconds)

    def tell_late(planned_seconds: float, actual_seconds: float) -> None:
        call.peer.send("/late", call.id, planned_seconds, actual_seconds)

    def seconds_until(frame: int | None) -> float:
        return ((frame or 0) - player.frame_now) / player.stream.rate_hz

    if "at" in call.parameters:
        beat = transport.beat_of(read_place(str(call.parameters["at"])))
        return Place(
            lambda voice: placing.at_beat(voice, beat, came_frame, tell_late),
            lambda: seconds_until(transport.frame_of(beat)),
        )
    if call.due_seconds is not None:
        due_frame = player.frame_at(call.due_seconds)
        return Place(
            lambda voice: placing.at_frame(voice, due_frame, came_frame, tell_late),
            lambda: seconds_until(due_frame),
        )
    return None
