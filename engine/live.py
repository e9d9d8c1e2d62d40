"""A live job's own thread: renders each chunk as it is asked for, beside whatever else renders.

The bridge asks for a chunk when its time is over, so chunks that wait say how late we are.
"""

from __future__ import annotations

import functools
import gc
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from engine.effort import efforts_of
from engine.jobs import Job
from engine.models.base import Live
from engine.precedence import RightOfWay, step_back, take_precedence
from engine.session import NOTHING
from engine.wire import (
    LONG_CHUNK_SECONDS,
    Cancelled,
    Chunk,
    Done,
    Effort,
    EngineLost,
    Failed,
    JobCancelled,
    LegatoError,
    ModelFailed,
    ModelSpec,
    Play,
    TooLate,
)

# Threads that render take the interpreter's lock from each other; a chunk cannot wait long.
SWITCH_SECONDS = 0.0001

Told: TypeAlias = Chunk | Effort
Ending: TypeAlias = Done | Failed | Cancelled


class Performer:
    """Plays one live job from its first chunk to its last."""

    def __init__(
        self,
        job: Job,
        live: Live,
        spec: ModelSpec,
        tell: Callable[[Job, Told, memoryview], None],
        end: Callable[[Job, Ending], None],
        explain: Callable[[Exception, str], LegatoError],
        break_down: Callable[[EngineLost], None],
        right_of_way: RightOfWay,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._job, self._live, self._spec = job, live, spec
        self._right_of_way = right_of_way
        self._tell, self._end = tell, end
        self._explain, self._break_down = explain, break_down
        self._clock = clock
        self._chunk_seconds = live.chunk_frames / spec.rate_hz
        self._efforts = efforts_of(len(live.efforts), self._chunk_seconds)
        self._effort, self._chunk, self._began = 0, 0, 0.0

    def start(self) -> None:
        """Play on a thread of its own, until the job ends; the calling thread renders."""
        sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_SECONDS))
        # Models are never garbage while they are used, and going through them takes too long.
        gc.collect()
        gc.freeze()
        lead = functools.partial(self._lead, threading.get_native_id())
        threading.Thread(target=lead, name=f"live-{self._job.id}", daemon=True).start()

    def _lead(self, renderer_id: int) -> None:
        # A renderer that stands back may be held up while all others wait for its lock. What takes
        # seconds must not go before all else for as long.
        if self._chunk_seconds >= LONG_CHUNK_SECONDS or not take_precedence():
            step_back(renderer_id)
        try:
            self.run()
        finally:
            gc.unfreeze()

    def run(self) -> None:
        """Play until the job ends."""
        asked = self._job.asked
        self._attempt(self._follow)
        while (taken := asked.take()) is not None:
            self._attempt(functools.partial(self._answer, *taken))

    def _attempt(self, task: Callable[[], None]) -> None:
        """Do it, or end the job."""
        try:
            task()
        except JobCancelled:
            self._end(self._job, Cancelled(self._job.id))
        except Exception as error:  # noqa: BLE001 - a model may raise anything; the job fails
            self._fail(error)

    def _answer(self, play: Play, asked_at: float) -> None:
        self._choose(play, asked_at, len(self._job.asked))
        self._play(play)
        if not play.last:
            self._follow()

    def _follow(self) -> None:
        if not len(self._job.asked):
            self._live.follow(self._tick)

    def _fail(self, error: Exception) -> None:
        try:
            found = self._explain(error, self._spec.name)
        except EngineLost as lost:
            self._break_down(lost)
        else:
            self._end(self._job, Failed(self._job.id, found.code, str(found)))

    def _play(self, play: Play) -> None:
        """Render one chunk and send it out."""
        started, frames = self._clock(), self._live.chunk_frames
        with self._right_of_way.taken():
            audio = self._live.play(play.events, self._effort, self._hurry)
        self._efforts.took(self._clock() - self._began)
        expected = (frames, self._spec.channels)
        if audio.dtype != np.float32 or audio.shape != expected or not np.isfinite(audio).all():
            raise ModelFailed(
                f"{self._spec.name} played {audio.shape} {audio.dtype} where {expected} finite "
                "float32 was due"
            )
        place = (play.chunk, 0, play.chunk * frames, frames)
        form = (self._spec.channels, self._spec.rate_hz, 0, self._clock() - started)
        samples = np.ascontiguousarray(audio, "<f4").data.cast("B")
        self._tell(self._job, Chunk(self._job.id, *place, *form), samples)
        if play.last:
            self._end(self._job, Done(self._job.id, (play.chunk + 1) * frames))

    def _choose(self, play: Play, asked_at: float, waiting: int) -> None:
        """Choose how much effort the chunk is given; `waiting` others were asked for meanwhile."""
        self._chunk, self._began = play.chunk, self._clock()
        left_seconds = self._chunk_seconds if play.left_seconds is None else play.left_seconds
        left_seconds -= self._began - asked_at
        self._say_effort(self._efforts.choose(waiting, left_seconds))

    def _say_effort(self, behind_seconds: float) -> None:
        if self._efforts.effort == self._effort:
            return
        self._effort = self._efforts.effort
        name = self._live.efforts[self._effort]
        self._tell(self._job, Effort(self._job.id, self._chunk, name, behind_seconds), NOTHING)

    def _tick(self, fraction: float) -> None:
        if self._job.ended:
            raise JobCancelled(f"job {self._job.id} was cancelled")

    def _hurry(self, fraction: float) -> None:
        """Break a chunk off that would come too late; it is rendered with less effort."""
        self._tick(fraction)
        now = self._clock()
        behind_seconds = self._efforts.behind_seconds(fraction, now - self._began)
        if behind_seconds:
            self._began = now
            self._say_effort(behind_seconds)
            raise TooLate(f"chunk {self._chunk} would be {behind_seconds:.1f} s late")
