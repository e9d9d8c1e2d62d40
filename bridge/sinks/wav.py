"""The sink `wav`: records the stream into a WAV that is valid at every moment.

What the disk is too slow for, or has no space for, becomes silence of the same length and
counts as lost: the file keeps the stream's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from bridge.sinks.base import Audio, Stats, Surroundings
from bridge.storage import storing
from bridge.tape import FORMAT, Tape, approved, close_file, lay_down, writer_at
from bridge.wav import WavWriter
from engine.wire import Parameter, Value


class Sink:
    """One growing file, from when the sink is opened until it is closed."""

    text: ClassVar[str] = "records the stream into a WAV file"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("path", "str", "", text="where to record, inside a media folder"),
        FORMAT,
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
        Parameter("overwrite", "bool", False, text="whether a file of that name may go"),
    )
    suffix: ClassVar[str] = ".wav"

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._name, self._path = "", ""
        self._writer: WavWriter | None = None
        self._tape: Tape | None = None

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Make the file; `path` was approved by the caller and is absolute.

        Raises: ForbiddenPath, StorageFailed.
        """
        path = approved(str(options["path"]), name, bool(options["overwrite"]))
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._name, self._path = name, str(path)
        what = f"the recording {name}"
        with storing(what):
            self._writer = writer_at(path, self.rate_hz, channels, str(options["format"]))
        self._tape = Tape(what, self.stats)

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue a block. Raises: LegatoError when the disk failed."""
        assert self._tape is not None
        assert self._writer is not None
        self._tape.put(partial(lay_down, self._writer, first_frame, block), len(block))

    def surplus_frames(self) -> None:
        """Keep no clock."""

    def close(self) -> None:
        """Write what waits, close the file and tell of it."""
        tape, self._tape = self._tape, None
        if tape is not None:
            tape.close()
        if self._writer is not None:
            words = close_file(self._writer)
            self._writer = None
            self._around.told(self._name, self._path, words)
