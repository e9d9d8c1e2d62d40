"""A second thread that computes beside the calling one, so that two cores render one window.

Both wait for each other without spinning, and what they compute is the same on any machine:
who does what is settled beforehand. Imports torch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch

from engine.precedence import give_way_like

Given = TypeVar("Given")
Made = TypeVar("Made")


class Companion:
    """One thread, which starts when it is first needed and ends with its owner."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "legato-companion", initializer=_settle)

    @contextmanager
    def doing(self, work: Callable[[], Made]) -> Iterator[Future[Made]]:
        """Do some work while the block runs; both have ended when the block is left."""
        doing = self._pool.submit(_do, work, threading.get_native_id())
        try:
            yield doing
        finally:
            doing.exception()

    def map(self, work: Callable[[Given], Made], items: Sequence[Given]) -> list[Made]:
        """Do the same with many items, half of them here; what comes is in their order.

        Raises: what `work` does.
        """
        middle = (len(items) + 1) // 2
        with self.doing(lambda: [work(item) for item in items[middle:]]) as others:
            own = [work(item) for item in items[:middle]]
        return own + others.result()


def _settle() -> None:
    torch.get_num_threads()  # Torch settles a thread's number when it is first asked for it.
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)


def _do(work: Callable[[], Made], asker_id: int) -> Made:
    give_way_like(asker_id)
    with torch.inference_mode():
        return work()
