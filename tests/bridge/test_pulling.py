"""`legato pull`, `ls`, `show` and `rm` as a user types them, against a hub on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bridge.hub_server import REVISION, FakeHub

REPOSITORY = "someone/tiny"
INDEX = {"_class_name": "AudioDiffusionPipeline", "unet": ["diffusers", "UNet2DModel"]}
FILES = {
    "model_index.json": json.dumps(INDEX).encode(),
    "unet/config.json": b"{}",
    "unet/diffusion_pytorch_model.safetensors": b"\2\0\0\0\0\0\0\0{}" + b" " * 300,
}
Legato = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    found = FakeHub(REPOSITORY, dict(FILES), "cc-by-nc-4.0")
    yield found
    found.close()


@pytest.fixture
def legato(hub: FakeHub, tmp_path: Path) -> Legato:
    """Run the command as a process of its own: the library reads its hub's address once."""
    mine = {"HF_ENDPOINT": hub.endpoint, "LEGATO_MODELS_FOLDER": str(tmp_path / "models")}

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bridge.cli", *arguments],
            env={**os.environ, **mine},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_licence_with_conditions_is_shown_and_has_to_be_agreed_to(
    legato: Legato, hub: FakeHub, tmp_path: Path
) -> None:
    refused = legato("pull", REPOSITORY, typed="y\n")  # Not typed at a terminal.
    assert refused.returncode == 1
    assert "licence: cc-by-nc-4.0" in refused.stderr
    assert "say --yes" in refused.stderr
    weights = "unet/diffusion_pytorch_model.safetensors"
    assert weights not in [path for _, path in hub.asked]
    assert legato("ls").stdout == ""

    agreed = legato("pull", REPOSITORY, "--yes")
    assert agreed.returncode == 0, agreed.stderr
    assert REVISION[:12] in agreed.stdout
    assert (tmp_path / "models/tiny" / weights).read_bytes() == FILES[weights]


def test_what_is_here_is_listed_shown_and_removed(legato: Legato, tmp_path: Path) -> None:
    assert legato("pull", REPOSITORY, "--yes").returncode == 0
    listed = legato("ls").stdout
    assert "tiny" in listed
    assert f"{REPOSITORY}@{REVISION[:12]}" in listed
    shown = legato("show", "tiny").stdout
    assert "cc-by-nc-4.0" in shown
    assert REVISION in shown
    assert "is here already" in legato("pull", "tiny", "--offline").stdout
    assert legato("rm", "tiny").returncode == 0
    assert not (tmp_path / "models/tiny").exists()
    gone = legato("rm", "tiny")
    assert gone.returncode == 1
    assert "there is no checkpoint 'tiny'" in gone.stderr


def test_offline_asks_no_hub(legato: Legato, hub: FakeHub) -> None:
    run = legato("pull", REPOSITORY, "--offline")
    assert run.returncode == 1
    assert "asks no hub" in run.stderr
    assert hub.asked == []
