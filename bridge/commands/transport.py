"""Playing, stopping and locating the transport, its tempo and its bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.commands.group import Answer, Work
from bridge.osc.calls import Call
from bridge.osc.codec import Atom
from bridge.transport import SOURCES, read_place
from engine.wire import WrongTypes

if TYPE_CHECKING:
    from bridge.app import Bridge

USAGE = {
    "play": "",
    "stop": "",
    "locate": "bar 17, or beat 64.5",
    "tempo": "120",
    "signature": "4 4",
    "source": " or ".join(SOURCES),
}


class TransportCommands:
    """`/transport`."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.answers: Mapping[str, Answer] = {"/transport": self._transport}
        self.works: Mapping[str, Work] = {}

    def _transport(self, call: Call) -> None:
        action = str(call.arguments.get("action", ""))
        self._do(action, call.arguments.get("values", ()))
        call.answer(*self._bridge.timing.state())

    def _do(self, action: str, values: Sequence[Atom]) -> None:
        following = self._bridge.timing.following
        match action, values:
            case "", []:
                pass
            case "play", []:
                following.play()
            case "stop", []:
                following.stop()
            case "locate", [str(), *_]:
                following.locate(read_place(" ".join(map(str, values))))
            case "tempo", [int() | float() as bpm]:
                following.set_tempo(bpm)
            case "signature", [int() | float() as numerator, int() | float() as denominator]:
                following.set_signature(numerator, denominator)
            case "source", [str() as source] if source in SOURCES:
                following.choose(source)
            case _:
                came = " ".join(map(str, values))[:40]
                raise WrongTypes(
                    f"{came!r} came after {action}; {USAGE[action] or 'nothing'} is expected"
                )
