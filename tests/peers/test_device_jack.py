"""JACK as a client: what the device sink plays is what JACK gets."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.peer("jackd", "jack_wait")

ROOT = Path(__file__).parents[2]
RATE = 48_000
CAPACITY = 60 * RATE

# Plays the samples in a file over JACK, once it is told to: a process of its own, because
# PortAudio looks for JACK once, when it is first imported.
PLAYER = """
    import asyncio, sys
    import numpy as np
    from bridge.player import Player
    from bridge.sinks.base import check_options, find_sink
    from bridge.stream import Stream, VoiceEnded

    class DeviceClock:
        # Time as the server has it, which is slow on a busy machine, so that nothing is lost.

        def __init__(self, sink):
            self.sink = sink

        def now(self):
            return (self.sink.stats.frames - self.sink.surplus_frames()) / self.sink.rate_hz

        async def sleep(self, seconds):
            await asyncio.sleep(seconds)

    async def main(path, rate_hz):
        audio = np.load(path)
        stream = Stream(rate_hz)
        sink = find_sink("device")()
        options = {"device": "system", "hostapi": "JACK", "buffer_seconds": 0.5}
        sink.open("main", check_options("device", options), rate_hz, 2)
        print(sink.rate_hz, flush=True)
        sys.stdin.readline()
        player = Player(stream, DeviceClock(sink))
        player.attach("main", sink)
        pump = asyncio.create_task(player.run())
        voice = stream.open_voice("job", rate_hz, 2)
        for window, part in enumerate(np.array_split(audio, 7)):
            voice.write(part, window)
        voice.end()
        while not isinstance(await player.events.get(), VoiceEnded):
            pass
        pump.cancel()
        await player.close()
        stats = sink.stats
        print(voice.underruns, stats.lost_frames, flush=True)

    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


class Recorder:
    """Keeps what comes in at two JACK ports, and when its last block began."""

    def __init__(self, server: str) -> None:
        jack = pytest.importorskip("jack", reason="needs JACK-Client")
        self.client = jack.Client("recorder", servername=server, no_start_server=True)
        self.xruns = 0
        self.frames = 0
        self._samples = np.zeros((CAPACITY, 2), np.float32)
        self._came = threading.Condition()
        self._inputs = [self.client.inports.register(f"in_{side}") for side in (1, 2)]
        self.client.set_process_callback(self._process)
        self.client.set_port_registration_callback(self._notice)

    def _process(self, frames: int) -> None:
        block = self._samples[self.frames : self.frames + frames]
        for channel, port in enumerate(self._inputs):
            block[:, channel] = port.get_array()[: len(block)]
        self.frames += len(block)

    def _notice(self, port: Any, register: bool) -> None:
        with self._came:
            self._came.notify_all()

    def connect(self) -> None:
        """Connect both ports to PortAudio's, once it has them."""
        with self._came:
            assert self._came.wait_for(lambda: len(self._outputs()) == 2, 60)
        for source, target in zip(self._outputs(), self._inputs, strict=True):
            self.client.connect(source, target)

    def _outputs(self) -> list[Any]:
        return self.client.get_ports("PortAudio:out", is_audio=True, is_output=True)

    @property
    def audio(self) -> np.ndarray:
        """What was heard, from the first sample that is not silent."""
        heard = self._samples[: self.frames]
        sounding = np.flatnonzero(heard.any(axis=1))
        assert len(sounding), "nothing was heard"
        return heard[sounding[0] : sounding[-1] + 1]


@contextmanager
def recording(server: str) -> Iterator[Recorder]:
    recorder = Recorder(server)
    with recorder.client:
        yield recorder
        recorder.client.deactivate()


def heard_over_jack(server: str, folder: Path, audio: np.ndarray, rate_hz: int) -> np.ndarray:
    np.save(folder / "audio.npy", audio)
    command = [
        sys.executable,
        "-c",
        textwrap.dedent(PLAYER),
        str(folder / "audio.npy"),
        str(rate_hz),
    ]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "JACK_DEFAULT_SERVER": server}
    pipe = subprocess.PIPE
    with (
        recording(server) as recorder,
        subprocess.Popen(command, env=environ, stdin=pipe, stdout=pipe, text=True) as player,
    ):
        assert player.stdout is not None
        assert player.stdout.readline() == f"{RATE}\n"
        recorder.connect()
        output, _ = player.communicate("go\n", timeout=120)
        assert (player.returncode, output) == (0, "0 0\n")
        return recorder.audio


def test_jack_gets_the_stream_bit_exactly(jack_server: str, tmp_path: Path) -> None:
    audio = np.random.default_rng(7).uniform(-1, 1, (RATE, 2)).astype(np.float32)
    assert np.array_equal(heard_over_jack(jack_server, tmp_path, audio, RATE), audio)


def test_a_stream_of_another_rate_keeps_its_pitch(jack_server: str, tmp_path: Path) -> None:
    times = np.arange(2 * 44_100) / 44_100
    wave = 0.5 * np.sin(2 * np.pi * 997 * times).astype(np.float32)
    heard = heard_over_jack(jack_server, tmp_path, np.stack([wave, wave], axis=1), 44_100)
    assert len(heard) == pytest.approx(2 * RATE, abs=1_000)
    spectrum = np.abs(np.fft.rfft(heard[RATE // 2 : 3 * RATE // 2, 0] * np.hanning(RATE)))
    assert np.argmax(spectrum) == 997
    assert np.abs(heard).max() == pytest.approx(0.5, abs=1e-3)
