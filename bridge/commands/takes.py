"""The takes: listed, described, branched, exported and pinned."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import msgspec

from bridge.commands.group import Answer, Work
from bridge.exporting import AS_MADE, Finish, export
from bridge.osc.calls import Call
from bridge.osc.codec import Sendable
from bridge.take import Take
from bridge.wav import SampleFormat

if TYPE_CHECKING:
    from bridge.app import Bridge

MAX_WARNINGS_TEXT = 1_000
DEFAULT_LISTED = 100


class TakeCommands:
    """`/take/list`, `/take/info`, `/take/branch`, `/take/export` and `/take/pin`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {}
        self.works: Mapping[str, Work] = {
            "/take/list": self._list_takes,
            "/take/info": self._take_info,
            "/take/branch": self._branch_take,
            "/take/export": self._export_take,
            "/take/pin": self._pin_take,
        }

    async def _list_takes(self, call: Call) -> None:
        limit = int(call.parameters.get("limit", DEFAULT_LISTED))
        offset = int(call.parameters.get("offset", 0))

        def rows() -> list[tuple[Sendable, ...]]:
            takes = self._bridge.takes.all()[::-1][offset : offset + limit]
            infos = [take.info() for take in takes]
            return [(i.id, i.state, i.operation, i.model, i.seconds, i.title) for i in infos]

        call.answer_rows(await self._bridge.requests.on_files(rows))

    async def _take_info(self, call: Call) -> None:
        def rows() -> list[tuple[Sendable, ...]]:
            take = self._take(call)
            fields = msgspec.to_builtins(take.info()) | {"path": str(take.audio_path)}
            outcome = msgspec.to_builtins(take.outcome) if take.outcome else {}
            fields |= {name: outcome[name] for name in ("code", "text") if outcome.get(name)}
            if take.record.warnings:
                fields["warnings"] = "; ".join(take.record.warnings)[:MAX_WARNINGS_TEXT]
            return [(name, int(v) if isinstance(v, bool) else v) for name, v in fields.items()]

        call.answer_rows(await self._bridge.requests.on_files(rows))

    async def _branch_take(self, call: Call) -> None:
        call.accepted(0, 0.0)
        window = int(call.arguments["window"])
        branch = await self._bridge.requests.on_files(
            lambda: self._bridge.takes.branch(self._take(call), window)
        )
        call.done_with(branch.id)

    async def _export_take(self, call: Call) -> None:
        call.accepted(0, 0.0)
        finish = Finish(
            cast(SampleFormat, call.parameters.get("format", AS_MADE.sample_format)),
            cast(float | None, call.parameters.get("loudness")),
        )

        on_files = self._bridge.requests.on_files
        take = await on_files(self._take, call)

        def copied() -> str:
            path = self._bridge.media.place(str(call.arguments["path"]))
            export(take, path, finish)
            return str(path)

        # What has ended changes no more, and its copy need not hold up what is stored meanwhile.
        has_ended = take.outcome is not None
        path = await (asyncio.to_thread(copied) if has_ended else on_files(copied))
        call.done_with(path)

    async def _pin_take(self, call: Call) -> None:
        call.accepted(0, 0.0)
        pinned = bool(call.arguments.get("pinned", True))

        def pin() -> str:
            take = self._take(call)
            take.pinned = pinned
            return take.id

        call.done_with(await self._bridge.requests.on_files(pin), int(pinned))

    def _take(self, call: Call) -> Take:
        return self._bridge.takes.open(str(call.arguments["take"]))
