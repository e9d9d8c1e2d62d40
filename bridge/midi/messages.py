"""Bytes of a port taken apart into messages.

A library hands over what came as one packet: where an exclusive message broke off, or realtime
bytes came in the middle of it, that is several messages. Source: MIDI 1.0 detailed
specification, "System Exclusive" and "Running Status".
"""

from __future__ import annotations

from bridge.midi.instrument import DATA_BYTES

EXCLUSIVE, END_OF_EXCLUSIVE, REALTIME = 0xF0, 0xF7, 0xF8
SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
MAX_BYTES = 1 << 16
_DATA = bytes(range(0x80))


def messages_in(packet: bytes) -> list[bytes]:
    """Return the messages of a packet, in order; what is no whole message is left out."""
    statuses = packet[: MAX_BYTES + 1].translate(None, delete=_DATA)
    is_one = len(statuses) == 1 and len(packet) == size_of(packet[0])
    if is_one or statuses == bytes([EXCLUSIVE, END_OF_EXCLUSIVE]):
        return [packet] if packet[0] == statuses[0] else []
    return _taken_apart(packet) if len(packet) <= MAX_BYTES else []


def size_of(status: int) -> int:
    """Return how many bytes a message has, 0 for one that is as long as it likes."""
    if status in (EXCLUSIVE, END_OF_EXCLUSIVE) or status < 0x80:
        return 0
    kind = status & 0xF0
    return 1 + (SYSTEM_DATA_BYTES.get(status, 0) if kind == 0xF0 else DATA_BYTES[kind])


def _taken_apart(packet: bytes) -> list[bytes]:
    found: list[bytes] = []
    message, running = bytearray(), 0
    for byte in packet:
        if byte >= REALTIME:
            found.append(bytes([byte]))
            continue
        if byte == END_OF_EXCLUSIVE:
            if message[:1] == bytes([EXCLUSIVE]):
                found.append(bytes([*message, byte]))
            message, running = bytearray(), 0
            continue
        if byte >= 0x80:
            message, running = bytearray([byte]), byte if byte < EXCLUSIVE else 0
        elif message or running:
            message = message or bytearray([running])
            message.append(byte)
        if message and len(message) == size_of(message[0]):
            found.append(bytes(message))
            message = bytearray()
    return found
