"""Time in music: the transport, who leads it, and what waits for its place on the stream."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from bridge.following import Following
from bridge.placing import Placing
from bridge.player import Player
from bridge.stream import Event, VoiceEnded, WindowAudible
from bridge.transport import Source, Transport

# Topic, address without the root, arguments: as the notifier takes them.
Publish: TypeAlias = Callable[..., None]

TICK_SECONDS = 0.020


class Timing:
    """Joins a transport to a player's stream; lives on the event loop."""

    def __init__(self, player: Player, publish: Publish) -> None:
        stream = player.stream
        self.transport = Transport(stream.rate_hz, lambda: stream.frame)
        self.placing = Placing(stream, self.transport)
        self.following = Following(self.transport, player.frame_at)
        self._player = player
        self._publish = publish
        self._said: tuple[Any, ...] = ()
        self.transport.on_change = self.placing.settle

    async def run(self, source: Source) -> None:
        """Follow `source` from now on, and tell subscribers of each beat and change.

        Raises: StartFailed where that source cannot be had.
        """
        self.following.choose(source)
        while True:
            self.following.tick(time.monotonic())
            self._tell()
            await asyncio.sleep(TICK_SECONDS)

    def close(self) -> None:
        """Leave what is followed."""
        self.following.close()

    def state(self) -> tuple[str | int | float, ...]:
        """Return `/legato/transport`'s fields: of the frame that sounds now."""
        transport = self.transport
        beat = transport.beat_at(self._player.frame_now)
        return (
            "playing" if transport.running else "stopped",
            transport.bar_at(beat),
            beat,
            transport.tempo_bpm,
            transport.numerator,
            transport.denominator,
            transport.source,
            self.following.leader,
        )

    def hear(self, event: Event) -> None:
        """Take what the player tells of its voices."""
        match event:
            case WindowAudible():
                self.placing.heard(event.key, event.frame)
            case VoiceEnded():
                self.placing.forget(event.key)
            case _:
                pass

    def _tell(self) -> None:
        state, bar, beat, tempo, *rest = self.state()
        # A tempo that is measured is never twice the same.
        now = (state, bar, math.floor(float(beat)), round(float(tempo), 1), *rest)
        if now != self._said:
            self._said = now
            self._publish("transport", "/transport", state, bar, beat, tempo, *rest)
