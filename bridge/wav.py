"""WAV files that grow while they are read: valid at every moment, also after a kill.

The layout is EBU Tech 3306's: a `JUNK` chunk keeps the place of `ds64`, so that a file that
passes 4 GiB becomes RF64 by rewriting its header, in place and in one write.
"""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from bridge.storage import write_all
from engine.wire import LegatoError

Audio: TypeAlias = NDArray[np.float32]
SampleFormat: TypeAlias = Literal["float32", "int24", "int16"]
Place: TypeAlias = Literal["here", "moved", "deleted"]

SAMPLE_FORMATS: tuple[SampleFormat, ...] = get_args(SampleFormat)
_FORMAT_TAGS: dict[SampleFormat, int] = {"float32": 3, "int24": 1, "int16": 1}
_SAMPLE_BYTES: dict[SampleFormat, int] = {"float32": 4, "int24": 3, "int16": 2}
_HEAD = struct.Struct("<4sI4s 4sIQQQI 4sIHHIIHHH 4sII 4sI")
HEADER_BYTES = _HEAD.size
RIFF_LIMIT_BYTES = 0xFFFF_FFFF
_COPY_FRAMES = 1 << 16


class WavWriter:
    """Writes `[frames, channels] float32` audio to a WAV file that is valid at every moment.

    Samples go to disk first and the header's sizes after them, in one write, so whoever
    opens the file meanwhile, or after a crash, finds a whole WAV of `frames` frames.
    """

    def __init__(
        self,
        path: Path,
        rate_hz: int,
        channels: int,
        sample_format: SampleFormat = "float32",
        keep_frames: int | None = None,
    ) -> None:
        """Make the file anew, or with `keep_frames` go on after that many of its frames.

        Raises: OSError, and LegatoError when the file holds fewer frames or other audio.
        """
        self.rate_hz = rate_hz
        self.channels = channels
        self.sample_format = sample_format
        self.frames = 0
        self.clipped_samples = 0
        self.seen_at: Place = "here"  # When it was looked last.
        self._frame_bytes = channels * _SAMPLE_BYTES[sample_format]
        self._tail_bytes = 0
        if keep_frames is not None:
            self._check_kept(path, keep_frames)
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
        flags |= os.O_CREAT | os.O_TRUNC if keep_frames is None else 0
        self._path = path
        self._file = os.open(path, flags, 0o644)
        self._is_counted = os.fstat(self._file).st_nlink > 0  # Some file systems count no names.
        self.truncate(keep_frames or 0)

    def _check_kept(self, path: Path, keep_frames: int) -> None:
        with WavReader(path) as reader:
            found = (reader.rate_hz, reader.channels, reader.sample_format)
        wanted = (self.rate_hz, self.channels, self.sample_format)
        stored_bytes = path.stat().st_size - HEADER_BYTES
        if found != wanted or stored_bytes < keep_frames * self._frame_bytes:
            raise LegatoError(
                f"a WAV of {found} came where {keep_frames} frames of {wanted} were expected: "
                "it was changed from outside; render it again"
            )

    def write(self, samples: Audio) -> None:
        """Append `[frames, channels] float32`; after an error the file is as it was before.

        Raises: OSError, ValueError when the shape is another.
        """
        if samples.ndim != 2 or samples.shape[1] != self.channels:
            raise ValueError(f"samples of shape {samples.shape} came for {self.channels} channels")
        before = self.frames
        try:
            os.lseek(self._file, self._end_bytes(), os.SEEK_SET)
            write_all(self._file, memoryview(self._encode(samples)))
            self.frames += len(samples)
            self._pad()
            self._write_header()
        except OSError:
            self.frames = before
            self._drop_tail()
            raise

    def rest(self, frames: int) -> None:
        """Append silence, which takes no room where files may have holes.

        Raises: OSError, and then the file is as it was before.
        """
        before = self.frames
        try:
            os.ftruncate(self._file, self._end_bytes())
            self.frames += frames
            os.ftruncate(self._file, self._end_bytes() + self._end_bytes() % 2)
            self._write_header()
        except OSError:
            self.frames = before
            self._drop_tail()
            raise

    def _drop_tail(self) -> None:
        """Cut off what an error left half-written, where even that is possible."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, self._end_bytes() + self._end_bytes() % 2)

    def truncate(self, frames: int) -> None:
        """Keep the first `frames` frames alone. Raises: OSError."""
        self.frames = frames
        self._write_header()
        os.ftruncate(self._file, self._end_bytes())
        os.lseek(self._file, 0, os.SEEK_END)
        self._pad()

    def finish(self, chunks: bytes) -> None:
        """Put whole RIFF chunks behind the samples; nothing is written after them.

        Raises: OSError, and then the file is as it was before.
        """
        padded_bytes = self._end_bytes() + self._end_bytes() % 2
        try:
            os.lseek(self._file, padded_bytes, os.SEEK_SET)
            write_all(self._file, memoryview(chunks))
            self._tail_bytes = len(chunks)
            self._write_header()
        except OSError:
            self._tail_bytes = 0
            os.ftruncate(self._file, padded_bytes)
            raise

    def place(self) -> Place:
        """Say whether the open file is still under its name, was moved, or has none any more."""
        self.seen_at = self._place()
        return self.seen_at

    def _place(self) -> Place:
        own = os.fstat(self._file)
        if self._is_counted and not own.st_nlink:
            return "deleted"
        try:
            found = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return "moved"
        except OSError:  # Nothing can be told, so nothing is wrong.
            return "here"
        return "here" if os.path.samestat(own, found) else "moved"

    def sync(self) -> None:
        """Wait until the disk has everything. Raises: OSError."""
        os.fsync(self._file)

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _end_bytes(self) -> int:
        return HEADER_BYTES + self.frames * self._frame_bytes

    def _pad(self) -> None:
        # A RIFF chunk of odd length is followed by a byte that belongs to none.
        if self._end_bytes() % 2:
            write_all(self._file, memoryview(b"\0"))

    def _encode(self, samples: Audio) -> bytes:
        if self.sample_format == "float32":
            return samples.astype("<f4", copy=False).tobytes()
        limit = 1 << (8 * _SAMPLE_BYTES[self.sample_format] - 1)
        scaled = samples.astype(np.float64) * limit
        if self.sample_format == "int16":
            scaled = _dithered(scaled, self.frames)
        scaled = np.rint(scaled)
        self.clipped_samples += int(np.count_nonzero((scaled < -limit) | (scaled > limit - 1)))
        whole = np.clip(np.nan_to_num(scaled), -limit, limit - 1)
        if self.sample_format == "int16":
            return whole.astype("<i2").tobytes()
        octets: NDArray[np.uint8] = whole.astype("<i4").reshape(-1, 1).view(np.uint8)
        return octets[:, :3].tobytes()

    def _write_header(self) -> None:
        os.lseek(self._file, 0, os.SEEK_SET)
        write_all(self._file, memoryview(self._header()))

    def _header(self) -> bytes:
        data_bytes = self.frames * self._frame_bytes
        riff_bytes = HEADER_BYTES - 8 + data_bytes + data_bytes % 2 + self._tail_bytes
        big = riff_bytes > RIFF_LIMIT_BYTES
        limit = RIFF_LIMIT_BYTES
        return _HEAD.pack(
            *(b"RF64" if big else b"RIFF", limit if big else riff_bytes, b"WAVE"),
            *(b"ds64" if big else b"JUNK", 28),
            *((riff_bytes, data_bytes, self.frames) if big else (0, 0, 0)),
            0,
            *(b"fmt ", 18, _FORMAT_TAGS[self.sample_format], self.channels, self.rate_hz),
            *(self.rate_hz * self._frame_bytes, self._frame_bytes),
            *(8 * _SAMPLE_BYTES[self.sample_format], 0),
            *(b"fact", 4, limit if big else self.frames),
            *(b"data", limit if big else data_bytes),
        )


def _dithered(scaled: NDArray[np.float64], first_frame: int) -> NDArray[np.float64]:
    """Return samples, 1.0 a step of the format, with triangular noise of two steps' width.

    Rounding then leaves an even hiss, not distortion (Lipshitz, Wannamaker and Vanderkooy,
    "Quantization and Dither", JAES 1992). What needs no rounding stays: silence, and what came
    from a file of this format. The same samples at the same frame get the same noise.
    """
    random = np.random.default_rng(first_frame)
    noise = random.random(scaled.shape) - random.random(scaled.shape)
    return np.where(scaled == np.rint(scaled), scaled, scaled + noise)


class WavReader:
    """Reads a WAV that `WavWriter` wrote or is still writing; for others' files use soundfile."""

    def __init__(self, path: Path) -> None:
        """Read the header. Raises: OSError, LegatoError when it is none of ours."""
        self._file = path.open("rb")
        try:
            self._read_header()
        except BaseException:
            self._file.close()
            raise

    def _read_header(self) -> None:
        raw = self._file.read(HEADER_BYTES)
        fields = _HEAD.unpack(raw) if len(raw) == HEADER_BYTES else (b"",) * 23
        formats = {(tag, 8 * _SAMPLE_BYTES[name]): name for name, tag in _FORMAT_TAGS.items()}
        tags = (fields[0] in (b"RIFF", b"RF64"), fields[9] == b"fmt ", fields[21] == b"data")
        if not all(tags) or (fields[11], fields[16]) not in formats:
            raise LegatoError("the file is no WAV that Legato wrote: render it again")
        self.channels: int = fields[12]
        self.rate_hz: int = fields[13]
        self.sample_format = formats[fields[11], fields[16]]
        self._frame_bytes: int = fields[15]
        data_bytes: int = fields[6] if fields[0] == b"RF64" else fields[22]
        self.frames = data_bytes // self._frame_bytes

    def read(self, first_frame: int, frames: int) -> Audio:
        """Return up to `frames` frames as `[frames, channels] float32`. Raises: OSError."""
        self._file.seek(HEADER_BYTES + first_frame * self._frame_bytes)
        count = max(0, min(frames, self.frames - first_frame))
        raw = self._file.read(count * self._frame_bytes)
        raw = raw[: len(raw) - len(raw) % self._frame_bytes]
        if self.sample_format == "float32":
            return np.frombuffer(raw, "<f4").reshape(-1, self.channels)
        if self.sample_format == "int16":
            short = np.frombuffer(raw, "<i2").astype(np.float32)
            return short.reshape(-1, self.channels) / np.float32(0x8000)
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        whole = wide.view("<i4").astype(np.float64) / 0x8000_0000
        return whole.astype(np.float32).reshape(-1, self.channels)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> WavReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def copy_audio(
    source: Path,
    target: Path,
    frames: int,
    sample_format: SampleFormat,
    chunks: bytes = b"",
    gain: float = 1.0,
) -> None:
    """Copy the first frames of one of our WAVs, under a gain, to a new one, down to the disk.

    Whole RIFF `chunks` come behind them. Raises: OSError.
    """
    with WavReader(source) as reader:
        writer = WavWriter(target, reader.rate_hz, reader.channels, sample_format)
        try:
            for first in range(0, frames, _COPY_FRAMES):
                samples = reader.read(first, min(_COPY_FRAMES, frames - first))
                writer.write(samples if gain == 1.0 else samples * np.float32(gain))
            writer.finish(chunks)
            writer.sync()
        finally:
            writer.close()


def copy_whole(
    source: Path,
    target: Path,
    frames: int,
    sample_format: SampleFormat,
    chunks: bytes = b"",
    gain: float = 1.0,
) -> None:
    """Do as `copy_audio` does, to a file that is whole or absent under its name."""
    half = target.with_name(f".{target.name}.half")
    try:
        copy_audio(source, half, frames, sample_format, chunks, gain)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
