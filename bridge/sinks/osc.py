"""The sink `osc`: the stream as sequenced OSC messages over UDP, for Pd, SuperCollider, others.

    /legato/audio name sequence first_frame rate channels samples…
    /legato/audio/end name sequence frames

`samples` are interleaved floats (Pd) or one blob of float32. `sequence` goes up by one with
every message, so a receiver sees what was lost; `first_frame` counts from 0 where the sound
began, so that Pd's 24-bit numbers last for minutes. Nothing is sent in silence.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from typing import ClassVar

from bridge.osc.codec import encode
from bridge.sinks.base import Audio, Stats
from engine.wire import LegatoError, OutOfRange, Parameter, Value

_ADDRESS = "/legato/audio"
_SILENCE_SECONDS = 0.5
_INT_RANGE = 1 << 31  # OSC's int32; the counters start again beyond it.


class Sink:
    """Sends while something sounds, and an end message half a second after it stopped."""

    text: ClassVar[str] = "sends the stream as OSC messages over UDP, on this machine"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("host", "str", "127.0.0.1", text="a loopback address"),
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
        Parameter("packet_bytes", "int", 8_192, 256, 8_192, text="the largest datagram"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
    )

    def __init__(self) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._socket: socket.socket | None = None
        self._name = ""
        self._blob_order = ""
        self._packet_frames = 0
        self._sequence = 0
        self._sound_frame = 0
        self._sent_frames = 0
        self._silent_frames = 0
        self._sounding = False

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Find the receiver; it need not listen yet. Raises: OutOfRange, LegatoError."""
        host, port = _loopback(str(options["host"])), int(options["port"])
        if not port:
            raise OutOfRange(f"sink {name} has no port: give the receiver's, 1 to 65535")
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._name = name
        order = {"little": "<", "big": ">"}[str(options["byte_order"])]
        self._blob_order = order if options["format"] == "blob" else ""
        self._packet_frames = self._fitting_frames(int(options["packet_bytes"]))
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.connect((host, port))

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
        if self._socket is None:
            return
        try:
            if self._sounding:
                self._send_end()
        finally:
            self._socket.close()
            self._socket = None

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
        assert self._socket is not None
        self._sequence = (self._sequence + 1) % _INT_RANGE
        before, self._sent_frames = self._sent_frames, 0
        try:
            try:
                self._socket.send(packet)
            except ConnectionRefusedError:  # The packet before found nobody; this one may.
                self.stats.frames -= before
                self.stats.lost_frames += before
                self._socket.send(packet)
        except (BlockingIOError, ConnectionRefusedError):
            self.stats.lost_frames += frames  # A full buffer: nothing here waits.
        except OSError as error:
            raise LegatoError(
                f"audio cannot be sent: {error.strerror}; open the sink with a smaller packet_bytes"
            ) from error
        else:
            self._sent_frames = frames
            self.stats.frames += frames


def _loopback(host: str) -> str:
    """Return a loopback address: audio goes nowhere else unasked. Raises: OutOfRange."""
    host = "127.0.0.1" if host == "localhost" else host
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise OutOfRange(
        f"host is {host[:64]!r}; audio goes to this machine alone for now: 127.0.0.1 or ::1"
    )
