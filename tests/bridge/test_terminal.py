"""Results go to stdout, the rest to stderr, and nothing moves the cursor."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from bridge import terminal
from bridge.terminal import Output, own_stderr
from engine.wire import BadScore


@pytest.fixture
def streams() -> tuple[io.StringIO, io.StringIO]:
    return io.StringIO(), io.StringIO()


def test_results_and_the_rest(streams: tuple[io.StringIO, io.StringIO]) -> None:
    output = Output(*streams)
    output.result("wrote a.wav")
    output.say("reading")
    output.error(BadScore("a text file came;\nname a MIDI file"))
    assert streams[0].getvalue() == "wrote a.wav\n"
    assert streams[1].getvalue() == (
        "reading\nlegato: error[bad_score]: a text file came; name a MIDI file\n"
    )


def test_tables_are_aligned(streams: tuple[io.StringIO, io.StringIO]) -> None:
    Output(*streams).table(("take", "state", ""), [("a", "done", "x"), ("long", "open", "")])
    assert streams[0].getvalue() == "take  state\na     done   x\nlong  open\n"


def test_foreign_text_cannot_move_the_cursor(streams: tuple[io.StringIO, io.StringIO]) -> None:
    Output(*streams).table(("title",), [("a\x1b[2J\nb\udc80é",)])
    assert streams[0].getvalue() == "title\na\\x1b[2J\\nb\\udc80é\n"


def test_a_terminal_without_the_letters_gets_others() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Output(stream, stream).result("é 曲")
    assert raw.getvalue() == b"? ?\n"


def test_progress_without_a_terminal_is_a_line_now_and_then(
    streams: tuple[io.StringIO, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [10.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    with Output(*streams).progress() as progress:
        progress(0.0, "loading")
        for percent in range(100):
            now[0] += 0.125
            progress(percent / 100, "render")
    lines = streams[1].getvalue().splitlines()
    assert lines[:3] == ["loading 0%", "render 0%", "render 16%"]
    assert len(lines) == 8


class Tty(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Tty()
    with Output(io.StringIO(), stream).progress() as progress:
        progress(1.0, "render")
    assert "render" in stream.getvalue()
    assert "100%" in stream.getvalue()
    monkeypatch.setenv("TERM", "dumb")
    plain = Tty()
    with Output(io.StringIO(), plain).progress() as progress:
        progress(0.5, "render")
    assert plain.getvalue() == "render 50%\n"


def test_what_a_library_does_to_descriptor_2_silences_nobody() -> None:
    code = """
import os, sys
from bridge.terminal import Output, own_stderr
sys.stderr = own_stderr()
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
Output().say("stopping: \N{LATIN SMALL LETTER E WITH ACUTE}")
assert own_stderr() is sys.stderr
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert ran.stderr.decode().split() == ["stopping:", "\xe9"]


def test_without_stderr_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert own_stderr() is None
