"""What live MIDI messages mean: pedals, modes, MPE, stealing, and any bytes at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.live_keys import MOST_NOTES, Keys, Release, Silence, Strike
from engine.wire import MidiEvent

BYTE = st.integers(0, 255)
MESSAGES = st.lists(st.tuples(BYTE, BYTE, BYTE), max_size=300)
PANIC = ((64, 0), (66, 0), (120, 0), (121, 0), (123, 0))


def feed(keys: Keys, *messages: tuple[int, ...]) -> list[Strike | Release | Silence]:
    """Feed messages and return all that they change."""
    return [change for message in messages for change in keys.feed(MidiEvent(0, *message))]


def kinds(changes: list[Strike | Release | Silence]) -> list[str]:
    return [type(change).__name__ for change in changes]


def test_a_note_begins_and_ends_with_its_channels_program() -> None:
    keys = Keys()
    strike, release = feed(keys, (0xC2, 40), (0x92, 60, 90), (0x82, 60, 0))
    assert isinstance(strike, Strike)
    assert isinstance(release, Release)
    assert (strike.channel, strike.pitch, strike.velocity, strike.program) == (2, 60, 90, 40)
    assert release.key == strike.key


def test_velocity_0_lets_go_and_a_key_up_twice_does_nothing() -> None:
    assert kinds(feed(Keys(), (0x90, 60, 90), (0x90, 60, 0), (0x80, 60, 0))) == [
        "Strike",
        "Release",
    ]


def test_a_key_struck_again_lets_its_first_note_go() -> None:
    first, release, second = feed(Keys(), (0x90, 60, 90), (0x90, 60, 80))
    assert isinstance(first, Strike)
    assert isinstance(second, Strike)
    assert release == Release(first.key, 0)
    assert second.key != first.key


def test_a_key_struck_again_rings_on_under_a_pedal() -> None:
    keys = Keys()
    again = feed(keys, (0xB0, 64, 127), (0x90, 60, 90), (0x80, 60, 0), (0x90, 60, 80))
    assert kinds(again) == ["Strike", "Strike"]
    assert kinds(feed(keys, (0x80, 60, 0), (0xB0, 64, 0))) == ["Release", "Release"]


def test_only_so_many_strikes_of_a_key_ring_on() -> None:
    keys = Keys(most_ringing=3)
    pedalled = [(0xB0, 64, 127), *[(0x90, 60, 90)] * 3]
    assert kinds(feed(keys, *pedalled)) == ["Strike"] * 3
    release, strike = feed(keys, (0x90, 60, 90))
    assert release == Release(1, 0)
    assert isinstance(strike, Strike)


def test_sustain_holds_until_it_comes_up() -> None:
    keys = Keys()
    assert kinds(feed(keys, (0xB0, 64, 127), (0x90, 60, 90), (0x80, 60, 0))) == ["Strike"]
    assert kinds(feed(keys, (0xB0, 64, 0))) == ["Release"]


def test_sostenuto_holds_only_what_was_down() -> None:
    keys = Keys()
    feed(keys, (0x90, 60, 90), (0xB0, 66, 127), (0x90, 62, 90))
    assert kinds(feed(keys, (0x80, 60, 0), (0x80, 62, 0))) == ["Release"]
    assert kinds(feed(keys, (0xB0, 66, 0))) == ["Release"]


def test_all_notes_off_leaves_other_channels_alone() -> None:
    keys = Keys()
    feed(keys, (0x90, 60, 90), (0x91, 60, 90))
    assert kinds(feed(keys, (0xB0, 123, 0))) == ["Release"]
    assert [note.is_released for note in keys.sounding.values()] == [True, False]


def test_a_bend_range_is_set_by_registered_parameter_0() -> None:
    keys = Keys()
    feed(keys, (0xB0, 101, 0), (0xB0, 100, 0), (0xB0, 6, 12), (0xE0, 127, 127))
    assert keys.channels[0].semitones == pytest.approx(12.0)
    feed(keys, (0xB0, 101, 127), (0xB0, 100, 127), (0xB0, 6, 1))
    assert keys.channels[0].semitones == pytest.approx(12.0)


def test_cents_and_steps_of_the_bend_range() -> None:
    keys = Keys()
    feed(keys, (0xB0, 101, 0), (0xB0, 100, 0), (0xB0, 6, 12), (0xB0, 38, 99), (0xE0, 127, 127))
    assert keys.channels[0].semitones == pytest.approx(12.99)
    feed(keys, (0xB0, 96, 0))
    assert keys.channels[0].semitones == pytest.approx(13.0)
    feed(keys, (0xB0, 97, 0), (0xB0, 97, 0))
    assert keys.channels[0].semitones == pytest.approx(12.98)
    feed(keys, (0xB0, 6, 0), (0xB0, 97, 0))
    assert keys.channels[0].semitones == 0.0


def test_fine_and_coarse_tuning_have_their_own_registered_parameters() -> None:
    keys = Keys()
    feed(keys, (0xB0, 101, 0), (0xB0, 100, 1), (0xB0, 6, 96), (0xB0, 38, 64))
    assert keys.channels[0].semitones == pytest.approx((96 * 128 + 64 - 8192) / 8192)
    feed(keys, (0xB0, 100, 2), (0xB0, 6, 52), (0xB0, 96, 0), (0xB0, 100, 1), (0xB0, 6, 64))
    assert keys.channels[0].semitones == pytest.approx(-11.0)
    feed(keys, (0xB9, 101, 0), (0xB9, 100, 2), (0xB9, 6, 52))
    assert keys.channels[9].semitones == 0.0


def test_a_controller_has_a_fine_half_that_a_coarse_one_takes_back() -> None:
    keys, channel = Keys(), 0
    feed(keys, (0xB0, 7, 64), (0xB0, 39, 64))
    assert keys.channels[channel].value(7) == 64.5
    feed(keys, (0xB0, 39, 127))
    assert keys.channels[channel].value(7) == pytest.approx(64.9921875)
    feed(keys, (0xB0, 7, 65))
    assert keys.channels[channel].value(7) == 65.0
    feed(keys, (0xB0, 11, 100), (0xB0, 43, 127), (0xB0, 121, 0))
    assert keys.channels[channel].value(11) == 127.0
    feed(keys, (0xB0, 11, 127), (0xB0, 43, 127))
    assert keys.channels[channel].value(11) == 127.0


def test_members_of_an_mpe_zone_bend_alone_and_with_their_manager() -> None:
    keys = Keys(is_mpe=True)
    strikes = feed(keys, (0xC0, 19), (0x91, 60, 90), (0x99, 64, 90))
    assert [(s.program, s.is_drum) for s in strikes if isinstance(s, Strike)] == [(19, False)] * 2
    feed(keys, (0xE1, 0, 96), (0xE0, 127, 127))
    assert keys.channels[1].semitones == pytest.approx(24.0 + 2.0, abs=0.01)
    assert keys.channels[9].semitones == pytest.approx(2.0)
    feed(keys, (0xB0, 64, 127))
    assert not feed(keys, (0x81, 60, 0))
    assert kinds(feed(keys, (0xB0, 64, 0))) == ["Release"]


def test_pressure_of_a_manager_presses_its_whole_zone() -> None:
    keys = Keys(is_mpe=True)
    feed(keys, (0xD0, 70), (0xD1, 90))
    assert [keys.channels[number].pressure for number in (0, 1, 2)] == [70, 90, 70]
    feed(keys, (0xB0, 121, 0))
    assert [keys.channels[number].pressure for number in (0, 1, 2)] == [0, 90, 0]


def test_a_zone_is_made_and_undone_by_its_message() -> None:
    keys = Keys()
    feed(keys, (0xB0, 101, 0), (0xB0, 100, 6), (0xB0, 6, 3))
    assert [c.number for c in keys.channels if c.leader] == [1, 2, 3]
    feed(keys, (0xB0, 6, 0))
    assert not [c for c in keys.channels if c.leader]
    assert keys.channels[2].bend_semitones == 2.0


def test_the_oldest_that_dies_away_gives_way_to_a_note_too_many() -> None:
    keys = Keys()
    notes = [(0x90 | n // 32, n % 32 + 40, 90) for n in range(MOST_NOTES)]
    strikes = feed(keys, *notes)
    feed(keys, (0x80, 45, 0))
    stolen, strike = feed(keys, (0x95, 100, 90))
    assert stolen == Silence(strikes[5].key, 0)
    assert isinstance(strike, Strike)
    assert len(keys.sounding) == MOST_NOTES


@settings(deadline=None, max_examples=200)
@given(messages=MESSAGES, is_mpe=st.booleans())
def test_no_bytes_leave_a_note_hanging_after_panic(
    messages: list[tuple[int, int, int]], is_mpe: bool
) -> None:
    keys = Keys(is_mpe)
    begun: set[int] = set()
    for message in messages:
        for change in keys.feed(MidiEvent(0, *message)):
            assert change.key in begun or isinstance(change, Strike)
            begun.add(change.key)
        assert len(keys.sounding) <= MOST_NOTES
    ended = feed(keys, *((0xB0 | c, *move) for c in range(16) for move in PANIC))
    assert not keys.sounding
    assert all(isinstance(change, Silence | Release) for change in ended)
    strikes = feed(keys, *((0x90 | channel, 60, 90) for channel in range(16)))
    assert kinds(strikes) == ["Strike"] * 16
