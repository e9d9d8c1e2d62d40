"""`legato serve`: a bridge and its engine from start to the signal that ends them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from bridge.app import Bridge
from bridge.client import EngineClient, SocketClient
from bridge.config import Config, split_address
from bridge.precedence import give_way_often
from bridge.supervisor import Supervisor
from bridge.terminal import Output
from bridge.version import version

INTERRUPTED = 130
ENDING = (signal.SIGINT, signal.SIGTERM)
SIGNALS = (*ENDING, getattr(signal, "SIGHUP", signal.SIGTERM))


def serve(config: Config, output: Output) -> int:
    """Serve until a signal comes; return the exit status. Raises: LegatoError."""
    give_way_often()
    asyncio.run(_serve(config, output))
    return 0


async def _serve(config: Config, output: Output) -> None:
    bridge = Bridge(config, _engine(config))
    stop = asyncio.Event()
    with _stopping(stop, output):
        try:
            await bridge.start()
            for line in banner(bridge):
                output.result(line)
            await bridge.run_until(stop)
        finally:
            await bridge.stop()
    output.say("stopped")


def _engine(config: Config) -> EngineClient:
    if config.engine_address:
        return SocketClient(*split_address(config.engine_address), config.engine_token)
    return Supervisor(engine_arguments(config))


def engine_arguments(config: Config) -> list[str]:
    """Return what an engine of this configuration is started with."""
    flags = {"device": config.device, "dtype": config.dtype, "models": str(config.models_folder)}
    return [f"--{name}={value}" for name, value in flags.items()]


def banner(bridge: Bridge) -> Iterator[str]:
    """Say where the server is, what it may touch and how to end it."""
    config = bridge.config
    yield f"Legato {version()} answers OSC on {config.host} port {bridge.port}, UDP and TCP"
    yield f"  model   {config.model}"
    yield f"  media   {', '.join(map(str, config.media_folders))}"
    yield f"  takes   {config.takes_folder}"
    yield f"  sinks   {', '.join(config.sinks) or 'none; /legato/sink/open opens one'}"
    yield "Ctrl-C stops it"


@contextmanager
def _stopping(stop: asyncio.Event, output: Output) -> Iterator[None]:
    """Set `stop` at the first signal; the second ends the process at once."""
    loop = asyncio.get_running_loop()
    came: list[int] = []

    def begin() -> None:
        output.say("stopping; once more ends it at once")
        stop.set()

    def handle(number: int, frame: FrameType | None) -> None:
        if came:
            os._exit(INTERRUPTED)  # The engine leaves by itself when its bridge is gone.
        came.append(number)
        loop.call_soon_threadsafe(begin)

    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        if number in ENDING or before[number] is not signal.SIG_IGN:  # As nohup left it.
            signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
