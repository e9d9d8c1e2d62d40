"""One request carried out in this process, without serving anybody."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bridge.client import EngineClient
from bridge.config import Config
from bridge.events import Event, Finished
from bridge.player import Player, SinkFailed
from bridge.requests import Requests
from bridge.sinks.base import check_options, find_sink
from bridge.stream import Stream, VoiceEnded
from bridge.takes import open_takes
from bridge.ticket import Ask
from engine.wire import EngineLost


async def render_alone(
    config: Config, engine: EngineClient, ask: Ask, player: Player | None = None
) -> AsyncIterator[Event]:
    """Carry out one request and yield what happens to it; then play out what still sounds.

    With a `player` the windows are heard while the next are still rendering.
    Raises: LegatoError where it cannot be done.
    """
    requests = Requests(engine, open_takes(config), player, queue_limit=1)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(engine.close)
        stack.push_async_callback(requests.stop)
        await _ready(requests, _running(stack, requests.run()))
        heard = _playing(stack, player)
        async for event in (await requests.ask(ask)).events():
            yield event
            if isinstance(event, Finished) and heard is not None:
                await heard


async def open_device(config: Config) -> Player:
    """Return a player on the default audio device. Raises: StartFailed, NotFound."""
    player = Player(Stream(config.rate_hz, config.channels))
    sink = find_sink("device")()
    options = check_options("device", {})
    await asyncio.to_thread(sink.open, "device", options, config.rate_hz, config.channels)
    player.attach("device", sink)
    return player


async def _ready(requests: Requests, hearing: asyncio.Task[None]) -> None:
    waiting = asyncio.ensure_future(requests.ready.wait())
    await asyncio.wait([waiting, hearing], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if hearing.done():
        hearing.result()
        raise EngineLost("the engine ended before it was ready; `legato doctor` looks for causes")


def _playing(stack: contextlib.AsyncExitStack, player: Player | None) -> asyncio.Task[None] | None:
    """Start a player; the task returned ends when the voice has sounded, or the device failed."""
    if player is None:
        return None
    stack.push_async_callback(player.close)
    _running(stack, player.run())
    return _running(stack, _sounded(player))


async def _sounded(player: Player) -> None:
    while not isinstance(await player.events.get(), VoiceEnded | SinkFailed):
        pass


def _running(stack: contextlib.AsyncExitStack, work: object) -> asyncio.Task[None]:
    """Start work that is cancelled and waited for when the stack closes."""
    task: asyncio.Task[None] = asyncio.ensure_future(work)  # type: ignore[call-overload]

    async def end() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(end)
    return task
