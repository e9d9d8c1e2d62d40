"""Work for an audio system, which may hang with its server: done on a thread of its own.

No pool's thread: the process would wait for one that hangs before it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar, cast

from engine.wire import StartFailed

T = TypeVar("T")


def patiently(
    work: Callable[[], T], seconds: float, what: str, undo: Callable[[T], object] | None = None
) -> T:
    """Return what some work gives; what comes of it after `seconds` is undone.

    Raises: StartFailed, where it takes longer; else what the work raises.
    """
    results: list[T] = []
    errors: list[BaseException] = []
    settling, is_over = threading.Lock(), threading.Event()
    is_left = False

    def go() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            errors.append(error)
        with settling:
            is_over.set()
            too_late = is_left
        if too_late and results and undo is not None:
            undo(results[0])

    threading.Thread(target=go, name=what, daemon=True).start()
    is_over.wait(seconds)
    with settling:
        is_left = not is_over.is_set()
    if is_left:
        raise StartFailed(
            f"{what} takes more than {seconds:g} s: the audio system does not answer. Is its "
            "server stopped? Let it go on, or start it again"
        )
    if errors:
        raise errors[0]
    return results[0]


async def apart(work: Callable[[], T]) -> T:
    """Return what some work gives, while the event loop goes on. Raises: what it raises."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(cast(T, result))

    def go() -> None:
        result, failure = None, None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            failure = error
        with contextlib.suppress(RuntimeError):  # The loop has ended, nobody waits.
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=go, name="apart", daemon=True).start()
    return await done
