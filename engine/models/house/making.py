"""What the built-in model makes without being given a score: `generate` and `continue`.

A score is composed first; then it is rendered as any other. What goes on from a source is
rendered from a little before the join on, so that notes ring over it as they would have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np

from engine.audio import gain_to, graft, level_of
from engine.composing.compose import compose
from engine.composing.extend import begin, extend
from engine.composing.listening import listen
from engine.composing.words import read
from engine.jobs import Window
from engine.models.base import STEMS, Audio, Context, Tick
from engine.models.house import notes
from engine.models.house.notes import EARLY_HOPS, HOP, HOPS_PER_SECOND, MELS, RATE_HZ
from engine.models.house.stage import Stage, stage_of
from engine.models.house.stems import stem_names
from engine.performance import Performance
from engine.wire import Bend, Control, Operation, Parameter, Request, Score

if TYPE_CHECKING:
    from engine.models.house.renderer import Renderer

Event = TypeVar("Event", Control, Bend)

OPERATIONS: tuple[Operation, ...] = ("generate", "continue")
MAX_SECONDS = 600.0
MORE_SECONDS = 8.0
LONGEST_RING_SECONDS = 4.0
END_FADE_FRAMES = 12_000
# How long what the new sound misses the old one by takes to die away, where the new one knows
# the old one's notes, and where it does not.
KNOWN_JOIN_FRAMES, UNKNOWN_JOIN_FRAMES = 4_800, 1_440
LEAD_HOPS = 24  # rendered before a join and thrown away
PROBE_HOPS, SETTLING_HOPS, PROBES = 56, 8, 2
TAIL = 3 * HOP  # as in synthesis.py, which imports torch
PROBE_INDEX = 1 << 20  # A window of no job: it draws noise of its own.
RECENT_SECONDS = 20
# How loud the loudest second is of a piece that is played as hard as can be, by how much less
# one is that is hardly touched, and how high peaks may come before they are limited.
LOUD_DECIBELS, RANGE_DECIBELS, PEAK = -12.0, 9.0, 0.95
SOFT_VELOCITY, HARD_VELOCITY = 26.0, 112.0

PARAMETERS = (
    Parameter(
        "prompt",
        "str",
        "",
        text="musical words: key, tempo, metre, instruments, mood, density, length",
        operations=OPERATIONS,
    ),
    Parameter(
        *("seconds", "float", 0.0, 0.0, MAX_SECONDS),
        unit="s",
        text=f"how much to make; 0 leaves it to the words, or is {MORE_SECONDS:g} more",
        operations=OPERATIONS,
    ),
)


@dataclass(frozen=True)
class Making:
    """What the windows of a job share: frame f of the job is frame f + `shift_frames` here.

    `score` is in the job's own time. The job is `frames` long and begins with its `source`,
    `[source frames, 2] float32`. `join_frames` is how long the two sounds go over into each other.
    """

    stage: Stage
    score: Score
    frames: int
    gain: float = 1.0
    source: Audio | None = None
    shift_frames: int = 0
    join_frames: int = 0

    @property
    def source_frames(self) -> int:
        """How many frames the job has of its source."""
        return 0 if self.source is None else len(self.source)


def plan(
    request: Request,
    sources: Sequence[Audio],
    renderer: Renderer,
    edges_of: Callable[[int], list[int]],
) -> list[Window]:
    """Compose, and cut what is to be rendered into windows. Raises: OutOfRange, ModelFailed."""
    if request.operation == "generate":
        making = _generated(request, renderer)
    else:
        making = _continued(request, sources[0], renderer)
    first = making.source_frames
    inner = edges_of(-(-(making.frames - first) // HOP))[1:-1]
    edges = sorted({0, first, *(first + hop * HOP for hop in inner), making.frames})
    names: tuple[str, ...] = ()
    if request.parameters.get("stems", False):
        stage = making.stage
        making = replace(making, stage=replace(stage, stems=tuple(stage.parts)))
        names = stem_names(stage.table)
    return [
        Window(i, len(edges) - 1, start, end - start, request, making, names, making.score)
        for i, (start, end) in enumerate(pairwise(edges))
    ]


def step(
    window: Window, making: Making, renderer: Renderer, context: Context | None, tick: Tick
) -> tuple[Audio, Context]:
    """Render one window as `[frames, 2] float32`, not yet limited, and the context after it.

    Window 0 of a continuation is its source as it came. Raises: JobCancelled, ModelFailed.
    """
    if making.source is not None and window.index == 0:
        tick(1.0)
        return making.source, {}
    parameters = window.request.parameters
    steps = int(parameters.get("steps", 4))
    gain = making.gain * 10.0 ** (float(parameters.get("gain_decibels", 0.0)) / 20.0)
    before: Audio = np.zeros((0, 2), np.float32)
    if making.source is not None and window.index == 1:
        before, context = _lead_in(window, making, renderer)
    inner = replace(
        window,
        first_frame=window.first_frame + making.shift_frames,
        frames=-(-window.frames // HOP) * HOP,
    )
    sound, context = renderer.render(inner, making.stage, steps, context, tick)
    made = np.concatenate((before, sound[: window.frames])) * np.float32(gain)
    if making.source is not None and window.index == 1:
        made = _joined(making.source, made, len(before), making.join_frames)
    if window.stems:
        stems = np.asarray(context[STEMS], np.float32)[:, : window.frames] * np.float32(gain)
        context = {**context, STEMS: np.stack([_faded(stem, window, making) for stem in stems])}
    return _faded(made, window, making), context


def _generated(request: Request, renderer: Renderer) -> Making:
    """Compose what the words ask for, and find out how loud it is."""
    prompt = str(request.parameters["prompt"])
    seconds = float(request.parameters["seconds"]) or read(prompt).seconds or 0.0
    score = compose(prompt, request.seed, seconds)
    table = notes.table(score)
    if not seconds:
        rings = renderer.tails()[table.instrument, table.pitch] / HOPS_PER_SECOND
        rings = np.minimum(rings, LONGEST_RING_SECONDS)
        seconds = max(score.duration_seconds, float((table.release_seconds + rings).max()))
    frames = round(seconds * RATE_HZ)
    making = Making(_stage(score, frames), score, frames)
    velocity = float(np.mean([note.velocity for note in score.notes]))
    hardness = (velocity - SOFT_VELOCITY) / (HARD_VELOCITY - SOFT_VELOCITY)
    decibels = LOUD_DECIBELS - RANGE_DECIBELS * (1.0 - min(max(hardness, 0.0), 1.0))
    return replace(making, gain=_gain(making, renderer, request, 10.0 ** (decibels / 20.0), 0.0))


def _continued(request: Request, source: Audio, renderer: Renderer) -> Making:
    """Compose what comes after a source, by its score or by ear, and match its level."""
    prompt, seed = str(request.parameters["prompt"]), request.seed
    more_seconds = float(request.parameters["seconds"]) or MORE_SECONDS
    join_seconds = len(source) / RATE_HZ
    frames = len(source) + max(1, round(more_seconds * RATE_HZ))
    is_known = request.score is not None and bool(request.score.notes)
    if request.score is not None and is_known:
        score = extend(request.score, join_seconds, more_seconds, prompt, seed)
    else:
        heard = listen(source, RATE_HZ)
        hardness = _hardness(source)
        score = begin(heard.grid, heard.key, join_seconds, more_seconds, prompt, seed, hardness)
    # The join lies on a hop of the stage, with room before it.
    shift = -len(source) % HOP + LEAD_HOPS * HOP
    stage = _stage(_later(score, shift / RATE_HZ), frames + shift)
    join = KNOWN_JOIN_FRAMES if is_known else UNKNOWN_JOIN_FRAMES
    making = Making(stage, score, frames, 1.0, source, shift, min(join, len(source)))
    return replace(making, gain=_matching(making, renderer, request, is_known))


def _stage(score: Score, frames: int) -> Stage:
    """Make a score ready to be heard for so many frames, and a window more."""
    return stage_of(Performance(score), notes.table(score), frames // HOP + 2 * EARLY_HOPS + 256)


def _later(score: Score, seconds: float) -> Score:
    """Return a score that begins so much later."""

    def moved(event: Event) -> Event:
        return msgspec.structs.replace(event, seconds=event.seconds + seconds)

    return msgspec.structs.replace(
        score,
        notes=tuple(
            msgspec.structs.replace(
                note,
                start_seconds=note.start_seconds + seconds,
                end_seconds=note.end_seconds + seconds,
            )
            for note in score.notes
        ),
        controls=tuple(map(moved, score.controls)),
        bends=tuple(map(moved, score.bends)),
        duration_seconds=score.duration_seconds + seconds,
    )


def _gain(
    making: Making, renderer: Renderer, request: Request, level: float, from_seconds: float
) -> float:
    """Return the gain that brings the loudest second from a moment on to a level, within peaks."""
    heard = [
        _heard(making, renderer, request, second)
        for second in _loudest(making.score, from_seconds, making.frames / RATE_HZ)
    ]
    found = max((level_of(sound) for sound in heard), default=0.0)
    peak = max((float(np.abs(sound).max(initial=0.0)) for sound in heard), default=0.0)
    return min(gain_to(found, level), PEAK / max(peak, 1e-6))


def _matching(making: Making, renderer: Renderer, request: Request, is_known: bool) -> float:
    """Return the gain at which the new sound is as loud as its source.

    Where the source's notes are known they are rendered and compared where it is loudest;
    else the loudest second of the new sound is compared with that of the old.
    """
    assert making.source is not None
    join_seconds = len(making.source) / RATE_HZ
    levels = _levels(making.source)
    level = max(levels.values(), default=0.0)
    if is_known:
        starts = np.array([note.start_seconds for note in making.score.notes])
        played = {s: v for s, v in levels.items() if ((starts >= s) & (starts < s + 0.5)).any()}
        for second in sorted(played, key=lambda s: -played[s])[:1]:
            sound = _heard(making, renderer, request, second)
            first = round((second + SETTLING_HOPS * HOP / RATE_HZ) * RATE_HZ)
            original = making.source[first : first + len(sound)]
            if len(original) and level_of(original) > 1e-5 and level_of(sound) > 1e-6:
                return gain_to(level_of(sound[: len(original)]), level_of(original))
    return _gain(making, renderer, request, level, join_seconds)


def _levels(source: Audio) -> dict[float, float]:
    """Return the level of each of the latest seconds, by when it begins."""
    seconds = len(source) / RATE_HZ
    begins = np.arange(max(0.0, seconds - RECENT_SECONDS), max(seconds - 0.25, 1e-3), 0.5)
    return {
        float(b): level_of(source[round(b * RATE_HZ) : round((b + 1.0) * RATE_HZ)]) for b in begins
    }


def _hardness(source: Audio) -> float:
    """Return how hard to play after a sound, 0 to 1, by how loud it is."""
    level = max(_levels(source).values(), default=0.0)
    decibels = 20.0 * float(np.log10(max(level, 1e-4)))
    return min(max(0.7 + (decibels + 14.0) / 40.0, 0.25), 0.85)


def _loudest(score: Score, from_seconds: float, to_seconds: float) -> list[float]:
    """Return where most is struck at once, and hardest."""
    starts = np.array([note.start_seconds for note in score.notes])
    force = np.square([note.velocity / 127.0 for note in score.notes])
    begins = np.arange(from_seconds, max(to_seconds - 0.6, from_seconds + 1e-3), 0.5)
    sums = [float(force[(starts >= b - 0.05) & (starts < b + 0.5)].sum()) for b in begins]
    order = np.argsort(sums)[::-1][:PROBES]
    return [float(begins[place]) for place in order]


def _heard(making: Making, renderer: Renderer, request: Request, seconds: float) -> Audio:
    """Render half a second of a stage as a draft, from SETTLING_HOPS after a moment on."""
    first = int((seconds * RATE_HZ + making.shift_frames) // HOP) * HOP
    window = Window(PROBE_INDEX, PROBE_INDEX, first, PROBE_HOPS * HOP, request)
    sound, _ = renderer.render(window, making.stage, 0, _silence(), _patient)
    return sound[SETTLING_HOPS * HOP :]


def _lead_in(window: Window, making: Making, renderer: Renderer) -> tuple[Audio, Context]:
    """Render what comes before a join, and the context that the new sound goes on from."""
    frames = LEAD_HOPS * HOP
    first = window.first_frame + making.shift_frames - frames
    before = replace(window, index=PROBE_INDEX, first_frame=first, frames=frames)
    steps = int(window.request.parameters.get("steps", 4))
    return renderer.render(before, making.stage, steps, _silence(), _patient)


def _silence() -> Context:
    """Return the context after nothing."""
    nothing = np.zeros((0, MELS), np.float32)
    return {"prior": nothing, "mel": nothing, "tail": np.zeros((1, 2, TAIL), np.float32)}


def _patient(fraction: float) -> None:
    """A tick that is never cancelled."""


def _joined(source: Audio, made: Audio, lead_frames: int, join_frames: int) -> Audio:
    """Let a source go over into what was rendered around its end; return what comes after it."""
    known = np.zeros_like(made)
    tail = source[-lead_frames:]
    known[lead_frames - len(tail) : lead_frames] = tail
    return graft(known, made, lead_frames, len(made), join_frames)[lead_frames:]


def _faded(made: Audio, window: Window, making: Making) -> Audio:
    """Fade out before the job's last frame: what would ring on ends there."""
    fade = min(END_FADE_FRAMES, (making.frames - making.source_frames) // 4)
    start = making.frames - fade - window.first_frame
    if start >= len(made) or fade <= 0:
        return made
    along = (np.arange(len(made)) - start + 0.5) / fade
    falling = np.square(np.cos(0.5 * np.pi * np.clip(along, 0.0, 1.0)))
    return np.asarray(made * falling[:, None], np.float32)
