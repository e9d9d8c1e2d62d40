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

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell threads")
R = TypeVar("R")


def on_its_own(work: Callable[[], R]) -> R:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(60)


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_who_plays_goes_first_where_it_is_allowed_and_says_so() -> None:
    def play() -> tuple[bool, int, int]:
        allowed = precedence.take_precedence()
        return allowed, os.sched_getscheduler(0) & ~os.SCHED_RESET_ON_FORK, niceness()

    allowed, policy, nice = on_its_own(play)
    ahead = policy == os.SCHED_FIFO or nice == precedence.PLAY_NICENESS
    assert ahead == allowed
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_where_nothing_is_allowed_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    monkeypatch.setattr(os, "setpriority", refuse)
    before = niceness()
    assert on_its_own(lambda: (precedence.take_precedence(), niceness())) == (False, before)


def test_who_renders_steps_back_and_never_forward() -> None:
    def render() -> tuple[int, int]:
        precedence.step_back(threading.get_native_id())
        once = niceness()
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)
        precedence.step_back(threading.get_native_id())
        return once, niceness()

    assert on_its_own(render) == (max(niceness(), precedence.RENDER_NICENESS), 15)
