"""What is asked of Legato's state, answered at once."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call
from bridge.version import version

if TYPE_CHECKING:
    from bridge.app import Bridge


class StateCommands:
    """`/ping`, `/version`, `/status`, `/models` and `/sinks`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {
            "/ping": self._ping,
            "/version": self._version,
            "/status": self._status,
            "/models": self._models,
            "/sinks": self._sinks,
        }
        self.works: Mapping[str, Work] = {}

    def _ping(self, call: Call) -> None:
        call.answer(version())

    def _version(self, call: Call) -> None:
        call.answer(version(), platform.python_version(), self._bridge.device)

    def _status(self, call: Call) -> None:
        call.answer(*self._bridge.status())

    def _models(self, call: Call) -> None:
        call.answer_rows(
            [
                (
                    spec.name,
                    spec.rate_hz,
                    spec.channels,
                    " ".join(spec.operations),
                    " ".join(f"{p.name}={p.default}" for p in spec.parameters),
                    spec.licence,
                    spec.text,
                )
                for spec in self._bridge.requests.models.values()
            ]
        )

    def _sinks(self, call: Call) -> None:
        call.answer_rows(self._bridge.ways_out.rows())
