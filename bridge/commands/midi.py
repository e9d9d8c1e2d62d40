"""The MIDI ports: which are open, and silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call

if TYPE_CHECKING:
    from bridge.app import Bridge


class MidiCommands:
    """`/midi/ports` and `/midi/panic`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {
            "/midi/ports": self._list_ports,
            "/midi/panic": self._panic,
        }
        self.works: Mapping[str, Work] = {}

    def _list_ports(self, call: Call) -> None:
        call.answer_rows([(name,) for name in self._bridge.control.inputs.ports.names])

    def _panic(self, call: Call) -> None:
        self._bridge.control.inputs.panic()
        call.answer()
