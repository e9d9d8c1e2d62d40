"""Measures the spine with a real server: `python -m benchmarks.spine [--model house]`.

Everything in one run, beside FluidSynth on the same file for scale. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "bridge" / "data" / "demo.mid"
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
PATIENCE_SECONDS = 120


class Client:
    """A blocking OSC client over UDP."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))
        self._socket.settimeout(PATIENCE_SECONDS)

    def send(self, address: str, *arguments: Any) -> float:
        """Send a message and return when."""
        builder = OscMessageBuilder(address)
        for argument in arguments:
            builder.add_arg(argument)
        packet = builder.build().dgram
        sent = time.perf_counter()
        self._socket.send(packet)
        return sent

    def wait(self, address: str, first: object = None) -> tuple[float, list[Any]]:
        """Return when a message came, and its arguments."""
        while True:
            message = OscMessage(self._socket.recv(65_536))
            came = time.perf_counter()
            if message.address == "/legato/fail":
                raise RuntimeError(f"{address} was awaited and a failure came: {message.params}")
            if message.address == address and first in (None, message.params[0]):
                return came, list(message.params)

    def drain(self, address: str) -> list[list[Any]]:
        """Return the arguments of every message of an address that has come already."""
        found = []
        self._socket.settimeout(0.05)
        with contextlib.suppress(TimeoutError):
            while True:
                message = OscMessage(self._socket.recv(65_536))
                if message.address == address:
                    found.append(list(message.params))
        self._socket.settimeout(PATIENCE_SECONDS)
        return found

    def wait_ready(self) -> None:
        """Return once the server is ready."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        self._socket.settimeout(1)
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                self.send("/legato/status", 1)
                _, status = self.wait("/legato/status", 1)
                if status[1] == "ready":
                    self._socket.settimeout(PATIENCE_SECONDS)
                    return
            time.sleep(0.2)
        raise TimeoutError("the server did not become ready")


def free_port() -> int:
    """Return a UDP port that nobody uses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end_well() -> None:
    """Let a benchmark that is told to end do so as by Ctrl-C: what it started ends with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextlib.contextmanager
def serving(folder: Path, model: str) -> Iterator[tuple[Client, psutil.Process]]:
    """Run `legato serve` with its own folders; yield a client and the bridge's process."""
    port = free_port()
    command = [sys.executable, "-m", "bridge.cli", "serve", "--port", str(port), "--model", model]
    command += ["--takes", str(folder / "takes"), "--media", str(folder), "--sink", "null"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            client = Client(port)
            client.wait_ready()
            yield client, psutil.Process(process.pid)
        finally:
            process.terminate()


def measure(folder: Path, model: str) -> dict[str, float]:
    """Return every figure of the server, in seconds unless its name says otherwise."""
    shutil.copy(DEMO, folder / "demo.mid")
    figures: dict[str, float] = {}
    with serving(folder, model) as (client, bridge):
        engine = max(bridge.children(recursive=True), key=lambda p: p.memory_info().rss)
        _render(client, 1)  # Warms caches that a first render fills.
        figures |= _throughput(client, bridge, engine)
        if model == "house":
            seconds, done = _render(client, 11, "steps", 0)
            figures["real-time factor, draft"] = float(done[1]) / seconds
        figures |= _first_audible(client)
        figures |= _acknowledgement(client)
        figures["bridge peak memory (MB)"] = _peak_megabytes(bridge)
        figures["engine peak memory (MB)"] = _peak_megabytes(engine)
    return figures


def _render(client: Client, id: int, *options: Any) -> tuple[float, list[Any]]:
    sent = client.send("/legato/render", id, "demo.mid", "play", 0, *options)
    came, done = client.wait("/legato/done", id)
    return came - sent, done


def _throughput(client: Client, bridge: psutil.Process, engine: psutil.Process) -> dict[str, float]:
    before = [_cpu_seconds(process) for process in (bridge, engine)]
    seconds, done = _render(client, 10)
    bridge_seconds, engine_seconds = (
        _cpu_seconds(process) - start
        for process, start in zip((bridge, engine), before, strict=True)
    )
    return {
        "real-time factor": float(done[1]) / seconds,
        "bridge CPU over engine CPU (%)": 100 * bridge_seconds / engine_seconds,
    }


def _first_audible(client: Client, rounds: int = 15) -> dict[str, float]:
    client.send("/legato/notify", 1, "jobs")
    client.wait("/legato/notify", 1)
    heard = []
    for id in range(100, 100 + rounds):
        sent = client.send("/legato/render", id, "demo.mid", "seed", id)
        came, _ = client.wait("/legato/audible")
        heard.append(came - sent)
        client.send("/legato/cancel", id)
        client.wait("/legato/cancelled", id)
    client.send("/legato/notify", 0)
    return {
        "/render to first audible sample, median (ms)": 1e3 * statistics.median(heard),
        "/render to first audible sample, worst (ms)": 1e3 * max(heard),
    }


def _acknowledgement(client: Client, rounds: int = 100) -> dict[str, float]:
    """Measure answers while the engine renders flat out."""
    status, accepted = [], []
    for id in range(1000, 1000 + rounds):
        if id % 10 == 0:
            client.send("/legato/render", id + 5000, "demo.mid", "play", 0, "seed", id)
            client.wait("/legato/accepted", id + 5000)
        sent = client.send("/legato/status", id)
        status.append(client.wait("/legato/status", id)[0] - sent)
        sent = client.send("/legato/render", id, "demo.mid", "play", 0)
        accepted.append(client.wait("/legato/accepted", id)[0] - sent)
        client.send("/legato/cancel", id)
        client.wait("/legato/cancelled", id)
    return {
        "/status while rendering, p50 (ms)": 1e3 * statistics.median(status),
        "/status while rendering, p99 (ms)": 1e3 * sorted(status)[int(0.99 * rounds)],
        "/accepted while rendering, p50 (ms)": 1e3 * statistics.median(accepted),
        "/accepted while rendering, p99 (ms)": 1e3 * sorted(accepted)[int(0.99 * rounds)],
    }


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _peak_megabytes(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return float(process.memory_info().rss) / 1e6
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1e3


def help_seconds(rounds: int = 9) -> dict[str, float]:
    """Return how long `legato --help` takes beside a Python that does nothing."""
    figures = {}
    commands = {"legato --help (ms)": ["-m", "bridge.cli", "--help"], "python (ms)": ["-c", "pass"]}
    for name, arguments in commands.items():
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True, cwd=ROOT)
            times.append(time.perf_counter() - start)
        figures[name] = 1e3 * statistics.median(times)
    return figures


def fluidsynth_factor(folder: Path) -> dict[str, float]:
    """Return FluidSynth's real-time factor on the same file, where it is installed."""
    if not shutil.which("fluidsynth") or not SOUNDFONT.exists():
        return {}
    target = folder / "fluidsynth.raw"
    command = ["fluidsynth", "-niq", "-R", "0", "-C", "0", "-r", "48000", "-T", "raw"]
    start = time.perf_counter()
    subprocess.run([*command, "-F", str(target), str(SOUNDFONT), str(DEMO)], check=True)
    seconds = time.perf_counter() - start
    return {"real-time factor of FluidSynth": target.stat().st_size / 4 / 48_000 / seconds}


def main() -> None:
    end_well()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="house")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        figures = help_seconds() | measure(Path(name), options.model)
        figures |= fluidsynth_factor(Path(name))
    if options.json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    rows = [f"| {name} | {value:.1f} |" for name, value in figures.items()]
    sys.stdout.write("\n".join(["| figure | measured |", "|---|---|", *rows]) + "\n")


if __name__ == "__main__":
    main()
