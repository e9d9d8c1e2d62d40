"""Where windows lie: which hops each renders, which of them are there already, what it gives out.

Hops are counted from an anchor, the sample where new sound begins. A window that goes on from
the one before holds that one's last hops as they are, and gives out the sound from where the
other stopped: a little before its end, so that the vocoder always sees both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.jobs import Window
from engine.models.base import Audio
from engine.models.text_audio.geometry import BLEND_HOPS, Geometry
from engine.models.text_audio.levels import reference_level
from engine.wire import OutOfRange, Request

NORMAL_PEAK = 0.5  # what the models' training audio peaks at
QUIET_PEAK = 1e-4
FADE_SECONDS = 0.02
LEVEL_SECONDS = 1.0

Mono: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Piece:
    """What one window does.

    It renders `hops` hops from `begin` on (0 is the anchor), the first `before` and the last
    `after` of which are there already: before it of the window before if `is_chained`, else of
    the source. It gives out sample frames `first` to `last` of the job, at `level`, that of the
    source around it, where there is a source. A piece without hops gives out the source.
    """

    first: int
    last: int
    begin: int = 0
    hops: int = 0
    before: int = 0
    after: int = 0
    is_chained: bool = False
    level: float = 0.0

    @property
    def end(self) -> int:
        """The hop after its last."""
        return self.begin + self.hops


@dataclass(frozen=True)
class Plan:
    """All windows of a job; `source` is `[frames] float32`, empty where there is none.

    A source is heard by the models as `(source - centre) * gain`. `run_steps` are the last steps
    to take, where not all; fades and `turn`, a change of gain, are in sample frames.
    """

    pieces: tuple[Piece, ...]
    anchor: int
    source: Mono = field(default_factory=lambda: np.zeros(0, np.float32))
    centre: float = 0.0
    gain: float = 1.0
    run_steps: int | None = None
    fade_in: int = 0
    fade_out: int = 0
    turn: int = 0


def plan_job(request: Request, sources: Sequence[Audio], geometry: Geometry) -> Plan:
    """Cut a request into windows. Raises: OutOfRange."""
    if request.operation == "generate":
        return _generate(request, geometry)
    source = sources[0].mean(axis=1, dtype=np.float32)
    plan = {"continue": _continue, "inpaint": _inpaint, "vary": _vary}[request.operation](
        request, source, geometry
    )
    centre = float(source.mean(dtype=np.float64))
    peak = float(np.abs(source - np.float32(centre)).max())
    gain = NORMAL_PEAK / peak if peak > QUIET_PEAK else 1.0
    pieces = tuple(_levelled(piece, plan, source, geometry) for piece in plan.pieces)
    turn = BLEND_HOPS * geometry.hop
    return replace(plan, pieces=pieces, source=source, centre=centre, gain=gain, turn=turn)


def _levelled(piece: Piece, plan: Plan, source: Mono, geometry: Geometry) -> Piece:
    """Give a piece the level of what the source has in its place, or to either side of that."""
    if plan.run_steps is not None:
        near = source[piece.first : piece.last]
    else:
        reach = round(LEVEL_SECONDS * geometry.rate_hz)
        start = plan.anchor
        end = max(place.last for place in plan.pieces if place.hops)
        near = np.concatenate((source[max(0, start - reach) : start], source[end : end + reach]))
    return replace(piece, level=reference_level(near, source)) if piece.hops else piece


def windows_of(request: Request, plan: Plan) -> list[Window]:
    """Return a plan's windows."""
    pieces = plan.pieces
    return [
        Window(i, len(pieces), piece.first, piece.last - piece.first, request, plan)
        for i, piece in enumerate(pieces)
    ]


def _generate(request: Request, geometry: Geometry) -> Plan:
    frames = max(1, round(float(request.parameters["seconds"]) * geometry.rate_hz))
    spans = _chain(geometry.hops_of(frames), 0, 0, request, geometry)
    return Plan(tuple(_placed(spans, 0, frames, geometry)), 0)


def _vary(request: Request, source: Mono, geometry: Geometry) -> Plan:
    frames = len(source)
    run = int(float(request.parameters["strength"]) * int(request.parameters["steps"]))
    if not run:
        return Plan((Piece(0, frames),), 0, run_steps=0)
    spans = _chain(geometry.hops_of(frames), 0, 0, request, geometry)
    return Plan(tuple(_placed(spans, 0, frames, geometry)), 0, run_steps=run)


def _continue(request: Request, source: Mono, geometry: Geometry) -> Plan:
    anchor = len(source)
    frames = max(1, round(float(request.parameters["seconds"]) * geometry.rate_hz))
    _, overlap = _sizes(request, geometry)
    before = min(overlap, _hops_within(anchor, geometry))
    spans = _chain(geometry.hops_of(frames), before, 0, request, geometry)
    pieces = (Piece(0, anchor), *_placed(spans, anchor, anchor + frames, geometry))
    return Plan(pieces, anchor, fade_in=_fade(frames, geometry))


def _inpaint(request: Request, source: Mono, geometry: Geometry) -> Plan:
    start, end = _span(request, len(source), geometry)
    _, overlap = _sizes(request, geometry)
    hops = geometry.hops_of(end - start)
    before = min(overlap, _hops_within(start, geometry))
    rest = len(source) - start - hops * geometry.hop
    after = min(overlap, _hops_within(max(0, rest), geometry))
    pieces = list(_placed(_chain(hops, before, after, request, geometry), start, end, geometry))
    if start:
        pieces.insert(0, Piece(0, start))
    if end < len(source):
        pieces.append(Piece(end, len(source)))
    fade = _fade(end - start, geometry)
    fades = (fade if start else 0, fade if end < len(source) else 0)
    return Plan(tuple(pieces), start, fade_in=fades[0], fade_out=fades[1])


def _span(request: Request, frames: int, geometry: Geometry) -> tuple[int, int]:
    values = [float(request.parameters[name]) for name in ("start_seconds", "end_seconds")]
    start, end = (round(value * geometry.rate_hz) for value in values)
    if end <= frames + geometry.hop:
        end = min(end, frames)
    if not 0 <= start < end <= frames:
        raise OutOfRange(
            f"a span from {values[0]:g} to {values[1]:g} s came; the source lasts "
            f"{frames / geometry.rate_hz:g} s: start_seconds comes first, both lie within it"
        )
    return start, end


def _sizes(request: Request, geometry: Geometry) -> tuple[int, int]:
    """Return how many hops a window and its overlap have, in whole latents."""
    asked = [float(request.parameters[f"{name}_seconds"]) for name in ("window", "overlap")]
    window, overlap = (
        geometry.whole(round(seconds * geometry.rate_hz / geometry.hop)) for seconds in asked
    )
    third = window // 3 // geometry.factor * geometry.factor
    return window, min(overlap, third)


def _hops_within(frames: int, geometry: Geometry) -> int:
    """Return how many hops, in whole latents, lie within a number of sample frames."""
    return frames // geometry.hop // geometry.factor * geometry.factor


def _fade(frames: int, geometry: Geometry) -> int:
    return min(round(FADE_SECONDS * geometry.rate_hz), frames // 2)


def _chain(
    hops: int, before: int, after: int, request: Request, geometry: Geometry
) -> Iterator[Piece]:
    """Yield pieces that render hops 0 to `hops`, out of what lies before and after them."""
    window, overlap = _sizes(request, geometry)
    begin, is_chained = -before, False
    while hops + after - begin > window:
        new = min(hops, begin + window) - begin - before
        if begin + before + new == hops:  # Only what comes after does not fit: leave half.
            new = new // 2 // geometry.factor * geometry.factor
        yield Piece(0, 0, begin, before + new, before, 0, is_chained)
        reached = begin + before + new
        before = min(overlap, before + new)
        begin, is_chained = reached - before, True
    yield Piece(0, 0, begin, hops + after - begin, before, after, is_chained)


def _placed(spans: Iterator[Piece], first: int, last: int, geometry: Geometry) -> Iterator[Piece]:
    """Yield pieces with the sample frames that each gives out, from `first` to `last` in all."""
    pieces = list(spans)
    anchor, at = first, first
    for piece in pieces[:-1]:
        stop = anchor + (piece.end - geometry.held_hops) * geometry.hop
        stop = max(at + _fade(last - first, geometry), stop)
        yield replace(piece, first=at, last=stop)
        at = stop
    yield replace(pieces[-1], first=at, last=last)
