"""Long runs of channel messages that have equally many data bytes, read at once.

Nearly all of a dense file is such runs: notes, controllers and bends have two data bytes, programs
and pressure have one. In a run as many bytes of each event are below 128, and one more: the last
one of its delta time. So every third of those, or every second, ends an event, and the rest is
arithmetic on columns. Whatever else comes ends a run, and is left to the reader.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SHORTEST_EVENTS = 32
PROBE_BYTES, PIECE_BYTES = 512, 64 << 10
LONGEST_DELTA_BYTES = 4
SHORTEST_EVENT_BYTES, LONGEST_EVENT_BYTES = 2, 7


class Run(NamedTuple):
    """Events packed as in `Track`; where, when and with which running status it goes on."""

    events: NDArray[np.int64]
    position: int
    tick: int
    running: int


def read_run(data: bytes, position: int, limit: int, tick: int, running: int) -> Run | None:
    """Read the run that begins at a position of a track that is at `tick`; None if it is short.

    `running` is the status that holds there; what follows must have as many data bytes.
    """
    limit = min(limit, len(data))
    is_long = limit - position >= SHORTEST_EVENTS * SHORTEST_EVENT_BYTES
    if not is_long or not 0x80 <= running < 0xF0:
        return None
    probed = min(limit, position + PROBE_BYTES)
    run = _read(data, position, probed, tick, running)
    if run is not None and run.position + LONGEST_EVENT_BYTES > probed:
        return _read(data, position, min(limit, position + PIECE_BYTES), tick, running)
    return run


def _read(data: bytes, position: int, limit: int, tick: int, running: int) -> Run | None:
    raw = np.frombuffer(data, np.uint8, limit - position, position)
    low = np.flatnonzero(raw < 0x80)
    size = 2 if 0xC0 <= running < 0xE0 else 3
    delta, first, last = (low[at : len(low) // size * size : size] for at in (0, 1, size - 1))
    starts = np.concatenate(([0], last[:-1] + 1))
    status = raw[first - 1]
    is_explicit = first - delta == 2
    is_clean = (last - first == size - 2) & (delta - starts < LONGEST_DELTA_BYTES)
    is_clean &= (first - delta == 1) | is_explicit & (_data_bytes(status) == size - 1)
    count = len(is_clean) if is_clean.all() else int(np.argmin(is_clean))
    if count < SHORTEST_EVENTS:
        return None
    clean = slice(count)
    ticks = tick + np.cumsum(_deltas(raw, starts[clean], delta[clean]))
    latest = np.maximum.accumulate(np.where(is_explicit[clean], np.arange(count), -1))
    holding = np.where(latest < 0, running, status[latest].astype(np.int64))
    packed = ticks << 24 | holding << 16 | raw[first[clean]].astype(np.int64) << 8
    packed |= raw[last[clean]] if size == 3 else 0
    return Run(packed, position + int(last[count - 1]) + 1, int(ticks[-1]), int(holding[-1]))


def _data_bytes(status: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how many data bytes follow each status; -1 where it is no channel message's."""
    one = (status >= 0xC0) & (status < 0xE0)
    return np.where(status >= 0xF0, -1, np.where(one, 1, 2))


def _deltas(
    raw: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the delta times from the bytes at `starts` up to those at `ends`."""
    deltas = np.zeros(len(starts), np.int64)
    for place in range(LONGEST_DELTA_BYTES):
        at = starts + place
        is_there = at <= ends
        deltas[is_there] = deltas[is_there] << 7 | raw[at[is_there]] & 0x7F
    return deltas
