"""What is left out of dense automation, and that it cannot be heard."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.midi import file as midi_file
from bridge.midi.file import MAX_MOVES, read_score
from bridge.midi.thinning import CELL_SECONDS
from engine.performance import Performance
from engine.wire import CHANNEL_PRESSURE, MAX_HEADER_BYTES, Score, TooLarge

TICKS_PER_QUARTER = 960
SECONDS_PER_TICK = 0.5 / TICKS_PER_QUARTER


def quantity(value: int) -> bytes:
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def read(*events: tuple[int, bytes]) -> Score:
    """Read a file of (tick, message); a note of a second is first in it, on channel 1."""
    body, now = bytearray(b"\0\x90\x3c\x40"), 0
    for tick, message in events:
        body += quantity(tick - now) + message
        now = tick
    body += quantity(max(1_920 - now, 0)) + b"\x80\x3c\0\0\xff\x2f\0"
    head = b"MThd\0\0\0\6\0\0\0\1" + TICKS_PER_QUARTER.to_bytes(2, "big")
    return read_score(head + b"MTrk" + len(body).to_bytes(4, "big") + bytes(body)).score


def moves(score: Score) -> list[tuple[int, int, int]]:
    return [(round(c.seconds / SECONDS_PER_TICK), c.number, c.value) for c in score.controls]


def control(number: int, value: int) -> bytes:
    return bytes((0xB0, number, value))


def test_a_ramp_of_every_tick_keeps_its_ends_and_its_pace() -> None:
    ramp = [(tick, control(7, tick * 127 // 1_920)) for tick in range(1_920)]
    found = moves(read(*ramp))
    assert found[0] == (0, 7, 0)
    assert found[-1][2] == 126
    assert [value for _, _, value in found] == sorted({value for _, _, value in found})
    assert len(found) == 127


def test_what_is_set_again_to_the_same_is_left_out() -> None:
    steps = [(tick, control(11, 90)) for tick in range(0, 1_920, 40)]
    assert moves(read(*steps)) == [(0, 11, 90)]


def test_small_moves_that_follow_each_other_at_once_leave_the_last() -> None:
    fast = [(0, control(1, 0)), *((100 + tick, control(1, 60 + tick % 3)) for tick in range(960))]
    found = moves(read(*fast))
    assert found[:2] == [(0, 1, 0), (100, 1, 60)]  # A jump is heard at once.
    cells = [int(tick * SECONDS_PER_TICK / CELL_SECONDS) for tick, _, _ in found[2:]]
    assert len(cells) == len(set(cells)) > 190
    assert found[-1][2] == 60 + 959 % 3


@pytest.mark.parametrize("number", [0, 32, 64, 66, 67, 84, 88, 120, 123])
def test_switches_and_choosers_are_all_kept(number: int) -> None:
    given = [(tick, control(number, tick % 2 * 127)) for tick in range(50)]
    given += [(60 + tick, control(number, 0)) for tick in range(50)]
    assert len(read(*given).controls) == 100


def test_a_reset_makes_the_same_value_new() -> None:
    given = [(0, control(11, 90)), (480, control(121, 0)), (960, control(11, 90))]
    assert moves(read(*given)) == [(0, 11, 90), (480, 121, 0), (960, 11, 90)]


def test_a_coarse_half_set_again_clears_the_fine_one() -> None:
    given = [(0, control(7, 90)), (100, control(39, 64)), (960, control(7, 90))]
    assert moves(read(*given)) == [(0, 7, 90), (100, 39, 64), (960, 7, 90)]


def test_bends_and_pressure_are_thinned_as_controllers_are() -> None:
    bends = [(tick, bytes((0xE0, tick * 4 % 128, 64 + tick * 4 // 128))) for tick in range(960)]
    pressure = [(960 + tick, bytes((0xD0, 50 + tick % 2))) for tick in range(900)]
    score = read(*bends, *pressure)
    assert 190 < len(score.bends) < 210
    assert score.bends[-1].semitones == pytest.approx(2 * 959 * 4 / 8192)
    assert {one.number for one in score.controls} == {CHANNEL_PRESSURE}
    assert len(score.controls) < 210


def test_channels_and_controllers_do_not_stand_for_each_other() -> None:
    given = [
        (tick, bytes((0xB0 | tick % 2, (1, 11)[tick // 2 % 2], 64))) for tick in range(100, 104)
    ]
    assert len(read(*given).controls) == 4


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 1_900),
        st.sampled_from([1, 7, 10, 11, 33, 39, 43, 121]),
        st.integers(55, 75),
    ),
    max_size=120,
)


@settings(max_examples=80, deadline=None)
@given(EVENTS)
def test_every_controller_is_what_it_was_at_the_end_of_each_cell(
    events: list[tuple[int, int, int]],
) -> None:
    events.sort(key=lambda event: event[0])
    given = [(tick, control(number, value)) for tick, number, value in events]
    thin = Performance(read(*given))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(midi_file, "thinned", lambda events, _: events)
        whole = Performance(read(*given))
    ends = np.arange(1, 400) * CELL_SECONDS - 1e-6
    for number in (1, 7, 10, 11):
        np.testing.assert_array_equal(
            thin.value_at(0, number, ends), whole.value_at(0, number, ends)
        )


def dense(seconds: int, tracks: int, moves_a_second: int) -> bytes:
    """An orchestra's export: a note a second, curves of four kinds that always move, 14 bits."""
    tracks_of = []
    for number in range(tracks):
        body = bytearray(b"\0\xff\x21\x01" + bytes([number // 16]))
        gap = 1_920 // moves_a_second
        piece = bytearray()
        for move in range(moves_a_second):
            status, first = ((0xB0, 1), (0xB0, 11), (0xE0, 5), (0xB0, 7))[move % 4]
            piece += quantity(gap) + bytes((status | number % 16, first, 20 + move * 13 % 90))
        struck = bytes((0x90 | number % 16, 60, 64)), bytes((0x90 | number % 16, 60, 0))
        body += (b"\0" + struck[0] + piece + b"\0" + struck[1]) * seconds + b"\0\xff\x2f\0"
        tracks_of.append(b"MTrk" + len(body).to_bytes(4, "big") + bytes(body))
    head = b"MThd\0\0\0\6\0\1" + tracks.to_bytes(2, "big") + TICKS_PER_QUARTER.to_bytes(2, "big")
    return head + b"".join(tracks_of)


def test_a_dense_export_is_read() -> None:
    score = read_score(dense(60, 40, 40)).score
    assert score.duration_seconds == pytest.approx(60.0, abs=0.1)
    assert len(score.notes) == 40 * 60
    assert len(score.controls) + len(score.bends) > 80_000


def test_more_moves_than_the_cap_are_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(midi_file, "MAX_MOVES", 1_000)
    with pytest.raises(TooLarge, match="thin out its automation, or split it"):
        read_score(dense(4, 10, 40))


def test_the_most_moves_pass_the_door() -> None:
    assert MAX_MOVES * 13 + 200_000 * 26 < MAX_HEADER_BYTES


@pytest.mark.long
def test_an_hour_of_three_million_moves_is_read() -> None:
    score = read_score(dense(3_600, 40, 20)).score
    assert len(score.controls) + len(score.bends) > 2_000_000
    assert len(score.notes) == 40 * 3_600
