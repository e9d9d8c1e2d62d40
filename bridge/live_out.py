"""A live job's way out: at once to the sinks that can, and on the stream for all others."""

from __future__ import annotations

from typing import cast

from bridge.conversion import Audio, Converter
from bridge.live_voice import LiveVoice
from bridge.player import Outlet, Player, with_gain
from bridge.sinks.base import Kept, LiveTaker


class _Way:
    """To one sink: the conversion to its rate and channels, the gain by now, and what waits.

    In seconds: how much more waited than should, how much more is to wait than when it began, and
    by how much that rose with the last chunk.
    """

    def __init__(self, outlet: Outlet, rate_hz: int, channels: int) -> None:
        self.sink = cast(LiveTaker, outlet.sink)
        self.surplus_seconds = self.risen_seconds = self.sooner_seconds = 0.0
        self.outlet, self._gain = outlet, outlet.gain
        self._converter = Converter(rate_hz, channels, self.sink.rate_hz, self.sink.channels)
        self._first_kept: Kept | None = None
        self._kept: Kept | None = None

    def write(self, key: str, samples: Audio, left_out_frames: int) -> None:
        """Hand on a chunk, after so many frames that never were."""
        before, self._gain = self._gain, self.outlet.gain
        ready = with_gain(self._converter.convert(samples), before, self._gain)
        left_out = round(left_out_frames * self._converter.ratio)
        self._take_note(self.sink.write_live(key, ready, left_out))

    def _take_note(self, kept: Kept) -> None:
        first, before = self._first_kept or kept, self._kept or kept
        self._first_kept, self._kept = first, kept
        rate_hz = self.sink.rate_hz
        self.surplus_seconds = kept.surplus_frames / rate_hz
        self.risen_seconds = (kept.frames - first.frames) / rate_hz
        self.sooner_seconds = max(0, kept.frames - before.frames) / rate_hz


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
        self._sooner_seconds = 0.0

    def write(self, samples: Audio, chunk: int) -> None:
        """Hand on a chunk, `[frames, channels] float32` of the job's own rate."""
        left_out_chunks = 0 if self._next_chunk is None else max(0, chunk - self._next_chunk)
        self._next_chunk = chunk + 1
        surplus_seconds = None
        if not self._on_stream.voice.over:
            surplus_seconds = self._on_stream.write(samples, chunk, not left_out_chunks)
        ways = [self._way(outlet) for outlet in self._player.outlets if outlet.plays_live]
        for way in ways:
            way.write(self._key, samples, left_out_chunks * len(samples))
        # The clock of the device that has least is the job's: others leave out what they have more.
        self.surplus_seconds = min((way.surplus_seconds for way in ways), default=surplus_seconds)
        self._sooner_seconds += max((way.sooner_seconds for way in ways), default=0.0)
        self._on_stream.keep_more(max((way.risen_seconds for way in ways), default=0.0))

    def take_sooner(self) -> float:
        """Return by how many seconds chunks should come sooner than until now, once."""
        sooner_seconds, self._sooner_seconds = self._sooner_seconds, 0.0
        return sooner_seconds

    def _way(self, outlet: Outlet) -> _Way:
        """Return the way to a sink; one opened anew under its name has its own."""
        way = self._ways.get(outlet.name)
        if way is None or way.outlet is not outlet:
            way = self._ways[outlet.name] = _Way(outlet, self._rate_hz, self._channels)
        return way

    def close(self) -> None:
        """Fade out and end."""
        self._on_stream.voice.break_off()
        for way in self._ways.values():
            way.sink.end_live(self._key)
