"""A tape: a thread that stores what it is given, so that a slow disk holds up nothing."""

from __future__ import annotations

import errno
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from bridge.sinks.base import Audio, Stats
from bridge.storage import storing
from bridge.wav import SampleFormat, WavWriter
from engine.wire import ForbiddenPath, LegatoError, StorageFailed

_QUEUED_JOBS = 1_000
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PIECE_FRAMES = 1 << 16


@dataclass(frozen=True)
class _Job:
    work: Callable[[], None]
    frames: int


class Tape:
    """Runs small jobs in order, each about so many frames; what finds no room counts as lost.

    While the disk is full, jobs fail and count as lost, and the next ones are tried: it goes on
    by itself when there is space again. Any other fault ends the tape.
    """

    def __init__(self, what: str, stats: Stats) -> None:
        self._what = what
        self._stats = stats
        self._jobs: queue.Queue[_Job | None] = queue.Queue(_QUEUED_JOBS)
        self._error: LegatoError | None = None
        self._thread = threading.Thread(target=self._run, name="tape", daemon=True)
        self._thread.start()

    def put(self, work: Callable[[], None], frames: int) -> None:
        """Queue a job that may raise OSError. Raises: LegatoError when the disk failed before."""
        if self._error is not None:
            raise self._error
        try:
            self._jobs.put_nowait(_Job(work, frames))
        except queue.Full:
            self._stats.lost_frames += frames

    def close(self) -> None:
        """Wait until everything queued has run; once only."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._error is None:
                self._carry_out(job)

    def _carry_out(self, job: _Job) -> None:
        try:
            with storing(self._what):
                job.work()
        except StorageFailed as error:
            cause = error.__cause__
            if not isinstance(cause, OSError) or cause.errno not in _FULL:
                self._error = error
                return
            self._stats.lost_frames += job.frames
            self._stats.state = "the disk is full: what comes is lost until there is space"
        else:
            self._stats.frames += job.frames
            self._stats.state = "open"


def lay_down(writer: WavWriter, frame: int, samples: Audio) -> None:
    """Write `[frames, channels] float32` at a file's frame, silence where some were lost before.

    Raises: OSError; once a second it is looked whether the file is still there.
    """
    second = writer.frames // writer.rate_hz
    while (gap := frame - writer.frames) > 0:
        writer.write(np.zeros((min(gap, _PIECE_FRAMES), writer.channels), np.float32))
    writer.write(samples)
    if writer.frames // writer.rate_hz != second and writer.place() == "deleted":
        raise FileNotFoundError(errno.ENOENT, "its file was deleted")


def close_file(writer: WavWriter) -> str:
    """Close a recording, and return in words what has become of it."""
    place = writer.place()
    writer.close()
    if place == "deleted":
        return "deleted while it was recorded"
    return f"{writer.frames / writer.rate_hz:.3f} s" + (", moved" if place == "moved" else "")


def writer_at(path: Path, rate_hz: int, channels: int, sample_format: str) -> WavWriter:
    """Make a WAV that a sink writes. Raises: OSError."""
    return WavWriter(path, rate_hz, channels, cast(SampleFormat, sample_format))


def approved(text: str, name: str, overwrite: bool) -> Path:
    """Return a path that the caller has approved of. Raises: ForbiddenPath."""
    path = Path(text)
    if not path.is_absolute():
        raise ForbiddenPath(f"a path {text[:64]!r} came for sink {name}: name a file to record")
    if path.exists() and not overwrite:
        raise ForbiddenPath("a file of that name is there already: choose another name")
    return path
