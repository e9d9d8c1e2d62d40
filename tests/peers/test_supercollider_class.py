"""The class Legato in sclang itself, against a real server, and scsynth by its side."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from pythonosc.udp_client import SimpleUDPClient

from tests.peers.hearing import check_whole
from tests.peers.studio import Studio

if TYPE_CHECKING:
    from tests.conftest import Program, Server

CLASSES = Path(__file__).parents[2] / "max_patches/supercollider"
SCRIPT = Path(__file__).with_name("legato_class.scd")
SCSYNTH = Path(__file__).with_name("legato_scsynth.scd")
HELP = CLASSES / "HelpSource/Classes/Legato.schelp"
HEADLESS = {
    "QT_QPA_PLATFORM": "offscreen",
    "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
}


@pytest.fixture
def sclang(start: Callable[..., Program], free_port: int, tmp_path: Path) -> Callable[..., Program]:
    """Start sclang, with the class, on a script; it hears OSC on `free_port`."""
    config = tmp_path / "sclang_conf.yaml"
    config.write_text(f"includePaths:\n    - {CLASSES}\nexcludePaths: []\n", "utf-8")

    def begin(script: Path, *arguments: object, **environ: str) -> Program:
        command = ("sclang", "-l", str(config), "-u", str(free_port), str(script))
        return start(*command, *map(str, arguments), **HEADLESS, **environ)

    return begin


@pytest.mark.peer("sclang")
def test_the_class_asks_hears_cancels_and_lists(
    serve: Callable[..., Server],
    sclang: Callable[..., Program],
    write_song: Callable[..., Path],
    sound: Callable[[Path], np.ndarray],
) -> None:
    server = serve()
    write_song(server.folder / "long.mid", 200, 8)
    program = sclang(SCRIPT, server.port, HELP)
    program.wait_line(r"^finished$")
    path = program.wait_line(r"^render done 48000 /accepted (\S+)$")[1]
    assert np.abs(sound(Path(path))).max() > 0.01
    assert "tone" in program.wait_line(r"^models done (\S+)$")[1].split(",")
    for line in (
        "refused failed not_found true",
        "long cancelled",
        "takes done 1",
        "open calls 0",
        "help true",
    ):
        program.wait_line(f"^{line}$")
    assert "ERROR" not in program.output, program.output


@pytest.mark.peer("sclang", "scsynth", "jackd", "jack_wait")
def test_scsynth_reads_and_plays_what_the_class_had_rendered(
    serve: Callable[..., Server],
    sound: Callable[[Path], np.ndarray],
    sclang: Callable[..., Program],
    steady_jack_server: str,
    free_port: int,
    tmp_path: Path,
) -> None:
    """Boots scsynth from sclang; both its Buffer and what it plays over JACK are the take."""
    written = tmp_path / "written.wav"
    jack = {"JACK_DEFAULT_SERVER": steady_jack_server, "JACK_NO_START_SERVER": "1"}
    arguments = (serve().port, free_port ^ 1, written)
    program = sclang(SCSYNTH, *arguments, **jack)
    made = sound(Path(program.wait_line(r"^read done (\S+)$")[1]))
    assert np.array_equal(sound(written), made)
    with closing(Studio(steady_jack_server)) as studio:
        studio.listen("SuperCollider:out_1", "SuperCollider:out_2")

        def scene() -> None:
            begin, xruns, count = studio.frame, studio.xruns, program.output.count("played")
            with SimpleUDPClient("127.0.0.1", free_port) as client:
                client.send_message("/play", [])
            program.until(lambda: program.output.count("played") > count)
            heard = studio.sound[begin:]
            check_whole(heard, made, xruns=studio.xruns - xruns)

        studio.undisturbed(scene)
    assert "ERROR" not in program.output, program.output
