"""The command `legato`: in this process, and as processes that are started, asked and stopped."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import mido
import psutil
import pytest

from bridge import cli, ordering
from bridge.loudness import level_of
from bridge.wav import WavReader

ROOT = Path(__file__).parent.parent.parent
SECONDS = 300.0  # Only to end what hangs; a busy machine may take its time.


def write_song(path: Path, notes: int = 4, ticks: int = 240) -> Path:
    """Write a small piece: a scale on a piano, `ticks` of 480 a quarter a note."""
    track = mido.MidiTrack([mido.Message("program_change", program=0)])
    for number in range(notes):
        pitch = 60 + number % 12
        track.append(mido.Message("note_on", note=pitch, velocity=80))
        track.append(mido.Message("note_off", note=pitch, time=ticks))
    mido.MidiFile(tracks=[track]).save(path)
    return path


def absurd_midi() -> bytes:
    """Return 44 bytes that ask for years: slowest tempo, one tick a quarter, widest delta."""
    events = (
        bytes([0, 0xFF, 0x51, 3, 0xFF, 0xFF, 0xFF, 0, 0x90, 60, 80])
        + bytes([0xFF, 0xFF, 0xFF, 0x7F, 0x80, 60, 0])
        + bytes([0, 0xFF, 0x2F, 0])
    )
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 1) + b"MTrk" + struct.pack(">I", 22) + events


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user alone on the machine: own home, own takes, a folder to work in, no server."""
    for variable in list(os.environ):
        if variable.startswith(("LEGATO_", "XDG_")):
            monkeypatch.delenv(variable)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LEGATO_TAKES_FOLDER", str(tmp_path / "takes"))
    monkeypatch.setenv("LEGATO_PORT", "0")
    monkeypatch.setenv("LEGATO_MODEL", "tone")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return work


Legato = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def legato(home: Path) -> Legato:
    """Run the command as a process of its own."""

    def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bridge.cli", *arguments],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=os.environ | environ,
        )

    return run


def test_help_imports_nothing_slow(home: Path) -> None:
    code = (
        "import sys\nfrom bridge.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit as end: assert end.code == 0\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for command in ("demo", "render", "serve", "status", "models", "takes", "cancel", "doctor"):
        assert re.search(rf"^ +{command} ", run.stdout, re.MULTILINE)
    loaded = {name.partition(".")[0] for name in run.stdout.splitlines()[-1].split()}
    assert "argparse" in loaded
    assert not loaded & {"torch", "numpy", "msgspec", "asyncio", "rich", "platformdirs", "mido"}


def test_version(legato: Legato) -> None:
    run = legato("--version")
    assert (run.returncode, run.stderr) == (0, "")
    assert re.fullmatch(r"legato \d\S*\n", run.stdout)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["play"],
        ["render"],
        ["render", "a.mid", "--no-such-flag"],
        ["render", "a.mid", "--set", "steps"],
        ["render", "a.mid", "--bits", "20"],
        ["render", "a.mid", "--loudness", "16"],
        ["render", "a.mid", "--loudness", "nan"],
        ["render", "a.mid", "--loudness", "loud"],
        ["status", "--port", "many"],
        ["cancel"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2
    assert "usage: legato" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("steps=4", ("steps", 4)),
        ("gain=0.5", ("gain", 0.5)),
        ("dry=true", ("dry", 1)),
        ("dry=False", ("dry", 0)),
        ("voice=warm=soft", ("voice", "warm=soft")),
        ("gain=nan", ("gain", "nan")),
        ("name=", ("name", "")),
    ],
)
def test_parameters_are_what_they_look_like(text: str, pair: tuple[str, object]) -> None:
    found = ordering.pair(text)
    assert found == pair
    assert type(found[1]) is type(pair[1])


class Recipe:
    """Stands in for the training recipe."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.came: list[list[str]] = []
        self.error = error

    def main(self, arguments: list[str]) -> None:
        self.came.append(arguments)
        if self.error:
            raise self.error


def test_train_passes_everything_on(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe()
    monkeypatch.setitem(sys.modules, "engine.training.recipe", recipe)
    assert cli.main(["train", "--help", "--out", "x"]) == 0
    assert recipe.came == [["--help", "--out", "x"]]


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (ModuleNotFoundError("no", name="music21"), 1, "music21: pip install 'legato[train]'"),
        (KeyboardInterrupt(), 130, "legato: interrupted"),
    ],
)
def test_train_ends_orderly(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    text: str,
) -> None:
    monkeypatch.setitem(sys.modules, "engine.training.recipe", Recipe(error))
    assert cli.main(["train"]) == status
    assert text in capsys.readouterr().err


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must fail in the orderly way; return its error line."""
    assert cli.main(list(arguments)) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("legato: error[")
    return lines[0]


def test_a_broken_configuration_is_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "legato.toml").write_text("prot = 1")
    for command in (["status"], ["doctor"], ["serve"]):
        line = fails(capsys, *command)
        assert 'error[start_failed]: legato.toml: unknown setting "prot"' in line


@pytest.mark.parametrize("command", [["status"], ["models"], ["takes"], ["cancel", "x"]])
def test_without_a_server(
    home: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    line = fails(capsys, *command, "--port", "1")
    assert "error[engine_lost]: no Legato answers on 127.0.0.1 port 1; start one" in line


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("absent.mid", None, r"error\[not_found\]: absent.mid cannot be read: No such file"),
        (".", None, r"error\[not_found\]: \. is no file"),
        ("a\0b.mid", None, r"error\[not_found\]"),
        ("text.mid", b"Dear diary, today I played.\n", r"error\[bad_score\]: text.mid: "),
        ("empty.mid", b"", r"error\[bad_score\]: empty.mid: "),
        ("absurd.mid", absurd_midi(), r"error\[too_large\]: "),
    ],
)
def test_songs_that_are_none(
    home: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes | None, expected: str
) -> None:
    if data is not None:
        (home / name).write_bytes(data)
    assert re.search(expected, fails(capsys, "render", name))
    assert list(home.glob("*.wav")) == []


def test_a_pipe_is_no_song(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(home / "pipe.mid")
    assert "pipe.mid is no file" in fails(capsys, "render", "pipe.mid")


def test_a_midi_file_without_notes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_song(home / "silent.mid", notes=0)
    assert "error[bad_score]" in fails(capsys, "render", "silent.mid")


def test_a_bad_song_is_refused_before_torch(legato: Legato, home: Path) -> None:
    (home / "text.mid").write_text("no music")
    run = legato("render", "text.mid", "--model", "house", PYTHONPROFILEIMPORTTIME="1")
    assert run.returncode == 1
    assert "error[bad_score]" in run.stderr
    assert "argparse" in run.stderr
    assert not re.search(r"\| +(torch|engine\.loop|bridge\.app)$", run.stderr, re.MULTILINE)


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("song.mp3", "choose a name ending in .wav"),
        ("absent/song.wav", "the folder of absent/song.wav does not exist"),
        ("mine.wav", "mine.wav exists"),
        ("folder.wav", "folder.wav exists"),
    ],
)
def test_targets_that_may_not_be(
    home: Path, capsys: pytest.CaptureFixture[str], output: str, expected: str
) -> None:
    write_song(home / "song.mid")
    (home / "mine.wav").write_bytes(b"mine")
    (home / "folder.wav").mkdir()
    assert expected in fails(capsys, "render", "song.mid", "-o", output)
    assert (home / "mine.wav").read_bytes() == b"mine"


def samples(path: Path) -> bytes:
    with WavReader(path) as reader:
        return reader.read(0, reader.frames).tobytes()


def test_renders_alone(legato: Legato, home: Path) -> None:
    write_song(home / "song.mid")
    run = legato("render", "song.mid")
    assert run.returncode == 0, run.stderr
    assert re.fullmatch(
        r"wrote song\.wav: [\d.]+ s at 48000 Hz in [\d.]+ s \([\d.]+ times real time\); "
        r"first audio after [\d.]+ s\n",
        run.stdout,
    )
    assert run.stderr.startswith("song.mid: 1.0 s, 4 notes, 1 instrument\n")
    with WavReader(home / "song.wav") as reader:
        assert (reader.rate_hz, reader.channels) == (48_000, 2)
        assert reader.frames >= 48_000
        assert abs(reader.read(0, reader.frames)).max() > 0.01


def test_renders_in_this_process(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Same seed, same samples; other names where one is taken; finished as asked; whole files."""
    write_song(home / "song.mid")
    assert cli.main(["render", "song.mid", "--seed", "3"]) == 0
    assert cli.main(["render", "song.mid", "--seed", "3"]) == 0
    assert samples(home / "song.wav") == samples(home / "song-2.wav")
    assert cli.main(["render", "song.mid", "-o", "small.wav", "--bits", "24"]) == 0
    size = (home / "small.wav").stat().st_size
    assert size < 0.76 * (home / "song.wav").stat().st_size
    (home / "small.wav").write_bytes(b"old")
    finish = ["--bits", "16", "--loudness", "-20"]
    assert cli.main(["render", "song.mid", "-o", "small.wav", "--force", *finish]) == 0
    assert (home / "small.wav").stat().st_size < 0.67 * size + 1_000
    said = capsys.readouterr().out.splitlines()
    assert "LUFS" not in said[0]
    assert re.search(r"first audio after [\d.]+ s; -20\.0 LUFS, true peak -[\d.]+ dB$", said[-1])
    with WavReader(home / "small.wav") as reader:
        assert level_of(home / "small.wav", reader.frames).loudness == pytest.approx(-20, abs=0.1)
    names = {path.name for path in home.iterdir()}
    assert names == {"song.mid", "song.wav", "song-2.wav", "small.wav"}
    assert [line.startswith("wrote ") for line in said] == [True] * 4


@pytest.mark.skipif(
    sys.platform != "linux", reason="names of any bytes need a system that has them"
)
def test_names_that_are_no_text(home: Path) -> None:
    name = os.fsdecode(b"Caf\xe9 1.mid")
    write_song(home / name)
    assert cli.main(["render", name]) == 0
    assert (home / name).with_suffix(".wav").exists()


def test_unknown_models_and_parameters(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_song(home / "song.mid")
    assert cli.main(["render", "song.mid", "--model", "nobody"]) == 1
    assert "error[unknown_model]" in capsys.readouterr().err
    assert cli.main(["render", "song.mid", "--set", "nothing=1"]) == 1
    assert "error[unknown_parameter]" in capsys.readouterr().err
    assert list(home.glob("*.wav")) == []


def test_demo(legato: Legato, home: Path) -> None:
    run = legato("demo")
    assert run.returncode == 0, run.stderr
    assert "first audio after" in run.stdout
    assert "Hear more:" in run.stderr
    with WavReader(home / "demo.wav") as reader:
        assert reader.frames >= 30 * reader.rate_hz


def test_ctrl_c_leaves_no_half_file(home: Path) -> None:
    write_song(home / "long.mid", notes=20_000, ticks=240)
    process = subprocess.Popen(
        [sys.executable, "-m", "bridge.cli", "render", "long.mid"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("render "):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert "legato: interrupted" in err
    assert "Traceback" not in err
    assert out == ""
    assert list(home.glob("*.wav")) == []


class Server:
    """A `legato serve` that runs."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bridge.cli", "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors: list[str] = []
        self._drain = threading.Thread(target=self._read)
        self._drain.start()
        assert self.process.stdout is not None
        self.banner = [self.process.stdout.readline() for _ in range(6)]
        port = re.search(r"on 127\.0\.0\.1 port (\d+)", self.banner[0])
        assert port, self.end()
        self.port = port.group(1)

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as stream:
            self.errors.extend(stream)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal and return the exit status and stderr, once all children are gone."""
        children: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(number)
        status = self.process.wait(SECONDS)
        _, alive = psutil.wait_procs(children, timeout=SECONDS)
        assert alive == []
        self._drain.join(SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status, "".join(self.errors)


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    server = Server()
    yield server
    if server.process.poll() is None:
        server.end()


def ready(server: Server, legato: Legato) -> dict[str, object]:
    """Wait until the server's engine is ready, by asking as a user does."""
    while True:
        run = legato("status", "--json", "--port", server.port)
        assert run.returncode == 0, run.stderr
        status: dict[str, object] = json.loads(run.stdout)
        if status["state"] == "ready":
            return status


def test_serves_renders_and_stops(server: Server, legato: Legato, home: Path) -> None:
    port = ["--port", server.port]
    assert "Ctrl-C stops it" in server.banner[-1]
    assert ready(server, legato)["rate_hz"] == 48_000
    assert " tone " in legato("models", *port).stdout.replace("tone", " tone ", 1)

    song = write_song(home / "song.mid")
    run = legato("render", "song.mid", *port)
    assert run.returncode == 0, run.stderr
    write_song(home.parent / "outside.mid")
    outside = legato("render", "../outside.mid", "-o", "outside.wav", *port)
    assert outside.returncode == 0, outside.stderr
    alone = legato("render", "song.mid", "-o", "alone.wav", "--alone", *port)
    assert alone.returncode == 0, alone.stderr
    assert (
        samples(home / "song.wav") == samples(home / "alone.wav") == samples(home / "outside.wav")
    )
    assert song.exists()

    takes = json.loads(legato("takes", "--json", *port).stdout)
    assert [take["state"] for take in takes] == ["done"] * 3
    cancel = legato("cancel", "20200101-000000-zzzz", *port)
    assert cancel.returncode == 1
    assert "error[not_found]" in cancel.stderr

    second = legato("serve", *port)
    assert second.returncode == 1
    assert re.search(rf"error\[start_failed\].*{server.port}.*{server.process.pid}", second.stderr)
    assert "Traceback" not in second.stderr

    status, errors = server.end(signal.SIGINT)
    assert status == 0
    assert "stopping" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_signals_leave_no_process_behind(server: Server, number: int, expected: int) -> None:
    status, errors = server.end(number)
    assert status == expected
    assert "Traceback" not in errors


def test_a_second_ctrl_c_does_not_wait(server: Server) -> None:
    server.process.send_signal(signal.SIGINT)
    status, errors = server.end(signal.SIGINT)
    # 0 where all was over before the second came; by the signal itself where Python had left.
    assert status in (0, 130, -signal.SIGINT)
    assert "Traceback" not in errors


def test_closed_streams_are_no_error(home: Path) -> None:
    command = f"{sys.executable} -m bridge.cli status --port 1 >&- 2>&-"
    assert subprocess.run(command, shell=True, timeout=SECONDS).returncode == 1


def test_doctor(legato: Legato) -> None:
    run = legato("doctor", "--json")
    checks = json.loads(run.stdout)
    assert {check["state"] for check in checks} <= {"ok", "warning", "failure"}
    assert run.returncode == any(check["state"] == "failure" for check in checks)
    assert {"python", "port", "audio", "midi", "gpu"} <= {check["name"] for check in checks}


def test_a_reader_that_leaves_is_no_error(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [sys.executable, "-m", "bridge.cli", "doctor"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
    )
    os.close(writing)
    assert run.stderr == ""
    assert run.returncode == 1
