"""The codec: the specification's bytes, coercion, and every malformed packet refused by type."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.osc.codec import (
    IMMEDIATELY,
    MAX_ARGUMENTS,
    MAX_ELEMENTS,
    MAX_NESTING,
    MAX_PACKET_ARGUMENTS,
    MAX_PACKET_BYTES,
    Message,
    Rejection,
    decode,
    encode,
)
from engine.wire import BadFrame, OutOfRange, TooLarge, WrongTypes

# The two messages of the OSC 1.0 specification's examples, byte for byte.
FREQUENCY = bytes.fromhex("2f6f7363 696c6c61 746f722f 342f6672 65717565 6e637900 2c660000 43dc0000")
FOO = bytes.fromhex(
    "2f666f6f 00000000 2c696973 66660000 000003e8 ffffffff 68656c6c 6f000000 3f9df3b6 40b5b22d"
)


def only(packet: bytes) -> Message:
    (part,) = decode(packet)
    assert isinstance(part, Message)
    return part


def refused(packet: bytes) -> Exception:
    (part,) = decode(packet)
    assert isinstance(part, Rejection)
    return part.error


def test_the_specifications_examples() -> None:
    assert encode("/oscillator/4/frequency", 440.0) == FREQUENCY
    assert only(FREQUENCY) == Message("/oscillator/4/frequency", (440.0,))
    assert encode("/foo", 1000, -1, "hello", 1.234, 5.678) == FOO
    address, whole, negative, text, *numbers = (only(FOO).address, *only(FOO).arguments)
    assert (address, whole, negative, text) == ("/foo", 1000, -1, "hello")
    assert numbers == pytest.approx([1.234, 5.678], rel=1e-6)


@pytest.mark.parametrize(("text", "size"), [("", 4), ("osc", 4), ("data", 8), ("abcdefg", 8)])
def test_strings_are_padded_to_four(text: str, size: int) -> None:
    assert len(encode("/a", text)) == 4 + 4 + size
    assert only(encode("/a", text)).arguments == (text,)


def test_every_type_is_read() -> None:
    tags = ",hdtTFNIScrm[i[f]]\0\0"
    body = struct.pack(
        ">qdQ4sIIBBBBif", -5, 0.5, 3, b"sym\0", ord("X"), 7, 0xFF, 0xF7, 0xAA, 0, 1, 2.0
    )
    packet = b"/a\0\0" + tags.encode() + body
    arguments = only(packet).arguments
    assert arguments == (
        *(-5, 0.5, 3, True, False, None, None, "sym", "X", 7, b"\xff\xf7\xaa\0"),
        (1, (2.0,)),
    )


def test_only_four_types_are_sent() -> None:
    packet = encode("/a", True, False, 1 << 40, np.int64(7), np.float64(0.25), b"abc")
    assert packet[4:12] == b",iififb\0"
    assert only(packet).arguments == (1, 0, float(1 << 40), 7, 0.25, b"abc")


def test_a_block_of_floats_has_the_bytes_of_single_ones() -> None:
    block = np.linspace(-1, 1, 500, dtype=np.float32)
    assert encode("/a", 3, block) == encode("/a", 3, *(float(sample) for sample in block))


@pytest.mark.parametrize(
    "value", [math.nan, math.inf, 1e300, None, np.array([np.nan], np.float32), np.zeros((2, 2))]
)
def test_what_osc_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="OSC carries"):
        encode("/a", value)  # type: ignore[arg-type]


def test_text_that_osc_cannot_carry_is_mended() -> None:
    assert only(encode("/a", "x\0y\udcff")).arguments == ("xy?",)


def test_a_message_without_type_tags_has_no_arguments() -> None:
    assert only(b"/abc\0\0\0\0") == Message("/abc")


@pytest.mark.parametrize(
    ("packet", "kind"),
    [
        (b"", BadFrame),
        (b"POST / HTTP/1.1\r\n", BadFrame),
        (b"/abc", BadFrame),
        (b"/ab\0,i\0", BadFrame),
        (b"/ab\0ifi\0", BadFrame),
        (b"/ab\0,ifi", BadFrame),
        (b"/a\0x,\0\0\0", BadFrame),
        (b"/ab\0,\0\0\0\0\0\0\1", BadFrame),
        (b"/ab\0,ii\0\0\0\0\1", BadFrame),
        (b"/ab\0,s\0\0abcd", BadFrame),
        (b"/ab\0,s\0\0a\0\0x", BadFrame),
        (b"/ab\0,s\0\0\xff\xfe\0\0", BadFrame),
        (b"/\xff\xff\0,\0\0\0", BadFrame),
        (b"/\0\0\0,bs\0\x00\x0f\x42\x3f", BadFrame),
        (b"/ab\0,b\0\0\xff\xff\xff\xff", BadFrame),
        (b"/ab\0,b\0\0\0\0\0\1a\0\0x", BadFrame),
        (b"/ab\0,[i\0\0\0\0\1", BadFrame),
        (b"/ab\0,]\0\0", BadFrame),
        (b"/ab\0,q\0\0", WrongTypes),
        (b"/ab\0,f\0\0\x7f\xc0\0\0", OutOfRange),
        (b"/ab\0,f\0\0\xff\x80\0\0", OutOfRange),
        (b"/ab\0,d\0\0\x7f\xf0\0\0\0\0\0\0", OutOfRange),
        (b"/" + b"a" * 258 + b"\0", TooLarge),
        (b"#bundle\0", BadFrame),
        (b"#bundle\0\0\0\0\0\0\0\0\1\0\0", BadFrame),
        (b"#bundle\0\0\0\0\0\0\0\0\1\0\0\0\x08/a\0\0", BadFrame),
        (b"#bundle\0\0\0\0\0\0\0\0\1\xff\xff\xff\xff/a\0\0", BadFrame),
        (b"#bundle\0\0\0\0\0\0\0\0\1\0\0\0\0", BadFrame),
        (bytes(MAX_PACKET_BYTES + 4), TooLarge),
    ],
)
def test_malformed_packets_are_refused_by_type(packet: bytes, kind: type[Exception]) -> None:
    assert type(refused(packet)) is kind
    assert str(refused(packet))


def test_a_refused_message_keeps_what_was_read() -> None:
    (part,) = decode(b"/ab\0,if\0\0\0\0\7\x7f\xc0\0\0")
    assert isinstance(part, Rejection)
    assert part.arguments == (7,)


def test_too_many_arguments_are_refused() -> None:
    assert len(only(encode("/a", *range(MAX_ARGUMENTS))).arguments) == MAX_ARGUMENTS
    assert isinstance(refused(encode("/a", *range(MAX_ARGUMENTS + 1))), TooLarge)


def test_a_packets_arguments_have_a_budget(bundle: Callable[..., bytes]) -> None:
    many = encode("/a", *range(MAX_ARGUMENTS))
    parts = list(decode(bundle(1, *[many] * 6, encode("/b"))))
    fitting = MAX_PACKET_ARGUMENTS // MAX_ARGUMENTS
    assert [isinstance(part, Message) for part in parts] == [True] * fitting + [False] * 2 + [True]


def test_one_bad_element_drops_no_other(bundle: Callable[..., bytes]) -> None:
    good, bad = encode("/good", 1), b"/bad\0\0\0\0,q\0\0"
    parts = list(decode(bundle(1, good, bad, bundle(1, bad, good), good)))
    kinds = [type(part) for part in parts]
    assert kinds == [Message, Rejection, Rejection, Message, Message]


def test_what_stands_before_a_broken_length_is_read(bundle: Callable[..., bytes]) -> None:
    parts = list(decode(bundle(1, encode("/good")) + b"\x7f\xff\xff\xff"))
    assert [type(part) for part in parts] == [Message, Rejection]


def test_timetags_are_the_latest_of_those_around_a_message(bundle: Callable[..., bytes]) -> None:
    inner = bundle(5 << 32, encode("/inner"))
    packet = bundle(9 << 32, inner, encode("/outer"), bundle(12 << 32, encode("/later")))
    assert [part.timetag >> 32 for part in decode(packet) if isinstance(part, Message)] == [
        9,
        9,
        12,
    ]
    assert only(encode("/a")).timetag == IMMEDIATELY


def test_nesting_is_read_to_its_limit_and_never_recursed(bundle: Callable[..., bytes]) -> None:
    def nested(depth: int) -> bytes:
        packet = encode("/deep")
        for _ in range(depth):
            packet = bundle(1, packet)
        return packet

    assert only(nested(MAX_NESTING)).address == "/deep"
    assert isinstance(refused(nested(MAX_NESTING + 1)), TooLarge)
    assert isinstance(refused(nested(3_000)), TooLarge)


def test_too_many_elements_are_cut_off(bundle: Callable[..., bytes]) -> None:
    parts = list(decode(bundle(1, *[encode("/a")] * 3_000)))
    assert sum(isinstance(part, Message) for part in parts) == MAX_ELEMENTS - 1
    assert isinstance(parts[-1], Rejection)
    bombs = list(decode(bundle(1, *[bundle(1)] * 3_000)))
    assert len(bombs) == 1


def test_deep_arrays_are_refused() -> None:
    tags = "," + "[" * 300 + "]" * 300
    packet = b"/a\0\0" + tags.encode() + bytes(4 - len(tags) % 4)
    assert isinstance(refused(packet), TooLarge)


sendable = st.one_of(
    st.integers(-(1 << 31), (1 << 31) - 1),
    st.floats(width=32, allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    st.binary(max_size=40),
)


@given(st.lists(sendable, max_size=12))
def test_what_is_sent_is_read_back(arguments: list[int | float | str | bytes]) -> None:
    assert only(encode("/a/b", *arguments)) == Message("/a/b", tuple(arguments))
