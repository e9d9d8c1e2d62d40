"""Zones of MPE in files: a channel for each note, led by the first channel or the last.

A file that was played on an MPE instrument has a configuration message for its leader. The
members then bend by 48 semitones and play the leader's program, under its pedals and its volume.
Source: MIDI Polyphonic Expression 1.0 (RP-053), section 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from bridge.midi.channels import (
    CHANNELS,
    CONTROL,
    DATA_COARSE,
    DATA_FINE,
    NRPN_COARSE,
    NRPN_FINE,
    PROGRAM,
    RPN_COARSE,
    RPN_FINE,
    TUNING_CONTROLS,
    Events,
    joined,
)
from engine.wire import TooLarge

ZONE, BEND_SEMITONES = (0, 6), 48
MAX_LED = 1_000_000  # How many copies of leaders' settings are made.
LEADERS = (0, CHANNELS - 1)
CHOOSERS = (NRPN_COARSE, NRPN_FINE, RPN_COARSE, RPN_FINE, DATA_COARSE)
RANGE = (
    *((RPN_COARSE, 0), (RPN_FINE, 0), (DATA_COARSE, BEND_SEMITONES), (DATA_FINE, 0)),
    *((RPN_COARSE, 127), (RPN_FINE, 127)),
)


def zones_of(events: Events) -> dict[int, tuple[int, int]]:
    """Return the leader of each member channel, and when the last message made it one."""
    is_leader = np.isin(events.channel % CHANNELS, LEADERS)
    is_chooser = (events.kind == CONTROL) & np.isin(events.data1, CHOOSERS)
    chosen: dict[int, list[int]] = {}
    zones: dict[int, tuple[int, int]] = {}
    for tick, _, leader, number, value in events.only(is_leader & is_chooser).rows():
        parameter = chosen.setdefault(leader, [127, 127])
        if number in (RPN_COARSE, RPN_FINE):
            parameter[number == RPN_FINE] = value
        elif number in (NRPN_COARSE, NRPN_FINE):
            parameter[:] = 127, 127
        elif tuple(parameter) == ZONE:
            mine = [one for one, (of, _) in zones.items() if of == leader]
            zones = {one: zone for one, zone in zones.items() if one not in mine}
            step = 1 if leader % CHANNELS == 0 else -1
            count = min(value, CHANNELS - 1)
            zones |= {leader + step * place: (leader, tick) for place in range(1, count + 1)}
    return zones


def with_zones(events: Events) -> Events:
    """Return events in which members have their range, and what their leaders were told.

    Raises: TooLarge.
    """
    zones = zones_of(events)
    if not zones:
        return events
    is_setting = (events.kind == CONTROL) & ~np.isin(events.data1, TUNING_CONTROLS)
    is_setting |= events.kind == PROGRAM
    added = [_ranges(zones)]
    for member, (leader, _) in zones.items():
        led = events.only(is_setting & (events.channel == leader))
        if len(led.tick) * len(zones) > MAX_LED:
            raise TooLarge(
                f"the leader of an MPE zone came with {len(led.tick):,} controllers, which its "
                f"{len(zones)} members follow: thin out its automation"
            )
        added.append(replace(led, channel=np.full_like(led.channel, member)))
    together = joined([*added, events])
    return together.only(np.argsort(together.tick, kind="stable"))


def _ranges(zones: Mapping[int, tuple[int, int]]) -> Events:
    rows = [
        (tick, CONTROL, member, number, value)
        for member, (_, tick) in zones.items()
        for number, value in RANGE
    ]
    table = np.array(rows, np.int64).reshape(-1, 5)
    return Events(table[:, 0], *(table[:, column].astype(np.uint8) for column in range(1, 5)))
