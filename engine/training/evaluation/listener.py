"""basic-pitch, in its own environment, asked for the onsets of one sound after the other."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from engine.models.house import notes
from engine.models.house.notes import RATE_HZ, Floats
from engine.training import onsets
from engine.wire import Score, StartFailed


class Listener:
    """A running basic-pitch; use it in a `with` statement."""

    def __init__(self, python: Path) -> None:
        """Start the program that answers. Raises: StartFailed."""
        self._python = python
        self._folder = tempfile.TemporaryDirectory()
        self._log = (Path(self._folder.name) / "log.txt").open("w+")
        try:
            self._process = subprocess.Popen(
                [str(python), onsets.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                text=True,
            )
        except OSError as error:
            self._log.close()
            self._folder.cleanup()
            raise StartFailed(f"basic-pitch cannot be run by {python.name}: {error}") from None

    def __enter__(self) -> Listener:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.communicate()
        self._log.close()
        self._folder.cleanup()

    def f1(self, score: Score, sound: Floats) -> dict[str, float] | None:
        """Return F1 as `onset` and `offset` of `[frames] float32`; None without pitched notes.

        Raises: StartFailed when basic-pitch ended.
        """
        import soundfile

        truth = pitched(score)
        if not truth:
            return None
        path = Path(self._folder.name) / "sound.wav"
        # Float audio: 16 bits alone would raise the floor.
        soundfile.write(path, sound, RATE_HZ, subtype="FLOAT")
        found: dict[str, float] = self._answer({"audio": str(path), "notes": truth})
        return found

    def _answer(self, question: dict[str, Any]) -> dict[str, float]:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        try:
            asked.write(json.dumps(question) + "\n")
            asked.flush()
        except BrokenPipeError:
            raise self._ended() from None
        for line in answers:
            if line.startswith("F1 "):
                return dict(json.loads(line[3:]))
        raise self._ended()

    def _ended(self) -> StartFailed:
        self._process.wait()
        self._log.seek(0)
        said = self._log.read().strip().splitlines() or ["it said nothing"]
        return StartFailed(f"basic-pitch could not be run by {self._python.name}: {said[-1]}")


def pitched(score: Score) -> list[tuple[float, float, int]]:
    """Return (onset seconds, release seconds, pitch) of the notes that are no drums.

    The release is when key and pedals have let the note go.
    """
    table = notes.table(score)
    keep = np.flatnonzero(table.instrument < notes.FIRST_KIT)
    columns = (table.onset_seconds[keep], table.release_seconds[keep], table.pitch[keep])
    return list(zip(*(column.tolist() for column in columns), strict=True))
