"""Where windows lie: which slice of the job each draws, what is there already, what it gives out.

A window draws a slice from `begin` on, in sample frames of the job's own time. Slices that
follow one another share a grid of columns, so that the columns of the one before are handed
on as they are. What a window gives out ends a little before its slice does, where columns
begin to see beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.jobs import Window
from engine.models.audio_diffusion.geometry import Geometry
from engine.models.base import Audio
from engine.wire import OutOfRange, Request

LEAST_SHARE = 8  # A last window makes at least this part of a slice anew.


@dataclass(frozen=True)
class Piece:
    """What one window does: it gives out sample frames `first` to `last` of the job.

    Of its slice from `begin` on, the first `head` and the last `tail` columns are there
    already; the head is of the window before if `is_chained`, else of the source. A slice may
    be wider than the others by `columns`. A piece that `keeps` gives out the source.
    """

    first: int
    last: int
    begin: int = 0
    columns: int = 0
    head: int = 0
    tail: int = 0
    is_chained: bool = False
    keeps: bool = False


@dataclass(frozen=True)
class Plan:
    """All windows of a job and its sources, `[frames] float32` each."""

    pieces: tuple[Piece, ...]
    sources: tuple[Audio, ...] = ()
    run_steps: int | None = None


def plan_job(
    request: Request, sources: Sequence[Audio], geometry: Geometry, steps: int
) -> list[Window]:
    """Cut a request into windows; `steps` are those of a whole run. Raises: OutOfRange."""
    mono = tuple(source[:, 0] for source in sources)
    makers = {
        "generate": _generate,
        "continue": _continue,
        "inpaint": _inpaint,
        "vary": _vary,
        "interpolate": _vary,
    }
    run_steps = None
    if request.operation in ("vary", "inpaint"):
        run_steps = round(float(request.parameters["strength"]) * steps)
    pieces = tuple(makers[request.operation](request, mono, geometry))
    if run_steps == 0:
        pieces = (Piece(0, len(mono[0]), keeps=True),)
    plan = Plan(pieces, mono, None if run_steps == steps else run_steps)
    return [
        Window(i, len(pieces), piece.first, piece.last - piece.first, request, plan)
        for i, piece in enumerate(pieces)
    ]


def _generate(request: Request, sources: Sequence[Audio], geometry: Geometry) -> Iterator[Piece]:
    frames = _new_frames(request, geometry)
    if request.parameters["long_by"] == "wide" and frames > geometry.window_frames:
        yield Piece(0, frames, columns=wide_columns(frames, geometry))
    else:
        yield from _chain(Piece(0, frames, columns=geometry.columns), frames, request, geometry)


def _continue(request: Request, sources: Sequence[Audio], geometry: Geometry) -> Iterator[Piece]:
    there, hop = len(sources[0]), geometry.hop
    end = there + _new_frames(request, geometry)
    # The last columns of what is there see beyond its end: they are drawn anew.
    held = min(overlap_columns(request, geometry) + geometry.edge_columns, there // hop)
    held = held // geometry.factor * geometry.factor
    head = max(0, held - geometry.edge_columns)
    piece = Piece(there, end, there - held * hop, geometry.columns, head)
    yield Piece(0, there, keeps=True)
    yield from _chain(piece, end, request, geometry)


def _vary(request: Request, sources: Sequence[Audio], geometry: Geometry) -> Iterator[Piece]:
    frames = min(map(len, sources))
    yield from _chain(Piece(0, frames, columns=geometry.columns), frames, request, geometry)


def _inpaint(request: Request, sources: Sequence[Audio], geometry: Geometry) -> Iterator[Piece]:
    frames = len(sources[0])
    start, end = _span(request, frames, geometry)
    if start:
        yield Piece(0, start, keeps=True)
    around = overlap_columns(request, geometry) * geometry.hop
    first, last = max(0, start - around), min(frames, end + around)
    if last - first <= geometry.window_frames:
        yield _around(start, end, frames, geometry)
    else:
        head = _known_head(start - first, geometry)
        piece = Piece(start, end, first, geometry.columns, head)
        for one in _chain(piece, last, request, geometry):
            yield one if one.last < end else _with_tail(one, geometry)
    if end < frames:
        yield Piece(end, frames, keeps=True)


def _around(start: int, end: int, frames: int, geometry: Geometry) -> Piece:
    """Return the one piece that makes a span anew, in the middle of its slice where it can be."""
    begin = start - (geometry.window_frames - (end - start)) // 2
    begin = max(0, min(begin, frames - geometry.window_frames))
    head = _known_head(start - begin, geometry)
    return _with_tail(Piece(start, end, begin, geometry.columns, head), geometry)


def _known_head(frames: int, geometry: Geometry) -> int:
    """Return how many columns lie before a frame and see no further, in whole latents."""
    columns = frames // geometry.hop // geometry.factor * geometry.factor
    return max(0, columns - geometry.edge_columns)


def _with_tail(piece: Piece, geometry: Geometry) -> Piece:
    """Return a piece whose columns after what it gives out, and not seeing it, stay."""
    first = geometry.whole(-(-(piece.last - piece.begin) // geometry.hop)) + geometry.edge_columns
    return replace(piece, tail=max(0, piece.columns - first))


def _span(request: Request, frames: int, geometry: Geometry) -> tuple[int, int]:
    seconds = [float(request.parameters[name]) for name in ("start_seconds", "end_seconds")]
    start, end = (round(value * geometry.rate_hz) for value in seconds)
    if end <= frames + geometry.hop:
        end = min(end, frames)
    if not 0 <= start < end <= frames:
        raise OutOfRange(
            f"a span from {seconds[0]:g} to {seconds[1]:g} s came; the source lasts "
            f"{frames / geometry.rate_hz:g} s: start_seconds comes first, both lie within it"
        )
    return start, end


def _new_frames(request: Request, geometry: Geometry) -> int:
    return max(1, round(float(request.parameters["seconds"]) * geometry.rate_hz))


def overlap_columns(request: Request, geometry: Geometry) -> int:
    """Return how many columns a window goes on from, in whole latents, a third at most."""
    asked = float(request.parameters["overlap_seconds"]) * geometry.rate_hz / geometry.hop
    most = geometry.columns // 3 // geometry.factor * geometry.factor
    return max(geometry.least_overlap_columns, min(geometry.whole(round(asked)), most))


def wide_columns(frames: int, geometry: Geometry) -> int:
    """Return how wide one image of a length is."""
    needed, unit = -(-frames // geometry.hop) + 1, geometry.unit_columns
    return -(-needed // unit) * unit


def _chain(piece: Piece, reach: int, request: Request, geometry: Geometry) -> Iterator[Piece]:
    """Yield pieces that make a piece's frames in slices, the last of which ends at `reach`.

    `reach` lies beyond the frames where there is something to see after them.
    """
    hop, end, overlap = geometry.hop, piece.last, overlap_columns(request, geometry)
    width = geometry.window_frames
    least = geometry.whole(geometry.columns // LEAST_SHARE) * hop
    while piece.begin + width < reach:
        columns = geometry.columns - 1 - geometry.edge_columns
        left = (end - least - piece.begin) // hop
        last = piece.begin + _aligned(min(columns, left), geometry) * hop
        yield replace(piece, last=last)
        begin = last + hop - overlap * hop
        ahead = -(-(reach - width - piece.begin) // hop)
        begin = min(begin, piece.begin + geometry.whole(ahead) * hop)
        head = (last - begin) // hop + 1
        piece = replace(piece, first=last, begin=begin, head=head, is_chained=True)
    yield replace(piece, last=end)


def _aligned(columns: int, geometry: Geometry) -> int:
    """Return the last column such that whole latents end with it."""
    return (columns + 1) // geometry.factor * geometry.factor - 1
