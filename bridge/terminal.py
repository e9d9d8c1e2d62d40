"""What the command line says: results on stdout, everything else on stderr."""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, TextIO

from engine.wire import LegatoError

LINE_SECONDS = 2.0
_STDERR = 2


class Progress(Protocol):
    """Shows how far something is."""

    def __call__(self, fraction: float, stage: str) -> None:
        """Show a fraction, 0 to 1, and what is being done."""


def own_stderr() -> TextIO | None:
    """Return a stream to where stderr leads now, whatever is done to descriptor 2 later.

    sounddevice leads that one to nowhere while PortAudio looks for devices, which takes long
    where JACK hangs: what we say meanwhile would be lost.
    """
    try:
        if sys.stderr.fileno() != _STDERR:
            return sys.stderr
        apart = os.dup(_STDERR)
    except (AttributeError, OSError):  # There is none, or it is no file.
        return sys.stderr
    encoding, errors = sys.stderr.encoding, sys.stderr.errors
    # Never closed: it is there as long as the process.
    return open(apart, "w", buffering=1, encoding=encoding, errors=errors, closefd=False)


class Output:
    """The one place that writes to the terminal."""

    def __init__(self, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        """Write to the given streams (default: the process's, which may have closed them)."""
        self._out = stdout or sys.stdout or io.StringIO()
        self._err = stderr or sys.stderr or io.StringIO()

    def result(self, text: str) -> None:
        """Write a line that was asked for."""
        _write(self._out, text)

    def say(self, text: str) -> None:
        """Write a line beside the result."""
        _write(self._err, text)

    def error(self, error: LegatoError) -> None:
        """Write an error as one line: its code and its text."""
        _write(self._err, f"legato: error[{error.code}]: {' '.join(str(error).split())}")

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Write rows under their heads, the columns aligned."""
        cells = [list(head), *([str(cell) for cell in row] for row in rows)]
        widths = [max(len(_printable(row[column])) for row in cells) for column in range(len(head))]
        for row in cells:
            padded = (
                _printable(cell).ljust(width) for cell, width in zip(row, widths, strict=True)
            )
            self.result("  ".join(padded).rstrip())

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show a bar where a terminal is, else a line now and then."""
        if self._err.isatty() and os.environ.get("TERM") != "dumb":
            with _bar(self._err) as bar:
                yield bar
        else:
            yield _Lines(self)


class _Lines:
    """Progress as lines for a log: one where the stage changes, then every two seconds."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._stage = ""
        self._at_seconds = 0.0

    def __call__(self, fraction: float, stage: str) -> None:
        now = time.monotonic()
        if stage != self._stage or now - self._at_seconds >= LINE_SECONDS:
            self._stage, self._at_seconds = stage, now
            self._output.say(f"{stage} {fraction:.0%}")


@contextmanager
def _bar(stream: TextIO) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=Console(file=stream), transient=True) as bars:
        task = bars.add_task("start", total=1.0)

        def show(fraction: float, stage: str) -> None:
            bars.update(task, completed=fraction, description=_printable(stage))

        yield show


def _write(stream: TextIO, line: str) -> None:
    encoding = stream.encoding or "utf-8"
    text = _printable(line).encode(encoding, "replace").decode(encoding)
    stream.write(text + "\n")
    stream.flush()


def _printable(text: str) -> str:
    """Escape what would move the cursor: titles and names come from other people."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
