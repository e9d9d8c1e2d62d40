"""Measures Spectrogram Diffusion against its upstream pipeline: `python -m benchmarks.spectrogram`.

Both read the same random weights of the public checkpoint's size and render the same first
windows of the bundled piece with the same steps, each in a process of its own. Upstream is
mended only so far that it runs (tests/engine/models/spectrogram_diffusion/upstream.py). Prints a
Markdown table; what is computed out of the measured times, and not waited for, is marked so.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from bridge.midi.file import read_score
from engine.checkpoints import read_checkpoint
from engine.models.spectrogram_diffusion.model import Model
from engine.models.spectrogram_diffusion.tokens import Tokens, events_of, rows_of
from engine.wire import Request
from tests.engine.models.spectrogram_diffusion import upstream
from tests.engine.models.tiny import spectrogram_diffusion as checkpoint

DEMO = Path(__file__).resolve().parent.parent / "bridge" / "data" / "demo.mid"
WINDOWS = 2
USUAL_STEPS = 100


@dataclass(frozen=True)
class Case:
    """One way to render: whose code, in which precision, on how many threads."""

    name: str
    ours: bool
    dtype: str = "float32"
    threads: int = 0
    guidance: float = 1.0
    compiled: bool = False
    scheduler: str = "default"


@dataclass
class Measured:
    """Seconds a window for encoding and vocoding, and a step; MiB; seconds to the first sound.

    Of the steps it is the median, and the CPU seconds of all threads beside it.
    """

    encode: float
    step: float
    step_cpu: float
    vocode: float
    first_audio: float
    peak_mib: float


CASES = (
    Case("upstream as documented", False),
    Case("upstream, 1 thread", False, threads=1),
    Case("upstream, bf16", False, dtype="bfloat16"),
    Case("upstream, compiled", False, compiled=True),
    Case("Legato", True),
    Case("Legato, 1 thread", True, threads=1),
    Case("Legato, bf16", True, dtype="bfloat16"),
    Case("Legato, guided (2.0)", True, guidance=2.0),
)


def melgan(channels: int = 1024) -> onnx.ModelProto:
    """Return a MelGAN of random weights as large as the public one, 58 MiB.

    Source: Kumar et al. 2019, arXiv 1910.06711, for 320 samples a hop.
    """
    random = np.random.default_rng(0)
    nodes, tensors = [], []

    def convolve(kind: str, x: str, shape: tuple[int, ...], inputs: int, **how: object) -> str:
        name = f"x{len(nodes)}"
        weight = random.normal(0, (inputs * shape[-1]) ** -0.5, shape).astype(np.float32)
        tensors.append(numpy_helper.from_array(weight, f"w{name}"))
        nodes.append(helper.make_node(kind, [x, f"w{name}"], [name], **how))
        return name

    def apply(kind: str, *inputs: str, **how: object) -> str:
        nodes.append(helper.make_node(kind, list(inputs), [f"x{len(nodes)}"], **how))
        return str(nodes[-1].output[0])

    x = apply("Transpose", "input_features", perm=[0, 2, 1])
    x = convolve("Conv", x, (channels, 128, 7), 128, pads=[3, 3])
    for factor in (8, 5, 4, 2):
        x, half = apply("LeakyRelu", x, alpha=0.2), channels // 2
        pad = [factor // 2 + factor % 2, factor // 2]
        shape = (channels, half, 2 * factor)
        x = convolve("ConvTranspose", x, shape, channels, strides=[factor], pads=pad)
        channels = half
        for spread in (1, 3, 9):
            y = apply("LeakyRelu", x, alpha=0.2)
            wide = {"dilations": [spread], "pads": [spread, spread]}
            y = convolve("Conv", y, (channels, channels, 3), channels, **wide)
            y = convolve(
                "Conv", apply("LeakyRelu", y, alpha=0.2), (channels, channels, 1), channels
            )
            x = apply("Add", convolve("Conv", x, (channels, channels, 1), channels), y)
    x = convolve("Conv", apply("LeakyRelu", x, alpha=0.2), (1, channels, 7), channels, pads=[3, 3])
    nodes.append(helper.make_node("Tanh", [x], ["audio"]))
    graph = helper.make_graph(
        nodes,
        "melgan",
        [helper.make_tensor_value_info("input_features", TensorProto.FLOAT, [1, "T", 128])],
        [helper.make_tensor_value_info("audio", TensorProto.FLOAT, [1, 1, "samples"])],
        tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def timed(call: Callable[..., Any], seconds: list[float]) -> Callable[..., Any]:
    """Return the call, which notes how long each of its runs takes."""

    def timed_call(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        result = call(*arguments, **named)
        seconds.append(time.perf_counter() - start)
        return result

    return timed_call


class Laps:
    """Moments noted, and what passes between them: `[seconds, CPU seconds]` each."""

    def __init__(self) -> None:
        self._moments: list[tuple[float, float]] = []

    def note(self) -> None:
        """Note this moment."""
        self._moments.append((time.perf_counter(), time.process_time()))

    def between(self, first: int, last: int) -> tuple[float, float]:
        """Return the median lap from moment `first` to moment `last`."""
        laps = np.diff(np.array(self._moments[first:last]), axis=0)
        seconds, cpu_seconds = np.median(laps, axis=0).tolist()
        return seconds, cpu_seconds

    def seconds(self, index: int) -> float:
        """Return how long one lap took."""
        return self._moments[index + 1][0] - self._moments[index][0]


def render_upstream(home: Path, case: Case, steps: int) -> Measured:
    """Run upstream's pipeline over the first windows."""
    import pytest

    upstream.mend(pytest.MonkeyPatch())
    pipe = upstream.pipeline(home)
    pipe.to(getattr(torch, case.dtype))
    encodes: list[float] = []
    vocodes: list[float] = []
    pipe.encode = timed(pipe.encode, encodes)
    pipe.melgan = timed(pipe.melgan, vocodes)
    told = rows()[:WINDOWS]
    if case.compiled:
        pipe.decoder.forward = torch.compile(pipe.decoder.forward)
        upstream.run(pipe, told, 1, 0)
        encodes.clear()
    laps = Laps()
    step = pipe.scheduler.step

    def noted(*arguments: Any, **named: Any) -> Any:
        result = step(*arguments, **named)
        laps.note()
        return result

    pipe.scheduler.step = noted
    start = time.perf_counter()
    upstream.run(pipe, told, steps, 0, output="np")
    whole = time.perf_counter() - start
    # Within the last window: from its first step's end to its last one's.
    seconds, cpu_seconds = laps.between((WINDOWS - 1) * steps, WINDOWS * steps)
    vocode = vocodes[0] / WINDOWS
    return Measured(statistics.mean(encodes), seconds, cpu_seconds, vocode, whole, peak_mib())


def rows() -> list[Tokens]:
    """Return the bundled piece as both read it."""
    score = read_score(DEMO.read_bytes()).score
    return rows_of(events_of(score), math.ceil(score.duration_seconds / 5.12), 2048)


def request(model: Model, case: Case, steps: int) -> Request:
    """Ask for the bundled piece."""
    parameters = {"steps": steps, "guidance": case.guidance, "scheduler": case.scheduler}
    score = read_score(DEMO.read_bytes()).score
    return Request("render", model.spec.name, 0, parameters, score)


def render_ours(home: Path, case: Case, steps: int) -> Measured:
    """Run Legato's model over the first windows."""
    model = Model(read_checkpoint(home))
    model.load("cpu", case.dtype)
    vocodes: list[float] = []
    assert model._renderer is not None
    model._renderer.vocoder.decode = timed(model._renderer.vocoder.decode, vocodes)  # type: ignore[method-assign]
    windows = []
    start, context = time.perf_counter(), None
    first = 0.0
    for window in model.plan(request(model, case, steps))[:WINDOWS]:
        laps = Laps()
        windows.append(laps)
        _, context = model.step(window, context, lambda fraction, laps=laps: laps.note())
        first = first or time.perf_counter() - start
    # The first tick opens a window, the next ones open its steps, the last two follow them.
    encode = statistics.mean(laps.seconds(0) for laps in windows)
    seconds, cpu_seconds = windows[-1].between(1, steps + 2)
    return Measured(encode, seconds, cpu_seconds, statistics.mean(vocodes), first, peak_mib())


def peak_mib() -> float:
    """Return the most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(home: Path, case: Case, steps: int) -> Measured:
    """Measure one case in a process of its own."""
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive"} if case.ours else dict(os.environ)
    command = [sys.executable, "-m", "benchmarks.spectrogram", "--home", str(home)]
    result = subprocess.run(
        [*command, "--steps", str(steps), "--case", json.dumps(dataclasses.asdict(case))],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    return Measured(**json.loads(result.stdout.splitlines()[-1]))


def table(home: Path, steps: int, cases: tuple[Case, ...]) -> Iterator[str]:
    """Yield the table, each row as soon as it is measured."""
    windows = len(rows())
    yield (
        f"| | s a step (CPU s) | encoding (s) | vocoder (s) | first sound of {WINDOWS} windows, "
        f"{steps} steps (s) | peak (MiB) | window, {USUAL_STEPS} steps (s, computed) | "
        f"first sound of {windows} windows, {USUAL_STEPS} steps (s, computed) | "
        "times upstream a step (by CPU s) |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    documented: Measured | None = None
    for case in cases:
        one = measure(home, case, steps)
        documented = documented or one
        window = one.encode + USUAL_STEPS * one.step + one.vocode
        waited = window if case.ours else windows * window
        yield (
            f"| {case.name} | {one.step:.2f} ({one.step_cpu:.2f}) | {one.encode:.2f} | "
            f"{one.vocode:.2f} | {one.first_audio:.1f} | {one.peak_mib:.0f} | {window:.0f} | "
            f"{waited:.0f} | {documented.step / one.step:.2f} "
            f"({documented.step_cpu / one.step_cpu:.2f}) |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--home", type=Path, help="a checkpoint written by an earlier run")
    parser.add_argument("--case", help="measure this case alone, and print it as JSON")
    parser.add_argument("--only", default="", help="only cases with this in their name")
    options = parser.parse_args()
    if options.case:
        case = Case(**json.loads(options.case))
        if case.threads:
            torch.set_num_threads(case.threads)
        render = render_ours if case.ours else render_upstream
        measured = render(options.home, case, options.steps)
        sys.stdout.write(json.dumps(dataclasses.asdict(measured)) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or checkpoint.write(Path(folder), checkpoint.TRUE_SIZE)
        onnx.save(melgan(), home / "melgan" / "model.onnx")
        cases = tuple(case for case in CASES if options.only in case.name)
        for line in table(home, options.steps, cases):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
