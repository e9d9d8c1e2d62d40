"""TCP framings: both of them, told apart, however the bytes are cut."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.osc.codec import MAX_PACKET_BYTES, encode
from bridge.osc.framing import SizePrefixed, Slip, detect
from engine.wire import BadFrame

# Every byte that SLIP must escape, and the pairs that undo a careless unescaping.
AWKWARD = encode("/a", b"\xc0\xdb\xdb\xdc\xdb\xdd\xdd\xdc\xc0")
PACKETS = [encode("/one", 1), AWKWARD, encode("/three", "x" * 300)]

packets = st.lists(st.binary(min_size=1, max_size=60).map(lambda b: encode("/x", b)), min_size=1)
cuts = st.lists(st.integers(1, 40))


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    found, start = [], 0
    for size in [*sizes, len(data)]:
        found.append(data[start : start + size])
        start += size
    return [piece for piece in found if piece]


def unframed(data: bytes, sizes: list[int]) -> list[bytes]:
    framing = detect(data)
    found = [packet for piece in pieces(data, sizes) for packet in framing.feed(piece)]
    assert not framing.partial
    return found


@given(packets, cuts)
def test_size_prefixes(sent: list[bytes], sizes: list[int]) -> None:
    assert unframed(b"".join(map(SizePrefixed().wrap, sent)), sizes) == sent


@given(packets, cuts)
def test_slip_with_two_ends(sent: list[bytes], sizes: list[int]) -> None:
    assert unframed(b"".join(map(Slip().wrap, sent)), sizes) == sent


@given(packets, cuts)
def test_slip_with_one_end(sent: list[bytes], sizes: list[int]) -> None:
    assert unframed(b"".join(Slip().wrap(packet)[1:] for packet in sent), sizes) == sent


def test_two_coalesced_single_end_packets() -> None:
    # These two kill the connection of python-osc's 1.1 mode.
    data = b"".join(Slip().wrap(packet)[1:] for packet in PACKETS)
    assert list(detect(data).feed(data)) == PACKETS


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (b"\xc0/a", Slip),
        (b"/a\0\0", Slip),
        (b"#bundle\0", Slip),
        (b"\0\0\0\x10", SizePrefixed),
        (b"\0", SizePrefixed),
    ],
)
def test_the_first_byte_tells(first: bytes, kind: type) -> None:
    assert type(detect(first)) is kind


@pytest.mark.parametrize(
    "start",
    [
        b"POST / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\n",
        b"HEAD / HTTP/1.1\r\n",
        b"PUT /x HTTP/1.1\r\n",
        b"OPTIONS * HTTP/1.1\r\n",
        b"DELETE /x HTTP/1.1\r\n",
        b"PATCH /x HTTP/1.1\r\n",
        b"CONNECT x:1 HTTP/1.1\r\n",
        b"TRACE / HTTP/1.1\r\n",
        b"PRI * HTTP/2.0\r\n",
        b"\x16\x03\x01\x02\0",
        b"SSH-2.0-x\r\n",
        b"\xff\xff\xff\xff",
        struct.pack(">I", MAX_PACKET_BYTES + 1),
    ],
)
def test_what_is_no_osc_is_refused_at_its_fourth_byte(start: bytes) -> None:
    with pytest.raises(BadFrame):
        list(detect(start[:4]).feed(start[:4]))


def test_packets_before_a_bad_length_are_yielded() -> None:
    framing = SizePrefixed()
    found = framing.feed(framing.wrap(PACKETS[0]) + b"GET ")
    assert next(found) == PACKETS[0]
    with pytest.raises(BadFrame):
        next(found)


def test_the_largest_frame_passes_and_endless_slip_does_not() -> None:
    largest = b"/" + bytes(MAX_PACKET_BYTES - 1)
    assert list(SizePrefixed().feed(SizePrefixed().wrap(largest))) == [largest]
    framing = Slip()
    assert list(framing.feed(b"/" * (2 * MAX_PACKET_BYTES))) == []
    with pytest.raises(BadFrame):
        list(framing.feed(b"/"))


def test_empty_frames_are_no_packets() -> None:
    assert list(Slip().feed(b"\xc0\xc0\xc0")) == []
    assert list(SizePrefixed().feed(bytes(4))) == [b""]
