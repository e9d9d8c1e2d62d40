"""Bridge: start-up, serve, shut-down; owns every other part."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine

import structlog

from bridge.client import EngineClient, Lost
from bridge.commands.table import Commands
from bridge.config import Config
from bridge.control import Control
from bridge.files import MediaFolders
from bridge.listening import Inputs, span_of_bars
from bridge.live import Live
from bridge.net.targets import Targets
from bridge.osc.front import FrontDoor
from bridge.osc.server import OscServer, serve
from bridge.player import Player, SinkFailed, StemPlaced
from bridge.rehearsal import rehearse
from bridge.requests import Requests
from bridge.sources import Sources
from bridge.stream import Resumed, Stream, Underrun, WindowAudible
from bridge.takes import open_takes
from bridge.timing import Timing
from bridge.version import version
from bridge.ways_out import WaysOut, beat_of
from engine.wire import (
    AnyToBridge,
    Catalogue,
    Failed,
    LegatoError,
    Load,
    Loaded,
    ModelFailed,
    Unload,
    Welcome,
    error_of,
)


class Bridge:
    """Everything the outside world touches: requests, takes, the stream, its sinks and OSC."""

    def __init__(self, config: Config, engine: EngineClient) -> None:
        """Put the parts together; nothing runs before `start`. Raises: LegatoError."""
        config.check_exposure()
        self.config = config
        self.engine = engine
        self.media = MediaFolders(config.media_folders)
        self.takes = open_takes(config)
        self.inputs = Inputs(
            lambda bars: span_of_bars(self.timing.transport, self.player.frame_now, bars)
        )
        self.sources = Sources(self.takes, self.media, self.inputs.recent)
        self.player = Player(Stream(config.rate_hz, config.channels))
        self.requests = Requests(engine, self.takes, self.player, config.queue_limit)
        self.device = ""
        self.front = FrontDoor(Commands(self), config.token, version())
        self.ways_out = WaysOut(
            self.player,
            self.media,
            Targets(config.audio_hosts),
            self.front.notifier.publish,
            lambda: beat_of(self.timing.transport),
        )
        self.timing = Timing(self.player, self.front.notifier.publish)
        self.control = Control(self)
        self.live = Live(engine, self.requests, self.player, self.front.notifier.publish)
        self.control.hearers.append(self.live.midi)
        self._loading: dict[str, asyncio.Future[float]] = {}
        self._sequence = 0
        self._started_seconds = time.monotonic()
        self._server: OscServer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lasting: list[asyncio.Task[None]] = []
        self._log = structlog.get_logger("legato.bridge")

    @property
    def port(self) -> int:
        """The port that OSC is served on, once started."""
        return self._server.port if self._server else self.config.port

    @property
    def uptime_seconds(self) -> float:
        """Seconds since the bridge was made."""
        return time.monotonic() - self._started_seconds

    @property
    def state(self) -> str:
        """The engine's state as `/legato/status` tells it."""
        if self.engine.state != "ready" or not self.requests.models:
            return "degraded" if self.engine.state in ("degraded", "lost") else "booting"
        if self._loading:
            return "loading"
        return "busy" if self.requests.open else "ready"

    async def start(self) -> None:
        """Serve OSC, start the engine and open the sinks of the configuration.

        Raises: StartFailed when the port is taken or the engine cannot start.
        """
        self._server = await serve(self.config.host, self.config.port, self.front)
        works = (self._hear_engine(), self._hear_player(), self.player.run())
        self._lasting = [self._run(work) for work in works]
        # Before the engine is there, so that it disturbs nobody.
        self._run(self.requests.on_files(rehearse))
        self._run(self._keep_time())
        self._run(self.control.run())
        self._run(self.ways_out.watch())
        for text in self.config.sinks:
            await self.ways_out.open_configured(text)

    async def run_until(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set. Raises: what broke a part of the bridge."""
        waiting = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([waiting, *self._lasting], return_when=asyncio.FIRST_COMPLETED)
            for task in self._lasting:
                if task.done():
                    task.result()
        finally:
            waiting.cancel()

    async def stop(self) -> None:
        """End every request, close the sinks, let the engine go and stop serving."""
        await self.requests.stop()
        if self._server is not None:
            await self._server.close()
        self.timing.close()
        # Side by side: where an audio system hangs, each of them waits for it.
        silence = self._run(self.player.close())
        await asyncio.gather(self.inputs.close_all(), self.control.close())
        await self.engine.close()
        others = self._tasks - {silence}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await silence

    async def load(self, model: str) -> float:
        """Load a model's weights and return the seconds it took.

        Raises: UnknownModel, ModelFailed, EngineLost.
        """
        return await self._change(Load(model), model)

    async def unload(self, model: str) -> None:
        """Let a model's weights go. Raises: ModelFailed, EngineLost."""
        await self._change(Unload(model), model)

    async def _change(self, message: Load | Unload, model: str) -> float:
        if isinstance(message, Unload):
            self.requests.spec(model)
        future = self._loading.setdefault(model, asyncio.get_running_loop().create_future())
        await self.engine.send(message)
        return await asyncio.shield(future)

    def _run(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _hear_engine(self) -> None:
        async for message, payload in self.engine.events():
            await self.requests.receive(message, payload)
            self._note(message)

    def _note(self, message: AnyToBridge | Lost) -> None:
        match message:
            case Welcome():
                self.device = message.device
                self._log.info("engine ready", device=message.device, pid=message.pid)
                self.control.know(message.models)
                self._run(self._warm_up())
            case Catalogue():
                self.control.know(message.models)
            case Loaded():
                self._settle(message.model, message.seconds)
            case Failed(job=""):
                for model in list(self._loading):
                    self._settle(model, error_of(message.code, message.text))
            case Lost():
                self._log.warning("engine lost", reason=message.text)
                for model in list(self._loading):
                    self._settle(model, ModelFailed(message.text))
            case _:
                return
        self.front.notifier.publish("status", "/status", 0, *self.status())

    async def _warm_up(self) -> None:
        """Load the configured model, so that its first request is heard as soon as any other."""
        try:
            seconds = await self.load(self.config.model)
            self._log.info("model ready", model=self.config.model, seconds=round(seconds, 2))
        except LegatoError as error:
            self._log.warning("model not loaded", code=error.code, reason=str(error))

    async def _keep_time(self) -> None:
        """Run the transport; by itself where the configured source cannot be had."""
        try:
            await self.timing.run(self.config.transport_source)
        except LegatoError as error:
            self._log.warning("transport leads itself", code=error.code, reason=str(error))
            await self.timing.run("internal")

    def _settle(self, model: str, result: float | LegatoError) -> None:
        future = self._loading.pop(model, None)
        if future is None or future.done():
            return
        if isinstance(result, LegatoError):
            future.set_exception(result)
        else:
            future.set_result(result)

    async def _hear_player(self) -> None:
        while True:
            event = await self.player.events.get()
            self.timing.hear(event)
            match event:
                case WindowAudible():
                    rate_hz = self.player.stream.rate_hz
                    seconds = (event.end_frame - event.frame) / rate_hz
                    self.front.notifier.publish(
                        "jobs", "/audible", event.key, event.window, event.frame, seconds
                    )
                case Underrun():
                    self._log.warning("underrun", take=event.key, frame=event.frame)
                    self.front.notifier.publish("underruns", "/underrun", event.key, event.frame)
                case Resumed():
                    self.front.notifier.publish(
                        "underruns", "/resumed", event.key, event.frame, event.missing_frames
                    )
                case SinkFailed():
                    self.ways_out.failed(event.name, event.text)
                case StemPlaced():
                    self.ways_out.placed(event)
                case _:
                    pass

    def status(self) -> tuple[str | int | float, ...]:
        """Return `/legato/status`'s fields, the last a number that counts up; waits for nothing."""
        self._sequence = (self._sequence + 1) & 0x7FFF_FFFF
        stream = self.player.stream
        return (
            self.state,
            len(self.requests.open),
            self.requests.pace.real_time_factor,
            self.player.buffered_seconds,
            stream.underruns,
            stream.rate_hz,
            self.uptime_seconds,
            self._sequence,
        )
