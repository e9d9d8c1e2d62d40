"""Opening and closing inputs, whose last minute is the source `live`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call

if TYPE_CHECKING:
    from bridge.app import Bridge


class InputCommands:
    """`/inputs`, `/input/open` and `/input/close`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {"/inputs": self._inputs}
        self.works: Mapping[str, Work] = {"/input/open": self._open, "/input/close": self._close}

    def _inputs(self, call: Call) -> None:
        call.answer_rows(self._bridge.inputs.rows())

    async def _open(self, call: Call) -> None:
        kind, name = str(call.arguments["kind"]), str(call.arguments["name"])
        call.accepted(0, 0.0)
        call.done_with(name, *await self._bridge.inputs.open(kind, name, call.parameters))

    async def _close(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, 0.0)
        await self._bridge.inputs.close(name)
        call.done_with(name)
