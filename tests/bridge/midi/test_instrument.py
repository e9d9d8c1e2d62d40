"""Ports as one instrument: nothing is left hanging."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.instrument import Instrument, is_channel_message

Heard = list[tuple[int, int, int]]


def instrument() -> tuple[Instrument, Heard]:
    heard: Heard = []
    return Instrument(lambda status, one, two, at: heard.append((status, one, two))), heard


def test_messages_go_on_as_they_came() -> None:
    played, heard = instrument()
    for data in (b"\x93\x3c\x64", b"\xc3\x05", b"\xe3\x00\x50", b"\xa3\x3c\x10", b"\xd3\x40"):
        played.message("keys", data, 0.0)
    assert heard == [(0x93, 60, 100), (0xC3, 5, 0), (0xE3, 0, 80), (0xA3, 60, 16), (0xD3, 64, 0)]


def test_a_port_that_goes_lets_go_of_what_it_holds() -> None:
    played, heard = instrument()
    for data in (
        b"\x90\x3c\x64",
        b"\x90\x40\x64",
        b"\x80\x40\x00",
        b"\xb0\x40\x7f",
        b"\xe0\x00\x60",
    ):
        played.message("keys", data, 0.0)
    heard.clear()
    played.release("keys", 1.0)
    assert heard == [(0xB0, 64, 0), (0x80, 60, 0), (0xE0, 0, 0x40)]
    heard.clear()
    played.release("keys", 2.0)
    assert heard == []


def test_what_another_port_holds_goes_on() -> None:
    played, heard = instrument()
    played.message("keys", b"\x90\x3c\x64", 0.0)
    played.message("pads", b"\x90\x3c\x64", 0.0)
    heard.clear()
    played.release("keys", 1.0)
    assert heard == []
    played.release("pads", 1.0)
    assert heard == [(0x80, 60, 0)]


def test_panic_silences_every_channel() -> None:
    played, heard = instrument()
    played.panic(0.0)
    assert {status & 0xF for status, _, _ in heard} == set(range(16))
    assert {number for _, number, _ in heard} == {120, 121, 123}


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.binary(max_size=4)), max_size=200))
def test_whatever_came_nothing_hangs_after_a_release(sent: list[tuple[str, bytes]]) -> None:
    played, heard = instrument()
    for port, data in sent:
        if is_channel_message(data):
            played.message(port, data, 0.0)
    for port in ("a", "b"):
        played.release(port, 1.0)
    notes: set[tuple[int, int]] = set()
    pedals: set[tuple[int, int]] = set()
    for status, one, two in heard:
        kind, channel = status & 0xF0, status & 0xF
        if kind == 0x90 and two:
            notes.add((channel, one))
        elif kind in (0x80, 0x90):
            notes.discard((channel, one))
        elif kind == 0xB0 and one in (64, 66, 69):
            (pedals.add if two >= 64 else pedals.discard)((channel, one))
        elif kind == 0xB0 and (one == 120 or one >= 123):
            notes -= {note for note in notes if note[0] == channel}
        elif kind == 0xB0 and one == 121:
            pedals -= {pedal for pedal in pedals if pedal[0] == channel}
    assert not notes
    assert not pedals
    assert played.held == 0


def test_a_pedal_that_another_port_holds_stays_down() -> None:
    heard: list[tuple[int, ...]] = []
    played = Instrument(lambda *message: heard.append(message[:3]))
    for port in ("a", "b"):
        played.message(port, bytes([0xB0, 64, 127]), 0.0)
    played.release("a", 1.0)
    assert heard == [(0xB0, 64, 127)] * 2
    played.release("b", 2.0)
    assert heard[2:] == [(0xB0, 64, 0)]


@given(st.binary(max_size=6))
def test_only_whole_channel_messages_are_taken_for_some(data: bytes) -> None:
    if is_channel_message(data):
        assert len(data) == (2 if data[0] & 0xF0 in (0xC0, 0xD0) else 3)
        assert 0x80 <= data[0] < 0xF0
        assert max(data[1:]) < 0x80
