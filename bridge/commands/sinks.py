"""Opening, changing and closing sinks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call

if TYPE_CHECKING:
    from bridge.app import Bridge


class SinkCommands:
    """`/sink/open`, `/sink/close` and `/sink/set`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {}
        self.works: Mapping[str, Work] = {
            "/sink/open": self._open_sink,
            "/sink/close": self._close_sink,
            "/sink/set": self._set_sink,
        }

    async def _open_sink(self, call: Call) -> None:
        kind, name = str(call.arguments["kind"]), str(call.arguments["name"])
        options = dict(call.parameters)
        if "path" in options:
            place = self._bridge.media.place
            options["path"] = str(await asyncio.to_thread(place, str(options["path"])))
        call.accepted(0, 0.0)
        await self._bridge.open_sink(kind, name, options)
        call.done_with(name)

    async def _close_sink(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, 0.0)
        await self._bridge.close_sink(name)
        call.done_with(name)

    async def _set_sink(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, 0.0)
        self._bridge.set_sink(name, call.parameters)
        call.done_with(name)
