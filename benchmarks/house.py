"""Measures the built-in model alone: `python -m benchmarks.house [SONG.mid ...]`.

Real-time factors (audio seconds a compute second, best of three) at 0, 1, 2, 4 and 8 steps,
where the time goes, and FluidSynth on the same files in the same run. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.midi.file import read_score
from bridge.midi.write import write_score
from engine.models.house.model import Model
from engine.wire import Bend, Note, Request, Score

DEMO = Path(__file__).resolve().parent.parent / "bridge" / "data" / "demo.mid"
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
STEPS = (0, 1, 2, 4, 8)
ROUNDS = 3
CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))


def band(bars: int = 8) -> Score:
    """Return eight instruments playing at once: piano, strings, bass, flute and four more."""
    notes: list[Note] = []
    for beat in range(4 * bars):
        chord, at = CHORDS[beat // 4 % 4], 0.5 * beat
        if beat % 4 == 0:
            notes += [Note(at, at + 1.95, 60 + step, 60, 48, 1) for step in chord]
            notes += [Note(at, at + 1.9, 48 + step, 70, 61, 5) for step in chord]
        notes += [Note(at, at + 0.9, 60 + step, 80, 0, 0) for step in chord if beat % 2 == 0]
        notes.append(Note(at, at + 0.4, 36 + chord[0] % 12, 90, 33, 2))
        notes.append(Note(at, at + 0.45, 72 + chord[beat % 3], 80, 73, 3))
        for part in range(4):
            start = at + 0.125 * part
            notes.append(Note(start, start + 0.3, 60 + chord[part % 3], 75, 25, 4))
            notes.append(Note(start, start + 0.1, (36, 42, 38, 42)[part], 90, 0, 9, True))
        notes.append(Note(at, at + 0.2, 72 + chord[beat % 3], 70, 11, 6))
    return Score(
        tuple(sorted(notes, key=lambda note: note.start_seconds)), duration_seconds=2.0 * bars
    )


def chord_of_64(bent: bool = False) -> Score:
    """Return 64 notes at once for four seconds; with `bent`, on channels that glide all along."""
    notes = [Note(0.0, 4.0, 24 + i, 90, 8 * (i % 16), i % 8) for i in range(64)]
    glide = [Bend(0.01 * i, i % 8, 0.005 * i) for i in range(400)] if bent else []
    return Score(tuple(notes), bends=tuple(glide), duration_seconds=4.0)


def render(model: Model, score: Score, steps: int) -> tuple[float, float, float]:
    """Return audio seconds, compute seconds, and the seconds of the first window."""
    request = Request("render", "house", 1, {"steps": steps, "gain_decibels": 0.0}, score)
    start = time.perf_counter()
    context, first, frames = None, 0.0, 0
    for window in model.plan(request):
        sound, context = model.step(window, context, lambda fraction: None)
        first = first or time.perf_counter() - start
        frames += len(sound)
    return frames / 48_000, time.perf_counter() - start, first


@contextmanager
def clocked(model: Model) -> Iterator[dict[str, float]]:
    """Count the seconds in each phase while the block runs."""
    seconds: dict[str, float] = {}
    renderer: Any = model._renderer
    synthesizer = renderer._synthesizer
    phases = {
        "envelopes": (renderer, "_envelopes"),
        "flow": (renderer, "_refine"),
        "partials": (synthesizer, "excite"),
        "gains": (synthesizer, "shape"),
    }
    for name, (owner, method) in phases.items():
        setattr(owner, method, _clock(getattr(owner, method), name, seconds))
    try:
        yield seconds
    finally:
        for owner, method in phases.values():
            delattr(owner, method)


def _clock(call: Callable[..., Any], name: str, seconds: dict[str, float]) -> Callable[..., Any]:
    def clocked_call(*arguments: Any) -> Any:
        start = time.perf_counter()
        result = call(*arguments)
        seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start
        return result

    return clocked_call


def fluidsynth_factor(score: Score, audio_seconds: float) -> float | None:
    """Return FluidSynth's real-time factor on a score, where it is installed."""
    if not shutil.which("fluidsynth") or not SOUNDFONT.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        midi, raw = Path(folder, "score.mid"), Path(folder, "score.raw")
        midi.write_bytes(write_score(score))
        command = ["fluidsynth", "-niq", "-R", "0", "-C", "0", "-r", "48000", "-T", "raw"]
        start = time.perf_counter()
        subprocess.run([*command, "-F", str(raw), str(SOUNDFONT), str(midi)], check=True)
        return audio_seconds / (time.perf_counter() - start)


def rows(model: Model, name: str, score: Score) -> Iterator[str]:
    """Yield a table row for each number of steps, and one for FluidSynth."""
    render(model, score, 1)
    for steps in STEPS:
        audio, compute, first = min(
            (render(model, score, steps) for _ in range(ROUNDS)), key=lambda result: result[1]
        )
        with clocked(model) as phases:
            render(model, score, steps)
        shares = ", ".join(f"{phase} {1e3 * spent / audio:.0f}" for phase, spent in phases.items())
        yield f"| {name} | {steps} | {audio / compute:.1f} | {1e3 * first:.0f} | {shares} |"
    factor = fluidsynth_factor(score, audio)
    if factor is not None:
        yield f"| {name} | FluidSynth | {factor:.1f} | | |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("songs", nargs="*", type=Path, default=[DEMO])
    options = parser.parse_args()
    scores = {"eight instruments": band(), "64 notes": chord_of_64(), "64 bent": chord_of_64(True)}
    scores |= {song.name: read_score(song.read_bytes()).score for song in options.songs}
    model = Model()
    model.load("cpu", "float32")
    head = "| score | steps | real-time factor | first window (ms) | ms a second of audio |"
    sys.stdout.write(f"{head}\n|---|---|---|---|---|\n")
    for name, score in scores.items():
        for row in rows(model, name, score):
            sys.stdout.write(row + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
