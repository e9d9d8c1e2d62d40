"""liblo, an independent implementation, as the oracle: what it sends we read, and back."""

from __future__ import annotations

import random
import shutil
import socket
import string
import subprocess
from typing import Any

import pytest

from bridge.osc.codec import Message, decode, encode

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
ROUNDS = [2_000, pytest.param(100_000, marks=pytest.mark.long)]
WAIT_SECONDS = 60.0


def random_arguments(chance: random.Random) -> list[int | float | str | bytes]:
    kinds = [
        lambda: chance.randint(-(1 << 31), (1 << 31) - 1),
        lambda: chance.randint(-(1 << 20), 1 << 20) / 1_024,
        lambda: "".join(chance.choices(string.printable + "äöü€", k=chance.randint(0, 40))),
        lambda: chance.randbytes(chance.randint(1, 60)),
    ]
    return [chance.choice(kinds)() for _ in range(chance.randint(0, 12))]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_what_we_send_liblo_reads(pyliblo3: Any, rounds: int) -> None:
    server = pyliblo3.Server(proto=pyliblo3.UDP)
    heard: list[tuple[str, list[Any]]] = []
    server.add_method(None, None, lambda path, arguments: heard.append((path, arguments)))
    chance = random.Random(1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(rounds):
            sent = random_arguments(chance)
            packet = encode(f"/test/{number}", *sent)
            sender.sendto(packet, ("127.0.0.1", server.port))
            assert server.recv(int(WAIT_SECONDS * 1_000))
            path, arguments = heard.pop()
            received = [bytes(a) if isinstance(a, bytes | list) else a for a in arguments]
            assert (path, received) == (f"/test/{number}", sent)
    server.free()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_what_liblo_sends_we_read(pyliblo3: Any, rounds: int) -> None:
    chance = random.Random(2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(WAIT_SECONDS)
        target = pyliblo3.Address("127.0.0.1", receiver.getsockname()[1])
        for number in range(rounds):
            sent = random_arguments(chance)
            tagged = [("b", list(a)) if isinstance(a, bytes) else a for a in sent]
            pyliblo3.send(target, f"/test/{number}", *tagged)
            (message,) = decode(receiver.recv(65_536))
            assert message == Message(f"/test/{number}", tuple(sent))


def test_liblos_types_and_bundles(pyliblo3: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(WAIT_SECONDS)
        target = pyliblo3.Address("127.0.0.1", receiver.getsockname()[1])
        pairs = [("h", 1 << 40), ("d", 0.1), ("T", True), ("F", False), ("N", None), ("I", None)]
        pairs += [("c", "X"), ("S", "sym"), ("m", (255, 247, 170, 0)), ("t", 1.5)]
        one = pyliblo3.Message("/one", *pairs)
        pyliblo3.send(target, pyliblo3.Bundle(2_500_000_000.5, one, pyliblo3.Message("/two")))
        first, second = decode(receiver.recv(65_536))
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert first.arguments[:8] == (1 << 40, 0.1, True, False, None, None, "X", "sym")
    assert first.arguments[8] == bytes((255, 247, 170, 0))
    assert second == Message("/two", (), first.timetag)
    assert first.timetag / 2**32 == pytest.approx(2_500_000_000.5, abs=1e-3)


@pytest.mark.parametrize("protocol", ["UDP", "TCP"])
def test_liblo_asks_and_is_answered(live: Any, pyliblo3: Any, protocol: str) -> None:
    async def body(live: Any) -> None:
        kind = getattr(pyliblo3, protocol)
        client = pyliblo3.Server(proto=kind)
        heard: list[tuple[str, list[Any]]] = []
        client.add_method(None, None, lambda path, arguments: heard.append((path, arguments)))
        target = pyliblo3.Address("127.0.0.1", live.server.port, kind)
        client.send(target, "/legato/ping", 3)
        client.send(target, "/legato/nonsense", 4)
        while len(heard) < 2:
            await live.ping()
            client.recv(1)
        assert heard[0] == ("/legato/pong", [3, "here"])
        assert heard[1][1][:2] == [4, "unknown_address"]
        client.free()

    live(body)


@pytest.mark.skipif(not shutil.which("oscsend"), reason="no oscsend on this machine")
def test_oscsend_over_localhost(live: Any) -> None:
    async def body(live: Any) -> None:
        with await live.udp() as receiver:
            port = receiver.getsockname()[1]
            with await live.udp(encode("/legato/hello", "", port)):
                await live.receive(receiver)
            words = ["oscsend", "127.0.0.1", str(live.server.port), "/legato/render", "iss"]
            subprocess.run([*words, "7", "a.mid", "steps"], check=True, timeout=WAIT_SECONDS)  # noqa: ASYNC221
            subprocess.run(  # noqa: ASYNC221
                [*words[:4], "isTh", "7", "a.mid"], check=False, timeout=WAIT_SECONDS
            )
            assert await live.ping() == ("/pong", 5, "here")
        assert live.door.front.counters["refused wrong_types"] == 1

    live(body)
