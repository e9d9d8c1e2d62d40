"""The sink `vban`: the stream as VBAN packets over UDP, for Voicemeeter and PipeWire.

A packet is a header of 28 bytes, then interleaved little-endian samples (VB-Audio's VBAN
protocol, revision 11): `VBAN`, rate index, frames - 1, channels - 1, format, 16 bytes of the
stream's name, uint32 packet number. The sender paces; receivers follow by resampling.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import ClassVar, cast

from bridge.net.datagrams import Datagrams
from bridge.net.line import Line
from bridge.net.pcm import SAMPLE_BYTES, PcmFormat, encode
from bridge.sinks.base import Audio, Stats, Surroundings
from engine.wire import OutOfRange, Parameter, Value

PORT = 6980
_HEADER = struct.Struct("<4sBBBB16sI")
_MAX_DATA_BYTES = 1_436
_MAX_FRAMES = 256
_MAX_CHANNELS = 256
_NAME_BYTES = 16
# Their places in the table are what a packet says of its rate.
RATES = (
    *(6_000, 12_000, 24_000, 48_000, 96_000, 192_000, 384_000),
    *(8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000),
    *(11_025, 22_050, 44_100, 88_200, 176_400, 352_800, 705_600),
)
_FORMATS: dict[str, int] = {"s16": 1, "s24": 2, "f32": 4}


class Sink:
    """Sends packets one by one at an even pace, also in silence."""

    text: ClassVar[str] = "sends VBAN over UDP, for Voicemeeter and PipeWire"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("host", "str", "127.0.0.1", text="the receiver's numeric address"),
        Parameter("port", "int", PORT, 1, 65_535, text="the receiver's UDP port"),
        Parameter("stream", "str", "", text="the stream's name, 16 bytes; empty: the sink's"),
        Parameter("format", "str", "f32", choices=tuple(_FORMATS), text="sample format"),
        Parameter("packet_frames", "int", 0, 0, _MAX_FRAMES, unit="frames", text="0: 128 or fewer"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
        Parameter("buffer_seconds", "float", 0.04, 0.0, 2.0, unit="seconds", text="kept ahead"),
    )
    suffix: ClassVar[str] = ""

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._format: PcmFormat = "f32"
        self._name = b""
        self._number = 0
        self._datagrams: Datagrams | None = None
        self._line: Line | None = None

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Find the receiver; it need not listen yet. Raises: OutOfRange, LegatoError."""
        self.rate_hz = _known_rate(int(options["rate"]), rate_hz)
        if channels > _MAX_CHANNELS:
            raise OutOfRange(f"{channels} channels came; VBAN has at most {_MAX_CHANNELS}")
        self.channels = channels
        self._format = cast(PcmFormat, options["format"])
        self._name = _stream_name(str(options["stream"]) or name)
        frames = self._packet_frames(int(options["packet_frames"]))
        host, port = str(options["host"]), int(options["port"])
        self._datagrams = Datagrams(host, port, self._around.targets, self.stats)
        buffer_seconds = float(options["buffer_seconds"])
        self._line = Line(
            self.rate_hz, self.channels, frames, buffer_seconds, self._send, self.stats
        )

    def _packet_frames(self, wanted: int) -> int:
        most = min(_MAX_FRAMES, _MAX_DATA_BYTES // (SAMPLE_BYTES[self._format] * self.channels))
        if wanted > most:
            raise OutOfRange(
                f"packet_frames is {wanted}; at most {most} frames of {self.channels} channels "
                f"in {self._format} fit a VBAN packet"
            )
        return wanted or min(128, most)

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue `[frames, channels] float32` to be sent. Raises: LegatoError."""
        assert self._line is not None
        self._line.write(block)

    def _send(self, part: Audio) -> None:
        assert self._datagrams is not None
        header = _HEADER.pack(
            b"VBAN",
            RATES.index(self.rate_hz),
            len(part) - 1,
            self.channels - 1,
            _FORMATS[self._format],
            self._name,
            self._number,
        )
        self._number = (self._number + 1) & 0xFFFF_FFFF
        self._datagrams.send(header + encode(part, self._format), len(part))

    def surplus_frames(self) -> None:
        """Keep no clock: the line follows the stream's."""

    def close(self) -> None:
        """Send what waits and close the socket."""
        line, self._line = self._line, None
        if line is not None and self._datagrams is not None:
            line.close()
            self._datagrams.close()


def _known_rate(wanted_hz: int, stream_hz: int) -> int:
    """Return the wanted rate, or the stream's where VBAN has it. Raises: OutOfRange."""
    if wanted_hz and wanted_hz not in RATES:
        known = ", ".join(map(str, sorted(RATES)))
        raise OutOfRange(f"rate is {wanted_hz}; VBAN has {known}")
    return wanted_hz or (stream_hz if stream_hz in RATES else 48_000)


def _stream_name(name: str) -> bytes:
    """Return a name as VBAN has it. Raises: OutOfRange."""
    encoded = name.encode()
    if len(encoded) > _NAME_BYTES:
        raise OutOfRange(
            f"stream {name[:64]!r} has {len(encoded)} bytes; VBAN's names have at most "
            f"{_NAME_BYTES}: give the option stream"
        )
    return encoded
