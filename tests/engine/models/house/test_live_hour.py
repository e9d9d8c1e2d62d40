"""Live for as long as a concert: one key held all the time, others played beside it.

As fast as it can be computed, so this tells nothing of time; `python -m benchmarks.live --minutes`
does.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import psutil
import pytest

from engine.models.base import Audio
from engine.models.house.live import Live
from engine.models.house.notes import HOP, RATE_HZ
from engine.wire import MidiEvent
from tests.engine.models.house.test_live import ALL_OFF, live, quiet

HELD = (MidiEvent(0, 0xCF, 19, 0), MidiEvent(0, 0x9F, 48, 100))  # an organ, on channel 16
PROGRAMS = (0, 4, 24, 33, 48, 56, 73, 81)
MOST = 15  # beside the one that is held
ROUND_SECONDS, RINGS_SECONDS, ALONE_SECONDS = 20.0, 6.0, 2.0
PIECE = 64
AUDIBLE = 1e-3
LEVEL_TOLERANCE_DB = 0.5
GROWTH_BYTES = 32 << 20


def blocks(seconds: float) -> int:
    return int(seconds * RATE_HZ / HOP)


def playing(dice: random.Random) -> Iterator[list[MidiEvent]]:
    """Strike, release, bend and move controllers, block by block, and let all go at the end."""
    held: list[tuple[int, int]] = []
    yield [MidiEvent(0, 0xC0 | n, program, 0) for n, program in enumerate(PROGRAMS)]
    for _ in range(blocks(ROUND_SECONDS)):
        events, frame = [], dice.randrange(HOP)
        if dice.random() < 0.08 and len(held) < MOST:
            held.append((dice.randrange(len(PROGRAMS)), dice.randrange(36, 90)))
            events.append(MidiEvent(frame, 0x90 | held[-1][0], held[-1][1], dice.randrange(1, 128)))
        elif dice.random() < 0.06 and held:
            channel, pitch = held.pop(dice.randrange(len(held)))
            events.append(MidiEvent(frame, 0x80 | channel, pitch, 0))
        elif dice.random() < 0.05:
            events.append(MidiEvent(frame, 0xE0 | dice.randrange(8), 0, dice.randrange(128)))
            events.append(MidiEvent(frame, 0xB0 | dice.randrange(8), 64, dice.choice((0, 127))))
        yield events
    yield [event for event in ALL_OFF if event.status & 0xF != 0xF]


def play(instrument: Live, events: list[MidiEvent]) -> Audio:
    """Play a block, which is never silent."""
    sound = instrument.play(events, 0, quiet)
    assert np.abs(sound).reshape(-1, 2 * PIECE).max(axis=1).min() > AUDIBLE
    instrument.follow(quiet)
    return sound


def alone(instrument: Live) -> Audio:
    """Let all others ring out, and return what the held key still sounds like."""
    for _ in range(blocks(RINGS_SECONDS)):
        play(instrument, [])
    assert instrument.sounding == 1
    return np.concatenate([play(instrument, []) for _ in range(blocks(ALONE_SECONDS))])


@pytest.mark.timeout(7_200)
@pytest.mark.parametrize("seconds", [28, pytest.param(3_600, marks=pytest.mark.long)])
def test_a_held_key_goes_on_for_an_hour_beside_others_at_its_level_and_in_no_more_memory(
    seconds: int,
) -> None:
    instrument, dice = live(), random.Random(0)
    instrument.play(list(HELD), 0, quiet)
    for _ in range(blocks(1.0)):
        play(instrument, [])
    first, grown = alone(instrument), []
    jump = np.abs(np.diff(first, 2, axis=0)).max()
    level = np.sqrt(np.square(first).mean())
    for _ in range(max(1, round(seconds / (ROUND_SECONDS + RINGS_SECONDS + ALONE_SECONDS)))):
        for events in playing(dice):
            play(instrument, events)
        sound = alone(instrument)
        off_db = 20.0 * np.log10(np.sqrt(np.square(sound).mean()) / level)
        assert abs(off_db) < LEVEL_TOLERANCE_DB
        assert np.abs(np.diff(sound, 2, axis=0)).max() < 1.2 * jump
        grown.append(psutil.Process().memory_info().rss)
    assert grown[-1] - grown[0] < GROWTH_BYTES
