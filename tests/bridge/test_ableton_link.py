"""Ableton Link with another process in the session."""

from __future__ import annotations

import asyncio
import builtins
import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bridge.ableton_link import LinkSession
from bridge.following import Following
from bridge.transport import Transport
from engine.wire import StartFailed

WAIT_SECONDS = 120.0
RATE_HZ = 48_000
needs_link = pytest.mark.skipif(
    importlib.util.find_spec("aalink") is None, reason="needs the GPL-licensed aalink"
)

# Another member of the session: told a tempo, or asked for its beat at a time.
MEMBER = """
import asyncio, sys, time, aalink

async def main():
    link = aalink.Link(97.0)
    link.quantum = 4
    link.start_stop_sync_enabled = True
    link.enabled = True
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, _, value = line.strip().partition(" ")
        if word == "tempo":
            link.tempo = float(value)
        if word == "play":
            link.playing = bool(int(value))
        if word == "ask":
            took = 1.0
            while took > 0.001:  # One that is held up in between does not know when it read.
                now, beat = time.monotonic(), link.beat
                took = time.monotonic() - now
            print(link.num_peers, link.tempo, int(link.playing), now, beat, flush=True)

asyncio.run(main())
"""


class Member:
    """The other process."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", MEMBER]
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def tell(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def ask(self) -> list[float]:
        self.tell("ask")
        assert self.process.stdout is not None
        return [float(word) for word in self.process.stdout.readline().split()]


@pytest.fixture
def member() -> Iterator[Member]:
    found = Member()
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()
        for stream in (found.process.stdin, found.process.stdout):
            assert stream is not None
            stream.close()


def test_without_the_package_there_is_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "aalink":
            raise ImportError("No module named 'aalink'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StartFailed, match=r"legato\[link\]"):
        LinkSession(120, 4)


@needs_link
def test_tempo_start_and_beat_are_the_sessions(member: Member) -> None:
    async def scene() -> None:
        transport = Transport(RATE_HZ, lambda: round(time.monotonic() * RATE_HZ))
        following = Following(transport, lambda seconds: seconds * RATE_HZ)
        following.choose("link")

        async def until(condition: Any) -> None:
            async with asyncio.timeout(WAIT_SECONDS):
                while not condition():
                    following.tick(time.monotonic())
                    await asyncio.sleep(0.02)

        await until(lambda: following.leader == "link, 1 peers")
        member.tell("tempo 133")
        await until(lambda: abs(transport.tempo_bpm - 133) < 0.01)
        following.set_tempo(111)
        await until(lambda: abs(member.ask()[1] - 111) < 0.01)
        assert not transport.running
        following.play()
        await until(lambda: transport.running and member.ask()[2] == 1)
        _, _, _, now, beat = member.ask()
        following.tick(time.monotonic())
        mine = transport.beat_at(now * RATE_HZ)
        # Members count from where they like, and share where in the bar they are.
        apart = (mine - beat) % 4
        assert min(apart, 4 - apart) < 0.02
        member.tell("play 0")
        await until(lambda: not transport.running)
        following.close()

    asyncio.run(scene())
