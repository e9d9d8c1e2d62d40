"""The sockets: UDP and TCP on one port, hostile streams, and who may be listened to."""

from __future__ import annotations

import asyncio
import gc
import socket
import struct
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from bridge.osc import server as server_module
from bridge.osc.codec import MAX_PACKET_BYTES, decode, encode
from bridge.osc.framing import SizePrefixed, Slip
from bridge.osc.server import MAX_CONNECTIONS, serve
from engine.wire import StartFailed

WAIT_SECONDS = 60.0
PING = encode("/legato/ping", 1)
PONG = [("/legato/pong", (1, "here"))]


async def read_packets(reader: asyncio.StreamReader, count: int) -> list[Any]:
    """Read size-prefixed replies."""
    found = []
    for _ in range(count):
        head = await asyncio.wait_for(reader.readexactly(4), WAIT_SECONDS)
        found += decode(await reader.readexactly(struct.unpack(">I", head)[0]))
    return [(message.address, message.arguments) for message in found]


async def read_slip(reader: asyncio.StreamReader) -> list[Any]:
    """Read one SLIP reply."""
    end = b"\xc0"
    assert await asyncio.wait_for(reader.readexactly(1), WAIT_SECONDS) == end
    raw = await asyncio.wait_for(reader.readuntil(end), WAIT_SECONDS)
    (packet,) = Slip().feed(raw)
    return [(message.address, message.arguments) for message in decode(packet)]


async def closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the far end has closed."""
    try:
        while await asyncio.wait_for(reader.read(65_536), WAIT_SECONDS):
            pass
    except ConnectionError:
        pass
    return reader.at_eof() or reader.exception() is not None


def test_udp(live: Any) -> None:
    async def body(live: Any) -> None:
        assert await live.ping() == ("/pong", 5, "here")
        with await live.udp(b"", b"rubbish", PING) as client:
            codes = [await live.receive(client) for _ in range(3)]
            assert [code[:3] for code in codes[:2]] == [("/fail", 0, "bad_frame")] * 2
            assert codes[2] == ("/pong", 1, "here")

    live(body)


def test_the_largest_datagram_arrives(live: Any) -> None:
    async def body(live: Any) -> None:
        blob = bytes(65_504 - len(encode("/legato/render", 7, b"")))
        with await live.udp(encode("/legato/render", 7, blob), PING) as client:
            assert await live.receive(client) == ("/pong", 1, "here")
        assert live.door.calls[0].arguments["score"] == blob

    live(body)


def test_a_burst_fits_the_receive_buffer(live: Any) -> None:
    async def body(live: Any) -> None:
        assert live.server.receive_buffer_bytes > 0
        with await live.udp(*[encode("/legato/render", id, "a.mid") for id in range(250)]):
            while len(live.door.calls) < 250:
                assert await live.ping() == ("/pong", 5, "here")
        renders = [call.id for call in live.door.calls if call.command.address == "/render"]
        assert renders == list(range(250))

    live(body)


def test_hello_moves_the_replies(live: Any) -> None:
    async def body(live: Any) -> None:
        with await live.udp() as receiver:
            port = receiver.getsockname()[1]
            with await live.udp(encode("/legato/hello", "", port), PING) as sender:
                assert await live.receive(receiver) == ("/welcome", "9.9", "127.0.0.1", port)
                assert await live.receive(receiver) == ("/pong", 1, "here")
                with pytest.raises(BlockingIOError):
                    sender.recv(100)

    live(body)


@pytest.mark.parametrize("pieces", [1, 3, 1_000])
def test_tcp_with_size_prefixes(live: Any, pieces: int) -> None:
    async def body(live: Any) -> None:
        reader, writer = await live.tcp()
        data = SizePrefixed().wrap(PING) * 3
        step = max(1, len(data) // pieces)
        for start in range(0, len(data), step):
            writer.write(data[start : start + step])
            await writer.drain()
        assert await read_packets(reader, 3) == PONG * 3
        writer.close()

    live(body)


@pytest.mark.parametrize("skip", [0, 1])
def test_tcp_with_slip(live: Any, skip: int) -> None:
    async def body(live: Any) -> None:
        reader, writer = await live.tcp()
        writer.write(Slip().wrap(PING)[skip:] * 2)
        assert [await read_slip(reader), await read_slip(reader)] == [PONG, PONG]
        writer.close()

    live(body)


def test_a_score_of_a_megabyte_comes_over_tcp(live: Any) -> None:
    async def body(live: Any) -> None:
        reader, writer = await live.tcp()
        blob = bytes(MAX_PACKET_BYTES - len(encode("/legato/render", 7, b"")))
        writer.write(SizePrefixed().wrap(encode("/legato/render", 7, blob)))
        writer.write(SizePrefixed().wrap(PING))
        assert await read_packets(reader, 1) == PONG
        assert live.door.calls[0].arguments["score"] == blob
        writer.close()

    live(body)


@pytest.mark.parametrize(
    "start",
    [
        b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /legato/status HTTP/1.1\r\n\r\n",
        b"\xff\xff\xff\xff",
        b"\x00\x10\x00\x01",
        b"\x16\x03\x01\x02\x00\x01",
    ],
)
def test_what_is_no_osc_is_closed_at_once(live: Any, start: bytes) -> None:
    async def body(live: Any) -> None:
        reader, writer = await live.tcp()
        writer.write(start)
        assert await closed(reader)
        writer.close()
        assert await live.ping() == ("/pong", 5, "here")

    live(body)


def test_a_bad_packet_does_not_close_the_stream(live: Any) -> None:
    async def body(live: Any) -> None:
        reader, writer = await live.tcp()
        writer.write(SizePrefixed().wrap(b"rubbish!") + SizePrefixed().wrap(PING))
        fail, pong = await read_packets(reader, 2)
        assert fail[1][:2] == (0, "bad_frame")
        assert [pong] == PONG
        writer.close()

    live(body)


def test_a_thousand_slow_streams(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "FRAME_SECONDS", 0.2)

    async def body(live: Any) -> None:
        async def slowly() -> None:
            reader, writer = await live.tcp()
            writer.write(b"\0\0")
            assert await closed(reader)
            writer.close()

        async with asyncio.TaskGroup() as group:
            for number in range(1_000):
                group.create_task(slowly())
                if number % 100 == 0:
                    assert await live.ping() == ("/pong", 5, "here")
        reader, writer = await live.tcp()
        writer.write(SizePrefixed().wrap(PING))
        assert await read_packets(reader, 1) == PONG
        writer.close()

    live(body)


def test_silent_streams_make_room_for_others(live: Any) -> None:
    async def body(live: Any) -> None:
        idle = [await live.tcp() for _ in range(MAX_CONNECTIONS)]
        reader, writer = await live.tcp()
        writer.write(SizePrefixed().wrap(PING))
        assert await read_packets(reader, 1) == PONG
        assert await closed(idle[0][0])
        for _, other in idle:
            other.close()
        writer.close()

    live(body)


def test_speaking_streams_keep_theirs(live: Any) -> None:
    async def body(live: Any) -> None:
        speaking = [await live.tcp() for _ in range(MAX_CONNECTIONS)]
        for reader, writer in speaking:
            writer.write(SizePrefixed().wrap(PING))
            assert await read_packets(reader, 1) == PONG
        reader, late = await live.tcp()
        assert await closed(reader)
        late.close()
        for reader, writer in speaking:
            writer.write(SizePrefixed().wrap(PING))
            assert await read_packets(reader, 1) == PONG
            writer.close()

    live(body)


def test_a_client_that_does_not_read_is_closed(live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MAX_UNSENT_BYTES", 1 << 16)

    async def body(live: Any) -> None:
        _reader, writer = await live.tcp()
        writer.transport.pause_reading()
        writer.write(SizePrefixed().wrap(encode("/legato/schema", 1)) * 5_000)
        while not live.door.front.counters["connections too slow"]:
            assert await live.ping() == ("/pong", 5, "here")
        writer.transport.abort()

    live(body)


def test_calls_of_a_vanished_client_go_on(live: Any) -> None:
    async def body(live: Any) -> None:
        reader, writer = await live.tcp()
        render = SizePrefixed().wrap(encode("/legato/render", 7, "a.mid"))
        writer.write(render + SizePrefixed().wrap(PING))
        assert await read_packets(reader, 1) == PONG
        writer.transport.abort()
        assert await live.ping() == ("/pong", 5, "here")
        (call,) = [c for c in live.door.calls if c.command.address == "/render"]
        assert not call.ended
        call.done(1.0, 48_000, "x")
        assert call.ended

    live(body)


def test_a_future_bundle_does_not_hold_the_loop(live: Any, bundle: Callable[..., bytes]) -> None:
    async def body(live: Any) -> None:
        # The test's wall clock stands still; only the real timer decides when it runs.
        due = int((live.door.clock.wall_seconds + 0.2 + 2_208_988_800) * (1 << 32))
        with await live.udp(bundle(due, encode("/legato/ping", 9))) as client:
            assert await live.ping() == ("/pong", 5, "here")
            with pytest.raises(BlockingIOError):
                client.recv(100)
            live.door.clock.move(1.0)
            assert (await live.receive(client))[:2] == ("/late", 9)
            assert await live.receive(client) == ("/pong", 9, "here")

    live(body)


def test_a_taken_port_names_its_holder(door: Any) -> None:
    async def body() -> None:
        first = await serve("127.0.0.1", 0, door.front)
        try:
            with pytest.raises(StartFailed, match=f"port {first.port} is taken by .*process"):
                await serve("127.0.0.1", first.port, door.front)
        finally:
            await first.close()
        again = await serve("127.0.0.1", first.port, door.front)
        await again.close()

    asyncio.run(body())


def test_port_zero_finds_one_that_is_free_for_both(door: Any) -> None:
    async def body() -> None:
        server = await serve("localhost", 0, door.front)
        assert server.port > 0
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            loop = asyncio.get_running_loop()
            await asyncio.wait_for(
                loop.sock_connect(probe, ("127.0.0.1", server.port)), WAIT_SECONDS
            )
        await server.close()

    asyncio.run(body())


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_beyond_loopback_only_with_a_token(door: Any, guarded_door: Any, host: str) -> None:
    async def refused() -> None:
        with pytest.raises(StartFailed, match="token"):
            await serve(host, 0, door.front)

    async def allowed() -> None:
        server = await serve("0.0.0.0", 0, guarded_door.front)
        await server.close()

    asyncio.run(refused())
    asyncio.run(allowed())


@pytest.mark.parametrize("host", ["no.such.host.invalid", "x" * 300, "192.0.2.1"])
def test_a_host_that_is_not_here_is_one_clear_error(guarded_door: Any, host: str) -> None:
    async def body() -> None:
        with pytest.raises(StartFailed, match="cannot listen"):
            await serve(host, 0, guarded_door.front)

    asyncio.run(body())


@pytest.mark.parametrize("turns", range(6))
def test_closing_waits_for_nobody_who_comes_in_just_then(door: Any, turns: int) -> None:
    """Python 3.12 waits for every connection when it closes, also for one that came just now."""

    async def body() -> None:
        server = await serve("127.0.0.1", 0, door.front)
        with socket.create_connection(("127.0.0.1", server.port)):
            for _ in range(turns):
                await asyncio.sleep(0)
            await asyncio.wait_for(server.close(), WAIT_SECONDS)

    asyncio.run(body())
    # Who was accepted when nobody listened any more is left by asyncio to be collected.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
