"""Hands on the controls: MIDI ports, what is mapped to them, and the parameters in force."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from bridge.maps import Maps
from bridge.midi.inputs import MidiInputs
from bridge.midi.instrument import Play
from bridge.osc.codec import Message, decode, encode
from bridge.osc.command import INT32_MAX, ROOT
from bridge.osc.peer import Peer
from bridge.osc.spec import COMMANDS
from bridge.presets import Presets
from bridge.routing import Routes
from engine.wire import LegatoError, ModelSpec, Value

if TYPE_CHECKING:
    from bridge.app import Bridge


class Control:
    """Joins ports, maps and presets; a mapped command comes in by the front door like any other."""

    host = "127.0.0.1"
    limit_bytes = 1 << 16
    page_bytes = 1 << 16
    verified = True

    def __init__(self, bridge: Bridge) -> None:
        """Open nothing before `run`; each of `hearers` is given what is played."""
        config = bridge.config
        self.presets = Presets(config.settings_folder)
        self.maps = Maps(config.settings_folder, self._give, self._set)
        self.inputs = MidiInputs(
            config.midi_inputs,
            config.midi_backend,
            bridge.timing.following,
            self.maps,
            self._play,
            self._port_changed,
        )
        self.routes = Routes(config.midi_channels, self._give, self._play)
        self.hearers: list[Play] = []
        self._front = bridge.front
        self._model = config.model
        self._peer = Peer("maps", "127.0.0.1", self, time.monotonic)
        self._last_id = 0
        self._log = structlog.get_logger("legato.control")

    async def run(self) -> None:
        """Put the maps in force and keep the ports open, until cancelled."""
        try:
            await self.maps.load()
        except LegatoError as error:
            self._log.warning("maps not loaded", code=error.code, reason=str(error))
        await self.inputs.run()

    async def close(self) -> None:
        """Close the ports."""
        await self.inputs.close()

    def know(self, models: Sequence[ModelSpec]) -> None:
        """Learn which models there are; the configured one's parameters are meant first."""
        self.maps.know(sorted(models, key=lambda spec: spec.name != self._model))
        self.routes.begin()

    def send(self, packet: bytes) -> None:
        """Hear the replies to a mapped command; nobody waits for them, but a refusal is told."""
        for part in decode(packet):
            if not isinstance(part, Message):
                continue
            address, id = part.address.removeprefix(ROOT), part.arguments[:1]
            if id and isinstance(id[0], int):
                self.routes.hear(address, id[0])
            if address == "/fail":
                code, text = map(str, part.arguments[1:3])
                self._log.warning("mapped command failed", code=code, reason=text)
                self._front.notifier.publish("midi", "/map/failed", code, text)

    def _play(self, status: int, data1: int, data2: int, arrival_seconds: float) -> None:
        for hear in self.hearers:
            hear(status, data1, data2, arrival_seconds)

    def _give(self, address: str, arguments: Sequence[Value]) -> int:
        command = next(c for c in COMMANDS if c.address == address)
        self._last_id = self._last_id % INT32_MAX + 1
        id = () if command.id == "none" else (self._last_id,)
        self._front.receive(encode(ROOT + address, *id, *arguments), self._peer)
        return self._last_id

    def _set(self, parameter: str, value: Value) -> None:
        self.presets.set(parameter, value)
        shown = int(value) if isinstance(value, bool) else value
        self._front.notifier.publish("midi", "/map/set", parameter, shown)

    def _port_changed(self, port: str, is_open: bool) -> None:
        self._front.notifier.publish("midi", "/midi/port", port, int(is_open))
