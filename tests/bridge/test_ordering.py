"""`legato continue` and its like, in this process and by a running server."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge import cli
from bridge.app import Bridge
from tests.bridge.scenes import Client, run

RATE_HZ = 16_000
pytestmark = pytest.mark.usefixtures("probe_models")


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """A file loop.wav in the media folder, where the user is."""
    (tmp_path / "media").mkdir()
    monkeypatch.chdir(tmp_path / "media")
    monkeypatch.setenv("LEGATO_TAKES_FOLDER", str(tmp_path / "takes"))
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (8_000, 2)).astype(np.float32)
    soundfile.write("loop.wav", samples, RATE_HZ, subtype="FLOAT")
    return samples


def heard(name: str) -> np.ndarray:
    return np.asarray(soundfile.read(name, dtype="float32")[0])


def check(source: np.ndarray, *where: str) -> None:
    """Order each operation and look at what was written."""
    common = ("--model", "echo", *where)
    assert cli.main(["continue", "loop.wav", "0.25", "a", "slow", "pad", *common]) == 0
    made = heard("loop-continue.wav")
    assert np.array_equal(made, np.concatenate((source, source[::-1][:4_000])))
    assert cli.main(["inpaint", "loop.wav", "0.1", "0.2", "-o", "hole.wav", *common]) == 0
    assert not heard("hole.wav")[1_600:3_200].any()
    assert cli.main(["vary", "loop.wav", "0.5", *common]) == 0
    assert np.array_equal(heard("loop-vary.wav"), source * np.float32(0.5))
    assert cli.main(["interpolate", "loop.wav", "hole.wav", "0", *common]) == 0
    assert np.array_equal(heard("loop-interpolate.wav"), source)


def test_alone(source: np.ndarray) -> None:
    check(source, "--alone")


def test_by_a_server(source: np.ndarray, tmp_path: Path) -> None:
    async def scene(bridge: Bridge, client: Client) -> None:
        await asyncio.to_thread(check, source, "--port", str(bridge.port))
        take = bridge.takes.all()[-1].id
        arguments = ["vary", take, "1", "--model", "echo", "--port", str(bridge.port)]
        assert await asyncio.to_thread(cli.main, arguments) == 0
        assert np.array_equal(heard(f"{take}-vary.wav"), source)

    run(tmp_path, scene)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["vary", "loop.wav", "2"], "at most 1"),
        (["vary", "nothing.wav", "1"], "neither a file nor a take"),
        (["vary", "loop.wav", "1", "--set", "mix=1"], "it has: strength"),
        (["generate", "a", "pad"], "echo cannot generate"),
        (["vary", "text.wav", "1"], "no audio that can be read"),
    ],
)
def test_what_cannot_be_done_is_told(
    source: np.ndarray, capsys: pytest.CaptureFixture[str], arguments: list[str], advice: str
) -> None:
    Path("text.wav").write_text("no audio")
    assert cli.main([*arguments, "--model", "echo", "--alone"]) == 1
    assert advice in capsys.readouterr().err
    assert not list(Path().glob("*-vary.wav"))
