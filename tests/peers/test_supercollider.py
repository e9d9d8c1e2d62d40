"""SuperCollider as a client: sclang asks and hears, scsynth loads what was rendered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soundfile
from pythonosc.osc_message import OscMessage
from pythonosc.udp_client import SimpleUDPClient

if TYPE_CHECKING:
    from tests.conftest import Program, Server

PAGE_SAMPLES = 512
ANSWER_SECONDS = 60
SCRIPT = Path(__file__).with_name("render.scd")
# Without a display, and as root: its browser, which is not used, would refuse to start.
HEADLESS = {
    "QT_QPA_PLATFORM": "offscreen",
    "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
}


@pytest.mark.peer("sclang")
def test_sclang_renders_and_receives_the_very_samples(
    undisturbed: Callable[..., list[list[str]]],
    start: Callable[..., Program],
    sound: Callable[[Path], np.ndarray],
    path_of_done: Callable[..., Path],
    free_port: int,
    tmp_path: Path,
) -> None:
    wav = tmp_path / "heard.wav"

    def scene(server: Server) -> list[list[str]] | None:
        arguments = (str(server.port), str(tmp_path / "heard.raw"), str(wav))
        sclang = start("sclang", "-u", str(free_port), str(SCRIPT), *arguments, **HEADLESS)
        sclang.wait_line(r"^told (done|fail|cancelled) 7 ")
        lost = sclang.wait_line(r"^written \d+ 48000 lost (\d+)$")[1]
        sclang.clear()
        told = [line.split()[1:] for line in sclang.output.splitlines() if line[:5] == "told "]
        return told if lost == "0" else None

    told = undisturbed(scene)
    path = path_of_done([words for words in told if words[1] == "7"])
    assert np.array_equal(sound(wav), sound(path))
    assert np.abs(sound(wav)).max() > 0.01


@pytest.mark.peer("scsynth", "jackd", "jack_wait")
def test_scsynth_loads_what_was_rendered(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    jack_server: str,
    free_port: int,
) -> None:
    with serve().remote() as remote:
        *_, done = remote.render(Path("song.mid"), {})
    path = str(done.arguments[2])
    jack = {"JACK_DEFAULT_SERVER": jack_server, "JACK_NO_START_SERVER": "1"}
    scsynth = start("scsynth", "-u", str(free_port), **jack)
    scsynth.wait_line("SuperCollider 3 server ready")
    expected = soundfile.read(path, dtype="float32")[0]
    with SimpleUDPClient("127.0.0.1", free_port) as client:
        client.send_message("/b_allocRead", [0, path, 0, 0])
        assert answer(client, "/done") == ["/b_allocRead", 0]
        client.send_message("/b_query", [0])
        assert answer(client, "/b_info") == [0, *expected.shape, 48_000]
        samples: list[float] = []
        while len(samples) < expected.size:
            count = min(PAGE_SAMPLES, expected.size - len(samples))
            client.send_message("/b_getn", [0, len(samples), count])
            samples += answer(client, "/b_setn")[3:]
    assert np.array_equal(np.array(samples, np.float32).reshape(-1, 2), expected)


def answer(client: SimpleUDPClient, address: str) -> list[Any]:
    """Return the arguments of scsynth's next answer to us."""
    message = OscMessage(client.receive(ANSWER_SECONDS))
    assert message.address == address, message.params
    return message.params
