"""All that comes in by MIDI: to the transport, to what is mapped, and the rest to be played."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bridge.following import Following
from bridge.maps import Maps
from bridge.midi.instrument import Instrument, Play, is_channel_message
from bridge.midi.ports import Ports
from bridge.midi.systems import Backend

SYSTEM = 0xF0
SYSTEM_RESET = 0xFF


class MidiInputs:
    """The open ports, and where each message goes; lives on the event loop."""

    def __init__(
        self,
        wanted: Sequence[str],
        backend: Backend,
        following: Following,
        maps: Maps,
        play: Play,
        changed: Callable[[str, bool], None],
    ) -> None:
        """Open nothing before `run`; `changed` hears of each port that opens or goes."""
        self.ports = Ports(wanted, self.receive, changed, self.lost, backend)
        self.instrument = Instrument(play)
        self._following = following
        self._maps = maps

    async def run(self) -> None:
        """Keep the ports open until cancelled."""
        await self.ports.run()

    async def close(self) -> None:
        """Close the ports, and let go of what they hold."""
        for port in self.ports.names:
            self.lost(port)
        await self.ports.close()

    def receive(self, port: str, data: bytes, arrival_seconds: float) -> None:
        """Take one message of a port; what is no MIDI is let be."""
        if is_channel_message(data):
            # What is held is let go of, even where its key has been mapped meanwhile.
            if not self._maps.take(port, data) or self.instrument.is_end(port, data):
                self.instrument.message(port, data, arrival_seconds)
        elif data and data[0] == SYSTEM_RESET:
            self.lost(port)
        elif data and data[0] >= SYSTEM:
            self._following.message(port, data, arrival_seconds)

    def lost(self, port: str) -> None:
        """Let go of all that a port holds: it is gone, or something of it was missed."""
        now_seconds = time.monotonic()
        self.instrument.release(port, now_seconds)
        self._maps.lost(port)
        self._following.lost(port, now_seconds)

    def panic(self) -> None:
        """Silence everything, whoever plays it."""
        self.instrument.panic(time.monotonic())
