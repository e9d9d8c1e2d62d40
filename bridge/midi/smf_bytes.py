"""Quantities and events in the bytes of a MIDI file, as far as one needs to find the next."""

from __future__ import annotations

import contextlib
import re

KANA = re.compile("[\u3041-\u30fe]")
META, EXCLUSIVE, ESCAPE = 0xFF, 0xF0, 0xF7
SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}


class Misread(Exception):
    """Bytes from `offset` on that cannot be an event, or one that passes its track's end."""

    def __init__(self, offset: int, *, overruns: bool = False) -> None:
        super().__init__(f"no MIDI event at byte {offset}")
        self.offset = offset
        self.overruns = overruns


def variable(data: bytes, position: int) -> tuple[int, int]:
    """Read a variable-length quantity; return it and where it ends.

    Raises: Misread (more than 28 bits), IndexError (the bytes end).
    """
    start, value = position, 0
    while True:
        byte = data[position]
        position += 1
        value = value << 7 | byte & 0x7F
        if value > 0x0FFFFFFF:
            raise Misread(start)
        if byte < 0x80:
            return value, position


def skip_event(data: bytes, position: int, running: int) -> tuple[int, int]:
    """Return where the event at a position ends, and the running status after it.

    Raises: Misread, IndexError.
    """
    start = position
    _, position = variable(data, position)
    byte = data[position]
    if byte >= 0xF0:
        position += 1 + SYSTEM_DATA_BYTES.get(byte, 0) + (byte == META)
        if byte in (META, EXCLUSIVE, ESCAPE):
            length, position = variable(data, position)
            position += length
        return position, running
    if byte & 0x80:
        running, position = byte, position + 1
    if not running:
        raise Misread(start)
    end = position + (1 if 0xC0 <= running < 0xE0 else 2)
    if any(value & 0x80 for value in data[position:end]):
        raise Misread(start)
    return end, running


def text_of(content: bytes) -> str:
    """Return the text of a meta event, which may be in any encoding: files do not say in which.

    UTF-8 and UTF-16 are certain; then Shift-JIS, where Western text has no such bytes.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    with contextlib.suppress(UnicodeDecodeError):
        return content.decode()
    if any(0x80 <= byte < 0xA0 for byte in content):
        with contextlib.suppress(UnicodeDecodeError):
            text = content.decode("cp932")
            if KANA.search(text) or not any(char.isascii() and char.isalpha() for char in text):
                return text
    return content.decode("cp1252", "replace")
