"""Measures the ways out: `python -m benchmarks.sinks [--seconds 20]`.

For each sink: CPU time while a stereo stream at 48 kHz goes through it to a receiver on this
machine, the receiver's own left out, so that a busy machine changes little; and, where packets
are paced, how far their arrival strays from an even pace (kernel timestamps).
Then the pace against clocks that are off, an hour on a virtual clock; with `--seconds 0`, that
alone. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import contextlib
import heapq
import random
import socket
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bridge.net.pacing import Pacer
from bridge.player import Player
from bridge.sinks.base import Sink, check_options, find_sink
from bridge.stream import Stream
from engine.wire import Value

RATE_HZ = 48_000
PERIOD_SECONDS = 0.010
PACED = {"vban": 128, "rtp": 240, "reastream": 150}  # and the frames of a packet
SO_TIMESTAMPNS = 35  # Linux; the kernel's own time of arrival.


class Receiver:
    """Reads what a sink sends and, over UDP, keeps when each packet arrived."""

    def __init__(self, kind: str) -> None:
        self.arrivals: list[float] = []
        self._stop = threading.Event()
        stream = kind == "jitter"
        self._socket = (
            socket.create_server(("127.0.0.1", 0))
            if stream
            else socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        )
        if not stream:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            while not self._bind_even():
                pass
        self.port = int(self._socket.getsockname()[1])
        self.thread = threading.Thread(target=self._accept if stream else self._read)

    def _bind_even(self) -> bool:
        with contextlib.suppress(OSError):
            self._socket.bind(("127.0.0.1", random.randrange(20_000, 60_000, 2)))
            return True
        return False

    def __enter__(self) -> Receiver:
        self._socket.settimeout(0.2)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.thread.join()
        self._socket.close()

    def _read(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                _, ancillary, _, _ = self._socket.recvmsg(65_536, 64)
                seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
                self.arrivals.append(seconds + nanoseconds / 1e9)

    def _accept(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            while connection.recv(1 << 20):
                pass


@contextlib.contextmanager
def opened(kind: str, folder: Path) -> Iterator[tuple[Sink, list[float], list[threading.Thread]]]:
    """Open a sink with a receiver of its own; yield it, the arrivals, and the receiver's thread."""
    with contextlib.ExitStack() as stack:
        options: dict[str, Value] = {}
        arrivals: list[float] = []
        threads: list[threading.Thread] = []
        if kind in (*PACED, "osc", "jitter"):
            receiver = stack.enter_context(Receiver(kind))
            options["port"], arrivals = receiver.port, receiver.arrivals
            threads.append(receiver.thread)
        if kind == "tcp":
            options["port"] = 0
        if kind in ("wav", "stems", "clips"):
            options["path"] = str(folder / f"{kind}{time.monotonic_ns()}.wav")
        sink = find_sink(kind)()
        sink.open("bench", check_options(kind, options), RATE_HZ, 2)
        if kind == "tcp":
            threads.append(stack.enter_context(_tcp_reader(int(getattr(sink, "port")))))  # noqa: B009
        try:
            yield sink, arrivals, threads
        finally:
            sink.close()


@contextlib.contextmanager
def _tcp_reader(port: int) -> Iterator[threading.Thread]:
    client = socket.create_connection(("127.0.0.1", port))

    def read() -> None:
        with contextlib.suppress(OSError):
            while client.recv(1 << 20):
                pass

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    yield thread
    client.close()


def play(kinds: list[str], seconds: float, folder: Path) -> tuple[float, list[Sink], list[float]]:
    """Play noise for so long; return the CPU seconds, the sinks, and the first one's arrivals."""
    stream = Stream(RATE_HZ, 2)
    player = Player(stream)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (round(seconds * RATE_HZ), 2))
    voice = stream.open_voice("noise", RATE_HZ, 2)
    voice.write(noise.astype(np.float32), 0)
    with contextlib.ExitStack() as stack:
        sinks = []
        first: list[float] = []
        receivers: list[threading.Thread] = []
        for index, kind in enumerate(kinds):
            sink, arrivals, threads = stack.enter_context(opened(kind, folder))
            receivers += threads
            player.attach(f"{kind}{index}", sink)
            sinks.append(sink)
            first = first or arrivals
        time.sleep(0.2)
        player._anchor()
        before, until = _cpu_seconds(receivers), time.monotonic() + seconds
        while time.monotonic() < until:
            player.pump()
            time.sleep(PERIOD_SECONDS)
        return _cpu_seconds(receivers) - before, sinks, list(first)


def _cpu_seconds(without: list[threading.Thread]) -> float:
    """Return the CPU time of this process, without that of some of its threads."""
    clocks = [time.pthread_getcpuclockid(thread.ident) for thread in without if thread.ident]
    return time.process_time() - sum(map(time.clock_gettime, clocks))


def strays_milliseconds(arrivals: list[float]) -> list[float]:
    """Return how far each packet strays from an even pace, in ms, the first second left out."""
    times = np.array(arrivals)
    times = times[times > times[0] + 1.0]
    count = np.arange(len(times))
    even = np.polyval(np.polyfit(count, times, 1), count)
    return sorted((1e3 * np.abs(times - even)).tolist())


def drift(parts_per_million: float, seconds: float = 3_600.0, packet: int = 256) -> tuple[int, ...]:
    """Return underruns, late frames, and the least and most frames that waited, in an hour."""
    pacer, now, level, given = Pacer(RATE_HZ, packet, 1_920), 0.0, 0, 0
    stream_hz = RATE_HZ * (1 + parts_per_million / 1e6)
    events, chance = [0.0], random.Random(1)
    lowest, highest = 1 << 30, 0
    while now < seconds:
        wait = pacer.wait_seconds(now, level)
        if wait is None or now + wait > events[0]:
            now = max(now, heapq.heappop(events))
            frames = int(now * stream_hz) - given
            level, given = level + frames, given + frames
            heapq.heappush(events, now + PERIOD_SECONDS + chance.uniform(0, 0.002))
        else:
            now, level = now + max(0.0, wait), level - packet
            pacer.sent(now, level)
            if now > 30:
                lowest, highest = min(lowest, level), max(highest, level)
    return pacer.underruns, pacer.late_frames, lowest, highest


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="of audio for each sink")
    seconds = parser.parse_args().seconds
    if seconds:
        with tempfile.TemporaryDirectory() as name:
            _report(Path(name), seconds)
    _report_drift()


def _report(folder: Path, seconds: float) -> None:
    write = sys.stdout.write
    base, _, _ = play(["null"], seconds, folder)
    write("| sink | CPU, % of a core | stray p50, ms | p95 | p99 | worst | lost frames |\n")
    write("|---|---|---|---|---|---|---|\n")
    for kind in (*PACED, "osc", "jitter", "tcp", "wav", "clips", "stems"):
        cpu, sinks, arrivals = play([kind], seconds, folder)
        strays = strays_milliseconds(arrivals) if kind in PACED else []
        cells = [f"{strays[int(p * (len(strays) - 1))]:.2f}" if strays else "" for p in _POINTS]
        lost = sinks[0].stats.lost_frames
        write(f"| {kind} | {100 * (cpu - base) / seconds:.2f} | {' | '.join(cells)} | {lost} |\n")
    eight = ["vban", "rtp", "reastream", "osc", "jitter", "tcp", "wav", "null"]
    cpu, sinks, _ = play(eight, seconds, folder)
    lost = sum(sink.stats.lost_frames for sink in sinks)
    underruns = sum(sink.stats.underruns for sink in sinks)
    write(f"\nEight sinks at once: {100 * cpu / seconds:.1f} % of a core, {lost} frames lost, ")
    write(f"{underruns} underruns.\n\n")


def _report_drift() -> None:
    write = sys.stdout.write
    write("| sink | clock off by | underruns | late | least | most |\n|---|---|---|---|---|---|\n")
    for kind, packet in PACED.items():
        for parts in (-200.0, 0.0, 200.0):
            figures = " | ".join(map(str, drift(parts, packet=packet)))
            write(f"| {kind} | {parts:+.0f} ppm | {figures} |\n")
            sys.stdout.flush()  # A row takes seconds.


_POINTS = (0.5, 0.95, 0.99, 1.0)


if __name__ == "__main__":
    main()
