"""Thirty-two clients and eight streams at once: `python -m benchmarks.load [--rounds 20]`.

Each client, half of them over UDP and half over TCP, asks for the status, subscribes, submits
renders and cancels every other one, while eight sinks of different kinds and rates send what two
jobs play to receivers of their own. Prints Markdown: latencies, losses, and CPU time. The clients
are threads of one process, which keep each other waiting; one more, in a process of its own, asks
for the status alone.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import multiprocessing
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import psutil

from benchmarks.ears import Ear
from benchmarks.spine import DEMO, end_well, serving
from bridge.midi.write import write_score
from bridge.osc.codec import Atom, Message, Sendable, decode, encode
from bridge.osc.framing import SizePrefixed
from engine.wire import Note, Score

CLIENTS = 32
PATIENCE_SECONDS = 120.0
ASKING_SECONDS = 0.03  # between the questions of the one that only asks
BUFFERED = 4  # The place in a status of how many seconds wait to be played.
ENDINGS = ("/legato/done", "/legato/cancelled", "/legato/fail")
SINK_COLUMNS = ("sink", "rate", "packets", "missing", "lost frames", "underruns")
COLUMNS = ("answer", "count", "p50 ms", "p95", "p99", "worst")


class Talker:
    """One OSC client over a socket of its own; keeps everything it hears."""

    def __init__(self, port: int, by_tcp: bool) -> None:
        self.heard: list[Message] = []
        self.waited: dict[str, list[float]] = defaultdict(list)
        self._framing = SizePrefixed() if by_tcp else None
        if by_tcp:
            self._socket = socket.create_connection(("127.0.0.1", port))
        else:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self._socket.connect(("127.0.0.1", port))

    def send(self, address: str, *arguments: Sendable) -> None:
        """Send one message."""
        packet = encode(f"/legato{address}", *arguments)
        self._socket.sendall(self._framing.wrap(packet) if self._framing else packet)

    def ask(self, address: str, call: int, *arguments: Sendable, answer: str = "") -> Message:
        """Send a call and return the first answer to it; its latency is kept."""
        begun = time.perf_counter()
        self.send(address, call, *arguments)
        found = self.wait((f"/legato{answer or address}", ENDINGS[2]), call)
        self.waited[answer or address].append(1e3 * (time.perf_counter() - begun))
        return found

    def wait(self, addresses: tuple[str, ...], call: Atom | None = None) -> Message:
        """Return the first message of some addresses, and of a call. Raises: TimeoutError."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen = 0
        while True:
            for message in self.heard[seen:]:
                mine = call is None or message.arguments[:1] == (call,)
                if message.address in addresses and mine:
                    return message
            seen = len(self.heard)
            self._receive(deadline - time.monotonic())

    def rows(self, address: str, call: int) -> list[tuple[Atom, ...]]:
        """Return the rows of an answer of several, each from its index on, after the count.

        Raises: TimeoutError.
        """
        first = self.wait((address,), call)
        last = int(str(first.arguments[2])) - 1
        while True:
            found = {m.arguments[1]: m.arguments for m in self.heard if m.address == address}
            if last in found:
                return [(row[1], *row[3:]) for row in found.values() if row[0] == call]
            self._receive(PATIENCE_SECONDS)

    def _receive(self, seconds: float) -> None:
        if seconds <= 0:
            raise TimeoutError("no answer came")
        self._socket.settimeout(seconds)
        data = self._socket.recv(1 << 16)
        packets = self._framing.feed(data) if self._framing else (data,)
        for packet in packets:
            self.heard += [found for found in decode(packet) if isinstance(found, Message)]

    def wait_new(self, address: str) -> Message:
        """Return the next message of an address that has not been heard yet.

        Raises: TimeoutError.
        """
        before = sum(message.address == address for message in self.heard)
        while True:
            found = [message for message in self.heard if message.address == address]
            if len(found) > before:
                return found[before]
            self._receive(PATIENCE_SECONDS)

    def listen(self, seconds: float) -> None:
        """Hear what comes for so long."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(TimeoutError):
            while True:
                self._receive(deadline - time.monotonic())

    def endings(self, call: int) -> list[Message]:
        """Return how a call ended, as often as it did."""
        mine = [m for m in self.heard if m.arguments[:1] == (call,)]
        return [m for m in mine if m.address in ENDINGS]

    def close(self) -> None:
        """Leave."""
        self._socket.close()


def converse(talker: Talker, rounds: int, score: str, seed: int) -> None:
    """Subscribe, then ask for the status and submit a render each round, cancelling every other."""
    talker.send("/notify", 1, "jobs")
    talker.wait(("/legato/notify",))
    for number in range(1, rounds + 1):
        call = 2 * number
        talker.ask("/status", call + 1)
        talker.ask("/render", call, score, "play", 0, "seed", seed, answer="/accepted")
        if number % 2:
            talker.send("/cancel", call)
        talker.wait(ENDINGS, call)
    talker.ask("/sync", 1, answer="/synced")


@contextlib.contextmanager
def streams(talker: Talker, recording: str) -> Iterator[dict[str, Ear]]:
    """Open eight sinks, each with a receiver; yield those of the seven that send."""
    ears = {
        "vban": Ear("vban"),
        "rtp24": Ear("rtp", format="L24"),
        "rtp16": Ear("rtp", format="L16", rate=44_100),
        "reastream": Ear("reastream"),
        "jitter": Ear("jitter", rate=32_000),
        "tcp": Ear("tcp"),
        "osc": Ear("osc", format="blob", rate=22_050),
    }
    options: dict[str, tuple[str, dict[str, Sendable]]] = {
        name: (ear.kind, dict(ear.options)) for name, ear in ears.items()
    }
    options["wav"] = ("wav", {"path": recording})
    for call, (name, (kind, given)) in enumerate(options.items(), 100):
        if kind == "tcp":
            ears[name].release()
        pairs = [item for pair in given.items() for item in pair]
        talker.ask("/sink/open", call, kind, name, *pairs, answer="/done")
        if name in ears:
            ears[name].start()
    try:
        yield ears
    finally:
        for ear in ears.values():
            ear.close()


def counters(talker: Talker, call: int) -> dict[str, dict[str, int]]:
    """Return what each sink has counted."""
    talker.send("/sinks", call)
    names = ("underruns", "channels", "frames", "late_frames", "lost_frames", "xruns")
    rows = talker.rows("/legato/sinks", call)
    return {str(row[1]): dict(zip(names, map(_whole, row[6:]), strict=True)) for row in rows}


def _whole(value: Atom) -> int:
    assert isinstance(value, int)
    return value


def play(talker: Talker, score: str, jobs: int) -> None:
    """Have so many jobs play the score to the sinks, and wait until they are rendered."""
    for call in range(200, 200 + jobs):
        talker.ask("/render", call, score, "seed", call, answer="/accepted")
    for call in range(200, 200 + jobs):
        talker.wait(ENDINGS, call)


def crowd(port: int, score: str, rounds: int, clients: int = CLIENTS) -> list[Talker]:
    """Let so many clients converse at once; return them, closed."""
    talkers = [Talker(port, by_tcp=bool(index % 2)) for index in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        work = [
            pool.submit(converse, talker, rounds, score, seed)
            for seed, talker in enumerate(talkers)
        ]
        for done in work:
            done.result()
    for talker in talkers:
        talker.close()
    return talkers


def wait_quiet(talker: Talker, ears: dict[str, Ear]) -> None:
    """Wait until what is played is over at every receiver: half a second of silence.

    And until none waits to be played: a pause may also be an engine's that is too slow.
    """
    calls = itertools.count(10_000)
    _until(lambda: not talker.ask("/status", next(calls)).arguments[BUFFERED])
    _until(lambda: all(ear.is_over(0.5) for ear in ears.values()))


def wait_heard(ears: dict[str, Ear], counted: dict[str, dict[str, int]]) -> None:
    """Wait until every receiver of a format with numbers has what its sink had sent."""

    def heard(name: str) -> bool:
        return len(ears[name].samples()) >= counted[name]["frames"]

    _until(lambda: all(heard(name) for name in ears if ears[name].kind != "tcp"))


@contextlib.contextmanager
def asking(port: int) -> Iterator[list[float]]:
    """Have a process ask for the status all along; its latencies in ms are there afterwards."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    asker = context.Process(target=_ask_on, args=(port, its), daemon=True)
    asker.start()
    mine.recv()
    waited: list[float] = []
    try:
        yield waited
    finally:
        mine.send(None)
        waited += mine.recv()
        asker.join()


def _ask_on(port: int, connection: Connection) -> None:
    talker = Talker(port, by_tcp=False)
    connection.send(None)
    for call in itertools.count(1):
        if connection.poll(ASKING_SECONDS):
            break
        talker.ask("/status", call)
        talker.heard.clear()
    connection.send(talker.waited["/status"])


def _until(condition: Callable[[], bool]) -> None:
    """Wait. Raises: TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("what was played did not end, or did not come")
        pause.wait(0.1)


def main() -> None:
    """Measure with a server of its own, and print."""
    end_well()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--model", default="tone")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        serving(Path(name), options.model) as (
            client,
            process,
        ),
    ):
        shutil.copy(DEMO, Path(name) / "demo.mid")
        notes = tuple(Note(beat / 2, beat / 2 + 0.4, 60 + beat, 90) for beat in range(4))
        short = write_score(Score(notes=notes, duration_seconds=2.0, title="Short"))
        (Path(name) / "short.mid").write_bytes(short)
        _report(client.port, process, options.rounds)


def _report(port: int, process: psutil.Process, rounds: int) -> None:
    talker, write = Talker(port, by_tcp=True), sys.stdout.write
    with streams(talker, "all.wav") as ears:
        family = [process, *process.children()]
        before, begun = [sum(p.cpu_times()[:2]) for p in family], time.monotonic()
        with ThreadPoolExecutor(1) as pool, asking(port) as alone:
            playing = pool.submit(play, talker, "demo.mid", 2)
            talkers = crowd(port, "short.mid", rounds)
            playing.result()
        seconds = time.monotonic() - begun
        cpu = [sum(p.cpu_times()[:2]) - b for p, b in zip(family, before, strict=True)]
        counted = counters(talker, 999)
    write(f"{len(talkers)} clients, {rounds} rounds each, in {seconds:.1f} s; CPU: bridge ")
    write(f"{100 * cpu[0] / seconds:.0f} %, engine {100 * cpu[1] / seconds:.0f} % of a core\n\n")
    write(f"| {' | '.join(COLUMNS)} |\n{'|---' * len(COLUMNS)}|\n")
    rows = {a: [ms for t in talkers for ms in t.waited[a]] for a in ("/status", "/accepted")}
    for answer, waited in (rows | {"/status, by one alone": alone}).items():
        cells = [f"{value:.1f}" for value in np.percentile(waited, [50, 95, 99, 100])]
        write(f"| {answer} | {len(waited)} | {' | '.join(cells)} |\n")
    write(f"\n| {' | '.join(SINK_COLUMNS)} |\n{'|---' * len(SINK_COLUMNS)}|\n")
    for name, ear in ears.items():
        row = counted[name]
        write(f"| {name} | {ear.options.get('rate', 48_000)} | {len(ear.packets)} | {ear.missing} ")
        write(f"| {row['lost_frames']} | {row['underruns']} |\n")
    talker.close()


if __name__ == "__main__":
    main()
