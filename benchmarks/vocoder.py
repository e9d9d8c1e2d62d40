"""Measures the vocoder alone: `python -m benchmarks.vocoder`.

Real-time factors (audio seconds a compute second, best of three) of a stream fed hop by hop and of
holes patched in stereo, the time a hop takes, and Griffin-Lim's 32 turns on the same mel in the
same run. Prints a Markdown table; one thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch

from engine.models.house.model import Model
from engine.models.house.notes import HOP, RATE_HZ, Floats, log_mel
from engine.models.house.patching import patch
from engine.models.house.vocoder import Vocoder
from engine.training.evaluation.references import griffin_lim
from engine.wire import Note, Request, Score

ROUNDS = 3
HOLES_SECONDS = (0.1, 0.5, 2.0)


def sound() -> Floats:
    """Return eight seconds of chords by the built-in model, `[frames, 2] float32`."""
    notes = [
        Note(0.5 * beat, 0.5 * beat + 0.45, pitch, 90, program, channel)
        for beat in range(15)
        for channel, (pitch, program) in enumerate(((60, 0), (67, 48), (40, 33), (76, 73)))
    ]
    score = Score(tuple(notes), duration_seconds=8.0)
    model = Model()
    model.load("cpu", "float32")
    context, blocks = None, []
    for window in model.plan(Request("render", "house", 1, {"steps": 1}, score)):
        block, context = model.step(window, context, lambda fraction: None)
        blocks.append(block)
    return np.concatenate(blocks)


def streamed(vocoder: Vocoder, mel: Floats) -> list[float]:
    """Push hop by hop; return the seconds that each took."""
    stream, seconds = vocoder.stream(), []
    for hop in range(len(mel)):
        start = time.perf_counter()
        stream.push(mel[hop : hop + 1])
        seconds.append(time.perf_counter() - start)
    return seconds


def best(run: Callable[[], object]) -> float:
    """Return the least seconds of ROUNDS."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def rows() -> Iterator[str]:
    """Yield the table's rows as they are measured."""
    vocoder, heard = Vocoder.load(), sound()
    mel = log_mel(heard.mean(axis=1))
    streamed(vocoder, mel[:20])
    hops = min((streamed(vocoder, mel) for _ in range(ROUNDS)), key=sum)
    lasted = len(mel) * HOP / RATE_HZ
    each = f"{1e3 * np.median(hops):.2f} median, {1e3 * max(hops):.2f} worst"
    yield f"| stream, mono | {lasted / sum(hops):.2f} | {each} |"
    spent = best(lambda: griffin_lim(mel, len(heard)))
    yield f"| Griffin-Lim, 32 turns, mono | {lasted / spent:.2f} | |"
    for seconds in HOLES_SECONDS:
        first, last = 3 * RATE_HZ, 3 * RATE_HZ + round(seconds * RATE_HZ)
        spent = best(partial(patch, heard, first, last, vocoder))
        yield f"| hole of {seconds:g} s, stereo | {seconds / spent:.2f} | |"


def main() -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    sys.stdout.write("| what | real-time factor | ms a hop |\n|---|---|---|\n")
    for row in rows():
        sys.stdout.write(row + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
