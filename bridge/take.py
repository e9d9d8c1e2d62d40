"""One take: a request's folder, from what was asked to how it ended.

    request.json        what was asked (`Record`), written before anything is rendered
    score.msgpack       the score to render, where there is one
    score.mid           the score that the model composed, where it did; composed.msgpack, exactly
    source.mid          the MIDI file it was read from, byte for byte
    source-0.wav        the audio to work on, where there is some; source-1.wav for a second
    source-0.msgpack    the score that it follows, where that is known
    plan.json           what the engine accepted (`Plan`)
    journal.jsonl       one line a finished window (`Entry`); the line is what makes it finished
    contexts/000001.ctx what window 1 goes on from, and so on
    images/000000.png   window 0 as its model drew it, where models draw
    spectrogram.png     the whole take's picture, once it has ended
    stems/NAME.wav      what each stem adds to the audio, growing with it, where stems were asked
    audio.part.wav      the audio so far, a valid WAV at every moment; audio.wav once done
    outcome.json        how it ended (`Outcome`)
    pinned              there when the user wants it kept

Everything here is synchronous work on files; the bridge does it on one executor thread.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from bridge.pictures import Image, draw_spectrogram, png_bytes
from bridge.records import (
    Entry,
    Outcome,
    Plan,
    Record,
    State,
    TakeInfo,
    append_entry,
    checksum_of,
    read_journal,
    read_json,
    to_json,
    to_line,
)
from bridge.score_files import with_asked
from bridge.stem_files import StemFiles, Stems, stems_checksum
from bridge.storage import folder_bytes, storing, write_whole
from bridge.wav import Audio, WavReader, WavWriter
from engine.wire import LegatoError, NotFound, Request


class Take:
    """One request's folder; `append` commits window after window, `finish` ends it once."""

    def __init__(self, folder: Path) -> None:
        """Read what is on disk; a torn last line of the journal is ignored.

        Raises: NotFound when the folder holds no take.
        """
        self.id = folder.name
        self.folder = folder
        record = read_json(folder / "request.json", Record)
        if record is None:
            raise NotFound(f"take {self.id} has no readable request: ask /legato/take/list for ids")
        self.record: Record = record
        self.plan = read_json(folder / "plan.json", Plan)
        self.outcome = read_json(folder / "outcome.json", Outcome)
        self.entries: list[Entry] = read_journal(folder / "journal.jsonl")
        self.stems = StemFiles(folder / "stems", self.plan.stems if self.plan else ())
        self._writer: WavWriter | None = None

    @property
    def audio_path(self) -> Path:
        """The WAV as it stands: `audio.wav` when the take is done, else the growing one."""
        final = self.folder / "audio.wav"
        return final if final.exists() else self.folder / "audio.part.wav"

    @property
    def state(self) -> State:
        """How the take ended, or `open`."""
        return self.outcome.state if self.outcome else "open"

    @property
    def frames(self) -> int:
        """The sample frames of its finished windows."""
        return sum(entry.frames for entry in self.entries)

    @property
    def seconds(self) -> float:
        """The seconds of its finished windows."""
        return self.frames / self.entries[0].rate_hz if self.entries else 0.0

    @property
    def next_window(self) -> int:
        """The window that `append` expects."""
        if self.entries:
            return self.entries[-1].window + 1
        return self.plan.first_window if self.plan else 0

    @property
    def pinned(self) -> bool:
        """Whether the take is kept whatever the budget says; set it to change that."""
        return (self.folder / "pinned").exists()

    @pinned.setter
    def pinned(self, pinned: bool) -> None:
        with storing(f"the pin of take {self.id}"):
            if pinned:
                (self.folder / "pinned").touch()
            else:
                (self.folder / "pinned").unlink(missing_ok=True)

    def request(self) -> Request:
        """Return the request with its scores, as it was asked. Raises: LegatoError when torn."""
        return with_asked(self.folder, self.record.request)

    def source_paths(self) -> list[Path]:
        """Return the files of the audio to work on, in order."""
        count = len(self.record.request.source_frames)
        return [self.folder / f"source-{number}.wav" for number in range(count)]

    def source_bytes(self) -> bytes:
        """Return the samples of the audio to work on as they go to the engine.

        Raises: StorageFailed, LegatoError when a file was changed from outside.
        """
        parts = []
        with storing(f"the sources of take {self.id}"):
            frames = self.record.request.source_frames
            for path, count in zip(self.source_paths(), frames, strict=True):
                with WavReader(path) as reader:
                    parts.append(reader.read(0, count).tobytes())
        return b"".join(parts)

    def keep_image(self, window: int, image: Image) -> None:
        """Keep a window's picture, `[height, width] uint8`. Raises: StorageFailed."""
        with storing(f"a picture of take {self.id}"):
            path = self.folder / "images" / f"{window:06d}.png"
            path.parent.mkdir(exist_ok=True)
            write_whole(path, png_bytes(image), durable=False)

    def draw(self) -> None:
        """Keep a picture of the audio, where there is some. Raises: LegatoError."""
        if self.audio_path.exists():
            with storing(f"the picture of take {self.id}"):
                draw_spectrogram(self.audio_path, self.folder / "spectrogram.png")

    def info(self) -> TakeInfo:
        """Return the take in one row."""
        request = self.record.request
        return TakeInfo(
            id=self.id,
            state=self.state,
            operation=request.operation,
            model=request.model,
            title=self.record.title,
            seed=request.seed,
            seconds=self.seconds,
            windows=len(self.entries),
            planned=self.plan.windows if self.plan else 0,
            bytes=folder_bytes(self.folder),
            pinned=self.pinned,
            parent=self.record.parent,
            stems=" ".join(path.stem for path in self.stems.paths),
        )

    def accept(
        self,
        windows: int,
        frames: int,
        rate_hz: int,
        channels: int,
        first_window: int = 0,
        stems: tuple[str, ...] = (),
    ) -> None:
        """Note what the engine accepted, and open the WAV after the windows already there.

        Raises: LegatoError on a disk fault, or when the audio kept has another rate.
        """
        self._check_open()
        plan = Plan(windows, frames, rate_hz, channels, first_window, stems)
        with storing(f"take {self.id}"):
            write_whole(self.folder / "plan.json", to_json(plan), durable=False)
            self.plan = plan
            self.close()
            self.stems = StemFiles(self.folder / "stems", stems)
            self.reopen()

    def reopen(self) -> int:
        """Make a half-written take whole again and ready to go on; return its next window.

        Keeps the longest run of windows whose journal lines, samples and contexts agree, and
        cuts the WAV and the journal behind it. Raises: LegatoError.
        """
        self._check_open()
        self.close()
        with storing(f"take {self.id}"):
            self._recover()
            kept = self.frames if self.entries else None
            rate_hz, channels = self._shape()
            self._writer = WavWriter(
                self.folder / "audio.part.wav", rate_hz, channels, keep_frames=kept
            )
            self.stems.open(rate_hz, channels, kept)
        return self.next_window

    def _shape(self) -> tuple[int, int]:
        source = self.entries[0] if self.entries else self.plan
        if source is None:
            raise LegatoError(f"take {self.id} was never accepted by the engine: ask again")
        shape = (source.rate_hz, source.channels)
        if self.plan and shape != (self.plan.rate_hz, self.plan.channels):
            raise LegatoError(
                f"take {self.id} holds audio of {shape[0]} Hz and {shape[1]} channels, the engine "
                f"offers {self.plan.rate_hz} Hz and {self.plan.channels}: render it from window 0"
            )
        return shape

    def _recover(self) -> None:
        part, final = self.folder / "audio.part.wav", self.folder / "audio.wav"
        if final.exists():  # Killed between the last rename and the outcome.
            final.replace(part)
        kept = _agreeing(self, part) if part.exists() else 0
        del self.entries[kept:]
        write_whole(self.folder / "journal.jsonl", b"".join(map(to_line, self.entries)), False)

    def append(
        self,
        window: int,
        first_frame: int,
        samples: Audio,
        context: bytes | memoryview = b"",
        stems: Stems | None = None,
    ) -> Entry:
        """Commit a window: `[frames, channels] float32` samples and the context after it.

        `stems` `[stems, frames, channels] float32` come where the plan names some.
        When it raises, the take is as it was before, and the same window can come again.
        Raises: LegatoError on a disk fault or when another window was due.
        """
        self._check_open()
        if self._writer is None:
            raise LegatoError(f"take {self.id} is not accepted yet: its audio has no shape")
        entry = self._entry(window, first_frame, samples, context)
        entry = msgspec.structs.replace(entry, stems_checksum=stems_checksum(stems))
        with storing(f"window {window} of take {self.id}"):
            try:
                self._writer.write(samples)
                self.stems.write(() if stems is None else stems)
                if len(context):
                    write_whole(self._context_path(window + 1), bytes(context), durable=False)
                append_entry(self.folder / "journal.jsonl", entry)
            except (OSError, LegatoError):
                self._writer.truncate(self.frames)
                self.stems.truncate(self.frames)
                raise
        self.entries.append(entry)
        return entry

    def _entry(
        self, window: int, first_frame: int, samples: Audio, context: bytes | memoryview
    ) -> Entry:
        due = self.entries[-1].first_frame + self.entries[-1].frames if self.entries else None
        if window != self.next_window or (due is not None and first_frame != due):
            raise LegatoError(
                f"window {window} at frame {first_frame} came for take {self.id} where window "
                f"{self.next_window} at frame {due or 0} was due: windows come in order"
            )
        assert self._writer is not None
        return Entry(
            window=window,
            first_frame=first_frame,
            frames=len(samples),
            rate_hz=self._writer.rate_hz,
            channels=self._writer.channels,
            context_bytes=len(context),
            checksum=checksum_of(samples, context),
        )

    def _context_path(self, window: int) -> Path:
        return self.folder / "contexts" / f"{window:06d}.ctx"

    def context_before(self, window: int) -> bytes:
        """Return the context that a window goes on from, empty for the first or stateless one.

        Raises: NotFound when the window before it was never finished.
        """
        if window == 0:
            return b""
        for entry in self.entries:
            if entry.window == window - 1:
                if not entry.context_bytes:
                    return b""
                with storing(f"the context of take {self.id}"):
                    return self._context_path(window).read_bytes()
        raise NotFound(
            f"take {self.id} has no window {window - 1} to go on from: it holds {self.held()}"
        )

    def held(self) -> str:
        """Say which windows are finished, for an error's text."""
        if not self.entries:
            return "none yet"
        return f"windows {self.entries[0].window} to {self.entries[-1].window}"

    def read(self, first_frame: int, frames: int) -> Audio:
        """Return up to `frames` frames of the WAV, `[frames, channels] float32`.

        Frame 0 is the take's own first one. Raises: LegatoError.
        """
        with storing(f"the audio of take {self.id}"), WavReader(self.audio_path) as reader:
            return reader.read(first_frame, frames)

    def read_window(self, window: int) -> Audio:
        """Return a finished window's `[frames, channels] float32`. Raises: NotFound."""
        return self.read(*self._place(window))

    def read_stems(self, window: int) -> Stems | None:
        """Return a finished window's stems, None where there are none. Raises: LegatoError."""
        return self.stems.read(*self._place(window)) if self.stems.paths else None

    def _place(self, window: int) -> tuple[int, int]:
        for entry in self.entries:
            if entry.window == window:
                return entry.first_frame - self.entries[0].first_frame, entry.frames
        raise NotFound(f"take {self.id} has no window {window}: it holds {self.held()}")

    def finish(self, outcome: Outcome) -> None:
        """End the take, once; a done one gets its WAV's final name first.

        Raises: LegatoError when it has ended already, or on a disk fault.
        """
        self._check_open()
        outcome = msgspec.structs.replace(outcome, seconds=self.seconds)
        with storing(f"the end of take {self.id}"):
            # Only what is finished is worth a power cut's while: a sync holds up other writes.
            if self._writer is not None and outcome.state == "done":
                self._writer.sync()
                self.stems.close(durable=True)
            self.close()
            part = self.folder / "audio.part.wav"
            if outcome.state == "done" and part.exists():
                part.replace(self.folder / "audio.wav")
            durable = outcome.state == "done"
            write_whole(self.folder / "outcome.json", to_json(outcome), durable)
        self.outcome = outcome

    def close(self) -> None:
        """Let go of the open WAVs; the take can be reopened."""
        self.stems.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _check_open(self) -> None:
        if self.outcome is not None:
            raise LegatoError(f"take {self.id} has ended as {self.outcome.state}: branch it")


def _agreeing(take: Take, audio: Path) -> int:
    """Count the windows from the first on whose samples and contexts are what was journalled."""
    due = take.entries[0].first_frame if take.entries else 0
    for count, entry in enumerate(take.entries):
        try:
            samples = take.read_window(entry.window)
            context = take.context_before(entry.window + 1)
            start = entry.first_frame - take.entries[0].first_frame
            stems = take.stems.read(start, entry.frames) if take.stems.paths else None
        except (LegatoError, OSError):
            return count
        if entry.first_frame != due or entry.checksum != checksum_of(samples, context):
            return count
        if stems is not None and entry.stems_checksum != stems_checksum(stems):
            return count
        due += entry.frames
    return len(take.entries)
