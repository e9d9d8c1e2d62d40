"""A JACK client that plays and listens, and knows each event's frame on the server's clock."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
import pytest

from tests.calm import wait_for_calm

RATE_HZ = 48_000
WAIT_SECONDS = 60.0
ATTEMPTS = 6
CAPACITY_FRAMES = 600 * RATE_HZ
T = TypeVar("T")


class Studio:
    """Plays MIDI at `NAME:keys`, hears MIDI at `NAME:spy` and sound at `NAME:ear_1` and `_2`.

    Frames are JACK's own, `last_frame_time`, counted from the first cycle.
    """

    def __init__(self, server: str, name: str = "studio") -> None:
        jack = pytest.importorskip("jack", reason="needs JACK-Client")
        self.client = jack.Client(name, servername=server, no_start_server=True)
        self._refused: type[Exception] = jack.JackErrorCode
        self.xruns = 0
        self.frame = 0
        self.spied: list[tuple[int, bytes]] = []
        self.struck: list[tuple[int, bytes]] = []
        self._first_frame = -1
        self._sound = np.zeros((CAPACITY_FRAMES, 2), np.float32)
        self._planned: list[tuple[int, bytes]] = []
        self._turned = threading.Condition()
        self._keys = self.client.midi_outports.register("keys")
        self._spy = self.client.midi_inports.register("spy")
        self._ears = [self.client.inports.register(f"ear_{side}") for side in (1, 2)]
        self.client.set_process_callback(self._process)
        self.client.set_xrun_callback(self._count)
        self.client.activate()

    def plan(self, events: Iterable[tuple[int, bytes]]) -> None:
        """Play messages at their frames, which are in order; one that is past is played at once."""
        self._planned = [*self._planned, *events]

    def connect(self, source: str, target: str) -> None:
        """Join two ports by a part of each one's name, once both are there."""
        found: list[list[Any]] = []

        def both() -> bool:
            found[:] = [
                [port for port in self.client.get_ports(is_output=True) if source in port.name],
                [port for port in self.client.get_ports(is_input=True) if target in port.name],
            ]
            return all(found)

        self.until(both)
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(self._refused):  # Ports come before their client is active.
                self.client.connect(found[0][0], found[1][0])
                return
            frame = self.frame
            self.until(lambda then=frame: self.frame > then)
        pytest.fail(f"{source} would not be connected to {target}")

    def listen(self, left: str, right: str) -> None:
        """Hear two ports, once they are there."""
        for source, ear in ((left, "ear_1"), (right, "ear_2")):
            self.connect(source, f"{self.client.name}:{ear}")

    def undisturbed(
        self,
        scene: Callable[[], T],
        elsewhere: Callable[[], int] = int,
        attempts: int = ATTEMPTS,
    ) -> T:
        """Return what a scene gives; one that failed while JACK lost its beat may try again.

        It does so when the machine keeps time. `elsewhere` counts how often another server did.
        """
        for _ in range(attempts - 1):
            xruns = self.xruns + elsewhere()
            try:
                return scene()
            except AssertionError:
                if self.xruns + elsewhere() == xruns:
                    raise
                wait_for_calm()
        return scene()

    def until(self, condition: Callable[[], object]) -> None:
        """Wait for what must come true, looking once a cycle."""
        with self._turned:
            assert self._turned.wait_for(condition, WAIT_SECONDS), self._state()

    @property
    def sound(self) -> np.ndarray:
        """All that was heard, `[frames, 2] float32`."""
        return self._sound[: self.frame]

    def _state(self) -> str:
        ports = [port.name for port in self.client.get_ports()]
        return f"it never came true; at frame {self.frame}, with {ports}"

    def close(self) -> None:
        """Leave the server."""
        self.client.deactivate()
        self.client.close()

    def _process(self, frames: int) -> None:
        now = self.client.last_frame_time
        if self._first_frame < 0:
            self._first_frame = now
        frame = now - self._first_frame
        self._keys.clear_buffer()
        while self._planned and self._planned[0][0] < frame + frames:
            planned, message = self._planned.pop(0)
            offset = max(0, planned - frame)
            self._keys.write_midi_event(offset, message)
            self.struck.append((frame + offset, message))
        for offset, data in self._spy.incoming_midi_events():
            self.spied.append((frame + offset, bytes(data)))
        for side, ear in enumerate(self._ears):
            block = self._sound[frame : frame + frames, side]
            block[:] = ear.get_array()[: len(block)]
        with self._turned:
            self.frame = frame + frames
            self._turned.notify_all()

    def _count(self, delay_microseconds: float) -> None:
        self.xruns += 1
