"""After the rehearsal nothing is imported any more when a take is made: in a fresh process."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np

from bridge.midi.write import write_score
from bridge.wav import WavWriter
from engine.wire import Note, Score

MAKE = """
import sys
from pathlib import Path
from bridge.rehearsal import rehearse
import bridge.app
if sys.argv[1] == "rehearsed":
    rehearse()
known = set(sys.modules)
from bridge.midi.notation import read_any
from bridge.midi.write import write_score
from bridge.pictures import draw_spectrogram
folder = Path(sys.argv[2])
write_score(read_any("a.mid", (folder / "a.mid").read_bytes()).score)
draw_spectrogram(folder / "a.wav", folder / "a.png")
sys.stdout.write(" ".join(sorted(set(sys.modules) - known)))
"""


def imported(folder: Path, how: str) -> str:
    command = [sys.executable, "-c", MAKE, how, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_take_imports_nothing_once_it_was_rehearsed(tmp_path: Path) -> None:
    score = Score((Note(0.0, 1.0, 60, 90, 0), Note(0.5, 1.0, 64, 90, 48, 3)))
    (tmp_path / "a.mid").write_bytes(write_score(score))
    with closing(WavWriter(tmp_path / "a.wav", 48_000, 2)) as writer:
        writer.write(np.full((4_800, 2), 0.1, np.float32))
    assert imported(tmp_path, "plain")
    assert imported(tmp_path, "rehearsed") == ""
