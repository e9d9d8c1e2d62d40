"""What the command line can be asked to make, and where the WAV goes."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec

from bridge.config import Config
from bridge.conversion import Sound
from bridge.exporting import AS_MADE, Finish
from bridge.midi.file import require_notes
from bridge.midi.notation import read_any
from bridge.remote import RemoteServer, Reply
from bridge.sources import is_score, read_alone, read_file, sound_of
from bridge.takes import Takes, is_take_id, open_takes
from bridge.ticket import Ask
from engine.wire import (
    BadScore,
    ForbiddenPath,
    NotFound,
    Operation,
    Request,
    Score,
    TooLarge,
    Value,
)

MAX_SONG_BYTES = 64 << 20
MAX_BLOB_BYTES = 900_000


@dataclass(frozen=True)
class Song:
    """A score's file as it was read."""

    path: Path
    data: bytes
    score: Score
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the song in one line."""
        notes = self.score.notes
        programs = len({note.program for note in notes if not note.is_drum})
        players = f"{programs} instrument{'s' * (programs != 1)}"
        drums = " and drums" if any(note.is_drum for note in notes) else ""
        seconds = self.score.duration_seconds
        count = f"{len(notes)} note{'s' * (len(notes) != 1)}"
        return f"{told(self.path.name)}: {seconds:.1f} s, {count}, {players}{drums}"

    def described(self) -> list[str]:
        """Return lines that tell the user what was understood."""
        return [str(self), *(f"  {warning}" for warning in self.warnings)]

    @property
    def title(self) -> str:
        """The piece's own title, or the file's name."""
        return self.score.title or told(self.path.stem)

    def ask(self, order: Order, config: Config) -> Ask:
        """Return what is to be asked of an engine in this process."""
        request = order.request("render", {})
        request = msgspec.structs.replace(request, score=self.score)
        return Ask(request, self.title, self.data, warnings=self.warnings)

    def replies(self, server: RemoteServer, options: Mapping[str, Value]) -> Iterator[Reply]:
        """Have a server render. Raises: LegatoError."""
        try:
            yield from server.render(self.path.resolve(), options)
        except (ForbiddenPath, UnicodeEncodeError):
            # Outside the server's media folders, or no text: what cannot be named can be sent.
            if len(self.data) > MAX_BLOB_BYTES:
                raise ForbiddenPath(
                    f"{told(str(self.path))} lies outside the server's media folders and is too "
                    "large to be sent there: copy it into one of them, or use --alone"
                ) from None
            yield from server.render(self.data, options)


@dataclass(frozen=True)
class Piece:
    """New audio by an operation: its sources and fixed arguments in OSC's order, by name."""

    operation: Operation
    sources: tuple[str, ...] = ()
    arguments: Mapping[str, Value] = field(default_factory=dict)
    prompt: str = ""

    def __str__(self) -> str:
        """Return the piece in one line."""
        values = ", ".join(f"{name} {value:g}" for name, value in self._numbers())
        return " ".join(filter(None, (self.operation, *self.sources, values, self.prompt)))

    def described(self) -> list[str]:
        """Return lines that tell the user what was understood."""
        return [str(self)]

    def _numbers(self) -> list[tuple[str, float]]:
        return [(name, float(value)) for name, value in self.arguments.items()]

    @property
    def path(self) -> Path:
        """The path whose name the audio takes: the first source's, else the operation's."""
        if not self.sources:
            return Path(self.operation)
        return Path(f"{Path(self.sources[0]).stem}-{self.operation}.wav")

    def ask(self, order: Order, config: Config) -> Ask:
        """Return what is to be asked of an engine in this process. Raises: LegatoError."""
        takes = open_takes(config)
        request = order.request(self.operation, self._values())
        sources = tuple(read_source(takes, name) for name in self.sources)
        return Ask(request, self.prompt or self.operation, sources=sources)

    def replies(self, server: RemoteServer, options: Mapping[str, Value]) -> Iterator[Reply]:
        """Have a server make it. Raises: LegatoError."""
        names = [name if is_take_id(name) else str(Path(name).resolve()) for name in self.sources]
        # A prompt takes all that follows it.
        prompt = {"prompt": self.prompt} if self.prompt else {}
        fixed = [] if self.operation == "generate" else [*self.arguments.values()]
        free = self.arguments if self.operation == "generate" else {}
        return server.make(self.operation, [*names, *fixed], {**options, **free, **prompt})

    def _values(self) -> dict[str, Value]:
        return {**self.arguments, **({"prompt": self.prompt} if self.prompt else {})}


class Work(Protocol):
    """What can be ordered: a `Song` or a `Piece`."""

    def described(self) -> list[str]:
        """Return lines that tell the user what was understood."""

    @property
    def path(self) -> Path:
        """The path whose name the audio takes."""

    def ask(self, order: Order, config: Config) -> Ask:
        """Return what is to be asked of an engine in this process. Raises: LegatoError."""

    def replies(self, server: RemoteServer, options: Mapping[str, Value]) -> Iterator[Reply]:
        """Have a server make it. Raises: LegatoError."""


@dataclass(frozen=True)
class Order:
    """What is to be made, how, and where the WAV goes; `plays` None: where a device is."""

    work: Work
    target: Path
    model: str
    seed: int
    parameters: Mapping[str, Value] = field(default_factory=dict)
    finish: Finish = AS_MADE
    overwrite: bool = False
    plays: bool | None = False

    def request(self, operation: Operation, more: Mapping[str, Value]) -> Request:
        """Return the request for an operation, with `more` parameters beside the order's own."""
        return Request(operation, self.model, self.seed, {**self.parameters, **more})

    @property
    def options(self) -> dict[str, Value]:
        """What a server is told beside the operation's arguments."""
        chosen: dict[str, Value] = {"model": self.model, "seed": self.seed}
        return chosen | {"play": int(bool(self.plays)), **self.parameters}


def told(argument: str) -> str:
    """Return what was typed, or a file's name, as text; bytes that are none become marks."""
    return os.fsencode(argument).decode(errors="replace")


def read_source(takes: Takes, name: str) -> Sound:
    """Read a source that the user of this machine named: a take's id, or any file.

    Raises: NotFound, BadAudio, BadScore, TooLarge.
    """
    if is_take_id(name):
        return sound_of(takes.open(name))
    if not Path(name).is_file():
        raise NotFound(f"{name} is neither a file nor a take; `legato takes` lists the takes")
    if is_score(name):
        return read_alone(Path(name), name)
    beside = Path(name).with_suffix(".mid")
    return read_file(Path(name), name, beside if beside.is_file() else None)


def read_song(path: Path) -> Song:
    """Read a score's file. Raises: NotFound, TooLarge, BadScore."""
    try:
        status = path.stat()  # A FIFO would hold up whoever opens it.
        if not stat.S_ISREG(status.st_mode):
            raise NotFound(f"{path} is no file; name a MIDI, MusicXML or ABC file")
        if status.st_size > MAX_SONG_BYTES:
            raise TooLarge(f"{path} has {status.st_size} bytes; at most {MAX_SONG_BYTES} are read")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotFound(f"{path} cannot be read: {reason}; check the path") from None
    try:
        read = read_any(path.name, data)
        require_notes(read.score)
    except BadScore as error:
        raise BadScore(f"{path.name}: {error}") from None
    return Song(path, data, read.score, read.warnings)


def choose_target(
    named: Path, wanted: str | None, overwrite: bool, has_stems: bool = False
) -> Path:
    """Return where the WAV goes: `wanted`, or its own name in the current folder, numbered.

    With stems there must be room beside it for theirs, too. Raises: ForbiddenPath where it may
    not be written, NotFound for its folder.
    """
    if wanted is None:
        wanted = f"{named.stem}.wav"
        wanted = wanted if overwrite else str(_free(Path(wanted), has_stems))
    target = Path(wanted)
    if target.suffix.lower() != ".wav":
        raise ForbiddenPath(f"{wanted} came; audio is written as WAV: choose a name ending in .wav")
    folder = target.absolute().parent
    if not folder.is_dir():
        raise NotFound(f"the folder of {wanted} does not exist; make it first")
    if not os.access(folder, os.W_OK):
        raise ForbiddenPath(f"the folder of {wanted} may not be written; choose another with -o")
    if target.is_dir() or (target.exists() and not overwrite):
        raise ForbiddenPath(f"{wanted} exists; choose another name, or overwrite it with --force")
    stem = next(_stems_beside(target), None) if has_stems and not overwrite else None
    if stem is not None:
        raise ForbiddenPath(
            f"{stem.name} exists; choose another name than {wanted}, or overwrite with --force"
        )
    return target


def _stems_beside(path: Path) -> Iterator[Path]:
    """Iterate over the files that look like the stems of a WAV."""
    return path.parent.glob(f"{glob.escape(path.stem)}-[0-9][0-9]*-*.wav")


def _free(path: Path, has_stems: bool) -> Path:
    """Return the path, or the first of its numbered siblings that does not exist."""
    number, free = 1, path
    while free.exists() or (has_stems and any(_stems_beside(free))):
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free
