"""Loading models and letting them go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call

if TYPE_CHECKING:
    from bridge.app import Bridge


class ModelCommands:
    """`/model/load` and `/model/unload`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {}
        self.works: Mapping[str, Work] = {"/model/load": self._load, "/model/unload": self._unload}

    async def _load(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, self._bridge.requests.pace.load_seconds([name]))
        call.done_with(name, await self._bridge.load(name))

    async def _unload(self, call: Call) -> None:
        call.accepted(0, 0.0)
        name = str(call.arguments["name"])
        await self._bridge.unload(name)
        call.done_with(name)
