"""legato.pd in Pd itself, against a server of the test's: hello, commands, replies, audio."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from bridge.osc.arguments import bind
from bridge.osc.codec import Message, Sendable, decode, encode
from bridge.osc.command import ROOT
from bridge.osc.spec import COMMANDS

if TYPE_CHECKING:
    from tests.conftest import Program, Server

PATCHES = Path(__file__).parents[2] / "max_patches"
HEARD_SECONDS = 120.0
FLAGS = ["-nogui", "-noaudio", "-nomidi", "-noprefs", "-nrt", "-stderr"]
RATE_HZ = 48_000
# Around the patch: what comes out is printed, and a name for its inlet.
AROUND = """#N canvas 0 0 400 300 12;
#X obj 20 20 r to-legato;
#X obj 20 60 legato {own} {server};
#X obj 20 100 print reply;
#X obj 200 100 print path;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 1 1 3 0;
"""


class FakeServer:
    """A socket that hears what a patch sends, and answers where the patch said it listens."""

    def __init__(self, own_port: int) -> None:
        self._patch = ("127.0.0.1", own_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(HEARD_SECONDS)
        self.port = int(self._socket.getsockname()[1])

    def close(self) -> None:
        self._socket.close()

    def hear(self) -> Message:
        """Return the next message, one to a packet."""
        (message,) = decode(self._socket.recv(65_536))
        assert isinstance(message, Message), message
        return message

    def say(self, address: str, *arguments: Sendable) -> None:
        """Send the patch a reply."""
        self._socket.sendto(encode(ROOT + address, *arguments), self._patch)


@pytest.fixture
def server(free_port: int) -> Iterator[FakeServer]:
    """A server for a patch that listens on `free_port`."""
    server = FakeServer(free_port)
    yield server
    server.close()


def load(folder: Path, own_port: int, server_port: int) -> list[str]:
    """Return the command that opens a patch with the abstraction in a folder inside it."""
    around = folder / "around.pd"
    around.write_text(AROUND.format(own=own_port, server=server_port), "utf-8")
    return ["pd", *FLAGS, "-path", str(folder), "-open", str(around)]


def say_hello(server: FakeServer, own_port: int) -> None:
    """Hear the patch's hello and welcome it."""
    hello = server.hear()
    assert hello.address == f"{ROOT}/hello"
    assert list(hello.arguments) == ["127.0.0.1", own_port]
    server.say("/welcome", "0.1.0", "127.0.0.1", own_port)


def without_complaints(pd: Program) -> None:
    """Fail where Pd found anything amiss in the patch."""
    for word in ("error", "couldn't create", "connection failed", "no method", "out of range"):
        assert word not in pd.output, pd.output


class Probed:
    """A copy of the patch with more objects in it, to press what a hand would and look inside."""

    def __init__(self) -> None:
        self._text = (PATCHES / "legato.pd").read_text("utf-8")
        self._elements: list[str] = []
        depth = 0
        for line in self._text.splitlines()[1:]:
            depth += line.startswith("#N canvas") - line.startswith("#X restore")
            if depth == 0 and not line.startswith("#X connect"):
                self._elements.append(line)

    def find(self, pattern: str) -> list[int]:
        """Return the numbers of the elements whose line has a match."""
        return [at for at, line in enumerate(self._elements) if re.search(pattern, line)]

    def add(self, text: str) -> int:
        """Put an object, and return its number."""
        self._elements.append(text)
        self._text += f"#X obj 10 10 {text};\n"
        return len(self._elements) - 1

    def connect(self, source: int, target: int) -> None:
        """Draw a line between first outlet and first inlet."""
        self._text += f"#X connect {source} 0 {target} 0;\n"

    def write(self, folder: Path) -> None:
        (folder / "legato.pd").write_text(self._text, "utf-8")


@pytest.mark.peer("pd")
def test_a_message_to_the_inlet_is_sent_and_its_replies_come_out(
    start: Callable[..., Program], server: FakeServer, free_port: int, tmp_path: Path
) -> None:
    probed = Probed()
    (files,) = probed.find("soundfiler")
    probed.connect(files, probed.add("print frames"))
    probed.write(tmp_path)
    audio = tmp_path / "a take.wav"
    soundfile.write(audio, np.zeros((100 * RATE_HZ, 2), np.float32), RATE_HZ, subtype="PCM_16")
    asked = f"to-legato {ROOT}/render 1000 song.mid model tone"
    pd = start(*load(tmp_path, free_port, server.port), "-send", asked)

    say_hello(server, free_port)
    render = server.hear()
    assert render.address == f"{ROOT}/render"
    assert list(render.arguments) == [1000, "song.mid", "model", "tone"]

    server.say("/accepted", 1000, 0, 0.25)
    server.say("/progress", 1000, 0.5, "denoise")
    server.say("/window", 1000, 0, 1, 0.0, 100.0)
    server.say("/take/list", 1, 0, 1, "20260101-120000-abcd", "done")
    server.say("/fail", 9, "wrong_types", "no id came; send one")
    server.say("/done", 2, "house", 1.5)
    server.say("/done", 1000, 100.0, RATE_HZ, str(audio))
    for told in (
        r"^reply: welcome 0\.1\.0 127\.0\.0\.1",
        r"^reply: accepted 1000 0 0\.25$",
        r"^reply: progress 1000 0\.5 denoise$",
        r"^reply: window 1000 0 1 0 100$",
        r"^reply: take list 1 0 1 20260101-120000-abcd done$",
        r"^legato/take/list: 1 0 1 20260101-120000-abcd done$",
        r"^reply: fail 9 wrong_types no\\? id",
        r"^reply: done 2 house 1\.5$",
        r"^path: symbol .*a\\? take\.wav$",
        r"^frames: 4\.8e\+06$",
    ):
        pd.wait_line(told)
    assert pd.output.count("path:") == 1
    pd.end()
    without_complaints(pd)


@pytest.mark.peer("pd")
def test_every_message_pressed_reaches_the_server_as_the_table_wants_it(
    start: Callable[..., Program], server: FakeServer, free_port: int, tmp_path: Path
) -> None:
    probed = Probed()
    messages = probed.find(rf"^#X msg \d+ \d+ {ROOT}/(?!hello)")
    press = probed.add("r press")
    for message in messages:
        probed.connect(press, message)
    probed.write(tmp_path)
    pd = start(*load(tmp_path, free_port, server.port), "-send", "press bang")

    say_hello(server, free_port)
    by_address = {ROOT + command.address: command for command in COMMANDS}
    ids = []
    for _ in messages:
        heard = server.hear()
        command = by_address.pop(heard.address)
        bound = bind(command, heard.arguments)
        if command.id != "none":
            ids.append(heard.arguments[0])
        elif command.address == "/cancel":
            assert bound.arguments["target"] == ids[-1], "the latest call is the one to cancel"
    assert by_address.keys() == {f"{ROOT}/hello"}
    assert ids == list(range(1, len(ids) + 1))
    pd.end()
    without_complaints(pd)


@pytest.mark.peer("pd")
def test_pd_says_hello_again_when_asked(
    start: Callable[..., Program], server: FakeServer, free_port: int, tmp_path: Path
) -> None:
    """A server that was away when the patch opened, or that began anew, is found by a click."""
    probed = Probed()
    (again,) = probed.find("connect_again")
    probed.connect(probed.add("r press"), again)
    probed.write(tmp_path)
    pd = start(*load(tmp_path, free_port, server.port), "-send", "press bang")
    say_hello(server, free_port)
    say_hello(server, free_port)
    pd.end()
    without_complaints(pd)


@pytest.mark.peer("pd")
def test_the_patch_renders_with_legato_itself(
    start: Callable[..., Program],
    serve: Callable[..., Server],
    sound: Callable[[Path], np.ndarray],
    free_port: int,
    tmp_path: Path,
) -> None:
    legato = serve()
    Probed().write(tmp_path)
    asked = f"to-legato {ROOT}/render 1000 song.mid model tone"
    pd = start(*load(tmp_path, free_port, legato.port), "-send", asked)
    path = Path(pd.wait_line(r"^path: symbol (.+)$")[1].replace("\\", ""))
    assert np.abs(sound(path)).max() > 0.01
    for told in ("welcome", "accepted 1000", "window 1000 0", "done 1000"):
        pd.wait_line(f"^reply: {told} ")
    pd.end()
    without_complaints(pd)
