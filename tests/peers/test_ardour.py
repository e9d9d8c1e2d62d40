"""Ardour as a DAW: it records over JACK what a server's device sink plays, sample by sample."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.peer("ardour7-lua", "jackd", "jack_wait")

SCRIPT = Path(__file__).with_name("record.lua")
WAIT_SECONDS = 120
ATTEMPTS = 3


class Ardour:
    """An Ardour without a window that records until it is told to stop."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        self.folder = folder
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            ["ardour7-lua", str(SCRIPT)],
            env=environ | {"ARDOUR_SESSION": str(folder)},
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.said: list[str] = []

    def wait(self, word: str) -> None:
        """Wait for a line that begins so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith(word):
                return
        pytest.fail(f"Ardour ended without {word!r}:\n{''.join(self.said)}")

    def stop(self) -> np.ndarray:
        """Stop recording, and return what was recorded, without the silence around it."""
        self.end()
        files = sorted(self.folder.rglob("*.wav"))
        assert len(files) == 2, self.said
        samples = np.stack([soundfile.read(file, dtype="float32")[0] for file in files], axis=1)
        sounding = np.flatnonzero(samples.any(axis=1))
        return samples[sounding[0] : sounding[-1] + 1]

    def end(self) -> None:
        """Stop recording, and wait until it has gone.

        A client that vanishes would hold up a JACK server that waits for its clients.
        """
        assert self.process.stdin is not None
        self.process.stdin.write("stop\n")
        self.process.stdin.flush()
        self.wait("recorded")
        self.process.communicate(timeout=WAIT_SECONDS)

    def clear(self) -> None:
        """End it: the command is a script, so its whole group goes."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()


@pytest.fixture
def ardour(
    tmp_path: Path, environ: dict[str, str], jack_server: str
) -> Iterator[Callable[[], Ardour]]:
    """Start Ardours on the JACK server; they end with the test."""
    environ |= {"JACK_DEFAULT_SERVER": jack_server, "JACK_NO_START_SERVER": "1"}
    started: list[Ardour] = []

    def begin() -> Ardour:
        started.append(Ardour(tmp_path / f"session {len(started)}", environ))
        started[-1].wait("rolling")
        return started[-1]

    yield begin
    for program in started:
        program.clear()


def test_ardour_records_what_the_device_sink_plays(
    ardour: Callable[[], Ardour],
    serve: Callable[..., Server],
    sound: Callable[[Path], np.ndarray],
) -> None:
    def scene(server: Server) -> bool:
        """Return whether nothing disturbed it, which on a busy machine may need another try."""
        options = {"device": "system", "hostapi": "JACK", "buffer_seconds": 0.5}
        with server.remote() as remote:
            list(remote.make("sink/open", ["device", "speakers"], options))
            recording = ardour()
            *_, done = remote.make("render", ["song.mid"], {})
            server.until(lambda: remote.status().buffered_seconds == 0)
            heard = recording.stop()
            list(remote.make("sink/close", ["speakers"], {}))
            underruns = remote.status().underruns
        server.end()
        made = sound(Path(str(done.arguments[2])))
        whole = underruns == 0 and len(heard) == len(made)
        assert not whole or np.array_equal(heard, made)
        return whole

    assert any(scene(serve()) for _ in range(ATTEMPTS))
