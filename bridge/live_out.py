"""A live job's way out: at once to the sinks that can, and on the stream for all others."""

from __future__ import annotations

from typing import cast

import numpy as np

from bridge.conversion import Audio, Converter
from bridge.player import Outlet, Player
from bridge.sinks.base import LiveTaker


class LiveOut:
    """Hands on one live job's chunks; lives on the event loop."""

    def __init__(self, player: Player, key: str, rate_hz: int, channels: int) -> None:
        """Put a voice on the player's stream."""
        self.surplus_seconds: float | None = None
        self._player, self._key = player, key
        self._rate_hz, self._channels = rate_hz, channels
        self._voice = player.stream.open_voice(key, rate_hz, channels)
        self._voice.is_live = True
        self._ways: dict[str, tuple[LiveTaker, Converter]] = {}
        self._next_chunk: int | None = None

    def write(self, samples: Audio, chunk: int) -> None:
        """Hand on a chunk, `[frames, channels] float32` of the job's own rate."""
        if not self._voice.over:
            self._voice.write(samples, chunk)
        left_out_chunks = 0 if self._next_chunk is None else max(0, chunk - self._next_chunk)
        self._next_chunk = chunk + 1
        surpluses = [
            self._write_at_once(outlet, samples, left_out_chunks * len(samples))
            for outlet in self._player.outlets
            if outlet.plays_live
        ]
        # The first device's clock is the job's.
        self.surplus_seconds = surpluses[0] if surpluses else None

    def _write_at_once(self, outlet: Outlet, samples: Audio, left_out_frames: int) -> float:
        sink, converter = self._way(outlet)
        ready = converter.convert(samples) * np.float32(outlet.gain)
        left_out = round(left_out_frames * converter.ratio)
        return sink.write_live(self._key, ready, left_out) / outlet.sink.rate_hz

    def _way(self, outlet: Outlet) -> tuple[LiveTaker, Converter]:
        """Return a sink and the conversion to it; one opened anew under its name has its own."""
        sink = cast(LiveTaker, outlet.sink)
        way = self._ways.get(outlet.name)
        if way is None or way[0] is not sink:
            converter = Converter(self._rate_hz, self._channels, sink.rate_hz, sink.channels)
            way = self._ways[outlet.name] = sink, converter
        return way

    def close(self) -> None:
        """Fade out and end."""
        self._voice.break_off()
        for sink, _ in self._ways.values():
            sink.end_live(self._key)
