"""The sink `clips`: every piece of sound as a finished WAV, for dropping into a set.

A clip begins where a job's audio does and ends with the bar in which the last of them ends,
or after `bars` bars; then it gets its name, such as lead_001_120bpm_8bars.wav, and is told as
`/legato/sink/file`. Nothing half-written is ever seen under a clip's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec

from bridge.clips import Clip
from bridge.sinks.base import Audio, Stats, Surroundings
from bridge.tape import FORMAT, Tape, approved
from engine.wire import Parameter, Value


class Sink:
    """Cuts the stream where jobs begin and end, by one thread."""

    text: ClassVar[str] = "records each piece of sound as a clip of whole bars"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("path", "str", "", text="x.wav makes x_001_120bpm_8bars.wav and so on"),
        Parameter("bars", "int", 0, 0, 1_024, unit="bars", text="of a clip; 0: until it is still"),
        Parameter("tempo", "float", 0.0, 0.0, 999.0, unit="bpm", text="0 for the transport's"),
        FORMAT,
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
    )
    suffix: ClassVar[str] = ".wav"

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._name, self._base = "", Path()
        self._form = ""
        self._bars = 0
        self._tempo = 0.0
        self._tape: Tape | None = None
        # All below belongs to the tape's thread.
        self._marks: list[tuple[int, int]] = []
        self._sounding = 0
        self._clip: Clip | None = None
        self._end_frame: int | None = None

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Get ready; `path` was approved by the caller and is absolute. Raises: ForbiddenPath."""
        self._base = approved(str(options["path"]), name, overwrite=True)
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._name, self._form = name, str(options["format"])
        self._bars, self._tempo = int(options["bars"]), float(options["tempo"])
        self._tape = Tape(f"the clips {name}", self.stats)

    def voice_began(self, frame: int, key: str) -> None:
        """Note that a job's audio begins."""
        self._mark(frame, 1)

    def voice_ended(self, frame: int, key: str) -> None:
        """Note that a job's last sample lies before a frame."""
        self._mark(frame, -1)

    def _mark(self, frame: int, change: int) -> None:
        if self._tape is not None:
            self._tape.put(partial(self._marks.append, (frame, change)), 0)

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue a block. Raises: LegatoError when the disk failed."""
        assert self._tape is not None
        self._tape.put(partial(self._store, first_frame, block), len(block))

    def _store(self, first_frame: int, block: Audio) -> None:
        """Write what of a block belongs to clips. Raises: OSError."""
        at, end = first_frame, first_frame + len(block)
        failed: OSError | None = None
        for frame, change in [*self._due_marks(end), (end, 0)]:
            until = max(at, frame)
            try:
                self._record(block[at - first_frame : until - first_frame], at)
            except OSError as error:  # What jobs begin and end meanwhile counts all the same.
                failed = error
            at = until
            if change:
                self._sounding += change
                self._aim(frame)
        if failed:
            raise failed

    def _due_marks(self, end_frame: int) -> list[tuple[int, int]]:
        due = sorted(mark for mark in self._marks if mark[0] < end_frame)
        self._marks = [mark for mark in self._marks if mark[0] >= end_frame]
        return due

    def _aim(self, frame: int) -> None:
        """Set where the clip ends, after a job began or ended at a frame."""
        if self._clip is not None and not self._bars:
            self._end_frame = None if self._sounding else self._clip.bars_end(frame)

    def _record(self, samples: Audio, at: int) -> None:
        """Record what begins at a frame, into one clip or several. Raises: OSError."""
        while len(samples) and (self._clip is not None or self._sounding):
            if self._end_frame is not None and at >= self._end_frame:
                self._finish(self._end_frame)
                continue
            clip = self._clip or self._begin(at)
            room = len(samples) if self._end_frame is None else self._end_frame - at
            clip.write(at, samples[:room])
            at, samples = at + min(room, len(samples)), samples[room:]

    def _begin(self, frame: int) -> Clip:
        beat = self._around.beat()
        if self._tempo:
            beat = msgspec.structs.replace(beat, quarters_per_minute=self._tempo)
        clip = Clip(self._base, frame, self.rate_hz, self.channels, self._form, beat)
        self._clip = clip
        if self._bars:
            self._end_frame = frame + round(self._bars * clip.bar_frames)
        return clip

    def _finish(self, frame: int) -> None:
        assert self._clip is not None
        path, words = self._clip.finish(frame)
        self._clip, self._end_frame = None, None
        self._around.told(self._name, str(path), words)

    def surplus_frames(self) -> None:
        """Keep no clock."""

    def close(self) -> None:
        """Finish the clip that is open, a whole number of bars long."""
        tape, self._tape = self._tape, None
        if tape is not None:
            tape.close(self._finish_open)
        if self._clip is not None:
            path, self._clip = self._clip.abandon(), None
            self._around.told(self._name, str(path), f"unfinished: {tape.trouble if tape else ''}")

    def _finish_open(self) -> None:
        if self._clip is not None:
            self._finish(self._end_frame or self._clip.bars_end(self._clip.recorded_frame))
