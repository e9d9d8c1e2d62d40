"""What each OSC command does: every group's commands in one table."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Group, Work
from bridge.commands.inputs import InputCommands
from bridge.commands.live import LiveCommands
from bridge.commands.making import Making
from bridge.commands.mapping import MapCommands
from bridge.commands.midi import MidiCommands
from bridge.commands.models import ModelCommands
from bridge.commands.presets import PresetCommands
from bridge.commands.sinks import SinkCommands
from bridge.commands.state import StateCommands
from bridge.commands.takes import TakeCommands
from bridge.commands.transport import TransportCommands
from bridge.osc.calls import Call

if TYPE_CHECKING:
    from bridge.app import Bridge


class Commands:
    """Carries calls out; those that must wait run as tasks of their own."""

    def __init__(self, bridge: Bridge) -> None:
        making = Making(bridge)
        groups: tuple[Group, ...] = (
            StateCommands(bridge),
            ModelCommands(bridge),
            making,
            LiveCommands(bridge, making),
            SinkCommands(bridge),
            InputCommands(bridge),
            TakeCommands(bridge),
            TransportCommands(bridge),
            MidiCommands(bridge),
            MapCommands(bridge),
            PresetCommands(bridge),
        )
        self.answers: Mapping[str, Answer] = {a: f for g in groups for a, f in g.answers.items()}
        self.works: Mapping[str, Work] = {a: f for g in groups for a, f in g.works.items()}
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, call: Call) -> None:
        """Carry out a call: answer at once, or set a task to it."""
        address = call.command.address
        if address in self.answers:
            self.answers[address](call)
            return
        task = asyncio.get_running_loop().create_task(self._guarded(self.works[address], call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Work, call: Call) -> None:
        with call.guard():
            await work(call)
