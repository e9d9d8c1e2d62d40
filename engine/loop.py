"""The engine's loop: pick a job, render one window, send it out, look again.

One thread renders (`run`), and each live job is played on its own (live.py); bridges talk to it
through sessions, from any thread. A `Cancel` ends its job at once, and the rendering thread
learns of it at the next tick. What needs a model (a new job, a load) waits for the rendering
thread, which does it between windows or, where nothing has to be loaded, at a tick within one.
"""

from __future__ import annotations

import logging
import os
import time
import traceback
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from engine.context import unpack
from engine.delivery import Delivery, delivery
from engine.desk import Command, Desk, failed
from engine.discovery import Models
from engine.jobs import Job, Window, check_plan, check_score
from engine.live import Performer
from engine.models.base import Audio, Live, Model, Playable, Tick
from engine.models.devices import fault_of, release_memory
from engine.precedence import RightOfWay
from engine.session import Session
from engine.wire import (
    Accepted,
    AnyToEngine,
    BadFrame,
    BadScore,
    Bytes,
    Cancelled,
    Catalogue,
    Chunk,
    Done,
    EngineLost,
    JobCancelled,
    LegatoError,
    Load,
    Loaded,
    ModelFailed,
    ModelSpec,
    NotFound,
    OutOfMemory,
    OutOfRange,
    Ping,
    Pong,
    Progress,
    Request,
    Shutdown,
    Unload,
    Unsupported,
    Welcome,
)

LOG = logging.getLogger(__name__)
PROGRESS_SECONDS = 0.1
NOTICE_SECONDS = 0.25
SOURCES = {"continue": 1, "inpaint": 1, "vary": 1, "interpolate": 2}


class Loop:
    """Renders the jobs of all sessions, the one with least audio ahead of its listener first."""

    def __init__(
        self, models: Models | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._models = models or Models()
        self._clock = clock
        self._desk = Desk()
        self._right_of_way = RightOfWay()
        self._busy = False
        self._lost: EngineLost | None = None
        self._progressed_at = clock()

    def open(self, notify: Callable[[], None] | None = None) -> Session:
        """Begin a bridge's session, whose first message is `Welcome`.

        `notify` is called, on any thread, whenever there is something to take.
        """
        session = Session(self._desk.lock, self._desk.changed, self._receive, notify)
        models = self._models
        session.emit(Welcome(models.device, os.getpid(), models.specs, refused=models.refused))
        self._desk.admit(session)
        return session

    def close(self, session: Session) -> None:
        """End a session whose bridge has gone, and cancel its jobs."""
        self._desk.drop(session)

    def stop(self) -> None:
        """Cancel every job and let `run` return, at the next tick if a window is under way."""
        self._desk.leave()

    def run(self) -> None:
        """Render until `stop` or `Shutdown`.

        Raises: EngineLost when the device broke and only a new process can go on; the jobs
        under way are then left without an ending, for the bridge to resume.
        """
        try:
            while self._desk.wait(self._clock):
                self._progressed_at, self._busy = self._clock(), True
                self._obey(lambda command: True)
                job = self._desk.next_job(self._clock())
                if job is not None:
                    self._render(job)
                self._busy = False
            if self._lost is not None:
                raise self._lost
        finally:
            self._desk.finish()

    def _receive(self, session: Session, message: AnyToEngine, payload: Bytes) -> None:
        match message:
            case Ping(sequence=sequence):
                session.emit(self._pong(sequence))
            case Shutdown():
                self.stop()
            case _:
                self._desk.receive(session, message, payload)

    def _pong(self, sequence: int) -> Pong:
        stalled_seconds = self._clock() - self._progressed_at if self._busy else 0.0
        return Pong(sequence, len(self._desk), stalled_seconds, self._models.resident)

    def _obey(self, accepts: Callable[[Command], bool]) -> None:
        while command := self._desk.next_command(accepts):
            if isinstance(command, Job):
                self._admit(command)
            else:
                self._load_or_unload(*command)
            self._progressed_at = self._clock()

    def _is_quick(self, command: Command) -> bool:
        return isinstance(command, Job) and command.request.model in self._models.resident

    def _load_or_unload(self, session: Session, message: Load | Unload) -> None:
        name = message.model
        try:
            if isinstance(message, Unload):
                self._unload(name)
                session.emit(Loaded(name, False, 0.0))
            elif name in self._models.resident:
                session.emit(Loaded(name, True, 0.0))
            else:
                self._look_for(name, session)
                self._loaded(name, session, Progress("", 0, 0.0, "load"))
        except Exception as error:  # noqa: BLE001 - a model may raise anything; the bridge is told
            session.emit(failed("", _explained(error, name)))

    def _look_for(self, name: str, session: Session) -> None:
        """Look through the models folder again for a model that was not there at the start."""
        if name not in self._models:
            self._models.refresh()
            session.emit(Catalogue(self._models.specs, self._models.refused))

    def _loaded(self, name: str, session: Session, notice: Progress) -> Model:
        """Return a model, and tell the session before and after where it has to be loaded."""
        if name in self._models.resident:
            return self._models.load(name)
        session.emit(notice)
        session.wait_taken(NOTICE_SECONDS)
        started = self._clock()
        model = self._models.load(name)
        session.emit(Loaded(name, True, self._clock() - started))
        return model

    def _unload(self, name: str) -> None:
        jobs = self._desk.jobs_with(name)
        if jobs:
            raise Unsupported(f"{jobs} jobs need {name}; cancel them or wait, then unload it")
        self._models.unload(name)

    def _admit(self, job: Job) -> None:
        try:
            self._plan(job)
        except Exception as error:  # noqa: BLE001 - a model may raise anything; the job fails
            self._desk.end(job, failed(job.id, _explained(error, job.request.model)))

    def _plan(self, job: Job) -> None:
        """Check a new job, load its model, cut it into windows and say how many."""
        spec = self._models.able(job.request.model, job.request.operation)
        request, first = spec.filled(job.request), job.request.from_window
        for score in filter(None, (request.score, *request.source_scores)):
            check_score(score)
        notice = Progress(job.id, first, 0.0, "load")
        sources = _sources(job, spec)
        model = self._loaded(spec.name, job.session, notice)
        if request.operation == "live":
            self._perform(job, cast(Playable, model).live(request), spec)
            return
        windows = model.plan(request, sources)
        check_plan(windows)
        _check_start(first, len(windows), bool(job.context_bytes))
        job.context = unpack(job.context_bytes) if first else None
        job.context_bytes = job.source_bytes = b""
        self._accept(job, windows, spec)

    def _accept(self, job: Job, windows: Sequence[Window], spec: ModelSpec) -> None:
        with self._desk.changed:
            if job.ended:
                return
            job.windows, job.next_window = windows, job.request.from_window
            total = (len(windows), job.frames, spec.rate_hz, spec.channels)
            stems, score = windows[0].stems, windows[0].score
            job.session.emit(Accepted(job.id, *total, job.next_window, stems=stems, score=score))

    def _perform(self, job: Job, live: Live, spec: ModelSpec) -> None:
        """Let a live job be played from now on, on a thread of its own."""
        desk = self._desk
        performer = Performer(
            job,
            live,
            spec,
            desk.tell,
            desk.end,
            _explained,
            self._break_down,
            self._right_of_way,
            self._clock,
        )
        with self._desk.changed:
            if job.ended:
                return
            form = (spec.rate_hz, spec.channels, job.request.from_window, live.chunk_frames)
            job.session.emit(Accepted(job.id, 0, 0, *form))
        performer.start()

    def _break_down(self, error: EngineLost) -> None:
        self._lost = error
        self._desk.break_down()

    def _render(self, job: Job) -> None:
        window, started = job.windows[job.next_window], self._clock()
        try:
            model = self._models.load(job.request.model)
            audio, context = model.step(window, job.context, self._tick(job, window))
            made = delivery(audio, context, window, model.spec)
        except JobCancelled:
            self._desk.end(job, Cancelled(job.id))
        except Exception as error:  # noqa: BLE001 - a model may raise anything; the job fails
            self._desk.end(job, failed(job.id, _explained(error, job.request.model)))
        else:
            self._deliver(job, window, model.spec, made, self._clock() - started)

    def _deliver(
        self, job: Job, window: Window, spec: ModelSpec, made: Delivery, compute_seconds: float
    ) -> None:
        place = (window.index, window.count, window.first_frame, window.frames)
        form = (spec.channels, spec.rate_hz, len(made.context), compute_seconds)
        height, width = made.picture.shape
        chunk = Chunk(job.id, *place, *form, height, width, len(window.stems))
        with self._desk.changed:
            if job.ended:
                return
            # Read back from the bytes, so that going on and resuming are the same thing.
            job.context = unpack(made.context)
            job.delivered(window.frames / spec.rate_hz, self._clock())
            job.session.emit(chunk, made.payload)
            if job.next_window == window.count:
                self._desk.end(job, Done(job.id, job.frames))

    def _tick(self, job: Job, window: Window) -> Tick:
        def tick(fraction: float) -> None:
            self._progressed_at = self._clock()
            self._right_of_way.give()
            self._obey(self._is_quick)
            if job.ended:
                raise JobCancelled(f"job {job.id} was cancelled")
            self._report(job, window, fraction)

        return tick

    def _report(self, job: Job, window: Window, fraction: float) -> None:
        """Say how far a job is, now and then, and only to a bridge that keeps up with reading."""
        now = self._clock()
        if now - job.reported_at < PROGRESS_SECONDS or not job.session.has_room:
            return
        job.reported_at = now
        frames = window.first_frame + window.frames * min(max(fraction, 0.0), 1.0)
        self._desk.tell(job, Progress(job.id, window.index, frames / job.frames))


def _check_start(first: int, windows: int, has_context: bool) -> None:
    if not 0 <= first < windows:
        raise OutOfRange(f"from_window is {first}; this request has windows 0 to {windows - 1}")
    if bool(first) != has_context:
        came = "a context came" if has_context else "no context came"
        raise NotFound(
            f"from_window is {first} and {came}; every window but 0 needs that of the one before"
        )


def _sources(job: Job, spec: ModelSpec) -> list[Audio]:
    """Return a job's sources as arrays. Raises: BadFrame, Unsupported."""
    frames, operation = job.request.source_frames, job.request.operation
    wanted = SOURCES.get(operation, 0)
    if len(frames) != wanted:
        raise Unsupported(f"{operation} works on {wanted} sources; {len(frames)} came")
    if len(job.request.source_scores) not in (0, wanted):
        raise BadFrame(f"{len(job.request.source_scores)} scores came for {wanted} sources")
    for number in (number for number, count in enumerate(frames) if count == 0):
        _check_alone(job.request, number, spec)
    samples = np.frombuffer(job.source_bytes, "<f4", count=len(job.source_bytes) // 4)
    if min(frames, default=0) < 0 or sum(frames) * spec.channels * 4 != len(job.source_bytes):
        raise BadFrame(f"sources of {frames} frames were announced; their samples are not those")
    if not np.isfinite(samples).all():
        raise BadFrame("a source holds samples that are no numbers; export it anew")
    edges = np.cumsum(frames)[:-1].tolist()
    return np.split(samples.astype(np.float32).reshape(-1, spec.channels), edges) if wanted else []


def _check_alone(request: Request, number: int, spec: ModelSpec) -> None:
    """Let a source be a score alone where a model can do with that.

    Raises: BadFrame, Unsupported, BadScore.
    """
    score = request.source_score(number)
    if score is None:
        raise BadFrame(f"source {number} came without samples and without a score")
    if request.operation not in spec.by_score:
        raise Unsupported(
            f"a score came as a source; {spec.name} works on sound to {request.operation}: "
            "render the score first, and name that take"
        )
    if not score.notes:
        raise BadScore("a score without notes came as a source: it needs at least one note")


def _explained(error: Exception, model: str) -> LegatoError:
    """Return what the bridge may know of an error; the rest goes to the log.

    Raises: EngineLost when the device is broken for good.
    """
    if isinstance(error, EngineLost):
        raise error
    if isinstance(error, LegatoError):
        return error
    LOG.error("model %s failed", model[:40], exc_info=error)
    fault = fault_of(error)
    if fault == "device":
        raise EngineLost("the device broke under the engine, which has to start anew") from error
    if fault == "memory":
        traceback.clear_frames(error.__traceback__)
        release_memory()
        return OutOfMemory(f"{model} ran out of memory; ask for less at once or unload a model")
    return ModelFailed(f"{model} failed; the engine's log says why")
