"""Ardour as a DAW without a window, driven by session.lua, for the tests that need one.

As it makes a session or a track, Ardour 7.3 now and then loses JACK (session.lua says why), or
waits for it for ever. Nothing of Legato is proved or disproved then, so a scene begins again.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import soundfile

T = TypeVar("T")

SCRIPT = Path(__file__).with_name("session.lua")
WAIT_SECONDS = 60
# For all attempts of a test, of which one that is lost may take two waits.
PATIENCE_SECONDS = 300


class ArdourLost(Exception):
    """Ardour ended by itself, or no longer answers."""


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
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._has_gone = False

    def is_ready(self) -> bool:
        """Wait until it takes orders, and return true, or until JACK has dropped it."""
        try:
            return self._wait("ready", "dropped").startswith("ready")
        except ArdourLost:
            return False

    def tell(self, *order: object) -> list[str]:
        """Give an order, and return what it answers once it is done."""
        self._say(" ".join(map(str, order)))
        return self._wait(f"done {order[0]}").split()[2:]

    def recorded(self) -> np.ndarray:
        """Return what was last recorded of sound, `[frames, 2] float32`."""
        found = (self.folder.rglob(f"*%{side}.wav") for side in "LR")
        sides = [max(files, key=lambda file: file.stat().st_mtime_ns) for files in found]
        return np.stack([soundfile.read(side, dtype="float32")[0] for side in sides], axis=1)

    def end(self) -> None:
        """Close the session, and wait until it has gone. Raises: ArdourLost.

        A client that vanishes would hold up a JACK server that waits for its clients.
        """
        self._say("end")
        self._wait("gone")
        self._has_gone = True
        try:
            self.process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise ArdourLost("Ardour closed its session, and stayed") from None

    def is_lost(self) -> bool:
        """Say whether it neither closed its session nor still answers."""
        if self._has_gone:
            return False
        try:
            self.tell("answer")
        except ArdourLost:
            return True
        return False

    def clear(self) -> None:
        """End it, where it still runs: the command is a script, so its whole group goes."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(WAIT_SECONDS)
        self._reader.join(WAIT_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{line}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise ArdourLost(f"Ardour ended before {line}:\n{''.join(self.said)}") from None

    def _wait(self, *words: str) -> str:
        """Return the next line that begins with one of some words. Raises: ArdourLost."""
        deadline = time.monotonic() + WAIT_SECONDS
        with contextlib.suppress(queue.Empty):
            while line := self._lines.get(timeout=max(0.0, deadline - time.monotonic())):
                self.said.append(line)
                if line.startswith(words):
                    return line
        raise ArdourLost(f"Ardour never said {words}:\n{''.join(self.said)}")

    def _read(self) -> None:
        """Pass on what it says, line by line, and at its end nothing."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")


class Ardours:
    """One Ardour after the other on a JACK server, of which the last may live."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder, self._environ = folder, environ
        self._started: list[Ardour] = []
        self._deadline = time.monotonic() + PATIENCE_SECONDS

    def begin(self) -> Ardour:
        """Start one, again where JACK drops it as it makes its session."""
        self.clear()
        while True:
            folder = self._folder / f"session {len(self._started)}"
            self._started.append(Ardour(folder, self._environ))
            if self._started[-1].is_ready():
                return self._started[-1]
            if not self._may_try():
                pytest.fail(f"JACK dropped Ardour as it began, {len(self._started)} in all")

    def play(self, scene: Callable[[], T]) -> T:
        """Return what a scene gives; one in which Ardour is lost begins again."""
        while True:
            try:
                return scene()
            except ArdourLost:
                if not self._may_try():
                    raise
            except (AssertionError, pytest.fail.Exception):
                if not self._may_try() or not self._started[-1].is_lost():
                    raise

    def _may_try(self) -> bool:
        return time.monotonic() < self._deadline

    def clear(self) -> None:
        """End all that still run."""
        for program in self._started:
            program.clear()
