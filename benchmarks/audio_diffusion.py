"""Measures Audio Diffusion against diffusers' pipeline: `python -m benchmarks.audio_diffusion`.

Random weights of teticio/audio-diffusion-256's size, few steps, one process a variant: upstream as
documented (float32), upstream tuned (channels last; bfloat16 on a GPU), ours. Seconds a step,
seconds from the last step to sound, peak memory; a window is worked out from these at the steps
given. On a CPU seconds are the process's own, so that what else runs beside it counts less.
Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

VARIANTS = ("upstream", "upstream, tuned", "Legato")
HEAD = (
    "variant",
    "s a step",
    "image to sound s",
    "window of 50 steps s",
    "of 20 steps s",
    "peak MB",
)
FEW_STEPS = 20


def main() -> None:
    """Write the checkpoint, measure each variant in a process of its own, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--dtype", default="float32", help="of ours, and of upstream tuned on a GPU"
    )
    parser.add_argument("--steps", type=int, default=3, help="to measure one step by")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--variant", default="", help=argparse.SUPPRESS)
    parser.add_argument("--checkpoint", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.variant:
        sys.stdout.write(json.dumps(_measure(options)))
        return
    from tests.engine.models.tiny.audio_diffusion import write_audio_diffusion

    with tempfile.TemporaryDirectory() as folder:
        checkpoint = write_audio_diffusion(Path(folder) / "true-size", is_true_size=True)
        rows = [_row(variant, checkpoint) for variant in VARIANTS]
    sys.stdout.write("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD) + "\n")
    for row in rows:
        sys.stdout.write("| " + " | ".join(row) + " |\n")


def _row(variant: str, checkpoint: Path) -> tuple[str, ...]:
    command = (sys.executable, "-W", "ignore", "-m", "benchmarks.audio_diffusion", *sys.argv[1:])
    more = ("--variant", variant, "--checkpoint", str(checkpoint))
    done = subprocess.run((*command, *more), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    step, sound = found["step"], found["sound"]
    windows = [f"{steps * step + sound:.1f}" for steps in (50, FEW_STEPS)]
    return (variant, f"{step:.3f}", f"{sound:.2f}", *windows, f"{found['peak']:.0f}")


def _measure(options: argparse.Namespace) -> dict[str, float]:
    import torch

    if options.threads:
        torch.set_num_threads(options.threads)
    is_ours = options.variant == "Legato"
    render = _ours(options) if is_ours else _upstream(options)
    clock = _clock(options.device)
    moments: list[float] = []
    render(moments, clock)
    end = clock()
    steps = [after - before for before, after in itertools.pairwise(moments)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if options.device != "cpu":
        peak = torch.cuda.max_memory_allocated() / 2**20
    return {"step": sorted(steps)[len(steps) // 2], "sound": end - moments[-1], "peak": peak}


def _ours(options: argparse.Namespace) -> Callable[[list[float], Callable[[], float]], None]:
    from engine.checkpoints import read_checkpoint
    from engine.models.audio_diffusion.model import Model
    from engine.wire import Request

    model = Model(read_checkpoint(options.checkpoint))
    model.load(options.device, options.dtype)
    asked = Request("generate", model.spec.name, 1, {"steps": options.steps})
    window = model.plan(model.spec.filled(asked))[0]

    def render(moments: list[float], clock: Callable[[], float]) -> None:
        def tick(fraction: float) -> None:
            if len(moments) <= options.steps:
                moments.append(clock())

        model.step(window, None, tick)

    return render


def _upstream(options: argparse.Namespace) -> Callable[[list[float], Callable[[], float]], None]:
    import torch

    from tests.engine.models.tiny.audio_diffusion import pipeline_of

    pipeline = pipeline_of(options.checkpoint).to(options.device)
    if options.variant != "upstream":
        pipeline.unet.to(memory_format=torch.channels_last)
        if options.device != "cpu":
            _in_half(pipeline.unet, getattr(torch, options.dtype))

    _compile_librosa(pipeline.mel)

    def render(moments: list[float], clock: Callable[[], float]) -> None:
        def noted(times: Any) -> Any:
            moments.append(clock())
            for timestep in times:
                yield timestep
                moments.append(clock())

        pipeline.progress_bar = noted
        pipeline(steps=options.steps, generator=torch.Generator(options.device).manual_seed(1))

    return render


def _compile_librosa(mel: Any) -> None:
    """Make one sound before, because librosa compiles what it needs with the first one."""
    import numpy as np
    import PIL.Image

    noise = np.random.default_rng(1).integers(0, 256, (mel.y_res, mel.x_res), np.uint8)
    mel.image_to_audio(PIL.Image.fromarray(noise))


def _in_half(unet: Any, dtype: Any) -> None:
    """Let upstream's float32 loop run a UNet in 16 bits, which by itself it cannot."""
    import torch

    forward = unet.forward

    def cast(sample: Any, *rest: Any, **options: Any) -> Any:
        with torch.autocast("cuda", dtype):
            made = forward(sample, *rest, **options)
        made.sample = made.sample.float()
        return made

    unet.forward = cast


def _clock(device: str) -> Callable[[], float]:
    if device == "cpu":
        return time.process_time

    def synced() -> float:
        import torch

        torch.cuda.synchronize()
        return time.perf_counter()

    return synced


if __name__ == "__main__":
    main()
