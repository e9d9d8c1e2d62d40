"""Live jobs: what is played goes to each of them, and on as chunks to the engine."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import TypeAlias

from bridge.client import EngineClient
from bridge.live_job import LiveJob
from bridge.player import Player
from bridge.precedence import precedence
from bridge.requests import Requests
from bridge.ticket import Ticket
from engine.wire import NotFound

# Topic, address without the root, arguments: as the notifier takes them.
Publish: TypeAlias = Callable[..., None]

CONTROL = 0xB0
PANIC = ((64, 0), (66, 0), (120, 0), (121, 0), (123, 0))  # Pedals up, sound off, reset, keys up.


class Live:
    """Every live job under way; lives on the event loop."""

    def __init__(
        self, engine: EngineClient, requests: Requests, player: Player, publish: Publish
    ) -> None:
        self._engine, self._requests, self._player = engine, requests, player
        self._publish = publish
        self._jobs: dict[str, LiveJob] = {}
        self._while_played = contextlib.ExitStack()

    def __len__(self) -> int:
        return len(self._jobs)

    def midi(self, status: int, data1: int, data2: int, arrival_seconds: float) -> None:
        """Play a channel message, which came at that moment of the monotonic clock.

        Bytes that are none are let be; a message of one data byte has 0 in `data2`.
        """
        for job in self._jobs.values():
            job.hear(status, data1, data2, arrival_seconds)
        self._player.midi(status, data1, data2)

    def panic(self) -> None:
        """Silence every note of every job, and set the controllers back."""
        now_seconds = time.monotonic()
        for channel in range(16):
            for number, value in PANIC:
                self.midi(CONTROL | channel, number, value, now_seconds)

    async def perform(self, ticket: Ticket, channels: frozenset[int], keep_seconds: float) -> None:
        """Carry out a live job until it ends.

        It hears `channels` (0 to 15); the first `keep_seconds` of its audio are kept.
        """
        job = LiveJob(
            ticket,
            self._engine,
            self._requests,
            self._player,
            self._publish,
            channels=channels,
            keep_seconds=keep_seconds,
        )
        if not self._jobs:
            self._while_played.enter_context(precedence())
        self._jobs[ticket.take.id] = job
        try:
            await job.run()
        finally:
            del self._jobs[ticket.take.id]
            if not self._jobs:
                self._while_played.close()

    def stop(self, take_id: str) -> None:
        """Let a live job end well after the chunk that is being played. Raises: NotFound."""
        if take_id not in self._jobs:
            raise NotFound(
                f"no live job {take_id[:40]!r} is under way; give the id of its /live/start"
            )
        self._jobs[take_id].stop()
