"""The second thread: what it makes comes in order, its errors come out, and it gives way."""

from __future__ import annotations

import os
import sys
import threading

import pytest
import torch

from engine.models.house.companion import Companion
from engine.precedence import give_way_like

PATIENCE_SECONDS = 30.0


def test_half_of_what_is_mapped_is_done_beside_and_comes_in_order() -> None:
    meet = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def work(item: int) -> tuple[int, int]:
        if item in (0, 3):
            meet.wait()  # Only two threads at once get past it.
        return item, threading.get_ident()

    found = Companion().map(work, range(5))
    assert [item for item, _ in found] == [0, 1, 2, 3, 4]
    here = threading.get_ident()
    assert [thread == here for _, thread in found] == [True, True, True, False, False]


def test_few_items_need_nobody_else() -> None:
    companion = Companion()
    assert companion.map(str, []) == []
    assert companion.map(str, [1]) == ["1"]


@pytest.mark.parametrize("wrong", [0, 1])
def test_an_error_comes_out_wherever_it_was_made(wrong: int) -> None:
    def work(item: int) -> int:
        if item == wrong:
            raise LookupError(f"item {item}")
        return item

    companion = Companion()
    with pytest.raises(LookupError, match=f"item {wrong}"):
        companion.map(work, [0, 1])
    assert companion.map(work, [2, 3]) == [2, 3]


def test_nothing_goes_on_where_the_block_was_left_early() -> None:
    began, ended = threading.Event(), threading.Event()
    leave = threading.Event()

    def work() -> None:
        began.set()
        leave.wait(PATIENCE_SECONDS)
        ended.set()

    def give_up() -> None:
        with Companion().doing(work):
            assert began.wait(PATIENCE_SECONDS)
            leave.set()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        give_up()
    assert ended.is_set()


def test_it_computes_alone_and_without_gradients() -> None:
    with Companion().doing(lambda: (torch.get_num_threads(), torch.is_grad_enabled())) as found:
        pass
    assert found.result() == (1, False)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells threads apart")
def test_it_gives_way_as_the_thread_does_that_asks() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found: list[int] = []

    def ask() -> None:
        companion = Companion()
        with companion.doing(niceness) as before:
            pass
        own = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, own, niceness() + 3)
        with companion.doing(niceness) as after:
            found.extend((before.result(), niceness()))
        found.append(after.result())
        give_way_like(own)  # It is as nice as itself already.
        found.append(niceness())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    before, asked, after, unchanged = found
    assert before + 3 == asked == after == unchanged
