"""The ReaScript in a real Lua, with a stand-in for REAPER's API and a running Legato."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import mido
import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.peer("lua5.4")

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "max_patches/reaper/legato_render.lua"
STAND_IN = ROOT / "tests/max_patches/reaper_stand_in.lua"
WAIT_SECONDS = 120


def run(folder: Path, command: str, environ: dict[str, str], system: str = "Other") -> list[str]:
    """Run the script over the stand-in's item; return what it did in REAPER, line by line."""
    lua = ["lua5.4", str(STAND_IN), str(SCRIPT), str(folder), command, system]
    done = subprocess.run(lua, env=environ, capture_output=True, text=True, timeout=WAIT_SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_selected_item_is_rendered_onto_a_new_track(
    serve: Callable[..., Server],
    environ: dict[str, str],
    sound: Callable[[Path], np.ndarray],
    tmp_path: Path,
) -> None:
    server = serve()
    folder = tmp_path / "it's a project"
    folder.mkdir()
    command = tmp_path / "legato command"
    arguments = f"LEGATO_PORT={server.port} exec {shlex.quote(sys.executable)} -m bridge.cli"
    command.write_text(f'#!/bin/sh\n{arguments} "$@"\n', "utf-8")
    command.chmod(0o755)

    did = [line.split("\t") for line in run(folder, str(command), environ)]
    boxes = [words for words in did if words[0] == "box"]
    assert boxes == [], [path.read_text() for path in folder.glob("*.log")]
    (audio,) = folder.glob("*.wav")
    assert ["kept", "legato", "command", str(command)] in did
    assert ["track", "3"] in did
    assert ["named", "track 3", "P_NAME", "Legato"] in did
    assert ["source", "take of item of track 3", str(audio)] in did
    assert ["item", "item of track 3", "D_POSITION", "10.0"] in did
    assert ["item", "item of track 3", "D_LENGTH", "2.5"] in did
    assert did[-1] == ["undo ends", "Render with Legato"]

    with server.remote() as remote:
        take = tmp_path / "takes" / remote.takes(1)[0].take
    assert np.array_equal(sound(audio), sound(take / "audio.wav"))
    assert_score(next(folder.glob("*.mid")))


def assert_score(path: Path) -> None:
    """What lies within the item, in seconds from its beginning."""
    seconds, heard = 0.0, []
    for message in mido.MidiFile(path):
        seconds += message.time
        if not message.is_meta:
            heard.append((round(seconds, 3), message.bytes()))
    assert heard == [
        (0.0, [0xC1, 48]),
        (0.0, [0xB0, 64, 127]),
        (0.0, [0x90, 60, 100]),
        (0.0, [0x91, 48, 80]),
        (0.417, [0xE0, 0, 96]),
        (0.5, [0x81, 48, 64]),
        (0.5, [0x99, 36, 127]),
        (1.0, [0x80, 60, 64]),
        (1.0, [0x90, 64, 90]),
        (1.5, [0x89, 36, 64]),
        (2.0, [0x80, 64, 64]),
    ]


def test_a_command_that_is_not_there_is_asked_for_again(
    environ: dict[str, str], tmp_path: Path
) -> None:
    did = run(tmp_path, str(tmp_path / "nowhere"), environ)
    assert "forgot\tlegato\tcommand" in did
    assert "whole path" in did[-1]


def test_what_legato_refuses_is_shown(environ: dict[str, str], tmp_path: Path) -> None:
    command = tmp_path / "legato"
    command.write_text("#!/bin/sh\necho first line\necho the reason >&2\nexit 2\n", "utf-8")
    command.chmod(0o755)
    did = run(tmp_path, str(command), environ)
    assert did[-1] == "box\tLegato could not render this item: the reason"


def test_windows_gets_a_line_that_its_shell_takes(environ: dict[str, str], tmp_path: Path) -> None:
    """The line alone: there is no such shell here, so the log is written before the script runs."""
    check = (
        "LEGATO_TEST = true; reaper = {}; local l = dofile(arg[1]);"
        'print(l.command_line("C:\\\\a b\\\\legato.exe", "s.mid", "a.wav", "l.log", true))'
    )
    lua = ["lua5.4", "-e", f"arg = {{[1] = {str(SCRIPT)!r}}} {check}"]
    done = subprocess.run(lua, env=environ, capture_output=True, text=True, timeout=WAIT_SECONDS)
    assert done.stdout == (
        'cmd.exe /c ""C:\\a b\\legato.exe" render "s.mid" -o "a.wav" > "l.log" 2>&1 '
        '& call echo LEGATO-ENDED %^ERRORLEVEL% >> "l.log""\n'
    ), done.stderr
