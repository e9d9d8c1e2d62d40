"""Who goes first in the bridge, on a thread of its own so that the test run keeps its place."""

from __future__ import annotations

import gc
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge import precedence

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell threads")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_it_lasts_as_long_as_something_is_played() -> None:
    def play() -> tuple[int, int, int, int]:
        before = niceness()
        with precedence.precedence():
            during, frozen = niceness(), gc.get_freeze_count()
        return before, during, frozen, niceness()

    with ThreadPoolExecutor(1) as pool:
        before, during, frozen, after = pool.submit(play).result(60)
    assert during in (precedence.NICENESS, before)  # The system may not allow it.
    assert frozen > 0
    assert (after, gc.get_freeze_count()) == (before, 0)


def test_where_it_is_not_allowed_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", refuse)
    before = niceness()
    with precedence.precedence():
        assert niceness() == before
