"""Ardour as a DAW without a window, driven by session.lua, for the tests that need one."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import soundfile

SCRIPT = Path(__file__).with_name("session.lua")
WAIT_SECONDS = 120


class Ardour:
    """A new session on a JACK server, which does what it is told (session.lua says what)."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            ["ardour7-lua", str(SCRIPT)],
            env={**environ, "ARDOUR_SESSION": str(folder)},
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self.said: list[str] = []

    def is_ready(self) -> bool:
        """Wait until it takes orders, and return true, or until JACK has dropped it."""
        return self._wait("ready", "dropped").startswith("ready")

    def tell(self, *order: object) -> list[str]:
        """Give an order, and return what it answers once it is done."""
        self._say(" ".join(map(str, order)))
        return self._wait(f"done {order[0]}").split()[2:]

    def recorded(self) -> np.ndarray:
        """Return what was last recorded of sound, `[frames, 2] float32`."""
        sides = [sorted(self.folder.rglob(f"*%{side}.wav"))[-1] for side in "LR"]
        return np.stack([soundfile.read(side, dtype="float32")[0] for side in sides], axis=1)

    def end(self) -> None:
        """Close the session, and wait until it has gone.

        A client that vanishes would hold up a JACK server that waits for its clients.
        """
        self._say("end")
        self._wait("gone")
        self.process.communicate(timeout=WAIT_SECONDS)

    def clear(self) -> None:
        """End it, where it still runs: the command is a script, so its whole group goes."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def _wait(self, *words: str) -> str:
        """Return the next line that begins with one of some words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if line.startswith(words):
                return line
        pytest.fail(f"Ardour ended without {words}:\n{''.join(self.said)}")
