"""A live job of whole windows on a machine too slow for them: a draft, told, from the first on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from engine.discovery import Models
from engine.loop import Loop
from engine.models.base import Audio, Tick
from engine.wire import MidiEvent, ModelSpec, Request, TooLate
from tests.bridge.scenes import OnlyPlayed, samples_of, serving
from tests.bridge.test_live_faults import windows_after

RATE_HZ, FRAMES = 48_000, 19_200
STEP_SECONDS = 0.05
STEPS = (100, 1)  # Of 0.4 s; all of them would take five.


class Weaver:
    """Plays windows as loud as the effort given; each step takes its time."""

    chunk_frames = FRAMES
    efforts = ("full", "draft", "hold")

    def play(self, events: Sequence[MidiEvent], effort: int, tick: Tick) -> Audio:
        if effort == len(STEPS):
            return np.zeros((FRAMES, 2), np.float32)
        try:
            for step in range(STEPS[effort]):
                tick(step / STEPS[effort])
                time.sleep(STEP_SECONDS)
        except TooLate:
            return self.play(events, effort + 1, tick)
        return np.full((FRAMES, 2), 1.0 / 2.0 ** (1 + effort), np.float32)

    def follow(self, tick: Tick) -> None:
        """Nothing follows."""


class WeaverModel(OnlyPlayed):
    """A model that is only played."""

    spec: ClassVar[ModelSpec] = ModelSpec("weaver", RATE_HZ, 2, FRAMES, 0, ("live", "generate"))

    def live(self, request: Request) -> Weaver:
        return Weaver()


def test_a_window_that_would_come_too_late_is_a_draft_and_that_is_told(tmp_path: Path) -> None:
    async def scene() -> str:
        loop = Loop(Models({"weaver": WeaverModel}))
        async with serving(tmp_path, loop, model="weaver") as (_, client):
            client.send("/legato/notify", 1, "live", "jobs")
            client.send("/legato/live/start", 7, "model", "weaver")
            _, effort, behind_seconds = await client.until("/legato/live/late", None, bool)
            assert effort == "draft"
            assert behind_seconds > 1.0
            await windows_after(client, 7, 4.0)
            client.send("/legato/live/stop", 7)
            path = (await client.wait("/legato/done", 7))[3]
            assert not client.heard("/legato/fail")
            return str(path)

    audio = samples_of(asyncio.run(scene()))
    assert (audio[:FRAMES] == 0.25).all()
    assert np.mean(audio == 0.25) > 0.8
