"""Who goes first: a thread of its own, so that nothing here changes the test run's own place."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

from engine import precedence

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell threads")
R = TypeVar("R")


def on_its_own(work: Callable[[], R]) -> R:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(60)


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@linux
def test_who_plays_goes_first_where_it_is_allowed_and_says_so() -> None:
    def play() -> tuple[bool, int, int]:
        allowed = precedence.take_precedence()
        return allowed, os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK, niceness()

    allowed, policy, nice = on_its_own(play)
    ahead = policy == os.SCHED_FIFO or nice == precedence.PLAY_NICENESS
    assert ahead == allowed
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


@linux
def test_where_nothing_is_allowed_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    monkeypatch.setattr(os, "setpriority", refuse)
    before = niceness()
    assert on_its_own(lambda: (precedence.take_precedence(), niceness())) == (False, before)


@linux
def test_who_renders_steps_back_and_never_forward() -> None:
    def render() -> tuple[int, int]:
        precedence.step_back(threading.get_native_id())
        once = niceness()
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
        precedence.step_back(threading.get_native_id())
        return once, niceness()

    assert on_its_own(render) == (max(niceness(), precedence.RENDER_NICENESS), 15)


def test_the_right_of_way_is_free_again_when_the_last_who_plays_has_done() -> None:
    way, gave = precedence.RightOfWay(), threading.Event()

    def render() -> None:
        way.give()
        gave.set()

    way.give()  # nobody plays
    with way.taken(), ThreadPoolExecutor(1) as pool:
        with way.taken():
            pass
        rendering = pool.submit(render)
        assert not gave.wait(precedence.WAIT_SECONDS / 4)
        rendering.result(60)  # one that hangs is not waited for
    way.give()


def test_the_right_of_way_is_free_again_when_what_was_played_broke() -> None:
    way = precedence.RightOfWay()
    with pytest.raises(RuntimeError), way.taken():
        raise RuntimeError("a model that breaks")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(way.give).result(60)
