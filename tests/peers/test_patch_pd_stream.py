"""legato~.pd in Pd itself: the stream comes out as signals, sample by sample what was rendered."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.conftest import Program, Server

pytestmark = pytest.mark.peer("pd")

PATCHES = Path(__file__).parents[2] / "max_patches"
FLAGS = ["-nogui", "-noaudio", "-nomidi", "-noprefs", "-nrt", "-stderr", "-r", "48000"]
# The stream goes to a file; the call to render comes by name, and so does the end.
AROUND = """#N canvas 0 0 600 400 12;
#X obj 20 20 r listen;
#X obj 20 60 legato~ {stream} 300;
#X obj 20 100 legato {own} {server};
#X obj 20 140 print reply;
#X obj 200 100 writesf~ 2;
#X obj 200 20 r file;
#X obj 320 100 print lost;
#X obj 100 20 r to-legato;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 1 1 4 0;
#X connect 1 2 4 1;
#X connect 1 3 6 0;
#X connect 2 0 3 0;
#X connect 5 0 4 0;
#X connect 7 0 2 0;
#X obj 420 20 r render;
#X msg 420 50 /legato/render 1000 song.mid model tone;
#X connect 8 0 9 0;
#X connect 9 0 2 0;
#X obj 420 100 route done;
#X connect 2 0 10 0;
#X obj 420 125 sel 1000;
#X obj 420 150 delay 4500;
#X connect 11 0 12 0;
#X msg 420 175 stop \\, print;
#X connect 12 0 13 0;
#X connect 13 0 4 0;
#X obj 520 150 delay 5000;
#X connect 11 0 14 0;
#X obj 520 175 print written;
#X connect 14 0 15 0;
#X obj 420 200 print other;
#X obj 300 240 route done;
#X connect 2 0 17 0;
#X obj 300 265 sel 1000180;
#X obj 300 245 unpack f;
#X connect 17 0 19 0;
#X connect 19 0 18 0;
#X connect 18 0 9 0;
#X obj 420 112 unpack f;
#X connect 10 0 20 0;
#X connect 20 0 11 0;
"""


def ports(free_port: int) -> tuple[int, int]:
    """Two UDP ports that a patch may listen on."""
    return free_port, free_port + 1 if free_port < 65_535 else free_port - 1


def test_the_stream_comes_out_as_signals_exactly(
    undisturbed: Callable[..., Path],
    start: Callable[..., Program],
    sound: Callable[[Path], np.ndarray],
    free_port: int,
    tmp_path: Path,
) -> None:
    heard = tmp_path / "heard.wav"
    stream, own = ports(free_port)

    def scene(server: Server) -> Path | None:
        around = tmp_path / "around.pd"
        around.write_text(AROUND.format(stream=stream, own=own, server=server.port), "utf-8")
        open_file = f"file open -wave -bytes 4 {heard}"
        told = ("pd dsp 1", open_file, "file start", "listen 1")
        sends = [word for text in told for word in ("-send", text)]
        pd = start("pd", *FLAGS, "-path", str(PATCHES), "-open", str(around), *sends)
        path = pd.wait_line(r"^reply: done 1000 \S+ 48000 (\S+)")[1]
        pd.wait_line(r"^written: ")
        pd.end()
        made = Path(path)
        whole = len(sound(heard)) == len(sound(made)) and "lost:" not in pd.output
        return made if whole else None

    made = undisturbed(scene)
    assert np.array_equal(sound(heard), sound(made))


@pytest.mark.parametrize("name", ["legato-help.pd", "legato~-help.pd"])
def test_the_help_patches_open_without_a_complaint(name: str, tmp_path: Path) -> None:
    quit_soon = ["-send", "pd quit"]
    command = ["pd", *FLAGS, "-path", str(PATCHES), "-open", str(PATCHES / name), *quit_soon]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0
    for word in ("error", "couldn't create", "no method", "out of range"):
        assert word not in run.stderr + run.stdout, run.stderr
