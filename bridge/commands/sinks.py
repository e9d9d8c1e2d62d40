"""Opening, changing and closing sinks, and asking for audio over UDP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call
from engine.wire import Unauthorized

if TYPE_CHECKING:
    from bridge.app import Bridge


class SinkCommands:
    """`/sink/open`, `/sink/close`, `/sink/set`, `/sink/file`, and `/target/...`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {
            "/sink/file": self._file,
            "/target/ask": self._ask,
            "/target/answer": self._answer,
        }
        self.works: Mapping[str, Work] = {
            "/sink/open": self._open_sink,
            "/sink/close": self._close_sink,
            "/sink/set": self._set_sink,
        }

    async def _open_sink(self, call: Call) -> None:
        kind, name = str(call.arguments["kind"]), str(call.arguments["name"])
        call.accepted(0, 0.0)
        await self._bridge.ways_out.open(kind, name, call.parameters)
        call.done_with(name)

    async def _close_sink(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, 0.0)
        await self._bridge.ways_out.close(name)
        call.done_with(name)

    async def _set_sink(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.accepted(0, 0.0)
        self._bridge.ways_out.change(name, call.parameters)
        call.done_with(name)

    def _file(self, call: Call) -> None:
        name = str(call.arguments["name"])
        call.answer(name, *self._bridge.ways_out.file(name))

    def _ask(self, call: Call) -> None:
        call.answer(self._bridge.ways_out.targets.cookie(call.peer.reply_host))

    def _answer(self, call: Call) -> None:
        # Who sends and who hears must be one: neither a forged sender nor a forged /hello will do.
        host = call.peer.reply_host
        if host != call.peer.host:
            raise Unauthorized(
                f"your replies go to {host}, and you are {call.peer.host}: send the cookie from "
                "the machine that the audio shall go to"
            )
        seconds = self._bridge.ways_out.targets.answer(host, str(call.arguments["cookie"]))
        call.answer(host, seconds)
