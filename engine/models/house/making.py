"""What the built-in model makes without being given all the notes: from words, or from a source.

A score is composed first; then it is rendered as any other. What goes on from a source is
rendered from a little before the join on, so that notes ring over it as they would have; what
lies before a source goes on is rendered a little beyond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from engine.audio import crossfade
from engine.composing.compose import compose
from engine.composing.extend import begin, extend
from engine.composing.listening import listen
from engine.composing.words import read
from engine.jobs import Window
from engine.models.base import STEMS, Audio, Context, Tick
from engine.models.house import notes
from engine.models.house.between import interpolated
from engine.models.house.levels import by_source, by_touch, hardness_of, silence
from engine.models.house.morphing import Morph
from engine.models.house.notes import HOP, HOPS_PER_SECOND, RATE_HZ
from engine.models.house.piece import LEAD_HOPS, Piece, joining, staged
from engine.models.house.remaking import inpainted, patched, varied
from engine.models.house.seams import joined
from engine.wire import Operation, Parameter, Request

if TYPE_CHECKING:
    from engine.models.house.renderer import Renderer

OPERATIONS: tuple[Operation, ...] = ("generate", "continue", "vary", "inpaint", "interpolate")
MAX_SECONDS = 600.0
MORE_SECONDS = 8.0
# Measured on 102 scores (docs/house.md): four are no nearer, and take a quarter more time.
USUAL_STEPS = 2
LONGEST_RING_SECONDS = 4.0
# How long what the new sound misses the old one by takes to die away, where the new one knows
# the old one's notes, and where it does not.
KNOWN_JOIN_FRAMES, UNKNOWN_JOIN_FRAMES = 4_800, 1_440

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
        operations=("generate", "continue"),
    ),
    Parameter(
        *("strength", "float", 0.5, 0.0, 1.0),
        text="0 is the source; then touch, ornaments, melody and chords change; 1 is a new piece",
        operations=("vary",),
    ),
    Parameter(
        *("start_seconds", "float", 0.0, 0.0, MAX_SECONDS),
        unit="s",
        text="where the span to compose anew begins",
        operations=("inpaint",),
    ),
    Parameter(
        *("end_seconds", "float", 1.0, 0.0, MAX_SECONDS),
        unit="s",
        text="where it ends",
        operations=("inpaint",),
    ),
    Parameter(
        *("mix", "float", 0.5, 0.0, 1.0),
        text="0 is the first source, 1 the second; between, music that has something of both",
        operations=("interpolate",),
    ),
)


def plan(
    request: Request,
    sources: Sequence[Audio],
    renderer: Renderer,
    edges_of: Callable[[int], list[int]],
) -> list[Window]:
    """Compose, and cut what is to be rendered into windows. Raises: RequestError, ModelFailed."""
    match request.operation:
        case "generate":
            piece = _generated(request, renderer)
        case "continue":
            piece = _continued(request, sources[0], renderer)
        case "vary":
            piece = varied(request, sources[0], renderer)
        case "interpolate":
            found = interpolated(request, sources, renderer)
            if isinstance(found, Morph):
                return found.windows(request, edges_of)
            piece = found
        case _:
            piece = inpainted(request, sources[0], renderer)
    hops = 0 if piece.is_patch else -(-(piece.made_frames + piece.early_frames) // HOP)
    inner = edges_of(hops)[1:-1] if piece.made_frames and hops else []
    inside = (piece.first - piece.early_frames + hop * HOP for hop in inner)
    edges = sorted({0, piece.first, *inside, piece.last, piece.frames})
    names: tuple[str, ...] = ()
    if request.parameters.get("stems", False):
        piece, names = piece.with_stems()
    score = piece.score if piece.score.notes else None
    return [
        Window(i, len(edges) - 1, start, end - start, request, piece, names, score)
        for i, (start, end) in enumerate(pairwise(edges))
    ]


def step(
    window: Window, piece: Piece, renderer: Renderer, context: Context | None, tick: Tick
) -> tuple[Audio, Context]:
    """Render one window as `[frames, 2] float32`, not yet limited, and the context after it.

    Windows of a source are as they came. Raises: JobCancelled, ModelFailed.
    """
    if piece.keeps(window):
        tick(1.0)
        return piece.kept(window)
    if piece.is_patch:
        tick(0.0)
        filled = patched(window, piece)
        return filled, {STEMS: filled[None]} if window.stems else {}
    parameters = window.request.parameters
    steps = int(parameters.get("steps", USUAL_STEPS))
    gain = np.float32(piece.gain * 10.0 ** (float(parameters.get("gain_decibels", 0.0)) / 20.0))
    before: Audio = np.zeros((0, 2), np.float32)
    early = 0
    if window.first_frame == piece.first > 0:
        before, context = _lead_in(window, piece, renderer, lambda share: tick(0.0))
        early = piece.early_frames
    ends = window.first_frame + window.frames == piece.last < piece.frames
    beyond = piece.join_frames if ends else 0
    inner = replace(
        window,
        first_frame=window.first_frame + piece.shift_frames - early,
        frames=-(-(early + window.frames + beyond) // HOP) * HOP,
    )
    sound, after = renderer.render(inner, piece.stage, steps, context, tick)
    if beyond and piece.after is not None:
        known, _ = renderer.render(inner, piece.after, steps, context, lambda share: tick(1.0))
        sound = _going_over(sound, known, early + window.frames, piece)
    context = after
    whole = np.concatenate((before, sound[: early + window.frames + beyond])) * gain
    made = _joined(window, piece, whole, len(before) + early)
    if window.stems:
        rendered = np.asarray(context.get(STEMS, ()), np.float32)
        stems = _stems(window, rendered[:, early:] if rendered.size else rendered, gain, made)
        context = {**context, STEMS: np.stack([_faded(stem, window, piece) for stem in stems])}
    return _faded(made, window, piece), context


def _generated(request: Request, renderer: Renderer) -> Piece:
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
    piece = Piece(staged(score, frames), score, frames, last=frames)
    return replace(piece, gain=by_touch(piece, renderer, request))


def _continued(request: Request, source: Audio, renderer: Renderer) -> Piece:
    """Compose what comes after a source, by its score or by ear, and match its level."""
    prompt, seed = str(request.parameters["prompt"]), request.seed
    more_seconds = float(request.parameters["seconds"]) or MORE_SECONDS
    there, join_seconds = len(source), len(source) / RATE_HZ
    frames = there + max(1, round(more_seconds * RATE_HZ))
    known = request.source_score()
    is_known = known is not None and bool(known.notes)
    if known is not None and is_known:
        score = extend(known, join_seconds, more_seconds, prompt, seed)
    else:
        heard = listen(source, RATE_HZ)
        hardness = hardness_of(source)
        score = begin(heard.grid, heard.key, join_seconds, more_seconds, prompt, seed, hardness)
    join = KNOWN_JOIN_FRAMES if is_known else UNKNOWN_JOIN_FRAMES
    piece = joining(score, source, there, frames, frames, join)
    return replace(piece, gain=by_source(piece, renderer, request, is_known, (0, there)))


def _lead_in(window: Window, piece: Piece, renderer: Renderer, tick: Tick) -> tuple[Audio, Context]:
    """Render what comes before a join, and the context that the new sound goes on from."""
    frames = LEAD_HOPS * HOP
    first = window.first_frame + piece.shift_frames - piece.early_frames - frames
    before = replace(window, index=max(window.index, 1), first_frame=first, frames=frames)
    steps = int(window.request.parameters.get("steps", USUAL_STEPS))
    nothing = silence(len(piece.stage.stems) or 1)
    return renderer.render(before, piece.stage, steps, nothing, tick)


def _joined(window: Window, piece: Piece, whole: Audio, lead_frames: int) -> Audio:
    """Let a source go over into what was rendered around its edges; return the window of it."""
    end = lead_frames + window.frames
    if piece.source is None or len(whole) == window.frames:
        return whole
    known = np.zeros_like(whole)
    tail = piece.source[max(0, piece.first - lead_frames) : piece.first]
    known[lead_frames - len(tail) : lead_frames] = tail[: lead_frames or 0]
    after = piece.source[piece.last : piece.last + len(whole) - end]
    known[end : end + len(after)] = after
    return joined(known, whole, lead_frames, end, piece.join_frames)


def _going_over(sound: Audio, known: Audio, edge: int, piece: Piece) -> Audio:
    """Let new notes that ring at the last frame give way to those of the source that do there.

    The source's score was rendered over the same span in the same phases: what both have stays.
    """
    begin = edge - min(piece.join_frames, piece.made_frames // 3, edge)
    over = crossfade(sound[begin:edge], known[begin:edge])
    return np.concatenate((sound[:begin], over, known[edge:]))


def _stems(window: Window, rendered: Audio, gain: np.float32, made: Audio) -> Audio:
    """Return a window's stems, `[stems, frames, 2] float32`; the source's has what is left."""
    frames = window.frames
    mine = rendered[:, :frames] * gain if rendered.size else np.zeros((0, frames, 2), np.float32)
    if len(mine) == len(window.stems):
        return mine
    rest = made - mine.sum(axis=0)
    return np.concatenate((rest[None], mine))


def _faded(made: Audio, window: Window, piece: Piece) -> Audio:
    """Fade out before the job's last frame, where it is made: what would ring on ends there."""
    fade = min(piece.fade_frames, piece.made_frames // 4)
    start = piece.frames - fade - window.first_frame
    if piece.last < piece.frames or start >= len(made) or fade <= 0:
        return made
    along = (np.arange(len(made)) - start + 0.5) / fade
    falling = np.square(np.cos(0.5 * np.pi * np.clip(along, 0.0, 1.0)))
    return np.asarray(made * falling[:, None], np.float32)
