"""Playing live: a job that sounds what is played, and playing it by OSC."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.commands.making import Making
from bridge.osc.calls import Call
from bridge.ticket import Ask, Ticket
from engine.wire import NotFound, OutOfRange, Request

if TYPE_CHECKING:
    from bridge.app import Bridge

NOTE_OFF, NOTE_ON, KEY_PRESSURE, CONTROL, PROGRAM, PRESSURE, BEND = range(0x80, 0xF0, 0x10)
KEEP_MINUTES = 60
HIGHEST_BEND = 0x3FFF


class LiveCommands:
    """Every command under `/live`; channels are numbered from 1 to 16."""

    def __init__(self, bridge: Bridge, making: Making) -> None:
        self._bridge, self._making = bridge, making
        self.answers: Mapping[str, Answer] = {
            "/live/stop": self._stop,
            "/live/note": self._note,
            "/live/cc": self._control,
            "/live/program": self._program,
            "/live/bend": self._bend,
            "/live/pressure": self._pressure,
            "/live/panic": self._panic,
        }
        self.works: Mapping[str, Work] = {"/live/start": self._start}

    async def _start(self, call: Call) -> None:
        models, configured = self._bridge.requests.models, self._bridge.config.model
        presets = self._bridge.control.presets
        options = presets.completed(call.parameters, (), "live", models, configured)
        channels = channels_of(str(options.pop("channels", "1-16")))
        keep_seconds = 60.0 * int(options.pop("keep_minutes", KEEP_MINUTES))
        model = str(options.pop("model", self._bridge.config.model))
        seed = int(options.pop("seed", self._bridge.config.seed))
        plays = bool(options.pop("play", 1))

        async def perform(ticket: Ticket) -> None:
            await self._bridge.live.perform(ticket, channels, keep_seconds)

        request = Request("live", model, seed, options)
        client = str(call.peer.identity)
        ask = Ask(request, "live", b"", client, call.id, plays, perform=perform)
        await self._making.perform(call, ask)

    def _stop(self, call: Call) -> None:
        target = call.arguments["target"]
        self._bridge.live.stop(self._making.take_of(call, target))
        call.answer(target)

    def _note(self, call: Call) -> None:
        velocity = int(call.arguments["velocity"])
        kind = NOTE_ON if velocity else NOTE_OFF
        self._play(call, kind, int(call.arguments["pitch"]), velocity)

    def _control(self, call: Call) -> None:
        self._play(call, CONTROL, int(call.arguments["number"]), int(call.arguments["value"]))

    def _program(self, call: Call) -> None:
        self._play(call, PROGRAM, int(call.arguments["program"]), 0)

    def _bend(self, call: Call) -> None:
        """Bend by -1 to 1 of the channel's range, which is two semitones unless it was set."""
        steps = min(round((float(call.arguments["amount"]) + 1.0) * 0x2000), HIGHEST_BEND)
        self._play(call, BEND, steps & 0x7F, steps >> 7)

    def _pressure(self, call: Call) -> None:
        value = int(call.arguments["value"])
        if "pitch" in call.arguments:
            self._play(call, KEY_PRESSURE, int(call.arguments["pitch"]), value)
        else:
            self._play(call, PRESSURE, value, 0)

    def _play(self, call: Call, kind: int, data1: int, data2: int) -> None:
        if not len(self._bridge.live):
            raise NotFound("no live job is under way to be played; begin with /legato/live/start")
        status = kind | int(call.arguments["channel"]) - 1
        self._bridge.live.midi(status, data1, data2, time.monotonic())
        call.end_silently()

    def _panic(self, call: Call) -> None:
        self._bridge.live.panic()
        call.end_silently()


def channels_of(text: str) -> frozenset[int]:
    """Read channels such as `1-8` or `1,3,10` into numbers from 0 to 15. Raises: OutOfRange."""
    found: set[int] = set()
    for part in text.replace(" ", ",").split(","):
        first, dash, last = part.partition("-")
        last = last if dash else first
        if not (first.isdecimal() and last.isdecimal() and len(first + last) <= 4):
            raise _bad_channels(text)
        found |= set(range(int(first), int(last) + 1))
    if not found or min(found) < 1 or max(found) > 16:
        raise _bad_channels(text)
    return frozenset(number - 1 for number in found)


def _bad_channels(text: str) -> OutOfRange:
    return OutOfRange(f"channels {text[:40]!r} came; give some of 1 to 16, such as 1-8 or 1,3,10")
