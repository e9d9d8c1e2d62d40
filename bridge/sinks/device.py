"""The sink `device`: the stream on a sound card, JACK or a virtual cable, by PortAudio.

The audio callback only reads a ring. The ring is kept at `buffer_seconds`: the player follows
the device's clock by `surplus_frames`, and what still runs away is set right in silence, so
a piece of music itself is never cut or stretched. What is played live has rings of its own, kept
at `live_seconds`, and at more after one ran dry (live_reserve.py). While a device takes nothing,
what comes is lost; it plays on once the device does, and once there is a JACK server again.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

import numpy as np

from bridge.jack_output import LEFT, JackOutput
from bridge.live_reserve import Reserve
from bridge.live_ring import LIVE_FADE_SECONDS, LiveTap
from bridge.patience import patiently
from bridge.ring import Ring, Tap
from bridge.sinks.base import Audio, Kept, Stats, Surroundings
from bridge.stream import FADE_SECONDS
from engine.wire import LegatoError, NotFound, Parameter, StartFailed, Value

_SPARE_SECONDS = 2.0  # Room in the ring for what comes at once after a stall.
_STUCK_SECONDS = 2.0
_OPEN_SECONDS = 10.0
_CLOSE_SECONDS = 2.0
_AGAIN_SECONDS = 1.0  # Between looks for a JACK server that has gone.
_PORTAUDIO = threading.Lock()  # Its calls that open and close must not overlap.
_IS_STUCK = "the device takes nothing: its audio system hangs"
_HAS_GONE = "the JACK server has gone; waiting for another"


class Sink:
    """Plays through sounddevice, which is imported at the first `open`."""

    text: ClassVar[str] = "plays on an audio device, JACK or a virtual cable"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("device", "str", "", text="a name or part of it, or a number; empty: default"),
        Parameter("hostapi", "str", "", text="the audio system, such as ALSA or JACK"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0: the stream's if it can"),
        Parameter("block_frames", "int", 0, 0, 16_384, unit="frames", text="0: the device's own"),
        Parameter("latency", "float", 0.0, 0.0, 2.0, unit="seconds", text="0: the lowest"),
        Parameter("buffer_seconds", "float", 0.04, 0.005, 30.0, unit="seconds", text="kept ahead"),
        Parameter("live_seconds", "float", 0.016, 0.001, 1.0, unit="seconds", text="live, instead"),
        Parameter("live_max_seconds", "float", 0.1, 0.0, 1.0, unit="seconds", text="0: fixed"),
    )
    suffix: ClassVar[str] = ""

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.resyncs = 0
        self._stats = Stats()
        self._stream: Any = None
        self._jack_device = ""  # The JACK client that is played to, where it is one.
        self._buffer_seconds = 0.0
        self._closed = threading.Event()
        self._rejoining: threading.Thread | None = None
        self._earlier = (0, 0)  # Underruns and missing frames of rings that were left.
        self._target_frames = 0
        self._ring = Ring(1, 1)
        self._tap = Tap(self._ring, 1, 1, 1, 1)
        self._live: dict[str, LiveTap] = {}
        self._reserve = Reserve(0, 0, 1)
        self._block_frames = 0  # As the device asks for them.
        self._live_ended = (0, 0)  # Underruns and missing frames of jobs that are over.
        self._seen_consumed = 0
        self._stuck_frames = 0

    @property
    def stats(self) -> Stats:
        """What was delivered; `underruns` are the times that the ring ran dry."""
        live = tuple(self._live.values())
        ended, missing = map(sum, zip(self._live_ended, self._earlier, strict=True))
        self._stats.underruns = self._tap.underruns + ended + sum(t.underruns for t in live)
        self._stats.late_frames = (
            self._tap.missing_frames + missing + sum(tap.missing_frames for tap in live)
        )
        kept_seconds = (tap.kept_seconds for tap in live)
        self._stats.live_seconds = max(kept_seconds, default=self._reserve.seconds)
        return self._stats

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Start the device, on silence.

        Raises: StartFailed without PortAudio or when the device refuses, NotFound for a device.
        """
        self._stream = patiently(
            lambda: self._begin(options, rate_hz, channels),
            _OPEN_SECONDS,
            f"opening the device {name}",
            _close,
        )

    def _begin(self, options: Mapping[str, Value], rate_hz: int, channels: int) -> Any:
        """Return a stream that plays. Raises: StartFailed, NotFound."""
        sounddevice = sounddevice_module()
        device = find_device(sounddevice, str(options["device"]), str(options["hostapi"]))
        if "JACK" in sounddevice.query_hostapis()[device["hostapi"]]["name"]:
            self._jack_device = device["name"]
        self.channels = min(channels, int(device["max_output_channels"]))
        self.rate_hz = int(options["rate"]) or rate_hz
        self._buffer_seconds = float(options["buffer_seconds"])
        if self._jack_device and LEFT:
            self._prepare(options)
            return self._jack()
        with _PORTAUDIO:
            if not options["rate"]:
                self.rate_hz = self._usable_rate(sounddevice, device, rate_hz)
            self._prepare(options)
            return self._portaudio(sounddevice, device, options)

    def _prepare(self, options: Mapping[str, Value]) -> None:
        """Fill the ring, and know what to keep ahead of what is played live."""
        least, most = float(options["live_seconds"]), float(options["live_max_seconds"])
        least_frames, most_frames = round(least * self.rate_hz), round(most * self.rate_hz)
        self._reserve = Reserve(least_frames, most_frames, self.rate_hz)
        self._fill_ring()

    def _portaudio(
        self, sounddevice: Any, device: Mapping[str, Any], options: Mapping[str, Value]
    ) -> Any:
        """Return a stream of PortAudio's that plays. Raises: StartFailed."""
        try:
            stream = sounddevice.OutputStream(
                samplerate=self.rate_hz,
                blocksize=int(options["block_frames"]),
                device=device["index"],
                channels=self.channels,
                dtype="float32",
                latency=float(options["latency"]) or "low",
                callback=self._callback,
            )
            try:
                stream.start()
            except sounddevice.PortAudioError:
                stream.close(ignore_errors=True)
                raise
        except sounddevice.PortAudioError as error:
            raise StartFailed(
                f"device {device['name']!r} does not open at {self.rate_hz} Hz and "
                f"{self.channels} channels: {error}; give another rate, or close what uses it"
            ) from error
        return stream

    def _jack(self) -> JackOutput:
        return JackOutput(self._jack_device, self.rate_hz, self.channels, self._callback)

    def _usable_rate(self, sounddevice: Any, device: Mapping[str, Any], rate_hz: int) -> int:
        try:
            sounddevice.check_output_settings(
                device["index"], self.channels, "float32", None, rate_hz
            )
        except sounddevice.PortAudioError:
            return int(device["default_samplerate"])
        return rate_hz

    def _fill_ring(self) -> None:
        """Begin with a new ring that holds as much silence as is kept ahead."""
        underruns, missing = self._earlier
        self._earlier = (underruns + self._tap.underruns, missing + self._tap.missing_frames)
        self._target_frames = round(self._buffer_seconds * self.rate_hz)
        spare_frames = round(_SPARE_SECONDS * self.rate_hz)
        self._ring = Ring(self._target_frames + spare_frames, self.channels)
        self._ring.write(np.zeros((self._target_frames, self.channels), np.float32))
        fade_frames = max(1, round(FADE_SECONDS * self.rate_hz))
        self._tap = Tap(self._ring, self.channels, self._target_frames, fade_frames, self.rate_hz)

    def _callback(self, out: Audio, frames: int, moment: object, status: Any) -> None:
        self._block_frames = frames
        if status and status.output_underflow:
            self._stats.xruns += 1
        self._tap.fill(out)
        for tap in self._live.values():
            tap.mix_into(out)
        self._reserve.now_frame += frames

    def write_live(self, key: str, block: Audio, left_out_frames: int = 0) -> Kept:
        """Put a live job's next `[frames, channels] float32` where the callback takes them.

        `left_out_frames` were never rendered before it: their time goes by in silence.
        """
        if key not in self._live:
            self._bury([other for other, tap in self._live.items() if tap.over])
            fade_frames = max(1, round(LIVE_FADE_SECONDS * self.rate_hz))
            self._reserve.expect_block(self._block_frames)
            # A new table for each change: the callback may be going through the old one.
            tap = LiveTap(self.channels, self._reserve, fade_frames, len(block), self.rate_hz)
            self._live = self._live | {key: tap}
        tap = self._live[key]
        surplus_frames = tap.write(block, left_out_frames)
        return Kept(tap.target_frames, surplus_frames, tap.level)

    def end_live(self, key: str) -> None:
        """Play what waits of a live job; no more is coming."""
        if key in self._live:
            self._live[key].end()

    def _bury(self, keys: Iterable[str]) -> None:
        """Let go of live jobs, and keep their counts."""
        gone = [self._live[key] for key in keys]
        underruns, missing = self._live_ended
        underruns += sum(tap.underruns for tap in gone)
        missing += sum(tap.missing_frames for tap in gone)
        self._live_ended = (underruns, missing)
        self._live = {key: tap for key, tap in self._live.items() if tap not in gone}

    def write(self, first_frame: int, block: Audio) -> None:
        """Put `[frames, channels] float32` into the ring.

        Raises: LegatoError when the device has gone for good.
        """
        if not self._plays(len(block)):
            self._stats.lost_frames += len(block)
            return
        if not block.any():
            block = self._resynced(block)
        taken = self._ring.write(block)
        self._stats.frames += taken
        self._stats.lost_frames += len(block) - taken

    def _plays(self, frames: int) -> bool:
        """Say whether the device takes what it is given, and where it does not, why."""
        if self._rejoining is not None and self._rejoining.is_alive():
            return False
        if not self._stream.active:
            self._lose()
            return False
        consumed = self._ring.consumed
        self._stuck_frames = 0 if consumed != self._seen_consumed else self._stuck_frames + frames
        if self._stats.state != "open" and not self._stuck_frames:
            self._fill_ring()  # What waited is no longer of its time.
            self._bury(tuple(self._live))
            consumed = 0
            self._stats.state = "open"
        self._seen_consumed = consumed
        if self._stuck_frames > _STUCK_SECONDS * self.rate_hz:
            self._stats.state = _IS_STUCK
        return self._stats.state == "open"

    def _lose(self) -> None:
        """Look for another JACK server. Raises: LegatoError for any other device."""
        if not self._jack_device:
            raise LegatoError("the audio device has stopped: plug it in and open the sink again")
        self._stats.state = _HAS_GONE
        if not isinstance(self._stream, JackOutput):
            LEFT.leave(self._stream)
        self._rejoining = threading.Thread(target=self._rejoin, name="rejoin", daemon=True)
        self._rejoining.start()

    def _rejoin(self) -> None:
        dead = self._stream
        while not self._closed.wait(_AGAIN_SECONDS):
            with contextlib.suppress(StartFailed):
                self._stream = self._jack()
                self._stuck_frames = 0
                break
        if self._closed.is_set() and self._stream not in (None, dead):
            self._stream.close(ignore_errors=True)

    def _resynced(self, silence: Audio) -> Audio:
        """Shorten or lengthen silence until the ring is back at its target."""
        surplus = self._ring.level - self._target_frames
        if abs(surplus) <= max(self._target_frames // 2, len(silence)):
            return silence
        self.resyncs += 1
        frames = max(0, len(silence) - surplus)
        return np.zeros((frames, self.channels), np.float32)

    def surplus_frames(self) -> int | None:
        """Return how far the ring is above its target, for the player to follow while it plays."""
        if self._stats.state != "open":
            return None
        return self._ring.level - self._target_frames

    def delay_seconds(self) -> float:
        """Return how long a block waits in the ring and in the device."""
        latency_seconds = float(self._stream.latency) if self._stream else 0.0
        return self._target_frames / self.rate_hz + latency_seconds

    def close(self) -> None:
        """Play what waits, for as long as it lasts, and stop; what hangs is left."""
        self._closed.set()
        stream, self._stream = self._stream, None
        if stream is None or self._stats.state == _HAS_GONE:
            return
        self._tap.drain()
        seen, deadline = self._ring.consumed, time.monotonic() + _STUCK_SECONDS
        while self._is_draining(stream) and time.monotonic() < deadline:
            time.sleep(0.005)
            if self._ring.consumed != seen:
                seen, deadline = self._ring.consumed, time.monotonic() + _STUCK_SECONDS
        _leave(stream)

    def _is_draining(self, stream: Any) -> bool:
        return self._stats.state == "open" and stream.active and self._ring.level > 0


def _leave(stream: Any) -> None:
    """Close a stream; one that hangs in its audio system is left."""

    try:
        patiently(lambda: _close(stream), _CLOSE_SECONDS, "closing the device")
    except StartFailed:
        LEFT.leave(stream)


def _close(stream: Any) -> None:
    with _PORTAUDIO:
        stream.stop(ignore_errors=True)
        stream.close(ignore_errors=True)


def sounddevice_module() -> Any:
    """Return sounddevice, imported now. Raises: StartFailed without PortAudio."""
    try:
        import sounddevice
    except OSError as error:
        raise StartFailed(
            "PortAudio is missing, so no device can be played: install it (Debian and Ubuntu: "
            "libportaudio2), or open a wav or osc sink"
        ) from error
    return sounddevice


def find_device(
    sounddevice: Any, wanted: str, hostapi: str, way: Literal["input", "output"] = "output"
) -> dict[str, Any]:
    """Return PortAudio's description of a device. Raises: NotFound."""
    devices = [d for d in sounddevice.query_devices() if d[f"max_{way}_channels"]]
    apis = sounddevice.query_hostapis()
    in_api = [d for d in devices if hostapi.lower() in apis[d["hostapi"]]["name"].lower()]
    if not wanted and in_api:
        default = _default_index(sounddevice, apis, hostapi, way)
        return next((d for d in in_api if d["index"] == default), in_api[0])
    for exact in (True, False):
        for device in in_api:
            name = device["name"].lower()
            hit = name == wanted.lower() if exact else wanted.lower() in name
            if hit or wanted == str(device["index"]):
                return dict(device)
    names = ", ".join(f"{d['index']} {d['name']} ({apis[d['hostapi']]['name']})" for d in devices)
    raise NotFound(
        f"no {way} device is like {wanted!r}{f' of {hostapi[:32]}' if hostapi else ''}; "
        f"there is {names or 'none at all'}"
    )


def _default_index(sounddevice: Any, apis: Any, hostapi: str, way: str) -> int:
    if hostapi:
        matching = (api for api in apis if hostapi.lower() in api["name"].lower())
        return int(next(matching)[f"default_{way}_device"])
    return int(sounddevice.default.device[way == "output"])
