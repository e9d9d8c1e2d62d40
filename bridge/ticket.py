"""What a client asks for, and a request under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeAlias

from bridge.client import Lost
from bridge.conversion import Sound
from bridge.events import Ending, Event
from bridge.stem_files import Stems
from bridge.stream import Voice
from bridge.take import Take
from bridge.wav import Audio
from engine.wire import AnyToBridge, Request

# A window's audio, and its stems where it has any.
Sounding: TypeAlias = tuple[Audio, Stems | None]
INBOX_MESSAGES = 8


def weight_of(request: Request) -> int:
    """Return how many notes and moves of controllers a request's scores have."""
    scores = (request.score, *request.source_scores)
    return sum(len(s.notes) + len(s.controls) + len(s.bends) for s in scores if s is not None)


@dataclass(frozen=True)
class Ask:
    """What a client asks for: a request, where it came from, and whether it is to be heard.

    With `parent` the windows before `request.from_window` are that take's. `sources` are the
    audio to work on, at any rate; `warnings` say what was guessed to read the score.
    `put_in_place` is called with the voice before it sounds. `perform` carries the request out
    and ends it, where that is not done window by window.
    """

    request: Request
    title: str = ""
    midi: bytes = b""
    client: str = ""
    client_id: int = 0
    plays: bool = True
    parent: Take | None = None
    sources: tuple[Sound, ...] = ()
    warnings: tuple[str, ...] = ()
    put_in_place: Callable[[Voice], None] | None = None
    perform: Callable[[Ticket], Coroutine[None, None, None]] | None = None


@dataclass
class Ticket:
    """A request under way; its events come in order, and the last one is its ending.

    What the engine says of it goes to `direct`, where that is set, at once; else into `inbox`.
    `eta_seconds` is what was expected when it came; its first window came at `first_came_seconds`.
    """

    take: Take
    request: Request
    plays: bool
    cancelled: bool = False
    broken: bool = False
    attempts: int = 0
    eta_seconds: float = 0.0
    first_came_seconds: float | None = None
    voice: Voice | None = None
    put_in_place: Callable[[Voice], None] | None = None
    direct: Callable[[AnyToBridge | Lost, memoryview], None] | None = None
    inbox: asyncio.Queue[tuple[AnyToBridge | Lost, memoryview]] = field(
        default_factory=lambda: asyncio.Queue(INBOX_MESSAGES)
    )
    heard: asyncio.Queue[tuple[int, Sounding | None] | None] = field(default_factory=asyncio.Queue)
    outbox: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)

    @property
    def unheard_frames(self) -> int:
        """Sample frames at the beginning that are not played: a continuation's own source."""
        return self.request.source_frames[0] if self.request.operation == "continue" else 0

    async def tell(self, message: AnyToBridge | Lost, payload: memoryview) -> None:
        """Hand on what the engine says of the request; waits while too much does already."""
        if self.direct is not None:
            self.direct(message, payload)
        else:
            await self.inbox.put((message, payload))

    async def events(self) -> AsyncIterator[Event]:
        """Yield what happens to the request, up to and with its ending."""
        while True:
            event = await self.outbox.get()
            yield event
            if isinstance(event, Ending):
                return


def sounding(take: Take, window: int) -> Sounding:
    """Return what a take holds of a window. Raises: LegatoError."""
    return take.read_window(window), take.read_stems(window)
