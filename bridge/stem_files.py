"""The WAVs of a take's stems, which grow beside the mix and are cut with it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.wav import Audio, WavReader, WavWriter, copy_audio
from engine.wire import LegatoError

Stems: TypeAlias = NDArray[np.float32]

_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,63}", re.ASCII)


class StemFiles:
    """`NAME.wav` for each stem in one folder; nothing at all where there are no stems."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Raises: LegatoError for names that are no good for files."""
        if len(set(names)) < len(names) or not all(map(_NAME.fullmatch, names)):
            raise LegatoError(f"stems {' '.join(names)[:80]!r} came; names cannot be files' names")
        self.paths = [folder / f"{name}.wav" for name in names]
        self._folder = folder
        self._writers: list[WavWriter] = []

    def open(self, rate_hz: int, channels: int, keep_frames: int | None) -> None:
        """Make the files, or go on after so many of their frames; others in the folder go.

        Raises: OSError, LegatoError.
        """
        if self.paths:
            self._folder.mkdir(exist_ok=True)
        for path in set(self._folder.glob("*.wav")).difference(self.paths):
            path.unlink()
        for path in self.paths:
            writer = WavWriter(path, rate_hz, channels, keep_frames=keep_frames)
            self._writers.append(writer)

    def write(self, stems: Sequence[Audio] | Stems) -> None:
        """Append `[stems, frames, channels] float32`. Raises: OSError, LegatoError."""
        if len(stems) != len(self._writers):
            raise LegatoError(f"{len(stems)} stems came where {len(self._writers)} were announced")
        for writer, samples in zip(self._writers, stems, strict=True):
            writer.write(samples)

    def truncate(self, frames: int) -> None:
        """Keep the first frames of each alone. Raises: OSError."""
        for writer in self._writers:
            writer.truncate(frames)

    def close(self, durable: bool = False) -> None:
        """Close the files; with `durable` wait for the disk first. Raises: OSError."""
        writers, self._writers = self._writers, []
        for writer in writers:
            if durable:
                writer.sync()
            writer.close()

    def read(self, first_frame: int, frames: int) -> Stems:
        """Return `[stems, frames, channels] float32`. Raises: OSError, LegatoError."""
        found: list[Audio] = []
        for path in self.paths:
            with WavReader(path) as reader:
                found.append(reader.read(first_frame, frames))
        if len({len(samples) for samples in found}) > 1:
            raise LegatoError("the stems are not of one length: they were changed from outside")
        return np.stack(found) if found else np.zeros((0, 0, 0), np.float32)

    def copy(self, folder: Path, frames: int) -> None:
        """Copy the first frames of each into another take's folder. Raises: OSError."""
        if self.paths:
            folder.mkdir(exist_ok=True)
        for path in self.paths:
            copy_audio(path, folder / path.name, frames, "float32")


def stems_checksum(stems: Stems | None) -> int:
    """Return the CRC-32 of stems' little-endian samples; 0 where there are none."""
    return 0 if stems is None else zlib.crc32(stems.astype("<f4", copy=False).tobytes())
