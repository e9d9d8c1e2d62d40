"""VBAN as npm's package `vban` receives it: every packet, every bit."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bridge.net.pcm import PcmFormat, encode
from bridge.sinks.base import check_options
from bridge.sinks.vban import Sink

if TYPE_CHECKING:
    from tests.conftest import Program

pytestmark = pytest.mark.peer("node", "npm")

SCRIPT = Path(__file__).with_name("vban.js")
RATE = 48_000
# As the package names them.
RESOLUTIONS = {"s16": 1, "s24": 2, "f32": 4}


@pytest.fixture(scope="module")
def modules() -> str:
    """Where node finds the package, by NODE_PATH; without it the tests are skipped."""
    if shutil.which("node") is None:
        pytest.skip("not installed: node")
    folder = os.environ.get("NODE_PATH", "")
    command = ["node", "-e", "require('vban')"]
    found = subprocess.run(command, capture_output=True, check=False).returncode == 0
    if not found and os.environ.get("LEGATO_REQUIRE_PEERS") == "1":
        pytest.fail("not installed, but required here: npm's vban, found by NODE_PATH")
    if not found:
        pytest.skip("not installed: npm install vban, and NODE_PATH to its node_modules")
    return folder


@pytest.mark.parametrize(
    ("pcm_format", "channels"), [("s16", 2), ("f32", 2), ("s24", 1), ("f32", 6)]
)
def test_node_receives_every_sample(
    pcm_format: PcmFormat,
    channels: int,
    modules: str,
    start: Callable[..., Program],
    free_port: int,
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(3)
    audio = rng.uniform(-1, 1, (RATE // 2 + 7, channels)).astype(np.float32)
    raw = tmp_path / "heard.raw"
    node = start("node", str(SCRIPT), str(free_port), str(raw), NODE_PATH=modules)
    node.wait_line("^listening$")
    sink = Sink()
    options = {"port": free_port, "format": pcm_format, "stream": "Legato1"}
    sink.open("desk", check_options("vban", options), RATE, channels)
    for first in range(0, len(audio), 480):
        sink.write(first, audio[first : first + 480])
    sink.close()
    expected = encode(audio, pcm_format)
    node.until(lambda: raw.stat().st_size >= len(expected))
    node.clear()
    assert raw.read_bytes() == expected
    resolution = RESOLUTIONS[pcm_format]
    forms = [line for line in node.output.splitlines() if line.startswith(("form", "gap", "error"))]
    assert len(forms) == 1, forms
    name, rate, count, kind = forms[0].split()[1:]
    assert (name, int(rate), int(count), int(kind)) == ("Legato1", RATE, channels, resolution)
    assert (sink.stats.frames, sink.stats.lost_frames) == (len(audio), 0)
