"""What a take's files say: the request, the plan, the journal and the outcome."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

import msgspec

from bridge.storage import write_all
from bridge.wav import Audio
from engine.wire import Request

T = TypeVar("T")
State: TypeAlias = Literal["open", "done", "failed", "cancelled"]


class Record(msgspec.Struct, frozen=True):
    """What was asked, by whom and when (`created_seconds` since 1970).

    `parent` and `parent_window` name the take and window that this one branched from,
    `warnings` say what was guessed to read its score.
    """

    request: Request
    title: str = ""
    client: str = ""
    client_id: int = 0
    created_seconds: float = 0.0
    parent: str = ""
    parent_window: int = 0
    warnings: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """What the engine accepted: `frames` sample frames in `windows` windows in all.

    `stems` names those that come with every window.
    """

    windows: int
    frames: int
    rate_hz: int
    channels: int
    first_window: int = 0
    stems: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True):
    """One finished window: `frames` sample frames of the job from `first_frame` on.

    `checksum` is the CRC-32 of its samples and then the context after it, `stems_checksum` that
    of its stems.
    """

    window: int
    first_frame: int
    frames: int
    rate_hz: int
    channels: int
    context_bytes: int
    checksum: int
    stems_checksum: int = 0


class Outcome(msgspec.Struct, frozen=True):
    """How a take ended; `code` and `text` say why where it did not end well."""

    state: Literal["done", "failed", "cancelled"]
    code: str = ""
    text: str = ""
    seconds: float = 0.0


class TakeInfo(msgspec.Struct, frozen=True):
    """A take in one row: `seconds` of audio in `windows` finished windows out of `planned`.

    `stems` are its stems' names, with spaces between; their WAVs lie in its folder `stems`.
    """

    id: str
    state: State
    operation: str
    model: str
    title: str
    seed: int
    seconds: float
    windows: int
    planned: int
    bytes: int
    pinned: bool
    parent: str
    stems: str = ""


def to_json(value: msgspec.Struct) -> bytes:
    """Return a record as JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def to_line(entry: Entry) -> bytes:
    """Return an entry as its line of the journal."""
    return msgspec.json.encode(entry) + b"\n"


def read_json(path: Path, kind: type[T]) -> T | None:
    """Read a record, or None where there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError):
        return None


def read_journal(path: Path) -> list[Entry]:
    """Read the entries of a journal up to the first torn line."""
    entries: list[Entry] = []
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    for line in lines[:-1]:  # What follows the last newline is nothing, or torn.
        try:
            entries.append(msgspec.json.decode(line, type=Entry))
        except msgspec.DecodeError:
            break
    return entries


def append_entry(path: Path, entry: Entry) -> None:
    """Add a line to a journal, whole or not at all. Raises: OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    file = os.open(path, flags, 0o644)
    try:
        before = os.fstat(file).st_size
        try:
            write_all(file, memoryview(to_line(entry)))
        except OSError:
            os.ftruncate(file, before)
            raise
    finally:
        os.close(file)


def checksum_of(samples: Audio, context: bytes | memoryview) -> int:
    """Return the CRC-32 of little-endian float32 samples and then a context."""
    return zlib.crc32(context, zlib.crc32(samples.astype("<f4", copy=False).tobytes()))
