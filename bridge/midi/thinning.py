"""Controllers that move faster than can be heard: of such moves only the last ones are kept.

Automation written by a machine may move a controller at every tick of a file. Left out is what
sets a controller to the value that it has, and a small move that another one follows within
CELL_SECONDS. A step of a controller's fine half is always kept beside that of its coarse one.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bridge.midi.channels import (
    BANK,
    BEND,
    CONTROL,
    PRESSURE,
    RESET,
    TUNING_CONTROLS,
    Events,
)

Words: TypeAlias = NDArray[np.int32]

CELL_SECONDS = 0.0025  # a quarter of a hop of `house`
SMALL_MOVE = 4 << 7  # of 14 bits: four steps of a controller
FINE = 32
# Switches, what belongs to single notes, and what chooses rather than moves.
_CHOOSERS = (BANK, BANK + FINE, *TUNING_CONTROLS, *range(64, 70), *range(80, 85), 88)
_MOVES = np.array([number < 120 and number not in _CHOOSERS for number in range(128)])
_OF_PRESSURE, _OF_BEND = 128, 129


def thinned(events: Events, seconds: NDArray[np.float64]) -> Events:
    """Return the events, which happen at `seconds`, without the moves that nobody can hear."""
    is_control = (events.kind == CONTROL) & _MOVES[events.data1 & 0x7F]
    is_move = is_control | (events.kind == PRESSURE) | (events.kind == BEND)
    moves = np.flatnonzero(is_move).astype(np.int32)
    stream, value = _stream(events.only(moves)), _value(events.only(moves))
    order = np.argsort(stream, kind="stable")
    places, stream, value = moves[order], stream[order], value[order]
    if not len(places):
        return events
    goes_on = np.append(False, stream[1:] == stream[:-1])
    is_new = ~goes_on | (np.diff(value, prepend=0) != 0) | _forgetting(events, places, stream)
    places, stream, value = places[is_new], stream[is_new], value[is_new]
    goes_on = np.append(False, stream[1:] == stream[:-1])
    is_small = goes_on & (np.abs(np.diff(value, prepend=0)) <= SMALL_MOVE)
    cell = np.floor(seconds[places] / CELL_SECONDS)
    is_followed = np.append(goes_on[1:] & (cell[1:] == cell[:-1]), False)
    kept = np.ones(len(events.tick), np.bool_)
    kept[moves] = False
    kept[places[~(is_small & is_followed)]] = True
    return events.only(kept)


def _stream(moves: Events) -> Words:
    """Return which controller of which channel each event moves."""
    number = np.where(moves.kind == PRESSURE, _OF_PRESSURE, moves.data1).astype(np.int32)
    number[moves.kind == BEND] = _OF_BEND
    return moves.channel.astype(np.int32) << 8 | number


def _value(moves: Events) -> Words:
    """Return what each event sets, as 14 bits."""
    coarse = np.where(moves.kind == PRESSURE, moves.data1, moves.data2).astype(np.int32)
    return coarse << 7 | np.where(moves.kind == BEND, moves.data1, 0).astype(np.int32)


def _forgetting(events: Events, places: Words, stream: Words) -> NDArray[np.bool_]:
    """Say of each event whether its controller may be other than the event before left it.

    It is after a reset, and a coarse half that is set again sets the fine one to zero.
    """
    resets = np.flatnonzero((events.kind == CONTROL) & (events.data1 == RESET))
    since = np.zeros(len(places), np.int32)
    for channel in np.unique(events.channel[resets]).tolist():
        mine = stream >> 8 == channel
        since[mine] = np.searchsorted(resets[events.channel[resets] == channel], places[mine])
    number = stream & 0xFF
    is_fine = (number >= FINE) & (number < 2 * FINE)
    has_fine = np.isin(stream + FINE, np.unique(stream[is_fine])) & (number < FINE)
    forgetting: NDArray[np.bool_] = (np.diff(since, prepend=0) != 0) | is_fine | has_fine
    return forgetting
