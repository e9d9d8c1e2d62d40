"""PortAudio as a way in, over JACK: what a program plays is what the input `device` hears."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.peer("jackd", "jack_wait")

ROOT = Path(__file__).parents[2]
RATE = 48_000
WAIT_SECONDS = 120.0

# Listens to the program "synth" until it is told to stop, and keeps what it heard: a process
# of its own, because PortAudio looks for JACK's clients once, when it is first imported.
LISTENER = """
    import asyncio, sys
    import numpy as np
    from bridge.listening import Inputs

    async def main(path):
        inputs = Inputs()
        options = {"device": "synth", "hostapi": "JACK", "channels": 2, "keep": 60.0}
        print(*await inputs.open("device", "desk", options), flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        np.save(path, inputs.recent("desk").samples)
        await inputs.close_all()

    asyncio.run(main(sys.argv[1]))
"""


class Synth:
    """A JACK client that is silent until it is told to play, and then once more."""

    def __init__(self, server: str, audio: np.ndarray) -> None:
        jack = pytest.importorskip("jack", reason="needs JACK-Client")
        self.client = jack.Client("synth", servername=server, no_start_server=True)
        self.go, self.rang_out = threading.Event(), threading.Event()
        self._audio, self._at, self._silent = audio, 0, 0
        self._ports = [self.client.outports.register(f"out_{side}") for side in (1, 2)]
        self.client.set_process_callback(self._process)

    def _process(self, frames: int) -> None:
        part = self._audio[self._at : self._at + frames] if self.go.is_set() else self._audio[:0]
        for channel, port in enumerate(self._ports):
            out = port.get_array()
            out[: len(part)], out[len(part) :] = part[:, channel], 0.0
        self._at += len(part)
        self._silent += self._at == len(self._audio)
        if self._silent * frames > RATE // 2:  # Longer than what is left out at the end.
            self.rang_out.set()


def test_what_a_program_plays_is_heard_bit_for_bit(jack_server: str, tmp_path: Path) -> None:
    audio = np.random.default_rng(6).uniform(-1, 1, (2 * RATE, 2)).astype(np.float32)
    synth, path = Synth(jack_server, audio), tmp_path / "heard.npy"
    environ = os.environ | {
        "JACK_DEFAULT_SERVER": jack_server,
        "JACK_NO_START_SERVER": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", textwrap.dedent(LISTENER), str(path)]
    with (
        synth.client,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True
        ) as listener,
    ):
        assert listener.stdin is not None
        assert listener.stdout is not None
        assert listener.stdout.readline().split() == [str(RATE), "2"]
        synth.go.set()
        assert synth.rang_out.wait(WAIT_SECONDS)
        listener.stdin.write("\n")
        listener.stdin.flush()
        assert listener.wait(WAIT_SECONDS) == 0
    heard = np.load(path)
    sounding = np.flatnonzero(heard.any(axis=1))
    assert np.array_equal(heard[sounding[0] : sounding[-1] + 1], audio)
