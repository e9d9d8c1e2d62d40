"""A line: from a stream's blocks to packets that leave one by one, each in its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from bridge.net.pacing import Pacer
from bridge.precedence import go_first
from bridge.ring import Audio, Ring
from bridge.sinks.base import Stats
from engine.wire import LegatoError

_SPARE_SECONDS = 1.0  # Room for what comes at once after a stall.
_IDLE_SECONDS = 1.0


class Line:
    """A bounded ring, and a thread that gives packets of it to `send` as they fall due.

    What finds no room in the ring is lost and counted; `write` never waits.
    """

    def __init__(
        self,
        rate_hz: int,
        channels: int,
        packet_frames: int,
        buffer_seconds: float,
        send: Callable[[Audio], None],
        stats: Stats,
    ) -> None:
        """Start the thread; `send` takes up to `[packet_frames, channels] float32`."""
        self._ring = Ring(round((buffer_seconds + _SPARE_SECONDS) * rate_hz), channels)
        self._pacer = Pacer(rate_hz, packet_frames, round(buffer_seconds * rate_hz))
        self._packet = np.zeros((packet_frames, channels), np.float32)
        self._send = send
        self._stats = stats
        self._error: LegatoError | None = None
        self._came = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self._thread.start()

    def write(self, block: Audio) -> None:
        """Take `[frames, channels] float32`. Raises: LegatoError when `send` failed."""
        if self._error is not None:
            raise self._error
        self._stats.lost_frames += len(block) - self._ring.write(block)
        self._came.set()

    def close(self) -> None:
        """Send what waits, at the pace it has, and end the thread; once only."""
        self._closing = True
        self._came.set()
        self._thread.join()

    def _run(self) -> None:
        go_first()
        try:
            while not (self._closing and self._ring.level < len(self._packet)):
                self._turn()
            if self._ring.level:
                self._send_packet(self._ring.level)
        except LegatoError as error:
            self._error = error

    def _turn(self) -> None:
        """Send the next packet, or wait for it to be due or to be there."""
        self._came.clear()
        wait_seconds = self._pacer.wait_seconds(time.monotonic(), self._ring.level)
        if wait_seconds is None:
            if self._closing:  # No more is coming: what is there need not fill the buffer.
                self._send_packet(len(self._packet))
            else:
                self._came.wait(_IDLE_SECONDS)
        elif wait_seconds > 0:
            time.sleep(wait_seconds)
        else:
            self._send_packet(len(self._packet))

    def _send_packet(self, frames: int) -> None:
        packet = self._packet[:frames]
        self._ring.read_into(packet)
        self._send(packet)
        self._pacer.sent(time.monotonic(), self._ring.level)
        self._stats.underruns = self._pacer.underruns
        self._stats.late_frames = self._pacer.late_frames
