"""A live job's take: its audio in windows of some seconds, and what was played as a MIDI file.

Both files are whole at every moment, and nothing grows in memory.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from bridge.storage import storing, write_all
from bridge.take import Take
from bridge.wav import Audio
from engine.wire import LegatoError, MidiEvent

OnFiles: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]

WINDOW_SECONDS = 2.0
MAX_WAITING_WINDOWS = 8
MAX_GAP_SECONDS = 10.0
MAX_MIDI_BYTES = 64 << 20
TICKS_PER_QUARTER, TICKS_PER_SECOND = 960, 1920
_HEAD = struct.pack(">4sIHHH4s", b"MThd", 6, 0, 1, TICKS_PER_QUARTER, b"MTrk")
_END = b"\x00\xff\x2f\x00"
ONE_DATA_BYTE = (0xC0, 0xD0)


class MidiWriter:
    """Writes a Standard MIDI File of type 0 that is valid at every moment."""

    def __init__(self, path: Path) -> None:
        """Make the file anew. Raises: OSError."""
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o644)
        self._track_bytes = 0
        self._tick = 0
        self.write(())

    def write(self, events: Sequence[tuple[float, MidiEvent]]) -> None:
        """Append messages with their seconds since the beginning. Raises: OSError."""
        data = b"".join(self._encoded(seconds, event) for seconds, event in events)
        if self._track_bytes + len(data) > MAX_MIDI_BYTES:
            return
        os.lseek(self._file, len(_HEAD) + 4 + self._track_bytes, os.SEEK_SET)
        write_all(self._file, memoryview(data + _END))
        self._track_bytes += len(data)
        os.lseek(self._file, 0, os.SEEK_SET)
        head = _HEAD + struct.pack(">I", self._track_bytes + len(_END))
        write_all(self._file, memoryview(head))

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _encoded(self, seconds: float, event: MidiEvent) -> bytes:
        tick = max(self._tick, round(seconds * TICKS_PER_SECOND))
        since, self._tick = tick - self._tick, tick
        size = 2 if event.status & 0xF0 in ONE_DATA_BYTE else 3
        return _variable(since) + bytes((event.status, event.data1, event.data2)[:size])


def _variable(number: int) -> bytes:
    """Return a variable-length quantity."""
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


class Recorder:
    """Keeps a live job's chunks and messages; lives on the event loop, writes on another thread.

    Where the disk is too slow, or the take is full, the job goes on and is kept no further.
    """

    def __init__(
        self,
        take: Take,
        on_files: OnFiles,
        rate_hz: int,
        channels: int,
        keep_seconds: float,
        ended: Callable[[str], None],
    ) -> None:
        """Begin where the take stands; `ended` is told why, should it stop before its time."""
        self._take, self._on_files, self._ended = take, on_files, ended
        self._rate_hz, self._channels = rate_hz, channels
        self._left_frames = round(keep_seconds * rate_hz)
        self._next_frame = 0
        self._chunks: list[Audio] = []
        self._chunk_frames = 0
        self._events: list[tuple[float, MidiEvent]] = []
        self._midi: MidiWriter | None = None
        self._is_on = True
        self._writing: asyncio.Queue[tuple[Audio, list[tuple[float, MidiEvent]]] | None]
        self._writing = asyncio.Queue()

    async def run(self) -> None:
        """Write what comes until `finish`."""
        while (item := await self._writing.get()) is not None:
            try:
                await self._on_files(self._write, *item)
            except LegatoError as error:
                self._stop(str(error))

    def hear(self, seconds: float, event: MidiEvent) -> None:
        """Keep a message that was played so long after the beginning."""
        if self._is_on:
            self._events.append((seconds, event))

    def add(self, first_frame: int, samples: Audio) -> None:
        """Keep a chunk, `[frames, channels] float32`; what is missing before it was silent."""
        if not self._is_on:
            return
        longest = min(self._left_frames, round(MAX_GAP_SECONDS * self._rate_hz))
        missing = min(first_frame - self._next_frame, longest)
        if missing > 0:
            self._append(np.zeros((missing, self._channels), np.float32))
        self._append(samples[: max(0, self._left_frames)])
        self._next_frame = first_frame + len(samples)
        if self._chunk_frames >= WINDOW_SECONDS * self._rate_hz:
            self._flush()
        if not self._left_frames:
            self._flush()
            self._stop("the take is as long as it may grow; the job goes on")

    def _append(self, samples: Audio) -> None:
        self._chunks.append(samples)
        self._chunk_frames += len(samples)
        self._left_frames -= len(samples)

    def finish(self) -> None:
        """Hand over what is left, and let `run` return."""
        self._flush()
        self._writing.put_nowait(None)

    def close(self) -> None:
        """Let go of the MIDI file."""
        if self._midi is not None:
            self._midi.close()

    def _flush(self) -> None:
        if not self._chunk_frames or not self._is_on:
            return
        if self._writing.qsize() >= MAX_WAITING_WINDOWS:
            self._stop("the disk is too slow to keep what is played; the job goes on")
            return
        self._writing.put_nowait((np.concatenate(self._chunks), self._events))
        self._chunks, self._events, self._chunk_frames = [], [], 0

    def _write(self, samples: Audio, events: list[tuple[float, MidiEvent]]) -> None:
        take = self._take
        first_frame = take.frames
        take.append(take.next_window, first_frame, samples)
        with storing(f"the notes of take {take.id}"):
            if self._midi is None:
                self._midi = MidiWriter(take.folder / "source.mid")
            self._midi.write(events)

    def _stop(self, reason: str) -> None:
        if self._is_on:
            self._is_on = False
            self._chunks, self._events, self._chunk_frames = [], [], 0
            self._ended(reason)
