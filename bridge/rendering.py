"""What `legato render` and `legato demo` do: a score's file to a WAV, alone or by a server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bridge.client import EngineClient
from bridge.config import Config
from bridge.events import Broken, Event, Finished, Heard, Progressed, Queued, Stopped
from bridge.midi.file import require_notes
from bridge.midi.notation import read_any
from bridge.player import Player
from bridge.remote import RemoteServer, Reply, error_of
from bridge.take import Take
from bridge.terminal import Progress
from bridge.ticket import Ask
from bridge.wav import SampleFormat
from engine.wire import (
    BadScore,
    ForbiddenPath,
    JobCancelled,
    LegatoError,
    NotFound,
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
        return f"{self.path.name}: {seconds:.1f} s, {len(notes)} notes, {players}{drums}"


@dataclass(frozen=True)
class Order:
    """What is to be rendered, how, and where the WAV goes; `plays` None: where a device is."""

    song: Song
    target: Path
    model: str
    seed: int
    parameters: Mapping[str, Value] = field(default_factory=dict)
    sample_format: SampleFormat = "float32"
    overwrite: bool = False
    plays: bool | None = False


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


def choose_target(song: Path, wanted: str | None, overwrite: bool) -> Path:
    """Return where the WAV goes: `wanted`, or the song's name in the current folder, numbered.

    Raises: ForbiddenPath where it may not be written, NotFound for its folder.
    """
    if wanted is None:
        wanted = f"{song.stem}.wav"
        wanted = wanted if overwrite else str(_free(Path(wanted)))
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
    return target


def _free(path: Path) -> Path:
    """Return the path, or the first of its numbered siblings that does not exist."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


class Show:
    """Shows a request's events, and remembers when it was first heard and how it ended."""

    def __init__(self, progress: Progress, started_seconds: float) -> None:
        """Count time from `started_seconds` on (monotonic)."""
        self._progress = progress
        self._started_seconds = started_seconds
        self.first_audio_seconds: float | None = None
        self.ending: Event | None = None
        self.end_seconds = 0.0

    def __call__(self, event: Event) -> None:
        """Show one event."""
        passed = time.monotonic() - self._started_seconds
        match event:
            case Queued():
                self._progress(0.0, "waiting" if event.position else "loading")
            case Progressed():
                self._progress(event.fraction, event.stage)
            case Heard():
                if self.first_audio_seconds is None:
                    self.first_audio_seconds = passed
            case Finished() | Broken() | Stopped():
                self.ending, self.end_seconds = event, passed

    def playing(self) -> None:
        """Show that all is rendered and that what still sounds is being played."""
        self._progress(1.0, "playing")

    def finished(self) -> Finished:
        """Return the good ending. Raises: LegatoError for any other."""
        match self.ending:
            case Finished():
                return self.ending
            case Broken():
                raise error_of((self.ending.code, self.ending.text))
            case _:
                raise JobCancelled("the rendering was cancelled before its end")


def find_server(config: Config) -> RemoteServer | None:
    """Return the server on the configured port if there is one that can render now, or None."""
    if not config.port:
        return None
    with contextlib.suppress(LegatoError):
        server = RemoteServer(config.host, config.port, config.token)
        if server.status().state not in ("booting", "degraded"):
            return server
        server.close()
    return None


def render_by_server(server: RemoteServer, order: Order, show: Show) -> None:
    """Have a server render, and copy what it made. Raises: LegatoError."""
    options: dict[str, Value] = {"model": order.model, "seed": order.seed}
    options |= {"play": int(bool(order.plays)), **order.parameters}
    try:
        for event in _events(server.render(order.song.path.resolve(), options)):
            show(event)
    except ForbiddenPath:
        # Outside the server's media folders: what may not be named can still be sent.
        if len(order.song.data) > MAX_BLOB_BYTES:
            raise
        for event in _events(server.render(order.song.data, options)):
            show(event)
    deliver(show.finished(), order)


def render_here(
    config: Config, order: Order, show: Show, make_engine: Callable[[Config], EngineClient]
) -> None:
    """Render in this process, and copy what was made. Raises: LegatoError."""
    asyncio.run(_render_here(config, order, show, make_engine))


async def _render_here(
    config: Config, order: Order, show: Show, make_engine: Callable[[Config], EngineClient]
) -> None:
    from bridge.alone import render_alone

    request = Request(
        operation="render",
        model=order.model,
        seed=order.seed,
        parameters=dict(order.parameters),
        score=order.song.score,
    )
    title = order.song.score.title or order.song.path.stem
    player = await _player(config, order.plays)
    ask = Ask(request, title=title, midi=order.song.data, client="cli", plays=player is not None)
    events = render_alone(config, make_engine(config), ask, player)
    async with contextlib.aclosing(events):  # type: ignore[type-var]  # an async generator
        async for event in events:
            show(event)
            if isinstance(event, Finished):  # Before what still sounds has been played out.
                await asyncio.to_thread(deliver, event, order)
                if player is not None:
                    show.playing()
    show.finished()


async def _player(config: Config, plays: bool | None) -> Player | None:
    """Open the default device; without one, only a user who asked for it hears of that."""
    from bridge.alone import open_device

    if plays is False:
        return None
    try:
        return await open_device(config)
    except LegatoError:
        if plays:
            raise
        return None


def _events(replies: Iterator[Reply]) -> Iterator[Event]:
    """Turn a server's replies into the events that rendering here gives."""
    for reply in replies:
        match reply.address, reply.arguments:
            case "/accepted", (int(position), float(eta_seconds)):
                yield Queued("", position, eta_seconds)
            case "/progress", (float(fraction), str(stage)):
                yield Progressed(fraction, stage)
            case "/window", (int(k), int(n), float(start_seconds), float(end_seconds)):
                yield Heard(k, n, start_seconds, end_seconds)
            case "/done", (float(seconds), int(rate_hz), str(path)):
                yield Finished(Path(path).parent.name, seconds, rate_hz, Path(path))
            case "/cancelled", _:
                yield Stopped()


def deliver(finished: Finished, order: Order) -> None:
    """Copy a take's audio to the order's target, whole or not at all. Raises: LegatoError."""
    if not finished.path.exists():
        raise NotFound(
            f"the server rendered to {finished.path}, which this machine cannot see; "
            "copy it from there"
        )
    take = Take(finished.path.parent)
    take.export(order.target, order.sample_format, order.overwrite)


def summary(order: Order, show: Show) -> str:
    """Say what was written, how long it took and when it was first audible."""
    finished, took_seconds = show.finished(), max(show.end_seconds, 1e-3)
    text = (
        f"wrote {order.target}: {finished.seconds:.1f} s at {finished.rate_hz} Hz in "
        f"{took_seconds:.1f} s ({finished.seconds / took_seconds:.1f} times real time)"
    )
    first = show.first_audio_seconds
    return text if first is None else f"{text}; first audio after {first:.1f} s"
