"""Packets of bytes and the messages in them."""

from __future__ import annotations

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.messages import MAX_BYTES, messages_in

BYTE = st.integers(0, 127)
PLAIN = st.one_of(
    st.tuples(st.integers(0x80, 0xBF), BYTE, BYTE),
    st.tuples(st.integers(0xC0, 0xDF), BYTE),
    st.tuples(st.integers(0xE0, 0xEF), BYTE, BYTE),
    st.tuples(st.just(0xF1), BYTE),
    st.tuples(st.just(0xF2), BYTE, BYTE),
    st.tuples(st.just(0xF3), BYTE),
    st.tuples(st.just(0xF6)),
).map(bytes)
EXCLUSIVE = st.binary(max_size=20).map(lambda data: bytes([0xF0, *(b & 127 for b in data), 0xF7]))
REALTIME = st.sampled_from([0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF]).map(lambda b: bytes([b]))


@pytest.mark.parametrize(
    ("packet", "messages"),
    [
        ("903c64", ["903c64"]),
        ("f8", ["f8"]),
        ("f0010203f7", ["f0010203f7"]),
        ("f00102f80304f7", ["f8", "f001020304f7"]),
        ("f00102903f64803f00f7", ["903f64", "803f00"]),
        ("f00102903f64f07ff7", ["903f64", "f07ff7"]),
        ("903c64903e64", ["903c64", "903e64"]),
        ("903c643e00", ["903c64", "903e00"]),
        ("90f83cfa64", ["f8", "fa", "903c64"]),
        ("c005", ["c005"]),
        ("90", []),
        ("3c64", []),
        ("f7", []),
        ("f001", []),
        ("", []),
    ],
)
def test_packets_are_taken_apart(packet: str, messages: list[str]) -> None:
    assert [message.hex() for message in messages_in(bytes.fromhex(packet))] == messages


@given(st.lists(st.one_of(PLAIN, EXCLUSIVE, REALTIME), max_size=8))
def test_what_was_put_together_comes_apart_again(messages: list[bytes]) -> None:
    assert messages_in(b"".join(messages)) == messages


@given(st.binary(max_size=60))
def test_any_bytes_give_whole_messages_that_others_read_too(packet: bytes) -> None:
    for message in messages_in(packet):
        assert messages_in(message) == [message]
        if message[0] not in (0xF4, 0xF5, 0xF9, 0xFD):  # Undefined, and unknown to mido.
            assert bytes(mido.Message.from_bytes(list(message)).bytes()) == message


def test_what_is_endless_is_left_out_at_once() -> None:
    assert messages_in(b"\xf0" + bytes(MAX_BYTES) + b"\x90\xf7") == []
    dump = b"\xf0" + bytes(5_000) + b"\xf7"
    assert messages_in(dump) == [dump]
