"""Bars, beats and frames."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.transport import MOST_BEATS, Place, Transport, read_place
from engine.wire import LegatoError, OutOfRange, Unsupported, WrongTypes

RATE_HZ = 48_000


class Desk:
    """A transport whose stream stands at `frame`."""

    def __init__(self) -> None:
        self.frame = 0
        self.changes = 0
        self.transport = Transport(RATE_HZ, lambda: self.frame)
        self.transport.on_change = self._changed

    def _changed(self) -> None:
        self.changes += 1


def test_beats_fall_on_frames_by_the_tempo() -> None:
    desk = Desk()
    desk.frame = 1_000
    desk.transport.set_tempo(90)
    assert desk.transport.frame_of(4) is None
    desk.transport.play()
    assert desk.transport.frame_of(0) == 1_000
    assert desk.transport.frame_of(64.5) == 1_000 + round(64.5 * 60 / 90 * RATE_HZ)
    assert desk.transport.frame_of(-1) == 1_000 - 32_000


def test_stopping_keeps_the_place_and_playing_goes_on_from_it() -> None:
    desk = Desk()
    desk.transport.play()
    desk.frame = 36_000
    desk.transport.stop()
    desk.frame = 500_000
    assert desk.transport.beat == 1.5
    desk.transport.play()
    assert desk.transport.frame_of(2.5) == 524_000


def test_a_new_tempo_goes_on_from_where_the_music_is() -> None:
    desk = Desk()
    desk.transport.play()
    desk.frame = 48_000
    desk.transport.set_tempo(60)
    assert desk.transport.beat == 2
    assert desk.transport.frame_of(3) == 96_000


def test_bars_are_counted_from_one_in_the_signature() -> None:
    desk = Desk()
    transport = desk.transport
    assert transport.beat_of_bar(17) == 64
    transport.set_signature(6, 8)
    assert transport.beats_per_bar == 3
    assert transport.beat_of_bar(3) == 6
    assert [transport.bar_at(beat) for beat in (0, 2.99, 3, 6)] == [1, 1, 2, 3]


def test_a_new_signature_holds_from_the_bar_line_before() -> None:
    desk = Desk()
    desk.transport.locate(Place("beat", 9.0))
    desk.transport.set_signature(3, 4)
    assert desk.transport.bar_at(9) == 3
    assert desk.transport.beat_of_bar(4) == 11


def test_a_new_signature_does_not_recount_the_bars_before_it() -> None:
    desk = Desk()
    transport = desk.transport
    transport.locate(Place("bar", 5.0))
    transport.set_signature(3, 4)
    transport.locate(Place("bar", 9.0))
    transport.set_signature(7, 8)
    lines = [0, 4, 8, 12, 16, 19, 22, 25, 28, 31.5, 35]
    assert [transport.beat_of_bar(bar) for bar in range(1, 12)] == lines
    assert [transport.bar_at(line) for line in lines] == list(range(1, 12))
    assert [transport.bar_at(line - 0.01) for line in lines[1:]] == list(range(1, 11))
    transport.locate(Place("bar", 2.0))
    assert (transport.numerator, transport.denominator, transport.beats_per_bar) == (4, 4, 4)
    transport.locate(Place("bar", 6.0))
    assert (transport.numerator, transport.denominator) == (3, 4)
    transport.set_signature(2, 4)  # What comes after is as it was set last.
    assert [transport.beat_of_bar(bar) for bar in (5, 6, 7, 9)] == [16, 19, 21, 25]


def test_while_it_plays_the_signature_changes_where_it_was_changed() -> None:
    desk = Desk()
    desk.transport.play()
    desk.frame = 10 * RATE_HZ // 2  # Ten beats.
    desk.transport.set_signature(3, 4)
    assert desk.transport.frame_of(desk.transport.beat_of_bar(4)) == 11 * RATE_HZ // 2
    assert desk.transport.frame_of(desk.transport.beat_of_bar(2)) == 4 * RATE_HZ // 2
    desk.frame = 2 * RATE_HZ
    assert (desk.transport.numerator, desk.transport.denominator) == (4, 4)


@pytest.mark.parametrize(
    ("unit", "at", "found"),
    [("bar", 0.0, 0.0), ("bar", 0.1, 4.0), ("bar", 4.0, 4.0), ("beat", 1.2, 2.0)],
)
def test_next_is_the_one_that_can_still_be_met(unit: str, at: float, found: float) -> None:
    desk = Desk()
    desk.transport.locate(Place("beat", at))
    assert desk.transport.beat_of(read_place(f"next {unit}")) == found


@pytest.mark.parametrize("text", ["bar", "bar x", "17", "next", "next time", "bar nan", "", "at 3"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(WrongTypes, match="bar 17"):
        read_place(text)


@pytest.mark.parametrize("text", ["bar 0", "beat -1", "bar inf", f"beat {2 * MOST_BEATS}"])
def test_places_have_bounds(text: str) -> None:
    with pytest.raises(OutOfRange, match="counted from"):
        read_place(text)


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 4), (4, 3), (65, 4), (3.5, 4)])
def test_what_is_no_signature_is_refused(numerator: float, denominator: float) -> None:
    with pytest.raises(OutOfRange, match="signature"):
        Desk().transport.set_signature(numerator, denominator)


def test_who_follows_is_not_led() -> None:
    transport = Desk().transport
    transport.choose("clock")
    with pytest.raises(Unsupported, match="MIDI clock"):
        transport.play()
    transport.choose("internal")
    transport.play()
    assert transport.running


def test_timecode_leaves_the_tempo_to_the_user() -> None:
    transport = Desk().transport
    transport.choose("mtc")
    transport.set_tempo(100)
    assert transport.tempo_bpm == 100


numbers = st.one_of(st.integers(-(2**40), 2**40), st.floats(allow_nan=False))
actions = st.one_of(
    st.tuples(st.just("play")),
    st.tuples(st.just("stop")),
    st.tuples(st.just("pass"), st.integers(1, 10**7)),
    st.tuples(st.just("tempo"), numbers),
    st.tuples(st.just("signature"), numbers, numbers),
    st.tuples(st.just("locate"), st.sampled_from(["bar", "beat"]), numbers),
    st.tuples(st.just("follow"), numbers, numbers, numbers, st.booleans()),
)


@given(st.lists(actions, max_size=30))
def test_whatever_is_done_bars_beats_and_frames_agree(done: list[tuple]) -> None:
    desk = Desk()
    transport = desk.transport
    for action, *values in done:
        try:
            match action:
                case "play":
                    transport.play()
                case "stop":
                    transport.stop()
                case "pass":
                    desk.frame += values[0]
                case "tempo":
                    transport.set_tempo(values[0])
                case "signature":
                    transport.set_signature(*values)
                case "locate":
                    transport.locate(read_place(f"{values[0]} {values[1]}"))
                case "follow":
                    frame = max(-1e15, min(float(values[0]), 1e15))
                    transport.follow(frame, *values[1:])
        except LegatoError:
            continue
        beat = transport.beat
        assert math.isfinite(beat)
        bar = transport.bar_at(beat)
        assert transport.beat_of_bar(bar) <= beat + 1e-6 * max(1.0, abs(beat))
        if transport.running and abs(beat) < 1e5:
            frame_or_none = transport.frame_of(beat)
            assert frame_or_none is not None
            assert abs(frame_or_none - desk.frame) <= 1 + abs(transport._frame) * 1e-9
