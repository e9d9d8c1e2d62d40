"""One live job: asks the engine for each chunk as its time is over, and hands it on at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from bridge.client import EngineClient, Lost
from bridge.events import Broken, Ending, Heard, Progressed, Stopped
from bridge.live_clock import ChunkClock
from bridge.live_hands import Hands
from bridge.live_out import LiveOut
from bridge.live_take import Recorder
from bridge.player import Player
from bridge.requests import Requests, finished
from bridge.ticket import Ticket
from engine.wire import (
    Accepted,
    AnyToBridge,
    Cancel,
    Cancelled,
    Chunk,
    Done,
    Effort,
    EngineLost,
    Failed,
    LegatoError,
    MidiEvent,
    ModelFailed,
    OutOfMemory,
    Play,
    Progress,
    Submit,
)

LOG = logging.getLogger(__name__)
MAX_ASKED = 32  # chunks under way in the engine; then the job's time stands still
PATIENCE_SECONDS = 0.25  # what an event loop that was held up may catch up with
# What may not happen again, once a job has begun: it goes on anew, with the same programs.
PASSING = (ModelFailed.code, OutOfMemory.code)
MAX_FAULTS = 2
CALM_SECONDS = 60.0  # after so long earlier faults count no more
HEARD_SECONDS = 1.0


class LiveJob:
    """Lives on the event loop; `run` returns when the job has ended, once."""

    def __init__(
        self,
        ticket: Ticket,
        engine: EngineClient,
        requests: Requests,
        player: Player,
        publish: Callable[..., None],
        *,
        channels: frozenset[int],
        keep_seconds: float,
    ) -> None:
        self._ticket, self._engine, self._requests = ticket, engine, requests
        self._player, self._publish = player, publish
        self._keep_seconds = keep_seconds
        self._hands = Hands(channels)
        self._news: asyncio.Queue[AnyToBridge | Lost] = asyncio.Queue()
        self._clock: ChunkClock | None = None
        self._plan: Accepted | None = None
        self._out: LiveOut | None = None
        self._recorder: Recorder | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._stopped_seconds = math.inf
        self._answered = -1  # the last chunk that came
        self._came = asyncio.Event()
        self._faults: list[float] = []
        self._heard_at = float("-inf")

    @property
    def id(self) -> str:
        """The take's id, which is the job's too."""
        return self._ticket.take.id

    def hear(self, status: int, data1: int, data2: int, arrival_seconds: float) -> None:
        """Take a channel message that was played."""
        self._hands.hear(status, data1, data2, arrival_seconds)

    def stop(self) -> None:
        """End well after the chunk that is being played; one not begun yet is cancelled."""
        self._stopped_seconds = min(self._stopped_seconds, time.monotonic())
        if self._clock is None:
            self._news.put_nowait(Cancelled(self.id))

    async def run(self) -> None:
        """Perform until the job ends, and end its ticket."""
        self._ticket.direct = self._receive
        ending: Ending = Stopped()
        try:
            ending = await self._perform()
        except LegatoError as error:
            ending = Broken(error.code, str(error))
        finally:
            await self._close()
            if not isinstance(ending, Stopped | Broken):
                ending = finished(self._ticket.take)
            else:
                with contextlib.suppress(EngineLost):
                    await self._engine.send(Cancel(self.id))
        await self._requests.end(self._ticket, ending)

    def _receive(self, message: AnyToBridge | Lost, payload: memoryview) -> None:
        """Take a message of the engine's, in its order; a chunk is handed on at once."""
        if isinstance(message, Chunk):
            self._hand_on(message, payload)
        else:
            self._news.put_nowait(message)

    async def _perform(self) -> Ending:
        await self._submit()
        while True:
            match await self._news.get():
                case Accepted() as plan:
                    await self._begin(plan)
                case Progress(fraction=fraction, stage=stage):
                    self._ticket.outbox.put_nowait(Progressed(fraction, stage))
                case Effort() as effort:
                    self._say_late(effort.effort, effort.behind_seconds)
                case Done():
                    return finished(self._ticket.take)
                case Failed(code=code, text=text):
                    if (ending := await self._go_on(code, text)) is not None:
                        return ending
                case Cancelled():
                    return Stopped()
                case Lost(text=text):
                    if (ending := await self._go_on(EngineLost.code, text)) is not None:
                        return ending
                case _:
                    pass

    async def _submit(self) -> None:
        """Ask for the job once an engine is there; one that takes over goes on where it was."""
        await self._requests.ready.wait()
        request = self._ticket.request
        if self._clock is not None:
            request = msgspec.structs.replace(request, from_window=self._clock.chunk)
        with contextlib.suppress(EngineLost):  # A Lost message follows, and is met there.
            await self._engine.send(Submit(self.id, request))

    async def _go_on(self, code: str, text: str) -> Ending | None:
        """Ask anew for what broke, and say so; return an ending where it is not to go on."""
        has_begun = self._clock is not None
        if code != EngineLost.code and not (has_begun and code in PASSING):
            return Broken(code, text)
        self._stop_pacing()
        now_seconds = time.monotonic()
        self._faults = [at for at in self._faults if at > now_seconds - CALM_SECONDS]
        self._faults.append(now_seconds)
        LOG.warning("live job %s broke (%s): %s", self.id, code, text)
        self._say_late("lost", 0.0)
        if self._ticket.cancelled or self._stopped_seconds < math.inf:
            return Stopped()
        if len(self._faults) >= MAX_FAULTS:
            return Broken(code, f"it broke {len(self._faults)} times in a minute: {text}")
        await self._submit()
        return None

    async def _begin(self, plan: Accepted) -> None:
        """Let time begin, or go on with an engine that took over."""
        if self._plan is None:
            await self._requests.on_files(
                self._ticket.take.accept, 0, 0, plan.rate_hz, plan.channels
            )
            self._recorder = Recorder(
                self._ticket.take,
                self._requests.on_files,
                plan.rate_hz,
                plan.channels,
                self._keep_seconds,
                self._say_full,
            )
            self._start(self._recorder.run())
            if self._ticket.plays:
                self._out = LiveOut(self._player, self.id, plan.rate_hz, plan.channels)
        self._plan = plan
        chunk_seconds, now_seconds = plan.chunk_frames / plan.rate_hz, time.monotonic()
        if self._clock is None:
            self._clock = ChunkClock(chunk_seconds, now_seconds)
        else:
            self._clock.skip_to(now_seconds)
        self._answered = self._clock.chunk - 1
        self._start(self._pace(plan, self._clock, self._hands.settings()))
        self._ticket.outbox.put_nowait(Progressed(0.0, "live"))

    def _start(self, work: Any) -> None:
        self._tasks.append(asyncio.get_running_loop().create_task(work))

    async def _pace(
        self, plan: Accepted, clock: ChunkClock, settings: tuple[MidiEvent, ...]
    ) -> None:
        """Ask for chunk after chunk, each when its time is over."""
        chunk_seconds = plan.chunk_frames / plan.rate_hz
        while True:
            await asyncio.sleep(max(0.0, clock.end_seconds - time.monotonic()))
            late_seconds = time.monotonic() - clock.end_seconds
            waits = clock.chunk - self._answered > MAX_ASKED
            if waits or late_seconds > max(PATIENCE_SECONDS, chunk_seconds):
                self._say_late("wait", max(0.0, late_seconds))
                await self._until_answered(clock)
                clock.skip_to(time.monotonic())
                self._answered = max(self._answered, clock.chunk - 1)
                continue
            events = settings + self._hands.played(clock, plan.chunk_frames)
            settings = ()
            self._keep(clock, plan, events)
            # A loop that was held up still plays all that came before the stop.
            is_last = clock.end_seconds > self._stopped_seconds
            play = Play(
                self.id, clock.chunk, events, is_last, self._left_seconds(clock, chunk_seconds)
            )
            try:
                await self._engine.send(play)
            except EngineLost:  # A Lost message follows, and is met there.
                return
            if play.last:
                return
            if self._out is None:
                clock.move_on()
            else:
                clock.move_on(self._out.surplus_seconds, self._out.take_sooner())

    def _left_seconds(self, clock: ChunkClock, chunk_seconds: float) -> float | None:
        """Return when the next chunk is due, after those that are under way; None: as it may be."""
        left_seconds = self._out.left_seconds() if self._out else None
        if left_seconds is None:
            return None
        left_seconds += (clock.chunk - 1 - self._answered) * chunk_seconds
        return left_seconds if left_seconds > 0.0 else None

    async def _until_answered(self, clock: ChunkClock) -> None:
        """Wait until the engine has given what it was asked for."""
        while self._answered < clock.chunk - 1:
            self._came.clear()
            await self._came.wait()

    def _keep(self, clock: ChunkClock, plan: Accepted, events: tuple[MidiEvent, ...]) -> None:
        if self._recorder is not None:
            first_frame = clock.chunk * plan.chunk_frames
            for event in events:
                self._recorder.hear((first_frame + event.frame) / plan.rate_hz, event)

    def _hand_on(self, chunk: Chunk, payload: memoryview) -> None:
        samples = np.frombuffer(payload, "<f4").reshape(-1, chunk.channels)
        self._answered = max(self._answered, chunk.window)
        self._came.set()
        if self._out is not None:
            self._out.write(samples, chunk.window)
        if self._recorder is not None:
            self._recorder.add(chunk.first_frame, samples)
        seconds = (chunk.first_frame + chunk.frames) / chunk.rate_hz
        if seconds - self._heard_at >= HEARD_SECONDS:
            self._ticket.outbox.put_nowait(
                Heard(chunk.window, 0, max(self._heard_at, 0.0), seconds)
            )
            self._heard_at = seconds

    def _say_late(self, effort: str, behind_seconds: float) -> None:
        """Tell subscribers how much effort is given from now on, and why it is less."""
        LOG.info("live job %s: %s, %.3f s behind", self.id, effort, behind_seconds)
        self._publish("live", "/live/late", self.id, effort, float(behind_seconds))

    def _say_full(self, reason: str) -> None:
        LOG.warning("take %s is kept no further: %s", self.id, reason)
        self._publish("live", "/live/full", self.id, reason)

    def _stop_pacing(self) -> None:
        for task in self._tasks[1:]:
            task.cancel()
        del self._tasks[1:]

    async def _close(self) -> None:
        """Fade out, and keep what was played."""
        self._ticket.direct = None
        self._stop_pacing()
        if self._out is not None:
            self._out.close()
        if self._recorder is not None:
            self._recorder.finish()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._recorder.close()
