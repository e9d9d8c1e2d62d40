"""Measures from a note struck to its sound at each receiver: `python -m benchmarks.latency`.

One live job of the built-in model; six sinks send it at once, each at its defaults, to receivers
on this machine; a drum is struck over OSC again and again. What is counted is the time from the
message sent to the arrival of the packet that holds the drum's first sample, which a receiver's
own buffer adds to. The device sink is measured by `benchmarks.live`. Prints a Markdown table, how
often the stream ran dry, and how often the machine itself stood still meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from benchmarks.ears import Ear
from benchmarks.load import Talker
from benchmarks.spine import end_well, serving
from benchmarks.stops import Stops, watching

PATHS = ("vban", "rtp", "reastream", "osc", "jitter", "tcp")
DRUM_CHANNEL, RIM, VELOCITY = 10, 37, 110
THRESHOLD = 0.01
WAIT_SECONDS = 2.0
STATUS_UNDERRUNS = 5  # behind the call's number
SILENT_SECONDS = 0.6  # the drum has rung out, at every receiver
COLUMNS = ("path", "heard", "unheard", "p50 ms", "p95", "p99", "worst", "p95 - p5")


@contextlib.contextmanager
def listening(talker: Talker) -> Iterator[dict[str, Ear]]:
    """Open every sink with a receiver of its own."""
    ears = {kind: Ear(kind, **({"format": "blob"} if kind == "osc" else {})) for kind in PATHS}
    for call, (kind, ear) in enumerate(ears.items(), 100):
        if kind == "tcp":
            ear.release()
        pairs = [item for pair in ear.options.items() for item in pair]
        talker.ask("/sink/open", call, kind, kind, *pairs, answer="/done")
        ear.start()
    try:
        yield ears
    finally:
        for ear in ears.values():
            ear.close()


def onset_seconds(ear: Ear, first_packet: int) -> float | None:
    """Return when the packet came that holds the first loud sample since a packet."""
    for packet in ear.packets[first_packet:]:
        if np.abs(packet.samples).max(initial=0.0) > THRESHOLD:
            return packet.arrival_seconds
    return None


def strike(talker: Talker, ears: dict[str, Ear]) -> dict[str, float | None]:
    """Strike once; return each path's latency in ms, None where nothing was heard."""
    before = {kind: len(ear.packets) for kind, ear in ears.items()}
    struck = time.monotonic()
    talker.send("/live/note", DRUM_CHANNEL, RIM, VELOCITY)
    found: dict[str, float | None] = dict.fromkeys(ears)
    while None in found.values() and time.monotonic() < struck + WAIT_SECONDS:
        time.sleep(0.02)
        for kind, ear in ears.items():
            came = onset_seconds(ear, before[kind])
            found[kind] = None if came is None else 1e3 * (came - struck)
    return found


def measure(talker: Talker, ears: dict[str, Ear], strikes: int) -> dict[str, list[float | None]]:
    """Return each path's latencies."""
    chance = random.Random(1)
    found: dict[str, list[float | None]] = {kind: [] for kind in ears}
    for _ in range(strikes):
        time.sleep(SILENT_SECONDS + chance.uniform(0.0, 0.1))
        for kind, latency in strike(talker, ears).items():
            found[kind].append(latency)
        for ear in ears.values():
            ear.packets.clear()
    return found


def table(found: dict[str, list[float | None]]) -> str:
    """Return the latencies as a Markdown table."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for kind, latencies in found.items():
        heard = [latency for latency in latencies if latency is not None]
        if not heard:
            lines.append(f"| {kind} | 0 | {len(latencies)} |" + " |" * (len(COLUMNS) - 3))
            continue
        p5, *points = np.percentile(heard, [5, 50, 95, 99, 100])
        cells = [kind, len(heard), len(latencies) - len(heard), *(f"{p:.1f}" for p in points)]
        lines.append(f"| {' | '.join(map(str, cells))} | {points[1] - p5:.1f} |")
    return "\n".join(lines) + "\n"


def report(talker: Talker, ears: dict[str, Ear], stops: Stops, strikes: int) -> str:
    """Measure; return the table, and what went wrong meanwhile."""
    before = stops.now()
    found = table(measure(talker, ears, strikes))
    after = stops.now()
    dry = talker.ask("/status", 3).arguments[STATUS_UNDERRUNS]
    stood_still = f"{after.stops - before.stops} times, {after.seconds - before.seconds:.2f} s"
    return f"{found}\nran dry: {dry} times; machine stood still: {stood_still}\n"


def main() -> None:
    """Measure with a server of its own, and print."""
    end_well()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strikes", type=int, default=60)
    strikes = parser.parse_args().strikes
    with (
        tempfile.TemporaryDirectory() as name,
        watching() as stops,
        serving(Path(name), "house") as (client, _),
    ):
        talker = Talker(client.port, by_tcp=True)
        with listening(talker) as ears:
            talker.send("/live/start", 2)
            talker.wait(("/legato/progress",), 2)
            sys.stdout.write(f"load before: {psutil.getloadavg()[0]:.1f}\n\n")
            sys.stdout.write(report(talker, ears, stops, strikes))
            talker.send("/live/stop", 2)
            talker.wait(("/legato/done",), 2)
        talker.close()


if __name__ == "__main__":
    main()
