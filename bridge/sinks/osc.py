"""The sink `osc`: the stream as sequenced OSC messages over UDP, for Pd, SuperCollider, others.

    /legato/audio name sequence first_frame rate channels samples…
    /legato/audio/end name sequence frames

`samples` are interleaved floats (Pd) or one blob of float32. `sequence` goes up by one with
every message, so a receiver sees what was lost; `first_frame` counts from 0 where the sound
began, so that Pd's 24-bit numbers last for minutes. Nothing is sent in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bridge.net.datagrams import MAX_NETWORK_BYTES, Datagrams
from bridge.osc.codec import encode
from bridge.sinks.base import Audio, Stats, Surroundings
from engine.wire import LegatoError, OutOfRange, Parameter, Value

_ADDRESS = "/legato/audio"
_SILENCE_SECONDS = 0.5
LOOPBACK_LIMIT_BYTES = 8_192  # macOS lets no datagram beyond 9,216 bytes pass.
_INT_RANGE = 1 << 31  # OSC's int32; the counters start again beyond it.


class Sink:
    """Sends while something sounds, and an end message half a second after it stopped."""

    text: ClassVar[str] = "sends the stream as OSC messages over UDP"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("host", "str", "127.0.0.1", text="the receiver's numeric address"),
        Parameter("port", "int", 0, 0, 65_535, text="the receiver's UDP port"),
        Parameter(
            "format", "str", "floats", choices=("floats", "blob"), text="floats for Pd, else blob"
        ),
        Parameter(
            "byte_order",
            "str",
            "little",
            choices=("little", "big"),
            text="of the blob's samples; floats are always OSC's",
        ),
        Parameter("packet_bytes", "int", 8_192, 256, 8_192, text="most; 1,400 on a network"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
    )
    suffix: ClassVar[str] = ""

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._datagrams: Datagrams | None = None
        self._name = ""
        self._blob_order = ""
        self._packet_frames = 0
        self._sequence = 0
        self._sound_frame = 0
        self._silent_frames = 0
        self._sounding = False

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Find the receiver; it need not listen yet. Raises: OutOfRange, LegatoError."""
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._name = name
        order = {"little": "<", "big": ">"}[str(options["byte_order"])]
        self._blob_order = order if options["format"] == "blob" else ""
        host, port = str(options["host"]), int(options["port"])
        datagrams = Datagrams(host, port, self._around.targets, self.stats)
        most_bytes = LOOPBACK_LIMIT_BYTES if datagrams.is_local else MAX_NETWORK_BYTES
        try:
            self._packet_frames = self._fitting_frames(
                min(int(options["packet_bytes"]), most_bytes)
            )
        except LegatoError:
            datagrams.close()
            raise
        self._datagrams = datagrams

    def _fitting_frames(self, packet_bytes: int) -> int:
        sample_bytes = 4 if self._blob_order else 5  # A float also takes a type tag.
        # Beyond the empty message there are at most 4 bytes of padding behind the tags.
        fixed = len(encode(_ADDRESS, self._name, 0, 0, 0, 0, b"")) + 4
        frames = (packet_bytes - fixed) // (sample_bytes * self.channels)
        if frames < 1:
            raise OutOfRange(
                f"packet_bytes is {packet_bytes}; a frame of {self.channels} channels needs "
                f"{fixed + sample_bytes * self.channels}"
            )
        return frames

    def write(self, first_frame: int, block: Audio) -> None:
        """Send `[frames, channels] float32` while something sounds."""
        if block.any():
            self._sounding, self._silent_frames = True, 0
        elif self._sounding:
            self._silent_frames += len(block)
        if self._sounding:
            for start in range(0, len(block), self._packet_frames):
                self._send_audio(block[start : start + self._packet_frames])
        if self._sounding and self._silent_frames >= _SILENCE_SECONDS * self.rate_hz:
            self._send_end()

    def surplus_frames(self) -> None:
        """Keep no clock: the stream paces the packets."""

    def close(self) -> None:
        """Send the end and close the socket."""
        if self._datagrams is None:
            return
        try:
            if self._sounding:
                self._send_end()
        finally:
            self._datagrams.close()
            self._datagrams = None

    def _send_audio(self, part: Audio) -> None:
        samples = part.ravel()
        if self._blob_order:
            body: bytes | Audio = samples.astype(f"{self._blob_order}f4", copy=False).tobytes()
        else:
            body = samples
        head = (self._name, self._sequence, self._sound_frame, self.rate_hz, self.channels)
        self._sound_frame = (self._sound_frame + len(part)) % _INT_RANGE
        self._send(encode(_ADDRESS, *head, body), len(part))

    def _send_end(self) -> None:
        self._send(encode(f"{_ADDRESS}/end", self._name, self._sequence, self._sound_frame))
        self._sounding, self._sound_frame, self._silent_frames = False, 0, 0

    def _send(self, packet: bytes, frames: int = 0) -> None:
        assert self._datagrams is not None
        self._sequence = (self._sequence + 1) % _INT_RANGE
        self._datagrams.send(packet, frames)
