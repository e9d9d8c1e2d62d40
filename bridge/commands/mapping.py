"""Mapping MIDI to commands and parameters: learnt, listed, removed, and read from the file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call
from engine.wire import NotFound

if TYPE_CHECKING:
    from bridge.app import Bridge

LEARN_SECONDS = 60.0


class MapCommands:
    """`/map/learn`, `/map/list`, `/map/remove` and `/map/load`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {"/map/list": self._list_maps}
        self.works: Mapping[str, Work] = {
            "/map/learn": self._learn,
            "/map/remove": self._remove,
            "/map/load": self._load,
        }

    def _list_maps(self, call: Call) -> None:
        call.answer_rows(
            [
                (name, m.source_text, m.to, " ".join(map(str, m.arguments)), int(m.pass_on))
                for name, m in self._bridge.control.maps.all.items()
            ]
        )

    async def _learn(self, call: Call) -> None:
        call.accepted(0, 0.0)
        maps, name = self._bridge.control.maps, str(call.arguments["name"])
        to, arguments = str(call.arguments["to"]), call.arguments.get("arguments", ())
        try:
            async with asyncio.timeout(LEARN_SECONDS):
                learnt = await maps.learn(name, to, arguments)
        except TimeoutError:
            maps.forget_lesson()
            raise NotFound(
                f"no note, controller or program came within {LEARN_SECONDS:g} s; "
                "is its port among midi_inputs? /legato/midi/ports lists the open ones"
            ) from None
        call.done_with(name, learnt.source_text)

    async def _remove(self, call: Call) -> None:
        call.accepted(0, 0.0)
        name = str(call.arguments["name"])
        await self._bridge.control.maps.remove(name)
        call.done_with(name)

    async def _load(self, call: Call) -> None:
        call.accepted(0, 0.0)
        call.done_with(await self._bridge.control.maps.load())
