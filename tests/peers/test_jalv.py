"""jalv, a host of LV2 plug-ins: an A that it plays over JACK is what `live` holds, in tune."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from bridge.listening import Inputs

pytestmark = pytest.mark.peer("jalv", "jackd", "jack_wait")

PIANO = "http://drobilla.net/plugins/mda/Piano"
RATE = 48_000
A4, A4_HZ = 69, 440.0
TOLERANCE_HZ = 3.0
WAIT_SECONDS = 60.0


class Keys:
    """A JACK client that strikes one key of whatever takes MIDI, once it is told to."""

    def __init__(self, server: str) -> None:
        jack = pytest.importorskip("jack", reason="needs JACK-Client")
        self.client = jack.Client("keys", servername=server, no_start_server=True)
        self.go, self.rang = threading.Event(), threading.Event()
        self._frames = 0
        self._port = self.client.midi_outports.register("out")
        self.client.set_process_callback(self._process)

    def _process(self, frames: int) -> None:
        self._port.clear_buffer()
        if not self.go.is_set():
            return
        if self._frames == 0:
            self._port.write_midi_event(0, (0x90, A4, 100))
        self._frames += frames
        if self._frames > RATE:
            self.rang.set()

    def wait_for(self, name: str) -> Any:
        """Connect to the MIDI input of a client, once it is there."""
        pause = threading.Event()
        for _ in range(int(WAIT_SECONDS / 0.05)):
            if ports := self.client.get_ports(f"{name}:", is_midi=True, is_input=True):
                self.client.connect(self._port, ports[0])
                return
            pause.wait(0.05)
        pytest.fail(f"{name} never had a MIDI input")


@pytest.fixture
def jalv(jack_server: str) -> Iterator[str]:
    """The piano in jalv; its name as a JACK client."""
    environ = os.environ | {"JACK_DEFAULT_SERVER": jack_server, "JACK_NO_START_SERVER": "1"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        ["jalv", "-n", "piano", PIANO],
        env=environ,
        stdin=subprocess.PIPE,  # jalv ends where its input does.
        stdout=quiet,
        stderr=quiet,
    )
    yield "piano"
    process.communicate(b"quit\n", timeout=WAIT_SECONDS)


def test_what_jalv_plays_is_live_and_in_tune(jack_server: str, jalv: str) -> None:
    keys = Keys(jack_server)

    async def scene() -> np.ndarray:
        inputs = Inputs()
        await inputs.open("jack", "piano", {"server": jack_server, "ports": jalv})
        try:
            keys.go.set()
            assert await asyncio.to_thread(keys.rang.wait, WAIT_SECONDS)
            return inputs.recent("").samples
        finally:
            await inputs.close_all()

    with keys.client:
        keys.wait_for(jalv)
        heard = asyncio.run(scene())
        keys.client.deactivate()
    start = int(np.flatnonzero(np.abs(heard).max(axis=1) > 0.01)[0])
    part = heard[start : start + RATE // 2].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 8 * RATE))
    assert np.argmax(spectrum) / 8 == pytest.approx(A4_HZ, abs=TOLERANCE_HZ)
