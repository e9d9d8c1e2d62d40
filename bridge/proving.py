"""`legato doctor --model NAME`: a model loaded and made to do all it can, a little of each.

What can be checked without knowing a checkpoint's weights is: every operation gives audio of
the planned length whose samples are numbers within -1 and 1, the same seed gives the same
samples, and a window rendered again alone is the one of the whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bridge.client import EngineClient, Event, Lost
from bridge.doctor import Check
from engine.wire import (
    Accepted,
    Cancelled,
    Chunk,
    Done,
    EngineLost,
    Failed,
    LegatoError,
    Load,
    Loaded,
    ModelFailed,
    ModelSpec,
    Note,
    Operation,
    Request,
    Score,
    Submit,
    Value,
    Welcome,
    error_of,
)

SOURCES = {"continue": 1, "inpaint": 1, "vary": 1, "interpolate": 2}
# What may need the notes of its sources; models that need none let them be.
SCORED = ("vary", "interpolate")
STEPS = 4
SCORE = Score(notes=tuple(Note(i / 2, i / 2 + 0.4, 60 + i, 90) for i in range(4)),
              duration_seconds=2.0)  # fmt: skip
# What is asked of every model that has such a parameter; the rest keeps its default.
ASKED: Mapping[str, Value] = {
    "steps": STEPS,
    "prompt": "a warm slow pad",
    "seconds": 2.0,
    "strength": 0.5,
    "mix": 0.5,
    "start_seconds": 0.5,
    "end_seconds": 1.0,
    "candidates": 1,
}
# The greatest difference, of samples within -1 and 1, that rounding is allowed: threads of the
# CPU and kernels of a GPU may add in another order.
SAME = 1e-4


@dataclass
class Heard:
    """What came of one request: its audio `[frames, channels] float32`, and its contexts."""

    frames: int = 0
    windows: list[NDArray[np.float32]] = field(default_factory=list)
    contexts: list[bytes] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def audio(self) -> NDArray[np.float32]:
        """All its windows in a row."""
        return np.concatenate(self.windows)


class Proof:
    """One model of one engine under examination."""

    def __init__(self, engine: EngineClient, model: str) -> None:
        self._engine, self._model = engine, model
        self._events: AsyncIterator[Event] = engine.events()
        self._jobs = 0

    async def run(self) -> AsyncIterator[Check]:
        """Yield each finding as it is made. Raises: EngineLost."""
        welcome = await self._next()
        assert isinstance(welcome, Welcome)
        try:
            spec = _spec(welcome, self._model)
            yield await self._load(welcome.device)
        except LegatoError as error:
            yield Check("load", "failure", str(error), "do what it says, then try again")
            return
        for operation in spec.operations:
            if operation == "live":
                continue
            try:
                yield await self._operation(spec, operation)
            except LegatoError as error:
                if isinstance(error, EngineLost):
                    raise
                yield Check(operation, "failure", str(error), "the engine's log says more")
        yield Check("memory", "ok", f"{_peak_gigabytes():.2f} GB at most, all of this process")

    async def _load(self, device: str) -> Check:
        await self._engine.send(Load(self._model))
        while True:
            match await self._next():
                case Loaded(seconds=seconds):
                    return Check("load", "ok", f"in {seconds:.1f} s, on {device}")
                case Failed(code=code, text=text):
                    raise error_of(code, text)

    async def _operation(self, spec: ModelSpec, operation: Operation) -> Check:
        request, source = small_request(spec, operation)
        first, again = [await self._render(request, source) for _ in range(2)]
        faults = [*_faults(spec, first), *_differences("the same seed", first, again)]
        if len(first.windows) > 1:
            last = len(first.windows) - 1
            alone = await self._render(request, source, last, first.contexts[last - 1])
            faults += _differences("the last window alone", first, alone, last)
        audio_seconds = first.frames / spec.rate_hz
        speed = audio_seconds / max(again.seconds, 1e-6)
        steps = request.parameters.get("steps")
        figures = f"{audio_seconds:.1f} s in {again.seconds:.1f} s, {speed:.2f} times real time"
        figures += f", {len(first.windows)} windows" + (f" of {steps} steps" if steps else "")
        if faults:
            advice = "the files may be broken: fetch the checkpoint again"
            return Check(operation, "failure", f"{figures}: {'; '.join(faults)}", advice)
        return Check(operation, "ok", f"{figures}; same seed, same samples")

    async def _render(
        self, request: Request, source: bytes, first: int = 0, context: bytes = b""
    ) -> Heard:
        from msgspec.structs import replace

        self._jobs += 1
        job, heard, started = f"proof-{self._jobs}", Heard(), time.monotonic()
        request = replace(request, from_window=first)
        await self._engine.send(
            Submit(job, request, len(context), len(source)), memoryview(context + source)
        )
        while True:
            event, payload = await self._take()
            match event:
                case Accepted(frames=frames):
                    heard.frames = frames
                case Chunk():
                    size = event.frames * event.channels * 4
                    samples = np.frombuffer(payload[:size], "<f4").astype(np.float32)
                    heard.windows.append(samples.reshape(-1, event.channels))
                    heard.contexts.append(bytes(payload[size : size + event.context_bytes]))
                case Done():
                    heard.seconds = time.monotonic() - started
                    return heard
                case Failed(code=code, text=text):
                    raise error_of(code, text)
                case Cancelled():
                    raise ModelFailed("it was cancelled, and nobody asked for that")

    async def _next(self) -> object:
        return (await self._take())[0]

    async def _take(self) -> Event:
        event, payload = await anext(self._events)
        if isinstance(event, Lost):
            raise EngineLost(event.text)
        return event, payload


def small_request(spec: ModelSpec, operation: Operation) -> tuple[Request, bytes]:
    """Return a request that is soon done, and the bytes of its sources."""
    mine = {one.name: one for one in spec.parameters if one.belongs_to(operation)}
    values: dict[str, Value] = {}
    for name, value in ASKED.items():
        if name in mine:
            values[name] = _within(mine[name].minimum, mine[name].maximum, value)
    sources = SOURCES.get(operation, 0)
    frames = max(spec.window_frames, 2 * spec.rate_hz)
    times = np.arange(frames) / spec.rate_hz
    tones = [0.3 * np.sin(2 * np.pi * 220 * (1 + i / 2) * times) for i in range(sources)]
    audio = [np.repeat(tone[:, None], spec.channels, 1).astype("<f4") for tone in tones]
    request = Request(
        *(operation, spec.name, 7, values, SCORE if operation == "render" else None),
        source_frames=(frames,) * sources,
        source_scores=(SCORE,) * sources if operation in SCORED else (),
    )
    return spec.filled(request), b"".join(one.tobytes() for one in audio)


def prove(engine: EngineClient, model: str) -> list[Check]:
    """Examine a model and return the findings; the engine is let go. Raises: EngineLost."""

    async def gather() -> list[Check]:
        try:
            async with contextlib.aclosing(Proof(engine, model).run()) as checks:  # type: ignore[type-var]
                return [check async for check in checks]
        finally:
            await engine.close()

    return asyncio.run(gather())


def _spec(welcome: Welcome, model: str) -> ModelSpec:
    for spec in welcome.models:
        if spec.name == model:
            return spec
    if model in welcome.refused:
        raise ModelFailed(f"{model} cannot be used: {welcome.refused[model]}")
    known = ", ".join(spec.name for spec in welcome.models)
    raise ModelFailed(f"there is no model {model[:60]!r}; there are: {known}; `legato pull` it")


def _faults(spec: ModelSpec, heard: Heard) -> list[str]:
    """Return what is wrong with audio whatever the weights are."""
    audio, faults = heard.audio, []
    if audio.shape != (heard.frames, spec.channels):
        faults.append(f"{audio.shape} came where {(heard.frames, spec.channels)} was announced")
    if not np.isfinite(audio).all():
        faults.append("some samples are no numbers")
    elif np.abs(audio).max(initial=0.0) > 1.0:
        faults.append(f"a sample is {np.abs(audio).max():.2f}")
    elif not audio.any():
        faults.append("it is silent")
    return faults


def _differences(what: str, one: Heard, other: Heard, first: int = 0) -> list[str]:
    """Return how two renders of the same differ beyond rounding."""
    mine, theirs = np.concatenate(one.windows[first:]), other.audio
    if mine.shape != theirs.shape:
        return [f"{what} gave {len(theirs)} frames, not {len(mine)}"]
    apart = float(np.abs(mine - theirs).max(initial=0.0))
    return [f"{what} gave other samples, by up to {apart:.1e}"] if apart > SAME else []


def _within(low: float | None, high: float | None, value: Value) -> Value:
    if isinstance(value, str):
        return value
    value = value if low is None else max(value, type(value)(low))
    return value if high is None else min(value, type(value)(high))


def _peak_gigabytes() -> float:
    """Return the most memory that this process has held."""
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return float(psutil.Process().memory_info().rss) / 1e9
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
