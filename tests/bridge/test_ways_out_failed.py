"""A sink that fails, told late: while others of its name are closed, opened, or just opening."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import numpy as np

from bridge.app import Bridge
from engine.wire import LegatoError, UnknownSink
from tests.bridge.scenes import Client, run

TURNS = 100  # of the event loop, within which an opening has begun


def test_a_sink_that_failed_can_be_closed_or_opened_anew_at_once(tmp_path: Path) -> None:
    """Also before it is told, which is when the last that it got would have been heard."""

    async def fail(bridge: Bridge) -> None:
        def broken(first_frame: int, block: np.ndarray) -> None:
            raise LegatoError("it is broken")

        bridge.player.outlets[0].sink.write = broken  # type: ignore[method-assign]
        async with asyncio.timeout(10):
            while bridge.player.outlets:
                bridge.player.pump()
                await asyncio.sleep(0)

    async def scene(bridge: Bridge, client: Client) -> None:
        client.send("/legato/notify", 1, "sinks")
        await bridge.ways_out.open("null", "null", {})
        await fail(bridge)
        await bridge.ways_out.close("null")
        await bridge.ways_out.open("null", "null", {})
        await fail(bridge)
        await bridge.ways_out.open("null", "null", {})
        await client.until(
            "/legato/sink/failed", None, lambda _: len(client.heard("/legato/sink/failed")) == 2
        )
        assert [row[:2] for row in bridge.ways_out.rows()] == [("null", "null")]
        await bridge.ways_out.close("null")

    run(tmp_path, scene)


def test_a_failure_that_is_told_while_another_of_its_name_opens_is_not_that_ones(
    tmp_path: Path,
) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        opening = asyncio.create_task(bridge.ways_out.open("null", "null", {}))
        for _ in range(TURNS):
            if not is_known(bridge, "null"):
                await asyncio.sleep(0)
        bridge.ways_out.failed("null", "so did the one before it")
        await opening
        assert [row[:2] for row in bridge.ways_out.rows()] == [("null", "null")]
        await bridge.ways_out.close("null")

    run(tmp_path, scene)


def is_known(bridge: Bridge, name: str) -> bool:
    """Say whether a sink of that name is there, or opens."""
    with contextlib.suppress(UnknownSink):
        return bridge.ways_out.file(name) == ("", "")
    return False
