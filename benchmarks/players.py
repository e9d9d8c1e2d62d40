"""What the measurements of live play hear with: a JACK server without hardware, and a player."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.spine import PATIENCE_SECONDS
from benchmarks.stops import may_be_realtime

RATE_HZ = 48_000
KEEP_SECONDS = 2.0


class Player:
    """A JACK client that strikes and listens; frames are the server's."""

    def __init__(self, server: str) -> None:
        import jack

        self._client = jack.Client("player", servername=server, no_start_server=True)
        self._ear = self._client.inports.register("ear")
        self.keys = self._client.midi_outports.register("keys")
        self._ring = np.zeros(round(KEEP_SECONDS * RATE_HZ), np.float32)
        self.heard_until = 0
        self.xruns = 0
        self._strikes: list[tuple[int, ...]] = []
        self._struck: list[int] = []
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._count)
        self._client.activate()

    def _count(self, delay_microseconds: float) -> None:
        self.xruns += 1

    def _process(self, frames: int) -> None:
        frame = self._client.last_frame_time
        self.keys.clear_buffer()
        while self._strikes:
            self.keys.write_midi_event(0, self._strikes.pop(0))
            self._struck.append(frame)
        place = np.arange(frame, frame + frames) % len(self._ring)
        self._ring[place] = self._ear.get_array()
        self.heard_until = frame + frames

    def listen(self) -> None:
        """Hear the left channel of what Legato plays."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            ports = self._client.get_ports(is_audio=True, is_output=True)
            mine = [p for p in ports if not p.name.startswith(("system:", "player:"))]
            if mine:
                self._client.connect(mine[0], self._ear)
                return
            time.sleep(0.05)
        raise RuntimeError("Legato opened no JACK port")

    def strike_midi(self, message: tuple[int, ...]) -> int:
        """Send a message at the next cycle and return its frame."""
        self._struck.clear()
        self._strikes.append(message)
        while not self._struck:
            time.sleep(0.001)
        return self._struck[0]

    @property
    def frame(self) -> int:
        """The frame of this moment."""
        return int(self._client.frame_time)

    def heard(self, first: int, last: int) -> np.ndarray[Any, Any]:
        """Return what was heard between two frames, once it was."""
        while self.heard_until < last:
            time.sleep(0.002)
        return np.asarray(self._ring[np.arange(first, last) % len(self._ring)])

    def close(self) -> None:
        """Leave the server."""
        self._client.deactivate()
        self._client.close()


@contextlib.contextmanager
def jack_server(period_frames: int) -> Iterator[str]:
    """Run a JACK server without hardware, in real time where that is allowed, as players do."""
    name = f"legato-{secrets.token_hex(4)}"
    way = ["-R", "-P", "10", "-m"] if may_be_realtime() else ["-r"]
    command = ["jackd", "-n", name, *way, "-d", "dummy", "-r", str(RATE_HZ)]
    with subprocess.Popen(
        [*command, "-p", str(period_frames)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            subprocess.run(["jack_wait", "-s", name, "-w", "-t", "60"], check=True)
            yield name
        finally:
            process.terminate()
