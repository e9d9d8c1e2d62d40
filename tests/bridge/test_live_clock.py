"""A live job's clock and hands: moments to frames, and what an engine that takes over is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.live_clock import ChunkClock
from bridge.live_hands import MAX_WAITING, Hands
from engine.live_keys import Keys
from engine.wire import MidiEvent

CHUNK_SECONDS, FRAMES = 512 / 48_000, 512
EVERYONE = frozenset(range(16))


def test_chunks_follow_each_other_without_drift() -> None:
    clock = ChunkClock(CHUNK_SECONDS, 100.0)
    for _ in range(100_000):
        clock.move_on()
    assert clock.end_seconds == pytest.approx(100.0 + 100_001 * CHUNK_SECONDS, abs=1e-6)


@pytest.mark.parametrize("parts", [-200e-6, 200e-6])
def test_it_follows_a_device_that_runs_fast_or_slow_for_an_hour(parts: float) -> None:
    clock, played_seconds = ChunkClock(CHUNK_SECONDS, 0.0), 0.0
    worst = 0.0
    for _ in range(round(3600 / CHUNK_SECONDS)):
        played_seconds = clock.end_seconds * (1.0 + parts)
        surplus = (clock.chunk + 1) * CHUNK_SECONDS - played_seconds
        clock.move_on(surplus)
        worst = max(worst, abs(surplus))
    assert worst < 0.006


def test_chunks_come_sooner_by_a_tenth_of_themselves_until_as_much_is_gained() -> None:
    clock = ChunkClock(0.010, 100.0)
    clock.move_on(0.0, sooner_seconds=0.0025)
    lengths = []
    for _ in range(5):
        lengths.append(clock.end_seconds - clock.begin_seconds)
        clock.move_on(0.0)
    assert lengths == pytest.approx([0.009, 0.009, 0.0095, 0.010, 0.010])


def test_messages_come_at_their_place_in_the_chunk_and_in_order() -> None:
    clock, hands = ChunkClock(CHUNK_SECONDS, 10.0), Hands(EVERYONE)
    hands.hear(0x90, 60, 90, 10.0 + 100.5 / 48_000)
    hands.hear(0x90, 62, 90, 10.0 + 99.5 / 48_000)
    hands.hear(0x80, 60, 0, 10.0 + CHUNK_SECONDS + 1e-6)
    hands.hear(0xF8, 0, 0, 10.0)
    first = hands.played(clock, FRAMES)
    assert first == (MidiEvent(100, 0x90, 60, 90), MidiEvent(100, 0x90, 62, 90))
    clock.move_on()
    assert hands.played(clock, FRAMES) == (MidiEvent(0, 0x80, 60, 0),)


def test_what_came_late_is_played_at_once() -> None:
    clock, hands = ChunkClock(CHUNK_SECONDS, 10.0), Hands(EVERYONE)
    hands.hear(0x90, 60, 90, 9.0)
    assert hands.played(clock, FRAMES) == (MidiEvent(0, 0x90, 60, 90),)


def test_a_flood_gives_way_to_silence() -> None:
    clock, hands = ChunkClock(CHUNK_SECONDS, 10.0), Hands(EVERYONE)
    for _ in range(MAX_WAITING + 1):
        hands.hear(0x90, 60, 90, 10.0)
    played = hands.played(clock, FRAMES)
    assert hands.lost == MAX_WAITING
    assert [event.data1 for event in played[:2]] == [120, 121]
    assert len(played) == 33


def test_settings_are_the_latest_and_forgotten_by_a_reset() -> None:
    hands = Hands(frozenset({0}))
    for message in ((0xC0, 5, 0), (0xB0, 7, 90), (0xB0, 7, 80), (0xB0, 1, 9), (0xE0, 1, 2)):
        hands.hear(*message, 0.0)
    hands.hear(0xC1, 9, 0, 0.0)
    assert {(e.status, e.data1, e.data2) for e in hands.settings()} == {
        (0xC0, 5, 0),
        (0xB0, 7, 80),
        (0xB0, 1, 9),
        (0xE0, 1, 2),
    }
    hands.hear(0xB0, 121, 0, 0.0)
    assert {e.status for e in hands.settings()} == {0xC0, 0xB0}


def test_parameters_are_remembered_apart_and_chosen_before_they_are_entered() -> None:
    hands = Hands(frozenset({0}))
    sent = [(101, 0), (100, 0), (6, 12), (38, 50), (100, 1), (6, 70), (96, 0), (97, 0), (38, 3)]
    for number, value in [*sent, (99, 4), (98, 2), (6, 1)]:
        hands.hear(0xB0, number, value, 0.0)
    assert [(e.data1, e.data2) for e in hands.settings()] == [
        *((101, 0), (100, 0), (6, 12), (38, 50)),
        *((101, 0), (100, 1), (6, 70), (38, 3)),
        *((101, 127), (100, 127)),
    ]


PARAMETERS = st.sampled_from([0, 1, 6, 7, 38, 39, 96, 97, 98, 99, 100, 101, 121])
VALUES = st.one_of(st.sampled_from([0, 1, 2, 6, 127]), st.integers(0, 127))
STATUSES = st.sampled_from([0xB0, 0xB1, 0xE1, 0xD1])


@given(st.lists(st.tuples(STATUSES, PARAMETERS, VALUES), max_size=80))
def test_keys_that_take_over_stand_as_those_before(sent: list[tuple[int, int, int]]) -> None:
    hands, before, after = Hands(EVERYONE), Keys(), Keys()
    for message in sent:
        hands.hear(*message, 0.0)
        before.feed(MidiEvent(0, *message))
    for event in hands.settings():
        after.feed(event)
    for one, other in zip(before.channels, after.channels, strict=True):
        assert one.semitones == pytest.approx(other.semitones, abs=1e-9)
        assert (one.leader is None) == (other.leader is None)
        assert [one.value(n) for n in (1, 7, 10)] == [other.value(n) for n in (1, 7, 10)]
        assert (one.pressure, one.parameter) == (other.pressure, other.parameter)


def test_it_lets_go_by_what_is_long_over() -> None:
    clock = ChunkClock(1.0, 0.0)
    assert clock.skip_to(7.5) == 7
    assert (clock.chunk, clock.begin_seconds, clock.end_seconds) == (7, 7.0, 8.0)
