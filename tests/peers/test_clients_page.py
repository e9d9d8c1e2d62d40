"""docs/clients.md: each of its snippets, run as it stands but for the port."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from tests.conftest import Program, Server

PAGE = Path(__file__).parents[2] / "docs/clients.md"
HEADLESS = {
    "QT_QPA_PLATFORM": "offscreen",
    "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",
}


@pytest.fixture
def snippet(fenced: Callable[[Path, str], list[str]]) -> Callable[[str, int], str]:
    """Return the page's only block of a language, for a server on a port."""

    def read(language: str, port: int) -> str:
        (block,) = fenced(PAGE, language)
        assert "7770" in block
        return block.replace("7770", str(port))

    return read


def test_the_python_snippet_receives_the_very_samples(
    undisturbed: Callable[..., Path],
    start: Callable[..., Program],
    snippet: Callable[[str, int], str],
    sound: Callable[[Path], np.ndarray],
    tmp_path: Path,
) -> None:
    heard = tmp_path / "heard.wav"
    save = f"import soundfile\nsoundfile.write({str(heard)!r}, audio, 48_000, 'FLOAT')\n"

    def scene(server: Server) -> Path | None:
        python = start(sys.executable, "-c", snippet("python", server.port) + save)
        assert python.process.wait(180) == 0, python.output
        with server.remote() as remote:
            made = tmp_path / "takes" / remote.takes(1)[0].take / "audio.wav"
        return made if len(sound(heard)) == len(sound(made)) else None

    made = undisturbed(scene)
    assert np.array_equal(sound(heard), sound(made))


def test_legatos_own_client_renders(
    serve: Callable[..., Server],
    snippet: Callable[[str, int], str],
    sound: Callable[[Path], np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve()
    monkeypatch.chdir(server.folder)
    names: dict[str, Any] = {}
    exec(compile(snippet("py", server.port), str(PAGE), "exec"), names)
    assert names["rate_hz"] == 48_000
    assert len(names["audio"]) == round(names["seconds"] * 48_000)
    assert names["newest"].take == Path(names["path"]).parent.name
    assert np.abs(sound(Path(names["path"]))).max() > 0.01


@pytest.mark.peer("pd")
def test_the_pd_patch_renders(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    snippet: Callable[[str, int], str],
    tmp_path: Path,
) -> None:
    patch = tmp_path / "legato.pd"
    patch.write_text(snippet("pd", serve().port))
    flags = ("-nogui", "-noaudio", "-nomidi", "-noprefs", "-nrt", "-stderr")
    pd = start("pd", *flags, "-open", str(patch), "-send", "render bang")
    pd.wait_line(r"^legato: (?:list )?legato accepted 7 0 ")
    path = pd.wait_line(r"^legato: (?:list )?legato done 7 [\d.]+ 48000 (\S+)$")[1]
    assert Path(path).is_file()


@pytest.mark.peer("sclang")
def test_the_supercollider_snippet_renders(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    snippet: Callable[[str, int], str],
    free_port: int,
    tmp_path: Path,
) -> None:
    script = tmp_path / "legato.scd"
    script.write_text(snippet("supercollider", serve().port))
    sclang = start("sclang", "-u", str(free_port), str(script), **HEADLESS)
    sclang.wait_line(r"^\[ /legato/accepted, 7, 0, ")
    path = sclang.wait_line(r"^\[ /legato/done, 7, [\d.]+, 48000, (\S+) \]$")[1]
    assert Path(path).is_file()
