"""Jobs and windows: the engine's bookkeeping, without tensors."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.wire import BadScore, Bend, Control, Metre, ModelFailed, Play, Request, Score, Tempo

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.session import Session

MAX_WAITING = 512


@dataclass(frozen=True)
class Window:
    """The unit of rendering: `frames` sample frames of a job, from `first_frame` on.

    `prepared` is whatever the model's `plan` wants its `step` to have: the same object for
    every window of the job, never changed by a step. `stems` names what `step` hands on beside
    the mix, the same for every window: letters, digits, `-` and `_`, good for files. `score` is
    what the model composed for the job: the take keeps it.
    """

    index: int
    count: int
    first_frame: int
    frames: int
    request: Request
    prepared: object = None
    stems: tuple[str, ...] = ()
    score: Score | None = None


class Asked:
    """The chunks asked of a live job, in order; `put` and `close` may come from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Play, float]] = deque()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, play: Play) -> bool:
        """Append a chunk; False where too many wait."""
        with self._changed:
            if len(self._waiting) >= MAX_WAITING:
                return False
            self._waiting.append((play, time.monotonic()))
            self._changed.notify()
        return True

    def take(self) -> tuple[Play, float] | None:
        """Return the next chunk once it is asked for, and when it was; None once all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            return None if self._closed else self._waiting.popleft()

    def close(self) -> None:
        """Let `take` return None from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify()


@dataclass(eq=False)
class Job:
    """A request that the engine has taken on; it ends exactly once."""

    id: str
    request: Request
    session: Session
    context_bytes: bytes = b""
    source_bytes: bytes = b""
    windows: Sequence[Window] = ()
    next_window: int = 0
    context: Mapping[str, NDArray[np.generic]] | None = None
    asked: Asked = field(default_factory=Asked)
    turn: int = 0
    ended: bool = False
    reported_at: float = float("-inf")
    _buffered_seconds: float = -1.0
    _delivered_at: float = 0.0

    @property
    def frames(self) -> int:
        """Sample frames of all the windows together."""
        return self.windows[-1].first_frame + self.windows[-1].frames

    def ahead_seconds(self, now_seconds: float) -> float:
        """How much audio waits to be heard, if it is heard as it comes; -1 before the first."""
        if self._buffered_seconds < 0:
            return -1.0
        return max(0.0, self._buffered_seconds - (now_seconds - self._delivered_at))

    def delivered(self, seconds: float, now_seconds: float) -> None:
        """Take note that the next window went out."""
        self._buffered_seconds = max(0.0, self.ahead_seconds(now_seconds)) + seconds
        self._delivered_at = now_seconds
        self.next_window += 1


def check_plan(windows: Sequence[Window]) -> None:
    """Hold a model to its contract: windows tile the job without a gap. Raises: ModelFailed."""
    frame = 0
    for index, window in enumerate(windows):
        place = (window.index, window.count, window.first_frame)
        if place != (index, len(windows), frame) or window.frames <= 0:
            raise ModelFailed(f"the model planned window {index} of {len(windows)} out of place")
        frame += window.frames
    if not windows:
        raise ModelFailed("the model planned no window for this request")


def check_score(score: Score) -> None:
    """Refuse a score with a time that is no number, for every model. Raises: BadScore."""
    timed: tuple[Control | Bend | Tempo | Metre, ...]
    timed = (*score.controls, *score.bends, *score.tempos, *score.metres)
    total = score.duration_seconds + sum(
        note.start_seconds + note.end_seconds for note in score.notes
    )
    total += sum(event.seconds for event in timed) + sum(bend.semitones for bend in score.bends)
    if not math.isfinite(total):
        raise BadScore("a score came with a time or a bend that is no number; read its file again")
