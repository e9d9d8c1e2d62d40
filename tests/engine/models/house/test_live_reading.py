"""What is read ahead of played notes is what would have been read block by block."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from engine.models.house.live_reading import MOST_BLOCKS, Reading
from engine.models.house.notes import HOP, Floats
from engine.models.house.tones import raised
from engine.models.house.waves import KEPT_FRAMES, NO_FLOOR, Wave, Waves

BLOCKS = 3 * MOST_BLOCKS
FRAMES = np.arange(HOP, dtype=np.float64)


class Counted:
    """A wave that counts how often it is read."""

    def __init__(self, wave: Wave) -> None:
        self._wave = wave
        self.reads = 0

    def __getattr__(self, name: str) -> object:
        self.reads += name in ("from_to", "at")
        return getattr(self._wave, name)


@lru_cache(maxsize=1)
def waves() -> Waves:
    return Waves()


def wave(pitch: int, instrument: int) -> Wave:
    found = waves().of(pitch, instrument)
    assert found is not None
    return found


def heard(reading: Reading, begin: float, ratios: list[float]) -> tuple[Floats, Floats, Floats]:
    """Go through blocks of the one note of a reading; return its sound, power and floors."""
    sound, power, floor = [], [], []
    for ratio in ratios:
        reading.go_to(np.array([begin]), np.array([ratio]))
        sound.append(reading.block(1)[0])
        told = reading.heard_at_end(np.array([0]))
        power.append(told.power[0])
        floor.append(told.floor[0])
        begin += HOP * ratio
    return np.array(sound), np.array(power), np.array(floor)


@pytest.mark.parametrize("begin", [-100.0, 0.0, 4_096.25, float(KEPT_FRAMES + 5)])
@pytest.mark.parametrize("ratio", [1.0, 1.06])
@pytest.mark.parametrize(("pitch", "instrument"), [(60, 48), (43, 0), (70, 73)])
def test_it_is_what_each_block_alone_would_be(
    begin: float, ratio: float, pitch: int, instrument: int
) -> None:
    mine, reading = wave(pitch, instrument), Reading(1)
    reading.begin(0, mine)
    sound, power, floor = heard(reading, begin, [ratio] * BLOCKS)
    for block in range(BLOCKS):
        first = begin + block * HOP * ratio
        end = np.array([first + HOP * ratio])
        wanted = mine.powers(end)
        if ratio != 1.0:
            wanted = raised(wanted, np.array([ratio]))
        frames = first + ratio * FRAMES
        begun = frames >= 0.0
        np.testing.assert_allclose(sound[block][begun], mine.at(frames)[begun], atol=1e-6)
        np.testing.assert_allclose(power[block], wanted[0], rtol=1e-3, atol=1e-7)
        assert floor[block] == pytest.approx(mine.floors(end)[0])


def test_where_the_pace_moves_each_block_is_read_for_itself() -> None:
    mine, reading = wave(60, 48), Reading(1)
    reading.begin(0, mine)
    ratios = [1.0, 1.0, 1.0, 1.01, 1.02, 1.02, 1.02, 0.99]
    begins = 600.0 + np.concatenate(([0.0], HOP * np.cumsum(ratios)[:-1]))
    sound, *_ = heard(reading, 600.0, ratios)
    for block, (begin, ratio) in enumerate(zip(begins, ratios, strict=True)):
        np.testing.assert_allclose(sound[block], mine.at(begin + ratio * FRAMES), atol=1e-6)


def test_a_note_that_is_held_is_read_once_in_eight_blocks() -> None:
    counted, reading = Counted(wave(60, 48)), Reading(1)
    reading.begin(0, counted)  # type: ignore[arg-type]
    heard(reading, float(KEPT_FRAMES), [1.0] * (1 + 2 + 5 * MOST_BLOCKS))
    assert counted.reads == 1 + 1 + 5


def test_what_has_no_wave_is_silent_and_says_so_whatever_was_in_its_row() -> None:
    reading = Reading(1)
    reading.begin(0, wave(60, 48))
    assert heard(reading, 0.0, [1.0] * 4)[0].any()
    reading.begin(0, None)
    sound, power, floor = heard(reading, 0.0, [1.0] * BLOCKS)
    assert not sound.any()
    assert not power.any()
    assert (floor == NO_FLOOR).all()


def test_a_note_that_is_struck_in_anothers_row_begins_at_its_own_beginning() -> None:
    reading = Reading(1)
    for pitch in (60, 62):
        mine = wave(pitch, 48)
        reading.begin(0, mine)
        sound, *_ = heard(reading, 0.0, [1.0] * 4)
        np.testing.assert_allclose(sound[0], mine.from_to(0, HOP))
