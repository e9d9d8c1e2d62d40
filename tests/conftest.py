"""What several rooms' tests share."""

from __future__ import annotations

import contextlib
import functools
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import mido
import numpy as np
import psutil
import pytest
import soundfile
from hypothesis import HealthCheck, settings

import engine.models
from bridge.remote import RemoteServer
from engine.discovery import Models
from tests.calm import wait_for_calm

ROOT = Path(__file__).parents[1]
PROBES = Path(__file__).parent / "engine" / "probes"
WAIT_SECONDS = 180.0
ATTEMPTS = 6
LOW_PORTS = (20_000, 32_000)
T = TypeVar("T")

# How long an example takes says how busy the machine is, and nothing about Legato.
settings.register_profile("legato", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("legato")


def pytest_configure() -> None:
    """Let what tests start hear every signal, also where the suite runs in the background.

    What a shell started with `&` or `nohup` ignores Ctrl-C or SIGHUP, and hands that on.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda number, frame: None)


@pytest.fixture(autouse=True)
def denormals() -> Iterator[None]:
    """Undo what a model that computes on the CPU sets for its whole thread: tiny numbers count."""
    yield
    if torch := sys.modules.get("torch"):
        torch.set_flush_denormal(False)


@pytest.fixture
def probe_models() -> Iterator[Models]:
    """Every model, with the test's own `probe` among them."""
    engine.models.__path__.append(str(PROBES))
    yield Models(device="cpu")
    engine.models.__path__.remove(str(PROBES))


@pytest.fixture
def probe_command() -> list[str]:
    """The command that starts an engine process with the model `probe`."""
    return [sys.executable, str(PROBES.parent / "serve_probe.py")]


class Program:
    """A process that a test starts: its output is kept, and it never outlives the test."""

    def __init__(self, *command: str, folder: Path, environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        self._lines: list[str] = []
        self._closed = False
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def output(self) -> str:
        """Everything it has written so far."""
        return "".join(self._lines)

    def wait_line(self, pattern: str) -> re.Match[str]:
        """Return the first match of a pattern in its output, once it is there."""

        def found() -> re.Match[str] | None:
            return re.search(pattern, self.output, re.MULTILINE)

        with self._more:
            self._more.wait_for(lambda: found() or self._closed, WAIT_SECONDS)
        match = found()
        assert match, f"no line came that matches {pattern!r}; these did:\n{self.output}"
        return match

    def until(self, condition: Callable[[], T]) -> T:
        """Return what a condition gives, once it gives something and while the process lives."""
        deadline = time.monotonic() + WAIT_SECONDS
        pause = threading.Event()
        while not (result := condition()):
            assert time.monotonic() < deadline, f"it never came true:\n{self.output}"
            assert self.process.poll() is None, f"the program ended:\n{self.output}"
            pause.wait(0.02)
        return result

    def family(self) -> list[psutil.Process]:
        """Return the process and all that it started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        return []

    def engines(self) -> list[psutil.Process]:
        """Return its engines; one that has just died, and was not yet waited for, is none."""
        found = []
        for process in self.family()[1:]:
            with contextlib.suppress(psutil.Error):
                if "engine.server" in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, where it still runs, and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(WAIT_SECONDS)

    def clear(self) -> None:
        """Leave nothing behind, whatever state it is in."""
        family = self.family()
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(family, timeout=WAIT_SECONDS)
        self.process.wait(WAIT_SECONDS)
        self._reader.join(WAIT_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._more:
                self._lines.append(line)
                self._more.notify_all()
        with self._more:
            self._closed = True
            self._more.notify_all()


class Server(Program):
    """A `legato serve` in a folder of its own, which is its media folder too."""

    def __init__(self, folder: Path, environ: Mapping[str, str], *arguments: str) -> None:
        self.folder = folder
        command = (sys.executable, "-m", "bridge.cli", "serve", *arguments)
        super().__init__(*command, folder=folder, environ=environ)

    @functools.cached_property
    def port(self) -> int:
        """The port of its front door, once it is open and the engine ready."""
        port = int(self.wait_line(r"on 127\.0\.0\.1 port (\d+)")[1])
        with RemoteServer("127.0.0.1", port) as remote:
            self.until(lambda: remote.status().state == "ready")
        return port

    def remote(self) -> RemoteServer:
        """Return a client of its own."""
        return RemoteServer("127.0.0.1", self.port)


def song(path: Path, bars: int = 1, chord: int = 1) -> Path:
    """Write a piece of 2 s a bar for four instruments and drums, which is never silent.

    Every note is a chord of so many, which makes a render longer and not the audio.
    """
    midi = mido.MidiFile(ticks_per_beat=480)
    for channel, program, pitch in ((0, 0, 60), (1, 48, 48), (2, 32, 36), (3, 73, 72), (9, 0, 36)):
        track = mido.MidiTrack([mido.Message("program_change", channel=channel, program=program)])
        for step in range(4 * bars):
            root = pitch + (0, 4, 7, 2)[step % 4]
            for kind, ticks in (("note_on", 0), ("note_off", 480)):
                for note in range(root, root + chord):
                    time_ticks = ticks if note == root else 0
                    track.append(mido.Message(kind, channel=channel, note=note, time=time_ticks))
        midi.tracks.append(track)
    midi.save(path)
    return path


@pytest.fixture
def write_song() -> Callable[..., Path]:
    """Write a small score: `write_song(path, bars, chord)`."""
    return song


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment of a user alone on the machine: own home, own takes, the model tone."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LEGATO_", "XDG_"))}
    return kept | {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "LEGATO_TAKES_FOLDER": str(tmp_path / "takes"),
        "LEGATO_MODEL": "tone",
        "LEGATO_PORT": "0",
    }


@pytest.fixture
def start(tmp_path: Path, environ: dict[str, str]) -> Iterator[Callable[..., Program]]:
    """Start programs that end with the test."""
    programs: list[Program] = []

    def begin(*command: str, **more: str) -> Program:
        programs.append(Program(*command, folder=tmp_path, environ=environ | more))
        return programs[-1]

    yield begin
    for program in reversed(programs):
        program.clear()


@pytest.fixture
def serve(tmp_path: Path, environ: dict[str, str]) -> Iterator[Callable[..., Server]]:
    """Start `legato serve` with flags; song.mid lies in its media folder."""
    servers: list[Server] = []
    folder = tmp_path / "media"
    folder.mkdir()
    song(folder / "song.mid")

    def begin(*arguments: str) -> Server:
        servers.append(Server(folder, environ, *arguments))
        return servers[-1]

    yield begin
    for server in servers:
        server.clear()


@pytest.fixture
def undisturbed(serve: Callable[..., Server]) -> Callable[[Callable[[Server], T | None]], T]:
    """Return what a scene with a server gives, once it ran in time.

    On a busy machine the stream may run dry, or a peer lose packets, of which a scene tells
    by None; neither is what it is about, so it gets another try, but not for ever.
    """

    def play(scene: Callable[[Server], T | None]) -> T:
        for _ in range(ATTEMPTS):
            server = serve()
            result = scene(server)
            with server.remote() as remote:
                if result is not None and remote.status().underruns == 0:
                    return result
            server.clear()
            wait_for_calm()
        pytest.fail(f"disturbed {ATTEMPTS} times; is the machine too busy?\n{server.output}")

    return play


@pytest.fixture
def free_port() -> int:
    """A UDP port that a peer may listen on: an even one, and the next is free, too.

    No system gives such low ones to sockets that ask for any, before the peer has it.
    """
    while True:
        port = random.SystemRandom().randrange(*LOW_PORTS, 2)
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for number in (port, port + 1):
                found = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                found.bind(("127.0.0.1", number))
            return port


@pytest.fixture
def sound() -> Callable[[Path], np.ndarray]:
    """Return a stereo WAV's samples without the silence around them; one channel is interleaved."""

    def read(path: Path) -> np.ndarray:
        samples = soundfile.read(path, dtype="float32")[0].reshape(-1, 2)
        sounding = np.flatnonzero(samples.any(axis=1))
        assert len(sounding), f"{path.name} is silent"
        return samples[sounding[0] : sounding[-1] + 1]

    return read


@pytest.fixture
def path_of_done() -> Callable[..., Path]:
    """Check all replies to one render, each a list of words, and return the path of its done."""

    def check(replies: Sequence[Sequence[str]], from_window: int = 0) -> Path:
        kinds = [words[0] for words in replies]
        assert (kinds[0], kinds[-1]) == ("accepted", "done"), replies
        assert set(kinds) <= {"accepted", "progress", "window", "done"}
        assert kinds.count("accepted") == kinds.count("done") == 1
        windows = [words for words in replies if words[0] == "window"]
        count = int(float(windows[0][3]))
        assert [int(float(words[2])) for words in windows] == list(range(from_window, count))
        fractions = [float(words[2]) for words in replies if words[0] == "progress"]
        assert fractions == sorted(fractions)
        seconds, rate_hz, path = replies[-1][2:]
        assert float(windows[-1][5]) == pytest.approx(float(seconds), abs=1e-3)
        assert float(rate_hz) == 48_000
        return Path(path)

    return check


@pytest.fixture
def fenced() -> Callable[[Path, str], list[str]]:
    """Return the fenced blocks of a language in a Markdown file."""

    def read(path: Path, language: str) -> list[str]:
        pattern = rf"^```{language}\n(.*?)^```$"
        return re.findall(pattern, path.read_text("utf-8"), re.MULTILINE | re.DOTALL)

    return read
