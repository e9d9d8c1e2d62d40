"""The sink `rtp`: the stream as RTP over UDP, L16 or L24, for ffmpeg, VLC and GStreamer.

RFC 3550 headers and RFC 3190/3551 payload: interleaved, big-endian. What a receiver must know
is in a session description (SDP, RFC 8866): written to `path` where one is given, and told as
`/legato/sink/file`. There is no shared clock (PTP), so this is not AES67.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, cast

from bridge.net.datagrams import MAX_NETWORK_BYTES, Datagrams
from bridge.net.line import Line
from bridge.net.pcm import SAMPLE_BYTES, PcmFormat, encode
from bridge.sinks.base import Audio, Stats, Surroundings
from bridge.storage import storing, write_whole
from engine.wire import ForbiddenPath, OutOfRange, Parameter, Value

PORT = 5_004
_HEADER = struct.Struct(">BBHII")
_VERSION = 0x80
_PAYLOAD_TYPE = 96  # The first of those that mean what the session description says.
_MAX_PACKET_SECONDS = 0.005
_FORMATS: dict[str, PcmFormat] = {"L16": "s16", "L24": "s24"}


class Sink:
    """Sends packets one by one at an even pace, also in silence."""

    text: ClassVar[str] = "sends RTP over UDP with a session description, for ffmpeg and VLC"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("host", "str", "127.0.0.1", text="the receiver's address, or a group's"),
        Parameter("port", "int", PORT, 2, 65_534, text="the receiver's UDP port, an even number"),
        Parameter("format", "str", "L16", choices=tuple(_FORMATS), text="bits of a sample"),
        Parameter("packet_frames", "int", 0, 0, 4_096, unit="frames", text="0: 5 ms or fewer"),
        Parameter("path", "str", "", text="where to write the .sdp file, inside a media folder"),
        Parameter("overwrite", "bool", False, text="whether a file of that name may go"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
        Parameter("buffer_seconds", "float", 0.04, 0.0, 2.0, unit="seconds", text="kept ahead"),
    )
    suffix: ClassVar[str] = ".sdp"

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._format: PcmFormat = "s16"
        self._sequence = secrets.randbelow(1 << 16)
        self._timestamp = secrets.randbelow(1 << 32)
        self._source = secrets.randbelow(1 << 32)
        self._datagrams: Datagrams | None = None
        self._line: Line | None = None

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Write the session description and begin; nobody need listen yet.

        Raises: OutOfRange, ForbiddenPath, LegatoError.
        """
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._format = _FORMATS[str(options["format"])]
        if int(options["port"]) % 2:
            raise OutOfRange(f"port is {options['port']}; RTP's are even")
        frames = self._packet_frames(int(options["packet_frames"]))
        host, port = str(options["host"]), int(options["port"])
        self._datagrams = Datagrams(host, port, self._around.targets, self.stats)
        description = self._description(name, str(options["format"]), frames)
        self._offer(name, str(options["path"]), bool(options["overwrite"]), description)
        buffer_seconds = float(options["buffer_seconds"])
        self._line = Line(
            self.rate_hz, self.channels, frames, buffer_seconds, self._send, self.stats
        )

    def _packet_frames(self, wanted: int) -> int:
        frame_bytes = SAMPLE_BYTES[self._format] * self.channels
        most = (MAX_NETWORK_BYTES - _HEADER.size) // frame_bytes
        if max(1, wanted) > most:
            raise OutOfRange(
                f"packet_frames is {wanted}; at most {most} frames of {self.channels} channels "
                "pass every network whole"
            )
        return wanted or min(most, round(_MAX_PACKET_SECONDS * self.rate_hz))

    def _description(self, name: str, rtp_format: str, packet_frames: int) -> str:
        datagrams = cast(Datagrams, self._datagrams)
        version = "IP6" if ":" in datagrams.host else "IP4"
        group = f"{datagrams.host}/{datagrams.hops}" if datagrams.hops is not None else ""
        title = "".join(letter for letter in name if letter.isprintable())
        lines = (
            "v=0",
            f"o=- {self._source} 1 IN {version} {datagrams.own_host}",
            f"s={title or 'Legato'}",
            f"c=IN {version} {group or datagrams.host}",
            "t=0 0",
            f"m=audio {datagrams.port} RTP/AVP {_PAYLOAD_TYPE}",
            f"a=rtpmap:{_PAYLOAD_TYPE} {rtp_format}/{self.rate_hz}/{self.channels}",
            f"a=ptime:{1000 * packet_frames / self.rate_hz:g}",
        )
        return "\r\n".join(lines) + "\r\n"

    def _offer(self, name: str, path: str, overwrite: bool, description: str) -> None:
        place = Path(path)
        if path and not place.is_absolute():
            raise ForbiddenPath(f"a path {path[:64]!r} came for sink {name}: name a file to write")
        if path and place.exists() and not overwrite:
            raise ForbiddenPath("a file of that name is there already: choose another name")
        if path:
            with storing("the session description"):
                write_whole(place, description.encode(), durable=False)
        self._around.told(name, path, description)

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue `[frames, channels] float32` to be sent. Raises: LegatoError."""
        assert self._line is not None
        self._line.write(block)

    def _send(self, part: Audio) -> None:
        assert self._datagrams is not None
        header = _HEADER.pack(
            _VERSION, _PAYLOAD_TYPE, self._sequence, self._timestamp, self._source
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + len(part)) & 0xFFFF_FFFF
        self._datagrams.send(header + encode(part, self._format, "big"), len(part))

    def surplus_frames(self) -> None:
        """Keep no clock: the line follows the stream's."""

    def close(self) -> None:
        """Send what waits and close the socket."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if self._datagrams is not None:
            self._datagrams.close()
            self._datagrams = None
