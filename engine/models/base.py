"""The contract every model keeps, and what all of them share.

A model is one file or folder under `engine/models/`; its module (`NAME.py` or
`NAME/model.py`) exposes a class `Model` that keeps this contract. Importing the module
imports no torch: that waits for `load`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.jobs import Window
from engine.wire import MidiEvent, ModelSpec, Request

Audio: TypeAlias = NDArray[np.float32]
Context: TypeAlias = Mapping[str, NDArray[np.generic]]
IMAGE = "image"
STEMS = "stems"


class Tick(Protocol):
    """Reports progress within a window, and waits while somebody's hands are heard.

    Work that keeps the interpreter to itself calls it every millisecond or so: what is played
    live wants it, too.
    """

    def __call__(self, fraction: float) -> None:
        """Say how much of the window is rendered, 0 to 1. Raises: JobCancelled."""


def patient(fraction: float) -> None:
    """A tick that is never cancelled, where nobody plays."""


class Model(Protocol):
    """A way to make audio window by window, each conditioned on the context before it."""

    @property
    def spec(self) -> ModelSpec:
        """What the model is and can do; known before anything is loaded."""

    def load(self, device: str, dtype: str) -> None:
        """Read the weights onto a device ("cpu", "cuda"). Raises: ModelFailed."""

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        """Cut a request into all its windows, from window 0 on.

        `request.parameters` holds every parameter declared for its operation, checked and
        filled in. `sources` are the audio to work on, each `[frames, channels] float32` at
        the model's own rate and channels: none but for continue, inpaint and vary (one) and
        interpolate (two). The first window of a continuation is its source, bit for bit;
        `request.source_scores` are what the sources follow, where that is known. For an
        operation of `spec.by_score` a source may have no frames, but a score with notes then.
        A model that composes gives its windows the `score`: the take keeps it.
        Raises: RequestError.
        """

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window out of the context of the one before (None for window 0).

        Returns `[window.frames, channels] float32` audio and the context after it. The same
        window and context give the same samples: noise is drawn from `window_seed`.
        An array IMAGE in the context, `[height, width] uint8`, is the window's picture as the
        model drew it: the take keeps it, the next window does not see it.
        An array STEMS in the context, `[stems, frames, channels] float32`, is what the window's
        named stems add to its audio; the next window does not see it either.
        Raises: JobCancelled, ModelFailed.
        """


class Live(Protocol):
    """An instrument under someone's hands: audio chunk by chunk, of what was just played.

    It has no clock. Each call of `play` hands it what was played while one chunk of time
    passed, and takes the chunk in which that is heard: notes sound where they were struck,
    one chunk (and whatever rendering takes) later. Memory and work do not grow with time.
    Everything the model shares with other jobs it only reads: `play` runs on a thread of the
    job's own, beside `step`.
    """

    chunk_frames: int
    """How long every chunk is, in sample frames: 512 to 1024 where a hand is to hear itself,
    a whole window where the model needs one."""

    efforts: tuple[str, ...]
    """What can be given, most first, such as full, prior, hold. The last one costs next to
    nothing: it goes on with what sounded, fading, and misses no event."""

    def play(self, events: Sequence[MidiEvent], effort: int, tick: Tick) -> Audio:
        """Render the next chunk, `[chunk_frames, channels] float32`, never beyond +-1.

        `events` are in order, their frames from 0 to `chunk_frames` - 1; any bytes may come.
        `effort` is an index into `efforts`: the job gives less when it is late. Where chunks are
        as long as a window, `tick` may raise TooLate: the same chunk is then rendered with the
        next effort, before this returns. No join may be heard, between efforts neither. The same
        calls give the same samples.
        Raises: JobCancelled, ModelFailed.
        """

    def follow(self, tick: Tick) -> None:
        """Do what can wait, while nothing else is due: at most half a chunk.

        Called before the first chunk, to get ready, and after each but the last: refining what
        the next ones go on from belongs here. Raises: JobCancelled.
        """


class Playable(Model, Protocol):
    """A model that declares the operation `live`."""

    def live(self, request: Request) -> Live:
        """Get ready to be played; `request.parameters` are those of `live`.

        Raises: RequestError, ModelFailed.
        """


def window_seed(seed: int, index: int) -> int:
    """Return the 63-bit seed of window `index` of a job, so that it can be rendered alone."""
    state = np.random.SeedSequence([seed & 0xFFFF_FFFF_FFFF_FFFF, index]).generate_state(2)
    return (int(state[0]) << 31) ^ int(state[1])
