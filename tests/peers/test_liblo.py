"""liblo's tools as clients: oscsend and oscsendfile ask, oscdump hears."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from pythonosc.udp_client import SimpleUDPClient

if TYPE_CHECKING:
    from tests.conftest import Program, Server


@pytest.mark.peer("oscsendfile", "oscdump")
@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_oscsendfile_asks_and_oscdump_hears(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    path_of_done: Callable[..., Path],
    free_port: int,
    tmp_path: Path,
    protocol: str,
) -> None:
    """Its connection ends at once; the replies go where /legato/hello sent them."""
    server = serve()
    oscdump = hearing(start, free_port)
    asked = tmp_path / "asked.txt"
    asked.write_text(f'/legato/hello si "127.0.0.1" {free_port}\n/legato/render is 7 "song.mid"\n')
    sender = start("oscsendfile", f"osc.{protocol}://127.0.0.1:{server.port}", str(asked))
    assert sender.process.wait(60) == 0
    oscdump.wait_line(r" /legato/(done|fail|cancelled) \S+ 7 ")
    path = path_of_done([words for words in told(oscdump) if words[1] == "7"])
    assert soundfile.info(path).samplerate == 48_000


@pytest.mark.peer("oscsend")
@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_oscsend_asks_by_one_message(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    tmp_path: Path,
    protocol: str,
) -> None:
    """It is gone before the first window: its render goes on, and is found among the takes."""
    server = serve()
    with server.remote() as remote:
        url = f"osc.{protocol}://127.0.0.1:{server.port}"
        sender = start("oscsend", url, "/legato/render", "is", "7", "song.mid")
        assert sender.process.wait(60) == 0
        take = server.until(lambda: [row for row in remote.takes() if row.state == "done"])[0]
        *_, again = remote.render(Path("song.mid"), {})
    made = soundfile.read(tmp_path / "takes" / take.take / "audio.wav")[0]
    assert np.array_equal(made, soundfile.read(again.arguments[2])[0])


def hearing(start: Callable[..., Program], port: int) -> Program:
    """Start oscdump, and wait until it hears."""
    oscdump = start("oscdump", "-L", str(port))
    with SimpleUDPClient("127.0.0.1", port) as client:

        def is_up() -> bool:
            client.send_message("/up", [])
            return "/up" in oscdump.output

        oscdump.until(is_up)
    return oscdump


def told(oscdump: Program) -> list[list[str]]:
    """Return each message of ours that oscdump printed: what it is, and its arguments."""
    lines = [shlex.split(line)[1:] for line in oscdump.output.splitlines()]
    return [
        [address.removeprefix("/legato/"), *arguments]
        for address, _, *arguments in (line for line in lines if len(line) > 2)
    ]
