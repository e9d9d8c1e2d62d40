"""Measures playing live, from the key to the sound, over JACK: `python -m benchmarks.live`.

Starts a JACK server without hardware, `legato serve` with its device sink on it, and a player of
its own: a JACK client that strikes notes, by JACK MIDI or by OSC, and hears Legato's output in
the same cycles. So every latency is counted in JACK's own frames. Prints a Markdown table, in
which Legato's own dry blocks stand apart from those beside which JACK itself lost its beat or the
machine stood still (stops.py).

`python -m benchmarks.live --minutes 60` soaks instead: sixteen voices held, a line a minute, and
every gap in what was heard. `kept ms` is what the device sink kept ahead at the end of a row.
With `--spectrogram-size tiny` (`true`: as large as the public one) that is Spectrogram Diffusion,
with random weights, at its own window of 5.12 s.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.players import RATE_HZ, Player, jack_server
from benchmarks.spine import DEMO, PATIENCE_SECONDS, ROOT, Client, end_well, free_port
from benchmarks.stops import Stops, may_be_realtime, watching
from tests.engine.models.tiny import spectrogram_diffusion as checkpoint

DRUM_CHANNEL, RIM = 10, 37  # a sharp attack, and short
THRESHOLD = 2e-4
HELD = tuple(range(40, 72, 2))  # sixteen voices
STRINGS = 48
SIZES = {"tiny": checkpoint.TINY, "true": checkpoint.TRUE_SIZE}
COLUMNS = (
    *("stage", "heard", "unheard", "p50 ms", "p95", "p99", "max", "p95 - p5"),
    *("ran dry", "dry beside a stop", "JACK xruns", "stops", "stopped ms"),
    *("effort changes", "kept ms"),
)
SOAK = ("minute", "ran dry", "dry beside a stop", "JACK xruns", "stops", "stopped ms")
SOAK += ("effort changes", "kept ms", "gaps heard", "longest gap ms", "bridge MB", "engine MB")


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def serving(folder: Path, server: str) -> Iterator[tuple[Client, psutil.Process]]:
    """Run `legato serve` on a JACK server, with the player's keys as its MIDI port."""
    port = free_port()
    command = [sys.executable, "-m", "bridge.cli", "serve", "--port", str(port)]
    command += ["--takes", str(folder / "takes"), "--media", str(folder)]
    environment = os.environ | {"JACK_DEFAULT_SERVER": server, "JACK_NO_START_SERVER": "1"}
    environment |= {"LEGATO_MIDI_INPUTS": "player", "LEGATO_MIDI_BACKEND": "jack"}
    environment["LEGATO_MODELS_FOLDER"] = str(folder / "models")
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment)
    try:
        client = Client(port)
        client.wait_ready()
        yield client, psutil.Process(process.pid)
    except Exception:
        sys.stderr.write((folder / "serve.log").read_text()[-4000:])
        raise
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


class Hands:
    """Plays Legato by OSC or by JACK MIDI."""

    def __init__(self, client: Client, player: Player, by_midi: bool) -> None:
        self._client, self._player, self._by_midi = client, player, by_midi

    def note(self, channel: int, pitch: int, velocity: int) -> int:
        """Strike or let go of a key, and return JACK's frame of that moment."""
        if self._by_midi:
            return self._player.strike_midi((0x90 | channel - 1, pitch, velocity))
        frame = self._player.frame
        self._client.send("/legato/live/note", channel, pitch, velocity)
        return frame


def onset_frame(sound: np.ndarray[Any, Any]) -> int | None:
    """Return where a drum begins: where the slope is first far above what went before."""
    slope = np.abs(np.diff(sound, 2, prepend=sound[:1], append=sound[-1:]))
    before = slope[: RATE_HZ // 250].max()
    found = np.flatnonzero(slope > max(4.0 * before, THRESHOLD))
    return int(found[0]) if len(found) else None


class Dry:
    """Counts the device sink's dry blocks, apart those beside which JACK or the machine stopped."""

    def __init__(self, client: Client, player: Player, stops: Stops) -> None:
        self._client, self._player, self._stops = client, player, stops
        self.own = self.beside = 0
        self._seen = self._first = self._counts()

    @property
    def cells(self) -> tuple[int, int, int, int, int]:
        """Own and others' dry blocks, JACK's xruns, the machine's stops and their ms, so far."""
        _, xruns, stops, seconds = (
            now - first for now, first in zip(self._seen, self._first, strict=True)
        )
        return self.own, self.beside, round(xruns), round(stops), round(seconds * 1e3)

    def look(self) -> None:
        """Count what came since the last look, which should be a fraction of a second ago."""
        now = self._counts()
        if now[1:3] != self._seen[1:3]:
            self.beside += round(now[0] - self._seen[0])
        else:
            self.own += round(now[0] - self._seen[0])
        self._seen = now

    def _counts(self) -> tuple[float, ...]:
        self._client.send("/legato/sinks", 5)
        _, row = self._client.wait("/legato/sinks")
        return int(row[8]), self._player.xruns, *self._stops.now()


def strikes(hands: Hands, player: Player, dry: Dry, count: int) -> tuple[list[float], int]:
    """Strike a drum again and again; return the latencies in ms, and how many were unheard."""
    latencies, unheard = [], 0
    rng = random.Random(1)
    for _ in range(count):
        time.sleep(rng.uniform(0.2, 0.3))
        begin = player.frame
        time.sleep(0.006)
        struck = hands.note(DRUM_CHANNEL, RIM, 110)
        sound = player.heard(begin, struck + RATE_HZ // 5)
        dry.look()
        found = onset_frame(sound)
        if found is None or begin + found < struck:
            unheard += 1
        else:
            latencies.append((begin + found - struck) / RATE_HZ * 1e3)
    return latencies, unheard


@contextlib.contextmanager
def rendering(client: Client) -> Iterator[None]:
    """Render the demo piece again and again beside what is measured."""
    stop = threading.Event()
    other = Client(client.port)

    def work() -> None:
        number = 1000
        while not stop.is_set():
            number += 1
            other.send("/legato/render", number, "demo.mid", "play", 0)
            with contextlib.suppress(RuntimeError):
                other.wait("/legato/done", number)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    time.sleep(1.0)
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)


def line(cells: Iterable[object]) -> str:
    """Return one line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


class Measurement:
    """The running parts, and how one stage after the other is measured."""

    def __init__(
        self, client: Client, player: Player, hands: Hands, stops: Stops, kept_seconds: float
    ) -> None:
        self._client, self._player, self._hands, self._stops = client, player, hands, stops
        self._efforts, self._reserves = Client(client.port), Client(client.port)
        self._kept_seconds = kept_seconds
        self._told()

    def _told(self) -> tuple[int, int]:
        """Return how often the effort changed since the last time, and the ms kept ahead now."""
        for notices, topic in ((self._efforts, "live"), (self._reserves, "sinks")):
            notices.send("/legato/notify", 1, topic)  # Renews the lease, too.
        changes = self._efforts.drain("/legato/live/late")
        for _, seconds in self._reserves.drain("/legato/sink/live"):
            self._kept_seconds = seconds
        return len(changes), round(1e3 * self._kept_seconds)

    def stage(self, name: str, count: int) -> None:
        """Strike so often, and print what came of it."""
        self._told()
        dry = Dry(self._client, self._player, self._stops)
        latencies, unheard = strikes(self._hands, self._player, dry, count)
        p5, p50, p95, p99 = np.percentile(latencies, [5, 50, 95, 99])
        figures = (p50, p95, p99, max(latencies), p95 - p5)
        cells = (name, len(latencies), unheard, *(f"{figure:.1f}" for figure in figures))
        say(line((*cells, *dry.cells, *self._told())))

    def hold(self, velocity: int) -> None:
        """Hold sixteen voices, or let them go."""
        for pitch in HELD:
            self._hands.note(1, pitch, velocity)

    def soak(self, minutes: int, serving: psutil.Process) -> None:
        """Print each minute what was missing of the voices that are held, once they are heard."""
        while not self._player.heard(frame := self._player.frame, frame + RATE_HZ // 100).all():
            time.sleep(0.1)
        say(line(SOAK) + "\n" + "|---" * len(SOAK) + "|")
        for minute in range(1, minutes + 1):
            self._told()
            dry, gaps = Dry(self._client, self._player, self._stops), []
            begin, end = self._player.heard_until, time.monotonic() + 60.0
            while time.monotonic() < end:
                sound = self._player.heard(begin, begin + RATE_HZ // 4)
                gaps += gaps_of(sound)
                begin += RATE_HZ // 4
                dry.look()
            memory = [memory_mb(serving), *map(memory_mb, serving.children())]
            cells = (minute, *dry.cells, *self._told(), len(gaps))
            longest_ms = f"{max(gaps, default=0.0):.1f}"
            say(line((*cells, longest_ms, *memory[:2])))


def gaps_of(sound: np.ndarray[Any, Any]) -> list[float]:
    """Return the lengths in ms of what was wholly silent for a millisecond or more."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], sound == 0.0, [0])).astype(np.int8)))
    lengths = np.diff(edges)[::2] / RATE_HZ * 1e3
    return [float(length) for length in lengths if length >= 1.0]


def memory_mb(process: psutil.Process) -> int:
    """Return how much memory a process holds."""
    return round(process.memory_info().rss / 1e6)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strikes", type=int, default=200)
    parser.add_argument("--minutes", type=int, default=0, help="soak for so long instead")
    parser.add_argument("--period", type=int, default=256, help="JACK's, in frames")
    parser.add_argument("--live-seconds", type=float, default=0.016, help="the device sink's")
    parser.add_argument("--live-max-seconds", type=float, default=0.1, help="the device sink's")
    parser.add_argument("--follow-steps", type=int, default=0, help="of the refinement")
    parser.add_argument("--spectrogram-size", choices=SIZES, help="Spectrogram Diffusion instead")
    parser.add_argument("--steps", type=int, default=100, help="Spectrogram Diffusion's")
    parser.add_argument("--midi", action="store_true", help="strike by JACK MIDI, not by OSC")
    return parser.parse_args()


def begin(client: Client, server: str, options: argparse.Namespace) -> Player:
    """Open the device sink, begin to play, and listen."""
    sink = ("hostapi", "JACK", "block_frames", options.period)
    sink += ("live_seconds", options.live_seconds, "live_max_seconds", options.live_max_seconds)
    client.send("/legato/sink/open", 1, "device", "out", *sink)
    client.wait("/legato/done", 1)
    player = Player(server)
    player.listen()
    way: tuple[object, ...] = ("follow_steps", options.follow_steps)
    if options.spectrogram_size:
        way = ("model", checkpoint.NAME, "steps", options.steps)
    client.send("/legato/live/start", 2, *way)
    client.wait("/legato/progress", 2)
    client.send("/legato/live/program", 1, STRINGS)
    time.sleep(2.0)
    return player


def measure(client: Client, measurement: Measurement, count: int) -> None:
    """Strike alone, with sixteen voices held, and beside a render."""
    say(f"{line(COLUMNS)}\n{'|---' * len(COLUMNS)}|")
    measurement.stage("alone", count)
    measurement.hold(80)
    measurement.stage("16 voices held", count)
    with rendering(client):
        measurement.stage("16 voices held, a file rendered beside", count)


def main() -> None:
    """Measure, or soak."""
    end_well()
    options = parsed()
    sys.setswitchinterval(0.0001)
    with (
        tempfile.TemporaryDirectory() as name,
        watching() as stops,
        jack_server(options.period) as server,
    ):
        folder = Path(name)
        (folder / "demo.mid").write_bytes(DEMO.read_bytes())
        if options.spectrogram_size:
            checkpoint.write(folder / "models", SIZES[options.spectrogram_size])
        with serving(folder, server) as (client, process):
            player = begin(client, server, options)
            load = psutil.getloadavg()
            realtime = "in real time" if may_be_realtime() else "not in real time"
            say(f"load before: {load[0]:.1f}; {psutil.cpu_count()} cores; JACK {realtime}\n")
            hands = Hands(client, player, options.midi)
            measurement = Measurement(client, player, hands, stops, options.live_seconds)
            if options.minutes:
                measurement.hold(80)
                measurement.soak(options.minutes, process)
            else:
                measure(client, measurement, options.strikes)
            measurement.hold(0)
            client.send("/legato/live/stop", 2)
            client.wait("/legato/done", 2)
            player.close()


if __name__ == "__main__":
    main()
