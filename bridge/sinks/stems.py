"""The sink `stems`: a WAV for every pair of channels, all of one length and one beginning.

With the option `stems`, which every sink takes, each stem that sounds has channels of its own, and
so has each job without stems: `/legato/sink/open 1 stems band path band.wav stems 4` records four
side by side, into band_01.wav to band_04.wav. What finds no place of its own shares the last
one, and `/legato/sink/stem` says who has which. Without the option, the stream's own channels
are parted.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np

from bridge.sinks.base import Audio, Stats, Surroundings
from bridge.storage import storing
from bridge.tape import FORMAT, Tape, approved, close_file, lay_down, writer_at
from bridge.wav import WavWriter
from engine.wire import Parameter, Value


class Sink:
    """Growing files, from when the sink is opened until it is closed."""

    text: ClassVar[str] = "records each stem, or each pair of channels, into its own WAV"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("path", "str", "", text="x.wav records x_01.wav, x_02.wav and so on"),
        Parameter("width", "int", 2, 1, 64, unit="channels", text="of one file"),
        FORMAT,
        Parameter("rate", "int", 0, 0, 768_000, unit="Hz", text="0 for the stream's own"),
        Parameter("overwrite", "bool", False, text="whether files of those names may go"),
    )
    suffix: ClassVar[str] = ".wav"

    def __init__(self, around: Surroundings | None = None) -> None:
        self.rate_hz = 0
        self.channels = 0
        self.stats = Stats()
        self._around = around or Surroundings()
        self._name = ""
        self._width = 0
        self._files: list[tuple[Path, WavWriter]] = []
        self._tape: Tape | None = None

    def open(self, name: str, options: Mapping[str, Value], rate_hz: int, channels: int) -> None:
        """Make the files; `path` was approved by the caller and is absolute.

        Raises: ForbiddenPath, StorageFailed.
        """
        overwrite = bool(options["overwrite"])
        path = approved(str(options["path"]), name, overwrite)
        self.rate_hz, self.channels = int(options["rate"]) or rate_hz, channels
        self._name, self._width = name, int(options["width"])
        count = -(-channels // self._width)
        numbered = [path.with_stem(f"{path.stem}_{number + 1:02}") for number in range(count)]
        for file in numbered:
            approved(str(file), name, overwrite)
        with storing(f"the stems {name}"):
            for index, file in enumerate(numbered):
                width = min(self._width, channels - index * self._width)
                writer = writer_at(file, self.rate_hz, width, str(options["format"]))
                self._files.append((file, writer))
        self._tape = Tape(f"the stems {name}", self.stats)

    def write(self, first_frame: int, block: Audio) -> None:
        """Queue a block. Raises: LegatoError when the disk failed."""
        assert self._tape is not None
        self._tape.put(partial(self._store, first_frame, block), len(block))

    def _store(self, first_frame: int, block: Audio) -> str | None:
        """Part a block among the files; returns what is to be said of them. Raises: OSError."""
        said: str | None = None
        for index, (_, writer) in enumerate(self._files):
            part = block[:, index * self._width : (index + 1) * self._width]
            said = lay_down(writer, first_frame, np.ascontiguousarray(part)) or said
        return said

    def surplus_frames(self) -> None:
        """Keep no clock."""

    def close(self) -> None:
        """Write what waits, close the files and tell of them."""
        tape, self._tape = self._tape, None
        if tape is not None:
            tape.close()
        files, self._files = self._files, []
        for path, writer in files:
            self._around.told(self._name, str(path), close_file(writer))
