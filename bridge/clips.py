"""Finished clips: a WAV of whole bars whose name and metadata say its tempo and length.

Where programs look: `acid` (Sonic Foundry's, as Live, Reaper, FL Studio and Acid read it) for
tempo, beats and metre; `smpl` for the loop points; `LIST INFO` for words; `bext` (EBU Tech
3285) for the place on the time line. They follow the samples, as RIFF allows.
"""

from __future__ import annotations

import datetime
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bridge.riff import chunk, info
from bridge.sinks.base import Audio, Beat
from bridge.tape import lay_down, writer_at

_ACID = struct.Struct("<IHHfIHHf")
_SMPL = struct.Struct("<9I6I")
_BEXT = struct.Struct("<256s32s32s10s8sQH254x")
_ACID_ROOT, _ACID_UNKNOWN = 60, 0x8000
_NANOSECONDS = 1_000_000_000


class Clip:
    """A file that grows under a hidden name until it is finished and gets its own."""

    def __init__(
        self, base: Path, first_frame: int, rate_hz: int, channels: int, form: str, beat: Beat
    ) -> None:
        """Begin at a frame of the recording; `base` is a path such as .../lead.wav.

        Raises: OSError.
        """
        self.first_frame = first_frame
        self.beat = beat
        self.number, self._path = _free_number(base)
        self._base = base
        self._rate_hz = rate_hz
        self._writer = writer_at(self._path, rate_hz, channels, form)
        self._is_whole = False  # It lacks but its name.

    @property
    def bar_frames(self) -> float:
        """The length of a bar."""
        return self.beat.bar_seconds * self._rate_hz

    @property
    def recorded_frame(self) -> int:
        """The frame of the recording after the last one written."""
        return self.first_frame + self._writer.frames

    def bars_end(self, frame: int) -> int:
        """Return the frame where the bar that a frame ends in is over."""
        bars = max(1, -(-(frame - self.first_frame) // self.bar_frames))
        return self.first_frame + round(bars * self.bar_frames)

    def write(self, frame: int, samples: Audio) -> None:
        """Write `[frames, channels] float32` at a frame of the recording. Raises: OSError."""
        lay_down(self._writer, frame - self.first_frame, samples)

    def finish(self, end_frame: int) -> tuple[Path, str]:
        """Close the clip at a frame; return its path and what is in it.

        Raises: OSError, and may then be tried again.
        """
        frames = end_frame - self.first_frame
        bars = round(frames / self.bar_frames)
        text = Description(self.beat, bars, frames, self._rate_hz, self.first_frame)
        if not self._is_whole:
            lay_down(self._writer, frames, np.zeros((0, self._writer.channels), np.float32))
            self._writer.finish(text.chunks(self._base.stem))
            self._writer.close()
            self._is_whole = True
        path = self._base.with_stem(f"{self._base.stem}_{self.number:03}_{text.name}")
        self._path.rename(path)
        return path, text.words

    def abandon(self) -> Path:
        """Close the file as it is, and return its hidden name, under which it stays."""
        self._writer.close()
        return self._path


@dataclass(frozen=True)
class Description:
    """What a clip is, in the words and bytes of other programs."""

    beat: Beat
    bars: int
    frames: int
    rate_hz: int
    first_frame: int

    @property
    def name(self) -> str:
        """The end of the file's name, such as `120bpm_8bars`."""
        return f"{self.beat.quarters_per_minute:g}bpm_{self.bars}bars"

    @property
    def words(self) -> str:
        """The same for people."""
        metre = f"{self.beat.numerator}/{self.beat.denominator}"
        return f"{self.beat.quarters_per_minute:g} bpm, {self.bars} bars of {metre}"

    def chunks(self, title: str) -> bytes:
        """Return the chunks that follow the samples."""
        words = info(title, self.words, datetime.date.today())
        return self._acid() + self._smpl() + words + self._bext(title)

    def _acid(self) -> bytes:
        beats = round(4 * self.bars * self.beat.numerator / self.beat.denominator)
        metre = (self.beat.denominator, self.beat.numerator)
        tempo = self.beat.quarters_per_minute
        return chunk(b"acid", _ACID.pack(0, _ACID_ROOT, _ACID_UNKNOWN, 0.0, beats, *metre, tempo))

    def _smpl(self) -> bytes:
        period = round(_NANOSECONDS / self.rate_hz)
        loop = (0, 0, 0, max(0, self.frames - 1), 0, 0)
        return chunk(b"smpl", _SMPL.pack(0, 0, period, _ACID_ROOT, 0, 0, 0, 1, 0, *loop))

    def _bext(self, title: str) -> bytes:
        now = datetime.datetime.now()
        texts = (f"{title}: {self.words}".encode()[:256], b"Legato", b"")
        when = (now.strftime("%Y-%m-%d").encode(), now.strftime("%H:%M:%S").encode())
        return chunk(b"bext", _BEXT.pack(*texts, *when, self.first_frame, 1))


def _free_number(base: Path) -> tuple[int, Path]:
    """Return the first number that no clip of this name has, and its hidden path."""
    taken = {path.name for path in base.parent.iterdir()}
    for number in range(1, len(taken) + 2):
        start = f"{base.stem}_{number:03}_"
        hidden = f".{base.stem}_{number:03}.part.wav"
        if hidden not in taken and not any(name.startswith(start) for name in taken):
            return number, base.with_name(hidden)
    raise AssertionError("more numbers than files are free")
