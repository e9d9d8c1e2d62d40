"""The sink `wav`: records the stream into a WAV that is valid at every moment."""

from __future__ import annotations

import queue
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, cast

import numpy as np

from bridge.sinks.base import Audio, Stats
from bridge.storage import storing
from bridge.wav import SampleFormat, WavWriter
from engine.wire import ForbiddenPath, LegatoError, Parameter, Value

_QUEUED_BLOCKS = 1_000


class Sink:
    """Hands blocks to a thread that writes them, so that a slow disk holds up nothing.

    What the disk is too slow for becomes silence of the same length and counts as lost.
    """

    text: ClassVar[str] = "records the stream into a WAV file"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("path", "str", "", text="where to record, inside a media folder"),
        Parameter("format", "str", "float32", choices=("float32", "int24"), text="sample format"),
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
        Parameter("overwrite", "bool", False, text="whether a file of that name may go"),
    )

    def __init__(self) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._blocks: queue.Queue[tuple[int, Audio] | None] = queue.Queue(_QUEUED_BLOCKS)
        self._error: LegatoError | None = None
        self._writer: WavWriter | None = None
        self._thread = threading.Thread(target=self._run, name="wav sink", daemon=True)

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Make the file; `path` was approved by the caller and is absolute.

        Raises: ForbiddenPath, LegatoError on a disk fault.
        """
        path = Path(str(options["path"]))
        if not path.is_absolute():
            raise ForbiddenPath(f"a path {str(path)!r} came for sink {name}: name a file to record")
        if path.exists() and not options["overwrite"]:
            raise ForbiddenPath("a file of that name is there already: choose another name")
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        sample_format = cast(SampleFormat, options["format"])
        with storing(f"the recording {name}"):
            self._writer = WavWriter(path, self.rate_hz, channels, sample_format)
        self._thread.start()

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue a block. Raises: LegatoError when the disk failed."""
        if self._error is not None:
            raise self._error
        try:
            self._blocks.put_nowait((first_frame, block))
        except queue.Full:
            self.stats.lost_frames += len(block)

    def surplus_frames(self) -> None:
        """Keep no clock."""

    def close(self) -> None:
        """Write what waits and close the file."""
        if self._thread.is_alive():
            self._blocks.put(None)
            self._thread.join()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _run(self) -> None:
        while (item := self._blocks.get()) is not None:
            if self._error is None:
                self._store(*item)

    def _store(self, first_frame: int, block: Audio) -> None:
        writer = self._writer
        assert writer is not None
        try:
            with storing("the recording"):
                if first_frame > writer.frames:
                    gap = np.zeros((first_frame - writer.frames, self.channels), np.float32)
                    writer.write(gap)
                writer.write(block)
            self.stats.frames += len(block)
        except LegatoError as error:
            self._error = error
