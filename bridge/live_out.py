"""A live job's way out: at once to the sinks that can, and on the stream for all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from bridge.conversion import Audio, Converter
from bridge.live_voice import LiveVoice
from bridge.player import Outlet, Player, with_gain
from bridge.sinks.base import LiveTaker


@dataclass
class _Way:
    """To one sink: the conversion to its rate and channels, and the gain by now."""

    sink: LiveTaker
    converter: Converter
    gain: float


class LiveOut:
    """Hands on one live job's chunks; lives on the event loop."""

    def __init__(self, player: Player, key: str, rate_hz: int, channels: int) -> None:
        """Put a voice on the player's stream."""
        self.surplus_seconds: float | None = None
        self._player, self._key = player, key
        self._rate_hz, self._channels = rate_hz, channels
        self._on_stream = LiveVoice(player.stream, key, rate_hz, channels)
        self._ways: dict[str, _Way] = {}
        self._next_chunk: int | None = None

    def write(self, samples: Audio, chunk: int) -> None:
        """Hand on a chunk, `[frames, channels] float32` of the job's own rate."""
        left_out_chunks = 0 if self._next_chunk is None else max(0, chunk - self._next_chunk)
        self._next_chunk = chunk + 1
        surplus_seconds = None
        if not self._on_stream.voice.over:
            surplus_seconds = self._on_stream.write(samples, chunk, not left_out_chunks)
        surpluses = [
            self._write_at_once(outlet, samples, left_out_chunks * len(samples))
            for outlet in self._player.outlets
            if outlet.plays_live
        ]
        # The clock of the device that has least is the job's: others leave out what they have more.
        self.surplus_seconds = min(surpluses, default=surplus_seconds)

    def _write_at_once(self, outlet: Outlet, samples: Audio, left_out_frames: int) -> float:
        way = self._way(outlet)
        before, way.gain = way.gain, outlet.gain
        ready = with_gain(way.converter.convert(samples), before, way.gain)
        left_out = round(left_out_frames * way.converter.ratio)
        return way.sink.write_live(self._key, ready, left_out) / outlet.sink.rate_hz

    def _way(self, outlet: Outlet) -> _Way:
        """Return the way to a sink; one opened anew under its name has its own."""
        sink = cast(LiveTaker, outlet.sink)
        way = self._ways.get(outlet.name)
        if way is None or way.sink is not sink:
            converter = Converter(self._rate_hz, self._channels, sink.rate_hz, sink.channels)
            way = self._ways[outlet.name] = _Way(sink, converter, outlet.gain)
        return way

    def close(self) -> None:
        """Fade out and end."""
        self._on_stream.voice.break_off()
        for way in self._ways.values():
            way.sink.end_live(self._key)
