"""Takes' pictures: drawn one after the other beside all else, the latest take's first."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from engine.wire import LegatoError

LOG = logging.getLogger(__name__)
# Where takes are made faster than they are drawn, the oldest of so many goes without a picture.
MOST_WAITING = 256
PATIENCE_SECONDS = 2.0  # for what waits when the bridge leaves

# Draws one picture, in a thread; a LegatoError says that it cannot be stored.
Draw: TypeAlias = Callable[[], None]


class Drawing:
    """Lives on the event loop."""

    def __init__(self) -> None:
        self._waiting: deque[Draw] = deque(maxlen=MOST_WAITING)
        self._work: asyncio.Task[None] | None = None

    def add(self, draw: Draw) -> None:
        """Have a picture drawn before all that wait already."""
        self._waiting.append(draw)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._draw())

    async def close(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Let what waits be drawn for so long, and what is being drawn to its end."""
        if self._work is None:
            return
        await asyncio.wait({self._work}, timeout=patience_seconds)
        if self._waiting:
            LOG.info("%d takes are left without a picture", len(self._waiting))
            self._waiting.clear()
        await asyncio.gather(self._work, return_exceptions=True)

    async def _draw(self) -> None:
        """Draw until nothing waits; several at once would keep the loop from the interpreter."""
        while self._waiting:
            with contextlib.suppress(LegatoError):  # A picture is not worth a failure.
                await asyncio.to_thread(self._waiting.pop())
