"""The class Legato in sclang itself, against a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.conftest import Program, Server

CLASSES = Path(__file__).parents[2] / "max_patches/supercollider"
SCRIPT = Path(__file__).with_name("legato_class.scd")
HELP = CLASSES / "HelpSource/Classes/Legato.schelp"
HEADLESS = {
    "QT_QPA_PLATFORM": "offscreen",
    "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
}


@pytest.mark.peer("sclang")
def test_the_class_asks_hears_cancels_and_lists(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    write_song: Callable[..., Path],
    sound: Callable[[Path], np.ndarray],
    free_port: int,
    tmp_path: Path,
) -> None:
    server = serve()
    write_song(server.folder / "long.mid", 200, 8)
    config = tmp_path / "sclang_conf.yaml"
    config.write_text(f"includePaths:\n    - {CLASSES}\nexcludePaths: []\n", "utf-8")
    command = ("sclang", "-l", str(config), "-u", str(free_port), str(SCRIPT))
    sclang = start(*command, str(server.port), str(HELP), **HEADLESS)
    sclang.wait_line(r"^finished$")
    path = sclang.wait_line(r"^render done 48000 /accepted (\S+)$")[1]
    assert np.abs(sound(Path(path))).max() > 0.01
    assert "tone" in sclang.wait_line(r"^models done (\S+)$")[1].split(",")
    for line in (
        "refused failed not_found true",
        "long cancelled",
        "takes done 1",
        "open calls 0",
        "help true",
    ):
        sclang.wait_line(f"^{line}$")
    assert "ERROR" not in sclang.output, sclang.output
