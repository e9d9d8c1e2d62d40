"""A tape: a thread that stores what it is given, so that a slow disk holds up nothing."""

from __future__ import annotations

import errno
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from bridge.sinks.base import Audio, Stats
from bridge.storage import storing
from bridge.wav import SAMPLE_FORMATS, SampleFormat, WavWriter
from engine.wire import ForbiddenPath, LegatoError, Parameter, StorageFailed

_QUEUED_JOBS = 1_000
_FULL = "the disk is full: what comes is lost until there is space"
_READ_ONLY = "the disk is read-only: what comes is lost until it may be written again"
_FORBIDDEN = "its file or folder may not be written: what comes is lost until it may be again"
_PASSING = {  # What may be over some time, and nothing but waiting and saying so is to be done.
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
}
FORMAT = Parameter("format", "str", "float32", choices=SAMPLE_FORMATS, text="int16 is dithered")


_MOVED = "its file was moved, or its disk unmounted: recorded on, but not under its name"

# Raises OSError; returns the state that a sink is in after it, if it is not just open.
Work: TypeAlias = Callable[[], str | None]


@dataclass(frozen=True)
class _Job:
    work: Work
    frames: int


class Tape:
    """Runs small jobs in order, each about so many frames; what finds no room counts as lost.

    While the disk is full, or may not be written, jobs fail and count as lost, and the next ones
    are tried: it goes on by itself when that is over. Any other fault ends the tape.
    """

    def __init__(self, what: str, stats: Stats) -> None:
        self._what = what
        self._stats = stats
        self._jobs: queue.Queue[_Job | None] = queue.Queue(_QUEUED_JOBS)
        self._error: LegatoError | None = None
        self._thread = threading.Thread(target=self._run, name="tape", daemon=True)
        self._thread.start()

    def put(self, work: Work, frames: int) -> None:
        """Queue a job. Raises: LegatoError when the disk failed before."""
        if self._error is not None:
            raise self._error
        try:
            self._jobs.put_nowait(_Job(work, frames))
        except queue.Full:
            self._stats.lost_frames += frames

    @property
    def trouble(self) -> str:
        """Why nothing is stored any more, or at the moment; empty where all is well."""
        return str(self._error or self._stats.state).removeprefix("open")

    def close(self, last: Work | None = None) -> None:
        """Wait until everything queued has run, and `last`; once only."""
        if last is not None:
            self._jobs.put(_Job(last, 0))
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if self._error is None:
                self._carry_out(job)

    def _carry_out(self, job: _Job) -> None:
        try:
            with storing(self._what):
                state = job.work()
        except StorageFailed as error:
            cause = error.__cause__
            why = _PASSING.get(cause.errno or 0) if isinstance(cause, OSError) else None
            if why is None:
                self._error = error
                return
            self._stats.lost_frames += job.frames
            self._stats.state = why
        else:
            self._stats.frames += job.frames
            if job.frames:  # What writes nothing shows nothing.
                self._stats.state = state or "open"


def lay_down(writer: WavWriter, frame: int, samples: Audio) -> str | None:
    """Write `[frames, channels] float32` at a file's frame, silence where some were lost before.

    Once a second it is looked whether the file is still there; returns what is to be said of
    that. Raises: OSError.
    """
    second = writer.frames // writer.rate_hz
    if (gap := frame - writer.frames) > 0:
        writer.rest(gap)
    writer.write(samples)
    if writer.frames // writer.rate_hz != second and writer.place() == "deleted":
        raise FileNotFoundError(errno.ENOENT, "its file was deleted")
    return _MOVED if writer.seen_at == "moved" else None


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
