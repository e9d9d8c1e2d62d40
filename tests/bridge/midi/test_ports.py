"""Ports without any: what is said where MIDI is not to be had, and when messages came."""

from __future__ import annotations

import asyncio
import builtins
import sys
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.ports import Ports
from bridge.midi.systems import Backends, list_inputs
from bridge.midi.watching import Arrivals
from engine.wire import StartFailed


def no_ports(*wanted: str) -> Ports:
    return Ports(wanted, lambda *_: None, lambda *_: None, lambda _: None)


def test_without_the_package_there_is_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "rtmidi":
            raise ImportError("No module named 'rtmidi'")
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "rtmidi", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StartFailed, match=r"legato\[midi\]"):
        list_inputs()


def test_a_system_that_is_not_built_in_is_named() -> None:
    pytest.importorskip("rtmidi", reason="needs python-rtmidi")
    other = "coremidi" if sys.platform != "darwin" else "winmm"
    with pytest.raises(StartFailed, match=other):
        Backends(other)  # type: ignore[arg-type]


def test_where_nothing_is_wanted_nothing_runs() -> None:
    async def scene() -> None:
        ports = no_ports()
        await ports.run()
        assert ports.names == ()
        await ports.close()

    asyncio.run(scene())


@given(
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, 0.02)), min_size=1, max_size=100),
    st.floats(-1e4, 1e4),
)
def test_messages_are_stamped_before_they_are_read_and_as_far_apart_as_they_came(
    events: list[tuple[float, float]], offset: float
) -> None:
    arrivals, came, last_read = Arrivals(), offset, -1e9
    for number, (passed, delay) in enumerate(events):
        came += passed if number else 0.0
        last_read = max(last_read, came + delay)
        stamp = arrivals.stamp(passed if number else 0.0, last_read)
        assert stamp <= last_read + 1e-6
        assert stamp >= came - 1e-6


def test_the_delay_of_reading_does_not_jitter_what_comes_steadily() -> None:
    arrivals = Arrivals()
    stamps = [arrivals.stamp(0.02 if n else 0.0, 0.02 * n + 0.005 * (n % 3)) for n in range(50)]
    gaps = [later - earlier for earlier, later in pairwise(stamps)]
    assert max(abs(gap - 0.02) for gap in gaps) < 1e-4


def test_time_that_the_library_loses_is_made_up_for() -> None:
    arrivals, now = Arrivals(), 0.0
    for number in range(200):  # Half of each span goes by with a message that was left out.
        now = 0.02 * number
        stamp = arrivals.stamp(0.01 if number else 0.0, now)
    assert now - stamp < 1.1
    for number in range(200, 400):
        now = 0.02 * number
        stamp = arrivals.stamp(0.02, now)
    assert stamp == pytest.approx(now, abs=1e-6)


def test_a_reader_that_was_held_up_still_knows_when_messages_came() -> None:
    arrivals = Arrivals()
    for number in range(100):
        arrivals.stamp(0.02 if number else 0.0, 0.02 * number)
    stamps = [arrivals.stamp(0.02, 10.0) for _ in range(300)]
    assert stamps == pytest.approx([0.02 * number for number in range(100, 400)])
