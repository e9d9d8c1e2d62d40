"""Measures AudioLDM and AudioLDM 2 against diffusers' pipelines: `python -m benchmarks.audioldm`.

Random weights of the public checkpoints' sizes, few steps, one process a variant: upstream as
documented (float32), upstream tuned (bfloat16), ours in both. Seconds to load, until the first
step, a step, to decode a window, until the first audio of three windows in one step, and peak
memory; on a CPU they are one thread's work, on a GPU the clock's. Prints a table.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROMPT = "a warm analogue pad with slow strings and vinyl crackle"
NEGATIVE = "low quality, average quality"
VARIANTS = (
    ("upstream, as documented", "upstream", "float32"),
    ("Legato", "ours", "float32"),
    ("Legato, offload", "offload", "float32"),
    ("Legato, 16 bits", "ours", "bfloat16"),
    ("upstream, tuned", "upstream", "bfloat16"),
)
PIPELINES = {"audioldm": "AudioLDMPipeline", "audioldm2": "AudioLDM2Pipeline"}
HEAD = ("family", "variant", "load s", "before first step s", "s a step", "decode s",
        "window of 200 steps s", "first audio of 3 windows s", "peak MB")  # fmt: skip


class Run:
    """The moments of one render: its begin, every step's end, its end."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._begin = clock()
        self._steps: list[float] = []

    def step(self, *_: object) -> None:
        """Note the end of a step."""
        self._steps.append(self._clock())

    def parts(self) -> dict[str, float]:
        """Return the seconds before the first step, of a step, and after the last."""
        end, steps = self._clock(), self._steps
        step = (steps[-1] - steps[0]) / max(1, len(steps) - 1)
        before = steps[0] - step - self._begin
        return {"before": before, "step": step, "decode": end - steps[-1], "all": end - self._begin}


def clock_of(device: str) -> Callable[[], float]:
    """Return what tells the seconds of a device."""
    import torch

    if device == "cpu":
        return time.process_time

    def clock() -> float:
        torch.cuda.synchronize()
        return time.perf_counter()

    return clock


def measure_upstream(family: str, folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Measure diffusers' pipeline, with the language model that it can still run."""
    import diffusers
    import torch
    from transformers import GPT2LMHeadModel

    clock, dtype = clock_of(options.device), getattr(torch, options.dtype)
    begin, more = clock(), {}
    if family == "audioldm2":
        place = folder / "language_model"
        more["language_model"] = GPT2LMHeadModel.from_pretrained(place, dtype=dtype)
    kind = getattr(diffusers, PIPELINES[family])
    pipeline = kind.from_pretrained(folder, torch_dtype=dtype, local_files_only=True, **more)
    pipeline = pipeline.to(options.device)
    pipeline.set_progress_bar_config(disable=True)
    loaded = clock() - begin

    def render(seconds: float, steps: int) -> dict[str, float]:
        run = Run(clock)
        pipeline(PROMPT, negative_prompt=NEGATIVE, audio_length_in_s=seconds,
                 num_inference_steps=steps, callback=run.step)  # fmt: skip
        return run.parts()

    window = 4 * pipeline.unet.config.sample_size / 100
    render(0.64, 1)
    parts = render(window, options.steps)
    return parts | {"load": loaded, "first": render(3 * window, 1)["all"]}


def measure_ours(family: str, folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Measure our model; the first audio of a long render comes after its first window."""
    import importlib

    from engine.checkpoints import read_checkpoint
    from engine.wire import Request

    clock = clock_of(options.device)
    begin = clock()
    kind = importlib.import_module(f"engine.models.{family}.model").Model
    model = kind(read_checkpoint(folder))
    model.load(options.device, options.dtype)
    loaded = clock() - begin

    def render(seconds: float, steps: int, seed: int) -> dict[str, float]:
        texts = {"prompt": f"{PROMPT} {seed}", "negative_prompt": NEGATIVE}
        values = {
            **texts,
            "seconds": seconds,
            "steps": steps,
            "offload": "offload" in options.child,
        }
        request = Request("generate", model.spec.name, seed, values)
        run = Run(clock)
        window = model.plan(model.spec.filled(request))[0]
        model.step(window, None, lambda fraction: 0 < fraction <= 0.95 and run.step())
        return run.parts()

    window = model.spec.window_frames / model.spec.rate_hz
    render(0.64, 1, 1)
    parts = render(window, options.steps, 2)
    return parts | {"load": loaded, "first": render(3 * window, 1, 3)["all"]}


def child(options: argparse.Namespace) -> None:
    """Measure one variant and print it as JSON."""
    import diffusers
    import torch

    torch.set_num_threads(options.threads)
    for kind in (*PIPELINES.values(), "AutoencoderKL", "DDIMScheduler"):
        getattr(diffusers, kind)  # Imported before anything is measured.
    family, side = options.child.split(":")
    measure = measure_upstream if side == "upstream" else measure_ours
    with torch.no_grad():
        parts = measure(family, options.folder / family, options)
    on_gpu = options.device != "cpu"
    peak = torch.cuda.max_memory_allocated() / 1e6 if on_gpu else 0.0
    parts["peak"] = peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    sys.stdout.write(json.dumps(parts) + "\n")


def row(family: str, variant: tuple[str, str, str], options: argparse.Namespace) -> str:
    """Measure one variant in a process of its own and return its line of the table."""
    title, side, dtype = variant
    command = [sys.executable, "-m", "benchmarks.audioldm", "--child", f"{family}:{side}",
               "--folder", str(options.folder), "--dtype", dtype, "--device", options.device,
               "--steps", str(options.steps), "--threads", str(options.threads)]  # fmt: skip
    result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    parts: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    whole = parts["before"] + 200 * parts["step"] + parts["decode"]
    numbers = [f"{parts[key]:.2f}" for key in ("load", "before", "step", "decode")]
    numbers += [f"{whole:.0f}", f"{parts['first']:.1f}", f"{parts['peak']:.0f}"]
    return " | ".join((f"| {family}", f"{title} ({dtype})", *numbers)) + " |"


def write_checkpoints(folder: Path, families: list[str]) -> None:
    """Write what is missing of the checkpoints with random weights."""
    from tests.engine.models.tiny.audioldm import write_audioldm, write_audioldm2

    for family, write in (("audioldm", write_audioldm), ("audioldm2", write_audioldm2)):
        if family in families and not (folder / family).exists():
            write(folder / family, is_true_size=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=list(PIPELINES))
    parser.add_argument("--folder", type=Path, help="where the random checkpoints are kept")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32", help=argparse.SUPPRESS)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options)
        return
    with tempfile.TemporaryDirectory() as scratch:
        options.folder = options.folder or Path(scratch)
        write_checkpoints(options.folder, options.families)
        sys.stdout.write(f"| {' | '.join(HEAD)} |\n{'|---' * len(HEAD)}|\n")
        for family in options.families:
            for variant in VARIANTS:
                sys.stdout.write(row(family, variant, options) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
