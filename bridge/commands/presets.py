"""Named parameter sets: saved, put in force, listed and removed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call
from engine.wire import Value

if TYPE_CHECKING:
    from bridge.app import Bridge


class PresetCommands:
    """`/preset/save`, `/preset/load`, `/preset/list` and `/preset/remove`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._writing = asyncio.Lock()
        self.answers: Mapping[str, Answer] = {}
        self.works: Mapping[str, Work] = {
            "/preset/save": self._save,
            "/preset/load": self._load,
            "/preset/list": self._list_presets,
            "/preset/remove": self._remove,
        }

    async def _save(self, call: Call) -> None:
        call.accepted(0, 0.0)
        name, presets = str(call.arguments["name"]), self._bridge.control.presets
        models = tuple(self._bridge.requests.models.values())
        async with self._writing:
            await asyncio.to_thread(presets.save, name, call.parameters, models)
        call.done_with(name)

    async def _load(self, call: Call) -> None:
        call.accepted(0, 0.0)
        name, presets = str(call.arguments.get("name", "")), self._bridge.control.presets
        values = await asyncio.to_thread(presets.named, name) if name else {}
        presets.put_in_force(values)
        call.done_with(name, _words(values))

    async def _list_presets(self, call: Call) -> None:
        presets = await asyncio.to_thread(self._bridge.control.presets.all)
        call.answer_rows([(name, _words(values)) for name, values in presets.items()])

    async def _remove(self, call: Call) -> None:
        call.accepted(0, 0.0)
        name = str(call.arguments["name"])
        async with self._writing:
            await asyncio.to_thread(self._bridge.control.presets.remove, name)
        call.done_with(name)


def _words(values: Mapping[str, Value]) -> str:
    return " ".join(f"{key}={value}" for key, value in values.items())
