"""A live job's way out: at once to the sinks that can, and on the stream for all others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import cast

from bridge.conversion import Audio, Converter
from bridge.live_reserve import is_long
from bridge.live_voice import LiveVoice
from bridge.player import Outlet, Player, with_gain
from bridge.sinks.base import Kept, LiveTaker


class _Wait:
    """What waits at a sink, by what it says with each chunk, in seconds.

    How much more waited than should, how much more is to wait than when it began, by how much
    that rose with the last chunk, and when nothing will be left.
    """

    def __init__(self, rate_hz: int) -> None:
        self.surplus_seconds = self.risen_seconds = self.sooner_seconds = 0.0
        self.ends_seconds = 0.0
        self._rate_hz = rate_hz
        self._first_kept: Kept | None = None
        self._kept: Kept | None = None

    def take_note(self, kept: Kept) -> None:
        """Learn what the sink said with the last chunk."""
        first, before = self._first_kept or kept, self._kept or kept
        self._first_kept, self._kept = first, kept
        self.surplus_seconds = kept.surplus_frames / self._rate_hz
        self.risen_seconds = (kept.frames - first.frames) / self._rate_hz
        self.sooner_seconds = max(0, kept.frames - before.frames) / self._rate_hz
        self.ends_seconds = time.monotonic() + kept.waiting_frames / self._rate_hz


class _Way:
    """To one sink: the conversion to its rate and channels, the gain by now, and what waits."""

    def __init__(self, outlet: Outlet, rate_hz: int, channels: int) -> None:
        self.sink = cast(LiveTaker, outlet.sink)
        self.wait = _Wait(self.sink.rate_hz)
        self.outlet, self._gain = outlet, outlet.gain
        self._converter = Converter(rate_hz, channels, self.sink.rate_hz, self.sink.channels)

    def write(self, key: str, samples: Audio, left_out_frames: int) -> None:
        """Hand on a chunk, after so many frames that never were."""
        before, self._gain = self._gain, self.outlet.gain
        ready = with_gain(self._converter.convert(samples), before, self._gain)
        left_out = round(left_out_frames * self._converter.ratio)
        self.wait.take_note(self.sink.write_live(key, ready, left_out))


class LiveOut:
    """Hands on one live job's chunks; lives on the event loop."""

    def __init__(self, player: Player, key: str, rate_hz: int, channels: int) -> None:
        """Put a voice on the player's stream."""
        self.surplus_seconds: float | None = None
        self._player, self._key = player, key
        self._rate_hz, self._channels = rate_hz, channels
        self._on_stream = LiveVoice(player.stream, key, rate_hz, channels)
        self._stream_wait = _Wait(player.stream.rate_hz)
        self._ways: dict[str, _Way] = {}
        self._next_chunk: int | None = None
        self._sooner_seconds = 0.0
        self._ends_seconds: float | None = None

    def write(self, samples: Audio, chunk: int) -> None:
        """Hand on a chunk, `[frames, channels] float32` of the job's own rate."""
        left_out_chunks = 0 if self._next_chunk is None else max(0, chunk - self._next_chunk)
        self._next_chunk = chunk + 1
        left_out_frames = left_out_chunks * len(samples)
        ways = [self._way(outlet) for outlet in self._player.outlets if outlet.plays_live]
        for way in ways:
            way.write(self._key, samples, left_out_frames)
        waits = [way.wait for way in ways]
        self._on_stream.keep_more(max((wait.risen_seconds for wait in waits), default=0.0))
        kept = self._on_stream.write(samples, chunk, left_out_frames, leads=not ways)
        self._stream_wait.take_note(kept)
        self._lead(waits or [self._stream_wait], is_long(len(samples), self._rate_hz))

    def _lead(self, waits: Sequence[_Wait], chunks_are_long: bool) -> None:
        """Let the job's clock follow that which has least: others leave out what they have more."""
        self.surplus_seconds = min(wait.surplus_seconds for wait in waits)
        self._sooner_seconds += max(wait.sooner_seconds for wait in waits)
        if chunks_are_long:
            self._ends_seconds = min(wait.ends_seconds for wait in waits)

    def left_seconds(self) -> float | None:
        """Return how soon nothing is left to be heard, where chunks are whole windows."""
        return None if self._ends_seconds is None else self._ends_seconds - time.monotonic()

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
        self._on_stream.end()
        for way in self._ways.values():
            way.sink.end_live(self._key)
