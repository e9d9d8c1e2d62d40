"""OSC packets on a TCP stream: size-prefixed (OSC 1.0) or SLIP (OSC 1.1), told by the first byte.

A packet begins with `/` or `#`, so a stream that does is SLIP without a leading END, one that
begins with END is SLIP with it, and anything else is a length. Read as one, the first four
letters of an HTTP request or of a TLS hello are far above the cap, and the stream is closed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Protocol

from bridge.osc.codec import MAX_PACKET_BYTES
from engine.wire import BadFrame

_LENGTH = struct.Struct(">I")
_END, _ESC = b"\xc0", b"\xdb"
_ESCAPED_END, _ESCAPED_ESC = b"\xdb\xdc", b"\xdb\xdd"
_MAX_SLIP_BYTES = 2 * MAX_PACKET_BYTES


class Framing(Protocol):
    """One way to cut a byte stream into packets."""

    @property
    def partial(self) -> bool:
        """Whether a packet has begun and not ended."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes and yield the packets that they complete. Raises: BadFrame."""

    def wrap(self, packet: bytes) -> bytes:
        """Return a packet as it goes onto the stream."""


def detect(first: bytes) -> Framing:
    """Return the framing of a stream whose first bytes these are."""
    return Slip() if first[:1] in (_END, b"/", b"#") else SizePrefixed()


class SizePrefixed:
    """Each packet follows its length, a big-endian int32."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def partial(self) -> bool:
        """Whether a packet has begun and not ended."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes and yield the packets that they complete. Raises: BadFrame."""
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(self._buffer, start)
            if size > MAX_PACKET_BYTES:
                raise BadFrame(
                    f"a frame of {size} bytes was announced; at most {MAX_PACKET_BYTES} are read: "
                    "is the client speaking OSC over TCP?"
                )
            end = start + _LENGTH.size + size
            if len(self._buffer) < end:
                break
            yield bytes(self._buffer[start + _LENGTH.size : end])
            start = end
        del self._buffer[:start]

    def wrap(self, packet: bytes) -> bytes:
        """Return a packet behind its length."""
        return _LENGTH.pack(len(packet)) + packet


class Slip:
    """Each packet is closed by END, and may be opened by one too (RFC 1055)."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def partial(self) -> bool:
        """Whether a packet has begun and not ended."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes and yield the packets that they complete. Raises: BadFrame."""
        *closing, rest = data.split(_END)
        for piece in closing:
            raw = bytes(self._buffer + piece)
            self._buffer.clear()
            if raw:
                yield raw.replace(_ESCAPED_END, _END).replace(_ESCAPED_ESC, _ESC)
        self._buffer += rest
        if len(self._buffer) > _MAX_SLIP_BYTES:
            raise BadFrame(f"more than {_MAX_SLIP_BYTES} bytes came without a SLIP END")

    def wrap(self, packet: bytes) -> bytes:
        """Return a packet between two ENDs, as OSC 1.1 asks."""
        escaped = packet.replace(_ESC, _ESCAPED_ESC).replace(_END, _ESCAPED_END)
        return _END + escaped + _END
