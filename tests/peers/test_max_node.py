"""The script for Node for Max: real Node, a real Legato, and a stand-in for `max-api` alone."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.conftest import Server

pytestmark = pytest.mark.peer("node")

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "max_patches/legato_node.js"
STAND_IN = ROOT / "tests/max_patches/stand_in"
WAIT_SECONDS = 60.0
Atoms: TypeAlias = list[str | int | float]


class NodeScript:
    """`node.script legato_node.js`: what goes in is told to it, what comes out is waited for."""

    def __init__(self) -> None:
        environ = {**os.environ, "NODE_PATH": str(STAND_IN)}
        pipe = subprocess.PIPE
        command = ["node", str(SCRIPT)]
        self.process = subprocess.Popen(command, env=environ, stdin=pipe, stdout=pipe, text=True)
        self.heard: list[Atoms] = []
        self._came: queue.Queue[Atoms] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def tell(self, *atoms: str | int | float) -> None:
        """Send a message into the object."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(atoms) + "\n")
        self.process.stdin.flush()

    def wait(self, *beginning: str | int | float) -> Atoms:
        """Return the next message out of the object that begins so."""
        while True:
            try:
                atoms = self._came.get(timeout=WAIT_SECONDS)
            except queue.Empty:
                pytest.fail(f"nothing came that begins with {beginning}; this did: {self.heard}")
            self.heard.append(atoms)
            if atoms[: len(beginning)] == list(beginning):
                return atoms

    def close(self) -> None:
        """End the process; what it did wrong fails the test."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(WAIT_SECONDS) == 0
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._came.put(json.loads(line))


@pytest.fixture
def node() -> Iterator[NodeScript]:
    """A script, not connected yet."""
    script = NodeScript()
    yield script
    script.close()


def connect(node: NodeScript, server: Server) -> None:
    """Connect, and hear that it did."""
    node.tell("connect", "127.0.0.1", server.port)
    node.wait("connected", 1)


def test_controls_make_a_render_and_its_clip_is_kept(
    node: NodeScript,
    serve: Callable[..., Server],
    sound: Callable[[Path], np.ndarray],
    tmp_path: Path,
) -> None:
    server = serve()
    connect(node, server)
    assert node.wait("takes", "clear")
    node.tell("keep", str(tmp_path / "the set's samples"))
    node.tell("set", "/render", "seed", 3)
    node.tell("set", "/render", "score", "song.mid")
    node.tell("go", "/render")
    call = node.wait("call")
    assert call[2] == "/render"
    node.wait("told", "/accepted", call[1])
    node.wait("told", "/window", call[1], 0)
    done = node.wait("told", "/done", call[1])
    clip = node.wait("clip")
    assert clip[2:] == done[3:5]
    kept, made = Path(str(clip[1])), Path(str(done[5]))
    assert kept.parent == tmp_path / "the set's samples"
    assert kept.name == f"legato {made.parent.name}.wav"
    assert np.array_equal(sound(kept), sound(made))
    fractions = [float(atoms[1]) for atoms in node.heard if atoms[0] == "progress"]
    assert fractions == sorted(fractions)

    node.tell("takes")
    row = node.wait("takes", "append")
    assert "render" in str(row[2])
    node.tell("choose", 0)
    assert node.wait("chosen") == ["chosen", made.parent.name]
    node.tell("set", "/take/pin", "pinned", 1)
    node.tell("go", "/take/pin")
    assert node.wait("told", "/done")[3:] == [made.parent.name, 1]


def test_what_is_refused_is_told_as_a_problem(
    node: NodeScript, serve: Callable[..., Server]
) -> None:
    node.tell("go", "/ping")
    assert "not connected" in str(node.wait("problem")[1])
    connect(node, serve())
    node.tell("ask", "/legato/render", "nowhere.mid")
    call = node.wait("call")
    assert node.wait("told", "/fail", call[1])
    assert "nowhere.mid" in str(node.wait("problem")[1])
    node.tell("ask", "/explode")
    assert "none of Legato's" in str(node.wait("problem")[1])
    node.tell("go", "/render")
    assert "needs score" in str(node.wait("problem")[1])


def test_the_latest_call_is_cancelled(
    node: NodeScript, serve: Callable[..., Server], write_song: Callable[..., Path]
) -> None:
    server = serve()
    write_song(server.folder / "long.mid", 200, 8)
    connect(node, server)
    node.tell("ask", "/render", "long.mid")
    call = node.wait("call")
    node.wait("told", "/accepted", call[1])
    node.tell("cancel")
    assert node.wait("told", "/cancelled", call[1])


def test_a_server_that_comes_back_is_found_again(
    node: NodeScript, serve: Callable[..., Server]
) -> None:
    server = serve()
    connect(node, server)
    port = server.port
    server.clear()
    node.wait("connected", 0)
    again = serve("--port", str(port))
    node.wait("connected", 1)
    assert again.port == port
    node.tell("ask", "/ping")
    node.wait("told", "/pong")


def test_a_captured_file_is_waited_for_and_continued(
    node: NodeScript, serve: Callable[..., Server], sound_file: Callable[[Path], None]
) -> None:
    server = serve()
    connect(node, server)
    take = server.folder / "captured 1.wav"
    node.tell("capture", f"Macintosh HD:{take}", 2)
    sound_file(server.folder / "other.wav")
    shutil.move(server.folder / "other.wav", take)
    call = node.wait("call")
    assert call[2] == "/continue"
    # The model of this server continues nothing; that it was asked with the path is the point.
    assert "tone" in str(node.wait("told", "/fail", call[1])[4])


@pytest.fixture
def sound_file() -> Callable[[Path], None]:
    """Write a second of a tone."""
    soundfile = pytest.importorskip("soundfile")

    def write(path: Path) -> None:
        wave = np.sin(np.arange(48_000) / 10).astype(np.float32)
        soundfile.write(path, np.stack([wave, wave], axis=1), 48_000, "FLOAT")

    return write
