"""The sink `reastream`: audio and MIDI as Cockos ReaStream packets over UDP, for REAPER.

An audio packet: `MRSR`, int32 size, 32 bytes of identifier, uint8 channels, int32 rate, int16
bytes of samples (at most 1200), then float32 samples, one channel after the other. A MIDI
packet: `mRSR`, int32 size, the identifier, then events of 32 bytes. All little-endian; both
ends must have the same rate. The layout is that of the public Wireshark dissector's notes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from bridge.net.datagrams import Datagrams
from bridge.net.line import Line
from bridge.sinks.base import Audio, Stats, Surroundings
from engine.wire import OutOfRange, Parameter, Value

PORT = 58_710
MAX_CHANNELS = 64
_BLOCK_BYTES = 1_200
_NAME_BYTES = 32
_AUDIO_HEAD = struct.Struct("<4si32sBih")
_MIDI_HEAD = struct.Struct("<4si32s")
# Type and size, frames since the last event, flags, note length and offset, 3 bytes of MIDI,
# a zero, detune, release velocity, and two bytes kept for later.
_MIDI_EVENT = struct.Struct("<iiiiii3sBBBH")
_MIDI_EVENT_TYPE = 1
_MIDI_EVENT_BYTES = 24  # As VST counts: without the type and the size themselves.


class Sink:
    """Sends packets one by one at an even pace, also in silence; MIDI leaves at once."""

    text: ClassVar[str] = "sends ReaStream over UDP, for REAPER and ReaPlugs"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("host", "str", "127.0.0.1", text="the receiver's numeric address"),
        Parameter("port", "int", PORT, 1, 65_535, text="the receiver's UDP port"),
        Parameter("identifier", "str", "default", text="as ReaStream shows it, 31 bytes"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="REAPER's; 0: the stream's own"),
        Parameter("buffer_seconds", "float", 0.04, 0.0, 2.0, unit="seconds", text="kept ahead"),
    )
    suffix: ClassVar[str] = ""

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._identifier = b""
        self._datagrams: Datagrams | None = None
        self._line: Line | None = None

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Find the receiver; it need not listen yet. Raises: OutOfRange, LegatoError."""
        if channels > MAX_CHANNELS:
            raise OutOfRange(f"{channels} channels came; ReaStream has at most {MAX_CHANNELS}")
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._identifier = _identifier(str(options["identifier"]))
        host, port = str(options["host"]), int(options["port"])
        self._datagrams = Datagrams(host, port, self._around.targets, self.stats)
        frames = _BLOCK_BYTES // (4 * channels)
        buffer_seconds = float(options["buffer_seconds"])
        self._line = Line(self.rate_hz, channels, frames, buffer_seconds, self._send, self.stats)

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue `[frames, channels] float32` to be sent. Raises: LegatoError."""
        assert self._line is not None
        self._line.write(block)

    def midi(self, status: int, data1: int, data2: int) -> None:
        """Send a MIDI channel message at once; bytes that are none are let be.

        Raises: LegatoError.
        """
        valid = 0x80 <= status < 0xF0 and 0 <= data1 < 0x80 and 0 <= data2 < 0x80
        if valid and self._datagrams is not None:
            self._datagrams.send(midi_packet(self._identifier, [(0, status, data1, data2)]))

    def _send(self, part: Audio) -> None:
        assert self._datagrams is not None
        samples = np.ascontiguousarray(part.T, "<f4").tobytes()
        size = _AUDIO_HEAD.size + len(samples)
        form = (self.channels, self.rate_hz, len(samples))
        header = _AUDIO_HEAD.pack(b"MRSR", size, self._identifier, *form)
        self._datagrams.send(header + samples, len(part))

    def surplus_frames(self) -> None:
        """Keep no clock: the line follows the stream's."""

    def close(self) -> None:
        """Send what waits and close the socket."""
        line, self._line = self._line, None
        if line is not None and self._datagrams is not None:
            line.close()
            self._datagrams.close()
            self._datagrams = None


def midi_packet(identifier: bytes, events: list[tuple[int, int, int, int]]) -> bytes:
    """Return a packet of MIDI channel messages: frames since the last one, status, two bytes."""
    body = b"".join(
        _MIDI_EVENT.pack(
            *(_MIDI_EVENT_TYPE, _MIDI_EVENT_BYTES, frames, 0, 0, 0),
            *(bytes((status, data1, data2)), 0, 0, 0, 0),
        )
        for frames, status, data1, data2 in events
    )
    return _MIDI_HEAD.pack(b"mRSR", _MIDI_HEAD.size + len(body), identifier) + body


def _identifier(text: str) -> bytes:
    """Return a name as ReaStream has it, a zero at its end. Raises: OutOfRange."""
    encoded = text.encode()
    if not encoded or len(encoded) >= _NAME_BYTES:
        raise OutOfRange(
            f"identifier {text[:64]!r} has {len(encoded)} bytes; 1 to {_NAME_BYTES - 1} are allowed"
        )
    return encoded
