"""What `legato render` and `legato demo` do: a score's file to a WAV, alone or by a server."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from bridge.client import EngineClient
from bridge.config import Config
from bridge.events import Broken, Event, Finished, Heard, Progressed, Queued, Stopped
from bridge.exporting import export
from bridge.loudness import HIGHEST_PEAK_DECIBELS, MOST_GAIN_DECIBELS, Level
from bridge.orders import Order
from bridge.player import Player
from bridge.remote import RemoteServer, Reply, error_of
from bridge.score_files import export_composed
from bridge.take import Take
from bridge.terminal import Progress
from engine.wire import (
    JobCancelled,
    LegatoError,
    NotFound,
)


class Show:
    """Shows a request's events, and remembers when it was first heard and how it ended.

    `level` is how loud what was delivered is, where that was asked.
    """

    def __init__(self, progress: Progress, started_seconds: float) -> None:
        """Count time from `started_seconds` on (monotonic)."""
        self._progress = progress
        self._started_seconds = started_seconds
        self.first_audio_seconds: float | None = None
        self.ending: Event | None = None
        self.end_seconds = 0.0
        self.level: Level | None = None

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
    """Have a server make it, and copy what it made. Raises: LegatoError."""
    for event in _events(order.work.replies(server, order.options)):
        show(event)
    show.level = deliver(show.finished(), order)


def render_here(
    config: Config, order: Order, show: Show, make_engine: Callable[[Config], EngineClient]
) -> None:
    """Render in this process, and copy what was made. Raises: LegatoError."""
    asyncio.run(_render_here(config, order, show, make_engine))


async def _render_here(
    config: Config, order: Order, show: Show, make_engine: Callable[[Config], EngineClient]
) -> None:
    from bridge.alone import render_alone

    player = await _player(config, order.plays)
    ask = await asyncio.to_thread(order.work.ask, order, config)
    ask = replace(ask, client="cli", plays=player is not None)
    events = render_alone(config, make_engine(config), ask, player)
    async with contextlib.aclosing(events):  # type: ignore[type-var]  # an async generator
        async for event in events:
            show(event)
            if isinstance(event, Finished):  # Before what still sounds has been played out.
                show.level = await asyncio.to_thread(deliver, event, order)
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


def deliver(finished: Finished, order: Order) -> Level | None:
    """Copy a take's audio to the order's target, whole or not at all.

    Its stems go beside it, and the score that a model composed. Returns how loud it is, where
    that was asked. Raises: LegatoError, which says where the audio is kept all the same.
    """
    if not finished.path.exists():
        raise NotFound(
            f"the server rendered to {finished.path}, which this machine cannot see; "
            "copy it from there"
        )
    take = Take(finished.path.parent)
    try:
        level = export(take, order.target, order.finish, order.overwrite)
        export_composed(take.folder, order.target.with_suffix(".mid"), order.overwrite)
        return level
    except LegatoError as error:
        raise type(error)(f"{error}. What was rendered is kept: {finished.path}") from error


def summary(order: Order, show: Show) -> str:
    """Say what was written, how long it took and when it was first audible."""
    finished, took_seconds = show.finished(), max(show.end_seconds, 1e-3)
    text = (
        f"wrote {order.target}: {finished.seconds:.1f} s at {finished.rate_hz} Hz in "
        f"{took_seconds:.1f} s ({finished.seconds / took_seconds:.1f} times real time)"
    )
    if show.first_audio_seconds is not None:
        text += f"; first audio after {show.first_audio_seconds:.1f} s"
    return text if show.level is None else f"{text}; {_level_words(show.level, order)}"


def _level_words(level: Level, order: Order) -> str:
    """Say how loud it is, and why it is not what was asked where it is not."""
    asked = order.finish.loudness
    if asked is None or not math.isfinite(level.loudness) or abs(level.loudness - asked) < 0.05:
        return str(level)
    if level.peak_decibels < HIGHEST_PEAK_DECIBELS - 0.05:
        return f"{level}: {asked:g} LUFS is more than {MOST_GAIN_DECIBELS:g} dB away"
    return f"{level}: {asked:g} LUFS would take its peaks past {HIGHEST_PEAK_DECIBELS:g} dB"
