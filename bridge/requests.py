"""Requests on their way: journalled as takes, sent to the engine, heard, and ended once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import ParamSpec, TypeVar

import msgspec

from bridge.chunks import parted
from bridge.client import EngineClient, Lost
from bridge.drawing import Drawing
from bridge.events import Broken, Ending, Finished, Heard, Progressed, Queued, Stopped
from bridge.pace import Pace
from bridge.player import Player
from bridge.records import Outcome, Record
from bridge.score_files import keep_composed
from bridge.sources import fitted
from bridge.stream import Voice
from bridge.take import Take
from bridge.takes import Takes
from bridge.ticket import Ask, Ticket, sounding, weight_of
from engine.wire import (
    Accepted,
    AnyToBridge,
    Cancel,
    Cancelled,
    Catalogue,
    Chunk,
    Done,
    EngineLost,
    Failed,
    LegatoError,
    ModelFailed,
    ModelSpec,
    NotFound,
    Operation,
    OutOfRange,
    Progress,
    QueueFull,
    Request,
    Submit,
    UnknownModel,
    Unsupported,
    Welcome,
)

P = ParamSpec("P")
R = TypeVar("R")

LOG = logging.getLogger(__name__)
MAX_ATTEMPTS = 2
MAX_WEIGHT = 4_000_000  # of all scores under way: about 300 MB here, and more in the engine
HELD_WINDOWS = 4
PRUNE_SECONDS = 60.0


class Requests:
    """Every request under way: one task each stores what the engine sends and plays it."""

    def __init__(
        self, engine: EngineClient, takes: Takes, player: Player | None, queue_limit: int
    ) -> None:
        """Serve the `engine`'s requests; without a `player` they are stored, not heard."""
        self.models: dict[str, ModelSpec] = {}
        self.refused: dict[str, str] = {}
        self.ready = asyncio.Event()
        self.open: dict[str, Ticket] = {}
        self.pace = Pace()
        self._engine = engine
        self._takes = takes
        self._player = player
        self._queue_limit = queue_limit
        self._arriving = 0
        self._prune_at_seconds = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._playing: set[str] = set()
        # One thread, so that what is written of a take is written in order.
        self._files = ThreadPoolExecutor(1, thread_name_prefix="takes")
        self._drawing = Drawing()

    async def on_files(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do work on takes' files in their own thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._files, lambda: work(*args, **kwargs))

    def in_use(self) -> set[str]:
        """Return the ids of the takes that must not be removed now."""
        return set(self.open) | self._playing

    async def ask(self, ask: Ask) -> Ticket:
        """Journal a request and set it on its way.

        Raises: RequestError where it cannot be done, EngineLost, LegatoError on a disk fault.
        """
        position = len(self.open) + self._arriving
        if position >= self._queue_limit:
            raise QueueFull(
                f"{position} requests are waiting, as many as the queue holds; "
                "ask again when one has ended, or cancel one"
            )
        self._check_weight(ask.request)
        spec = self.able(ask.request.model, ask.request.operation)
        request = spec.filled(ask.request)
        self._arriving += 1
        try:
            ask, request = await asyncio.to_thread(_fitted, ask, request, spec)
            # Not behind the windows that wait to be stored: the client waits for its answer.
            take = await asyncio.to_thread(self._journal, ask, request)
        finally:
            self._arriving -= 1
        ticket = Ticket(take, request, ask.plays, put_in_place=ask.put_in_place)
        others = self.open.values()
        ticket.eta_seconds = self.pace.eta_seconds(ticket, others, self.models, time.monotonic())
        self.open[ticket.take.id] = ticket
        ticket.outbox.put_nowait(Queued(ticket.take.id, position, ticket.eta_seconds))
        self._start(ask.perform(ticket) if ask.perform else self._follow(ticket))
        return ticket

    def _check_weight(self, request: Request) -> None:
        """Refuse a large score while others fill the memory. Raises: QueueFull."""
        waiting = sum(weight_of(ticket.request) for ticket in self.open.values())
        if waiting and waiting + weight_of(request) > MAX_WEIGHT:
            raise QueueFull(
                f"scores of {waiting:,} notes and moves of controllers are under way, and this one "
                f"would make them more than {MAX_WEIGHT:,}; ask again when one has ended"
            )

    def able(self, model: str, operation: Operation) -> ModelSpec:
        """Return the spec of a model that can do it.

        Raises: UnknownModel, Unsupported, EngineLost.
        """
        spec = self.spec(model)
        if operation not in spec.operations:
            can = ", ".join(spec.operations)
            others = [m.name for m in self.models.values() if operation in m.operations]
            advice = f"models that {operation}: {', '.join(others) or 'none yet'}"
            raise Unsupported(f"{spec.name} cannot {operation}; it can {can}; {advice}")
        return spec

    def spec(self, model: str) -> ModelSpec:
        """Return what the engine said of a model. Raises: UnknownModel, ModelFailed, EngineLost."""
        if not self.models:
            raise EngineLost("the engine is still starting; ask again when /legato/status is ready")
        if model in self.refused:
            raise ModelFailed(f"{model} cannot be used: {self.refused[model]}")
        if model not in self.models:
            known = ", ".join(sorted(self.models))
            raise UnknownModel(
                f"model {model[:40]!r} was asked; there are: {known}; `legato pull` lists more"
            )
        return self.models[model]

    def _journal(self, ask: Ask, request: Request) -> Take:
        record = Record(request, ask.title, ask.client, ask.client_id, warnings=ask.warnings)
        if ask.parent is not None:
            return self._takes.branch(ask.parent, request.from_window, record)
        if request.from_window:
            raise OutOfRange("from_window needs the take to go on from; name one with take")
        return self._takes.create(record, ask.midi, ask.sources)

    async def cancel(self, take_id: str) -> None:
        """Ask that a request end within one denoising step. Raises: NotFound."""
        ticket = self.open.get(take_id)
        if ticket is None:
            raise NotFound(f"no request {take_id[:40]!r} is under way; /legato/take/list lists all")
        ticket.cancelled = True
        try:
            await self._engine.send(Cancel(take_id))
        except EngineLost:
            await ticket.tell(Cancelled(take_id), memoryview(b""))

    async def run(self) -> None:
        """Hand the engine's messages to the requests they belong to, until it is closed."""
        async for message, payload in self._engine.events():
            await self.receive(message, payload)

    async def receive(self, message: AnyToBridge | Lost, payload: memoryview) -> None:
        """Hand on one message of the engine; waits while that request has too many."""
        self.pace.hear(message)
        if isinstance(message, Welcome | Catalogue):
            self.models = {model.name: model for model in message.models}
            self.refused = message.refused
            self.ready.set()
        if isinstance(message, Lost):
            self.ready.clear()
            for ticket in list(self.open.values()):
                await ticket.tell(message, payload)
            return
        ticket_or_none = self.open.get(getattr(message, "job", ""))
        if ticket_or_none is not None:
            await ticket_or_none.tell(message, payload)

    async def stop(self) -> None:
        """End as cancelled what is under way, and let go of the takes."""
        for ticket in self.open.values():
            ticket.cancelled = True
        await self._end_tasks()  # What is played live is kept up to its last moment first.
        for ticket in list(self.open.values()):
            await self.end(ticket, Stopped())
        await self._end_tasks()
        await self._drawing.close()
        self._files.shutdown()

    async def _end_tasks(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, ticket: Ticket) -> None:
        try:
            await self._submit(ticket)
            while ticket.take.id in self.open:
                message, payload = await ticket.inbox.get()
                await self._store(ticket, message, payload)
        except LegatoError as error:
            with contextlib.suppress(EngineLost):
                await self._engine.send(Cancel(ticket.take.id))
            await self.end(ticket, Broken(error.code, str(error)))

    async def _submit(self, ticket: Ticket) -> None:
        """Send a request, from the first window that its take lacks."""
        await self.ready.wait()
        take = ticket.take
        window = take.next_window
        if take.plan is not None and window >= take.plan.windows:
            # The engine died between the last window and saying that it was the last.
            await self.end(ticket, finished(take))
            return
        context = await self.on_files(take.context_before, window)
        sources = await self.on_files(take.source_bytes)
        request = msgspec.structs.replace(ticket.request, from_window=window)
        if ticket.cancelled:  # The engine has never heard of it, and would not answer.
            await self.end(ticket, Stopped())
            return
        ticket.attempts += 1
        with contextlib.suppress(EngineLost):  # A Lost message follows, and is met there.
            submit = Submit(take.id, request, len(context), len(sources))
            await self._engine.send(submit, context + sources)

    async def _store(
        self, ticket: Ticket, message: AnyToBridge | Lost, payload: memoryview
    ) -> None:
        match message:
            case Accepted():
                await self._accept(ticket, message)
            case Chunk():
                await self._append(ticket, message, payload)
            case Progress():
                ticket.outbox.put_nowait(Progressed(message.fraction, message.stage))
            case Done():
                await self.end(ticket, finished(ticket.take))
            case Failed():
                await self.end(ticket, Broken(message.code, message.text))
            case Cancelled():
                await self.end(ticket, Stopped())
            case Lost():
                await self._again(ticket, message)
            case _:
                pass

    async def _accept(self, ticket: Ticket, plan: Accepted) -> None:
        await self.on_files(
            ticket.take.accept,
            plan.windows,
            plan.frames,
            plan.rate_hz,
            plan.channels,
            plan.first_window,
            plan.stems,
        )
        if plan.score is not None:
            await self.on_files(keep_composed, ticket.take.folder, plan.score)
        if ticket.plays and self._player is not None and ticket.voice is None:
            stream = self._player.stream
            ticket.voice = stream.open_voice(
                ticket.take.id, plan.rate_hz, plan.channels, stems=plan.stems
            )
            if ticket.put_in_place is not None:
                ticket.put_in_place(ticket.voice)
            self._playing.add(ticket.take.id)
            self._start(self._play(ticket, self._player, ticket.voice))

    async def _append(self, ticket: Ticket, chunk: Chunk, payload: memoryview) -> None:
        take, (samples, context, stems, image) = ticket.take, parted(chunk, payload)
        place = (chunk.window, chunk.first_frame)
        await self.on_files(take.append, *place, samples, context, stems)
        if image is not None:
            await self.on_files(take.keep_image, chunk.window, image)
        self.pace.measure(ticket.request, chunk, now_seconds := time.monotonic())
        ticket.first_came_seconds = ticket.first_came_seconds or now_seconds
        if ticket.voice is not None and chunk.first_frame >= ticket.unheard_frames:
            # What is far ahead of the listener waits on disk, not in memory.
            held = (samples, stems) if ticket.heard.qsize() < HELD_WINDOWS else None
            ticket.heard.put_nowait((chunk.window, held))
            if chunk.window + 1 == chunk.windows:
                ticket.heard.put_nowait(None)
        start_seconds = chunk.first_frame / chunk.rate_hz
        end_seconds = (chunk.first_frame + chunk.frames) / chunk.rate_hz
        ticket.outbox.put_nowait(Heard(chunk.window, chunk.windows, start_seconds, end_seconds))

    async def _play(self, ticket: Ticket, player: Player, voice: Voice) -> None:
        """Keep a request's voice on the stream fed, from memory or from the take."""
        take = ticket.take
        try:
            while (item := await ticket.heard.get()) is not None and not voice.over:
                window, held = item
                await player.wait_room(voice)
                if held is None:
                    held = await self.on_files(sounding, take, window)
                # Changing the rate of a long window would hold up the event loop.
                await asyncio.to_thread(voice.write, held[0], window, held[1])
            if not ticket.broken:
                voice.end()
        except LegatoError as error:
            LOG.warning("take %s is heard no further: %s", take.id, error)
        finally:
            voice.break_off()
            self._playing.discard(take.id)

    async def _again(self, ticket: Ticket, lost: Lost) -> None:
        """Go on after the engine died, from the last stored window; give up on a second death."""
        if ticket.cancelled:
            await self.end(ticket, Stopped())
        elif ticket.attempts >= MAX_ATTEMPTS:
            text = f"the engine died {ticket.attempts} times over this request: {lost.text}"
            await self.end(ticket, Broken(EngineLost.code, text))
        else:
            await self._submit(ticket)

    async def _prune(self) -> None:
        """Keep the takes within their budget; what a disk fault leaves over goes next time.

        Reading them all takes the interpreter's time from those who wait for an answer.
        """
        now_seconds = time.monotonic()
        if now_seconds < self._prune_at_seconds:
            return
        self._prune_at_seconds = now_seconds + PRUNE_SECONDS
        with contextlib.suppress(LegatoError):
            await self.on_files(self._takes.prune, self.in_use())

    async def end(self, ticket: Ticket, ending: Ending) -> None:
        """End a request, exactly once."""
        if self.open.pop(ticket.take.id, None) is None:
            return
        try:
            await self.on_files(ticket.take.finish, _outcome(ending))
            self._drawing.add(ticket.take.draw)
        except LegatoError as error:
            if isinstance(ending, Finished):
                ending = Broken(error.code, str(error))
        if isinstance(ending, Finished):
            ending = finished(ticket.take)
        self._start(self._prune())
        ticket.broken = isinstance(ending, Broken)
        if isinstance(ending, Stopped) and ticket.voice is not None:
            ticket.voice.cancel()
        ticket.heard.put_nowait(None)
        ticket.outbox.put_nowait(ending)


def _fitted(ask: Ask, request: Request, spec: ModelSpec) -> tuple[Ask, Request]:
    """Fit the audio to work on to the model that will. Raises: BadAudio."""
    sources = tuple(fitted(source, spec) for source in ask.sources)
    frames = tuple(len(source.samples) for source in sources)
    scores = tuple(source.score for source in sources)
    request = msgspec.structs.replace(
        request, source_frames=frames, source_scores=scores if any(scores) else ()
    )
    return replace(ask, sources=sources), request


def finished(take: Take) -> Finished:
    rate_hz = take.plan.rate_hz if take.plan else 0
    return Finished(take.id, take.seconds, rate_hz, take.audio_path)


def _outcome(ending: Ending) -> Outcome:
    match ending:
        case Finished():
            return Outcome("done")
        case Broken():
            return Outcome("failed", ending.code, ending.text)
        case Stopped():
            return Outcome("cancelled")
