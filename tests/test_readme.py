"""README.md: what it shows runs, and its table is the contract's."""

from __future__ import annotations

import ast
import re
import shlex
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bridge import cli
from bridge.config import Config
from bridge.osc.spec import markdown

if TYPE_CHECKING:
    from tests.conftest import Program, Server

README = Path(__file__).parents[1] / "README.md"
WEIGHTS = README.parent / "engine/models/house"
WAIT_SECONDS = 300
NEEDS_HUB = ("pull",)
MADE = ("generate", "continue", "vary", "inpaint", "interpolate")


@pytest.fixture
def commands(fenced: Callable[[Path, str], list[str]]) -> list[list[str]]:
    """Each `legato` command line of the README, without its comment."""
    lines = "\n".join(fenced(README, "")).replace("&&", "\n").splitlines()
    words = [shlex.split(line, comments=True) for line in lines if re.match(r"\s*legato ", line)]
    assert words
    return words


def needs_house(name: str, arguments: list[str]) -> bool:
    """Say whether a command line is about what the built-in model alone can do."""
    makes = name in MADE and "--model" not in arguments
    return makes or "--draft" in arguments or "--stems" in arguments


def test_the_python_session_is_answered(
    serve: Callable[..., Server],
    start: Callable[..., Program],
    fenced: Callable[[Path, str], list[str]],
) -> None:
    (session,) = fenced(README, "python")
    assert "7770" in session
    code = session.replace("7770", str(serve().port))
    python = start(sys.executable, "-c", code + "print(heard)")
    assert python.process.wait(WAIT_SECONDS) == 0, python.output
    heard = ast.literal_eval(python.wait_line(r"^\[.*\]$")[0])
    of_the_render = [message for message in heard if message[1] == 7]
    kinds = [message[0].removeprefix("/legato/") for message in of_the_render]
    assert (kinds[0], kinds[-1]) == ("accepted", "done")
    assert set(kinds) <= {"accepted", "progress", "window", "done"}
    assert "window" in kinds
    assert Path(of_the_render[-1][4]).is_file()


def test_every_command_line_is_understood(commands: list[list[str]]) -> None:
    for _, *arguments in commands:
        assert callable(cli._parser().parse_args(arguments).run)


def test_the_quick_commands_run(
    commands: list[list[str]],
    serve: Callable[..., Server],
    start: Callable[..., Program],
    write_song: Callable[..., Path],
    tmp_path: Path,
) -> None:
    port = str(serve().port)
    write_song(tmp_path / "SONG.mid")
    ran = set()
    for _, name, *arguments in commands:
        if name in ("demo", "serve") or needs_house(name, arguments):
            continue  # Tested in tests/bridge/test_cli.py, and below.
        if "--model" in arguments or name in NEEDS_HUB:
            continue  # Tested with a hub and models of the tests' own in tests/bridge.
        run = start(sys.executable, "-m", "bridge.cli", name, *arguments, "--port", port)
        status = run.process.wait(WAIT_SECONDS)
        assert status == 0 or (name == "doctor" and "FAILURE" in run.output), run.output
        ran.add(name)
    assert {"render", "status"} <= ran
    assert list(tmp_path.glob("SONG*.wav"))


def test_what_the_built_in_model_does_is_done(
    commands: list[list[str]],
    start: Callable[..., Program],
    write_song: Callable[..., Path],
    tmp_path: Path,
) -> None:
    if not list(WEIGHTS.glob("*.safetensors")):
        pytest.skip("house's weights are not in this checkout")
    write_song(tmp_path / "SONG.mid", bars=7)
    write_song(tmp_path / "OTHER.mid", bars=4)
    for _, name, *arguments in commands:
        if needs_house(name, arguments):
            run = start(sys.executable, "-m", "bridge.cli", name, *arguments, LEGATO_MODEL="house")
            assert run.process.wait(WAIT_SECONDS) == 0, run.output
    assert (tmp_path / "SONG.wav").is_file()
    assert len(list(tmp_path.glob("*.wav"))) > 3


def test_the_table_is_the_contracts() -> None:
    assert markdown().strip() in README.read_text("utf-8")


def test_the_configuration_is_one(fenced: Callable[[Path, str], list[str]], tmp_path: Path) -> None:
    for number, block in enumerate(fenced(README, "toml")):
        file = tmp_path / f"{number}.toml"
        file.write_text(block)
        config = Config.load({"config": str(file)}, {}, tmp_path)
        assert set(tomllib.loads(block)) <= set(config.shown())


def test_its_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", README.read_text("utf-8"))
    here = [target for target in targets if "://" not in target]
    assert here
    assert [target for target in here if not (README.parent / target).exists()] == []
