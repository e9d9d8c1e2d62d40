"""The engine's front desk: what bridges asked for and what is under way, for any thread."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from engine.jobs import Job
from engine.session import NOTHING, Session
from engine.wire import (
    AnyToBridge,
    AnyToEngine,
    BadFrame,
    Bytes,
    Cancel,
    Cancelled,
    Done,
    Failed,
    LegatoError,
    Load,
    Play,
    QueueFull,
    Submit,
    Unload,
    Unsupported,
)

LOG = logging.getLogger(__name__)
MAX_JOBS = 64
MAX_COMMANDS = 128

Command: TypeAlias = Job | tuple[Session, Load | Unload]


class Desk:
    """Sessions, jobs and commands behind one lock; a job ends here, and only once."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self._sessions: list[Session] = []
        self._jobs: dict[tuple[Session, str], Job] = {}
        self._commands: deque[Command] = deque()
        self._turns = 0
        self._leaving = False

    def __len__(self) -> int:
        return len(self._jobs)

    def jobs_with(self, model: str) -> int:
        """Return how many jobs use a model."""
        with self.changed:
            return sum(job.request.model == model for job in self._jobs.values())

    def admit(self, session: Session) -> None:
        """Take a session on."""
        with self.changed:
            self._sessions.append(session)
            if self._leaving:
                session.finish()

    def drop(self, session: Session) -> None:
        """Forget a session whose bridge has gone, and its jobs with it."""
        with self.changed:
            session.finish(drop=True)
            self._cancel_all(session)
            kept = [c for c in self._commands if isinstance(c, Job) or c[0] is not session]
            self._commands = deque(kept)
            if session in self._sessions:
                self._sessions.remove(session)

    def leave(self) -> None:
        """Cancel every job; `wait` returns False from now on."""
        with self.changed:
            self._leaving = True
            for session in self._sessions:
                self._cancel_all(session)
            self.changed.notify_all()

    def break_down(self) -> None:
        """Let `wait` return False, and leave the jobs without an ending."""
        with self.changed:
            self._leaving = True
            self.changed.notify_all()

    def finish(self) -> None:
        """End every session, now and to come; what waits in them can still be taken."""
        with self.changed:
            self._leaving = True
            for session in self._sessions:
                session.finish()

    def receive(self, session: Session, message: AnyToEngine, payload: Bytes) -> None:
        """Take a bridge's message; refuses it at once where too much waits already."""
        with self.changed:
            match message:
                case Submit():
                    self._submit(session, message, payload)
                    self.changed.notify_all()
                case Cancel(job=job_id):
                    job = self._jobs.get((session, job_id))
                    if job is not None:
                        self.end(job, Cancelled(job_id))
                case Play():
                    self._play(session, message)
                case Load() | Unload():
                    self._queue(session, message)
                    self.changed.notify_all()

    def end(self, job: Job, ending: Done | Failed | Cancelled) -> None:
        """End a job, unless it has ended."""
        with self.changed:
            if job.ended:
                return
            job.ended = True
            job.asked.close()
            del self._jobs[job.session, job.id]
            if job in self._commands:
                self._commands.remove(job)
            job.session.emit(ending)

    def tell(self, job: Job, message: AnyToBridge, payload: memoryview = NOTHING) -> None:
        """Send a job's message; after its ending nothing is sent."""
        with self.changed:
            if not job.ended:
                job.session.emit(message, payload)

    def wait(self, now: Callable[[], float]) -> bool:
        """Wait until there is something to do. Returns False when it is time to leave."""
        with self.changed:
            self.changed.wait_for(lambda: self._leaving or self._commands or self._next(now()))
            return not self._leaving

    def next_command(self, accepts: Callable[[Command], bool]) -> Command | None:
        """Take the oldest command, if it is accepted."""
        with self.changed:
            if not self._commands or not accepts(self._commands[0]):
                return None
            return self._commands.popleft()

    def next_job(self, now_seconds: float) -> Job | None:
        """Return the job whose window is rendered next, if there is room to send it out."""
        with self.changed:
            job = self._next(now_seconds)
            if job is not None:
                self._turns += 1
                job.turn = self._turns
            return job

    def _next(self, now_seconds: float) -> Job | None:
        ready = (job for job in self._jobs.values() if job.windows and job.session.has_room)
        return min(ready, key=lambda job: (job.ahead_seconds(now_seconds), job.turn), default=None)

    def _submit(self, session: Session, message: Submit, payload: Bytes) -> None:
        if (session, message.job) in self._jobs:
            LOG.warning("job %s was submitted twice; it runs once", message.job)
        elif len(self._jobs) >= MAX_JOBS:
            error = QueueFull(f"{MAX_JOBS} jobs wait already; submit again when one has ended")
            session.emit(failed(message.job, error))
        elif (parts := _parts(message, payload)) is None:
            announced = f"{message.context_bytes} bytes of context and {message.source_bytes} of"
            came = f"sources were announced; {memoryview(payload).nbytes} came"
            session.emit(failed(message.job, BadFrame(f"{announced} {came}")))
        else:
            job = Job(message.job, message.request, session, *parts)
            self._jobs[session, message.job] = job
            self._commands.append(job)

    def _play(self, session: Session, message: Play) -> None:
        job = self._jobs.get((session, message.job))
        if job is None:
            return
        if job.request.operation != "live":
            text = (
                f"a chunk was asked of a job that does {job.request.operation}; only live takes it"
            )
            self.end(job, failed(job.id, Unsupported(text)))
        elif not job.asked.put(message):
            error = QueueFull("the engine is too far behind to play live; choose a lighter model")
            self.end(job, failed(job.id, error))

    def _queue(self, session: Session, message: Load | Unload) -> None:
        if len(self._commands) < MAX_COMMANDS:
            self._commands.append((session, message))
        else:
            session.emit(failed("", QueueFull(f"{MAX_COMMANDS} commands wait; ask again later")))

    def _cancel_all(self, session: Session) -> None:
        for job in [job for job in self._jobs.values() if job.session is session]:
            self.end(job, Cancelled(job.id))


def _parts(message: Submit, payload: Bytes) -> tuple[bytes, bytes] | None:
    """Return context and sources, or None when the payload is not as announced."""
    sizes, view = (message.context_bytes, message.source_bytes), memoryview(payload)
    if min(sizes) < 0 or view.nbytes != sum(sizes):
        return None
    return bytes(view[: sizes[0]]), bytes(view[sizes[0] :])


def failed(job_id: str, error: LegatoError) -> Failed:
    """Return the ending, or the refusal, that an error means."""
    return Failed(job_id, error.code, str(error))
