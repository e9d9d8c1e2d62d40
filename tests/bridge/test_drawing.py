"""Pictures are drawn beside all else, and hold up nobody who leaves."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

from bridge import drawing
from bridge.drawing import Drawing
from engine.wire import StorageFailed


def test_the_latest_is_drawn_first_and_one_that_cannot_be_stored_is_passed_over() -> None:
    drawn: list[int] = []

    def full() -> None:
        raise StorageFailed("the disk is full")

    async def scene() -> None:
        pictures = Drawing()
        pictures.add(lambda: drawn.append(1))
        pictures.add(full)
        pictures.add(lambda: drawn.append(2))
        await pictures.close()
        pictures.add(lambda: drawn.append(3))
        await pictures.close()

    asyncio.run(scene())
    assert drawn == [2, 1, 3]


def test_whoever_leaves_waits_for_what_is_being_drawn_and_no_more() -> None:
    drawn: list[int] = []
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        assert may_end.wait(10.0)
        drawn.append(0)

    async def scene() -> None:
        pictures = Drawing()
        pictures.add(slow)
        await asyncio.to_thread(begun.wait, 10.0)
        pictures.add(lambda: drawn.append(1))
        leaving = asyncio.create_task(pictures.close(0.0))
        await asyncio.sleep(0.0)
        assert not leaving.done()
        asyncio.get_running_loop().call_later(0.05, may_end.set)
        await leaving

    asyncio.run(scene())
    assert drawn == [0]


def test_the_oldest_give_way_where_more_are_made_than_drawn() -> None:
    drawn: list[int] = []

    async def scene() -> None:
        pictures = Drawing()
        for number in range(drawing.MOST_WAITING + 50):
            pictures.add(partial(drawn.append, number))
        await pictures.close(10.0)

    asyncio.run(scene())
    assert drawn == [*reversed(range(50, drawing.MOST_WAITING + 50))]
