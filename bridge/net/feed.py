"""Blocks of sound on their way to a thread that waits for sockets: bounded, never in the way."""

from __future__ import annotations

import selectors
import threading
from collections import deque
from collections.abc import Callable, Iterator

from bridge.net.outbox import Waker
from bridge.net.pcm import Audio
from engine.wire import LegatoError

_QUEUED_BLOCKS = 200


class Feed:
    """A thread of its own, the selector in which it waits, and the blocks that wake it."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        """Name the thread and what it does: it asks for `ready` and `blocks` again and again."""
        self.selector = selectors.DefaultSelector()
        self._name = name
        self._blocks: deque[Audio | None] = deque()
        self._waker = Waker()
        self._thread = threading.Thread(target=work, name=name, daemon=True)

    def start(self) -> None:
        """Let the thread begin."""
        self.selector.register(self._waker, selectors.EVENT_READ)
        self._thread.start()

    def offer(self, block: Audio) -> bool:
        """Queue `[frames, channels] float32`, or return false where there is no room for it.

        Raises: LegatoError when the thread has ended.
        """
        if not self._thread.is_alive():
            raise LegatoError(f"the {self._name}'s thread has ended: open the sink again")
        if len(self._blocks) >= _QUEUED_BLOCKS:
            return False
        self._blocks.append(block)
        self._waker.wake()
        return True

    def ready(
        self, most_seconds: float | None = None
    ) -> Iterator[tuple[selectors.SelectorKey, int]]:
        """Wait until a block came or a socket is ready, and yield the sockets that are."""
        for key, events in self.selector.select(most_seconds):
            if key.fileobj is self._waker:
                self._waker.hush()
            else:
                yield key, events

    def blocks(self) -> Iterator[Audio | None]:
        """Yield, in the thread, the blocks that wait; the last of all is None."""
        while self._blocks:
            yield self._blocks.popleft()

    def end(self) -> None:
        """Have the thread work off what waits, and wait until it has."""
        if self._thread.is_alive():
            self._blocks.append(None)
            self._waker.wake()
            self._thread.join()

    def close(self) -> None:
        """Close the selector, when all that it waited for is closed."""
        self.selector.close()
        self._waker.close()
