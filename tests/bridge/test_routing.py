"""Channels that are played from the start."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.app import Bridge
from bridge.client import InProcessClient
from bridge.config import Config
from bridge.midi.instrument import PROGRAM
from bridge.routing import Route, Routes, numbers_of, read_route
from engine.loop import Loop
from engine.wire import StartFailed, Value

WAIT_SECONDS = 60


def test_a_route_is_channels_a_model_and_perhaps_a_program() -> None:
    assert read_route("1-9 house") == Route("1-9", "house")
    assert read_route(" 10,11  house 5 ") == Route("10,11", "house", 5)
    assert numbers_of("1-3,10") == [0, 1, 2, 9]


@pytest.mark.parametrize("text", ["", "house", "1 house x", "1 house 128", "1 house -1", "1 a 2 b"])
def test_what_is_no_route_is_refused(text: str) -> None:
    with pytest.raises(StartFailed, match="midi_channels"):
        read_route(text)


def test_programs_follow_once_the_job_is_accepted_and_each_route_begins_once() -> None:
    given: list[tuple[str, Sequence[Value]]] = []
    played: list[tuple[int, int]] = []

    def give(address: str, arguments: Sequence[Value]) -> int:
        given.append((address, arguments))
        return len(given)

    texts = ("1-2 house 48", "10 house")
    routes = Routes(texts, give, lambda status, one, two, at: played.append((status, one)))
    routes.begin()
    routes.begin()
    assert given == [
        ("/live/start", ["channels", "1-2", "model", "house"]),
        ("/live/start", ["channels", "10", "model", "house"]),
    ]
    assert played == []
    routes.hear("/accepted", 1)
    routes.hear("/accepted", 2)
    assert played == [(PROGRAM, 48), (PROGRAM | 1, 48)]
    routes.hear("/fail", 2)
    routes.begin()
    assert len(given) == 3


def test_the_configured_channels_are_live_when_the_engine_is_there(tmp_path: Path) -> None:
    async def scene() -> None:
        flags = {
            "takes_folder": tmp_path / "takes",
            "settings_folder": tmp_path,
            "port": 0,
            "midi_channels": ("1-9 house 48",),
        }
        bridge = Bridge(Config.load(flags, {}, tmp_path), InProcessClient(Loop()))
        begun = asyncio.Event()
        bridge.control.hearers.append(lambda status, one, two, at: begun.set())
        await bridge.start()
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await begun.wait()
            assert len(bridge.live) == 1
        finally:
            await bridge.stop()

    asyncio.run(scene())
