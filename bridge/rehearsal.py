"""What is imported when it is first needed, had ready before somebody plays.

An import holds the interpreter for up to 20 ms at a time, on whatever thread; what is played live
has less to spare. Measured: the first score read beside a live job made it run dry.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from bridge.midi.notation import read_any
from bridge.midi.write import write_score
from bridge.pictures import png_bytes


def rehearse() -> None:
    """Read a score, write it, and draw: once, for nothing."""
    demo = files("bridge") / "data" / "demo.mid"
    write_score(read_any(demo.name, demo.read_bytes()).score)
    np.fft.rfft(np.hanning(2))
    png_bytes(np.zeros((1, 1), np.uint8))
