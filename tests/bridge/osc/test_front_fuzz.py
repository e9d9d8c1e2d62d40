"""Structured and mutated datagrams: whatever comes, a valid ping is answered in between."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.osc.codec import Message, Rejection, decode, encode
from bridge.osc.command import ROOT
from bridge.osc.framing import detect
from bridge.osc.spec import COMMANDS
from engine.wire import BadFrame

PING_EVERY = 100
WILD = "*?[]{}!-,/ab\0é"


def well_formed(chance: random.Random) -> bytes:
    address = ROOT + chance.choice(COMMANDS).address
    if chance.random() < 0.2:
        address = "/" + "".join(chance.choices(WILD, k=chance.randint(0, 120)))
    values: list[Any] = [0, 7, -1, 1 << 30, 0.5, 1e30, "", "a.mid", "seed", "prompt", "x" * 90, b""]
    return encode(address, *chance.choices(values, k=chance.randint(0, 9)))


def bundled(chance: random.Random, depth: int = 0) -> bytes:
    parts = [
        bundled(chance, depth + 1) if depth < 20 and chance.random() < 0.3 else well_formed(chance)
        for _ in range(chance.randint(0, 4))
    ]
    timetag = chance.choice([0, 1, 5 << 32, chance.getrandbits(64), 3_908_988_800 << 32])
    sized = [struct.pack(">i", len(part)) + part for part in parts]
    return b"#bundle\0" + struct.pack(">Q", timetag) + b"".join(sized)


def mutated(chance: random.Random, packet: bytes) -> bytes:
    changed = bytearray(packet)
    for _ in range(chance.randint(1, 4)):
        kind, at = chance.randrange(6), chance.randrange(len(changed) + 1)
        if kind == 0:
            changed[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            changed[at : at + 4] = struct.pack(">i", chance.choice([-1, 0, 3, 1 << 30, 65_536]))
        elif kind == 2:
            del changed[at : at + chance.randint(1, 8)]
        elif kind == 3:
            changed[at:at] = chance.randbytes(chance.randint(1, 8))
        elif kind == 4:
            changed[at : at + 1] = chance.choice([b"[", b"]", b"s", b"b", b",", b"\xff", b"h"])
        else:
            changed += changed[at : at + 16]
    return bytes(changed)


def packets(seed: int, count: int) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(count):
        packet = bundled(chance) if chance.random() < 0.3 else well_formed(chance)
        yield mutated(chance, packet) if chance.random() < 0.7 else packet


def survives(door: Any, seed: int, count: int) -> None:
    client, pinging = door.client(), door.client()
    for number, packet in enumerate(packets(seed, count)):
        client.send(packet)
        client.route.packets.clear()
        if number % PING_EVERY == 0:
            door.pass_time(1.0)
            for call in door.calls:
                call.cancelled()
            door.calls.clear()
            assert pinging.ask("/ping", number) == [("/pong", number, "here")]
    assert door.front.counters["packets"] > count
    assert door.front.counters["messages"] > count // 4
    assert "refused internal" not in door.front.counters


def test_mutated_datagrams(door: Any) -> None:
    survives(door, seed=1, count=4_000)


@pytest.mark.long
def test_two_hundred_thousand_mutated_datagrams(door: Any) -> None:
    survives(door, seed=2, count=200_000)


@given(st.binary(max_size=200))
def test_any_bytes_are_messages_or_refusals(packet: bytes) -> None:
    for part in decode(packet):
        assert isinstance(part, Message | Rejection)


@given(st.binary(max_size=120), st.binary(max_size=120))
def test_any_stream_is_packets_or_one_refusal(first: bytes, second: bytes) -> None:
    framing = detect(first)
    try:
        found = [*framing.feed(first), *framing.feed(second)]
    except BadFrame:
        return
    assert sum(map(len, found)) <= len(first) + len(second)


def test_mutated_datagrams_over_a_socket(live: Any) -> None:
    async def body(live: Any) -> None:
        # Two sockets for all: a port that is used anew may hear what its last owner caused.
        server = ("127.0.0.1", live.server.port)
        with await live.udp() as hostile, await live.udp() as client:
            for number, packet in enumerate(packets(3, 1_500)):
                await live.loop.sock_sendto(hostile, packet, server)
                if number % PING_EVERY == 0:
                    await live.loop.sock_sendto(client, encode("/legato/ping", number), server)
                    assert await live.receive(client) == ("/pong", number, "here")

    live(body)
